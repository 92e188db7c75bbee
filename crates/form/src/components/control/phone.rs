//! A phone number and the country it is read as.

use leadglass_scoring::validation::phone::{ELSEWHERE, NationalPlan};
use yew::prelude::*;

use super::{Part, choice::entry, line};
use crate::{
    components::tag::{all, tag},
    messages::Word,
};

pub(super) fn number(part: &Part, plan: &NationalPlan) -> Html {
    let preset = plan.preset.as_ref().map(|preset| part.say(preset));
    let chosen = part.values.get(1).map(String::as_str).or(preset);
    let countries = plan.countries.iter().flatten();
    let is_first = |place: usize| chosen.is_none() && place == 0;
    let mut options: Vec<Html> = countries
        .enumerate()
        .map(|(place, country)| {
            let words = [&country.id, " +", &country.calling_code].concat();
            entry(&country.id, is_first(place) || chosen == Some(&country.id), &words)
        })
        .collect();
    options.push(entry(ELSEWHERE, chosen == Some(ELSEWHERE), part.words.get(Word::Elsewhere)));
    let label = [part.say(&part.field.label), ": ", part.words.get(Word::Country)].concat();
    // The number alone is filled in by browsers: it then has its country with it.
    let select = tag!(
        "select", "part" = "control", "id" = part.id_of("unit"), "name" = part.name(), "aria-label" = label,
        "autocomplete" = "off";
        all(options),
    );
    tag!("div", "class" = "amount"; line::input(part, &part.field.kind), tag!("div", "class" = "list"; select))
}
