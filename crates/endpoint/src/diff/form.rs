//! What a form says beside its card: what it asks, and its words.

use leadglass_scoring::{
    Field, FieldKind, FormDefinition,
    condition::{
        Range,
        words::{range_words, words},
    },
    field::DateLimit,
    form::{Flow, FollowUp, Layout, Link, MomentForm, Serving},
    money::Currency,
    validation::number::format_scaled,
};

use super::facts::{FIELDS, FOLLOW_UPS, FORM, Facts, MOMENTS, REASONS, joined, yes_no};

pub(super) fn tell(definition: &FormDefinition, facts: &mut Facts) {
    facts.say(FORM, "id", "value", definition.id.as_str());
    facts.say(FORM, "languages", "value", joined(definition.languages.iter().map(|language| language.code())));
    facts.text(definition, FORM, "heading", "text", &definition.heading);
    facts.text_if(definition, FORM, "intro", "text", definition.intro.as_ref());
    facts.text(definition, FORM, "button", "text", &definition.button);
    for step in &definition.steps {
        let id = format!("step {}", step.id);
        let fields = definition.fields.iter().filter(|field| {
            definition.steps.get(usize::from(field.step)).is_some_and(|of_field| of_field.id == step.id)
        });
        facts.say(FORM, &id, "fields", joined(fields.map(|field| field.id.as_str())));
        facts.text_if(definition, FORM, &id, "title", step.title.as_ref());
    }
    for field in &definition.fields {
        tell_field(definition, field, facts);
    }
    if let Some(flow) = &definition.flow {
        tell_flow(definition, flow, facts);
    }
    let follow_ups = &definition.follow_ups;
    for (decision, follow_up) in
        [("accept", &follow_ups.accept), ("nurture", &follow_ups.nurture), ("decline", &follow_ups.decline)]
    {
        tell_follow_up(definition, decision, follow_up, facts);
    }
    for moment in definition.moments.iter().flatten() {
        tell_moment(definition, moment, facts);
    }
    for reason in &definition.reasons {
        facts.text(definition, REASONS, &reason.id, "text", &reason.text);
        for (number, text) in reason.conditions.iter().enumerate() {
            facts.text_if(definition, REASONS, &reason.id, &format!("of condition {}", number + 1), text.as_ref());
        }
    }
}

fn tell_flow(definition: &FormDefinition, flow: &Flow, facts: &mut Facts) {
    let layout = match flow.layout {
        Layout::Whole => "whole",
        Layout::Steps => "steps",
        Layout::Questions => "questions",
    };
    facts.say(FORM, "layout", "value", layout);
    facts.say_if(FORM, "asks", "value", flow.what_matters.as_ref().map(|_| "what_matters"));
    facts.say_if(FORM, "score_event", "value", flow.tells_score.map(yes_no));
    for asked in &flow.asked {
        let when = words(&asked.when, &definition.fields);
        if let Some(step) = asked.step.and_then(|step| definition.steps.get(usize::from(step))) {
            facts.say(FORM, &format!("step {}", step.id), "asked if", when);
        } else if let Some(field) = asked.field.and_then(|field| definition.fields.get(usize::from(field))) {
            facts.say(FIELDS, &field.id, "asked if", when);
        }
    }
    if let Some(drafts) = &flow.drafts {
        let days = if drafts.days == 0 { "in the tab".into() } else { format!("for {} days", drafts.days) };
        facts.say(FORM, "drafts", "kept", days);
        facts.say_if(FORM, "drafts", "consent", drafts.consent.as_deref());
        facts.say(FORM, "drafts", "personal", yes_no(drafts.personal));
    }
}

fn tell_field(definition: &FormDefinition, field: &Field, facts: &mut Facts) {
    let id = field.id.as_str();
    facts.say(FIELDS, id, "kind", field.kind.name());
    facts.say(FIELDS, id, "required", yes_no(field.required));
    facts.text(definition, FIELDS, id, "label", &field.label);
    facts.text_if(definition, FIELDS, id, "help", field.help.as_ref());
    facts.say_if(FIELDS, id, "autocomplete", field.autocomplete.as_deref());
    if field.half_width {
        facts.say(FIELDS, id, "half_width", "yes");
    }
    for message in &field.messages {
        facts.text(definition, FIELDS, id, &format!("message for {}", message.code.as_str()), &message.text);
    }
    facts.say_if(FIELDS, id, "takes", limits(&field.kind));
    if let FieldKind::Select(select) = &field.kind {
        facts.say(FIELDS, id, "as_list", yes_no(select.as_list));
    }
    for option in field.kind.options() {
        facts.text(definition, FIELDS, id, &format!("option {}", option.id), &option.label);
    }
    if let FieldKind::Phone(Some(plan)) = &field.kind {
        facts.text_if(definition, FIELDS, id, "country", plan.preset.as_ref());
    }
    if let FieldKind::Rating(scale) = &field.kind {
        facts.text_if(definition, FIELDS, id, "low_label", scale.low_label.as_ref());
        facts.text_if(definition, FIELDS, id, "high_label", scale.high_label.as_ref());
    }
}

