use std::{
    collections::VecDeque,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use uuid::Uuid;

use super::*;
use crate::{
    settings::{Outbox, Settings},
    store::Secret,
};

const AT: Timestamp = Timestamp::from_millis(1_772_445_600_000);

fn open_to(networks: &[&str]) -> Outbox {
    Outbox {
        plain_http: true,
        ports: vec![],
        timeout_ms: 2_000,
        private_networks: networks.iter().map(|network| network.parse().unwrap()).collect(),
        ..Settings::load(None, []).unwrap().outbox
    }
}

fn letter() -> Letter {
    Letter {
        id: Uuid::from_u128(7),
        subject: None,
        body: r#"{"type":"webhook.test"}"#.into(),
        secrets: vec![Secret::from_bytes(vec![1; 32]).unwrap(), Secret::from_bytes(vec![2; 32]).unwrap()],
        to: None,
    }
}

/// Answers every connection with these bytes; what came is returned by the handle's channel.
async fn answering(ip: [u8; 4], answer: &'static str) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind((IpAddr::from(Ipv4Addr::from(ip)), 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.ends_with(br#"{"type":"webhook.test"}"#) {
                if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
                    break;
                }
            }
            ears.lock().unwrap().push(String::from_utf8(request).unwrap());
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (address, heard)
}

/// Answers look-ups in turn.
struct Turning(Mutex<VecDeque<Vec<SocketAddr>>>);

#[async_trait]
impl Names for Turning {
    async fn look_up(&self, _: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(self.0.lock().unwrap().pop_front().unwrap_or_default())
    }
}

#[tokio::test]
async fn s22_every_signature_of_a_letter_holds_for_the_reference_implementation() {
    let (address, heard) = answering([127, 0, 0, 1], "HTTP/1.1 204 No Content\r\n\r\n").await;
    let client = Client::new(&open_to(&["127.0.0.0/8"])).unwrap();
    #[expect(clippy::disallowed_methods, reason = "the reference compares with the machine's time")]
    let now = Timestamp::from_millis(jiff::Timestamp::now().as_millisecond());
    let answer = client.post(&format!("http://{address}/hook?a=1"), &letter(), now).await;
    assert_eq!(answer, Ok(Answer { status: 204, retry_after: None }));
    let heard = heard.lock().unwrap().remove(0);
    let (top, body) = heard.split_once("\r\n\r\n").unwrap();
    assert!(top.starts_with("POST /hook?a=1 HTTP/1.1\r\n"), "{top}");
    let mut headers = axum::http::HeaderMap::new();
    for line in top.lines().skip(1) {
        let (name, value) = line.split_once(": ").unwrap();
        let name = axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        headers.insert(name, value.parse().unwrap());
    }
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["webhook-id"], letter().id.to_string());
    assert_eq!(headers["webhook-signature"].to_str().unwrap().split(' ').count(), 2);
    for secret in letter().secrets {
        let reference = standardwebhooks::Webhook::new(&secret.reveal()).unwrap();
        reference.verify(body.as_bytes(), &headers).unwrap();
        assert!(reference.verify(b"{}", &headers).is_err());
    }
    // Five minutes are tolerated, either way.
    let reference = standardwebhooks::Webhook::new(&letter().secrets[0].reveal()).unwrap();
    for (off_ms, holds) in [(-290_000, true), (290_000, true), (-310_000, false), (310_000, false)] {
        let then = Timestamp::from_millis(now.as_millis() + off_ms);
        for (name, value) in letter().headers(then) {
            headers.insert(name, value.parse().unwrap());
        }
        assert_eq!(reference.verify(body.as_bytes(), &headers).is_ok(), holds, "{off_ms} ms off");
    }
}

#[tokio::test]
async fn s20_a_name_that_leads_inside_is_refused_when_it_is_looked_up() {
    let client = Client::new(&open_to(&[])).unwrap();
    // `localhost` is known on every machine.
    let told = client.post("http://localhost:9/", &letter(), AT).await;
    assert_eq!(told, Err(Fault::Address(AddressError::Private)));
    let told = client.post("http://127.0.0.1:9/", &letter(), AT).await;
    assert_eq!(told, Err(Fault::Address(AddressError::Private)));
}

