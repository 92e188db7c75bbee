//! From a PMML document to a card.

mod card_text;
mod decimal;
mod inputs;
mod naming;
mod predicates;
mod truth;

use std::collections::BTreeMap;

use leadglass_scoring::{
    Form, Points,
    condition::Condition,
    form_file::{self, Mistake},
    scorecard::ScoredCondition,
};

use self::{
    card_text::{CardText, CriterionText},
    decimal::Decimal,
    inputs::{Input, Kind, View, alike},
    naming::Names,
    truth::never,
};
use super::{
    original,
    reasons::{Algorithm, Baseline, ReasonCodes},
    xml::{self, Element, Spot},
};

/// A card that was read from a document.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The card's file.
    pub card: String,
    /// The same, read.
    pub form: Form,
    /// How the document ranks reason codes; nothing where it has none.
    pub reason_codes: Option<ReasonCodes>,
    /// What is not as in the document, or was not in it.
    pub notes: Vec<String>,
}

/// What is wrong with a document, and what should be said of it.
#[derive(Default)]
struct Problems {
    mistakes: Vec<Mistake>,
    notes: Vec<String>,
}

impl Problems {
    fn add(&mut self, spot: Spot, what: impl Into<String>, mend: impl Into<String>) {
        let mistake = Mistake { line: spot.line, column: spot.column, what: what.into(), mend: mend.into() };
        if !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
        }
    }
}

/// Reads a PMML document of version 4.1 to 4.4 with one Scorecard.
///
/// A document that [`export`](super::export) wrote, and nobody changed since, gives the very file it was written from.
/// Of others, each characteristic becomes a criterion of the dimension `fit` whose conditions hold exactly where its
/// predicates are true; `UNKNOWN` is not true.
///
/// # Errors
/// Every mistake, and everything that a card can't say, by line and column.
pub fn import(document: &[u8]) -> Result<Imported, Vec<Mistake>> {
    let root = xml::parse(document).map_err(|mistake| vec![mistake])?;
    let mut problems = Problems::default();
    let Some(model) = model(&root, &mut problems) else { return Err(problems.mistakes) };
    if let Some(original) = original::find(&root, model) {
        let form = form_file::parse_card(&original.source).ok().map(|file| file.form);
        let is_same = |form: &Form| Some(form.definition().scorecard.id()) == original.card;
        match form {
            Some(form) if original.is_untouched && is_same(&form) => {
                let reason_codes = Some(ReasonCodes::of(&form.definition().scorecard));
                return Ok(Imported { card: original.source, form, reason_codes, notes: Vec::new() });
            }
            _ => problems.notes.push(
                "the document was changed since leadglass wrote it, so it is read like any other: its gates, bands and \
                 words are not taken over"
                    .into(),
            ),
        }
    }
    let imported = foreign(&root, model, &mut problems);
    problems.mistakes.sort();
    match imported {
        Some((card, reason_codes)) if problems.mistakes.is_empty() => {
            let file = form_file::parse_card(&card)?;
            Ok(Imported { card, form: file.form, reason_codes, notes: problems.notes })
        }
        _ => Err(problems.mistakes),
    }
}

