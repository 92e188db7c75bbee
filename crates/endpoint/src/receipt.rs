//! Receipts: what a sender is told. Nothing of what was sent, and not the decision itself, which is not theirs to see.

use leadglass_form::{FollowUpText, ServedText};
use leadglass_scoring::{
    Explanation, FormDefinition, Language, LocalText, Moment, Timestamp,
    form::{self, Location, OfferTexts, Serving},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::to_rfc3339;

/// What is kept with a lead and given again to whoever sends it again.
#[derive(Debug, Deserialize, Serialize)]
pub struct Receipt {
    /// The lead's id.
    pub id: Uuid,
    /// When it came, by our clock.
    pub received_at: String,
    /// What happens now.
    pub follow_up: FollowUp,
    /// What lets the page tell what it sees of the visitor later, where they allowed that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<String>,
    /// What lets its person take back the permissions they gave, where they gave any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy: Option<String>,
    /// What a link to the page for that says; `privacy` is in its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<String>,
}

/// A courteous next step.
#[derive(Debug, Deserialize, Serialize)]
pub struct FollowUp {
    /// One line.
    pub heading: String,
    /// What happens now.
    pub text: String,
    /// The reason of a public gate that vetoed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// Where to go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// What serves the visitor beside it: what their moment asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serves: Vec<Served>,
}

/// A link with its words.
#[derive(Debug, Deserialize, Serialize)]
pub struct Link {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub url: String,
}

/// An answer, steps, a place, or a way to an offer.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Served {
    /// One line.
    pub heading: String,
    /// The answer itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What to do, step by step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// Where to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// When it is open there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<String>,
    /// Where to go on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

impl Receipt {
    /// The receipt of a lead that was decided on so, in one of the form's languages.
    #[must_use]
    pub fn new(
        form: &FormDefinition,
        explanation: &Explanation,
        moment: Option<Moment>,
        language: Language,
        id: Uuid,
        at: Timestamp,
    ) -> Self {
        let number = form.language_number(language).unwrap_or(0);
        let follow_up = form.follow_ups.of(explanation.decision);
        let public = |gate: &&String| form.scorecard.gates.iter().any(|known| known.public && known.id == **gate);
        let because = explanation.gates.iter().find(public).map(|gate| form.reason_text(gate, number).to_owned());
        // Who is declined for what they are is not sent on to buy.
        let moment = moment.filter(|_| explanation.gates.is_empty());
        let serving = moment.and_then(|moment| form.moment_form(moment)?.serves.as_ref());
        let offer = shown_offer(form, explanation).map(|offer| Served::offer(offer, number));
        Self {
            id,
            received_at: to_rfc3339(at),
            follow_up: FollowUp {
                heading: follow_up.heading.get(number).to_owned(),
                text: follow_up.text.get(number).to_owned(),
                because,
                link: follow_up.link.as_ref().map(|link| Link::new(link, number)),
                serves: serving.map(|serving| Served::new(serving, number)).into_iter().chain(offer).collect(),
            },
            track: None,
            privacy: None,
            permissions: None,
        }
    }

    /// The receipt as it is kept and sent.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // Texts and ids are always JSON.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// The best of the offers that visitors are shown; none to who was vetoed.
fn shown_offer<'f>(form: &'f FormDefinition, explanation: &Explanation) -> Option<&'f OfferTexts> {
    let suiting = explanation.offers.iter().flatten().filter(|offer| offer.suits);
    let shown = |id: &str| form.offers.iter().flatten().find(|offer| offer.shown && offer.id == id);
    suiting.into_iter().find_map(|offer| shown(&offer.offer))
}

impl Link {
    fn new(link: &form::Link, language: usize) -> Self {
        Self { label: link.label.get(language).to_owned(), url: link.url.get(language).to_owned() }
    }
}