#[tokio::test]
async fn s20_a_name_that_turns_inside_between_tries_is_refused() {
    // Stands for a public address: the only one that is allowed.
    let (outside, heard) = answering([127, 0, 0, 2], "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await;
    let (inside, inner) = answering([127, 0, 0, 1], "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await;
    let names = Turning(Mutex::new([vec![outside], vec![inside], vec![inside, outside], vec![]].into()));
    let client = Client::with_names(&open_to(&["127.0.0.2/32"]), Arc::new(names)).unwrap();
    let mut told = Vec::new();
    for _ in 0..4 {
        told.push(client.post("http://crm.example/", &letter(), AT).await.map(|answer| answer.status));
    }
    assert_eq!(told, [Ok(200), Err(Fault::Address(AddressError::Private)), Ok(200), Err(Fault::Connect)]);
    assert_eq!((heard.lock().unwrap().len(), inner.lock().unwrap().len()), (2, 0));
}

#[tokio::test]
async fn s20_a_redirect_is_an_answer_and_is_not_followed() {
    let (inside, heard) = answering([127, 0, 0, 1], "HTTP/1.1 200 OK\r\n\r\n").await;
    let redirect =
        format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{inside}/\r\ncontent-length: 0\r\n\r\n");
    let (address, _) = answering([127, 0, 0, 2], redirect.leak()).await;
    let client = Client::new(&open_to(&["127.0.0.0/8"])).unwrap();
    let told = client.post(&format!("http://{address}/"), &letter(), AT).await;
    assert_eq!(told, Ok(Answer { status: 307, retry_after: None }));
    assert!(heard.lock().unwrap().is_empty());
}

#[tokio::test]
async fn retry_after_is_read_as_seconds_and_as_a_date() {
    for (value, wait) in [
        ("120", Some(Duration::from_mins(2))),
        ("Mon, 02 Mar 2026 10:01:00 GMT", Some(Duration::from_mins(1))),
        ("Mon, 02 Mar 2026 09:00:00 GMT", Some(Duration::ZERO)),
        ("soon", None),
        ("-1", None),
    ] {
        assert_eq!(retry_after(&value.parse().unwrap(), AT), wait, "{value}");
    }
}

#[tokio::test]
async fn an_endless_answer_and_a_silent_one_are_given_up() {
    let client = Client::new(&Outbox { timeout_ms: 200, ..open_to(&["127.0.0.0/8"]) }).unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let told = client.post(&format!("http://{}/", silent.local_addr().unwrap()), &letter(), AT).await;
    assert_eq!(told, Err(Fault::Timeout));
    let endless = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = endless.local_addr().unwrap();
    let sent = tokio::spawn(async move {
        let (mut stream, _) = endless.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(letter().body.as_bytes()) {
            stream.read_buf(&mut request).await.unwrap();
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let mut sent = 0_usize;
        let part = vec![b'a'; 65_536];
        while sent < 50_000_000 && stream.write_all(&part).await.is_ok() {
            sent += 65_536;
        }
        sent
    });
    let told = client.post(&format!("http://{address}/"), &letter(), AT).await;
    assert_eq!(told, Ok(Answer { status: 200, retry_after: None }));
    // It was not read to its end: the connection was closed.
    assert!(sent.await.unwrap() < 50_000_000);
}

#[tokio::test]
async fn what_is_not_there_or_speaks_another_language_is_told_apart() {
    let client = Client::new(&open_to(&["127.0.0.0/8"])).unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    assert_eq!(client.post(&format!("http://{closed}/"), &letter(), AT).await, Err(Fault::Connect));
    let (address, _) = answering([127, 0, 0, 1], "SSH-2.0-other\r\n").await;
    assert_eq!(client.post(&format!("http://{address}/"), &letter(), AT).await, Err(Fault::Broken));
    // It takes the greeting of TLS for a request and answers in plain words.
    let (address, _) = answering([127, 0, 0, 1], "HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let told = client.post(&format!("https://{address}/"), &letter(), AT).await;
    assert!(matches!(told, Err(Fault::Tls | Fault::Timeout)), "{told:?}");
}
