//! The fields of a form: what kind of answer each takes, and the words around it.

use crate::{
    language::LocalText, money::Currency, timestamp::Date, validation::phone::NationalPlan, violation::ViolationCode,
};

/// One question of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name answers are sent under: lower-case letters, digits and `_`, beginning with a letter.
    pub id: String,
    /// The number of the step it belongs to.
    pub step: u16,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether a lead needs an answer to it.
    pub required: bool,
    /// The question; for a consent, its exact wording.
    pub label: LocalText,
    /// One sentence that helps to answer.
    pub help: Option<LocalText>,
    /// The `autocomplete` token of the HTML standard, such as `email`.
    pub autocomplete: Option<String>,
    /// Words of the form's own for a broken rule, instead of ours.
    pub messages: Vec<Message>,
    /// Whether it may share its line with a neighbour where there is room.
    pub half_width: bool,
    /// Whether an answer that breaks its rules counts as none, and a number is rounded to its decimal places and held
    /// within 64 bits: for tables of past leads, which are as they are.
    pub lenient: Option<bool>,
}

canonical!(struct Field { id, step, kind, required, label, help, autocomplete, messages, half_width, lenient });

impl Field {
    /// Whether no lead is without an answer to it.
    pub(crate) fn needs_answer(&self) -> bool {
        self.required && !self.is_lenient()
    }

    /// Whether an answer that breaks its rules counts as none.
    pub(crate) fn is_lenient(&self) -> bool {
        self.lenient == Some(true)
    }
}

/// A form's own words for one broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The rule.
    pub code: ViolationCode,
    /// What to say.
    pub text: LocalText,
}

canonical!(struct Message { code, text });

/// What a field takes. Files are left out on purpose: a lead form that takes files is a way to send malware to the
/// people who open leads, and a link does what an attachment does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line of text.
    ShortText(TextLimits),
    /// Several lines of text.
    LongText(TextLimits),
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone(Option<NationalPlan>),
    /// A number with a fixed number of decimal places.
    Number(NumberLimits),
    /// An amount of money.
    Money(MoneyLimits),
    /// A date.
    Date(DateLimits),
    /// One of several options.
    Select(SelectOptions),
    /// Any of several options.
    MultiSelect(MultiSelectOptions),
    /// A mark from 1 to the scale's end.
    Rating(RatingScale),
    /// Yes or no.
    YesNo,
    /// A web address.
    Website,
    /// The name of a company.
    Company(TextLimits),
    /// A value the page fills in, unseen by the visitor.
    Hidden(TextLimits),
    /// A permission for a purpose. Its label is the exact wording that is kept with the lead.
    Consent(ConsentPurpose),
}

canonical!(
    enum FieldKind {
        ShortText(a),
        LongText(a),
        Email,
        Phone(a),
        Number(a),
        Money(a),
        Date(a),
        Select(a),
        MultiSelect(a),
        Rating(a),
        YesNo,
        Website,
        Company(a),
        Hidden(a),
        Consent(a),
    }
);

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextLimits {
    /// Fewest characters of an answer that is given.
    pub min_length: u32,
    /// Most characters.
    pub max_length: u32,
}

canonical!(struct TextLimits { min_length, max_length });

/// The range of a number, in units of its last decimal place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberLimits {
    /// Decimal places, 0 to 6.
    pub decimals: u8,
    /// The least number taken.
    pub min: Option<i64>,
    /// The greatest number taken.
    pub max: Option<i64>,
}

canonical!(struct NumberLimits { decimals, min, max });

/// The range of an amount, in minor units of the first currency. Amounts in other currencies are only checked for
/// being above zero where `min` is, since a form has no rates of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyLimits {
    /// Currencies taken; the first is meant where the visitor names none.
    pub currencies: Vec<Currency>,
    /// The least amount taken.
    pub min: Option<i64>,
    /// The greatest amount taken.
    pub max: Option<i64>,
}

canonical!(struct MoneyLimits { currencies, min, max });

/// The first and last date taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateLimits {
    /// The first date.
    pub min: Option<DateLimit>,
    /// The last date.
    pub max: Option<DateLimit>,
}

canonical!(struct DateLimits { min, max });

/// A date, or a number of days from the day of asking (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateLimit {
    /// A fixed date.
    On(Date),
    /// Days after today; before where negative.
    FromToday(i32),
}

canonical!(
    enum DateLimit {
        On(a),
        FromToday(a),
    }
);

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value that is sent.
    pub id: String,
    /// What the visitor reads.
    pub label: LocalText,
}

canonical!(struct Choice { id, label });

/// The options of a select.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectOptions {
    /// Its options, in the order shown.
    pub options: Vec<Choice>,
    /// Shown as a list to open rather than as radio buttons.
    pub as_list: bool,
}

canonical!(struct SelectOptions { options, as_list });

/// The options of a multi-select, and how many may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultiSelectOptions {
    /// Its options, in the order shown.
    pub options: Vec<Choice>,
    /// Fewest options of an answer that is given.
    pub min: u16,
    /// Most options.
    pub max: u16,
}

canonical!(struct MultiSelectOptions { options, min, max });

/// A scale of marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingScale {
    /// The best mark, 2 to 10; the worst is 1.
    pub max: u8,
    /// What the worst mark means.
    pub low_label: Option<LocalText>,
    /// What the best mark means.
    pub high_label: Option<LocalText>,
}

canonical!(struct RatingScale { max, low_label, high_label });

/// What a consent is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentPurpose {
    /// A stable name, such as `contact` or `newsletter`.
    pub purpose: String,
}

canonical!(struct ConsentPurpose { purpose });
