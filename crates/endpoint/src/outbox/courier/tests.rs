use std::{collections::VecDeque, future::pending};

use leadglass_scoring::{Decision, Language};
use tokio::sync::Notify;

use super::*;
use crate::{
    store::{Address, DeliveryState, ReceiverState, Replay, Secret, Template},
    testing::{Endpoint, KEY, json},
};

/// What to answer next; at the end of the list, always 500.
#[derive(Default)]
struct Answering {
    answers: Mutex<VecDeque<Result<Answer, Fault>>>,
    carried: Mutex<Vec<(Uuid, Uuid, Timestamp)>>,
    /// Who never answers.
    silent: Option<Uuid>,
    /// The lead that nobody ever answers about.
    unanswered: Option<Uuid>,
    /// Told of each letter.
    heard: Notify,
}

#[async_trait]
impl Carry for Answering {
    async fn carry(&self, receiver: &Receiver, letter: &Letter, now: Timestamp) -> Result<Answer, Fault> {
        self.carried.lock().unwrap().push((receiver.id, letter.id, now));
        self.heard.notify_one();
        if self.silent == Some(receiver.id) || self.unanswered == Some(letter.id) {
            pending::<()>().await;
        }
        self.answers.lock().unwrap().pop_front().unwrap_or_else(|| status(500))
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what a carrier comes to may be a fault")]
fn status(status: u16) -> Result<Answer, Fault> {
    Ok(Answer { status, retry_after: None })
}

#[expect(clippy::unnecessary_wraps, reason = "what a carrier comes to may be a fault")]
fn busy(status: u16, seconds: u64) -> Result<Answer, Fault> {
    Ok(Answer { status, retry_after: Some(Duration::from_secs(seconds)) })
}

const RECEIVER: Uuid = Uuid::from_u128(900);

struct Scene {
    endpoint: Endpoint,
    carrier: Arc<Answering>,
    courier: Arc<Courier>,
}

impl Scene {
    async fn new(answers: impl IntoIterator<Item = Result<Answer, Fault>>) -> Self {
        Self::with(Answering { answers: Mutex::new(answers.into_iter().collect()), ..Answering::default() }).await
    }

    async fn with(carrier: Answering) -> Self {
        let (endpoint, carrier) = (Endpoint::new().await, Arc::new(carrier));
        let courier = Courier::new(Arc::clone(&endpoint.state), Arc::clone(&carrier) as Arc<dyn Carry>);
        let scene = Self { endpoint, carrier, courier };
        scene.add(RECEIVER).await;
        scene
    }

    async fn add(&self, id: Uuid) {
        let receiver = Receiver {
            id,
            address: Address("https://crm.example/".into()),
            template: Template::Json,
            events: vec![],
            forms: vec![],
            decisions: vec![],
            language: Some(Language::En),
            state: ReceiverState::Enabled,
            added_at: self.endpoint.state.clock.now(),
        };
        let secret = Secret::from_bytes(vec![1; 32]).unwrap();
        self.endpoint.state.store.add_receiver(&receiver, &secret).await.unwrap();
    }

    async fn lead(&self) {
        assert_eq!(self.endpoint.submit(json(KEY, "")).await.status(), 200);
    }

    fn now(&self) -> i64 {
        self.endpoint.state.clock.now().as_millis()
    }

    fn carried(&self) -> usize {
        self.carrier.carried.lock().unwrap().len()
    }

    async fn turn(&self) {
        Arc::clone(&self.courier).turn(RECEIVER).await;
    }

    /// How long until the next try; nothing where none is to come.
    async fn wait(&self) -> Option<Duration> {
        let due = self.endpoint.state.store.due().await.unwrap();
        let (_, at) = due.into_iter().find(|(receiver, _)| *receiver == RECEIVER)?;
        Some(Duration::from_millis(u64::try_from(at.as_millis() - self.now()).unwrap()))
    }

    async fn states(&self) -> Vec<(DeliveryState, u64)> {
        let tallies = self.endpoint.state.store.tallies().await.unwrap();
        tallies.into_iter().map(|tally| (tally.state, tally.count)).collect()
    }
}

#[tokio::test]
async fn a_message_is_tried_at_all_ten_instants_of_the_published_schedule_and_at_no_other() {
    let scene = Scene::new([]).await;
    scene.lead().await;
    let first = scene.now();
    let mut instants = Vec::new();
    scene.turn().await;
    while let Some(wait) = scene.wait().await {
        instants.push(wait.as_secs_f64());
        scene.endpoint.clock.pass(wait.saturating_sub(Duration::from_millis(1)));
        let before = scene.carried();
        scene.turn().await;
        assert_eq!(scene.carried(), before, "tried too early");
        scene.endpoint.clock.pass(Duration::from_millis(1));
        scene.turn().await;
        assert_eq!(scene.carried(), before + 1, "not tried when it was due");
    }
    let published = [5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0];
    assert_eq!((instants.len(), scene.carried()), (published.len(), 10));
    for (instant, published) in instants.iter().zip(published) {
        assert!((published..=published * 1.1).contains(instant), "{instant} for {published}");
    }
    let whole = Duration::from_millis(u64::try_from(scene.now() - first).unwrap());
    assert!(whole >= Duration::from_secs(75 * 3_600 + 35 * 60 + 5), "{whole:?}");
    assert_eq!(scene.states().await, [(DeliveryState::Dead, 1)]);
    // All ten are the same message.
    let carried = scene.carrier.carried.lock().unwrap().clone();
    assert!(carried.iter().all(|(_, id, _)| *id == carried[0].1));
}

#[tokio::test]
async fn the_jitter_is_what_chance_says() {
    let claim = Claim {
        receiver: RECEIVER,
        event: crate::store::Event {
            id: Uuid::from_u128(1),
            kind: EventKind::LeadCreated,
            lead: Uuid::from_u128(1),
            form: "enquiry".into(),
            decision: Decision::Accept,
            at: Timestamp::from_millis(0),
            detail: None,
        },
        tries: 0,
        until: Timestamp::from_millis(0),
    };
    for (chance, due) in [(0, 100_000), (u32::MAX / 2, 105_000), (u32::MAX, 110_000)] {
        let settled = settle(&claim, &status(500), &[100], chance, Timestamp::from_millis(0));
        assert!((settled.due_at.as_millis() - due).abs() <= 1, "{settled:?}");
    }
}

#[tokio::test]
async fn any_2xx_is_delivered_and_a_redirect_is_not() {
    for (answer, state) in [
        (status(200), DeliveryState::Delivered),
        (status(299), DeliveryState::Delivered),
        (status(199), DeliveryState::Waiting),
        (status(301), DeliveryState::Waiting),
        (status(307), DeliveryState::Waiting),
        (status(404), DeliveryState::Waiting),
        (Err(Fault::Timeout), DeliveryState::Waiting),
    ] {
        let scene = Scene::new([answer.clone()]).await;
        scene.lead().await;
        scene.turn().await;
        assert_eq!(scene.states().await, [(state, 1)], "{answer:?}");
    }
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_told_nothing_until_it_is_enabled_and_then_all_of_it() {
    let scene = Scene::new([status(410), status(200), status(200)]).await;
    scene.lead().await;
    scene.turn().await;
    let receivers = scene.endpoint.state.store.receivers().await.unwrap();
    assert_eq!((receivers[0].state, scene.states().await), (ReceiverState::Gone, vec![(DeliveryState::Waiting, 1)]));
    let other = json(&KEY.replace('1', "2"), "").replace("Ana Pop", "Ion");
    assert_eq!(scene.endpoint.submit(other).await.status(), 200);
    scene.turn().await;
    assert_eq!(scene.carried(), 1);
    scene.endpoint.state.store.set_receiver(RECEIVER, ReceiverState::Enabled).await.unwrap();
    scene.turn().await;
    assert_eq!((scene.carried(), scene.states().await), (3, vec![(DeliveryState::Delivered, 2)]));
}

#[tokio::test]
async fn who_has_too_much_to_do_is_left_alone_as_long_as_they_ask() {
    for (answer, wait) in [
        (busy(429, 600), 600),
        (busy(503, 600), 600),
        (status(502), 60),
        (status(504), 60),
        (busy(429, 1_000_000), 86_400),
        (busy(500, 1), 5),
    ] {
        let scene = Scene::new([answer.clone()]).await;
        scene.lead().await;
        scene.turn().await;
        let waits = scene.wait().await.unwrap().as_secs();
        assert!((wait..=wait + 1).contains(&waits), "{waits} s after {answer:?}");
        // 429, 502 and 504 hold back everything else, too.
        let other = json(&KEY.replace('1', "2"), "").replace("Ana Pop", "Ion");
        assert_eq!(scene.endpoint.submit(other).await.status(), 200);
        scene.turn().await;
        let throttles = !matches!(answer, Ok(Answer { status: 500 | 503, .. }));
        assert_eq!(scene.carried(), if throttles { 1 } else { 2 }, "{answer:?}");
    }
}

#[tokio::test]
async fn what_was_given_up_is_tried_again_when_it_is_replayed() {
    let scene = Scene::new([status(500), status(200)]).await;
    scene.lead().await;
    let start = scene.endpoint.state.clock.now();
    // It was tried as often as it is worth.
    for _ in 0..10 {
        let claims = scene.endpoint.state.store.claim(RECEIVER, start, start, 1).await.unwrap();
        if let Some(claim) = claims.first() {
            let settled = settle(claim, &status(500), &[], 0, start);
            scene.endpoint.state.store.settle(claim, settled).await.unwrap();
        }
    }
    assert_eq!(scene.states().await, [(DeliveryState::Dead, 1)]);
    scene.endpoint.clock.pass(Duration::from_hours(1));
    let now = scene.endpoint.state.clock.now();
    let replay = Replay { receiver: RECEIVER, from: start, to: now, dead_only: true, now };
    assert_eq!(scene.endpoint.state.store.replay(&replay).await, Ok(1));
    scene.turn().await;
    scene.endpoint.clock.pass(Duration::from_secs(6));
    scene.turn().await;
    assert_eq!((scene.carried(), scene.states().await), (2, vec![(DeliveryState::Delivered, 1)]));
}

#[tokio::test]
async fn a_receiver_that_never_answers_makes_nobody_else_wait() {
    let dead = Uuid::from_u128(901);
    let scene = Scene::with(Answering { silent: Some(dead), ..Answering::default() }).await;
    scene.add(dead).await;
    let running = tokio::spawn(Arc::clone(&scene.courier).run());
    for number in 1..=9 {
        scene.carrier.answers.lock().unwrap().push_back(status(200));
        let body = json(&KEY.replace('1', &number.to_string()), "").replace("Ana Pop", &format!("Ana {number}"));
        assert_eq!(scene.endpoint.submit(body).await.status(), 200);
        let told = |carried: &Vec<(Uuid, Uuid, Timestamp)>| carried.iter().filter(|it| it.0 == RECEIVER).count();
        let heard = async {
            while told(&scene.carrier.carried.lock().unwrap()) < number {
                scene.carrier.heard.notified().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), heard).await.expect("one receiver waits for another");
    }
    running.abort();
}

#[tokio::test]
async fn a_message_that_is_never_answered_makes_no_other_wait() {
    let scene = Scene::with(Answering { unanswered: Some(KEY.parse().unwrap()), ..Answering::default() }).await;
    let running = tokio::spawn(Arc::clone(&scene.courier).run());
    let wait_for = async |count| {
        let heard = async {
            while scene.carried() < count {
                scene.carrier.heard.notified().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), heard).await.expect("one message waits for another");
    };
    scene.lead().await;
    wait_for(1).await;
    let other = json(&KEY.replace('1', "2"), "").replace("Ana Pop", "Ion");
    assert_eq!(scene.endpoint.submit(other).await.status(), 200);
    wait_for(2).await;
    running.abort();
}
