//! What every store must do with what is sealed.

use std::{fmt::Write, fs, sync::Arc, time::Duration};

use leadglass_scoring::Touch;
use uuid::Uuid;

use super::{AT, Place, later, lead, listed, over_both};
use crate::{
    clock::SystemIds,
    store::{
        About, Doubt, Erase, Kept, KeptLead, LeadQuery, NewJudgement, NewLead, NewMerge, Sealed, SealedAgain, Store,
        StoreError, Why, WhyErased, sqlite::backup::back_up,
    },
    testing::options,
};

over_both! {
    s24_no_byte_of_what_people_said_is_in_the_database_its_log_or_a_copy
    s24_leads_from_before_stay_readable_and_are_sealed_without_a_trace
    s24_leads_move_to_another_key_while_others_are_taken_and_after_an_interruption
    s24_a_value_that_was_changed_or_moved_is_told_and_the_others_are_read
    s24_keys_that_are_missing_or_wrong_are_told_at_the_start
}

const CANARY: &str = "zq7canary";

fn personal(number: u128) -> Box<NewLead> {
    let mut lead =
        lead(number, &format!("Ana {CANARY}{number}"), later(Duration::from_mins(number.try_into().unwrap())));
    lead.email = Some(format!("{CANARY}{number}@example.org"));
    lead.page.url = Some(format!("https://shop.example/{CANARY}"));
    lead.page.referrer = Some(format!("https://{CANARY}.example/"));
    lead.circumstances.last_touch = Some(Touch { term: Some(CANARY.into()), ..Touch::default() });
    lead
}

fn again(of: &NewLead, why: Why) -> Box<NewJudgement> {
    Box::new(NewJudgement {
        lead: of.id,
        at: later(Duration::from_hours(1)),
        why,
        form_version: of.form_version,
        card: of.card,
        circumstances: of.circumstances.clone(),
        explanation: of.explanation.clone(),
        twins_within_ms: 0,
        owners: None,
        confirms: None,
        event: Uuid::from_u128(77),
        tracked: None,
    })
}

/// Of each kind one: a lead, one that is held, one that was judged again, and a note on two.
async fn fill(store: &dyn Store, from: u128) {
    for number in from..from + 3 {
        let mut lead = personal(number);
        lead.doubt = Doubt { held: number == from + 1, ..Doubt::default() };
        assert!(matches!(store.keep_lead(lead.clone()).await, Ok(Kept::New(_))));
        if number == from + 2 {
            assert_eq!(store.judge_again(again(&lead, Why::Signals)).await, Ok(true));
        }
    }
    let leads = [from, from + 2].map(Uuid::from_u128);
    let why = Some(format!("they are {CANARY}"));
    let merge = NewMerge { id: Uuid::from_u128(500 + from), leads, at: AT, by: "Lidia".into(), why };
    store.merge(&merge).await.unwrap();
    store.secret("gate", *b"zq7canary, a secret of 32 bytes.").await.unwrap();
}

/// All that is kept of these leads.
async fn all(store: &dyn Store, numbers: impl Iterator<Item = u128>) -> Vec<(KeptLead, String)> {
    let mut found = Vec::new();
    for number in numbers {
        let id = Uuid::from_u128(number);
        let earlier = store.earlier_judgements(id).await.unwrap();
        let person = store.person(id).await.unwrap();
        let sent = store.sent_under("enquiry", Uuid::from_u128(1_000 + number)).await.unwrap();
        found.push((store.lead(id).await.unwrap().unwrap(), format!("{earlier:?} {person:?} {sent:?}")));
    }
    found
}

