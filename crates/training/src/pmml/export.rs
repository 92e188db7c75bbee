//! From a card to a PMML 4.4 document.

mod inputs;
mod logic;
mod writing;

use leadglass_scoring::{Form, FormDefinition, condition::Condition, points::Points, scorecard::Criterion};

use self::{
    inputs::Inputs,
    logic::{Logic, Lowering, decimal},
    writing::{first_that_holds, is_of_one_field, predicate},
};
use super::{original, reasons::ReasonCodes, source::Lines, xml::Element};

/// A card as a PMML document.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The document.
    pub document: String,
    /// What other evaluators will not follow; empty but where that was asked for.
    pub losses: Vec<Loss>,
    /// What other evaluators leave out without the points being any other.
    pub notes: Vec<String>,
}

/// A part of a card that PMML has no words for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The line of the card's file.
    pub line: usize,
    /// What it is.
    pub what: String,
}

impl std::fmt::Display for Loss {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.line, self.what)
    }
}

/// Writes the card of a form as a PMML 4.4 Scorecard. `source` is the file the form was read from: it goes into the
/// document, so that [`import`](super::import) gives it back as it was.
///
/// Every evaluator then gives the points that [`score`](leadglass_scoring::score) gives, and ranks the codes of
/// [`ReasonCodes::of`] as [`ReasonCodes::ranked`] does.
///
/// # Errors
/// Where other evaluators could not follow the card: what they would lose. With `lossy` that is left out instead, which
/// scores leads as if it were never known.
pub fn export(source: &str, form: &Form, lossy: bool) -> Result<Exported, Vec<Loss>> {
    let definition = form.definition();
    let lines = Lines::of(source);
    let mut losses = Vec::new();
    if definition.scorecard.criteria.is_empty() {
        return Err(vec![Loss { line: 1, what: "the card has no criterion, and PMML wants one at least".into() }]);
    }
    if let Some(letter) = super::xml::forbidden(source) {
        let line = 1 + source.split(letter).next().unwrap_or_default().matches('\n').count();
        return Err(vec![Loss { line, what: format!("{letter:?} is a character that XML can't hold; remove it") }]);
    }
    let mut inputs = Inputs::new(definition);
    let mut derived = Vec::new();
    let mut characteristics = Vec::new();
    let baselines = ReasonCodes::of(&definition.scorecard).characteristics;
    for (number, criterion) in definition.scorecard.criteria.iter().enumerate() {
        let mut conditions = Vec::new();
        for (index, condition) in criterion.conditions.iter().enumerate() {
            let mut lowering = Lowering { inputs: &mut inputs, losses: Vec::new() };
            conditions.push(lowering.lower(&condition.when, true));
            let place = format!("criterion `{}`, condition {}: ", criterion.id, index + 1);
            let line = lines.condition(number, index);
            losses.extend(lowering.losses.into_iter().map(|what| Loss { line, what: format!("{place}{what}") }));
        }
        let baseline = baselines.get(number).map_or(0.0, |baseline| baseline.score);
        characteristics.push(characteristic(criterion, &conditions, baseline, &mut derived));
    }
    for (number, segment) in definition.scorecard.segments.iter().flatten().enumerate() {
        let what = format!("segment `{}`: points that count in another way for some", segment.id);
        losses.push(Loss { line: lines.segment(number), what });
    }
    losses.sort_by_key(|loss| loss.line);
    if !losses.is_empty() && !lossy {
        return Err(losses);
    }
    let scorecard = scorecard(definition, &inputs, derived, characteristics);
    let dictionary = inputs.dictionary();
    let header = Element::new("Header")
        .with(
            "description",
            format!("Scorecard `{}`; its partial scores are points on a log-odds scale", definition.id),
        )
        .child(Element::new("Application").with("name", "leadglass").with("version", env!("CARGO_PKG_VERSION")));
    let mut root = Element::new("PMML")
        .with("xmlns", "http://www.dmg.org/PMML-4_4")
        .with("version", "4.4")
        .child(header)
        .child(Element::new("DataDictionary").with("numberOfFields", dictionary.len().to_string()).children(dictionary))
        .child(scorecard);
    original::embed(&mut root, source, definition.scorecard.id());
    Ok(Exported { document: root.to_document(), losses, notes: notes(definition) })
}

