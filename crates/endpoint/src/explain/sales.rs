//! What else a card reads from a lead than points, for those who sell: segment, approach, readiness, offers and owner.

use leadglass_form::messages::{
    approach_sentence, held_back_sentence, offer_sentence, owner_sentence, readiness_sentence, segment_sentence,
};
use leadglass_scoring::{
    Contribution, Language, LocalText, Points,
    explanation::HeldOffer,
    form::OfferTexts,
    money::Money,
    scorecard::{Offer, OwnerRule, Segment, Weight, WeightOf},
};
use serde_json::{Map, Value, json};

use super::Explained;

/// What a small scorecard came to.
#[derive(Clone, Copy, Debug)]
pub struct SmallReading<'a> {
    /// Its name in JSON: `approach` or `readiness`.
    pub name: &'static str,
    /// Its name above its lines.
    pub heading: &'static str,
    /// The reading's name.
    pub reading: &'static str,
    /// The reading in words.
    pub sentence: &'static str,
    /// Points every lead begins with.
    pub initial: Points,
    /// All its points.
    pub points: Points,
    /// What each of its criteria gave, in the card's order.
    pub contributions: &'a [Contribution],
}

/// An offer whose condition holds.
#[derive(Clone, Debug)]
pub struct OfferReading<'a> {
    /// The offer.
    pub offer: &'a Offer,
    /// Its words.
    pub texts: Option<&'a OfferTexts>,
    /// Whether it suits the lead's moment.
    pub suits: bool,
    /// All of it in a line.
    pub sentence: String,
}

impl<'a> Explained<'a> {
    fn spoken(&self) -> Language {
        let languages = &self.definition.languages;
        languages.get(self.language).or(languages.first()).copied().unwrap_or(Language::En)
    }

    fn segment(&self) -> Option<&'a Segment> {
        let id = self.explanation.segment.as_ref()?;
        self.definition.scorecard.segments.iter().flatten().find(|segment| segment.id == *id)
    }

    /// Which people it is one of, and what counts more or less for them.
    #[must_use]
    pub fn segment_sentence(&self) -> Option<String> {
        self.segment().map(|segment| segment_sentence(self.spoken(), self.definition, segment))
    }

    /// What the small scorecards came to.
    #[must_use]
    pub fn small_cards(&self) -> Vec<SmallReading<'a>> {
        let (explanation, card, language) = (self.explanation, &self.definition.scorecard, self.spoken());
        let approach = explanation.approach.as_ref().map(|score| SmallReading {
            name: "approach",
            heading: "Approach",
            reading: score.approach.as_str(),
            sentence: approach_sentence(language, score.approach),
            initial: card.approach.as_ref().map(|approach| approach.card.initial).unwrap_or_default(),
            points: score.points,
            contributions: &score.contributions,
        });
        let readiness = explanation.readiness.as_ref().map(|score| SmallReading {
            name: "readiness",
            heading: "Readiness",
            reading: score.readiness.as_str(),
            sentence: readiness_sentence(language, score.readiness),
            initial: card.readiness.as_ref().map(|readiness| readiness.card.initial).unwrap_or_default(),
            points: score.points,
            contributions: &score.contributions,
        });
        approach.into_iter().chain(readiness).collect()
    }

    /// Why a lead with points enough is nurtured.
    #[must_use]
    pub fn held_back_sentence(&self) -> Option<&'static str> {
        self.explanation.held_back.map(|needed| held_back_sentence(self.spoken(), needed))
    }

    /// What to offer, the best first.
    #[must_use]
    pub fn offers(&self) -> Vec<OfferReading<'a>> {
        let (definition, held) = (self.definition, self.explanation.offers.iter().flatten());
        let known = |id: &str| definition.scorecard.offers.iter().flatten().find(|offer| offer.id == id);
        let offer = |(held, offer): (&HeldOffer, &'a Offer)| OfferReading {
            offer,
            texts: definition.offers.iter().flatten().find(|texts| texts.id == offer.id),
            suits: held.suits,
            sentence: offer_sentence(self.spoken(), definition, offer, held, self.moment),
        };
        held.filter_map(|held| Some((held, known(&held.offer)?))).map(offer).collect()
    }

    fn owner_rule(&self) -> Option<&'a OwnerRule> {
        let id = self.explanation.owner_rule.as_ref()?;
        self.definition.scorecard.owners.iter().flatten().find(|rule| rule.id == *id)
    }

    /// The rule that says who takes it on, and who that is.
    #[must_use]
    pub fn owner(&self) -> Option<(&'a str, String)> {
        self.owner_rule().map(|rule| (rule.id.as_str(), owner_sentence(self.spoken(), self.owner, &rule.owners)))
    }

    /// All of it, where the card has it.
    pub(super) fn beside_the_points(&self) -> Map<String, Value> {
        let mut object = Map::new();
        let mut say = |name: &str, value: Value| object.insert(name.to_owned(), value);
        if let Some(segment) = self.segment() {
            say("segment", json!(segment.id));
            say("segment_reason", json!(self.definition.reason_text(&segment.id, self.language)));
            say("segment_weights", self.weights(segment));
        }
        for small in self.small_cards() {
            say(small.name, json!(small.reading));
            say(&format!("{}_sentence", small.name), json!(small.sentence));
        }
        if let (Some(needed), Some(sentence)) = (self.explanation.held_back, self.held_back_sentence()) {
            say("held_back", json!(needed));
            say("held_back_sentence", json!(sentence));
        }
        if self.explanation.offers.is_some() {
            say("offers", self.offers().iter().map(|offer| self.offer_json(offer)).collect());
        }
        if let Some(rule) = self.owner_rule() {
            say("owner_rule", json!(rule.id));
            say("owners", json!(rule.owners));
            say("owner", json!(self.owner));
        }
        object
    }

    fn weights(&self, segment: &Segment) -> Value {
        let weight = |weight: &Weight| match &weight.of {
            WeightOf::Criterion(id) => {
                let reason = self.definition.reason_text(id, self.language);
                json!({ "criterion": id, "reason": reason, "per_cent": weight.per_cent })
            }
            WeightOf::Nature(nature) => json!({ "nature": nature, "per_cent": weight.per_cent }),
            WeightOf::Dimension(dimension) => json!({ "dimension": dimension, "per_cent": weight.per_cent }),
        };
        segment.weights.iter().map(weight).collect()
    }

    fn offer_json(&self, OfferReading { offer, texts, suits, sentence }: &OfferReading) -> Value {
        let text = |of: fn(&OfferTexts) -> &LocalText| texts.map(|it| of(it).get(self.language));
        json!({
            "offer": offer.id,
            "kind": offer.kind,
            "heading": text(|texts| &texts.heading),
            "text": text(|texts| &texts.text),
            "reason": self.definition.reason_text(&offer.id, self.language),
            "margin": offer.margin.map(Money::to_canonical),
            "moments": offer.moments,
            "suits": suits,
            "shown": texts.is_some_and(|texts| texts.shown),
            "sentence": sentence,
        })
    }
}
