//! `/confirm/{token}`: a page with a button, and what follows when it is pressed. Looking at it changes nothing.

use std::sync::Arc;

use axum::{
    extract::{Extension, Path, Query, State as Shared},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use leadglass_scoring::Language;
use uuid::Uuid;

use crate::{
    client::Peer,
    confirmation::{Words, is_late},
    link_page::{Choice, link_language, link_page},
    person,
    problem::Problem,
    rate_limit::Purpose,
    report::{Definitions, Report},
    spam::confirm_lead,
    state::State,
    store::{Confirm, StoreError},
};

/// Asks.
pub async fn ask(
    Shared(state): Shared<Arc<State>>,
    Path(token): Path<String>,
    Query(choice): Query<Choice>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let language = language(&choice, &headers);
    let words = Words::of(language);
    let found = lead(&state, &token).await.map_err(|error| state.store_problem(&error, language))?;
    Ok(match found {
        Link::Good(_) => {
            // Back to the address of this page.
            let button = format!("<form method=\"post\"><button type=\"submit\">{}</button></form>", words.button);
            link_page(&state, language, StatusCode::OK, words.ask, &button)
        }
        Link::Late => link_page(&state, language, StatusCode::GONE, words.late, ""),
        Link::Unknown => link_page(&state, language, StatusCode::NOT_FOUND, words.unknown, ""),
    })
}

/// Confirms.
pub async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path(token): Path<String>,
    Query(choice): Query<Choice>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let language = language(&choice, &headers);
    let words = Words::of(language);
    let admitted = state.admit(Purpose::Track, "", peer.map(|Extension(peer)| peer), &headers);
    admitted.map_err(|problem| problem.translated(language))?;
    let failed = |error: StoreError| state.store_problem(&error, language);
    Ok(match lead(&state, &token).await.map_err(failed)? {
        Link::Good(lead) if confirm(&state, lead).await.map_err(failed)? => {
            link_page(&state, language, StatusCode::OK, words.done, "")
        }
        Link::Late => link_page(&state, language, StatusCode::GONE, words.late, ""),
        Link::Good(_) | Link::Unknown => link_page(&state, language, StatusCode::NOT_FOUND, words.unknown, ""),
    })
}

enum Link {
    Good(Uuid),
    Late,
    Unknown,
}

async fn lead(state: &State, token: &str) -> Result<Link, StoreError> {
    Ok(match confirm_lead(state.keys().await?, token) {
        Some((_, until)) if is_late(until, state.clock.now()) => Link::Late,
        Some((lead, _)) => Link::Good(lead),
        None => Link::Unknown,
    })
}

/// Whether there is a lead whose sender was asked. Pressed twice, it was confirmed at first.
async fn confirm(state: &State, id: Uuid) -> Result<bool, StoreError> {
    let store = state.store.as_ref();
    let Some(lead) = store.lead(id).await? else { return Ok(false) };
    let definition = Definitions::new(store).of(&lead).await?;
    let report = Report::new(lead, definition, None);
    let Some(email) = report.email() else { return Ok(false) };
    let (key, at) = (person::confirmed(state.keys().await?, email), state.clock.now());
    let confirmed = store.confirm(&Confirm { lead: id, at, key, event: state.ids.at(at) }).await?;
    state.told.notify_one();
    Ok(confirmed.is_some())
}

fn language(choice: &Choice, headers: &HeaderMap) -> Language {
    link_language(choice.lang.as_deref(), headers).unwrap_or(Language::En)
}

#[cfg(test)]
mod tests {
    use std::{sync::Mutex, time::Duration};

    use async_trait::async_trait;
    use axum::{body::Body, http::Request};
    use leadglass_scoring::Timestamp;

    use super::*;
    use crate::{
        clock::Clock,
        confirmation,
        outbox::{Answer, Carry, Courier, Fault, Letter},
        store::{EventKind, Receiver, Template},
        testing::{Endpoint, FORM, KEY, json, status_and_body},
    };

    /// Keeps what was to be sent.
    #[derive(Default)]
    struct Tray(Mutex<Vec<(Template, Letter)>>);

    #[async_trait]
    impl Carry for Tray {
        async fn carry(&self, receiver: &Receiver, letter: &Letter, _: Timestamp) -> Result<Answer, Fault> {
            self.0.lock().unwrap().push((receiver.template, letter.clone()));
            Ok(Answer { status: 250, retry_after: None })
        }
    }

    const WORDS: &str = "\n[confirmation]\nsubject = { en = \"Is it you?\", ru = \"Это вы?\" }\nvalid_hours = 24\n";

    async fn asking() -> Endpoint {
        let endpoint = Endpoint::with(|settings| {
            settings.public_url = "https://forms.example.org/".into();
            settings.smtp.host = "localhost".into();
        })
        .await;
        endpoint.serve(&[&format!("{FORM}{WORDS}")]).await;
        confirmation::prepare(&endpoint.state).await.unwrap();
        confirmation::prepare(&endpoint.state).await.unwrap();
        assert_eq!(endpoint.state.store.receivers().await.unwrap().len(), 1);
        endpoint
    }