/// The Scorecard of the document.
fn model<'r>(root: &'r Element, problems: &mut Problems) -> Option<&'r Element> {
    if root.name != "PMML" {
        problems.add(root.spot, format!("the root is `<{}>`", root.name), "name a PMML document");
        return None;
    }
    let spaces = root.attributes.iter().filter(|(name, _)| name == "xmlns" || name.starts_with("xmlns:"));
    let space =
        spaces.map(|(_, space)| space.as_str()).find_map(|space| space.strip_prefix("http://www.dmg.org/PMML-"));
    let version = space.map_or_else(|| root.get("version").unwrap_or_default().to_owned(), |it| it.replace('_', "."));
    if !["4.1", "4.2", "4.3", "4.4"].iter().any(|known| version.starts_with(known)) {
        problems.add(root.spot, format!("this is PMML version `{version}`"), "export it as version 4.1 to 4.4");
    }
    let mut scorecards = root.all("Scorecard");
    let scorecard = scorecards.next();
    if let Some(second) = scorecards.next() {
        problems.add(second.spot, "there is a second Scorecard", "leave one in the document");
    }
    if scorecard.is_none() {
        let other = root.children.iter().find(|child| child.name.ends_with("Model"));
        let what = other.map_or_else(|| "there is no Scorecard".into(), |it| format!("the model is a {}", it.name));
        problems.add(other.map_or(root.spot, |it| it.spot), what, "only Scorecards become cards");
    }
    let scorecard = scorecard?;
    if scorecard.get("functionName") != Some("regression") {
        problems.add(scorecard.spot, "the function is not `regression`", "Scorecards are of that function");
    }
    if scorecard.get("isScorable") == Some("false") {
        problems.add(scorecard.spot, "the model says it is not scorable", "export one that is");
    }
    let scaled = |target: &&Element| {
        let plain =
            |key, usual| target.get(key).and_then(Decimal::parse).is_none_or(|it| Some(it) == Decimal::parse(usual));
        let limited = ["min", "max", "castInteger"].iter().any(|key| target.get(key).is_some());
        limited || !plain("rescaleConstant", "0") || !plain("rescaleFactor", "1")
    };
    let mut targets = scorecard.find("Targets").into_iter().flat_map(|targets| targets.children.iter());
    if let Some(target) = targets.find(scaled) {
        problems.add(target.spot, "the target rescales the score", "put the scale into the points, and remove it");
    }
    Some(scorecard)
}

fn foreign(root: &Element, model: &Element, problems: &mut Problems) -> Option<(String, Option<ReasonCodes>)> {
    let Some(characteristics) = model.find("Characteristics") else {
        problems.add(model.spot, "the Scorecard has no characteristics", "add one at least");
        return None;
    };
    let mut names = Names::default();
    let inputs = inputs(root, model, characteristics, &mut names, problems);
    let mut rounded = 0;
    let initial = points(model, "initialScore", &mut rounded, problems).unwrap_or_default();
    let mut criteria = Vec::new();
    let mut baselines = Vec::new();
    let mut bottomless = Vec::new();
    let codes: Vec<&str> = characteristics.all("Characteristic").filter_map(|it| it.get("reasonCode")).collect();
    for (number, characteristic) in characteristics.all("Characteristic").enumerate() {
        let name = characteristic.get("name").or_else(|| characteristic.get("reasonCode")).map(str::to_owned);
        let name = name.unwrap_or_else(|| format!("characteristic {}", number + 1));
        // A code that names one characteristic is what others know it by, and is what it is exported with again
        let own = characteristic.get("reasonCode").filter(|code| codes.iter().filter(|it| *it == code).count() == 1);
        let id = names.criterion(own.unwrap_or(&name));
        if let Some(code) = own.filter(|code| **code != id) {
            problems.notes.push(format!("the reason code `{code}` is called `{id}` here"));
        }
        let criterion = criterion(characteristic, id, &name, &inputs, &mut rounded, problems);
        if criterion.conditions.last().is_some_and(|last| last.when != Condition::Always) {
            bottomless.push(format!("`{}`", criterion.id));
        }
        baselines.push(baseline(model, characteristic, &criterion));
        criteria.push(criterion);
    }
    if inputs.is_empty() && problems.mistakes.is_empty() {
        problems.add(characteristics.spot, "no characteristic tests a field", "a card needs one at least");
    }
    if rounded > 0 {
        let what = format!("{rounded} partial scores were rounded to thousandths of a point");
        problems.notes.push(what);
    }
    if !bottomless.is_empty() {
        problems.notes.push(format!(
            "{} give nothing where none of their attributes is true; by PMML the score is then invalid",
            bottomless.join(", ")
        ));
    }
    for input in &inputs {
        tell(input, problems);
    }
    problems.notes.push("bands are thirds of what the card can give: set them as you need them".into());
    let title = model.get("modelName").unwrap_or("Scorecard");
    let id = naming::id(title, "card");
    let mosts: Vec<f64> = criteria.iter().map(CriterionText::most).collect();
    let text = CardText { id: &id, title, inputs: &inputs, initial, criteria };
    let uses_codes = model.get("useReasonCodes") != Some("false");
    let algorithm = match model.get("reasonCodeAlgorithm") {
        Some("pointsAbove") => Algorithm::PointsAbove,
        _ => Algorithm::PointsBelow,
    };
    let ours = algorithm == Algorithm::PointsBelow
        && baselines
            .iter()
            .zip(&mosts)
            .all(|(baseline, most)| baseline.as_ref().is_some_and(|it| (it.score - most).abs() < 0.000_5));
    if uses_codes && !ours {
        let by = model.get("reasonCodeAlgorithm").unwrap_or("pointsBelow");
        problems.notes.push(format!(
            "the document ranks reason codes by `{by}` its baselines; exported again they are ranked by `pointsBelow` the \
             most that each criterion can give"
        ));
    }
    let codes: Option<Vec<Baseline>> = baselines.into_iter().collect();
    let codes = codes.filter(|_| uses_codes).map(|characteristics| ReasonCodes { algorithm, characteristics });
    Some((text.write(), codes))
}