fn limits(kind: &FieldKind) -> Option<String> {
    let some = |min: Option<i64>, max: Option<i64>, value: &dyn Fn(i64) -> String| {
        (min.is_some() || max.is_some()).then(|| range_words(Range { min, max }, value))
    };
    match kind {
        FieldKind::ShortText(limits)
        | FieldKind::LongText(limits)
        | FieldKind::Company(limits)
        | FieldKind::Hidden(limits) => Some(format!("{} to {} characters", limits.min_length, limits.max_length)),
        FieldKind::Phone(plan) => plan.as_ref().map(|plan| match &plan.countries {
            Some(countries) => {
                format!("national numbers of {}", joined(countries.iter().map(|country| &country.id)))
            }
            None => format!("national numbers of +{}, after `{}`", plan.calling_code, plan.trunk_prefix),
        }),
        FieldKind::Number(limits) => {
            let range = some(limits.min, limits.max, &|value| format_scaled(value, limits.decimals));
            let range = range.unwrap_or_else(|| "any".into());
            Some(format!("{range}, {} decimal places", limits.decimals))
        }
        FieldKind::Money(limits) => {
            let decimals = limits.currencies.first().map_or(2, |currency| currency.decimals());
            let range = some(limits.min, limits.max, &|minor| format_scaled(minor, decimals));
            let currencies = joined(limits.currencies.iter().map(Currency::as_str));
            Some(format!("{} of {currencies}", range.unwrap_or_else(|| "any amount".into())))
        }
        FieldKind::Date(limits) => {
            let limit = |limit: DateLimit| match limit {
                DateLimit::On(date) => date.to_iso(),
                DateLimit::FromToday(days) => format!("today {days:+} days"),
            };
            let (min, max) = (limits.min.map(limit), limits.max.map(limit));
            match (min, max) {
                (Some(min), Some(max)) => Some(format!("from {min} to {max}")),
                (Some(min), None) => Some(format!("from {min}")),
                (None, Some(max)) => Some(format!("up to {max}")),
                (None, None) => None,
            }
        }
        FieldKind::MultiSelect(select) => Some(format!("{} to {} options", select.min, select.max)),
        FieldKind::Rating(scale) => Some(format!("1 to {}", scale.max)),
        FieldKind::Consent(consent) => Some(format!("consent for `{}`", consent.purpose)),
        FieldKind::Email | FieldKind::Select(_) | FieldKind::YesNo | FieldKind::Website => None,
    }
}

fn tell_follow_up(definition: &FormDefinition, decision: &str, follow_up: &FollowUp, facts: &mut Facts) {
    facts.text(definition, FOLLOW_UPS, decision, "heading", &follow_up.heading);
    facts.text(definition, FOLLOW_UPS, decision, "text", &follow_up.text);
    tell_link(definition, FOLLOW_UPS, decision, "link", follow_up.link.as_ref(), facts);
}

fn tell_link(
    definition: &FormDefinition,
    part: &'static str,
    id: &str,
    what: &str,
    link: Option<&Link>,
    facts: &mut Facts,
) {
    if let Some(link) = link {
        facts.text(definition, part, id, what, &link.label);
        facts.text(definition, part, id, &format!("{what} to"), &link.url);
    }
}

fn tell_moment(definition: &FormDefinition, form: &MomentForm, facts: &mut Facts) {
    let id = form.moment.as_str();
    for (what, text) in [("heading", &form.heading), ("help", &form.help), ("button", &form.button)] {
        facts.text_if(definition, MOMENTS, id, what, text.as_ref());
    }
    facts.say(MOMENTS, id, "asks", form.asks.as_ref().map_or_else(|| "all fields".to_owned(), joined));
    if let Some(serving) = &form.serves {
        tell_serving(definition, id, serving, facts);
    }
}

fn tell_serving(definition: &FormDefinition, id: &str, serving: &Serving, facts: &mut Facts) {
    facts.text(definition, MOMENTS, id, "serves", &serving.heading);
    facts.text_if(definition, MOMENTS, id, "serves text", serving.text.as_ref());
    for (number, step) in serving.steps.iter().flatten().enumerate() {
        facts.text(definition, MOMENTS, id, &format!("serves step {}", number + 1), step);
    }
    if let Some(place) = &serving.location {
        facts.text(definition, MOMENTS, id, "serves address", &place.address);
        for hours in place.hours.iter().flatten() {
            facts.text(definition, MOMENTS, id, "serves hours", hours);
        }
        tell_link(definition, MOMENTS, id, "serves map", place.map.as_ref(), facts);
        tell_link(definition, MOMENTS, id, "serves route", place.route.as_ref(), facts);
    }
    tell_link(definition, MOMENTS, id, "serves link", serving.link.as_ref(), facts);
}
