//! From a document to a card.

use leadglass_training::pmml::import;

use super::{SPEC_EXAMPLE, explained, told};

/// A document with one characteristic over the fields `x` (double) and `s` (string).
fn document(mining: &str, attributes: &str) -> String {
    format!(
        "<PMML xmlns=\"http://www.dmg.org/PMML-4_2\" version=\"4.2\"><Header/>\n<DataDictionary>\
         <DataField name=\"x\" optype=\"continuous\" dataType=\"double\"/>\
         <DataField name=\"s\" optype=\"categorical\" dataType=\"string\"/></DataDictionary>\n\
         <Scorecard functionName=\"regression\" useReasonCodes=\"false\" initialScore=\"1\"><MiningSchema>{mining}</MiningSchema>\n\
         <Characteristics><Characteristic name=\"c\">\n{attributes}\n</Characteristic></Characteristics></Scorecard></PMML>"
    )
}

const MINING: &str = "<MiningField name=\"x\"/><MiningField name=\"s\"/>";

fn refusal(document: &str) -> String {
    import(document.as_bytes()).map_or_else(|mistakes| told(&mistakes), |imported| imported.card)
}

fn milli(document: &str, answers: &[(&str, &str)]) -> i64 {
    let imported = import(document.as_bytes()).unwrap_or_else(|mistakes| panic!("{}", told(&mistakes)));
    explained(&imported.form, answers).points.milli()
}

#[test]
fn the_example_of_the_specification_scores_as_it_says() {
    let imported = import(SPEC_EXAMPLE.as_bytes()).unwrap_or_else(|mistakes| panic!("{}", told(&mistakes)));
    let codes = imported.reason_codes.unwrap();
    for (department, age, income, points, ranked) in [
        ("engineering", "25", "500", 29, &["RC2", "RC1"][..]),
        ("", "", "", -5, &["RC1", "RC2", "RC3"]),
        ("marketing", "40", "1000", 63, &["RC1", "RC2"]),
        ("business", "18", "2500.01", 0, &["RC2", "RC1", "RC3"]),
        ("marketing", "39", "2500", 36, &["RC2", "RC3", "RC1"]),
        ("engineering", "19", "1000.01", 8, &["RC2", "RC1", "RC3"]),
    ] {
        let answers = [("department", department), ("age", age), ("income", income)];
        let explanation = explained(&imported.form, &answers);
        assert_eq!(explanation.points.milli(), points * 1_000, "{answers:?}");
        assert_eq!(codes.ranked(&explanation), ranked, "{answers:?}");
    }
    assert!(
        imported.notes.iter().any(|note| note.starts_with("`rc1`, `rc2`, `rc3` give nothing")),
        "{:?}",
        imported.notes
    );
}

#[test]
fn what_other_evaluators_see_otherwise_is_noted() {
    let imported = import(SPEC_EXAMPLE.as_bytes()).unwrap();
    let notes = imported.notes.join("\n");
    for note in
        ["the reason code `RC1` is called `rc1` here", "exported again they are ranked by `pointsBelow` the most"]
    {
        assert!(notes.contains(note), "{note}: {notes}");
    }
    let again = leadglass_training::pmml::export(&imported.card, &imported.form, false).unwrap().document;
    assert!(again.contains("reasonCode=\"rc1\""), "{again}");
    assert!(leadglass_scoring::form_file::is_card(&imported.card));
    let attributes = "<Attribute partialScore=\"1\"><SimplePredicate field=\"s\" operator=\"equal\" value=\"Sales\"/></Attribute>\
                      <Attribute partialScore=\"2\"><SimplePredicate field=\"x\" operator=\"isMissing\"/></Attribute>\
                      <Attribute partialScore=\"4\"><True/></Attribute>";
    let whole = document(&MINING.replace("name=\"x\"", "name=\"x\" invalidValueTreatment=\"asMissing\""), attributes)
        .replace("dataType=\"double\"", "dataType=\"integer\"");
    let notes = import(whole.as_bytes()).unwrap().notes.join("\n");
    for note in [
        "texts of `s` are compared whatever the case",
        "`x` is rounded to 0 decimals, and what is no number is missing",
    ] {
        assert!(notes.contains(note), "{note}: {notes}");
    }
    assert_eq!((milli(&whole, &[("x", "abc")]), milli(&whole, &[("x", "3")])), (3_000, 5_000));
}

