//! Laws that hold on any input.

use crate::reader::{EVERY_KIND, FILES, Vectors};
use leadglass_scoring::{
    Answers, Explanation, Form, FormDefinition, Points, Signal, Submission, Timestamp,
    encoding::{decode, encode},
    evaluate::{EvaluationAnswer, EvaluationRequest, evaluate},
    form_file,
    grade::Bands,
    outcome,
    score::{Reason, score},
    validate,
};
use proptest::{collection::vec, prelude::*, sample::select};

const NOW: Timestamp = Timestamp::from_millis(1_795_262_400_000);

fn definition() -> FormDefinition {
    form_file::parse(EVERY_KIND).expect("the form is right").form.definition().clone()
}

/// Texts that answers are made of: right ones, near misses and noise.
fn value() -> impl Strategy<Value = String> {
    let seeds: Vec<String> = FILES
        .iter()
        .flat_map(|(_, source)| {
            let vectors = Vectors::parse(source);
            let submissions: Vec<_> = vectors.case.iter().map(|case| vectors.submission(case).answers).collect();
            submissions
        })
        .flat_map(|answers| answers.iter().flat_map(|(_, values)| values.to_vec()).collect::<Vec<_>>())
        .collect();
    prop_oneof![6 => select(seeds), 2 => "[0-9]{1,7}([.,][0-9]{1,3})?", 1 => any::<String>()]
}

fn submission() -> impl Strategy<Value = Submission> {
    let ids: Vec<String> = definition().fields.iter().map(|field| field.id.clone()).collect();
    let answer = (select(ids), vec(value(), 1..3));
    let signal = (select(vec!["pricing_viewed", "scrolled"]), any::<i64>());
    let valid = [("name", "Ana"), ("email", "ana@example.org"), ("agree", "yes")];
    (vec(answer, 0..8), vec(signal, 0..4), any::<bool>()).prop_map(move |(answers, signals, complete)| {
        let mut all: Answers = if complete { valid.into_iter().collect() } else { Answers::new() };
        for (field, values) in answers {
            all.set(field, values);
        }
        let signals =
            signals.into_iter().map(|(name, at)| Signal { name: name.into(), at: Timestamp::from_millis(at) });
        Submission { answers: all, signals: signals.collect(), at: NOW, ..Submission::default() }
    })
}

fn explain(form: &Form, submission: &Submission) -> Option<Explanation> {
    let lead = validate(form, &submission.answers, submission.at).ok()?;
    Some(score(form, &lead, &submission.circumstances()))
}

