//! What is kept of people, and from whom.

use std::{fs, io::Write, net::TcpStream, os::unix::fs::PermissionsExt};

use crate::harness::{Server, read_answer, run, submission};

#[test]
fn s24_the_database_and_what_is_beside_it_are_their_owners_alone() {
    let server = Server::start(&[]);
    server.submit(&submission(1, "Ana Pop"));
    let mut seen = 0;
    for entry in fs::read_dir(server.folder()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().starts_with("leads.sqlite") {
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
            seen += 1;
        }
    }
    // The file, its log and the log's index.
    assert_eq!(seen, 3);
}

#[test]
fn s25_a_permission_is_kept_with_its_exact_words_their_hash_its_purpose_and_the_servers_time() {
    let server = Server::start(&[]);
    // What the page says of the time is not what is kept.
    let body = submission(1, "Ana Pop").replacen('{', r#"{"language":"ru","sent_at":"2001-01-01T00:00:00Z","#, 1);
    let (status, receipt) = server.submit(&body);
    assert_eq!(status, 200, "{receipt}");
    let receipt: serde_json::Value = serde_json::from_str(&receipt).unwrap();
    let database = server.folder().join("leads.sqlite");
    let id = receipt["id"].as_str().unwrap();
    let (_, lead, _) = run(&["lead", id, "--json", "--database", database.to_str().unwrap()]);
    let lead: serde_json::Value = serde_json::from_str(&lead).unwrap();
    let consent = &lead["consents"][0];
    assert_eq!(
        (&consent["purpose"], &consent["wording"]),
        (&"contact".into(), &"Мне можно ответить.".into()),
        "{lead}"
    );
    let connection = rusqlite::Connection::open(database).unwrap();
    let (given, received, language, hash): (i64, i64, String, Vec<u8>) = connection
        .query_row(
            "SELECT given_at_ms, received_at_ms, consent.language, wording FROM consent \
             JOIN lead ON lead.number = consent.lead",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .unwrap();
    assert_eq!((given, language.as_str()), (received, "ru"));
    assert!(given > 1_700_000_000_000, "{given} is not the server's time");
    let words = leadglass_scoring::encoding::VersionId::of("Мне можно ответить.".as_bytes());
    assert_eq!(hash, words.as_bytes());
}

/// No address of a visitor is kept at all.
#[test]
fn s25_where_a_visitor_is_from_is_written_nowhere() {
    let server = Server::start(&[("LEADGLASS_LOG", "trace")]);
    let body = submission(1, "Ana Pop");
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(
        stream,
        "POST /v1/forms/enquiry/submissions HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 203.0.113.77\r\n\
         user-agent: zq7agent\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    assert_eq!(read_answer(stream).map(|(status, _)| status), Some(200));
    server.terminate();
    let (_, log, folder) = server.wait();
    let files = fs::read_dir(folder.path()).unwrap().flatten().filter(|entry| entry.path().is_file());
    let all: Vec<u8> = files.flat_map(|entry| fs::read(entry.path()).unwrap()).chain(log.into_bytes()).collect();
    for word in [&b"203.0.113.77"[..], b"zq7agent", &[203, 0, 113, 77]] {
        assert!(!all.windows(word.len()).any(|bytes| bytes == word), "{word:?} is kept");
    }
}
