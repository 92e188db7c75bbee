//! Controls that are chosen from.

use leadglass_scoring::{
    field::{Choice, RatingScale},
    validation::number::digits,
};
use yew::prelude::*;

use super::Part;
use crate::{
    components::tag::{all, element, tag, text},
    messages::{Word, count},
};

/// A list to open.
pub(super) fn list(part: &Part, options: &[Choice]) -> Html {
    // Said outright: options are put into the page last first, and a list chooses the first one it gets.
    let empty = !options.iter().any(|option| part.values.contains(&option.id));
    let mut entries = vec![entry("", empty, part.words.get(Word::Choose))];
    entries.extend(
        options.iter().map(|option| entry(&option.id, part.values.contains(&option.id), part.say(&option.label))),
    );
    let select = tag!(
        "select", "part" = "control", "id" = &part.id, "name" = part.name(), "autocomplete" = part.autocomplete(),
        "aria-describedby" = part.described_by(), "aria-required" = part.required(), "aria-invalid" = part.invalid();
        all(entries),
    );
    tag!("div", "class" = "list"; select)
}

/// Options to see at once: radio buttons or checkboxes.
pub(super) fn options(part: &Part, options: &[Choice], kind: &'static str) -> Html {
    let options = options
        .iter()
        .enumerate()
        .map(|(number, option)| labelled(part, kind, number, &option.id, tag!("span"; text(part.say(&option.label)))));
    tag!("div", "class" = "options"; all(options.collect()))
}

/// Yes or no.
pub(super) fn yes_no(part: &Part) -> Html {
    let option = |number, id, which| labelled(part, "radio", number, id, tag!("span"; text(part.words.get(which))));
    tag!("div", "class" = "options pair"; option(0, "yes", Word::Yes), option(1, "no", Word::No))
}

/// Marks from 1 up, with what the worst and the best mean.
pub(super) fn marks(part: &Part, scale: &RatingScale) -> Html {
    let end = |mark: u8| match mark {
        1 => scale.low_label.as_ref(),
        mark if mark == scale.max => scale.high_label.as_ref(),
        _ => None,
    };
    let marks = (1..=scale.max).map(|mark| {
        let meaning = end(mark).map(|label| tag!("span", "class" = "unseen"; text(", "), text(part.say(label))));
        let id = digits(mark.into(), 1);
        let words = tag!("span"; text(&id), meaning.unwrap_or_default());
        labelled(part, "radio", usize::from(mark) - 1, &id, words)
    });
    let ends = (scale.low_label.is_some() || scale.high_label.is_some()).then(|| {
        let end = |mark| tag!("span"; text(end(mark).map_or("", |label| part.say(label))));
        tag!("p", "aria-hidden" = "true", "class" = "ends"; end(1), end(scale.max))
    });
    all(vec![tag!("div", "class" = "marks"; all(marks.collect())), ends.unwrap_or_default()])
}

/// The box of a consent; its wording is the label around it.
pub(super) fn consent(part: &Part) -> Html {
    let mut input = element!(
        "input",
        "type" = "checkbox",
        "id" = &part.id,
        "name" = part.name(),
        "aria-describedby" = part.described_by(),
        "aria-required" = part.required(),
        "aria-invalid" = part.invalid(),
    );
    input.set_value(Some(AttrValue::Static("yes")));
    input.set_checked(part.first() == "yes");
    input.into()
}

fn labelled(part: &Part, kind: &'static str, number: usize, value: &str, words: Html) -> Html {
    let id = if number == 0 { part.id.clone() } else { part.id_of(&count(number + 1)) };
    // A group of radio buttons says itself that it is invalid; a plain group of checkboxes may not.
    let invalid = part.invalid().filter(|_| kind == "checkbox");
    let mut input = element!("input", "type" = kind, "id" = id, "name" = part.name(), "aria-invalid" = invalid);
    input.set_value(Some(AttrValue::from(value.to_owned())));
    input.set_checked(part.values.iter().any(|given| given == value));
    tag!("label", "part" = "option", "class" = "option"; input.into(), words)
}

/// A line of a list.
pub(super) fn entry(value: &str, selected: bool, words: &str) -> Html {
    tag!("option", "value" = value.to_owned(), "selected" = selected.then_some("selected"); text(words))
}