fn tell(input: &Input, problems: &mut Problems) {
    let as_column: String = input.name.trim().to_lowercase();
    let as_column: String =
        as_column.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
    if as_column != input.id {
        problems.notes.push(format!("the field `{}` is called `{}` here", input.name, input.id));
    }
    if let Kind::Number { decimals, .. } = &input.kind
        && input.is_lenient()
    {
        let missing = if input.as_missing { ", and what is no number is missing" } else { "" };
        problems.notes.push(format!("`{}` is rounded to {decimals} decimals{missing}", input.id));
    }
}

/// The fields that the characteristics test.
fn inputs(
    root: &Element,
    model: &Element,
    characteristics: &Element,
    names: &mut Names,
    problems: &mut Problems,
) -> Vec<Input> {
    let mut tested = Vec::new();
    characteristics.children.iter().for_each(|characteristic| predicates::constants(characteristic, &mut tested));
    let mut constants: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (field, value) in &tested {
        constants.entry(field).or_default().push(value);
    }
    let transformations = [root.find("TransformationDictionary"), model.find("LocalTransformations")];
    let derived: Vec<_> = transformations.into_iter().flatten().flat_map(|it| it.all("DerivedField")).collect();
    // A text that is derived is tested like the field it is of.
    let mut views: Vec<View> = Vec::new();
    for name in constants.keys().copied().collect::<Vec<_>>() {
        let view = derived.iter().find(|it| it.get("name") == Some(name)).and_then(|it| View::read(it));
        views.extend(view.inspect(|_| drop(constants.remove(name))));
    }
    for view in &views {
        let of_view = tested.iter().filter(|(name, _)| *name == view.name).map(|(_, value)| value.as_str());
        constants.entry(&view.of).or_default().extend(of_view);
    }
    let dictionary = root.find("DataDictionary");
    let mining = model.find("MiningSchema");
    let mut inputs = Vec::new();
    // In the dictionary's order, which is the one that somebody chose.
    for data in dictionary.into_iter().flat_map(|dictionary| dictionary.all("DataField")) {
        let name = data.get("name").unwrap_or_default();
        let Some(constants) = constants.remove(name) else { continue };
        let field = mining.and_then(|mining| mining.all("MiningField").find(|it| it.get("name") == Some(name)));
        let Some(field) = field else {
            problems.add(data.spot, format!("`{name}` is tested but not in the mining schema"), "add a `MiningField`");
            continue;
        };
        let mut input = Input::read(data, field, &constants, names, problems);
        if let Some(input) = &mut input {
            input.views = views.iter().filter(|view| view.of == name).cloned().collect();
        }
        let in_case = |(field, value): &(&str, String)| *field == name && value.contains(char::is_alphabetic);
        if input.as_ref().is_some_and(|input| input.kind == Kind::Text)
            && let Some((_, value)) = tested.iter().find(|it| in_case(it))
        {
            problems.notes.push(format!(
                "texts of `{name}` are compared whatever the case of their letters; by PMML `{value}` alone is equal to \
                 `{value}`"
            ));
        }
        if let Some(input) = &input
            && input.kind == Kind::Text
            && let Some((one, other)) = alike(&constants)
        {
            let what = format!("`{one}` and `{other}` of `{name}` differ only in the case of letters");
            problems.add(data.spot, what, "list the field's values in the dictionary, or rename one");
        }
        inputs.extend(input);
    }
    for name in constants.keys() {
        match derived.iter().find(|it| it.get("name") == Some(*name)) {
            Some(it) => problems.add(
                it.spot,
                format!("`{name}` is derived from other fields, which a card can't do"),
                "compute it before, and declare it in the dictionary",
            ),
            None => problems.add(characteristics.spot, format!("there is no field `{name}`"), "declare it"),
        }
    }
    inputs
}