/// Everything that the database has, with what is not text in hexadecimal digits too.
async fn bytes(place: &Place) -> String {
    let mut text = String::new();
    let Some(address) = &place.server else {
        for file in fs::read_dir(place.folder.path()).unwrap() {
            text.push_str(&String::from_utf8_lossy(&fs::read(file.unwrap().path()).unwrap()).to_lowercase());
        }
        return text;
    };
    let (client, connection) = tokio_postgres::connect(address, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let tables = "SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = current_schema()";
    for table in client.query(tables, &[]).await.unwrap() {
        let sql = format!("SELECT it::text FROM {} AS it", table.get::<_, &str>(0));
        for row in client.query(&sql, &[]).await.unwrap() {
            writeln!(text, "{}", row.get::<_, &str>(0).to_lowercase()).unwrap();
        }
    }
    let hexadecimal = CANARY.bytes().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    text.replace(&hexadecimal, CANARY)
}

async fn execute(place: &Place, sql: &str) {
    match &place.server {
        None => {
            let other = rusqlite::Connection::open(options(place.folder.path()).path).unwrap();
            other.busy_timeout(Duration::from_secs(10)).unwrap();
            other.execute_batch(sql).unwrap();
        }
        Some(address) => {
            let (client, connection) = tokio_postgres::connect(address, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            client.batch_execute(sql).await.unwrap();
        }
    }
}

async fn seal_all_again(store: &dyn Store) -> SealedAgain {
    let (mut all, mut after) = (SealedAgain::default(), 0);
    loop {
        let again = store.seal_again(after, 2).await.unwrap();
        let Some(last) = again.last else { break };
        after = last;
        all.leads += again.leads;
        all.broken.extend(again.broken);
    }
    store.seal_rest_again().await.unwrap();
    all
}

fn under(counts: &[(&str, u64)]) -> Vec<(Option<String>, u64)> {
    counts.iter().map(|(id, count)| (Some((*id).to_owned()), *count)).collect()
}

async fn s24_no_byte_of_what_people_said_is_in_the_database_its_log_or_a_copy(place: Place) {
    let place = place.sealed();
    let store = place.with_form().await;
    fill(store.as_ref(), 1).await;
    if place.server.is_none() {
        let path = options(place.folder.path()).path;
        back_up(&path, &place.folder.path().join("copy"), Duration::from_secs(5)).unwrap();
    }
    let kept = bytes(&place).await;
    assert!(kept.contains("enquiry") && !kept.contains(CANARY), "it is in {} bytes", kept.len());
    for (number, (lead, _)) in (1..=3).zip(all(store.as_ref(), 1..=3).await) {
        let new = personal(number);
        assert_eq!(
            (&lead.explanation, &lead.circumstances, &lead.page),
            (&new.explanation, &new.circumstances, &new.page)
        );
        assert_eq!(lead.answers.first("name"), format!("Ana {CANARY}{number}"));
    }
    assert_eq!(store.sealed().await.unwrap(), Sealed { leads: under(&[("first", 3)]), others: under(&[("first", 3)]) });
    let words = LeadQuery { texts: vec![CANARY.into()], limit: 9, ..LeadQuery::default() };
    assert!(store.leads(&words).await.unwrap_err().to_string().contains("words can't be searched for"));
}

async fn s24_leads_from_before_stay_readable_and_are_sealed_without_a_trace(place: Place) {
    let store = place.with_form().await;
    fill(store.as_ref(), 1).await;
    let before = all(store.as_ref(), 1..=3).await;
    drop(store);
    assert!(bytes(&place).await.contains(CANARY));
    let place = place.sealed();
    let store = place.open().await;
    fill(store.as_ref(), 11).await;
    assert_eq!(all(store.as_ref(), 1..=3).await, before);
    // Sent again, a lead from before is known, and each is found by its address.
    assert!(matches!(store.keep_lead(personal(1)).await, Ok(Kept::Before(_))));
    let of = |number: u128| About::Email(format!("{CANARY}{number}@example.org"));
    for number in [1, 11] {
        assert_eq!(store.about(&of(number)).await, Ok(vec![Uuid::from_u128(number)]));
        let query =
            LeadQuery { email: Some(format!("{CANARY}{number}@example.org")), limit: 9, ..LeadQuery::default() };
        let found: Vec<u128> = store.leads(&query).await.unwrap().iter().map(|lead| lead.id.as_u128()).collect();
        assert_eq!(found, [number]);
    }
    assert_eq!(store.sealed().await.unwrap().left("first"), 3);
    let after = all(store.as_ref(), 11..=13).await;
    assert_eq!(seal_all_again(store.as_ref()).await, SealedAgain { last: None, leads: 3, broken: vec![] });
    assert_eq!(store.write_files_again().await, Ok(true));
    assert!(!bytes(&place).await.contains(CANARY));
    assert_eq!(store.sealed().await.unwrap(), Sealed { leads: under(&[("first", 6)]), others: under(&[("first", 4)]) });
    assert_eq!((all(store.as_ref(), 1..=3).await, all(store.as_ref(), 11..=13).await), (before, after));
    assert_eq!(store.secret("gate", [0; 32]).await, Ok(*b"zq7canary, a secret of 32 bytes."));
    // The twin of one that was sealed later is known, too.
    let mut twin = personal(4);
    (twin.email, twin.twin, twin.received_at) = (personal(1).email, personal(1).twin, later(Duration::from_mins(2)));
    store.keep_lead(twin).await.unwrap();
    assert_eq!(store.lead(Uuid::from_u128(4)).await.unwrap().unwrap().duplicate_of, Some(Uuid::from_u128(1)));
    let erase = Erase { about: of(1), why: WhyErased::Asked, at: AT, ids: Arc::new(SystemIds) };
    assert_eq!(store.erase(erase).await.unwrap().len(), 2);
    assert_eq!(listed(store.as_ref()).await, [13, 11, 3]);
}

async fn s24_leads_move_to_another_key_while_others_are_taken_and_after_an_interruption(place: Place) {
    let place = place.with_keys(&[("old", 1)]);
    let store = place.with_form().await;
    fill(store.as_ref(), 1).await;
    let before = all(store.as_ref(), 1..=3).await;
    drop(store);
    let place = place.with_keys(&[("new", 2), ("old", 1)]);
    let store = place.open().await;
    let first = store.seal_again(0, 2).await.unwrap();
    assert_eq!((first.leads, first.last), (2, Some(2)));
    // It ends here, and what was done is done.
    drop(store);
    let store = place.open().await;
    assert_eq!(all(store.as_ref(), 1..=3).await, before);
    fill(store.as_ref(), 11).await;
    let (third, mut counts) = (personal(3), store.sealed().await.unwrap().leads);
    counts.sort();
    assert_eq!(counts, under(&[("new", 5), ("old", 1)]));
    // Judged again, a lead stays under its key until its turn comes.
    assert_eq!(store.judge_again(again(&third, Why::Signals)).await, Ok(true));
    assert_eq!(store.sealed().await.unwrap().left("new"), 1);
    let before = all(store.as_ref(), 1..=3).await;
    assert_eq!(seal_all_again(store.as_ref()).await, SealedAgain { last: None, leads: 1, broken: vec![] });
    drop(store);
    let place = place.with_keys(&[("new", 2)]);
    let store = place.open().await;
    assert_eq!(all(store.as_ref(), 1..=3).await, before);
    assert_eq!(store.about(&About::Email(format!("{CANARY}2@example.org"))).await, Ok(vec![Uuid::from_u128(2)]));
}

async fn s24_a_value_that_was_changed_or_moved_is_told_and_the_others_are_read(place: Place) {
    let place = place.with_keys(&[("old", 1)]);
    let store = place.with_form().await;
    for number in 1..=4 {
        store.keep_lead(personal(number)).await.unwrap();
    }
    let moved = "UPDATE lead SET answers = (SELECT answers FROM lead WHERE number = 2) WHERE number = 1; \
                 UPDATE lead SET explanation = circumstances WHERE number = 3; \
                 UPDATE lead SET sealed_under = NULL WHERE number = 4;";
    execute(&place, moved).await;
    for (number, column) in [(1, "answers"), (3, "explanation")] {
        let told = store.lead(Uuid::from_u128(number)).await.unwrap_err();
        assert!(
            matches!(&told, StoreError::Failed(told) if told.starts_with(&format!("`{column}` does not open"))),
            "{told}"
        );
    }
    assert!(matches!(store.lead(Uuid::from_u128(4)).await, Err(StoreError::Failed(_))));
    assert!(store.lead(Uuid::from_u128(2)).await.is_ok());
    execute(&place, "UPDATE lead SET sealed_under = 'old' WHERE number = 4").await;
    assert!(store.lead(Uuid::from_u128(4)).await.is_ok());
    drop(store);
    let place = place.with_keys(&[("new", 2), ("old", 1)]);
    let store = place.open().await;
    let broken = [1, 3].map(Uuid::from_u128).to_vec();
    assert_eq!(seal_all_again(store.as_ref()).await, SealedAgain { last: None, leads: 2, broken });
    assert_eq!(store.sealed().await.unwrap().left("new"), 2);
    assert!(store.lead(Uuid::from_u128(2)).await.is_ok());
}

async fn s24_keys_that_are_missing_or_wrong_are_told_at_the_start(place: Place) {
    let mut place = place.with_keys(&[("a", 1)]);
    let store = place.with_form().await;
    store.keep_lead(personal(1)).await.unwrap();
    drop(store);
    for (keys, expected) in [
        (&[][..], "it is encrypted, and `encryption_keys` names no file of keys"),
        (&[("b", 2)], "under the key `a`, which the file of keys (`encryption_keys`) does not have"),
        (&[("a", 2)], "the key is another one of that name"),
    ] {
        place = place.with_keys(keys);
        let told = place.try_open("default").await.err().unwrap().to_string();
        assert!(told.contains(expected), "{told}");
        // Another workspace has nothing sealed.
        assert!(place.try_open(expected).await.is_ok());
    }
    // Also where the secrets are gone that are sealed beside leads.
    execute(&place, "DELETE FROM secret").await;
    assert!(place.try_open("default").await.is_err());
    let place = place.with_keys(&[("b", 2), ("a", 1)]);
    assert!(place.try_open("default").await.unwrap().lead(Uuid::from_u128(1)).await.unwrap().is_some());
}
