//! Leads that staff types in while the server runs, and files of all leads.

use std::fs;

use crate::harness::{Server, run};

#[test]
fn a_lead_that_is_typed_in_goes_through_the_same_door_and_is_one_under_its_key() {
    let server = Server::start(&[]);
    let at = |name: &str| server.folder().join(name).to_str().unwrap().to_owned();
    let (database, forms) = (at("leads.sqlite"), at("forms"));
    let add = |more: &[&str]| {
        let arguments = ["add", "enquiry", "--channel", "call", "--database", &database, "--forms", &forms];
        run(&[&arguments[..], more].concat())
    };
    let ana = ["name=Ana Pop", "email=ana@example.org", "budget=12 000 EUR", "agree=yes"];
    let by = |key| [&ana[..], &["--key", key]].concat();

    let (code, _, fault) = add(&["email=ana", "budget=a lot", "agree=yes"]);
    assert_eq!(code, 1);
    for broken in ["`name`: ", "(required)", "`email`: The @ is missing.", "(email.missing_at)", "`budget`: "] {
        assert!(fault.contains(broken), "no {broken} in {fault}");
    }
    let (code, _, fault) = add(&[&ana[..], &["emial=ana@example.org"]].concat());
    assert!(code == 1 && fault.contains("`emial` is no field of the form; it has `name`, `email`"), "{fault}");
    assert!(server.leads().is_empty());

    let (code, out, fault) = add(&by("call 118"));
    assert_eq!(code, 0, "{fault}");
    assert!(out.contains("channel `call`") && out.contains("Budget of 10 000 € or more"), "{out}");
    let (code, again, fault) = add(&by("call 118"));
    assert!(code == 0 && again == out && fault.contains("typed in before"), "{again}{fault}");
    let (code, _, fault) = add(&[&ana[..3], &["message=More", "agree=yes", "--key", "call 118"]].concat());
    assert!(code == 1 && fault.contains("the key stands for another lead"), "{fault}");
    let leads = server.leads();
    assert_eq!((leads.len(), &leads[0]["channel"], &leads[0]["signs"]), (1, &"call".into(), &serde_json::json!([])));
    let (code, json, _) = add(&[&by("call 118")[..], &["--json"]].concat());
    let lead: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, &lead["id"], &lead["decision"]), (0, &leads[0]["id"], &leads[0]["decision"]));
}

#[test]
fn all_leads_are_written_into_a_file_by_its_ending_and_never_over_another() {
    let server = Server::start(&[]);
    server.submit(&crate::harness::submission(1, "Ana"));
    let at = |name: &str| server.folder().join(name).to_str().unwrap().to_owned();
    let export = |file: &str| run(&["export", file, "--database", &at("leads.sqlite")]);
    for (name, begins) in [("a.csv", "\"id\","), ("a.ndjson", "{\"id\":"), ("a.parquet", "PAR1")] {
        let (code, out, fault) = export(&at(name));
        assert_eq!((code, out.as_str(), fault.as_str()), (0, "", ""));
        assert!(fs::read(at(name)).unwrap().starts_with(begins.as_bytes()), "{name}");
    }
    let (code, _, fault) = export(&at("a.csv"));
    assert!(code == 1 && fault.contains("can't be written"), "{fault}");
    let (code, _, fault) = export(&at("a.xlsx"));
    assert!(code == 1 && fault.contains("none of `.csv`, `.ndjson` and `.parquet`"), "{fault}");
}

#[test]
fn what_was_noted_by_mistake_is_taken_back_while_it_serves_and_stays_in_the_history() {
    let server = Server::start(&[]);
    let (_, receipt) = server.submit(&crate::harness::submission(1, "Ana"));
    let receipt: serde_json::Value = serde_json::from_str(&receipt).unwrap();
    let database = server.folder().join("leads.sqlite").to_str().unwrap().to_owned();
    let lead = receipt["id"].as_str().unwrap();
    let (_, token, _) = run(&["token", "create", "crm", "--scope", "admin", "--database", &database]);
    let key = "idempotency-key: 0191d3c0-0000-7000-8000-000000000001\r\n";
    let path = format!("/v1/leads/{lead}/outcomes");
    let (status, noted) = server.ask("POST", &path, token.trim(), key, "{\"outcome\":\"won\"}");
    assert!(status < 300, "{noted}");
    let noted: serde_json::Value = serde_json::from_str(&noted).unwrap();
    let undo = |id: &str| run(&["undo", id, "--by", "Ion", "--database", &database]);
    let (code, _, fault) = undo("00000000-0000-0000-0000-000000000009");
    assert!(code == 1 && fault.contains("no outcome and no cost"), "{fault}");
    for _ in 0..2 {
        let (code, said, fault) = undo(noted["id"].as_str().unwrap());
        assert!(code == 0 && said.contains("taken back"), "{said}{fault}");
    }
    let (_, told, _) = run(&["lead", lead, "--database", &database]);
    assert!(told.contains("won") && told.contains("by Ion"), "{told}");
}
