//! Why a lead got its score, for others than ourselves: short for a webhook, long for a person and their tools. The
//! words are those of the form, in one of its languages.

mod long;
mod outlook;
mod sales;

use leadglass_scoring::{Contribution, Explanation, FormDefinition, Language, Moment, Points, encoding::VersionId};
use serde_json::{Map, Value, json};

pub use self::{
    long::{ContributionView, ExplanationView, GateView},
    outlook::{ChangeView, ChangesView, MissingView, Outlook},
};
use crate::clock::to_rfc3339;

/// Reasons of a short explanation: as many as a person takes in at once.
pub const SHORT_REASONS: usize = 4;

/// An explanation with the form that has the words for it.
#[derive(Clone, Copy, Debug)]
pub struct Explained<'a> {
    definition: &'a FormDefinition,
    explanation: &'a Explanation,
    moment: Option<Moment>,
    owner: Option<&'a str>,
    language: usize,
}

impl<'a> Explained<'a> {
    /// In a language of the form; in its first where it does not speak the one that is wanted.
    #[must_use]
    pub fn new(definition: &'a FormDefinition, explanation: &'a Explanation, language: Option<Language>) -> Self {
        let language = language.and_then(|language| definition.language_number(language)).unwrap_or(0);
        Self { definition, explanation, moment: None, owner: None, language }
    }

    /// With what the lead has beside its explanation: the moment it was judged in, and who works on it.
    #[must_use]
    pub const fn of_lead(self, moment: Option<Moment>, owner: Option<&'a str>) -> Self {
        Self { moment, owner, ..self }
    }

    /// The number of its language among those of the form.
    #[must_use]
    pub const fn language_number(&self) -> usize {
        self.language
    }

    /// The words for what a criterion gave.
    #[must_use]
    pub fn reason(&self, contribution: &'a Contribution) -> &'a str {
        self.definition.reason(contribution, self.language)
    }

    /// The words for a gate that vetoed.
    #[must_use]
    pub fn gate_reason(&self, gate: &'a str) -> &'a str {
        self.definition.reason_text(gate, self.language)
    }

    /// What gave or took points, most first.
    #[must_use]
    pub fn moved(&self) -> Vec<&'a Contribution> {
        let explanation: &'a Explanation = self.explanation;
        let ranked = explanation.ranked().into_iter();
        ranked.filter(|contribution| contribution.points != Points::ZERO).collect()
    }

    /// One object for a webhook: what was decided, the reasons that weigh most, and which versions decided.
    #[must_use]
    pub fn short(&self, form_version: VersionId, card: VersionId) -> Value {
        let reason = |contribution: &Contribution| {
            json!({
                "criterion": contribution.criterion,
                "reason": self.definition.reason(contribution, self.language),
                "points_milli": contribution.points,
            })
        };
        let reasons: Vec<Value> = self.moved().into_iter().take(SHORT_REASONS).map(reason).collect();
        let mut object = self.verdict();
        object.insert("judged_at".into(), json!(to_rfc3339(self.explanation.at)));
        object.insert("language".into(), json!(self.definition.languages.get(self.language).map(|it| it.code())));
        object.insert("reasons".into(), Value::Array(reasons));
        object.insert("gates".into(), self.gates());
        object.extend(self.beside_the_points());
        object.insert("form".into(), json!(self.definition.id));
        object.insert("form_version".into(), json!(form_version.to_string()));
        object.insert("card".into(), json!(card.to_string()));
        Value::Object(object)
    }

    fn verdict(&self) -> Map<String, Value> {
        let explanation = self.explanation;
        let mut object = Map::new();
        object.insert("grade".into(), json!(explanation.grade));
        object.insert("score".into(), json!(explanation.score));
        object.insert("decision".into(), json!(explanation.decision));
        object.insert("points_milli".into(), json!(explanation.points));
        if let Some(probability) = self.definition.scorecard.probability(explanation.points) {
            object.insert("probability_per_mille".into(), json!(probability));
        }
        object
    }

    fn gates(&self) -> Value {
        let gate = |gate: &'a String| json!({ "gate": gate, "reason": self.gate_reason(gate) });
        self.explanation.gates.iter().map(gate).collect()
    }
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::{Answers, Circumstances, Timestamp, score, validate};

    use super::*;
    use crate::testing::form;

    #[test]
    fn a_short_explanation_says_what_was_decided_why_and_by_which_versions() {
        let form = form();
        let at = Timestamp::from_millis(1_772_445_600_000);
        let pairs = [
            ("name", "Ana"),
            ("email", "ana@example.org"),
            ("budget", "12000"),
            ("message", "A vacancy?"),
            ("agree", "yes"),
        ];
        let answers: Answers = pairs.into_iter().collect();
        let lead = validate(&form, &answers, at).unwrap();
        let explanation = score(&form, &lead, &Circumstances::at(at));
        let definition = form.definition();
        let explained = Explained::new(definition, &explanation, Some(Language::Ru));
        let short = explained.short(definition.version(), definition.scorecard.id());
        assert_eq!(short["form_version"], definition.version().to_string());
        assert_eq!(short["card"], definition.scorecard.id().to_string());
        let mut told = short;
        told["form_version"] = json!("…");
        told["card"] = json!("…");
        insta::assert_snapshot!(told.to_string(), @r#"{"grade":"A3","score":56,"decision":"decline","points_milli":47500,"judged_at":"2026-03-02T10:00:00.000Z","language":"ru","reasons":[{"criterion":"budget_size","reason":"Бюджет от 10 000 €","points_milli":40000},{"criterion":"own_domain","reason":"Адрес на собственном домене","points_milli":7500}],"gates":[{"gate":"looks_for_a_job","reason":"Ищет работу"}],"form":"enquiry","form_version":"…","card":"…"}"#);
        let romanian = Explained::new(definition, &explanation, Some(Language::Ro));
        assert_eq!(romanian.gate_reason("looks_for_a_job"), "Looks for a job");
    }
}
