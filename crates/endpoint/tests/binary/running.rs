//! Running it: TLS, backups.

use std::{fs, io::Write, sync::Arc, thread};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName},
};

use crate::harness::{Server, connect, read_answer, run, run_with, submission, try_submit, until};

#[test]
fn it_speaks_tls_with_the_certificate_it_is_given_and_with_the_next_one_after_a_restart() {
    let own = rcgen::generate_simple_self_signed(vec!["forms.example".into()]).unwrap();
    let other = rcgen::generate_simple_self_signed(vec!["forms.example".into()]).unwrap();
    let keys = tempfile::tempdir().unwrap();
    let (certificate, key) = (keys.path().join("certificate.pem"), keys.path().join("key.pem"));
    fs::write(&certificate, own.cert.pem()).unwrap();
    fs::write(&key, own.signing_key.serialize_pem()).unwrap();
    let settings =
        [("LEADGLASS_TLS_CERTIFICATE", certificate.to_str().unwrap()), ("LEADGLASS_TLS_KEY", key.to_str().unwrap())];
    let server = Server::start(&settings);
    assert!(healthy(&server.address(), own.cert.der()));
    assert!(!healthy(&server.address(), other.cert.der()));
    // A client without TLS, and one that says nothing, are in nobody's way.
    let mut plain = connect(&server.address()).unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    assert!(read_answer(plain).is_none());
    let _silent = connect(&server.address()).unwrap();
    assert!(healthy(&server.address(), own.cert.der()));

    fs::write(&key, other.signing_key.serialize_pem()).unwrap();
    let folder = server.kill();
    let forms = folder.path().join("forms");
    let database = folder.path().join("leads.sqlite");
    let [forms, database] = [forms, database].map(|path| path.to_str().unwrap().to_owned());
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--forms", &forms, "--database", &database];
    let (code, _, fault) = run_with(&arguments, &settings);
    assert_eq!(code, 1);
    assert!(fault.contains("key.pem` does not fit the certificate"), "{fault}");
    fs::write(&certificate, other.cert.pem()).unwrap();
    assert!(healthy(&Server::start_in(folder, &settings).address(), other.cert.der()));
}

/// Whether it answers a client that trusts this certificate alone.
fn healthy(address: &str, trusted: &CertificateDer<'static>) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("forms.example").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(connection, connect(address).unwrap());
    let asked = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    asked.is_ok() && read_answer(stream).is_some_and(|(status, _)| status == 200)
}

#[test]
fn a_backup_made_under_load_has_all_that_was_acknowledged_before_and_can_be_put_back() {
    let server = Server::start(&[]);
    let address = server.address();
    for number in 0..20 {
        assert_eq!(server.submit(&submission(number, &format!("Ana {number}"))).0, 200);
    }
    let load = thread::spawn(move || {
        (100..400)
            .filter(|number| try_submit(&address, &submission(*number, &format!("Ion {number}"))).is_some())
            .count()
    });
    let database = server.folder().join("leads.sqlite");
    let copy = server.folder().join("copy.sqlite");
    let [database, copy] = [database, copy].map(|path| path.to_str().unwrap().to_owned());
    let (code, told, fault) = run(&["backup", &copy, "--database", &database]);
    assert_eq!(code, 0, "{fault}");
    assert!(told.ends_with("and is whole\n"), "{told}");
    assert_eq!(run(&["backup", &copy, "--database", &database]).0, 1);
    let (code, _, fault) = run(&["restore", &copy, "--database", &database, "--replace"]);
    assert_eq!(code, 1);
    assert!(fault.contains("is in use; stop the server first"), "{fault}");
    assert_eq!(load.join().unwrap(), 300);
    let leads = server.leads();
    let erased = leads.iter().find(|lead| lead["answers"]["name"] == "Ana 7").unwrap()["id"].as_str().unwrap();
    assert_eq!(run(&["erase", erased, "--database", &database]).0, 0);

    let folder = server.kill();
    let (code, _, fault) = run(&["restore", &copy, "--database", &database]);
    assert!(code == 1 && fault.contains("with `--replace` it is put aside"), "{fault}");
    let (code, told, fault) = run(&["restore", &copy, "--database", &database, "--replace"]);
    assert_eq!(code, 0, "{fault}");
    let held: usize = told.split(' ').nth(2).unwrap().parse().unwrap();
    assert!(told.ends_with(&format!("\nleadglass erase {erased}\n")), "{told}");
    let server = Server::start_in(folder, &[]);
    let leads = server.leads();
    assert_eq!(leads.len(), held);
    let first = (0..20).all(|number| leads.iter().any(|lead| lead["answers"]["name"] == format!("Ana {number}")));
    assert!(first && held < 320, "{held} leads");
    // It goes on from there, and knows what it had taken.
    assert_eq!(server.submit(&submission(3, "Ana 3")).0, 200);
    assert_eq!(server.leads().len(), held);
}

#[test]
fn it_says_that_it_is_not_ready_before_it_takes_nobody_any_more() {
    let server = Server::start(&[("LEADGLASS_STOP_DELAY_MS", "60000")]);
    assert_eq!(server.get("/readyz").0, 200);
    server.terminate();
    until(|| server.get("/readyz").0 == 503);
    assert_eq!(server.submit(&submission(1, "Ana Pop")).0, 200);
}