#[test]
fn every_namespace_of_version_4_is_read_and_others_are_not() {
    for version in ["1", "2", "3", "4"] {
        let namespace = format!("PMML-4_{version}");
        assert!(import(SPEC_EXAMPLE.replace("PMML-4_4", &namespace).as_bytes()).is_ok(), "{version}");
    }
    assert!(refusal(&SPEC_EXAMPLE.replace("PMML-4_4", "PMML-3_2")).starts_with("3:1: this is PMML version `3.2`"));
    let prefixed = SPEC_EXAMPLE.replace("xmlns=", "xmlns:p=").replace("<PMML", "<p:PMML").replace("</PMML", "</p:PMML");
    assert!(import(prefixed.as_bytes()).is_ok());
}

#[test]
fn missing_values_are_replaced_as_the_mining_schema_says() {
    let attributes = "<Attribute partialScore=\"10\"><SimplePredicate field=\"x\" operator=\"greaterOrEqual\" value=\"5\"/></Attribute>\
                      <Attribute partialScore=\"20\"><SimplePredicate field=\"s\" operator=\"notEqual\" value=\"a\"/></Attribute>\
                      <Attribute partialScore=\"30\"><SimplePredicate field=\"s\" operator=\"isMissing\"/></Attribute>\
                      <Attribute partialScore=\"0\"><True/></Attribute>";
    let plain = document(MINING, attributes);
    let replaced = document(
        "<MiningField name=\"x\" missingValueReplacement=\"7\"/><MiningField name=\"s\" missingValueReplacement=\"b\"/>",
        attributes,
    );
    assert_eq!((milli(&plain, &[]), milli(&replaced, &[])), (31_000, 11_000));
    assert_eq!((milli(&plain, &[("x", "4")]), milli(&replaced, &[("x", "4")])), (31_000, 21_000));
    assert_eq!((milli(&plain, &[("x", "4"), ("s", "a")]), milli(&replaced, &[("x", "4"), ("s", "a")])), (1_000, 1_000));
    assert_eq!(milli(&replaced, &[("x", "5"), ("s", "a")]), 11_000);
}

#[test]
fn a_closed_list_of_values_rejects_others_and_an_open_one_does_not() {
    let attributes = "<Attribute partialScore=\"1\"><SimplePredicate field=\"s\" operator=\"equal\" value=\"A\"/></Attribute>\
                      <Attribute partialScore=\"2\"><SimplePredicate field=\"s\" operator=\"isMissing\"/></Attribute>\
                      <Attribute partialScore=\"3\"><SimplePredicate field=\"s\" operator=\"equal\" value=\"a\"/></Attribute>\
                      <Attribute partialScore=\"4\"><True/></Attribute>";
    let open = document(MINING, attributes);
    assert!(refusal(&open).contains("`A` and `a` of `s` differ only in the case of letters"));
    let listed = |values: &str| {
        open.replace(
            "name=\"s\" optype=\"categorical\" dataType=\"string\"/>",
            &format!("name=\"s\" optype=\"categorical\" dataType=\"string\">{values}</DataField>"),
        )
    };
    let closed = listed("<Value value=\"A\"/><Value value=\"a\"/><Value value=\"?\" property=\"missing\"/>");
    for (value, points) in [("A", 2_000), ("a", 4_000), ("", 3_000), ("?", 3_000)] {
        assert_eq!(milli(&closed, &[("s", value)]), points, "{value}");
    }
    let imported = import(closed.as_bytes()).unwrap();
    let answers = [("s", "b")].into_iter().collect();
    assert!(leadglass_scoring::validate(&imported.form, &answers, super::NOON).is_err());
    let as_missing = listed("<Value value=\"A\"/>")
        .replace("name=\"s\"/>", "name=\"s\" invalidValueTreatment=\"asMissing\"/>")
        .replace("value=\"a\"", "value=\"c\"");
    for (value, points) in [("A", 2_000), ("b", 3_000), ("", 3_000)] {
        assert_eq!(milli(&as_missing, &[("s", value)]), points, "{value}");
    }
}

