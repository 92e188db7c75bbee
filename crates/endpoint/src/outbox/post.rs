//! The way a letter takes: over HTTPS or by e-mail, as its receiver's template says.

use async_trait::async_trait;
use leadglass_scoring::Timestamp;

use super::{
    client::{Answer, Client, Fault},
    courier::Carry,
    email::Mailer,
    message::Letter,
};
use crate::{
    settings::Settings,
    store::{Receiver, Template},
};

/// Carries letters over the network.
pub struct Post {
    client: Client,
    mailer: Option<Mailer>,
}

impl Post {
    /// As the settings say.
    ///
    /// # Errors
    /// Which of them can't be used.
    pub fn new(settings: &Settings) -> anyhow::Result<Self> {
        Ok(Self { client: Client::new(&settings.outbox)?, mailer: Mailer::new(&settings.smtp)? })
    }
}

#[async_trait]
impl Carry for Post {
    async fn carry(&self, receiver: &Receiver, letter: &Letter, now: Timestamp) -> Result<Answer, Fault> {
        let address = &letter.to.as_ref().unwrap_or(&receiver.address).0;
        match (receiver.template, &self.mailer) {
            (Template::Json | Template::Slack, _) => self.client.post(address, letter, now).await,
            (Template::Email | Template::Confirm, Some(mailer)) => mailer.send(address, letter, now).await,
            (Template::Email | Template::Confirm, None) => {
                Err(Fault::Unsendable("no mail server is set in `[smtp]`".into()))
            }
        }
    }
}
