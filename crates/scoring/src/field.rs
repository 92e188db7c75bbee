//! The fields of a form: what kind of answer each takes, and the words around it.

use minicbor::{Decode, Encode};

use crate::{
    language::LocalText, money::Currency, timestamp::Date, validation::phone::NationalPlan, violation::ViolationCode,
};

/// One question of a form.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Field {
    /// The name answers are sent under: lower-case letters, digits and `_`, beginning with a letter.
    #[n(0)]
    pub id: String,
    /// The number of the step it belongs to.
    #[n(1)]
    pub step: u16,
    /// What it takes.
    #[n(2)]
    pub kind: FieldKind,
    /// Whether a lead needs an answer to it.
    #[n(3)]
    pub required: bool,
    /// The question; for a consent, its exact wording.
    #[n(4)]
    pub label: LocalText,
    /// One sentence that helps to answer.
    #[n(5)]
    pub help: Option<LocalText>,
    /// The `autocomplete` token of the HTML standard, such as `email`.
    #[n(6)]
    pub autocomplete: Option<String>,
    /// Words of the form's own for a broken rule, instead of ours.
    #[n(7)]
    pub messages: Vec<Message>,
    /// Whether it may share its line with a neighbour where there is room.
    #[n(8)]
    pub half_width: bool,
}

/// A form's own words for one broken rule.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Message {
    /// The rule.
    #[n(0)]
    pub code: ViolationCode,
    /// What to say.
    #[n(1)]
    pub text: LocalText,
}

/// What a field takes. Files are left out on purpose: a lead form that takes files is a way to send malware to the
/// people who open leads, and a link does what an attachment does.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum FieldKind {
    /// One line of text.
    #[n(0)]
    ShortText(#[n(0)] TextLimits),
    /// Several lines of text.
    #[n(1)]
    LongText(#[n(0)] TextLimits),
    /// An e-mail address.
    #[n(2)]
    Email,
    /// A phone number.
    #[n(3)]
    Phone(#[n(0)] Option<NationalPlan>),
    /// A number with a fixed number of decimal places.
    #[n(4)]
    Number(#[n(0)] NumberLimits),
    /// An amount of money.
    #[n(5)]
    Money(#[n(0)] MoneyLimits),
    /// A date.
    #[n(6)]
    Date(#[n(0)] DateLimits),
    /// One of several options.
    #[n(7)]
    Select(#[n(0)] SelectOptions),
    /// Any of several options.
    #[n(8)]
    MultiSelect(#[n(0)] MultiSelectOptions),
    /// A mark from 1 to the scale's end.
    #[n(9)]
    Rating(#[n(0)] RatingScale),
    /// Yes or no.
    #[n(10)]
    YesNo,
    /// A web address.
    #[n(11)]
    Website,
    /// The name of a company.
    #[n(12)]
    Company(#[n(0)] TextLimits),
    /// A value the page fills in, unseen by the visitor.
    #[n(13)]
    Hidden(#[n(0)] TextLimits),
    /// A permission for a purpose. Its label is the exact wording that is kept with the lead.
    #[n(14)]
    Consent(#[n(0)] ConsentPurpose),
}

impl FieldKind {
    /// The kind's name in form files.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ShortText(_) => "short_text",
            Self::LongText(_) => "long_text",
            Self::Email => "email",
            Self::Phone(_) => "phone",
            Self::Number(_) => "number",
            Self::Money(_) => "money",
            Self::Date(_) => "date",
            Self::Select(_) => "select",
            Self::MultiSelect(_) => "multi_select",
            Self::Rating(_) => "rating",
            Self::YesNo => "yes_no",
            Self::Website => "website",
            Self::Company(_) => "company",
            Self::Hidden(_) => "hidden",
            Self::Consent(_) => "consent",
        }
    }

    /// The names of all kinds.
    pub const NAMES: &[&'static str] = &[
        "short_text",
        "long_text",
        "email",
        "phone",
        "number",
        "money",
        "date",
        "select",
        "multi_select",
        "rating",
        "yes_no",
        "website",
        "company",
        "hidden",
        "consent",
    ];

    /// The options of a select or multi-select; empty for other kinds.
    #[must_use]
    pub fn options(&self) -> &[Choice] {
        match self {
            Self::Select(select) => &select.options,
            Self::MultiSelect(select) => &select.options,
            _ => &[],
        }
    }
}

/// How long a text may be, in Unicode scalar values after trimming.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct TextLimits {
    /// Fewest characters of an answer that is given.
    #[n(0)]
    pub min_length: u32,
    /// Most characters.
    #[n(1)]
    pub max_length: u32,
}

/// The range of a number, in units of its last decimal place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct NumberLimits {
    /// Decimal places, 0 to 6.
    #[n(0)]
    pub decimals: u8,
    /// The least number taken.
    #[n(1)]
    pub min: Option<i64>,
    /// The greatest number taken.
    #[n(2)]
    pub max: Option<i64>,
}

/// The range of an amount, in minor units of the first currency. Amounts in other currencies are only checked for
/// being above zero where `min` is, since a form has no rates of its own.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct MoneyLimits {
    /// Currencies taken; the first is meant where the visitor names none.
    #[n(0)]
    pub currencies: Vec<Currency>,
    /// The least amount taken.
    #[n(1)]
    pub min: Option<i64>,
    /// The greatest amount taken.
    #[n(2)]
    pub max: Option<i64>,
}

/// The first and last date taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DateLimits {
    /// The first date.
    #[n(0)]
    pub min: Option<DateLimit>,
    /// The last date.
    #[n(1)]
    pub max: Option<DateLimit>,
}

/// A date, or a number of days from the day of asking (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum DateLimit {
    /// A fixed date.
    #[n(0)]
    On(#[n(0)] Date),
    /// Days after today; before where negative.
    #[n(1)]
    FromToday(#[n(0)] i32),
}

impl DateLimit {
    /// The date meant when asked on the day `today`.
    #[must_use]
    pub fn resolve(self, today: Date) -> Date {
        match self {
            Self::On(date) => date,
            Self::FromToday(days) => today.plus_days(days),
        }
    }
}

/// One option of a select.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Choice {
    /// The value that is sent.
    #[n(0)]
    pub id: String,
    /// What the visitor reads.
    #[n(1)]
    pub label: LocalText,
}

/// The options of a select.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SelectOptions {
    /// Its options, in the order shown.
    #[n(0)]
    pub options: Vec<Choice>,
    /// Shown as a list to open rather than as radio buttons.
    #[n(1)]
    pub as_list: bool,
}

/// The options of a multi-select, and how many may be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct MultiSelectOptions {
    /// Its options, in the order shown.
    #[n(0)]
    pub options: Vec<Choice>,
    /// Fewest options of an answer that is given.
    #[n(1)]
    pub min: u16,
    /// Most options.
    #[n(2)]
    pub max: u16,
}

/// A scale of marks.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RatingScale {
    /// The best mark, 2 to 10; the worst is 1.
    #[n(0)]
    pub max: u8,
    /// What the worst mark means.
    #[n(1)]
    pub low_label: Option<LocalText>,
    /// What the best mark means.
    #[n(2)]
    pub high_label: Option<LocalText>,
}

/// What a consent is for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ConsentPurpose {
    /// A stable name, such as `contact` or `newsletter`.
    #[n(0)]
    pub purpose: String,
}
