//! `[[field]]`: the questions of a form.

use toml::{Spanned, de::DeValue};

use super::{
    flow::Conditions,
    phone::national_plan,
    reader::{Reader, Section, nearest},
};
use crate::{
    field::{
        Choice, ConsentPurpose, DateLimit, DateLimits, Field, FieldKind, Message, MoneyLimits, MultiSelectOptions,
        NumberLimits, RatingScale, SelectOptions, TextLimits,
    },
    form::{Place, Step},
    language::LocalText,
    money::Currency,
    validation::{date, number::parse_scaled},
    violation::ViolationCode,
};

pub(super) fn read<'a>(
    reader: &mut Reader,
    root: &mut Section<'a>,
    steps: &[Step],
    conditions: &mut Conditions<'a>,
) -> Vec<Field> {
    let mut fields = Vec::new();
    for mut section in reader.sections(root, "field") {
        let number = fields.len();
        conditions.take_of_field(&mut section, number);
        reader.remember(Place::Field(number), section.span());
        let field = read_field(reader, section, steps, number);
        reader.remember_field(&field);
        fields.push(field);
    }
    fields
}

fn read_field(reader: &mut Reader, mut section: Section, steps: &[Step], number: usize) -> Field {
    let id = reader.required_text(&mut section, "id");
    let label = if section.has("label") {
        reader.required_local(&mut section, "label")
    } else {
        reader.visitor_words(&mut section, "label");
        LocalText::new(reader.languages.iter().map(|_| id.clone()).collect())
    };
    let step = step(reader, &mut section, steps);
    let before = reader.mistake_count();
    let kind = kind(reader, &mut section, number);
    if kind.is_none() || reader.mistake_count() > before {
        reader.unread_fields.insert(id.clone());
    }
    let unread = kind.is_none();
    let field = Field {
        id,
        step,
        kind: kind.unwrap_or(FieldKind::YesNo),
        required: reader.flag(&mut section, "required").unwrap_or(false),
        label,
        help: reader.local(&mut section, "help"),
        autocomplete: autocomplete(reader, &mut section),
        messages: messages(reader, &mut section),
        half_width: reader.flag(&mut section, "half_width").unwrap_or(false),
        lenient: reader.flag(&mut section, "lenient").filter(|lenient| *lenient),
    };
    if !unread {
        reader.finish(&section);
    }
    field
}

fn step(reader: &mut Reader, section: &mut Section, steps: &[Step]) -> u16 {
    let Some((id, span)) = reader.text(section, "step") else {
        if steps.len() > 1 {
            reader.missing(section, "step", "the id of the step it belongs to");
        }
        return 0;
    };
    let number = steps.iter().position(|step| step.id == id).and_then(|number| u16::try_from(number).ok());
    number.unwrap_or_else(|| {
        let mend = nearest(&id, steps.iter().map(|step| step.id.as_str()))
            .map_or_else(|| "add a `[[step]]` with this id".to_owned(), |near| format!("did you mean `{near}`?"));
        reader.mistake(span, format!("there is no step `{id}`"), mend);
        0
    })
}

fn kind(reader: &mut Reader, section: &mut Section, number: usize) -> Option<FieldKind> {
    if !section.has("kind") {
        reader.missing(section, "kind", "such as `kind = \"short_text\"`");
    }
    let (name, span) = reader.text(section, "kind")?;
    Some(match name.as_str() {
        "short_text" => FieldKind::ShortText(lengths(reader, section, 200)),
        "long_text" => FieldKind::LongText(lengths(reader, section, 4_000)),
        "company" => FieldKind::Company(lengths(reader, section, 200)),
        "hidden" => FieldKind::Hidden(lengths(reader, section, 200)),
        "email" => FieldKind::Email,
        "website" => FieldKind::Website,
        "yes_no" => FieldKind::YesNo,
        "phone" => FieldKind::Phone(national_plan(reader, section)),
        "number" => {
            let decimals = reader.whole(section, "decimals").unwrap_or(0);
            let min = reader.decimal(section, "min", decimals);
            FieldKind::Number(NumberLimits { decimals, min, max: reader.decimal(section, "max", decimals) })
        }
        "money" => money(reader, section),
        "date" => {
            let min = date_limit(reader, section, "min");
            FieldKind::Date(DateLimits { min, max: date_limit(reader, section, "max") })
        }
        "select" => {
            let options = options(reader, section, number);
            FieldKind::Select(SelectOptions { options, as_list: reader.flag(section, "as_list").unwrap_or(false) })
        }
        "multi_select" => {
            let options = options(reader, section, number);
            let min = reader.whole(section, "min").unwrap_or(0);
            let all = u16::try_from(options.len()).unwrap_or(u16::MAX);
            FieldKind::MultiSelect(MultiSelectOptions {
                options,
                min,
                max: reader.whole(section, "max").unwrap_or(all),
            })
        }
        "rating" => FieldKind::Rating(RatingScale {
            max: reader.whole(section, "max").unwrap_or(5),
            low_label: reader.local(section, "low_label"),
            high_label: reader.local(section, "high_label"),
        }),
        "consent" => FieldKind::Consent(ConsentPurpose { purpose: reader.required_text(section, "purpose") }),
        _ => {
            let mend = nearest(&name, FieldKind::NAMES.iter().copied()).map_or_else(
                || format!("there are `{}`", FieldKind::NAMES.join("`, `")),
                |near| format!("did you mean `{near}`?"),
            );
            reader.mistake(span, format!("there is no kind `{name}`"), mend);
            return None;
        }
    })
}

