//! Laws of a card with segments, small cards, offers and owners, on any input.

use crate::reader::WHOLE_CARD;
use leadglass_scoring::{
    Answers, Channel, Decision, Evaluation, Explanation, Form, FormDefinition, Moment, Points, Signal, Submission,
    Timestamp, Touch,
    encoding::{decode, encode},
    evaluate::{evaluate, evaluate_trusted},
    form_file,
    scorecard::{Criterion, Weight, WeightOf, in_turn},
};
use proptest::{collection::vec, option, prelude::*, sample::select};

const NOW: i64 = 1_795_262_400_000;

fn definition() -> FormDefinition {
    form_file::parse(WHOLE_CARD).expect("the form is right").form.definition().clone()
}

fn touch() -> impl Strategy<Value = Touch> {
    let text = || option::of(select(vec!["google", "Spring sale", "oak"]).prop_map(str::to_owned));
    (text(), text(), text()).prop_map(|(source, campaign, term)| Touch { source, campaign, term, ..Touch::default() })
}

fn submission() -> impl Strategy<Value = Submission> {
    let answers = vec![
        ("budget", "12000"),
        ("budget", "100"),
        ("area", "7"),
        ("area", "150"),
        ("matters", "price"),
        ("matters", "quality"),
        ("place", "orhei"),
        ("place", "abroad"),
        ("message", "Which of 20 mm?"),
    ];
    let signal = (select(vec!["pricing_viewed", "case_read"]), NOW - 4_000_000_000..NOW + 1_000_000);
    let circumstances = (
        option::of(select(Channel::ALL.to_vec())),
        option::of(touch()),
        option::of(touch()),
        option::of(select(Moment::ALL.to_vec())),
        0..4_000_000_000_i64,
    );
    (vec(select(answers), 0..6), vec(signal, 0..5), circumstances).prop_map(|(answers, signals, circumstances)| {
        let (channel, first_touch, last_touch, moment, later) = circumstances;
        let mut all: Answers = [("email", "ana@example.org")].into_iter().collect();
        for (field, value) in answers {
            all.set(field, vec![value.to_owned()]);
        }
        let signal = |(name, at): (&str, i64)| Signal { name: name.into(), at: Timestamp::from_millis(at) };
        let signals = signals.into_iter().map(signal).collect();
        let at = Timestamp::from_millis(NOW + later);
        Submission { answers: all, signals, at, channel, first_touch, last_touch, moment }
    })
}

fn weights() -> impl Strategy<Value = Vec<Weight>> {
    vec((0_usize..6, 0..=Weight::LIMIT), 0..6).prop_map(|weights| {
        let criteria = definition().scorecard.criteria;
        let mut all: Vec<Weight> = Vec::new();
        for (number, per_cent) in weights {
            let criterion: &Criterion = &criteria[number];
            let of = match number % 3 {
                0 => WeightOf::Criterion(criterion.id.clone()),
                1 => WeightOf::Nature(criterion.nature),
                _ => WeightOf::Dimension(criterion.dimension),
            };
            if !all.iter().any(|weight| weight.of == of) {
                all.push(Weight { of, per_cent });
            }
        }
        all
    })
}

fn with_weights(weights: &[Weight]) -> FormDefinition {
    let mut definition = definition();
    for segment in definition.scorecard.segments.iter_mut().flatten() {
        segment.weights = weights.to_vec();
    }
    definition
}

fn explain(definition: FormDefinition, submission: &Submission) -> Explanation {
    let form = Form::new(definition).expect("the form is right");
    match form.evaluate(submission) {
        Evaluation::Scored(explanation) => explanation,
        Evaluation::Invalid(violations) => panic!("{violations:?}"),
    }
}

proptest! {
    #![proptest_config(crate::laws::cases())]

    #[test]
    fn contributions_add_up_whatever_the_weights(submission in submission(), weights in weights()) {
        let explanation = explain(with_weights(&weights), &submission);
        let sum: i64 = explanation.contributions.iter().map(|it| it.points.milli()).sum();
        prop_assert_eq!(explanation.points.milli(), explanation.initial.milli() + sum);
        prop_assert_eq!(sum, explanation.fit.milli() + explanation.engagement.milli());
        let small = |initial: i64, contributions: &[leadglass_scoring::Contribution]| {
            initial + contributions.iter().map(|it| it.points.milli()).sum::<i64>()
        };
        let approach = explanation.approach.expect("the card has one");
        let readiness = explanation.readiness.expect("the card has one");
        prop_assert_eq!(approach.points.milli(), small(0, &approach.contributions));
        prop_assert_eq!(readiness.points.milli(), small(1_000, &readiness.contributions));
    }

    #[test]
    fn weights_of_a_hundred_change_nothing(submission in submission(), weights in weights()) {
        let full: Vec<Weight> = weights.into_iter().map(|weight| Weight { per_cent: 100, ..weight }).collect();
        prop_assert_eq!(explain(with_weights(&full), &submission), explain(with_weights(&[]), &submission));
    }

    #[test]
    fn the_order_of_criteria_never_matters(submission in submission(), turn in 0_usize..6) {
        let mut turned = definition();
        turned.scorecard.criteria.rotate_left(turn);
        let (mut one, mut other) = (explain(definition(), &submission), explain(turned, &submission));
        for explanation in [&mut one, &mut other] {
            explanation.contributions.sort_by(|one, other| one.criterion.cmp(&other.criterion));
        }
        prop_assert_eq!(one, other);
    }

    #[test]
    fn readiness_only_ever_makes_an_accepted_lead_a_nurtured_one(submission in submission()) {
        let mut without = definition();
        without.scorecard.readiness = None;
        let (with, without) = (explain(definition(), &submission), explain(without, &submission));
        if with.held_back.is_some() {
            prop_assert_eq!((without.decision, with.decision), (Decision::Accept, Decision::Nurture));
        } else {
            prop_assert_eq!(without.decision, with.decision);
        }
        prop_assert_eq!(with.points, without.points);
    }

    #[test]
    fn nothing_secret_shows_through_the_public_part(submission in submission()) {
        let public = definition().public();
        let bytes = encode(&public);
        let secret = [
            "brought", "when_asked", "wants_to_buy", "premium", "knows_measures", "asked_something", "oak_fronts", "lights", "near",
            "Lidia", "one of many", "Solid oak", "asks which",
        ];
        for secret in secret {
            let is_in = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            prop_assert!(!is_in, "`{}` is in the public part", secret);
        }
        let explanation = explain(public, &submission);
        prop_assert!(explanation.contributions.iter().all(|it| ["budget", "area", "saw_prices"].contains(&it.criterion.as_str())));
        prop_assert!(explanation.segment.is_none_or(|segment| segment == "economy"));
        let readiness = explanation.readiness.expect("it is public");
        prop_assert!(readiness.contributions.iter().all(|it| it.criterion == "read_cases"));
        prop_assert_eq!((explanation.approach, explanation.offers, explanation.owner_rule), (None, None, None));
    }

    #[test]
    fn what_is_encoded_reads_back(submission in submission(), weights in weights()) {
        let definition = with_weights(&weights);
        prop_assert_eq!(decode::<FormDefinition>(&encode(&definition)), Ok(definition.clone()));
        prop_assert_eq!(decode::<Submission>(&encode(&submission)), Ok(submission.clone()));
        let explanation = explain(definition, &submission);
        prop_assert_eq!(decode::<Explanation>(&encode(&explanation)), Ok(explanation));
    }
}

