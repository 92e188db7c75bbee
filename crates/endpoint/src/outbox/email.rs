//! E-mails, by SMTP. Messages are built by a library alone, and nothing that a visitor wrote can become a header: a
//! subject is one line, whatever was typed.

use std::time::Duration;

use anyhow::{Context, bail};
use leadglass_scoring::{Language, Timestamp};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor, address::Envelope,
    transport::smtp::authentication::Credentials,
};
use mail_builder::MessageBuilder;

use super::{
    client::{Answer, Fault},
    message::Letter,
    signature::seconds,
};
use crate::{
    report::Report,
    settings::{Encryption, Smtp},
    store::Event,
};

/// The longest subject, in characters.
const SUBJECT: usize = 120;

/// Sends e-mails through the server of the settings.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Sender,
}

/// Whom e-mails are from.
struct Sender {
    name: String,
    address: Address,
}

impl Mailer {
    /// `None` where no server is set.
    ///
    /// # Errors
    /// Where the server or the sender is not what it should be.
    pub fn new(settings: &Smtp) -> anyhow::Result<Option<Self>> {
        if settings.host.is_empty() {
            return Ok(None);
        }
        let Some(from) = Sender::parse(&settings.from) else {
            bail!("`smtp.from` can't be `{}`: it is an address such as `Leads <leads@example.org>`", settings.from)
        };
        let host = settings.host.as_str();
        let builder = match settings.encryption {
            Encryption::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(host),
            Encryption::Starttls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host),
            Encryption::None => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)),
        };
        let mut builder = builder.with_context(|| format!("`smtp.host` can't be `{host}`"))?;
        builder = builder.port(settings.port).timeout(Some(Duration::from_millis(settings.timeout_ms)));
        if !settings.username.is_empty() {
            builder = builder.credentials(Credentials::new(settings.username.clone(), settings.password.0.clone()));
        }
        Ok(Some(Self { transport: builder.build(), from }))
    }

    /// Sends a letter to an address of the form `mailto:NAME@HOST`.
    pub(super) async fn send(&self, address: &str, letter: &Letter, now: Timestamp) -> Result<Answer, Fault> {
        let to = recipient(address).ok_or_else(|| Fault::Unsendable("it is no e-mail address".into()))?;
        let message = self.message(&to, letter, now)?;
        let envelope = Envelope::new(Some(self.from.address.clone()), vec![to]);
        let envelope = envelope.map_err(|error| Fault::Unsendable(error.to_string()))?;
        match self.transport.send_raw(&envelope, &message).await {
            Ok(response) => Ok(Answer { status: response.code().into(), retry_after: None }),
            Err(error) => match error.status() {
                Some(code) => Ok(Answer { status: code.into(), retry_after: None }),
                None if error.is_timeout() => Err(Fault::Timeout),
                None if error.is_tls() => Err(Fault::Tls),
                None => Err(Fault::Connect),
            },
        }
    }

    fn message(&self, to: &Address, letter: &Letter, now: Timestamp) -> Result<Vec<u8>, Fault> {
        let from: &str = self.from.address.as_ref();
        let to: &str = to.as_ref();
        MessageBuilder::new()
            .from((self.from.name.as_str(), from))
            .to(to)
            .subject(one_line(letter.subject.as_deref().unwrap_or("leadglass")))
            // The same at each try, so that whoever gets it twice can tell.
            .message_id(format!("{}@{}", letter.id, self.from.address.domain()))
            .date(seconds(now))
            .text_body(letter.body.as_str())
            .write_to_vec()
            .map_err(|error| Fault::Unsendable(error.to_string()))
    }
}

impl Sender {
    /// `NAME <ADDRESS>` or the address alone.
    fn parse(text: &str) -> Option<Self> {
        let (name, address) = match text.strip_suffix('>') {
            Some(text) => text.split_once('<')?,
            None => ("", text),
        };
        Some(Self { name: one_line(name.trim()), address: address.parse().ok()? })
    }
}

/// The person of an address of the form `mailto:NAME@HOST`, without anything a `mailto:` can say beside.
#[must_use]
pub fn recipient(address: &str) -> Option<Address> {
    let address = address.strip_prefix("mailto:")?;
    let is_plain = !address.chars().any(|it| it.is_control() || it.is_whitespace() || matches!(it, '?' | '%' | ','));
    is_plain.then(|| address.parse().ok()).flatten()
}

/// What would end a line, or be seen by nobody, is a space.
fn one_line(text: &str) -> String {
    let visible =
        text.chars().map(|it| if it.is_control() || matches!(it, '\u{2028}' | '\u{2029}') { ' ' } else { it });
    visible.take(SUBJECT).collect()
}

/// Subject and text of an e-mail to staff.
pub(super) fn words(event: &Event, report: Option<&Report>, language: Option<Language>) -> (String, String) {
    let [reasons, page, lead, form] = match language {
        Some(Language::Ru) => ["Почему", "Страница", "Заявка", "Форма"],
        Some(Language::Ro) => ["De ce", "Pagina", "Cererea", "Formularul"],
        _ => ["Why", "Page", "Lead", "Form"],
    };
    let Some(report) = report else {
        let text = format!("{}\n{form}: {}\n{lead}: {}\n", event.kind.as_str(), event.form, event.lead);
        return (format!("{} · {}", event.kind.as_str(), event.form), text);
    };
    let explanation = &report.lead.explanation;
    let (grade, score, decision) = (explanation.grade, explanation.score, explanation.decision.as_str());
    let subject = format!("{grade} · {score}/100 · {decision} · {}", report.who());
    let why = report.top_reasons(crate::explain::SHORT_REASONS);
    let mut lines = vec![format!("{grade} · {score}/100 · {decision}")];
    if !why.is_empty() {
        lines.push(format!("{reasons}: {why}"));
    }
    lines.push(String::new());
    lines.extend(report.answers().into_iter().map(|(label, values)| format!("{label}: {}", values.join(", "))));
    lines.push(String::new());
    lines.extend(report.lead.page.url.as_ref().map(|url| format!("{page}: {url}")));
    lines.push(format!("{form}: {}\n{lead}: {}\n", event.form, event.lead));
    (subject, lines.join("\n"))
}

#[cfg(test)]
mod tests;