fn lengths(reader: &mut Reader, section: &mut Section, most: u32) -> TextLimits {
    TextLimits {
        min_length: reader.whole(section, "min_length").unwrap_or(0),
        max_length: reader.whole(section, "max_length").unwrap_or(most),
    }
}

fn money(reader: &mut Reader, section: &mut Section) -> FieldKind {
    let mut currencies = Vec::new();
    for (code, span) in reader.texts(section, "currencies") {
        match Currency::parse(&code) {
            Some(currency) => currencies.push(currency),
            None => reader.mistake(span, format!("`{code}` is no currency"), "write three letters, such as `\"EUR\"`"),
        }
    }
    let decimals = currencies.first().map_or(2, |currency| currency.decimals());
    let min = reader.decimal(section, "min", decimals);
    FieldKind::Money(MoneyLimits { currencies, min, max: reader.decimal(section, "max", decimals) })
}

fn date_limit(reader: &mut Reader, section: &mut Section, key: &'static str) -> Option<DateLimit> {
    let (text, span) = reader.text(section, key)?;
    let limit = match text.strip_prefix("today") {
        Some("") => Some(DateLimit::FromToday(0)),
        Some(days) if days.starts_with(['+', '-']) => {
            let days = parse_scaled(days, 0).ok().and_then(|days| i32::try_from(days).ok());
            days.map(DateLimit::FromToday)
        }
        Some(_) => None,
        None => date::parse(&text).ok().map(DateLimit::On),
    };
    if limit.is_none() {
        let mend = "write `\"2026-01-31\"`, `\"today\"`, `\"today+30\"` or `\"today-30\"`";
        reader.mistake(span, format!("`{text}` is no date"), mend);
    }
    limit
}

fn options(reader: &mut Reader, section: &mut Section, number: usize) -> Vec<Choice> {
    let mut options = Vec::new();
    for mut option in reader.sections(section, "options") {
        reader.remember(Place::Choice(number, options.len()), option.span());
        let id = reader.required_text(&mut option, "id");
        let label = reader.required_local(&mut option, "label");
        reader.finish(&option);
        options.push(Choice { id, label });
    }
    options
}

/// The tokens of the HTML standard, section "Autofill", that a lead form has a use for.
const AUTOCOMPLETE: &[&str] = &[
    "off",
    "on",
    "name",
    "honorific-prefix",
    "given-name",
    "additional-name",
    "family-name",
    "nickname",
    "email",
    "tel",
    "tel-national",
    "organization",
    "organization-title",
    "url",
    "street-address",
    "address-line1",
    "address-level1",
    "address-level2",
    "postal-code",
    "country",
    "country-name",
    "bday",
    "language",
    "sex",
    "username",
];

fn autocomplete(reader: &mut Reader, section: &mut Section) -> Option<String> {
    let (token, span) = reader.text(section, "autocomplete")?;
    if !AUTOCOMPLETE.contains(&token.as_str()) {
        let mend = nearest(&token, AUTOCOMPLETE.iter().copied()).map_or_else(
            || format!("there are `{}`", AUTOCOMPLETE.join("`, `")),
            |near| format!("did you mean `{near}`?"),
        );
        reader.mistake(span, format!("browsers know no autocomplete token `{token}`"), mend);
    }
    Some(token)
}

fn messages(reader: &mut Reader, section: &mut Section) -> Vec<Message> {
    let mut messages = Vec::new();
    let Some(value) = section.take("messages") else { return messages };
    let DeValue::Table(table) = value.get_ref() else {
        let mend = "write a table, such as `messages = { required = { en = \"…\" } }`";
        reader.mistake(value.span(), "`messages` is no table", mend);
        return messages;
    };
    for (code, text) in table {
        collect_message(reader, code.get_ref(), code.span(), text, &mut messages);
    }
    messages.sort_by_key(|message| message.code);
    messages
}

fn collect_message(
    reader: &mut Reader,
    name: &str,
    span: std::ops::Range<usize>,
    text: &Spanned<DeValue>,
    messages: &mut Vec<Message>,
) {
    if let Some(code) = ViolationCode::parse(name) {
        let text = reader.local_value(name, text);
        messages.push(Message { code, text });
        return;
    }
    let known = || ViolationCode::ALL.iter().map(|code| code.as_str());
    let mend = nearest(name, known()).map_or_else(
        || format!("write the code in quotes; there are `{}`", known().collect::<Vec<_>>().join("`, `")),
        |near| format!("did you mean `\"{near}\"`?"),
    );
    reader.mistake(span, format!("there is no rule `{name}`"), mend);
}
