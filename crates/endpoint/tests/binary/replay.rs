//! Versions: a lead judged again gives the bytes of its day, and two versions are told apart in words.

use std::{fs, path::Path};

use crate::harness::{self, FORM, Server, run};

/// A lead with a budget and a look at the prices a week ago; its id.
fn send(server: &Server, number: u32) -> String {
    let body = format!(
        r#"{{"key":"0191d3c0-0000-4000-8000-{number:012}","language":"en","answers":{{"name":"Ana Pop {number}",
           "email":"ana{number}@example.org","budget":"12000","agree":true}},
           "signals":[{{"name":"pricing_viewed","at":"2026-01-01T00:00:00Z"}}]}}"#
    );
    let (status, receipt) = server.submit(&body);
    assert_eq!(status, 200, "{receipt}");
    let receipt: serde_json::Value = serde_json::from_str(&receipt).unwrap();
    receipt["id"].as_str().unwrap().to_owned()
}

fn edited() -> String {
    let edited = FORM
        .replace("\"10 000 EUR\"", "\"15 000 EUR\"")
        .replace("points = 7.5", "points = 12.5")
        .replace("Your name", "Your full name");
    let gate = "[[gate]]\nid = \"far\"\npublic = true\nwhen = { field = \"budget\", at_most = \"100 EUR\" }\n\
                reason = { en = \"Too small\", ru = \"Мало\" }\n\n[follow_up.accept]";
    edited.replacen("[follow_up.accept]", gate, 1)
}

/// A form without its heading, button and what follows.
fn card_of(form: &str) -> String {
    let of_visitors = |line: &&str| !line.starts_with("heading") && !line.starts_with("button");
    let (card, _) = form.split_once("[follow_up.accept]").unwrap();
    card.lines().filter(of_visitors).collect::<Vec<_>>().join("\n")
}

fn json(arguments: &[&str]) -> (i32, serde_json::Value) {
    let (code, out, fault) = run(&[arguments, &["--json"]].concat());
    (code, serde_json::from_str(&out).unwrap_or_else(|_| panic!("{fault}{out}")))
}

