//! Telling others: what happened to leads, who is told, and how far the telling has come.

use std::fmt;

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use leadglass_scoring::{Decision, Language, Timestamp, encoding::VersionId};
use uuid::Uuid;

use super::StoreError;

/// Keeps what others are to be told. Events are written with what they tell of, each with a delivery for every receiver
/// that wants it, so neither can be without the other.
#[async_trait]
pub trait OutboxStore: Send + Sync {
    /// Adds somebody to tell, with the secret of their signatures.
    async fn add_receiver(&self, receiver: &Receiver, secret: &Secret) -> Result<(), StoreError>;

    /// All receivers, the one added first first.
    async fn receivers(&self) -> Result<Vec<Receiver>, StoreError>;

    /// The secrets that a receiver's messages are signed with at a time, the newest first.
    async fn secrets(&self, receiver: Uuid, at: Timestamp) -> Result<Vec<Secret>, StoreError>;

    /// Signs with a new secret from now on, and with the former ones until `until`.
    async fn rotate_secret(
        &self,
        receiver: Uuid,
        secret: &Secret,
        at: Timestamp,
        until: Timestamp,
    ) -> Result<(), StoreError>;

    /// Whether the receiver was there to be set.
    async fn set_receiver(&self, receiver: Uuid, state: ReceiverState) -> Result<bool, StoreError>;

    /// Removes a receiver with all that waits for it; whether it was there.
    async fn remove_receiver(&self, receiver: Uuid) -> Result<bool, StoreError>;

    /// Which receivers have something waiting, and when the first of it may be tried.
    async fn due(&self) -> Result<Vec<(Uuid, Timestamp)>, StoreError>;

    /// Takes what is due for a receiver, at most `limit`, so that nobody else does before `until`.
    async fn claim(
        &self,
        receiver: Uuid,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError>;

    /// Keeps what came of a claim; false where it had run out and is another's by now.
    async fn settle(&self, claim: &Claim, settled: Settled) -> Result<bool, StoreError>;

    /// Lets what happened in a span of time be told again, or for the first time to who was added later. Returns how
    /// many deliveries that makes.
    async fn replay(&self, replay: &Replay) -> Result<u64, StoreError>;

    /// Forgets deliveries that were made before `before`, at most `limit`, and how many those are.
    async fn prune(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;

    /// How many deliveries to each receiver are in each state.
    async fn tallies(&self) -> Result<Vec<Tally>, StoreError>;

    /// What happened to a lead, the earliest first.
    async fn events(&self, lead: Uuid) -> Result<Vec<Event>, StoreError>;
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The one of this name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.as_str() == name)
            }
        }
    };
}

words! {
    /// What happened.
    EventKind {
        /// A lead came.
        LeadCreated = "lead.created",
        /// What is known of it changed.
        LeadUpdated = "lead.updated",
        /// It was held back and is no longer.
        LeadReleased = "lead.released",
        /// Something became of it.
        LeadOutcome = "lead.outcome",
        /// Its person had it erased.
        LeadErased = "lead.erased",
        /// Its person confirmed that the address is theirs.
        LeadConfirmed = "lead.confirmed",
        /// Its person is asked to; nobody else is told.
        ConfirmationAsked = "lead.confirmation_asked",
    }
}

words! {
    /// How a message looks.
    Template {
        /// One JSON object with all there is to say.
        Json = "json",
        /// A message that Slack shows.
        Slack = "slack",
        /// An e-mail to staff.
        Email = "email",
        /// An e-mail to whoever sent the lead, by which they confirm their address.
        Confirm = "confirm",
    }
}

words! {
    /// Whether a receiver is told. What happens meanwhile waits for one that is not.
    ReceiverState {
        /// It is.
        Enabled = "enabled",
        /// Somebody here put it off.
        Disabled = "disabled",
        /// It answered that it is gone for good.
        Gone = "gone",
    }
}