    /// What was sent by now.
    async fn letters(endpoint: &Endpoint) -> Vec<Letter> {
        let tray = Arc::new(Tray::default());
        let courier = Courier::new(Arc::clone(&endpoint.state), Arc::clone(&tray) as Arc<dyn Carry>);
        for (receiver, _) in endpoint.state.store.due().await.unwrap() {
            Arc::clone(&courier).turn(receiver).await;
        }
        let sent = tray.0.lock().unwrap();
        sent.iter().map(|(_, letter)| letter.clone()).collect()
    }

    fn link(letter: &Letter) -> String {
        let line = letter.body.lines().find(|line| line.starts_with("https://")).unwrap();
        line.strip_prefix("https://forms.example.org").unwrap().to_owned()
    }

    async fn press(endpoint: &Endpoint, path: &str) -> (StatusCode, String) {
        status_and_body(endpoint.send(Request::post(path).body(Body::empty()).unwrap()).await).await
    }

    #[tokio::test]
    async fn an_address_is_confirmed_by_a_button_behind_the_link_and_by_looking_at_it_never() {
        let endpoint = asking().await;
        endpoint.submit(json(KEY, r#","language":"ru""#)).await;
        let sent = letters(&endpoint).await;
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].to.as_ref().unwrap().0, "mailto:ana@example.org");
        assert_eq!(sent[0].subject.as_deref(), Some("Это вы?"));
        assert!(
            sent[0].body.contains("«Спросите нас»") && sent[0].body.contains("2026-03-03 10:00 UTC"),
            "{}",
            sent[0].body
        );
        let path = link(&sent[0]);
        let id = endpoint.leads().await[0].id;
        for _ in 0..2 {
            let response = endpoint.get(&path).await;
            assert_eq!(response.headers()["referrer-policy"], "no-referrer");
            let (status, html) = status_and_body(response).await;
            assert!(status == StatusCode::OK && html.contains("method=\"post\"") && html.contains("Да, мой"), "{html}");
        }
        let asked = async || endpoint.state.store.confirmation(id).await.unwrap().unwrap();
        assert_eq!(asked().await.confirmed_at, None);
        endpoint.clock.pass(Duration::from_mins(1));
        let at = endpoint.clock.now();
        for _ in 0..2 {
            let (status, html) = press(&endpoint, &path).await;
            assert!(status == StatusCode::OK && html.contains("Адрес подтверждён"), "{html}");
            endpoint.clock.pass(Duration::from_mins(1));
        }
        assert_eq!(asked().await.confirmed_at, Some(at));
        let events = endpoint.state.store.events(id).await.unwrap();
        let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
        assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::LeadConfirmed).count(), 1, "{kinds:?}");
    }

    #[tokio::test]
    async fn a_link_that_is_late_changed_or_of_a_lead_that_is_gone_confirms_nothing() {
        let endpoint = asking().await;
        endpoint.submit(json(KEY, "")).await;
        let path = link(&letters(&endpoint).await[0]);
        let changed = path.replacen("/confirm/A", "/confirm/B", 1);
        assert_ne!(changed, path);
        for path in [changed.as_str(), "/confirm/x", "/confirm/%F0%9F%91%8B"] {
            assert_eq!(press(&endpoint, path).await.0, StatusCode::NOT_FOUND);
            assert_eq!(endpoint.get(path).await.status(), StatusCode::NOT_FOUND);
        }
        endpoint.clock.pass(Duration::from_hours(25));
        assert_eq!(press(&endpoint, &path).await.0, StatusCode::GONE);
        assert_eq!(endpoint.get(&path).await.status(), StatusCode::GONE);
        let id = endpoint.leads().await[0].id;
        assert_eq!(endpoint.state.store.confirmation(id).await.unwrap().unwrap().confirmed_at, None);
    }

    #[tokio::test]
    async fn whoever_confirms_one_address_under_two_names_is_one_person() {
        let endpoint = asking().await;
        endpoint.submit(json(KEY, "")).await;
        let other = format!("{}2", &KEY[..KEY.len() - 1]);
        endpoint.submit(json(&other, "").replace("Ana Pop", "Ana Rusu")).await;
        let leads: Vec<_> = endpoint.leads().await.into_iter().map(|lead| lead.id).collect();
        let people = async || {
            let persons = endpoint.state.store.persons(&leads).await.unwrap();
            persons.into_iter().map(|(_, person)| person).collect::<std::collections::BTreeSet<_>>().len()
        };
        let sent = letters(&endpoint).await;
        assert_eq!(sent.len(), 2);
        press(&endpoint, &link(&sent[0])).await;
        assert_eq!(people().await, 2);
        press(&endpoint, &link(&sent[1])).await;
        assert_eq!(people().await, 1);
    }

    #[tokio::test]
    async fn nobody_is_asked_by_a_form_without_it_or_where_no_mail_server_is_set() {
        let endpoint = asking().await;
        endpoint.serve(&[FORM]).await;
        endpoint.submit(json(KEY, "")).await;
        assert!(letters(&endpoint).await.is_empty());
        let without = Endpoint::new().await;
        without.serve(&[&format!("{FORM}{WORDS}")]).await;
        confirmation::prepare(&without.state).await.unwrap();
        without.submit(json(KEY, "")).await;
        assert!(without.state.store.receivers().await.unwrap().is_empty());
        let id = without.leads().await[0].id;
        assert_eq!(without.state.store.confirmation(id).await.unwrap(), None);
    }
}
