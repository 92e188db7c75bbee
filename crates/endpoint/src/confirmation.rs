//! Double opt-in: whoever sends a form that asks for it is written to, and confirms by a button behind a link that the
//! address is theirs. Programs that look into e-mails follow links, and press no buttons.

use std::time::Duration;

use leadglass_scoring::{FormDefinition, Language, LocalText, Timestamp, encoding::VersionId};
use uuid::Uuid;

use crate::{
    clock::{derived_id, to_rfc3339},
    outbox::{Letter, after},
    report::Report,
    settings::Settings,
    spam::{self, Keys},
    state::State,
    store::{Address, Event, Receiver, ReceiverState, Secret, StoreError, Template},
};

/// How long a link works where the form does not say.
const HOURS: u16 = 72;

/// Whether the form asks, and the settings say how.
#[must_use]
pub fn can_ask(settings: &Settings, form: &FormDefinition) -> bool {
    form.confirmation.is_some() && is_set_up(settings)
}

fn is_set_up(settings: &Settings) -> bool {
    !settings.public_url.is_empty() && !settings.smtp.host.is_empty()
}

/// Makes sure that somebody is told whenever a sender is to be asked: the sender. Warns of forms that ask in vain.
///
/// # Errors
/// Where the store can't be read or written.
pub async fn prepare(state: &State) -> Result<(), StoreError> {
    let forms = state.forms.table();
    if !is_set_up(&state.settings) {
        for form in forms.iter().filter(|(_, live)| live.full.definition().confirmation.is_some()).map(|(id, _)| id) {
            tracing::warn!(
                form,
                "it has `[confirmation]`, but nobody is asked: `public_url` or `smtp.host` is not set"
            );
        }
        return Ok(());
    }
    let id = receiver_id(&state.settings.workspace);
    if state.store.receivers().await?.iter().any(|receiver| receiver.id == id) {
        return Ok(());
    }
    let receiver = Receiver {
        id,
        address: Address("mailto:senders@leadglass.invalid".into()),
        template: Template::Confirm,
        events: Vec::new(),
        forms: Vec::new(),
        decisions: Vec::new(),
        language: None,
        state: ReceiverState::Enabled,
        added_at: state.clock.now(),
    };
    let secret = Secret::from_bytes(state.ids.secret().to_vec());
    let secret = secret.ok_or_else(|| StoreError::Failed("a secret of 32 bytes is none".into()))?;
    match state.store.add_receiver(&receiver, &secret).await {
        // Another endpoint started at the same moment.
        Err(_) if state.store.receivers().await?.iter().any(|receiver| receiver.id == id) => Ok(()),
        other => other,
    }
}

/// One in each workspace, whichever endpoint comes first.
fn receiver_id(workspace: &str) -> Uuid {
    derived_id(VersionId::of(format!("confirmation\0{workspace}").as_bytes()).as_bytes())
}

/// The e-mail that asks; `None` where there is nobody to ask any more.
#[must_use]
pub fn letter(state: &State, keys: &Keys, event: &Event, form: &FormDefinition, report: &Report) -> Option<Letter> {
    let (confirmation, email) = (form.confirmation.as_ref()?, report.email()?);
    let language = report.lead.language;
    let number = form.language_number(language).unwrap_or(0);
    let hours = u64::from(confirmation.valid_hours.unwrap_or(HOURS));
    // The same link at each try.
    let until = after(event.at, Duration::from_secs(hours * 3_600));
    // A link that works no more is sent to nobody.
    if is_late(until, state.clock.now()) {
        return None;
    }
    let token = spam::confirm_token(keys, report.lead.id, until);
    let link = format!("{}/confirm/{token}?lang={}", state.settings.public_url.trim_end_matches('/'), language.code());
    let words = Words::of(language);
    let own = |text: &Option<LocalText>| text.as_ref().map(|text| text.get(number).to_owned());
    let subject = own(&confirmation.subject).unwrap_or_else(|| words.subject.to_owned());
    let text = own(&confirmation.text).unwrap_or_else(|| words.text.replace("{}", form.heading.get(number)));
    let until = to_rfc3339(until).get(..16).unwrap_or_default().replace('T', " ");
    let body = format!("{text}\n\n{link}\n\n{}\n", words.until.replace("{}", &until));
    let to = Some(Address(format!("mailto:{email}")));
    Some(Letter { id: event.id, subject: Some(subject), body, secrets: Vec::new(), to })
}

/// What is said to whoever confirms.
pub struct Words {
    subject: &'static str,
    text: &'static str,
    until: &'static str,
    /// Above the button.
    pub ask: &'static str,
    /// On it.
    pub button: &'static str,
    /// Once it is done.
    pub done: &'static str,
    /// Where the link is too old.
    pub late: &'static str,
    /// Where it is none of ours, or what it was for is gone.
    pub unknown: &'static str,
}

impl Words {
    /// In a language.
    #[must_use]
    pub const fn of(language: Language) -> Self {
        match language {
            Language::En => Self {
                subject: "Please confirm your address",
                text: "Your address was given in our form \u{201c}{}\u{201d}. Open this page and press the button to confirm \
                       that it is yours:",
                until: "The link works until {} UTC. If it was not you, do nothing.",
                ask: "Is this e-mail address yours?",
                button: "Yes, it is mine",
                done: "Thank you. Your address is confirmed.",
                late: "This link is too old. Please send the form again.",
                unknown: "This link leads nowhere. Please copy it whole from the e-mail.",
            },
            Language::Ru => Self {
                subject: "Подтвердите, пожалуйста, ваш адрес",
                text: "Ваш адрес указали в нашей форме «{}». Откройте страницу и нажмите кнопку, чтобы подтвердить, что он ваш:",
                until: "Ссылка действует до {} UTC. Если это были не вы, ничего делать не нужно.",
                ask: "Это ваш адрес электронной почты?",
                button: "Да, мой",
                done: "Спасибо. Адрес подтверждён.",
                late: "Срок действия ссылки истёк. Отправьте, пожалуйста, форму ещё раз.",
                unknown: "Эта ссылка никуда не ведёт. Скопируйте её, пожалуйста, из письма целиком.",
            },
            Language::Ro => Self {
                subject: "Vă rugăm să vă confirmați adresa",
                text: "Adresa dumneavoastră a fost indicată în formularul nostru „{}”. Deschideți pagina și apăsați butonul ca să \
                       confirmați că vă aparține:",
                until: "Linkul este valabil până la {} UTC. Dacă nu ați fost dumneavoastră, nu trebuie să faceți nimic.",
                ask: "Această adresă de e-mail vă aparține?",
                button: "Da, este a mea",
                done: "Mulțumim. Adresa este confirmată.",
                late: "Linkul a expirat. Vă rugăm să trimiteți din nou formularul.",
                unknown: "Acest link nu duce nicăieri. Vă rugăm să-l copiați întreg din e-mail.",
            },
        }
    }
}

/// Whether a link is too old.
#[must_use]
pub fn is_late(until: Timestamp, now: Timestamp) -> bool {
    until < now
}
