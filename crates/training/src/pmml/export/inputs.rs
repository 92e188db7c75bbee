//! The fields a document asks for, and those it derives from them.

use leadglass_scoring::{Field, FieldKind, FormDefinition, field::NumberLimits};

use super::logic::decimal;
use crate::pmml::xml::Element;

pub(super) const TYPE_OF_TEXTS: &str = "string";

/// The derived field with a text as conditions see it. No field of a form has a full stop in its id.
pub(super) fn text_name(id: &str) -> String {
    format!("{id}.text")
}

/// The fields of a form, and which of them were asked for.
pub(super) struct Inputs<'f> {
    fields: &'f [Field],
    asked: Vec<bool>,
    texts: Vec<bool>,
}

impl<'f> Inputs<'f> {
    pub(super) fn new(form: &'f FormDefinition) -> Self {
        let none = vec![false; form.fields.len()];
        Self { fields: &form.fields, asked: none.clone(), texts: none }
    }

    pub(super) fn kind(&self, id: &str) -> Option<&'f FieldKind> {
        self.fields.iter().find(|field| field.id == id).map(|field| &field.kind)
    }

    /// Whether its answers count as none where they break its rules.
    pub(super) fn is_lenient(&self, id: &str) -> bool {
        self.fields.iter().any(|field| field.id == id && field.lenient == Some(true))
    }

    /// Asks for a field; its data type.
    pub(super) fn ask(&mut self, id: &str) -> Option<&'static str> {
        let slot = self.fields.iter().position(|field| field.id == id)?;
        *self.asked.get_mut(slot)? = true;
        Some(data_type(self.fields.get(slot)?))
    }

    /// Asks for a field and its text in lower case.
    pub(super) fn ask_text(&mut self, id: &str) -> Option<()> {
        self.ask(id)?;
        let slot = self.fields.iter().position(|field| field.id == id)?;
        *self.texts.get_mut(slot)? = true;
        Some(())
    }

    fn asked(&self) -> impl Iterator<Item = &'f Field> {
        self.fields.iter().zip(&self.asked).filter(|(_, asked)| **asked).map(|(field, _)| field)
    }

    pub(super) fn dictionary(&self) -> Vec<Element> {
        self.asked().map(data_field).collect()
    }

    pub(super) fn mining_fields(&self) -> Vec<Element> {
        self.asked().map(mining_field).collect()
    }

    pub(super) fn derived_texts(&self) -> Vec<Element> {
        let texts = self.fields.iter().zip(&self.texts).filter(|(_, asked)| **asked);
        texts.map(|(field, _)| derived_text(field)).collect()
    }
}

/// Whole numbers are `integer` only within 32 bits, more than which not every evaluator has.
fn data_type(field: &Field) -> &'static str {
    let is_small = |limit: Option<i64>| limit.is_some_and(|limit| i32::try_from(limit).is_ok());
    match &field.kind {
        FieldKind::Number(NumberLimits { decimals: 0, min, max })
            if field.lenient.is_none() && is_small(*min) && is_small(*max) =>
        {
            "integer"
        }
        FieldKind::Number(_) | FieldKind::Money(_) => "double",
        FieldKind::Rating(_) => "integer",
        FieldKind::Date(_) => "date",
        FieldKind::YesNo | FieldKind::Consent(_) => "boolean",
        _ => "string",
    }
}