/// Cases a law is tried on; `cargo xtask test --all` asks for more.
pub fn cases() -> ProptestConfig {
    ProptestConfig::with_cases(if std::env::var_os("LEADGLASS_TEST_ALL").is_some() { 20_000 } else { 256 })
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn contributions_add_up_to_the_points(submission in submission()) {
        let form = Form::new(definition()).expect("the form is right");
        if let Some(explanation) = explain(&form, &submission) {
            let sum: i64 = explanation.contributions.iter().map(|it| it.points.milli()).sum();
            prop_assert_eq!(explanation.points.milli(), explanation.initial.milli() + sum);
            prop_assert_eq!(sum, explanation.fit.milli() + explanation.engagement.milli());
            prop_assert!(explanation.score <= 100);
        }
    }

    #[test]
    fn the_outcome_alone_is_that_of_the_explanation(submission in submission()) {
        let form = Form::new(definition()).expect("the form is right");
        if let Ok(lead) = validate(&form, &submission.answers, submission.at) {
            let circumstances = submission.circumstances();
            let explanation = score(&form, &lead, &circumstances);
            let (mut given, mut gates) = (Vec::new(), Vec::new());
            let outcome = outcome(&form, &lead, &circumstances, |reason| match reason {
                Reason::Criterion(it) => given.push((it.criterion.id.clone(), it.condition, it.points)),
                Reason::Gate(gate, _) => gates.push(gate.id.clone()),
            });
            prop_assert_eq!((outcome.fit, outcome.engagement), (explanation.fit, explanation.engagement));
            prop_assert_eq!((outcome.points, outcome.score), (explanation.points, explanation.score));
            prop_assert_eq!((outcome.grade, outcome.decision), (explanation.grade, explanation.decision));
            let explained = explanation.contributions.into_iter();
            let explained: Vec<_> = explained.map(|it| (it.criterion, it.condition, it.points)).collect();
            prop_assert_eq!((given, gates), (explained, explanation.gates));
        }
    }

    #[test]
    fn the_order_of_criteria_never_matters(submission in submission(), seed in any::<u64>()) {
        let definition = definition();
        let mut shuffled = definition.clone();
        let count = shuffled.scorecard.criteria.len();
        for index in 0..count {
            let other = usize::try_from(seed.rotate_left(u32::try_from(index).unwrap() * 7) % 1000).unwrap() % count;
            shuffled.scorecard.criteria.swap(index, other);
        }
        let one = explain(&Form::new(definition).expect("right"), &submission);
        let other = explain(&Form::new(shuffled).expect("right"), &submission);
        let sorted = |explanation: Option<Explanation>| explanation.map(|mut explanation| {
            explanation.contributions.sort_by(|one, other| one.criterion.cmp(&other.criterion));
            explanation
        });
        prop_assert_eq!(sorted(one), sorted(other));
    }

    #[test]
    fn a_canonical_lead_validates_to_itself(submission in submission()) {
        let form = Form::new(definition()).expect("the form is right");
        if let Ok(lead) = validate(&form, &submission.answers, NOW) {
            prop_assert_eq!(validate(&form, &lead.answers(&form), NOW), Ok(lead));
        }
    }

    #[test]
    fn the_public_card_knows_only_public_criteria(submission in submission()) {
        let public = definition().public();
        let form = Form::new(public).expect("the public part is a form");
        if let Some(explanation) = explain(&form, &submission) {
            let public = ["budget", "soon", "size", "asked", "saw_prices"];
            let is_public = |id: &str| public.contains(&id);
            prop_assert!(explanation.contributions.iter().all(|it| is_public(&it.criterion)));
            prop_assert!(explanation.gates.iter().all(|gate| gate == "too_far"));
        }
    }

    #[test]
    fn a_grade_never_falls_as_points_rise(low in any::<i64>(), high in any::<i64>(), other in any::<i64>()) {
        let bands: Bands = definition().scorecard.bands;
        let (low, high) = (Points::from_milli(low.min(high)), Points::from_milli(low.max(high)));
        let other = Points::from_milli(other);
        prop_assert!(bands.grade(high, other).fit <= bands.grade(low, other).fit);
        prop_assert!(bands.grade(other, high).engagement <= bands.grade(other, low).engagement);
        prop_assert!(bands.decision(high) <= bands.decision(low));
        prop_assert!(bands.score(high) >= bands.score(low));
    }

    #[test]
    fn decay_never_rises_with_age(points in any::<i64>(), half_life in 1_u64.., one in any::<u64>(), other in any::<u64>()) {
        let left = |age| Points::from_milli(points).decayed(age, half_life).milli().unsigned_abs();
        prop_assert!(left(one.max(other)) <= left(one.min(other)));
        prop_assert!(left(one) <= points.unsigned_abs());
    }

    #[test]
    fn what_is_encoded_reads_back(submission in submission()) {
        let request = EvaluationRequest { definition: definition(), submissions: vec![submission] };
        let bytes = encode(&request);
        prop_assert_eq!(decode::<EvaluationRequest>(&bytes), Ok(request));
    }

    #[test]
    fn no_bytes_make_evaluation_panic(bytes in vec(any::<u8>(), 0..300)) {
        let _ = evaluate(&bytes);
    }

    #[test]
    fn a_damaged_request_is_refused_or_evaluated(submission in submission(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = encode(&EvaluationRequest { definition: definition(), submissions: vec![submission] });
        let index = at.index(bytes.len());
        bytes[index] = byte;
        if let Ok(answer) = evaluate(&bytes) {
            prop_assert!(decode::<EvaluationAnswer>(&answer).is_ok());
        }
    }

    #[test]
    fn no_text_makes_the_reading_of_a_form_panic(at in any::<prop::sample::Index>(), length in 0_usize..200, patch in any::<String>()) {
        let mut source: Vec<char> = EVERY_KIND.chars().collect();
        let start = at.index(source.len());
        let end = (start + length).min(source.len());
        source.splice(start..end, patch.chars());
        let source: String = source.into_iter().collect();
        if let Err(mistakes) = form_file::parse(&source) {
            prop_assert!(!mistakes.is_empty(), "a file that is not read says why");
        }
    }
}
