//! Small cards at random, with every way of filling in their forms.

use leadglass_scoring::{
    Answers, Circumstances, Field, FieldKind, Form, FormDefinition, Lead, LocalText, Points, Signal, Timestamp,
    condition::{Condition, FieldCondition, FieldTest, Range, SignalCondition},
    field::{
        Choice, ConsentPurpose, DateLimit, DateLimits, MoneyLimits, MultiSelectOptions, NumberLimits, RatingScale,
        SelectOptions, TextLimits,
    },
    form::{AskedIf, Flow},
    form_file,
    grade::Bands,
    money::{Currency, Exchange, Rate},
    scorecard::{
        Criterion, Dimension, Gate, Nature, Readiness, ReadinessCard, ScoredCondition, Segment, SmallCard, Weight,
        WeightOf,
    },
    timestamp::Date,
    validate,
};
use proptest::{collection::vec, prelude::*, sample::select};

pub const NOW: Timestamp = Timestamp::from_millis(1_795_262_400_000);

/// A form with few ways to fill it in, and some of its answers.
#[derive(Clone, Debug)]
pub struct Small {
    pub form: Form,
    /// By field, the answers it takes; no value where it is left empty.
    pub answers: Vec<Vec<Vec<String>>>,
    /// By field, the number of the answer that is given already.
    pub given: Vec<Option<usize>>,
    pub circumstances: Circumstances,
}

const WORDS: [&str; 4] = ["oak", "pine", "a plan", "oaken"];

fn currency(code: &str) -> Currency {
    Currency::parse(code).expect("a currency")
}

fn choices(count: u16) -> Vec<Choice> {
    (0..count).map(|number| Choice { id: format!("o{number}"), label: LocalText::default() }).collect()
}

fn kind() -> impl Strategy<Value = FieldKind> {
    let today = NOW.date();
    prop_oneof![
        3 => (1_u16..4).prop_map(|count| FieldKind::Select(SelectOptions { options: choices(count), as_list: false })),
        2 => (1_u16..4, 0_u16..3, 1_u16..4).prop_map(|(count, min, max)| FieldKind::MultiSelect(MultiSelectOptions {
            options: choices(count),
            min: min.min(count).min(max),
            max,
        })),
        3 => Just(FieldKind::YesNo),
        2 => (2_u8..5).prop_map(|max| FieldKind::Rating(RatingScale { max, low_label: None, high_label: None })),
        2 => (-2_i64..2, 0_i64..4).prop_map(|(min, more)| FieldKind::Number(NumberLimits {
            decimals: 0,
            min: Some(min),
            max: Some(min + more),
        })),
        1 => Just(FieldKind::Consent(ConsentPurpose { purpose: "news".into() })),
        1 => (0_i32..3).prop_map(move |days| FieldKind::Date(DateLimits {
            min: Some(DateLimit::On(today)),
            max: Some(DateLimit::FromToday(days)),
        })),
        1 => (1_i64..4).prop_map(|max| FieldKind::Money(MoneyLimits {
            currencies: vec![currency("EUR")],
            min: Some(0),
            max: Some(max),
        })),
        2 => (0_u32..4).prop_map(|min_length| FieldKind::ShortText(TextLimits { min_length, max_length: 40 })),
    ]
}

fn field(number: usize) -> impl Strategy<Value = Field> {
    (kind(), any::<bool>(), 0_u8..8).prop_map(move |(kind, required, drawn)| Field {
        id: format!("f{number}"),
        step: 0,
        kind,
        required,
        label: LocalText::default(),
        help: None,
        autocomplete: None,
        messages: Vec::new(),
        half_width: false,
        lenient: (drawn == 0).then_some(true),
    })
}

