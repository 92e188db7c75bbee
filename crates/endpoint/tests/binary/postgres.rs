//! The program over `PostgreSQL`.

#[path = "../../src/testing/postgres.rs"]
mod cluster;
mod failover;

use self::cluster::Cluster;
use crate::harness::{Server, run, submission};

fn id(receipt: &str) -> String {
    let receipt: serde_json::Value = serde_json::from_str(receipt).unwrap();
    receipt["id"].as_str().unwrap().to_owned()
}

fn stored(server: &Server) -> Vec<String> {
    server.leads().iter().map(|lead| lead["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_command_reads_what_endpoints_beside_each_other_keep() {
    let address = Cluster::shared().fresh();
    let servers = [Server::start_over(&address, &[]), Server::start_over(&address, &[])];
    let (status, receipt) = servers[0].submit(&submission(1, "Ana Pop"));
    assert_eq!(status, 200, "{receipt}");
    // A retry may reach another endpoint.
    assert_eq!(servers[1].submit(&submission(1, "Ana Pop")), (200, receipt.clone()));
    assert_eq!(servers[1].submit(&submission(1, "Ion")).0, 422);
    let id = id(&receipt);
    let database = ["--database", address.as_str()];
    let read = |arguments: &[&str]| {
        let (code, out, fault) = run(&[arguments, &database].concat());
        assert_eq!(code, 0, "{arguments:?}: {fault}");
        out
    };
    assert!(read(&["leads"]).contains(&id));
    assert!(read(&["lead", &id]).contains("You may answer me."));
    assert!(read(&["replay", &id]).contains("the same"));
    assert!(read(&["replay", "--all"]).starts_with("1 leads judged again: 1 give the same bytes"));
    assert!(read(&["versions"]).starts_with("enquiry  since "));
    assert!(read(&["quarantine", "list"]).contains("0 KiB of the quarantine are taken"));
    assert!(read(&["webhook", "add", "https://crm.example/hook"]).contains("whsec_"));
    assert!(read(&["webhook", "list"]).contains("json to https://crm.example/…"));
    // A token that is made beside them is worth something at once, in each.
    let token = read(&["token", "create", "crm", "--scope", "leads:read"]);
    for server in &servers {
        let (status, leads) = server.ask("GET", "/v1/leads", token.trim(), "", "");
        assert!(status == 200 && leads.contains(&id), "{leads}");
    }
    assert!(read(&["token", "list"]).contains("crm  leads:read"));
    let (code, _, fault) = run(&[&["backup", "copy.sqlite"][..], &database].concat());
    assert!(code != 0 && fault.contains("`pg_dump`"), "{fault}");
    servers[0].terminate();
    let [first, _second] = servers;
    let (exit, log, _) = first.wait();
    assert!(exit.success(), "{log}");
}

#[test]
fn a_password_is_in_no_message() {
    let folder = tempfile::tempdir().unwrap();
    let forms = folder.path().to_str().unwrap();
    for address in ["postgres://ana:s3cret@127.0.0.1:1/leads", "postgres://ana:s3cret?s3cret@127.0.0.1:1/leads"] {
        for arguments in
            [&["serve", "--forms", forms][..], &["leads"], &["versions"], &["token", "list"], &["webhook", "list"]]
        {
            let (code, out, fault) = run(&[arguments, &["--database", address]].concat());
            assert_eq!(code, 1);
            assert!(fault.contains("the database `postgres://"), "{fault}");
            assert!(!fault.contains("s3cret") && !out.contains("s3cret"), "{fault}");
        }
    }
}