fn data_field(field: &Field) -> Element {
    let data_type = data_type(field);
    let operational = match data_type {
        "double" | "integer" => "continuous",
        "date" => "ordinal",
        _ => "categorical",
    };
    let label = field.label.get(0);
    let label = match &field.kind {
        FieldKind::Money(limits) => {
            let currency = limits.currencies.first().map_or("", |currency| currency.as_str());
            format!("{label} ({currency})")
        }
        _ => label.to_owned(),
    };
    let mut element = Element::new("DataField").with("name", &field.id);
    if !label.is_empty() {
        element = element.with("displayName", label);
    }
    element = element.with("optype", operational).with("dataType", data_type);
    let value = |value: &str| Element::new("Value").with("value", value);
    match &field.kind {
        FieldKind::Number(_) if field.lenient == Some(true) => element,
        FieldKind::Number(limits) => element.children(interval(limits.min, limits.max, limits.decimals)),
        FieldKind::Money(limits) => {
            let decimals = limits.currencies.first().map_or(2, |currency| currency.decimals());
            element.children(interval(limits.min, limits.max, decimals))
        }
        FieldKind::Rating(scale) => element.children(interval(Some(1), Some(i64::from(scale.max)), 0)),
        FieldKind::Select(select) => {
            let option = |option: &leadglass_scoring::field::Choice| {
                let label = option.label.get(0);
                let element = value(&option.id);
                if label.is_empty() { element } else { element.with("displayValue", label) }
            };
            element.child(value("").with("property", "missing")).children(select.options.iter().map(option))
        }
        FieldKind::Consent(_) if field.required && field.lenient != Some(true) => element.child(value("true")),
        _ if data_type == "string" => element.child(value("").with("property", "missing")),
        _ => element,
    }
}

fn interval(min: Option<i64>, max: Option<i64>, decimals: u8) -> Option<Element> {
    let margin = |element: Element, name, limit: Option<i64>| match limit {
        Some(limit) => element.with(name, decimal(limit, decimals)),
        None => element,
    };
    let element = Element::new("Interval").with("closure", "closedClosed");
    (min.is_some() || max.is_some()).then(|| margin(margin(element, "leftMargin", min), "rightMargin", max))
}

/// What a form rejects for being missing or out of range has no score elsewhere either. A consent that was not given
/// was withheld.
fn mining_field(field: &Field) -> Element {
    let element = Element::new("MiningField").with("name", &field.id);
    if field.lenient == Some(true) {
        let withheld = matches!(field.kind, FieldKind::Consent(_)).then_some("false");
        let element = element.with("invalidValueTreatment", "asMissing");
        return withheld.into_iter().fold(element, |element, value| element.with("missingValueReplacement", value));
    }
    match &field.kind {
        FieldKind::Consent(_) if !field.required => element.with("missingValueReplacement", "false"),
        _ if field.required => element.with("missingValueTreatment", "returnInvalid"),
        _ => element,
    }
}

fn apply(function: &str, missing: &str, arguments: impl IntoIterator<Item = Element>) -> Element {
    Element::new("Apply").with("function", function).with("mapMissingTo", missing).children(arguments)
}

fn constant(text: &str) -> Element {
    Element::new("Constant").with("dataType", TYPE_OF_TEXTS).text(text)
}

/// A text as conditions see it: trimmed, in our lower case (in which İ is i and ς is σ), a site with its scheme.
fn derived_text(field: &Field) -> Element {
    let reference = Element::new("FieldRef").with("field", &field.id);
    let trimmed = apply("trimBlanks", "", [reference]);
    let plain = apply("replace", "", [trimmed, constant("İ"), constant("i")]);
    let lower = apply("lowercase", "", [plain]);
    let mut text = apply("replace", "", [lower, constant("ς"), constant("σ")]);
    if field.kind == FieldKind::Website {
        let has_scheme = apply("matches", "false", [text.clone(), constant("^(https?://.*)?$")]);
        let completed = apply("concat", "", [constant("https://"), text.clone()]);
        text = Element::new("Apply").with("function", "if").children([has_scheme, text, completed]);
    }
    if field.lenient == Some(true)
        && let FieldKind::ShortText(limits)
        | FieldKind::LongText(limits)
        | FieldKind::Company(limits)
        | FieldKind::Hidden(limits) = &field.kind
    {
        let compared = |operator: &str, limit: u32| {
            let length = apply("stringLength", "0", [text.clone()]);
            let limit = Element::new("Constant").with("dataType", "integer").text(limit.to_string());
            Element::new("Apply").with("function", operator).children([length, limit])
        };
        let bounds = [compared("greaterOrEqual", limits.min_length), compared("lessOrEqual", limits.max_length)];
        let fits = Element::new("Apply").with("function", "and").children(bounds);
        text = Element::new("Apply").with("function", "if").children([fits, text, constant("")]);
    }
    Element::new("DerivedField")
        .with("name", text_name(&field.id))
        .with("optype", "categorical")
        .with("dataType", TYPE_OF_TEXTS)
        .child(text)
}
