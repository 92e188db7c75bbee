//! English.

use leadglass_scoring::{FieldKind, ViolationCode as Code};

use super::{Plural, Text, Words};

pub(super) const WORDS: Words = Words {
    sending: "Sending…",
    failed: "We could not send this. Your answers are still here: check the connection and send again.",
    offline: "You are offline. Your answers are still here, and we will send them once you are connected again.",
    busy: "We are very busy right now. Your answers are still here: send them again in a minute.",
    open_hosted: "Or open the form on its own page",
    close: "Close",
    adapted: "The form has changed: {} It asks for: [].",
    summary: Plural {
        one: "{} answer needs another look",
        few: "{} answers need another look",
        many: "{} answers need another look",
    },
    choose: "Choose…",
    yes: "Yes",
    no: "No",
    optional: "optional",
    currency: "Currency",
    next: "Next",
    back: "Back",
    step: "Step {} of []",
    question: "Question {} of []",
    suggestion: "Did you mean {}?",
    violation,
    required,
};

const fn violation(code: Code) -> Text {
    Text::Plain(match code {
        Code::Required => "This is still empty. Fill it in.",
        Code::Repeated => "This was answered twice. Leave one answer.",
        Code::TextTooShort => {
            return counted(
                "This is too short. Write at least {} character.",
                "This is too short. Write at least {} characters.",
            );
        }
        Code::TextTooLong => {
            return counted(
                "This is too long. Shorten it to {} character.",
                "This is too long. Shorten it to {} characters.",
            );
        }
        Code::TextControlCharacter => "There is an invisible character in this text. Delete it or type the text anew.",
        Code::EmailMissingAt => "The @ is missing. Write the address like name@example.com.",
        Code::EmailMalformed => "This address is not complete. Write it like name@example.com, without spaces.",
        Code::EmailNotLatin => {
            "E-mail addresses have Latin letters only. Switch the keyboard and write it like name@example.com."
        }
        Code::PhoneMalformed => "This is not a phone number. Use digits, spaces and + - ( ) only.",
        Code::PhoneTooShort => "This number is too short. Write it in full, with the area code.",
        Code::PhoneTooLong => "This number has more than 15 digits. Take out those that are too many.",
        Code::PhoneCountryMissing => "The country is missing. Begin with + and its code, like +44.",
        Code::NumberMalformed => "This is not a number. Write it in digits, like 5000.",
        Code::NumberTooSmall => "This is too little. Write {} or more.",
        Code::NumberTooLarge => "This is too much. Write {} or less.",
        Code::NumberTooPrecise => {
            return Text::Counted(
                "This has decimals. Write a whole number.",
                Plural {
                    one: "This has too many decimals. Keep {} at most.",
                    few: "This has too many decimals. Keep {} at most.",
                    many: "This has too many decimals. Keep {} at most.",
                },
            );
        }
        Code::MoneyCurrencyUnknown => "We do not take this currency. Use one of these: {}.",
        Code::DateMalformed => "This is not a date. Write day, month and year like 31.12.2026.",
        Code::DateImpossible => "There is no such day. Check the day and the month.",
        Code::DateTooEarly => "This is too early. Choose {} or a later day.",
        Code::DateTooLate => "This is too late. Choose {} or an earlier day.",
        Code::ChoiceUnknown => "This is not one of the options. Choose one that is listed.",
        Code::ChoiceTooFew => return counted("Choose at least {} option.", "Choose at least {} options."),
        Code::ChoiceTooMany => return counted("Choose no more than {} option.", "Choose no more than {} options."),
        Code::RatingOutOfRange => "Choose a mark from 1 to {}.",
        Code::YesNoMalformed => "Choose yes or no.",
        Code::WebsiteMalformed => "This web address is not complete. Write it like example.com.",
        Code::ConsentRequired => "We need your permission to go on. Tick the box to give it.",
    })
}

const fn counted(one: &'static str, many: &'static str) -> Text {
    Text::Counted(many, Plural { one, few: many, many })
}

const fn required(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Email => "Your e-mail address is missing. Write it like name@example.com.",
        FieldKind::Phone(_) => "Your phone number is missing. Write it in full.",
        FieldKind::Number(_) => "The number is missing. Write it in digits.",
        FieldKind::Money(_) => "The amount is missing. Write it in digits.",
        FieldKind::Date(_) => "The date is missing. Choose a day.",
        FieldKind::Select(_) => "Nothing is chosen yet. Choose one option.",
        FieldKind::MultiSelect(_) => "Nothing is chosen yet. Choose one option or more.",
        FieldKind::Rating(_) => "Nothing is chosen yet. Choose a mark.",
        FieldKind::YesNo => "Nothing is chosen yet. Choose yes or no.",
        FieldKind::Website => "The web address is missing. Write it like example.com.",
        FieldKind::Hidden(_) => "The page left something out. Reload it and send again.",
        _ => "This is still empty. Fill it in.",
    }
}
