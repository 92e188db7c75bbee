//! The test vectors against the native code. The end-to-end tests send the same cases through the wasm that ships.

use crate::reader::{Case, EVERY_KIND, FILES, Vectors, form_file as form_source};
use leadglass_scoring::{
    Evaluation, Explanation, Form, Points, Submission, Violation, explanation::HeldOffer, form_file, validate,
    validation::number::format_scaled,
};

fn form() -> Form {
    form_file::parse(EVERY_KIND).expect("the form is right").form
}

/// What the native code says of a case, in the spelling of the vectors, where it differs from what is expected.
fn differences(form: &Form, submission: &Submission, case: &Case) -> Vec<String> {
    let mut differences = Vec::new();
    let mut compare = |what: &str, expected: String, found: String| {
        if expected != found {
            differences.push(format!("{what}: expected {expected}, found {found}"));
        }
    };
    let (violations, explanation) = match form.evaluate(submission) {
        Evaluation::Scored(explanation) => (Vec::new(), Some(explanation)),
        Evaluation::Invalid(violations) => (violations, None),
    };
    let violations: Vec<String> = violations.iter().map(spell_violation).collect();
    compare("violations", format!("{:?}", case.violations.clone().unwrap_or_default()), format!("{violations:?}"));
    if let (Some(kept), Ok(lead)) = (&case.kept, validate(form, &submission.answers, submission.at)) {
        let expected: Vec<_> = kept.iter().map(|(id, values)| (id.clone(), values.clone().into_values())).collect();
        let answers = lead.answers(form);
        let found: Vec<_> = answers.iter().map(|(id, values)| (id.to_owned(), values.to_vec())).collect();
        compare("kept", format!("{expected:?}"), format!("{found:?}"));
        let again = validate(form, &answers, submission.at);
        compare("kept and read again", format!("{lead:?}"), format!("{:?}", again.expect("it was valid")));
    }
    if let Some(explanation) = explanation {
        compare_explanation(form, case, &explanation, &mut compare);
    }
    differences
}

fn compare_explanation(
    form: &Form,
    case: &Case,
    explanation: &Explanation,
    compare: &mut impl FnMut(&str, String, String),
) {
    let definition = form.definition();
    if let Some(points) = &case.points {
        compare("points", points.clone(), format_scaled(explanation.points.milli(), 3));
    }
    if let Some(score) = case.score {
        compare("score", score.to_string(), explanation.score.to_string());
    }
    if let Some(grade) = &case.grade {
        compare("grade", grade.clone(), explanation.grade.to_string());
    }
    if let Some(decision) = &case.decision {
        compare("decision", decision.clone(), explanation.decision.to_string());
    }
    if let Some(expected) = &case.contributions {
        let spell = |it: &leadglass_scoring::Contribution| {
            let weight = it.per_cent.map(|per_cent| format!(", {per_cent} %")).unwrap_or_default();
            format!("{} {} {}{weight}", it.criterion, format_scaled(it.points.milli(), 3), definition.reason(it, 0))
        };
        let found: Vec<String> = explanation.contributions.iter().map(spell).collect();
        compare("contributions", format!("{expected:?}"), format!("{found:?}"));
        let spell = |gate: &String| format!("{gate} {}", definition.reason_text(gate, 0));
        let gates: Vec<String> = explanation.gates.iter().map(spell).collect();
        compare("gates", format!("{:?}", case.gates), format!("{gates:?}"));
    }
    compare_rest(case, explanation, compare);
}

/// What is read from a lead beside its points.
fn compare_rest(case: &Case, explanation: &Explanation, compare: &mut impl FnMut(&str, String, String)) {
    let level = |name: &str, points: Points| format!("{name} {}", format_scaled(points.milli(), 3));
    let approach = explanation.approach.as_ref().map(|it| level(it.approach.as_str(), it.points));
    let readiness = explanation.readiness.as_ref().map(|it| level(it.readiness.as_str(), it.points));
    let expected_and_found = [
        ("segment", &case.segment, explanation.segment.clone()),
        ("approach", &case.approach, approach),
        ("readiness", &case.readiness, readiness),
        ("held back", &case.held_back, explanation.held_back.map(|needed| needed.as_str().to_owned())),
        ("owner rule", &case.owner_rule, explanation.owner_rule.clone()),
    ];
    for (what, expected, found) in expected_and_found {
        if let Some(expected) = expected {
            compare(what, expected.clone(), found.unwrap_or_default());
        }
    }
    if let Some(expected) = &case.offers {
        let spell = |held: &HeldOffer| format!("{}{}", held.offer, if held.suits { "" } else { " unsuited" });
        let found: Vec<String> = explanation.offers.iter().flatten().map(spell).collect();
        compare("offers", format!("{expected:?}"), format!("{found:?}"));
    }
}

fn spell_violation(violation: &Violation) -> String {
    let limit = violation.limit.as_ref().map(|limit| format!(" {limit}")).unwrap_or_default();
    format!("{} {}{limit}", violation.field, violation.code.as_str())
}

#[test]
fn every_case_comes_out_as_it_is_written() {
    let mut told = Vec::new();
    for (file, source) in FILES {
        let vectors = Vectors::parse(source);
        let form = form_file::parse(form_source(&vectors.form)).expect("the form is right").form;
        for case in &vectors.case {
            for difference in differences(&form, &vectors.submission(case), case) {
                told.push(format!("{file}: {}\n    {difference}", case.name));
            }
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// Leads keep these ids for ever, so a change here is a change of what every stored decision was made under.
#[test]
fn the_ids_of_versions_do_not_change() {
    let form = form();
    let definition = form.definition();
    assert_eq!(definition.version().to_string(), "3223e79e49c8b932daf4881a659784b584a6acefcf39a53b41d34112e7726bcc");
    assert_eq!(
        definition.scorecard.id().to_string(),
        "0548d2dd8cbca5c12b399c9d3e2038fe867dbecf9f12090c70843ceadacd30f2"
    );
    assert_eq!(
        definition.public().version().to_string(),
        "f7765b71d2e2e87cf2795fac5bd4cb0fb5709ded028246b498ce85afdcc3d2b8"
    );
}