#[test]
fn a_lead_judged_again_gives_the_bytes_of_its_day_whatever_was_edited_since() {
    let server = Server::start_with(&[], &["--watch"]);
    let first = send(&server, 1);
    let path = server.folder().join("forms/enquiry.toml");
    fs::write(&path, edited()).unwrap();
    harness::until(|| server.get("/v1/forms/enquiry").1.contains("Your full name"));
    let second = send(&server, 2);
    let database = server.folder().join("leads.sqlite");
    let database = database.to_str().unwrap();
    for id in [&first, &second] {
        let (code, out, fault) = run(&["replay", id, "--database", database]);
        assert_eq!(code, 0, "{out}{fault}");
        assert!(out.contains(&format!("Lead {id}: the same ")), "{out}");
    }
    let (code, all) = json(&["replay", "--all", "--database", database]);
    assert_eq!((code, &all["same"], &all["different"]), (0, &2.into(), &serde_json::json!([])));

    // The first under the version of the second: the budget gives nothing now, the address more.
    let (_, versions) = json(&["versions", "--form", "enquiry", "--database", database]);
    let versions = versions.as_array().unwrap();
    assert_eq!(versions.len(), 2);
    let ids = |kind: &str| versions.iter().map(|kept| kept[kind].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let (forms, cards) = (ids("form_version"), ids("card"));
    for newer in [&forms[0][..], &forms[0][..10], &cards[0], path.to_str().unwrap()] {
        let (code, under) = json(&["replay", &first, "--under", newer, "--database", database]);
        assert_eq!((code, &under["same_as_kept"]), (0, &true.into()), "{newer}: {under}");
        let line = |what: &str| under["lines"].as_array().unwrap().iter().find(|line| line["what"] == what).unwrap();
        assert_eq!(line("criterion budget_size")["moved_milli"], -40_000);
        assert_eq!(line("criterion own_domain")["after"], "+12.5");
        assert_eq!((&line("decision")["before"], &line("decision")["after"]), (&"accept".into(), &"nurture".into()));
        assert_eq!(line("engagement")["before"], line("engagement")["after"]);
    }
    let (code, table, _) = run(&["replay", &first, "--under", &cards[0], "--database", database]);
    assert_eq!(code, 0);
    assert!(table.contains("Moved: criterion budget_size, criterion own_domain, fit, points, score, grade, decision"));
    let (code, _, fault) = run(&["replay", &first, "--under", "abcdef", "--database", database]);
    assert_eq!(code, 1);
    assert!(fault.contains("no version in the database begins with `abcdef`"), "{fault}");

    // The same differences in words, between versions in the database and between files.
    let other = server.folder().join("before.toml");
    fs::write(&other, FORM).unwrap();
    for (one, two) in [(&forms[1][..], &forms[0][..]), (other.to_str().unwrap(), path.to_str().unwrap())] {
        let (code, out, fault) = run(&["diff", one, two, "--database", database]);
        assert_eq!(code, 1, "{fault}");
        for part in [
            "Another card",
            "budget at least 10,000 EUR: +40 → gone",
            "budget at least 15,000 EUR: new, +40",
            "not email at gmail.com: +7.5 → +12.5",
            "+ far\n      declines: budget at most 100 EUR",
            "label (en): “Your name” → “Your full name”",
        ] {
            assert!(out.contains(part), "{part} is not in {out}");
        }
    }
    // A card file, which lacks what visitors read, is compared and judged by as well.
    let card = server.folder().join("card.toml");
    fs::write(&card, card_of(FORM)).unwrap();
    let (code, out, fault) = run(&["diff", &forms[1], card.to_str().unwrap(), "--database", database]);
    assert_eq!(code, 1, "{fault}");
    assert!(out.contains("The same card: every lead is scored alike"), "{out}");
    let (code, under) = json(&["replay", &first, "--under", card.to_str().unwrap(), "--database", database]);
    assert_eq!((code, &under["moved"]), (0, &serde_json::json!([])), "{under}");

    let (code, out, _) = run(&["diff", &forms[0], path.to_str().unwrap(), "--database", database]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("The same form, word for word"), "{out}");
}

#[test]
fn what_was_changed_in_the_database_does_not_replay() {
    let server = Server::start(&[]);
    let (first, second) = (send(&server, 1), send(&server, 2));
    let folder = server.kill();
    let database = folder.path().join("leads.sqlite");
    tamper(&database, &first);
    let database = database.to_str().unwrap();
    let (code, out, _) = run(&["replay", &first, "--database", database]);
    assert_eq!(code, 1);
    assert!(out.contains("NOT the same") && out.contains("criterion budget_size"), "{out}");
    let (code, out, _) = run(&["replay", "--all", "--database", database]);
    assert_eq!(code, 1);
    assert!(out.contains(&format!("{first}: NOT the same: criterion budget_size")), "{out}");
    assert!(out.contains("2 leads judged again: 1 give the same bytes as on the day, 1 do not"), "{out}");
    assert_eq!(run(&["replay", &second, "--database", database]).0, 0);
    let (code, _, fault) = run(&["replay", "--all", "--form", "none", "--database", database]);
    assert_eq!(code, 1);
    assert!(fault.contains("there is no lead of a form `none`"), "{fault}");
}

/// Another budget than the one that was sent, as if somebody had edited the file.
fn tamper(database: &Path, lead: &str) {
    let connection = rusqlite::Connection::open(database).unwrap();
    let id = uuid::Uuid::parse_str(lead).unwrap();
    let answers: Vec<u8> =
        connection.query_row("SELECT answers FROM lead WHERE id = ?", [id.as_bytes()], |row| row.get(0)).unwrap();
    let place = answers.windows(5).position(|part| part == b"12000").unwrap();
    let mut other = answers;
    other[place..place + 5].copy_from_slice(b"00900");
    let rows = connection.execute("UPDATE lead SET answers = ? WHERE id = ?", (other, id.as_bytes())).unwrap();
    assert_eq!(rows, 1);
}
