//! `leadglass erase`, `privacy-export` and `privacy-report` beside a server that runs.

use serde_json::Value;

use crate::harness::{Server, run, submission};

#[test]
fn s25_a_person_is_handed_out_and_erased_while_the_server_runs() {
    let server = Server::start(&[]);
    assert_eq!(server.submit(&submission(1, "Ana zq7canary")).0, 200);
    let other = submission(2, "Ion").replace("ana@example.org", "ion@example.org");
    assert_eq!(server.submit(&other).0, 200);
    let database = server.folder().join("leads.sqlite");
    let database = database.to_str().unwrap();
    let of = |arguments: &[&str]| run(&[arguments, &["--database", database]].concat());
    let (code, told, fault) = of(&["privacy-export", "ANA@example.org"]);
    assert_eq!(code, 0, "{fault}");
    let dossier: Value = serde_json::from_str(&told).unwrap();
    let [lead] = &dossier["leads"].as_array().unwrap()[..] else { panic!("{told}") };
    assert_eq!((&dossier["email"], &lead["answers"]["name"]), (&"ana@example.org".into(), &"Ana zq7canary".into()));
    let id = lead["id"].as_str().unwrap();
    assert_eq!(of(&["erase", "ana@example.org", "--dry-run"]).1, format!("{id} would be erased\n"));
    let (code, told, fault) = of(&["erase", "ana@example.org"]);
    assert!(code == 0 && told.starts_with(id) && told.ends_with("is erased\n"), "{told}{fault}");
    for again in ["ana@example.org", id, "nobody"] {
        assert_eq!(of(&["erase", again]).0, 1, "{again}");
    }
    let leads = server.leads();
    assert_eq!((leads.len(), leads[0]["answers"]["email"].as_str()), (1, Some("ion@example.org")));
    for file in
        std::fs::read_dir(server.folder()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file())
    {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).to_lowercase().contains("zq7canary"), "{}", file.display());
    }
    let (code, report, _) = of(&["privacy-report"]);
    assert!(code == 0 && report.contains("## Form `enquiry`") && report.contains(database), "{report}");
    // It takes leads as ever.
    assert_eq!(server.submit(&submission(3, "Eva")).0, 200);
    assert_eq!(server.leads().len(), 2);
}

#[test]
fn where_there_is_no_database_nobody_is_erased_and_no_token_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("missing.sqlite");
    let database = database.to_str().unwrap();
    for arguments in [&["token", "create", "crm", "--scope", "leads:read"][..], &["erase", "ana@example.org"]] {
        let (code, _, fault) = run(&[arguments, &["--database", database]].concat());
        assert!(code == 1 && fault.contains("there is no database"), "{fault}");
    }
    assert!(!folder.path().join("missing.sqlite").exists());
}