words! {
    /// How far a delivery has come.
    DeliveryState {
        /// It is to be tried.
        Waiting = "waiting",
        /// The receiver took it.
        Delivered = "delivered",
        /// It was tried as often as it is worth.
        Dead = "dead",
    }
}

/// Something that happened to a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Of a lead's coming, the lead's own; else a `UUIDv7`. Receivers know a message by it.
    pub id: Uuid,
    /// What happened.
    pub kind: EventKind,
    /// To which lead.
    pub lead: Uuid,
    /// Of which form.
    pub form: String,
    /// What was decided about the lead then.
    pub decision: Decision,
    /// Server time.
    pub at: Timestamp,
    /// More about it: a JSON object.
    pub detail: Option<String>,
}

/// Somebody to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// A UUID; one that was added under a key has an id of that key.
    pub id: Uuid,
    /// Where: `https:`, or `mailto:` for an e-mail.
    pub address: Address,
    /// How.
    pub template: Template,
    /// Only of these events; of all where it is empty.
    pub events: Vec<EventKind>,
    /// Only of leads of these forms.
    pub forms: Vec<String>,
    /// Only of leads that were decided on so.
    pub decisions: Vec<Decision>,
    /// The language of reasons; else the form's first.
    pub language: Option<Language>,
    /// Whether it is told.
    pub state: ReceiverState,
    /// Since when.
    pub added_at: Timestamp,
}

impl Receiver {
    /// Whether it belongs to the endpoint, which would have to be started again to have it back.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        self.template == Template::Confirm
    }

    /// Whether it is told the same as another, in the same way.
    #[must_use]
    pub fn is_told_as(&self, other: &Self) -> bool {
        (&self.address, self.template, &self.events) == (&other.address, other.template, &other.events)
            && (&self.forms, &self.decisions, self.language) == (&other.forms, &other.decisions, other.language)
    }

    /// Whether it is to be told of an event. That a lead was erased is told to whoever may have been told of the lead,
    /// whatever else they want to hear. For who is not told at the time it waits; but nobody is asked to confirm their address
    /// long after they sent it.
    #[must_use]
    pub fn wants(&self, event: &Event) -> bool {
        fn takes<T: PartialEq>(list: &[T], one: &T) -> bool {
            list.is_empty() || list.contains(one)
        }
        let is_erased = event.kind == EventKind::LeadErased;
        let is_for_its_sender = event.kind == EventKind::ConfirmationAsked;
        is_for_its_sender == (self.template == Template::Confirm)
            && (self.state == ReceiverState::Enabled || !is_for_its_sender)
            && (is_erased || takes(&self.events, &event.kind))
            && takes(&self.forms, &event.form)
            && (is_erased || takes(&self.decisions, &event.decision))
    }
}

/// Where a receiver is. Its path may be a secret, as Slack's are, so it does not show itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(pub String);

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.place())
    }
}

impl Address {
    /// Scheme and host alone.
    #[must_use]
    pub fn place(&self) -> String {
        match url::Url::parse(&self.0) {
            Ok(url) if url.scheme() == "mailto" => self.0.clone(),
            Ok(url) => url.origin().ascii_serialization() + "/…",
            Err(_) => "…".into(),
        }
    }

    /// Eight letters that are the same for the same address: they tell two of one host apart, and say nothing of the path.
    #[must_use]
    pub fn mark(&self) -> String {
        let [one, two, three, four, ..] = *VersionId::of(self.0.as_bytes()).as_bytes();
        format!("{:08x}", u32::from_be_bytes([one, two, three, four]))
    }
}

/// What messages are signed with. Does not show itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

const SECRET_PREFIX: &str = "whsec_";