/// What the parity of native code and wasm is tried on says something: random cards are cards, and their parts decide.
#[test]
fn random_cards_are_cards() {
    let every_kind = form_file::parse(crate::reader::EVERY_KIND).expect("the form is right").form;
    let (mut seen, mut scored) = ([0; 6], 0);
    for seed in 1..=200 {
        let request = crate::random::request(every_kind.definition(), seed, 20);
        if seed % 20 == 0 {
            let bytes = encode(&request);
            assert_eq!(evaluate(&bytes), evaluate_trusted(&bytes), "a checked form needs no second check");
        }
        let form = match Form::new(request.definition) {
            Ok(form) => form,
            Err(errors) => panic!("{errors:?}"),
        };
        for submission in &request.submissions {
            let Evaluation::Scored(explanation) = form.evaluate(submission) else { continue };
            scored += 1;
            let sum: i64 = explanation.contributions.iter().map(|it| it.points.milli()).sum();
            assert_eq!(explanation.points.milli(), explanation.initial.milli() + sum);
            let parts = [
                explanation.contributions.iter().any(|it| it.per_cent.is_some()),
                explanation.approach.is_some(),
                explanation.readiness.is_some(),
                explanation.held_back.is_some(),
                explanation.offers.is_some(),
                explanation.owner_rule.is_some(),
            ];
            for (seen, part) in seen.iter_mut().zip(parts) {
                *seen += u32::from(part);
            }
        }
    }
    assert!(scored > 3_000, "only {scored} of 4000 are leads");
    assert!(seen.iter().all(|seen| *seen > 100), "{seen:?} of {scored}");
}

/// The most a checked card can come to stays far from the ends of 64 bits; sums beyond them would saturate.
#[test]
fn an_absurd_card_saturates_at_its_score_and_never_overflows() {
    let mut definition = definition();
    let card = &mut definition.scorecard;
    let absurd: Vec<Criterion> = (0..990)
        .map(|number| {
            let mut criterion = card.criteria[0].clone();
            criterion.id = format!("absurd_{number}");
            criterion.conditions.truncate(1);
            criterion.conditions[0].points = Points::LIMIT;
            criterion
        })
        .collect();
    card.criteria.extend(absurd);
    for segment in card.segments.iter_mut().flatten() {
        segment.weights = vec![Weight { of: WeightOf::Criterion("absurd_7".into()), per_cent: Weight::LIMIT }];
    }
    let answers = [("email", "ana@example.org"), ("budget", "12000"), ("matters", "price")];
    let at = Timestamp::from_millis(NOW);
    let submission = Submission { answers: answers.into_iter().collect(), at, ..Submission::default() };
    let explanation = explain(definition, &submission);
    let sum: i64 = explanation.contributions.iter().map(|it| it.points.milli()).sum();
    assert_eq!(explanation.points.milli(), explanation.initial.milli() + sum);
    assert_eq!(explanation.score, 100);
    assert!(sum > 999 * Points::LIMIT.milli());
    assert_eq!(Points::from_milli(i64::MAX).plus(Points::from_milli(1)), Points::from_milli(i64::MAX));
    assert_eq!(Points::from_milli(i64::MIN).weighted(Weight::LIMIT), Points::from_milli(i64::MIN));
}

#[test]
fn owners_take_turns() {
    let definition = definition();
    let rule = definition.scorecard.owners.iter().flatten().next().expect("the card has one");
    let turns: Vec<_> = (0..5).filter_map(|turn| in_turn(&rule.owners, turn)).collect();
    assert_eq!(turns, ["Lidia", "Andrei", "Lidia", "Andrei", "Lidia"]);
    assert_eq!(in_turn(&rule.owners, u64::MAX), Some("Andrei"));
}
