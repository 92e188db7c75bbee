//! K6: a network that cuts off, holds back and dribbles, between senders and the endpoint, and between the endpoint and
//! who is told.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use crate::{
    harness::{Server, submission, try_submit, until},
    outbox::{Ear, counts, folder, start, webhook},
};

/// What the network does to a connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weather {
    Fine,
    /// Ends after so many bytes of what is asked.
    CutAsking(usize),
    /// Ends after so many bytes of what is answered; the answer was given.
    CutAnswer(usize),
    /// A byte at a time.
    Dribble,
}

/// Stands between whoever connects to it and an address.
pub struct Proxy {
    pub port: u16,
    weather: Arc<Mutex<Weather>>,
}

impl Proxy {
    pub fn new(to: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let weather = Arc::new(Mutex::new(Weather::Fine));
        let (to, told) = (to.to_owned(), Arc::clone(&weather));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (to, weather) = (to.clone(), *told.lock().unwrap());
                thread::spawn(move || relay(&client, &TcpStream::connect(to).ok()?, weather));
            }
        });
        Self { port, weather }
    }

    pub fn turn(&self, weather: Weather) {
        *self.weather.lock().unwrap() = weather;
    }
}

fn relay(client: &TcpStream, server: &TcpStream, weather: Weather) -> Option<()> {
    let (asking, answer) = match weather {
        Weather::CutAsking(bytes) => (bytes, usize::MAX),
        Weather::CutAnswer(bytes) => (usize::MAX, bytes),
        Weather::Fine | Weather::Dribble => (usize::MAX, usize::MAX),
    };
    let piece = if weather == Weather::Dribble { 1 } else { 4_096 };
    let (from, to) = (client.try_clone().ok()?, server.try_clone().ok()?);
    let up = thread::spawn(move || {
        carry(&from, &to, asking, piece);
        // Who is cut off here is cut off on both sides.
        if asking < usize::MAX {
            let _ = from.shutdown(Shutdown::Both);
        }
        let _ = to.shutdown(if asking < usize::MAX { Shutdown::Both } else { Shutdown::Write });
    });
    carry(server, client, answer, piece);
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
    up.join().ok()
}

/// Carries so many bytes, and reads one more before it ends, so that what is cut off was really sent.
fn carry(mut from: &TcpStream, mut to: &TcpStream, mut bytes: usize, piece: usize) {
    let mut buffer = vec![0; piece];
    while let Ok(read) = from.read(&mut buffer) {
        let passed = read.min(bytes);
        if read == 0 || to.write_all(&buffer[..passed]).is_err() || passed < read {
            return;
        }
        bytes -= passed;
    }
}

#[test]
fn k6_wherever_a_connection_ends_a_lead_that_is_sent_again_is_taken_once() {
    let server = Server::start(&[]);
    let proxy = Proxy::new(&server.address());
    let address = format!("127.0.0.1:{}", proxy.port);
    let leads = if std::env::var_os("LEADGLASS_TEST_ALL").is_some() { 600 } else { 60_u32 };
    let length = submission(1, "Ana").len() + 100;
    let mut receipts = BTreeSet::new();
    for number in 0..leads {
        let body = submission(number, "Ana").replace("ana@", &format!("ana{number}@"));
        // Through all places of the request and of the answer.
        let place = number as usize * 7;
        for weather in [Weather::CutAsking(place % length), Weather::CutAnswer(place % 500)] {
            proxy.turn(weather);
            // Nothing whole comes through; what does is not half a receipt.
            assert_eq!(try_submit(&address, &body), None, "{weather:?}");
        }
        proxy.turn(if number % 10 == 0 { Weather::Dribble } else { Weather::Fine });
        let (status, receipt) = try_submit(&address, &body).unwrap();
        assert_eq!(status, 200, "{receipt}");
        let receipt: serde_json::Value = serde_json::from_str(&receipt).unwrap();
        receipts.insert(receipt["id"].as_str().unwrap().to_owned());
    }
    let stored: Vec<String> = server.leads().iter().map(|lead| lead["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(stored.len(), leads as usize);
    assert_eq!(BTreeSet::from_iter(stored), receipts);
}

#[test]
fn k6_who_is_told_over_a_bad_connection_is_told_again_as_the_same_message() {
    let ear = Ear::new();
    let proxy = Proxy::new(&format!("127.0.0.1:{}", ear.port));
    let server = start(folder());
    let url = format!("http://127.0.0.1:{}/hooks", proxy.port);
    let (code, _, fault) = webhook(server.folder(), &["add", &url]);
    assert_eq!(code, 0, "{fault}");
    // It heard us, but we do not hear that it did; then it does not even hear us whole.
    proxy.turn(Weather::CutAnswer(9));
    server.submit(&submission(1, "Ana"));
    until(|| ear.heard().len() >= 2);
    proxy.turn(Weather::CutAsking(40));
    let heard = ear.heard().len();
    until(|| server.log().matches("not delivered").count() > heard);
    assert_eq!(counts(server.folder()), (1, 0, 0));
    proxy.turn(Weather::Fine);
    until(|| counts(server.folder()) == (0, 1, 0));
    let ids: BTreeSet<String> = ear.heard().iter().map(crate::outbox::Heard::id).collect();
    assert_eq!(ids.len(), 1, "one lead is one message, however often it is told");
}

#[test]
fn k6_while_a_receiver_is_cut_off_leads_are_taken_as_ever() {
    let server = start(folder());
    // Nobody listens there any more.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (code, _, fault) = webhook(server.folder(), &["add", &format!("http://127.0.0.1:{port}/"), "--language", "en"]);
    assert_eq!(code, 0, "{fault}");
    for number in 0..20 {
        assert_eq!(server.submit(&submission(number, &format!("Ana {number}"))).0, 200);
    }
    assert_eq!(server.leads().len(), 20);
}
