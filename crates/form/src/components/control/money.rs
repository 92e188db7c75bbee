//! An amount and its currency.

use leadglass_scoring::{field::MoneyLimits, money::Currency};
use yew::prelude::*;

use super::{Part, choice::entry};
use crate::{
    components::tag::{all, element, tag, text},
    messages::Word,
};

pub(super) fn amount(part: &Part, limits: &MoneyLimits) -> Html {
    let is_currency = |value: &String| limits.currencies.iter().any(|currency| currency.as_str() == value);
    let amount = part.values.iter().find(|value| !is_currency(value)).cloned().unwrap_or_default();
    let chosen = part.values.iter().find(|value| is_currency(value));
    let unit_id = part.id_of("unit");
    let (unit, described_by): (_, AttrValue) = match limits.currencies.as_slice() {
        [only] => {
            let described_by = [&unit_id, " ", &part.described_by()].concat();
            (tag!("span", "id" = unit_id, "class" = "unit"; text(only.as_str())), described_by.into())
        }
        several => {
            let chosen = chosen.map(String::as_str).or(several.first().map(Currency::as_str));
            let options = several.iter().map(Currency::as_str).map(|code| entry(code, chosen == Some(code), code));
            let label = [part.say(&part.field.label), ": ", part.words.get(Word::Currency)].concat();
            let select = tag!(
                "select", "part" = "control", "id" = unit_id, "name" = part.name(), "aria-label" = label;
                all(options.collect()),
            );
            (tag!("div", "class" = "list"; select), part.described_by())
        }
    };
    let mut input = element!(
        "input",
        "type" = "text",
        "part" = "control",
        "inputmode" = "decimal",
        "autocomplete" = "off",
        "id" = &part.id,
        "name" = part.name(),
        "aria-describedby" = described_by,
        "aria-required" = part.required(),
        "aria-invalid" = part.invalid(),
    );
    input.set_value(Some(AttrValue::from(amount)));
    tag!("div", "class" = "amount"; input.into(), unit)
}