/// Every answer that a field takes, or enough of them to tell all tests of a small card apart.
fn answers_to(field: &Field) -> Vec<Vec<String>> {
    let one = |text: String| vec![text];
    let ids = |options: &[Choice]| -> Vec<String> { options.iter().map(|option| option.id.clone()).collect() };
    let mut answers: Vec<Vec<String>> = match &field.kind {
        FieldKind::Select(select) => ids(&select.options).into_iter().map(one).collect(),
        FieldKind::MultiSelect(select) => {
            let ids = ids(&select.options);
            let set = |set: usize| {
                ids.iter().enumerate().filter(|(n, _)| set >> n & 1 == 1).map(|(_, id)| id.clone()).collect()
            };
            (1..1_usize << ids.len()).map(set).collect()
        }
        FieldKind::YesNo | FieldKind::Consent(_) => ["yes", "no", "perhaps"].map(|text| one(text.into())).into(),
        FieldKind::Rating(scale) => (1..=scale.max).map(|mark| one(mark.to_string())).collect(),
        FieldKind::Number(limits) => {
            // Beyond its limits too: a lenient field takes them.
            let limit = |limit: Option<i64>| limit.unwrap_or(0).clamp(-5, 8);
            (limit(limits.min).min(-5)..=limit(limits.max).max(8)).map(|number| one(number.to_string())).collect()
        }
        FieldKind::Money(limits) => {
            (0..=limits.max.unwrap_or(0)).map(|cents| one(format!("0.{cents:02} EUR"))).collect()
        }
        FieldKind::Date(_) => (0..3).map(|days| one(NOW.date().plus_days(days).to_iso())).collect(),
        _ => {
            let text = |set: usize| {
                let words: Vec<&str> =
                    WORDS.iter().enumerate().filter(|(n, _)| set >> n & 1 == 1).map(|(_, word)| *word).collect();
                one(format!("|||{}|", words.join("|")))
            };
            (0..1_usize << WORDS.len()).map(text).collect()
        }
    };
    answers.push(Vec::new());
    answers
}

/// A test that a field takes, made from numbers drawn at random.
fn test(field: &Field, which: u8, low: i64, high: i64) -> Condition {
    let range = Range { min: Some(low.min(high)), max: (!which.is_multiple_of(3)).then_some(low.max(high)) };
    let count = i64::try_from(field.kind.options().len()).expect("few");
    let option = |number: i64| format!("o{}", number.rem_euclid(count.max(1)));
    let days = |days: i64| i64::from(NOW.date().days()) + days;
    let is_present = which.is_multiple_of(5);
    let test = match &field.kind {
        _ if is_present => FieldTest::Present,
        FieldKind::Select(_) => FieldTest::Is(vec![option(low), option(high)]),
        FieldKind::MultiSelect(_) if which % 2 == 1 => FieldTest::Between(range),
        FieldKind::MultiSelect(_) => FieldTest::Is(vec![option(low)]),
        FieldKind::YesNo | FieldKind::Consent(_) => FieldTest::Is(vec![if low > 0 { "yes" } else { "no" }.into()]),
        FieldKind::Money(_) => FieldTest::Amount(range, currency("EUR")),
        FieldKind::Date(_) if which % 2 == 1 => FieldTest::DaysFromToday(range),
        FieldKind::Date(_) => FieldTest::Date(Range { min: range.min.map(days), max: range.max.map(days) }),
        FieldKind::ShortText(_) => {
            let word = |number: i64| WORDS[usize::try_from(number.rem_euclid(4)).expect("small")].to_owned();
            FieldTest::Contains(vec![word(low), word(high)])
        }
        _ => FieldTest::Between(range),
    };
    Condition::Field(FieldCondition { field: field.id.clone(), test })
}

fn condition(fields: Vec<Field>) -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        8 => (select(fields), any::<u8>(), -1_i64..4, -1_i64..4)
            .prop_map(|(field, which, low, high)| test(&field, which, low, high)),
        1 => (1_u16..3).prop_map(|at_least| signal("seen", at_least)),
    ];
    leaf.prop_recursive(2, 4, 2, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..3).prop_map(Condition::All),
            vec(inner.clone(), 1..3).prop_map(Condition::Any),
            inner.prop_map(|part| Condition::Not(Box::new(part))),
        ]
    })
}