impl Served {
    fn new(serving: &Serving, language: usize) -> Self {
        let text = |text: &LocalText| text.get(language).to_owned();
        let link = |link: &form::Link| Link::new(link, language);
        let place = serving.location.as_ref();
        let ways = place.map(|Location { map, route, .. }| [map, route]).into_iter().flatten().flatten();
        Self {
            heading: text(&serving.heading),
            text: serving.text.as_ref().map(text),
            steps: serving.steps.iter().flatten().map(text).collect(),
            address: place.map(|place| text(&place.address)),
            hours: place.and_then(|place| place.hours.as_ref()).into_iter().flatten().map(text).collect(),
            links: ways.chain(&serving.link).map(link).collect(),
        }
    }

    fn offer(offer: &OfferTexts, language: usize) -> Self {
        Self {
            heading: offer.heading.get(language).to_owned(),
            text: Some(offer.text.get(language).to_owned()),
            links: offer.link.iter().map(|link| Link::new(link, language)).collect(),
            ..Self::default()
        }
    }
}

impl From<FollowUp> for FollowUpText {
    fn from(follow_up: FollowUp) -> Self {
        let link = |link: Link| (link.label, link.url);
        let served = |served: Served| ServedText {
            heading: served.heading,
            text: served.text,
            steps: served.steps,
            address: served.address,
            hours: served.hours,
            links: served.links.into_iter().map(link).collect(),
        };
        Self {
            heading: follow_up.heading,
            text: follow_up.text,
            because: follow_up.because,
            link: follow_up.link.map(link),
            serves: follow_up.serves.into_iter().map(served).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::{Decision, Evaluation, Submission, form_file};

    use super::*;

    const ASK: &str = include_str!("../../../www/forms/ask.toml");

    fn receipt(source: &str, message: &str, moment: Option<Moment>) -> FollowUp {
        let form = form_file::parse(source).unwrap().form;
        let answers = [("message", message), ("name", "Ana"), ("email", "ana@example.org"), ("agree", "yes")];
        let at = Timestamp::from_millis(1_795_262_400_000);
        let submission = Submission { answers: answers.into_iter().collect(), at, ..Submission::default() };
        let Evaluation::Scored(explanation) = form.evaluate(&submission) else { panic!("the answers are valid") };
        assert_eq!(explanation.decision == Decision::Decline, message.contains("backlink"));
        Receipt::new(form.definition(), &explanation, moment, Language::En, Uuid::nil(), at).follow_up
    }

    #[test]
    fn a_moment_is_served_beside_what_the_decision_says() {
        let go = receipt(ASK, "Are you open on Saturday?", Some(Moment::Go));
        assert_eq!(go.heading, "Thank you. Your question is with Lidia.");
        assert_eq!(go.serves[0].address.as_deref(), Some("Strada Rindelei 3, Orhei, Moldova"));
        assert_eq!((go.serves[0].hours.len(), go.serves[0].links[0].url.as_str()), (2, "/visit/#way"));
        assert!(receipt(ASK, "Are you open on Saturday?", None).serves.is_empty());
    }

    #[test]
    fn a_gate_names_itself_only_where_it_is_public() {
        let secret = receipt(ASK, "We sell backlinks for you", Some(Moment::Go));
        assert!(secret.because.is_none() && secret.serves.is_empty());
        let public = ASK.replace("id = \"sells_to_us\"", "id = \"sells_to_us\"\npublic = true");
        let because = receipt(&public, "We sell backlinks for you", None).because;
        assert_eq!(because.as_deref(), Some("Wants to sell us something"));
    }

    #[test]
    fn the_best_offer_is_served_where_visitors_may_see_it() {
        let offer = |shown| {
            let offer = format!(
                "\n[[offer]]\nid = \"walk\"\nkind = \"cross_sell\"\nshown = {shown}\nwhen = \"otherwise\"\n\
                 reason = \"Everybody\"\nheading = \"A walk through the workshop\"\ntext = \"On Saturdays.\"\n"
            );
            receipt(&format!("{ASK}{offer}"), "What is oak?", None).serves
        };
        assert_eq!(offer(true)[0].heading, "A walk through the workshop");
        assert!(offer(false).is_empty());
    }
}