fn criterion(
    characteristic: &Element,
    id: String,
    name: &str,
    inputs: &[Input],
    rounded: &mut usize,
    problems: &mut Problems,
) -> CriterionText {
    let mut criterion = CriterionText { id, reason: name.to_owned(), conditions: Vec::new(), reasons: Vec::new() };
    let mut attributes = 0;
    for attribute in characteristic.all("Attribute") {
        attributes += 1;
        if let Some(complex) = attribute.find("ComplexPartialScore") {
            problems.add(complex.spot, "the partial score is computed", "give each range a `partialScore` of its own");
            continue;
        }
        let Some(predicate) = predicates::of(attribute) else {
            problems.add(attribute.spot, "the attribute has no predicate", "add one; `<True/>` holds always");
            continue;
        };
        let when = predicates::condition(predicate, inputs, problems);
        if attribute.get("partialScore").is_none() {
            problems.add(attribute.spot, "the attribute has no `partialScore`", "add one");
        }
        let points = points(attribute, "partialScore", rounded, problems);
        let (Some(when), Some(points)) = (when, points) else { continue };
        let is_asked = criterion.conditions.last().is_none_or(|last: &ScoredCondition| last.when != Condition::Always);
        if is_asked && when != never() {
            criterion.conditions.push(ScoredCondition { when, points });
            criterion.reasons.push(attribute.get("reasonCode").map(str::to_owned));
        }
    }
    if attributes == 0 {
        problems.add(characteristic.spot, "the characteristic has no attribute", "add one at least");
    } else if criterion.conditions.is_empty() && problems.mistakes.is_empty() {
        problems.add(characteristic.spot, "no attribute can ever be true", "remove the characteristic");
    }
    criterion
}

fn baseline(model: &Element, characteristic: &Element, criterion: &CriterionText) -> Option<Baseline> {
    let score = characteristic.get("baselineScore").or_else(|| model.get("baselineScore"))?;
    let own = criterion.reasons.clone();
    let code = characteristic.get("reasonCode").map(str::to_owned);
    if code.is_none() && own.iter().any(Option::is_none) {
        return None;
    }
    Some(Baseline {
        criterion: criterion.id.clone(),
        score: score.trim().parse().ok()?,
        code: code.unwrap_or_default(),
        own,
    })
}

fn points(element: &Element, key: &str, rounded: &mut usize, problems: &mut Problems) -> Option<Points> {
    let text = element.get(key)?;
    let number = Decimal::parse(text).and_then(|number| number.round(3));
    let number = number.filter(|(milli, _)| milli.unsigned_abs() <= Points::LIMIT.milli().unsigned_abs());
    let Some((milli, exact)) = number else {
        problems.add(element.spot, format!("`{key}` is `{text}`"), "write a number from -1000000 to 1000000");
        return None;
    };
    *rounded += usize::from(!exact);
    Some(Points::from_milli(milli))
}
