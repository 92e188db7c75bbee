//! From a card to a document, and back.

use leadglass_training::pmml::{ReasonCodes, export, import};

use super::{BANK, EVERY_KIND, EVERY_TEST, FITTED, LENIENT, explained, form, told};

#[test]
fn what_we_exported_comes_back_as_it_was() {
    for source in [EVERY_TEST, FITTED, LENIENT, BANK, EVERY_KIND] {
        let card = form(source);
        let exported = export(source, &card, true).unwrap();
        let imported = import(exported.document.as_bytes()).unwrap_or_else(|mistakes| panic!("{}", told(&mistakes)));
        assert_eq!(imported.card, source);
        assert_eq!(imported.form.definition().scorecard.id(), card.definition().scorecard.id());
        assert_eq!(imported.form.definition().version(), card.definition().version());
        assert_eq!(imported.notes, Vec::<String>::new());
    }
}

#[test]
fn a_document_that_another_program_laid_out_anew_is_still_ours() {
    let document = export(FITTED, &form(FITTED), false).unwrap().document;
    let header_end = document.find("<DataDictionary").unwrap();
    let (head, body) = document.split_at(header_end);
    let body = body
        .replace("      <", "<")
        .replace("optype=\"continuous\" dataType=\"double\"", "dataType='double' optype='continuous'");
    let head = head.replace("name=\"leadglass\"", "name=\"another\"");
    assert_eq!(import(format!("{head}{body}").as_bytes()).unwrap().card, FITTED);
}

#[test]
fn a_document_that_was_changed_is_read_as_it_is_now() {
    let document = export(FITTED, &form(FITTED), false).unwrap().document;
    let changed = document.replacen("partialScore=\"41\"", "partialScore=\"42\"", 1);
    assert_ne!(document, changed);
    let imported = import(changed.as_bytes()).unwrap_or_else(|mistakes| panic!("{}", told(&mistakes)));
    assert!(imported.notes.iter().any(|note| note.starts_with("the document was changed")), "{:?}", imported.notes);
    let points = imported.form.definition().scorecard.criteria.iter().flat_map(|criterion| &criterion.conditions);
    assert!(points.into_iter().any(|condition| condition.points.milli() == 42_000));
    // A card that says another id than that of its own file was changed as well.
    let other_card = document.replacen("points = 41", "points = 43", 1);
    assert!(!import(other_card.as_bytes()).unwrap().notes.is_empty());
}

#[test]
fn read_without_our_file_the_model_gives_the_same_points_and_codes() {
    let card = form(FITTED);
    let document = export(FITTED, &card, false).unwrap().document;
    let end = document.find("<Extension").unwrap();
    let foreign = import(format!("{}</Scorecard></PMML>", &document[..end]).as_bytes());
    let foreign = foreign.unwrap_or_else(|mistakes| panic!("{}", told(&mistakes)));
    let codes = ReasonCodes::of(&card.definition().scorecard);
    let mut seen = std::collections::BTreeSet::new();
    for age in ["", "17", "25", "41", "60"] {
        for euribor in ["", "0.634", "1.3", "1.299", "4.961"] {
            for job in ["", "student", "admin.", "Unheard Of"] {
                for poutcome in ["", "success", "failure"] {
                    let answers = [("age", age), ("euribor3m", euribor), ("job", job), ("poutcome", poutcome)];
                    let (ours, theirs) = (explained(&card, &answers), explained(&foreign.form, &answers));
                    assert_eq!(ours.points, theirs.points, "{answers:?}");
                    let theirs = foreign.reason_codes.as_ref().unwrap().ranked(&theirs);
                    assert_eq!(codes.ranked(&ours), theirs, "{answers:?}");
                    seen.insert(ours.points);
                }
            }
        }
    }
    assert!(seen.len() > 50, "{}", seen.len());
}

#[test]
fn what_other_evaluators_could_not_follow_is_refused_by_line() {
    let losses = export(EVERY_KIND, &form(EVERY_KIND), false).unwrap_err();
    let line_of = |text: &str| 1 + EVERY_KIND.lines().position(|line| line.contains(text)).unwrap();
    for loss in &losses {
        println!("{loss}");
    }
    assert!(losses.iter().any(|loss| loss.what.contains("signal `pricing_viewed`")));
    let signal = losses.iter().find(|loss| loss.what.contains("signal `pricing_viewed`")).unwrap();
    // The table of the condition begins on the line before its `when`.
    assert_eq!(signal.line + 1, line_of("signal = \"pricing_viewed\""));
    let lossy = export(EVERY_KIND, &form(EVERY_KIND), true).unwrap();
    assert_eq!(lossy.losses, losses);
    let faded = lossy.notes.iter().any(|note| note.contains("fade"));
    assert!(faded, "{:?}", lossy.notes);
}

#[test]
fn a_card_without_criteria_and_a_file_that_xml_cannot_hold_are_refused() {
    let empty = BANK.split("[[criterion]]").next().unwrap().to_owned()
        + BANK.split_once("[follow_up.accept]").map(|it| "[follow_up.accept]".to_owned() + it.1).unwrap().as_str();
    assert!(told(&export(&empty, &form(&empty), false).unwrap_err()).contains("no criterion"));
    let odd = BANK.replace("heading = \"Term deposit\"", "heading = \"Term\u{fffe}deposit\"");
    assert!(told(&export(&odd, &form(&odd), false).unwrap_err()).starts_with("6: '\\u{fffe}' is a character"));
}

#[test]
fn reason_codes_are_ranked_by_what_was_missed() {
    let card = form(FITTED);
    let codes = ReasonCodes::of(&card.definition().scorecard);
    let best = explained(&card, &[("age", "70"), ("euribor3m", "0.7"), ("job", "student"), ("poutcome", "success")]);
    // Nothing was missed, so that the card's own order is left.
    assert_eq!(codes.ranked(&best), ["age", "euribor", "job", "last"]);
    let none = explained(&card, &[]);
    assert_eq!(codes.ranked(&none), ["last", "euribor", "job", "age"]);
}
