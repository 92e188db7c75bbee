//! Tables that were kept elsewhere, imported while the server runs.

use std::fs;

use crate::harness::{Server, run};

const TABLE: &str = "Your name,E-mail,Allowed,Came\nAna Pop,ana@example.org,yes,2025-11-03 09:14\nIon,nobody,yes,\n";
const MAP: &str = "created = \"Came\"\n[answers]\nagree = \"Allowed\"\n";

#[test]
fn a_table_is_imported_while_it_serves_and_its_bad_rows_are_mended_and_imported_again() {
    let server = Server::start(&[]);
    let at = |name: &str| server.folder().join(name).to_str().unwrap().to_owned();
    fs::write(at("map.toml"), MAP).unwrap();
    fs::write(at("old.csv"), TABLE).unwrap();
    let (database, forms, map) = (at("leads.sqlite"), at("forms"), at("map.toml"));
    let import = |table: &str, more: &[&str]| {
        let arguments = ["import", "enquiry", table, "--database", &database, "--forms", &forms, "--map", &map];
        run(&[&arguments[..], more].concat())
    };
    let (code, out, fault) = import(&at("old.csv"), &["--dry-run"]);
    assert_eq!(code, 1, "{fault}");
    assert!(out.contains("nothing is kept") && out.contains("2 rows: 1 new leads"), "{out}");
    assert!(server.leads().is_empty());
    let (code, out, fault) = import(&at("old.csv"), &[]);
    assert_eq!(code, 1);
    assert!(
        out.contains("2 rows: 1 new leads (0 accept, 1 nurture, 0 decline), 0 imported before, 1 rejected"),
        "{out}"
    );
    let line = format!("{}:3: `E-mail`: The @ is missing.", at("old.csv"));
    assert!(fault.contains(&line) && fault.contains("fields that no column answers: `budget`, `message`"), "{fault}");
    assert_eq!(server.leads()[0]["channel"], "import");
    let rejected = at("old.rejected.csv");
    let rows = fs::read_to_string(&rejected).unwrap();
    fs::write(&rejected, rows.replace("nobody", "ion@example.org")).unwrap();
    let (code, _, fault) = import(&at("old.csv"), &[]);
    assert!(code == 1 && fault.contains("is there already"), "{fault}");
    assert_eq!(import(&rejected, &[]).0, 0);
    let (code, out, _) = import(&rejected, &[]);
    assert!(code == 0 && out.contains("1 imported before"), "{out}");
    assert_eq!(server.leads().len(), 2);
    let (code, _, fault) = run(&["import", "other", &rejected, "--database", &database, "--forms", &forms]);
    assert!(code == 1 && fault.contains("there is no form `other`") && fault.contains("`enquiry`"), "{fault}");
}
