//! An amount and its currency.

use leadglass_scoring::{field::MoneyLimits, money::Currency};
use yew::prelude::*;

use super::Part;
use crate::messages::Word;

pub(super) fn amount(part: &Part, limits: &MoneyLimits) -> Html {
    let is_currency = |value: &String| limits.currencies.iter().any(|currency| currency.as_str() == value);
    let amount = part.values.iter().find(|value| !is_currency(value)).cloned().unwrap_or_default();
    let chosen = part.values.iter().find(|value| is_currency(value));
    let unit_id = format!("{}-unit", part.id);
    let (unit, described_by) = match limits.currencies.as_slice() {
        [only] => {
            let described_by = format!("{unit_id} {}", part.described_by());
            (html! { <span class="unit" id={unit_id}>{ only.as_str().to_owned() }</span> }, described_by.into())
        }
        several => {
            let chosen = chosen.map(String::as_str).or(several.first().map(Currency::as_str));
            let options = several.iter().map(|currency| {
                let code = currency.as_str();
                let selected = chosen == Some(code);
                html! { <option value={code.to_owned()} {selected}>{ code.to_owned() }</option> }
            });
            let label = [&part.text(&part.field.label), ": ", part.words.get(Word::Currency)].concat();
            let select = html! {
                <div class="list">
                    <select part="control" id={unit_id} name={part.name()} aria-label={label}>{ for options }</select>
                </div>
            };
            (select, part.described_by())
        }
    };
    html! {
        <div class="amount">
            <input type="text" part="control" inputmode="decimal" autocomplete="off" id={&part.id} name={part.name()} value={amount}
                aria-describedby={described_by} aria-required={part.required()} aria-invalid={part.invalid()} />
            { unit }
        </div>
    }
}
