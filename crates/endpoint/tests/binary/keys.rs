//! Leads that are encrypted, and moved from key to key, beside a server that runs.

use std::{fs, path::Path};

use crate::harness::{Server, run_with, submission};

const CANARY: &str = "zq7canary";

fn holds_canary(folder: &Path) -> bool {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files
        .map(|file| fs::read(file).unwrap())
        .any(|bytes| String::from_utf8_lossy(&bytes).to_lowercase().contains(CANARY))
}

#[test]
fn s24_leads_are_encrypted_and_move_from_key_to_key_while_the_server_runs() {
    let server = Server::start(&[]);
    assert_eq!(server.submit(&submission(1, &format!("Ana {CANARY}"))).0, 200);
    let folder = server.kill();
    assert!(holds_canary(folder.path()));
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (database, keys) = (path("leads.sqlite"), path("keys"));
    let settings = [("LEADGLASS_ENCRYPTION_KEYS", &*keys), ("LEADGLASS_DATABASE", &*database)];
    let of = |arguments: &[&str]| run_with(arguments, &settings);
    assert_eq!(of(&["leads"]).0, 1, "there is no such file of keys yet");
    let (code, told, fault) = of(&["keys", "add", "first"]);
    assert_eq!((code, told), (0, format!("`{keys}` begins with the key `first`\n")), "{fault}");
    let settings_of_server = [("LEADGLASS_ENCRYPTION_KEYS", &*keys)];
    let server = Server::start_in(folder, &settings_of_server);
    assert_eq!(server.submit(&submission(2, &format!("Ion {CANARY}"))).0, 200);
    let (code, told, _) = of(&["keys", "list"]);
    let plain = "in plain  1 leads, 1 secrets and notes; `leadglass keys rotate` encrypts them\n";
    assert_eq!(
        (code, told),
        (0, format!("first  1 leads, 1 secrets and notes; new leads are encrypted with it\n{plain}"))
    );
    let (code, told, fault) = of(&["keys", "rotate"]);
    let expected = "1 leads are not encrypted under `first` yet\n1 were encrypted under `first`, 0 are left\n";
    assert_eq!((code, &*told), (0, expected), "{fault}");
    assert!(!holds_canary(server.folder()));
    // Another key while it runs: it finds the key where a lead names it.
    assert_eq!(of(&["keys", "add", "second"]).0, 0);
    assert_eq!(
        of(&["keys", "rotate"]).1,
        "2 leads are not encrypted under `second` yet\n2 were encrypted under `second`, 0 are left\n"
    );
    assert_eq!(server.submit(&submission(2, &format!("Ion {CANARY}"))).0, 200, "a retry is known");
    let folder = server.kill();
    let (code, told, _) = of(&["privacy-export", "ana@example.org"]);
    assert!(code == 0 && told.contains(&format!("Ana {CANARY}")) && told.contains(&format!("Ion {CANARY}")), "{told}");
    assert!(of(&["keys", "list"]).1.contains("first  0 leads, 0 secrets and notes; nothing needs it"));
    assert!(
        of(&["privacy-report"])
            .1
            .contains("2 leads have what their people said encrypted (AES-256-GCM) under the key `second`")
    );
    // The former key may go, the other not.
    let text = fs::read_to_string(&keys).unwrap();
    let (second, first) = text.split_once('\n').unwrap();
    let write = |line: &str| fs::write(&keys, line).unwrap();
    write(second);
    assert_eq!(of(&["leads"]).0, 0);
    write(first);
    let (code, _, fault) = of(&["leads"]);
    assert!(code == 1 && fault.contains("under the key `second`, which the file of keys"), "{fault}");
    let (code, _, fault) = run_with(&["leads"], &settings[1..]);
    assert!(code == 1 && fault.contains("it is encrypted, and `encryption_keys` names no file of keys"), "{fault}");
    assert_eq!(run_with(&["keys", "list"], &settings[1..]).0, 1);
    drop(folder);
}