fn signal(name: &str, at_least: u16) -> Condition {
    Condition::Signal(SignalCondition { signal: name.into(), at_least, within_ms: None })
}

fn segment(fields: Vec<Field>) -> impl Strategy<Value = Segment> {
    (condition(fields), any::<bool>(), select(vec![0_u16, 50, 150, 300]), select(vec![0_u16, 33, 200])).prop_map(
        |(when, public, fit, first)| Segment {
            id: String::new(),
            public,
            when,
            weights: vec![
                Weight { of: WeightOf::Dimension(Dimension::Fit), per_cent: fit },
                Weight { of: WeightOf::Criterion("c0".into()), per_cent: first },
            ],
        },
    )
}

fn readiness(fields: Vec<Field>) -> impl Strategy<Value = ReadinessCard> {
    let needs = select(vec![None, Some(Readiness::Ready), Some(Readiness::Warming)]);
    let criterion = criterion(0, fields);
    (criterion, needs, any::<bool>(), -20_i64..20, 0_i64..10).prop_map(
        |(criterion, accept_needs, public, warming, more)| ReadinessCard {
            card: SmallCard {
                public,
                initial: Points::from_milli(1),
                criteria: vec![Criterion { id: "r0".into(), ..criterion }],
            },
            ready: Points::from_milli(warming + more),
            warming: Points::from_milli(warming),
            accept_needs,
        },
    )
}

fn criterion(number: usize, fields: Vec<Field>) -> impl Strategy<Value = Criterion> {
    let conditions = vec((condition(fields), -20_i64..20), 1..4);
    (conditions, any::<bool>(), any::<bool>()).prop_map(move |(conditions, is_fit, public)| Criterion {
        id: format!("c{number}"),
        dimension: if is_fit { Dimension::Fit } else { Dimension::Engagement },
        nature: Nature::NonFinancial,
        public,
        half_life_ms: None,
        conditions: conditions
            .into_iter()
            .map(|(when, points)| ScoredCondition { when, points: Points::from_milli(points) })
            .collect(),
    })
}

fn bands() -> impl Strategy<Value = Bands> {
    let pair =
        || (-30_i64..30, 0_i64..20).prop_map(|(low, more)| (Points::from_milli(low), Points::from_milli(low + more)));
    (pair(), pair(), pair()).prop_map(|(fit, engagement, decision)| Bands {
        fit_a: fit.1,
        fit_b: fit.0,
        engagement_1: engagement.1,
        engagement_2: engagement.0,
        accept: decision.1,
        nurture: decision.0,
        score_0: Points::from_milli(-60),
        score_100: Points::from_milli(60),
    })
}

/// What a form needs beside its fields and its card.
fn frame() -> FormDefinition {
    form_file::parse(crate::reader::EVERY_KIND).expect("the form is right").form.definition().clone()
}

/// Ways to fill a form in that are still tried one by one.
const MOST_WAYS: usize = 3_000;