#[test]
fn what_a_card_cannot_say_is_refused_by_line_and_column() {
    let attribute = |inner: &str| document(MINING, &format!("<Attribute partialScore=\"1\">{inner}</Attribute>"));
    for (document, first) in [
        (attribute("<SimplePredicate field=\"y\" operator=\"isMissing\"/>"), "4:1: there is no field `y`"),
        (
            attribute("<SimplePredicate field=\"x\" operator=\"like\" value=\"1\"/>"),
            "5:29: there is no operator `like`",
        ),
        (attribute("<SimplePredicate field=\"x\" operator=\"equal\" value=\"one\"/>"), "5:29: `one` is no number"),
        (attribute("<SimplePredicate field=\"s\" operator=\"lessThan\" value=\"b\"/>"), "5:29: `s` is no number"),
        (
            attribute("<ComplexPartialScore><FieldRef field=\"x\"/></ComplexPartialScore><True/>"),
            "5:29: the partial score is computed",
        ),
        (attribute(""), "5:1: the attribute has no predicate"),
        (
            attribute(
                "<SimpleSetPredicate field=\"s\" booleanOperator=\"isIn\"><Array type=\"string\" n=\"3\">a b</Array></SimpleSetPredicate>",
            ),
            "5:29: the array says `n=\"3\"` and has 2",
        ),
        (
            document(MINING, "<Attribute><SimplePredicate field=\"x\" operator=\"isMissing\"/></Attribute>"),
            "5:1: the attribute has no `partialScore`",
        ),
        (
            document(
                MINING,
                "<Attribute partialScore=\"1e9\"><SimplePredicate field=\"x\" operator=\"isMissing\"/></Attribute>",
            ),
            "5:1: `partialScore` is `1e9`",
        ),
        (document(MINING, "<Attribute partialScore=\"1\"><True/></Attribute>"), "4:1: no characteristic tests a field"),
        (
            attribute("<SimplePredicate field=\"x\" operator=\"isMissing\"/>")
                .replace("<MiningSchema>", "<Targets><Target rescaleFactor=\"2\"/></Targets><MiningSchema>"),
            "3:87: the target rescales",
        ),
        (
            attribute("<SimplePredicate field=\"x\" operator=\"isMissing\"/>")
                .replace("\"x\"/><Min", "\"x\" outliers=\"asExtremeValues\"/><Min"),
            "3:92: `x` treats outliers",
        ),
        (
            attribute("<SimplePredicate field=\"x\" operator=\"isMissing\"/>")
                .replace("dataType=\"double\"", "dataType=\"dateTime\""),
            "2:17: `x` is of type `dateTime`",
        ),
        ("<PMML version=\"4.3\"><Header/><TreeModel/></PMML>".into(), "1:30: the model is a TreeModel"),
        ("<html/>".into(), "1:1: the root is `<html>`"),
    ] {
        assert!(refusal(&document).starts_with(first), "wanted {first}\ntold {}", refusal(&document));
    }
}

#[test]
fn points_are_rounded_to_thousandths_and_it_is_told() {
    let document = document(
        MINING,
        "<Attribute partialScore=\"1.23456\"><SimplePredicate field=\"x\" operator=\"lessThan\" value=\"0.1234567\"/></Attribute><Attribute partialScore=\"-0.5\"><True/></Attribute>",
    );
    let imported = import(document.as_bytes()).unwrap();
    assert!(
        imported.notes.iter().any(|note| note.starts_with("1 partial scores were rounded")),
        "{:?}",
        imported.notes
    );
    assert_eq!(milli(&document, &[("x", "0.123456")]), 2_235);
    assert_eq!(milli(&document, &[("x", "0.123457")]), 500);
}

#[test]
fn predicates_that_multiply_are_stopped() {
    let xor = |count| {
        let parts = (0..count)
            .map(|number| format!("<SimplePredicate field=\"x\" operator=\"lessThan\" value=\"{number}\"/>"))
            .collect::<Vec<_>>()
            .concat();
        document(
            MINING,
            &format!(
                "<Attribute partialScore=\"1\"><CompoundPredicate booleanOperator=\"xor\">{parts}</CompoundPredicate></Attribute>"
            ),
        )
    };
    assert!(import(xor(2).as_bytes()).is_ok());
    assert!(refusal(&xor(60)).contains("the predicate"), "{}", refusal(&xor(60)));
}
