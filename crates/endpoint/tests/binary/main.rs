//! The program itself, started and killed.

mod crash;
mod harness;
mod import;
mod keys;
mod lead;
mod learning;
mod outbox;
mod packaging;
mod postgres;
mod privacy;
mod private;
mod proxy;
mod quarantine;
mod replay;
mod running;
mod scoring;
mod typed_in;

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
};

use self::harness::{Server, connect, read_answer, run, submission};

#[test]
fn an_acknowledged_lead_outlives_a_kill() {
    let server = Server::start(&[]);
    let (status, receipt) = server.submit(&submission(1, "Ana Pop"));
    let folder = server.kill();
    assert_eq!(status, 200, "{receipt}");
    let receipt: serde_json::Value = serde_json::from_str(&receipt).unwrap();
    let server = Server::start_in(folder, &[]);
    let leads = server.leads();
    assert_eq!(leads.len(), 1);
    assert_eq!(leads[0]["id"], receipt["id"]);
    // A retry after the crash is still a retry.
    let (status, again) = server.submit(&submission(1, "Ana Pop"));
    assert_eq!((status, serde_json::from_str::<serde_json::Value>(&again).unwrap()), (200, receipt));
    assert_eq!(server.leads().len(), 1);
}

#[test]
fn s6_a_slow_client_is_given_up() {
    let settings = [("LEADGLASS_BODY_TIMEOUT_MS", "100"), ("LEADGLASS_HEAD_TIMEOUT_MS", "100")];
    let server = Server::start(&settings);
    let mut stream = connect(&server.address()).unwrap();
    stream.write_all(b"POST /v1/forms/enquiry/submissions HTTP/1.1\r\nhost: a\r\ncontent-length: 50\r\n\r\n{").unwrap();
    let (status, body) = read_answer(stream).unwrap();
    assert_eq!(status, 408, "{body}");
    assert!(body.contains("body.too_slow"), "{body}");
    let mut stream = connect(&server.address()).unwrap();
    stream.write_all(b"POST /v1/for").unwrap();
    // Nothing that could be answered was asked, so the connection just ends.
    assert!(read_answer(stream).is_none_or(|(status, _)| status == 408));
}

#[test]
fn s6_who_takes_no_answers_is_cut_off() {
    let server = Server::start(&[("LEADGLASS_ANSWER_TIMEOUT_MS", "100"), ("LEADGLASS_HEAD_TIMEOUT_MS", "60000")]);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    // More than the system keeps for a reader that does not read.
    let asked = "GET /f/enquiry HTTP/1.1\r\nhost: a\r\n\r\n".repeat(100);
    harness::until(|| stream.write_all(asked.as_bytes()).is_err());
    assert_eq!(server.get("/healthz").0, 200);
}

#[test]
fn s6_one_address_does_not_take_all_connections() {
    let settings = [
        ("LEADGLASS_ADDRESS_CONNECTIONS_LIMIT", "3"),
        // Else whoever is on this machine is a proxy.
        ("LEADGLASS_TRUSTED_PROXIES", "[]"),
        ("LEADGLASS_HEAD_TIMEOUT_MS", "60000"),
    ];
    let server = Server::start(&settings);
    let idle: Vec<_> = (0..3).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
    let mut more = TcpStream::connect(server.address()).unwrap();
    // Closed without an answer; where the request was on its way already, by a reset.
    let _ = more.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
    assert!(more.read(&mut [0]).map_or(true, |length| length == 0));
    drop(idle);
    let healthy = || {
        let mut stream = TcpStream::connect(server.address()).ok()?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").ok()?;
        read_answer(stream)
    };
    harness::until(|| healthy().is_some_and(|(status, _)| status == 200));
}

#[test]
fn a_request_under_way_is_finished_before_it_stops() {
    let server = Server::start(&[]);
    let body = submission(1, "Ana Pop");
    let (head, tail) = body.split_at(20);
    let mut stream = connect(&server.address()).unwrap();
    let length = body.len();
    write!(stream, "POST /v1/forms/enquiry/submissions HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n{head}")
        .unwrap();
    // It is under way once another connection, made later, was answered.
    assert_eq!(server.get("/healthz").0, 200);
    server.terminate();
    harness::until(|| TcpStream::connect(server.address()).is_err());
    stream.write_all(tail.as_bytes()).unwrap();
    assert_eq!(read_answer(stream).map(|(status, _)| status), Some(200));
    let (exit, log, folder) = server.wait();
    assert!(exit.success(), "{log}");
    assert!(log.contains("receipts=1"), "{log}");
    assert_eq!(Server::start_in(folder, &[]).leads().len(), 1);
}