pub fn small() -> impl Strategy<Value = Small> {
    let fields = (1_usize..5).prop_flat_map(|count| (0..count).map(field).collect::<Vec<_>>());
    let card = fields.prop_flat_map(|fields| {
        let all = fields.clone();
        let criteria = (1_usize..4)
            .prop_flat_map(move |count| (0..count).map(|number| criterion(number, all.clone())).collect::<Vec<_>>());
        let gates = vec((condition(fields.clone()), any::<bool>()), 0..2);
        let segments = vec(segment(fields.clone()), 0..3);
        let readiness = proptest::option::weighted(0.3, readiness(fields.clone()));
        let beside = (segments, readiness);
        (Just(fields), criteria, gates, bands(), -10_i64..10, vec(any::<u8>(), 5), 0_usize..3, beside)
    });
    let small = card.prop_map(|(fields, criteria, gates, bands, initial, given, seen, (segments, readiness))| {
        let mut definition = frame();
        let answers: Vec<Vec<Vec<String>>> = fields.iter().map(answers_to).collect();
        definition.fields = fields;
        definition.scorecard.initial = Points::from_milli(initial);
        definition.scorecard.criteria = criteria;
        definition.scorecard.bands = bands;
        let segments = segments.into_iter().enumerate();
        let segments: Vec<_> =
            segments.map(|(number, segment)| Segment { id: format!("s{number}"), ..segment }).collect();
        definition.scorecard.segments = (!segments.is_empty()).then_some(segments);
        definition.scorecard.readiness = readiness;
        definition.scorecard.exchange =
            Some(Exchange { into: currency("EUR"), rates: vec![Rate { from: currency("MDL"), millionths: 50_000 }] });
        let gates = gates.into_iter().enumerate();
        definition.scorecard.gates =
            gates.map(|(number, (when, public))| Gate { id: format!("g{number}"), public, when }).collect();
        definition.reasons.clear();
        // Half of the fields are open.
        let given = answers.iter().zip(given).map(|(answers, drawn)| {
            let drawn = usize::from(drawn);
            drawn.is_multiple_of(2).then_some(drawn / 2 % answers.len())
        });
        let given = given.collect();
        let signals = (0..seen).map(|_| Signal { name: "seen".into(), at: NOW }).collect();
        let circumstances = Circumstances { signals, ..Circumstances::at(NOW) };
        let form = Form::new(definition);
        (form, answers, given, circumstances)
    });
    small.prop_filter_map("a form with few ways to fill it in", |(form, answers, given, circumstances)| {
        let form = form.ok()?;
        let ways: usize = answers.iter().map(Vec::len).product();
        (ways <= MOST_WAYS).then_some(Small { form, answers, given, circumstances })
    })
}

/// A small form of which some fields are asked by what was answered to the one before.
pub fn small_with_conditions() -> impl Strategy<Value = Small> {
    (small(), vec((any::<u8>(), -1_i64..4, -1_i64..4), 5)).prop_map(|(small, drawn)| {
        let mut definition = small.form.definition().clone();
        let before = definition.fields.iter().zip(1_u16..).take(definition.fields.len() - 1);
        let asked = before.zip(drawn).filter(|(_, (which, ..))| which % 2 == 0).map(|((before, field), drawn)| {
            let (which, low, high) = drawn;
            AskedIf { step: None, field: Some(field), when: test(before, which / 2, low, high) }
        });
        definition.flow = Some(Flow { asked: asked.collect(), ..Flow::default() });
        Small { form: Form::new(definition).expect("a condition asks for what comes before"), ..small }
    })
}

impl Small {
    /// The answers given so far.
    pub fn so_far(&self) -> Answers {
        let mut answers = Answers::new();
        for ((field, all), given) in self.form.definition().fields.iter().zip(&self.answers).zip(&self.given) {
            if let Some(given) = given {
                answers.set(field.id.clone(), all[*given].clone());
            }
        }
        answers
    }

    /// Every lead the form can give from here, where a field is settled as `is_open` says.
    pub fn leads(&self, is_open: impl Fn(&str) -> bool) -> Vec<Lead> {
        let fields = &self.form.definition().fields;
        let mut ways = vec![Answers::new()];
        for ((field, all), given) in fields.iter().zip(&self.answers).zip(&self.given) {
            let all: Vec<&Vec<String>> = match given {
                Some(given) if !is_open(&field.id) => vec![&all[*given]],
                _ => all.iter().collect(),
            };
            let with = |way: &Answers, values: &Vec<String>| {
                let mut way = way.clone();
                way.set(field.id.clone(), values.clone());
                way
            };
            ways = ways.iter().flat_map(|way| all.iter().map(move |values| with(way, values))).collect();
        }
        ways.iter().filter_map(|answers| validate(&self.form, answers, NOW).ok()).collect()
    }
}

/// A date keeps its place in the calendar of these tests.
#[test]
fn the_day_of_these_tests_is_known() {
    assert_eq!(NOW.date(), Date::from_civil(2026, 11, 21).expect("a date"));
}