impl Secret {
    /// From 24 to 64 bytes, as Standard Webhooks asks.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        (24..=64).contains(&bytes.len()).then_some(Self(bytes))
    }

    /// Reads `whsec_` and base64.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_bytes(STANDARD.decode(text.strip_prefix(SECRET_PREFIX)?).ok()?)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As it is handed to its receiver, once.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{SECRET_PREFIX}{}", STANDARD.encode(&self.0))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// A delivery that was taken to be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who is told.
    pub receiver: Uuid,
    /// Of what.
    pub event: Event,
    /// How often it was tried before.
    pub tries: u32,
    /// Nobody else takes it before.
    pub until: Timestamp,
}

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// How far the delivery has come by it.
    pub state: DeliveryState,
    /// When to try again, where it waits.
    pub due_at: Timestamp,
    /// Whether it counts as a try.
    pub is_try: bool,
    /// What was wrong, as a stable code.
    pub fault: Option<String>,
    /// Until when the receiver is told nothing at all.
    pub throttled_until: Option<Timestamp>,
    /// Whether the receiver is gone for good.
    pub gone: bool,
    /// Server time.
    pub at: Timestamp,
}

/// What to tell again.
#[derive(Clone, Debug)]
pub struct Replay {
    /// Whom.
    pub receiver: Uuid,
    /// What happened since then,
    pub from: Timestamp,
    /// until just before then.
    pub to: Timestamp,
    /// Only what was given up.
    pub dead_only: bool,
    /// Server time.
    pub now: Timestamp,
}

/// What was wrong with the last delivery to a receiver that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastFault {
    /// Who is told.
    pub receiver: Uuid,
    /// What was wrong, as a stable code.
    pub fault: String,
    /// When.
    pub at: Timestamp,
}

/// Tells what was wrong last.
#[async_trait]
pub trait FaultStore: Send + Sync {
    /// The last fault of each receiver that has one: of messages that wait or were given up, for one that was taken in the end
    /// is no trouble.
    async fn last_faults(&self) -> Result<Vec<LastFault>, StoreError>;
}

/// How many deliveries to a receiver are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Who is told.
    pub receiver: Uuid,
    /// How far they have come.
    pub state: DeliveryState,
    /// How many.
    pub count: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_waits_for_who_is_disabled_but_nobody_is_asked_to_confirm_their_address_later() {
        let receiver = |template| Receiver {
            id: Uuid::nil(),
            address: Address("https://crm.example/".into()),
            template,
            events: vec![EventKind::LeadCreated],
            forms: vec![],
            decisions: vec![],
            language: None,
            state: ReceiverState::Disabled,
            added_at: Timestamp::default(),
        };
        let event = |kind| Event {
            id: Uuid::nil(),
            kind,
            lead: Uuid::nil(),
            form: "enquiry".into(),
            decision: Decision::Accept,
            at: Timestamp::default(),
            detail: None,
        };
        let wants = |template, kind| receiver(template).wants(&event(kind));
        assert!(wants(Template::Json, EventKind::LeadCreated) && wants(Template::Json, EventKind::LeadErased));
        assert!(!wants(Template::Json, EventKind::LeadOutcome) && !wants(Template::Json, EventKind::ConfirmationAsked));
        assert!(!wants(Template::Confirm, EventKind::ConfirmationAsked));
    }

    #[test]
    fn secrets_are_of_24_to_64_bytes_and_neither_they_nor_addresses_show_themselves() {
        let secret = Secret::from_bytes(vec![7; 32]).unwrap();
        assert_eq!(Secret::parse(&secret.reveal()), Some(secret.clone()));
        assert_eq!((Secret::from_bytes(vec![7; 23]), Secret::from_bytes(vec![7; 65])), (None, None));
        assert_eq!(Secret::parse("whsec_!"), None);
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        let address = Address("https://hooks.example:8443/T0/B0/token?key=1".into());
        assert_eq!(format!("{address:?}"), "https://hooks.example:8443/…");
        let other = Address("https://hooks.example:8443/T0/B0/other".into());
        assert!(address.mark() == address.clone().mark() && address.mark() != other.mark() && other.mark().len() == 8);
    }
}
