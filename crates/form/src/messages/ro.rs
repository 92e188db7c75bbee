//! Romanian.

use leadglass_scoring::{FieldKind, ViolationCode as Code};

use super::{Plural, Text, Words};

pub(super) const WORDS: Words = Words {
    sending: "Se trimite…",
    failed: "Nu am reușit să trimitem. Răspunsurile sunt aici: verificați conexiunea și trimiteți din nou.",
    offline: "Nu aveți conexiune. Răspunsurile sunt aici și le trimitem imediat ce conexiunea revine.",
    busy: "Avem foarte multe solicitări acum. Răspunsurile sunt aici: trimiteți din nou peste un minut.",
    open_hosted: "Sau deschideți formularul pe o pagină separată",
    close: "Închide",
    adapted: "Formularul s-a schimbat: {} Acum cere: [].",
    summary: Plural {
        one: "Verificați {} răspuns",
        few: "Verificați {} răspunsuri",
        many: "Verificați {} de răspunsuri",
    },
    choose: "Alegeți…",
    yes: "Da",
    no: "Nu",
    optional: "opțional",
    currency: "Moneda",
    next: "Înainte",
    back: "Înapoi",
    step: "Pasul {} din []",
    question: "Întrebarea {} din []",
    suggestion: "Ați vrut să scrieți {}?",
    violation,
    required,
};

const fn violation(code: Code) -> Text {
    Text::Plain(match code {
        Code::Required => "Câmpul este încă gol. Completați-l.",
        Code::Repeated => "Sunt două răspunsuri. Păstrați unul.",
        Code::TextTooShort => {
            return counted(
                "Prea scurt. Scrieți cel puțin {} caracter.",
                "Prea scurt. Scrieți cel puțin {} caractere.",
                "Prea scurt. Scrieți cel puțin {} de caractere.",
            );
        }
        Code::TextTooLong => {
            return counted(
                "Prea lung. Scurtați până la {} caracter.",
                "Prea lung. Scurtați până la {} caractere.",
                "Prea lung. Scurtați până la {} de caractere.",
            );
        }
        Code::TextControlCharacter => "Textul are un caracter invizibil. Ștergeți-l sau scrieți textul din nou.",
        Code::EmailMissingAt => "Lipsește semnul @. Scrieți adresa sub forma nume@exemplu.com.",
        Code::EmailMalformed => "Adresa nu este completă. Scrieți-o sub forma nume@exemplu.com, fără spații.",
        Code::EmailNotLatin => {
            "O adresă de e-mail are doar litere latine fără diacritice. Scrieți-o sub forma nume@exemplu.com."
        }
        Code::PhoneMalformed => "Acesta nu este un număr de telefon. Folosiți doar cifre, spații și + - ( ).",
        Code::PhoneTooShort => "Numărul este prea scurt. Scrieți-l complet, cu prefix.",
        Code::PhoneTooLong => "Numărul are peste 15 cifre. Ștergeți-le pe cele în plus.",
        Code::PhoneCountryMissing => "Lipsește codul țării. Începeți cu + și codul, de exemplu +373.",
        Code::NumberMalformed => "Acesta nu este un număr. Scrieți-l cu cifre, de exemplu 5000.",
        Code::NumberTooSmall => "Prea puțin. Scrieți {} sau mai mult.",
        Code::NumberTooLarge => "Prea mult. Scrieți {} sau mai puțin.",
        Code::NumberTooPrecise => {
            return Text::Counted(
                "Numărul are zecimale. Scrieți un număr întreg.",
                Plural {
                    one: "Prea multe zecimale. Păstrați cel mult {} zecimală.",
                    few: "Prea multe zecimale. Păstrați cel mult {} zecimale.",
                    many: "Prea multe zecimale. Păstrați cel mult {} de zecimale.",
                },
            );
        }
        Code::MoneyCurrencyUnknown => "Nu primim această monedă. Alegeți una dintre acestea: {}.",
        Code::DateMalformed => "Aceasta nu este o dată. Scrieți ziua, luna și anul: 31.12.2026.",
        Code::DateImpossible => "Nu există o astfel de zi. Verificați ziua și luna.",
        Code::DateTooEarly => "Prea devreme. Alegeți {} sau o zi mai târzie.",
        Code::DateTooLate => "Prea târziu. Alegeți {} sau o zi mai devreme.",
        Code::ChoiceUnknown => "Această opțiune nu există. Alegeți una din listă.",
        Code::ChoiceTooFew => {
            return counted(
                "Alegeți cel puțin {} opțiune.",
                "Alegeți cel puțin {} opțiuni.",
                "Alegeți cel puțin {} de opțiuni.",
            );
        }
        Code::ChoiceTooMany => {
            return counted(
                "Alegeți cel mult {} opțiune.",
                "Alegeți cel mult {} opțiuni.",
                "Alegeți cel mult {} de opțiuni.",
            );
        }
        Code::RatingOutOfRange => "Alegeți o notă de la 1 la {}.",
        Code::YesNoMalformed => "Alegeți da sau nu.",
        Code::WebsiteMalformed => "Adresa site-ului nu este completă. Scrieți-o sub forma exemplu.com.",
        Code::ConsentRequired => "Avem nevoie de acordul dumneavoastră ca să continuăm. Bifați căsuța.",
    })
}

const fn counted(one: &'static str, few: &'static str, many: &'static str) -> Text {
    Text::Counted(many, Plural { one, few, many })
}

const fn required(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Email => "Lipsește adresa de e-mail. Scrieți-o sub forma nume@exemplu.com.",
        FieldKind::Phone(_) => "Lipsește numărul de telefon. Scrieți-l complet.",
        FieldKind::Number(_) => "Lipsește numărul. Scrieți-l cu cifre.",
        FieldKind::Money(_) => "Lipsește suma. Scrieți-o cu cifre.",
        FieldKind::Date(_) => "Lipsește data. Alegeți o zi.",
        FieldKind::Select(_) => "Nu ați ales încă nimic. Alegeți o opțiune.",
        FieldKind::MultiSelect(_) => "Nu ați ales încă nimic. Alegeți una sau mai multe opțiuni.",
        FieldKind::Rating(_) => "Nu ați ales încă nimic. Alegeți o notă.",
        FieldKind::YesNo => "Nu ați ales încă nimic. Alegeți da sau nu.",
        FieldKind::Website => "Lipsește adresa site-ului. Scrieți-o sub forma exemplu.com.",
        FieldKind::Hidden(_) => "Pagina nu a transmis ceva. Reîncărcați-o și trimiteți din nou.",
        _ => "Câmpul este încă gol. Completați-l.",
    }
}