#[test]
fn s23_no_answer_is_ever_in_the_log() {
    let server = Server::start(&[("LEADGLASS_LOG", "trace")]);
    let secret = "zq7canary";
    let key = "0191d3c0-0000-4000-8000-000000000009";
    let bodies = [
        submission(1, secret),
        format!(r#"{{"key":"{key}","answers":{{"name":"{secret}","email":"{secret}"}}}}"#),
        format!(r#"{{"key":"{key}","answers":{{"{secret}":{{"{secret}":1}}}}}}"#),
        format!(r#"{{"key":"{key}","answers":"{secret}"}}"#),
        format!(r#"{{"key":"{secret}","sent_at":"{secret}","page":{{"url":"https://{secret}.example"}}}}"#),
        format!("{secret} is not JSON"),
    ];
    for body in &bodies {
        server.submit(body);
    }
    server.post("/f/enquiry", &format!("name={secret}&email={secret}"));
    server.get(&format!("/f/enquiry?name={secret}"));
    server.get(&format!("/embed/{secret}.js"));
    server.terminate();
    let (_, log, _) = server.wait();
    assert!(log.len() > 1_000, "nothing was logged at all: {log}");
    let lines: Vec<_> = log.lines().filter(|line| line.contains(secret)).collect();
    assert!(lines.is_empty(), "{lines:#?}");
}

#[test]
fn an_edited_form_is_served_and_a_broken_edit_is_told_and_not_served() {
    let server = Server::start_with(&[], &["--watch"]);
    let path = server.folder().join("forms/enquiry.toml");
    let form = fs::read_to_string(&path).unwrap();
    fs::write(&path, form.replace("Your name", "Your full name")).unwrap();
    harness::until(|| server.get("/v1/forms/enquiry").1.contains("Your full name"));
    fs::write(&path, form.replace("kind = \"email\"", "kind = \"mail\"")).unwrap();
    harness::until(|| server.log().contains("enquiry.toml:16:8: there is no kind `mail`"));
    assert!(server.get("/v1/forms/enquiry").1.contains("Your full name"));
    fs::write(server.folder().join("forms/second.toml"), form.replace("\"enquiry\"", "\"second\"")).unwrap();
    harness::until(|| server.get("/v1/forms/second").0 == 200);
    assert!(server.get("/v1/forms/enquiry").1.contains("Your full name"));
}

#[test]
fn forms_are_read_again_when_it_is_asked_to_by_a_signal() {
    let server = Server::start(&[]);
    let path = server.folder().join("forms/enquiry.toml");
    let form = fs::read_to_string(&path).unwrap();
    fs::write(&path, form.replace("Your name", "Your full name")).unwrap();
    server.signal("HUP");
    harness::until(|| server.get("/v1/forms/enquiry").1.contains("Your full name"));
    server.terminate();
    assert!(server.wait().0.success());
}

#[test]
fn a_misspelt_setting_in_the_environment_is_told() {
    let (code, _, told) = harness::run_with(&["check", "nothing.toml"], &[("LEADGLASS_LISEN", "127.0.0.1:1")]);
    assert!(code != 0 && told.contains("`LEADGLASS_LISEN` is in the environment, but there is no such"), "{told}");
}

#[test]
fn leads_are_shown_with_their_reasons() {
    let server = Server::start(&[]);
    let body =
        submission(1, "Ana Pop").replace("\"agree\"", "\"budget\":\"12000\",\"message\":\"a vacancy\",\"agree\"");
    let (_, receipt) = server.submit(&body);
    let receipt: serde_json::Value = serde_json::from_str(&receipt).unwrap();
    let id = receipt["id"].as_str().unwrap();
    let database = server.folder().join("leads.sqlite");
    let database = database.to_str().unwrap();
    let (code, table, _) = run(&["leads", "--database", database]);
    assert_eq!(code, 0);
    let line = table.lines().nth(1).unwrap();
    for part in [id, "A3", "decline", "Ana Pop <ana@example.org>", "veto Looks for a job · +40 Budget"] {
        assert!(line.contains(part), "{part} is not in {table}");
    }
    let (_, report, _) = run(&["lead", id, "--database", database, "--language", "ru"]);
    let advice = ["Если ", "решение было бы «принять»."];
    for part in ["Бюджет от 10 000 €", "veto  Ищет работу", "Как вас зовут: Ana Pop", "You may answer me.", "card "]
        .into_iter()
        .chain(advice)
    {
        assert!(report.contains(part), "{part} is not in {report}");
    }
    let (_, short, _) = run(&["lead", id, "--database", database, "--language", "ru", "--short"]);
    let short: serde_json::Value = serde_json::from_str(&short).unwrap();
    assert_eq!((&short["lead"], &short["gates"][0]["reason"]), (&receipt["id"], &"Ищет работу".into()));
    let (_, json, _) = run(&["leads", "--database", database, "--json", "--decision", "accept"]);
    assert_eq!(json.trim(), "[]");
    let (_, json, _) = run(&["lead", id, "--database", database, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let sum: i64 =
        json["contributions"].as_array().unwrap().iter().map(|it| it["points_milli"].as_i64().unwrap()).sum();
    assert_eq!(json["points_milli"].as_i64().unwrap(), json["initial_milli"].as_i64().unwrap() + sum);
    assert_eq!(json["consents"][0]["wording"], "You may answer me.");
    assert_eq!(json["missing"][0]["criterion"], "saw_prices");
    let changes = json["smallest_changes"]["changes"].as_array().unwrap();
    assert!(changes.iter().any(|it| it["decision"] == "accept" && it["answers"][0]["field"] == "message"), "{json}");
    assert!(report.contains("+20  Смотрели цены: замечено недостаточно раз: pricing_viewed (saw_prices)"), "{report}");
    let (code, _, fault) = run(&["lead", "00000000-0000-0000-0000-000000000000", "--database", database]);
    assert_eq!((code, fault.trim()), (1, "leadglass: there is no lead `00000000-0000-0000-0000-000000000000`"));
    let (code, _, fault) = run(&["leads", "--database", "missing.sqlite"]);
    assert_eq!(code, 1);
    assert_eq!(fault.matches("missing.sqlite").count(), 1, "{fault}");
    assert!(fault.starts_with("leadglass: there is no database `missing.sqlite`; "), "{fault}");
}

#[test]
fn a_form_is_begun_checked_and_put_into_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("forms/quote.toml");
    let path = path.to_str().unwrap();
    assert_eq!(run(&["init", "quote", path]).0, 0);
    let (code, _, fault) = run(&["init", "quote", path]);
    assert_eq!(code, 1);
    assert!(fault.contains("is there already"), "{fault}");
    let (code, out, _) = run(&["check", path]);
    assert_eq!(code, 0);
    assert!(out.contains("ok, form `quote`"), "{out}");
    let forms = folder.path().join("forms");
    let forms = forms.to_str().unwrap();
    let (_, tag, _) = run(&["snippet", "quote", "--forms", forms, "--origin", "https://forms.example/"]);
    let script = "<script async data-define src=\"https://forms.example/embed/quote.js\"></script>";
    assert!(tag.starts_with("<leadglass-form form=\"quote\" ") && tag.contains(script), "{tag}");
    let (code, _, fault) = run(&["snippet", "other", "--forms", forms]);
    assert_eq!(code, 1);
    assert!(fault.contains("it has `quote`"), "{fault}");
    fs::write(path, "id = \"quote\"\nlanguages = [\n").unwrap();
    let (code, _, fault) = run(&["check", path]);
    assert_eq!(code, 1);
    assert!(fault.contains("quote.toml:"), "{fault}");
    let (code, out, _) = run(&["default-config"]);
    assert_eq!((code, out.as_str()), (0, leadglass::settings::DEFAULTS));
}

#[test]
fn it_does_not_start_without_what_it_needs_and_says_what() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("leads.sqlite");
    let database = database.to_str().unwrap();
    let (code, _, fault) = run(&["serve", "--database", database, "--forms", "no-such-folder"]);
    assert_eq!(code, 1);
    assert!(fault.contains("the folder `no-such-folder` can't be read"), "{fault}");
    let forms = folder.path().to_str().unwrap();
    let (code, _, fault) = run(&["serve", "--database", "/no/such/folder/leads.sqlite", "--forms", forms]);
    assert_eq!(code, 1);
    assert!(fault.contains("can't be used"), "{fault}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    fs::write(folder.path().join("enquiry.toml"), harness::FORM).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, _, fault) = run(&["serve", "--database", database, "--forms", forms, "--listen", &address]);
    assert_eq!(code, 1);
    assert!(fault.contains(&format!("`{address}` can't be listened on")), "{fault}");
}

#[test]
fn s27_a_token_is_made_shown_once_used_and_ended_while_it_serves() {
    let server = Server::start(&[]);
    server.submit(&submission(1, "Ana Pop"));
    let database = server.folder().join("leads.sqlite");
    let database = database.to_str().unwrap();
    let token = |arguments: &[&str]| run(&[&["token", "--database", database], arguments].concat());
    let (code, secret, fault) = token(&["create", "crm", "--scope", "leads:read", "--expires", "30d"]);
    assert_eq!(code, 0, "{fault}");
    let secret = secret.trim();
    let (status, page) = server.ask("GET", "/v1/leads", secret, "", "");
    assert!(status == 200 && page.contains("Ana Pop"), "{page}");
    assert_eq!(server.get("/v1/leads").0, 404);
    let (_, list, _) = token(&["list", "--json"]);
    assert!(!list.contains(secret) && list.contains("leads:read"), "{list}");
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    assert_eq!(token(&["revoke", list[0]["id"].as_str().unwrap()]).0, 0);
    assert_eq!(server.ask("GET", "/v1/leads", secret, "", "").0, 401);
    assert_eq!(token(&["create", "sheet", "--scope", "pull,admin"]).0, 1);
    let files = ["leads.sqlite", "leads.sqlite-wal", "log"].map(|name| fs::read(server.folder().join(name)).unwrap());
    let is_kept = |file: &Vec<u8>| file.windows(secret.len()).any(|bytes| bytes == secret.as_bytes());
    assert!(!files.iter().any(is_kept), "the secret is kept");
}
