//! What a problem says to a visitor. What only a programmer can mend is said in English.

use leadglass_scoring::Language;

use super::Kind;

pub(super) const fn detail(kind: Kind, language: Language) -> &'static str {
    use Language::{En, Ro, Ru};
    match (kind, language) {
        (Kind::AnswersInvalid, En) => "Please look at the marked answers and send again",
        (Kind::AnswersInvalid, Ru) => "Посмотрите, пожалуйста, отмеченные ответы и отправьте ещё раз",
        (Kind::AnswersInvalid, Ro) => "Vă rugăm să verificați răspunsurile marcate și să trimiteți din nou",
        (Kind::KeyReused, En) => "Other answers were already sent with this key; send the changed ones under a new key",
        (Kind::KeyReused, Ru) => "С этим ключом уже отправлены другие ответы; изменённые отправьте с новым ключом",
        (Kind::KeyReused, Ro) => {
            "Cu această cheie au fost deja trimise alte răspunsuri; trimiteți-le pe cele modificate cu o cheie nouă"
        }
        (Kind::Busy | Kind::StoreUnavailable | Kind::TooSlow | Kind::Stopping, En) => {
            "Your answers could not be kept just now; please send them again in a moment"
        }
        (Kind::Busy | Kind::StoreUnavailable | Kind::TooSlow | Kind::Stopping, Ru) => {
            "Сейчас ответы сохранить не удалось; отправьте их, пожалуйста, ещё раз чуть позже"
        }
        (Kind::Busy | Kind::StoreUnavailable | Kind::TooSlow | Kind::Stopping, Ro) => {
            "Răspunsurile nu au putut fi păstrate acum; vă rugăm să le trimiteți din nou peste câteva clipe"
        }
        (Kind::TooManyRequests, En) => "Too much was sent in a short time; please wait a little and send again",
        (Kind::TooManyRequests, Ru) => {
            "За короткое время отправлено слишком много; подождите немного и отправьте ещё раз"
        }
        (Kind::TooManyRequests, Ro) => "S-a trimis prea mult într-un timp scurt; așteptați puțin și trimiteți din nou",
        (Kind::Internal, En) => "This is our fault, not yours; please send again, and tell us the id if it stays",
        (Kind::Internal, Ru) => "Это наша ошибка, не ваша; отправьте ещё раз, а если повторится — сообщите нам id",
        (Kind::Internal, Ro) => {
            "Este greșeala noastră, nu a dumneavoastră; trimiteți din nou, iar dacă se repetă, spuneți-ne id-ul"
        }
        (Kind::OriginNotAllowed, En) => "The form's owner has not allowed this site to send it",
        (Kind::OriginNotAllowed, Ru) => "Владелец формы не разрешил отправлять её с этого сайта",
        (Kind::OriginNotAllowed, Ro) => "Proprietarul formularului nu a permis trimiterea lui de pe acest site",
        (Kind::FormUnknown, En) => "No form has this name; it may have been renamed",
        (Kind::FormUnknown, Ru) => "Формы с таким именем нет; возможно, её переименовали",
        (Kind::FormUnknown, Ro) => "Nu există un formular cu acest nume; poate a fost redenumit",
        (Kind::BodyTooLarge, En) => "The answers are too long to be taken; please shorten the longest one",
        (Kind::BodyTooLarge, Ru) => "Ответы слишком длинные; сократите, пожалуйста, самый длинный",
        (Kind::BodyTooLarge, Ro) => "Răspunsurile sunt prea lungi; vă rugăm să-l scurtați pe cel mai lung",
        (Kind::BodyTooSlow, En) => "The answers did not arrive in time; please send them again",
        (Kind::BodyTooSlow, Ru) => "Ответы не пришли вовремя; отправьте их, пожалуйста, ещё раз",
        (Kind::BodyTooSlow, Ro) => "Răspunsurile nu au ajuns la timp; vă rugăm să le trimiteți din nou",
        (Kind::RequestMalformed, _) => "The address or a header of the request can't be read",
        (Kind::BodyNotUtf8, _) => "Send the body in UTF-8",
        (Kind::BodyNotJson, _) => "Send the body as JSON",
        (Kind::BodyWrongShape, _) => "Send the body in the shape of a submission",
        (Kind::KeyMissing, _) => {
            "Send a `key`, a UUID made when the visitor began, so that a retry is not a second lead"
        }
        (Kind::TooManyAnswers, _) => "A submission holds fewer answers than this",
        (Kind::OutcomeUnknown, _) => {
            "No outcome has this id; the `history` of `GET /v1/leads/{id}` lists those of a lead"
        }
        (Kind::CostUnknown, _) => "No cost has this id; `GET /v1/costs` lists them",
        (Kind::MergeUnknown, _) => "No merge has this id; `GET /v1/persons/{id}` lists those of a person",
        (Kind::PersonSame, _) => "Both leads are one person's already; there is nothing to merge",
        (Kind::DaysReversed, _) => "Send the earlier day first",
        (Kind::AmountInvalid, _) => "Send an amount that can be right",
        (Kind::TimeAhead, _) => "Send a time that has come",
        (Kind::FieldUnknown, _) => "Send answers to the form's own fields",
        (Kind::ParametersInvalid, _) => "Look at the parameters that are named and ask again",
        (Kind::TokenInvalid, _) => "Send `authorization: Bearer lg_…` with a token that `leadglass token create` made",
        (Kind::ScopeMissing, _) => "`leadglass token create` makes a token with the scope that this needs",
        (Kind::PurposeUnknown, _) => "Name purposes that the lead gave permission for",
        (Kind::ConsentWithdrawn, _) => "The visitor took the permission back, so nothing more is followed",
        (Kind::LeadNotHeld, _) => "No lead with this id is held in the quarantine",
        (Kind::WebhookUnknown, _) => "No webhook has this id",
        (Kind::WebhookDisabled, _) => "Enable the webhook first",
        (Kind::WebhookBuiltIn, _) => {
            "It asks senders to confirm their address and can only be enabled and disabled; take `[confirmation]` out of the forms to be without it"
        }
        (Kind::AddressInvalid, _) => "Send a public `https:` address",
        (Kind::LeadUnknown, _) => "No lead has this id",
        (Kind::VersionUnknown, _) => "No version of this form has this id",
        (Kind::PathUnknown, _) => "Nothing is served at this path",
        (Kind::MethodNotAllowed, _) => "The header `allow` names the methods this path takes",
    }
}
