use proptest::prelude::*;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};
use uuid::Uuid;

use super::*;
use crate::settings::Settings;

const AT: Timestamp = Timestamp::from_millis(1_772_445_600_000);

fn smtp(port: u16) -> Smtp {
    Smtp {
        host: "127.0.0.1".into(),
        port,
        encryption: Encryption::None,
        from: "Leads <leads@shop.example>".into(),
        timeout_ms: 2_000,
        ..Settings::load(None, []).unwrap().smtp
    }
}

fn letter(subject: &str, body: &str) -> Letter {
    Letter { id: Uuid::from_u128(7), subject: Some(subject.into()), body: body.into(), secrets: vec![], to: None }
}

/// A mail server for one message, which it returns; refuses every recipient with `refusal` where there is one.
async fn mail_server(refusal: Option<&'static str>) -> (u16, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let taken = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        stream.get_mut().write_all(b"220 mail.example\r\n").await.unwrap();
        let mut whole = String::new();
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return whole;
            }
            whole.push_str(&line);
            let answer = match line.split([' ', '\r']).next().unwrap_or_default() {
                "DATA" => "354 go on\r\n",
                "QUIT" => return whole,
                "RCPT" if refusal.is_some() => refusal.unwrap_or_default(),
                _ => "250 ok\r\n",
            };
            stream.get_mut().write_all(answer.as_bytes()).await.unwrap();
            if answer.starts_with("354") {
                while !whole.ends_with("\r\n.\r\n") {
                    let mut byte = [0];
                    stream.read_exact(&mut byte).await.unwrap();
                    whole.push(char::from(byte[0]));
                }
                stream.get_mut().write_all(b"250 taken\r\n").await.unwrap();
                return whole;
            }
        }
    });
    (port, taken)
}

#[tokio::test]
async fn an_e_mail_is_taken_by_a_mail_server() {
    let (port, taken) = mail_server(None).await;
    let mailer = Mailer::new(&smtp(port)).unwrap().unwrap();
    let told = mailer.send("mailto:sales@shop.example", &letter("A1 · accept", "Why: budget\n"), AT).await;
    assert_eq!(told.map(|answer| answer.status), Ok(250));
    let message = taken.await.unwrap();
    for part in [
        "MAIL FROM:<leads@shop.example>",
        "RCPT TO:<sales@shop.example>",
        "From: \"Leads\" <leads@shop.example>\r\n",
        "To: <sales@shop.example>\r\n",
        "Message-ID: <00000000-0000-0000-0000-000000000007@shop.example>\r\n",
        "Date: Mon, 2 Mar 2026 10:00:00 +0000\r\n",
        "Why: budget",
    ] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
}

#[tokio::test]
async fn a_refusal_is_told_by_its_code_and_no_server_is_no_connection() {
    let (port, _taken) = mail_server(Some("550 nobody here\r\n")).await;
    let mailer = Mailer::new(&smtp(port)).unwrap().unwrap();
    let told = mailer.send("mailto:sales@shop.example", &letter("A", "B"), AT).await;
    assert_eq!(told.map(|answer| answer.status), Ok(550));
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let mailer = Mailer::new(&smtp(closed)).unwrap().unwrap();
    let told = mailer.send("mailto:sales@shop.example", &letter("A", "B"), AT).await;
    assert_eq!(told, Err(Fault::Connect));
}

#[test]
fn s21_an_address_is_one_address_and_nothing_beside() {
    assert!(recipient("mailto:sales+leads@shop.example").is_some());
    for address in [
        "sales@shop.example",
        "mailto:",
        "mailto:sales",
        "mailto:a@shop.example,b@shop.example",
        "mailto:a@shop.example?bcc=b@shop.example",
        "mailto:a@shop.example%0d%0abcc:b@shop.example",
        "mailto:a@shop.example\r\nbcc: b@shop.example",
        "mailto:a\0@shop.example",
        "mailto:a@shop.example ",
    ] {
        assert_eq!(recipient(address), None, "{address:?}");
    }
}

proptest! {
    #[test]
    fn s21_nothing_typed_becomes_a_header(
        subject in "([a-zа-я<>@:,; \\r\\n\\t\\x00-\\x1f\\x7f-\\x9f\u{2028}]|\r\nBcc: x@y\\.z\r\n){0,60}",
        body in "([a-z.\\r\\n\\x00]|\r\n\\.\r\n){0,60}",
    ) {
        let mailer = Mailer::new(&smtp(25)).unwrap().unwrap();
        let to = recipient("mailto:sales@shop.example").unwrap();
        let bytes = mailer.message(&to, &letter(&subject, &body), AT).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        // What a line that goes on begins with is a space.
        let names = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        for line in names {
            let (name, _) = line.split_once(':').unwrap_or((line, ""));
            let known = ["From", "To", "Subject", "Message-ID", "Date", "Content-Type", "Content-Transfer-Encoding",
                "MIME-Version"];
            prop_assert!(known.contains(&name), "{:?} of {:?}", line, subject);
        }
        prop_assert!(!head.replace("\r\n", "").contains(['\r', '\n', '\0']));
    }
}
