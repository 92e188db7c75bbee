//! Mistakes and warnings of the parts of a card.

use super::*;

const EVERY_KIND: &str = include_str!("../../tests/forms/every_kind.toml");
const WHOLE_CARD: &str = include_str!("../../tests/forms/whole_card.toml");

fn mistakes(source: &str) -> Vec<String> {
    match parse(source) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
    }
}

/// Warnings of the whole card with `more` after it.
fn warnings(more: &str) -> Vec<String> {
    let last = "[follow_up.accept]";
    let source = WHOLE_CARD.replacen(last, &format!("{more}\n{last}"), 1);
    match parse(&source) {
        Ok(file) => file.warnings.iter().map(|warning| format!("{}; {}", warning.what, warning.mend)).collect(),
        Err(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
    }
}

/// A criterion with these conditions.
fn criterion(conditions: &[&str]) -> String {
    let mut source = "[[criterion]]\nid = \"tried\"\ndimension = \"fit\"\nreason = \"Tried\"\n".to_owned();
    for when in conditions {
        source.extend(["[[criterion.condition]]\nwhen = ", when, "\npoints = 1\n"]);
    }
    source
}

#[test]
fn a_card_that_is_meant_as_it_is_has_no_warning() {
    assert_eq!(warnings(""), Vec::<String>::new());
    let every_kind = parse(EVERY_KIND).map(|file| file.warnings);
    assert_eq!(every_kind, Ok(Vec::new()));
}

#[test]
fn strictness_says_where_accepting_begins_and_bands_may_say_otherwise() {
    let bands = |source: &str| {
        let Ok(file) = parse(source) else { unreachable!("the form is right") };
        let bands = file.form.definition().scorecard.bands.clone();
        (bands.accept.milli(), bands.nurture.milli())
    };
    assert_eq!(bands(WHOLE_CARD), (50_000, 10_000));
    assert_eq!(bands(&WHOLE_CARD.replace("\"strict\"", "\"soft\"")), (30_000, -10_000));
    assert_eq!(bands(&WHOLE_CARD.replace("[bands]", "[bands]\naccept = 70")), (70_000, 10_000));
    let without = mistakes(&WHOLE_CARD.replace("strictness = \"strict\"", ""));
    assert!(without.iter().any(|told| told.contains("`bands` has no `accept`")), "{without:?}");
}

#[test]
fn every_mistake_of_a_part_is_told_with_its_place() {
    let broken = [
        (
            "strictness = \"strict\"",
            "strictness = \"strickt\"",
            "54:14: there is no strictness `strickt`; did you mean",
        ),
        ("\"+02:00\"", "\"2 hours\"", "55:14: `2 hours` is no offset from UTC"),
        ("\"+02:00\"", "\"+19:00\"", "50:1: `utc_offset` is not from -12:00 to +14:00"),
        (
            "\"referral\", \"visit\"",
            "\"referal\"",
            "93:23: there is no channel `referal`; did you mean `\"referral\"`?",
        ),
        ("first_touch = \"source\"", "first_touch = \"sorce\"", "there is no first_touch `sorce`; did you mean"),
        ("\"saturday\", \"sunday\"", "\"sunnday\"", "there is no weekday `sunnday`; did you mean `\"sunday\"`?"),
        ("{ at_least = 9, less_than = 18 }", "{ at_least = 24 }", "`hour` is not an hour from 0 to 23"),
        ("within = \"7 days\"", "within = \"a week\"", "`a week` is no time; write it like `\"14 days\"`"),
        ("moment = \"buy\"", "moment = \"buyy\"", "there is no moment `buyy`; did you mean `\"buy\"`?"),
        (
            "criterion = \"budget\", per_cent = 150",
            "criterion = \"budgt\", per_cent = 150",
            "the card has no criterion `budgt`; did you mean `budget`?",
        ),
        ("per_cent = 133", "per_cent = 1330", "`per_cent` is not from 0 to 1000"),
        (
            "{ nature = \"non_financial\", per_cent = 50 }",
            "{ criterion = \"budget\", per_cent = 50 }",
            "another weight of the segment is of the same",
        ),
        ("hesitant = -10", "hesitant = 10", "`hesitant` is above `experienced`"),
        ("ready = 25", "ready = 5", "`warming` is above `ready`"),
        ("accept_needs = \"warming\"", "accept_needs = \"cold\"", "there is no accept_needs `cold`"),
        ("margin = 300\n", "margin = \"300 USD\"\n", "its margin is in another currency than those before it"),
        ("margin = \"900 EUR\"", "margin = \"-900 EUR\"", "`margin` is not 0 or above"),
        ("moments = [\"buy\"]", "moments = [\"buyy\"]", "there is no moments `buyy`; did you mean `\"buy\"`?"),
        ("owners = \"Ion\"", "owners = []", "there is no owner; add one owner at least"),
        ("id = \"premium\"", "id = \"budget\"", "the id `budget` is used twice"),
        ("kind = \"upsell\"", "kind = \"up_sell\"", "there is no kind `up_sell`; did you mean `\"upsell\"`?"),
        ("{ channel = [\"referral\", \"visit\"] }", "{ channel = [] }", "the list is empty"),
        ("contains = [\"spring\", \"весна\"]", "at_least = 3", "the condition names a touch but no test"),
    ];
    for (right, wrong, expected) in broken {
        assert!(WHOLE_CARD.contains(right), "{right}");
        let told = mistakes(&WHOLE_CARD.replacen(right, wrong, 1));
        assert!(told.iter().any(|told| told.contains(expected)), "{wrong}: {told:?}");
    }
}

#[test]
fn conditions_that_never_decide_are_told() {
    let never_decides = "it never decides: what stands before it holds wherever it does";
    let can_never_hold = "its condition can never hold";
    let cases = [
        (
            vec!["{ field = \"area\", at_least = 10 }", "{ field = \"area\", at_least = 20, at_most = 30 }"],
            never_decides,
        ),
        (
            vec![
                "{ field = \"area\", less_than = 20 }",
                "{ field = \"area\", at_least = 20 }",
                "{ field = \"area\", present = true }",
            ],
            "",
        ),
        (
            vec![
                "{ field = \"area\", less_than = 20 }",
                "{ field = \"area\", at_least = 20 }",
                "{ field = \"area\", at_least = 3, at_most = 900 }",
            ],
            never_decides,
        ),
        (vec!["{ field = \"budget\", at_least = 900 }", "{ field = \"budget\", at_least = 100 }"], ""),
        (
            vec!["{ field = \"place\", is = \"orhei\" }", "{ field = \"place\", is = [\"chisinau\", \"orhei\"] }"],
            "`orhei` never decides here",
        ),
        (
            vec!["{ field = \"place\", is = [\"orhei\", \"abroad\"] }", "{ field = \"place\", is = \"abroad\" }"],
            never_decides,
        ),
        (
            vec![
                "{ field = \"message\", contains = \"design\" }",
                "{ field = \"message\", contains = [\"Designer\", \"oak\"] }",
            ],
            "`Designer` never decides here",
        ),
        (vec!["{ signal = \"seen\" }", "{ signal = \"seen\", at_least = 2 }"], never_decides),
        (vec!["{ signal = \"seen\", at_least = 2 }", "{ signal = \"seen\" }"], ""),
        (
            vec!["{ signal = \"seen\", within = \"2 days\" }", "{ signal = \"seen\", within = \"1 day\" }"],
            never_decides,
        ),
        (vec!["{ any_touch = \"source\", is = \"a\" }", "{ last_touch = \"source\", is = \"A\" }"], never_decides),
        (
            vec![
                "{ hour = { at_most = 11 } }",
                "{ hour = { at_least = 12 } }",
                "{ hour = { at_least = 9, at_most = 17 } }",
            ],
            never_decides,
        ),
        (vec!["{ weekday = [\"monday\"] }", "{ weekday = [\"monday\", \"friday\"] }"], "`monday` never decides here"),
        (
            vec![
                "{ any = [{ channel = \"call\" }, { moment = \"buy\" }] }",
                "{ all = [{ channel = \"call\" }, { field = \"area\", present = true }] }",
            ],
            never_decides,
        ),
        (
            vec!["{ not = { field = \"area\", at_least = 10 } }", "{ not = { field = \"area\", present = true } }"],
            never_decides,
        ),
        (vec!["{ field = \"area\", more_than = 1000 }"], can_never_hold),
        (
            vec!["{ all = [{ field = \"place\", is = \"orhei\" }, { field = \"place\", is = \"abroad\" }] }"],
            can_never_hold,
        ),
        (vec!["{ all = [{ field = \"area\", at_least = 9 }, { field = \"area\", at_most = 8 }] }"], can_never_hold),
        (vec!["{ all = [{ field = \"area\", at_least = 9 }, { field = \"area\", present = false }] }"], can_never_hold),
        (vec!["{ not = \"otherwise\" }"], can_never_hold),
    ];
    for (conditions, expected) in cases {
        let told = warnings(&criterion(&conditions));
        if expected.is_empty() {
            assert_eq!(told, Vec::<String>::new(), "{conditions:?}");
        } else {
            assert!(told.len() == 1 && told.iter().all(|told| told.starts_with(expected)), "{conditions:?}: {told:?}");
        }
    }
    let segment = "[[segment]]\nid = \"late\"\nwhen = { field = \"matters\", is = \"speed\" }\nreason = \"Late\"\n";
    assert_eq!(warnings(segment), [format!("{never_decides}; move it up, or remove it")]);
    let owner = "[[owner]]\nid = \"late\"\nwhen = \"otherwise\"\nowners = [\"Ana\"]\n";
    assert_eq!(warnings(owner), [format!("{never_decides}; move it up, or remove it")]);
}

#[test]
fn ranges_that_overlap_and_what_follows_all_there_is_are_told() {
    let never_decides = "it never decides: what stands before it holds wherever it does";
    for (conditions, expected) in [
        (
            vec![
                "{ field = \"area\", at_least = 5, at_most = 10 }",
                "{ field = \"area\", at_least = 10, less_than = 20 }",
            ],
            "its range overlaps that of a condition before it",
        ),
        (vec!["{ field = \"area\", at_least = 10 }", "{ field = \"area\", at_least = 5 }"], ""),
        (vec!["{ field = \"area\", less_than = 10 }", "{ field = \"area\", at_least = 10, less_than = 20 }"], ""),
        (
            vec![
                "{ field = \"area\", present = false }",
                "{ field = \"area\", present = true }",
                "{ field = \"place\", is = \"orhei\" }",
            ],
            never_decides,
        ),
    ] {
        let told = warnings(&criterion(&conditions));
        assert_eq!(told.len(), usize::from(!expected.is_empty()), "{conditions:?}: {told:?}");
        assert!(told.iter().all(|told| told.starts_with(expected)), "{conditions:?}: {told:?}");
    }
}

#[test]
fn conditions_that_nobody_would_write_take_no_time() {
    let mut deep = "{ signal = \"seen\" }".to_owned();
    for level in 0..6 {
        let key = if level % 2 == 0 { "any" } else { "all" };
        deep = format!("{{ {key} = [{deep}, {deep}, {{ signal = \"s{level}\" }}] }}");
    }
    let told = warnings(&criterion(&[&deep, &deep.replace("seen", "met"), &deep.replace("s1", "s9")]));
    assert_eq!(told, Vec::<String>::new());
}

#[test]
fn bands_that_nobody_gets_into_are_told() {
    let told = |right: &str, wrong: &str| {
        let warnings = parse(&WHOLE_CARD.replacen(right, wrong, 1)).map(|file| file.warnings);
        let warnings = warnings.unwrap_or_default();
        warnings.iter().map(|warning| format!("{}: {}", warning.line, warning.what)).collect::<Vec<_>>()
    };
    assert_eq!(
        told("a = 40, b = 15", "a = 15, b = 15"),
        ["59: no lead gets the letter B: `fit.a` and `fit.b` are the same"]
    );
    let least = told("a = 40, b = 15", "a = 40, b = -1000");
    assert!(
        least.len() == 1 && least[0].starts_with("59: no lead gets the letter C: the least that can be got is "),
        "{least:?}"
    );
    // 60 and 27.265 with the weights of the segments
    assert_eq!(told("a = 40,", "a = 87.266,"), ["59: no lead gets the letter A: the most that can be got is 87.265"]);
    assert_eq!(
        told("[bands]", "[bands]\naccept = 1000"),
        ["59: no lead is accepted: the most that can be got is 147.265"]
    );
    assert_eq!(told("utc_offset = \"+02:00\"", ""), ["50: days and hours are asked for by the clocks of UTC"]);
}

#[test]
fn gates_that_decline_everybody_are_told() {
    let gate = |id: &str, when: &str| format!("[[gate]]\nid = \"{id}\"\nwhen = {when}\nreason = \"x\"\n");
    let [there, gone] = ["true", "false"].map(|it| format!("{{ field = \"area\", present = {it} }}"));
    let either = format!("{{ any = [{there}, {gone}] }}");
    for (gates, told) in [
        (gate("all", "\"otherwise\""), "its condition always holds, so every lead is declined"),
        (gate("all", &either), "its condition always holds, so every lead is declined"),
        (gate("one", &there) + &gate("other", &gone), "with those before it one gate always holds"),
    ] {
        let warnings = warnings(&gates);
        assert!(warnings.len() == 1 && warnings[0].starts_with(told), "{warnings:?}");
    }
}

#[test]
fn a_condition_that_was_not_read_does_not_make_the_next_unreachable() {
    let told = warnings(&criterion(&["{ field = \"area\", at_leest = 5 }", "{ field = \"area\", at_least = 10 }"]));
    assert!(!told.is_empty() && told.iter().all(|told| !told.contains("never asked")), "{told:?}");
}

#[test]
fn what_only_the_server_knows_is_asked_in_secret_alone() {
    let criterion = criterion(&["{ mail = [\"work\", \"free\"] }", "{ not = { mail = \"disposable\" } }"]);
    assert_eq!(warnings(&criterion), Vec::<String>::new());
    let public = criterion.replace("dimension", "public = true\ndimension");
    let told = warnings(&public);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|told| told.contains("something public asks what only the server knows")), "{told:?}");
    let gate = "[[gate]]\nid = \"minutes\"\npublic = true\nwhen = { mail = \"disposable\" }\nreason = \"x\"\n";
    assert_eq!(warnings(gate).len(), 1);
    let mistaken = warnings(&criterion.replace("work", "wrok"));
    assert!(mistaken[0].contains("there is no mail `wrok`; write"), "{mistaken:?}");
}
