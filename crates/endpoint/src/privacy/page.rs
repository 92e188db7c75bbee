//! The page on which a person sees the permissions they gave with a lead, and takes them back. It needs no script, and
//! holds nothing they answered.

use std::fmt::Write;

use axum::{http::StatusCode, response::Response};
use leadglass_scoring::Language;

use crate::{clock::to_rfc3339, hosted::escape, link_page::link_page, state::State, store::KeptLead};

/// What the page says.
struct Words {
    title: &'static str,
    given: &'static str,
    taken_back: &'static str,
    button: &'static str,
    all: &'static str,
    note: &'static str,
    none: &'static str,
    unknown: &'static str,
}

const EN: Words = Words {
    title: "Your permissions",
    given: "Given",
    taken_back: "Taken back",
    button: "Take back",
    all: "Take all back",
    note: "It holds from the moment you take it back.",
    none: "You gave no permission.",
    unknown: "This link leads nowhere. Please copy it whole; what it was for may also have been erased.",
};
const RU: Words = Words {
    title: "Ваши согласия",
    given: "Дано",
    taken_back: "Отозвано",
    button: "Отозвать",
    all: "Отозвать все",
    note: "Отзыв действует с той минуты, когда вы его сделали.",
    none: "Вы не давали согласий.",
    unknown: "Эта ссылка никуда не ведёт. Скопируйте её целиком; возможно и то, что данные уже удалены.",
};
const RO: Words = Words {
    title: "Acordurile dumneavoastră",
    given: "Dat",
    taken_back: "Retras",
    button: "Retrag",
    all: "Retrag toate",
    note: "Retragerea este valabilă din momentul în care o faceți.",
    none: "Nu ați dat niciun acord.",
    unknown: "Acest link nu duce nicăieri. Copiați-l întreg; se poate și ca datele să fi fost deja șterse.",
};

const fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::Ru => &RU,
        Language::Ro => &RO,
    }
}

/// What the page is called.
#[must_use]
pub const fn title(language: Language) -> &'static str {
    words(language).title
}

/// The link to the page, for the page that follows a form. In a window of its own: that one may stand in a frame, and this may not.
#[must_use]
pub fn link(token: &str, language: Language) -> String {
    let (code, title) = (language.code(), words(language).title);
    format!(
        "<p><a href=\"/privacy/{}?lang={code}\" target=\"_blank\" referrerpolicy=\"no-referrer\">{title}</a></p>\n",
        escape(token)
    )
}

/// The page of a lead.
#[must_use]
pub fn page(state: &State, lead: &KeptLead, token: &str, language: Language) -> Response {
    let (words, code) = (words(language), language.code());
    let action = format!("/privacy/{}?lang={code}", escape(token));
    let form = |purpose: Option<&str>, button: &str| {
        let purpose =
            purpose.map(|purpose| format!("<input type=\"hidden\" name=\"purpose\" value=\"{}\">", escape(purpose)));
        let purpose = purpose.unwrap_or_default();
        format!("<form method=\"post\" action=\"{action}\">{purpose}<button>{button}</button></form>")
    };
    let mut list = String::new();
    for consent in &lead.consents {
        let given = format!("{} {}", words.given, time(&to_rfc3339(consent.given_at)));
        let rest = match consent.withdrawn_at {
            Some(at) => format!("<br>{} {}", words.taken_back, time(&to_rfc3339(at))),
            None => form(Some(&consent.purpose), words.button),
        };
        let _ = writeln!(list, "<li><q>{}</q><br>{given}{rest}</li>", escape(&consent.wording));
    }
    let open = lead.consents.iter().filter(|consent| consent.withdrawn_at.is_none()).count();
    let all = if open > 1 { form(None, words.all) } else { String::new() };
    let body = if list.is_empty() {
        format!("<p>{}</p>", words.none)
    } else {
        format!("<ul>\n{list}</ul>\n{all}<p>{}</p>", words.note)
    };
    link_page(state, language, StatusCode::OK, words.title, &body)
}

/// The page of a link that leads nowhere.
#[must_use]
pub fn unknown_page(state: &State, language: Language) -> Response {
    link_page(state, language, StatusCode::NOT_FOUND, words(language).unknown, "")
}

fn time(at: &str) -> String {
    let minutes = at.get(..16).unwrap_or(at).replace('T', " ");
    format!("<time datetime=\"{at}\">{minutes} UTC</time>")
}