fn scorecard(
    definition: &FormDefinition,
    inputs: &Inputs,
    conditions: Vec<Element>,
    characteristics: Vec<Element>,
) -> Element {
    let output = |name: &str, feature: &str, data_type: &str, operational: &str| {
        Element::new("OutputField")
            .with("name", name)
            .with("optype", operational)
            .with("dataType", data_type)
            .with("feature", feature)
    };
    let ranks = 1..=characteristics.len();
    let reasons = ranks.map(|rank| {
        output(&format!("reason.{rank}"), "reasonCode", "string", "categorical").with("rank", rank.to_string())
    });
    let mut transformations = inputs.derived_texts();
    transformations.extend(conditions);
    Element::new("Scorecard")
        .with("modelName", &definition.id)
        .with("functionName", "regression")
        .with("initialScore", points(definition.scorecard.initial))
        .with("useReasonCodes", "true")
        .with("reasonCodeAlgorithm", "pointsBelow")
        .with("baselineMethod", "max")
        .child(Element::new("MiningSchema").children(inputs.mining_fields()))
        .child(
            Element::new("Output").child(output("points", "predictedValue", "double", "continuous")).children(reasons),
        )
        .children((!transformations.is_empty()).then(|| Element::new("LocalTransformations").children(transformations)))
        .child(Element::new("Characteristics").children(characteristics))
}

/// A criterion: its conditions in order and, where none may hold, nothing for nothing.
fn characteristic(criterion: &Criterion, conditions: &[Logic], baseline: f64, derived: &mut Vec<Element>) -> Element {
    let by_predicates = is_of_one_field(conditions);
    let number = format!("{}.condition", criterion.id);
    let attribute = |points: Points, predicate: Element| {
        Element::new("Attribute").with("partialScore", self::points(points)).child(predicate)
    };
    let mut attributes = Vec::new();
    let mut always = false;
    for (index, (condition, scored)) in conditions.iter().zip(&criterion.conditions).enumerate() {
        if always || *condition == Logic::False {
            continue;
        }
        always = *condition == Logic::True;
        attributes.push(attribute(
            scored.points,
            if by_predicates || always {
                predicate(condition)
            } else {
                Element::new("SimplePredicate")
                    .with("field", &number)
                    .with("operator", "equal")
                    .with("value", (index + 1).to_string())
            },
        ));
    }
    if !always {
        attributes.push(attribute(Points::ZERO, Element::new("True")));
    }
    if !by_predicates {
        derived.push(
            Element::new("DerivedField")
                .with("name", number)
                .with("optype", "categorical")
                .with("dataType", "integer")
                .child(first_that_holds(conditions)),
        );
    }
    Element::new("Characteristic")
        .with("name", &criterion.id)
        .with("reasonCode", &criterion.id)
        .with("baselineScore", baseline.to_string())
        .children(attributes)
}

fn points(points: Points) -> String {
    decimal(points.milli(), 3)
}

fn notes(definition: &FormDefinition) -> Vec<String> {
    let card = &definition.scorecard;
    let fades = card.criteria.iter().any(|criterion| criterion.half_life_ms.is_some());
    let always = |criterion: &Criterion| criterion.conditions.iter().all(|it| it.when == Condition::Always);
    let mut notes = vec!["other evaluators give the points; score, grade and decision are leadglass's".to_owned()];
    if !card.gates.is_empty() {
        notes.push(format!("other evaluators ask no gate, and the card has {}", card.gates.len()));
    }
    if fades && !card.criteria.iter().all(always) {
        notes.push("other evaluators give points in full where leadglass lets them fade".to_owned());
    }
    notes
}
