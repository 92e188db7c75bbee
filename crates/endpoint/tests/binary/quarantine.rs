//! `leadglass quarantine` beside a server that runs.

use serde_json::Value;

use crate::harness::{Server, run, submission};

#[test]
fn s7_what_is_held_is_listed_shown_released_and_discarded_while_the_server_runs() {
    let server = Server::start(&[]);
    for number in 1..=2 {
        let trapped = submission(number, &format!("Ana {number}")).replacen('{', r#"{"trap":"http://x.example","#, 1);
        assert_eq!(server.submit(&trapped).0, 200);
    }
    assert!(server.leads().is_empty());
    let (database, forms) = (server.folder().join("leads.sqlite"), server.folder().join("forms"));
    let (database, forms) = (database.to_str().unwrap(), forms.to_str().unwrap());
    let quarantine = |arguments: &[&str]| {
        let (status, told, fault) = run(&[&["quarantine", "--database", database], arguments].concat());
        assert!(status == 0, "{fault}");
        told
    };
    let listed: Vec<Value> = serde_json::from_str(&quarantine(&["list", "--json"])).unwrap();
    let ids: Vec<&str> = listed.iter().map(|lead| lead["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), &listed[0]["signs"]), (2, &serde_json::json!(["trap.filled"])));
    assert!(quarantine(&["list"]).contains("trap.filled"));
    assert!(quarantine(&["show", ids[0]]).contains("Signs of a program: trap.filled"));
    assert!(quarantine(&["release", ids[0], "--forms", forms]).contains("released: "));
    // One of them is held no longer: none is discarded.
    let (status, _, fault) = run(&["quarantine", "discard", ids[1], ids[0], "--database", database]);
    assert!(status != 0 && fault.contains(ids[0]) && !fault.contains(ids[1]), "{fault}");
    assert_eq!(quarantine(&["discard", ids[1]]), "1 discarded\n");
    let leads = server.leads();
    assert_eq!((leads.len(), leads[0]["id"].as_str()), (1, Some(ids[0])));
    let (status, _, fault) = run(&["quarantine", "release", ids[0], "--database", database]);
    assert!(status != 0 && fault.contains("is held"), "{fault}");
    // It takes leads as ever.
    assert_eq!(server.submit(&submission(3, "Ion")).0, 200);
    assert_eq!(server.leads().len(), 2);
}
