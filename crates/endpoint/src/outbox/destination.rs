//! Where a receiver can be, as somebody says it.

use super::{
    address::{AddressError, Rules},
    email::recipient,
};
use crate::{settings::Settings, store::Template};

/// Why nobody can be told there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DestinationError {
    /// Messages are not sent to such an address.
    #[error("this address can't be sent to")]
    Address(#[from] AddressError),
    /// It is more, or less, than one e-mail address.
    #[error("`{0}` is not one e-mail address")]
    Recipient(String),
    /// E-mails go nowhere.
    #[error("no mail server is set: `[smtp]` of the settings has none")]
    NoMailServer,
}

/// The address as it is kept, and how messages to it look: as `template` says, unless it is an e-mail address.
///
/// # Errors
/// Why nobody can be told there.
pub fn destination(
    settings: &Settings,
    text: &str,
    template: Template,
) -> Result<(String, Template), DestinationError> {
    if !text.starts_with("mailto:") {
        return Ok((Rules::of(&settings.outbox).parse(text)?.into(), template));
    }
    if recipient(text).is_none() {
        return Err(DestinationError::Recipient(text.to_owned()));
    }
    if settings.smtp.host.is_empty() {
        return Err(DestinationError::NoMailServer);
    }
    Ok((text.to_owned(), Template::Email))
}
