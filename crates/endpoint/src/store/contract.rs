//! What every store must do, run on a real `SQLite` file.

mod outbox;

use std::{sync::Arc, time::Duration};

use leadglass_scoring::{
    Answers, Channel, Circumstances, Decision, ENGINE, Language, Signal, Timestamp, Touch,
    encoding::{VersionId, encode},
    moment::Moment,
    score, validate,
};
use tempfile::TempDir;
use uuid::Uuid;

use super::{
    Doubt, FormStore, Kept, LeadQuery, LeadStore, NewLead, OutboxStore, OwnerTurns, Page, Store, StoreError,
    TokenStore,
    sqlite::{Options, Sqlite},
};
use crate::{
    forms::Shown,
    testing::{form, options},
    token::{Scope, Token},
};

const AT: Timestamp = Timestamp::from_millis(1_772_445_600_000);

fn open(change: impl FnOnce(&mut Options)) -> (Sqlite, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(folder.path());
    change(&mut options);
    (Sqlite::open(&options).unwrap(), folder)
}

async fn with_form() -> (Sqlite, TempDir) {
    let (store, folder) = open(|_| {});
    store.keep_form(form().definition(), AT).await.unwrap();
    (store, folder)
}

/// Lead number `number`, sent under a key of that number.
fn lead(number: u128, name: &str, at: Timestamp) -> Box<NewLead> {
    let form = form();
    let shown = Shown::of(&form);
    let answers: Answers = [("name", name), ("email", "Ana@Example.org"), ("agree", "yes")].into_iter().collect();
    let lead = validate(&form, &answers, at).unwrap();
    let mut twin = [0; 16];
    twin.copy_from_slice(&VersionId::of(name.as_bytes()).as_bytes()[..16]);
    Box::new(NewLead {
        id: Uuid::from_u128(number),
        form: "enquiry".into(),
        form_version: form.definition().version(),
        shown_version: shown.version,
        card: form.definition().scorecard.id(),
        key: Uuid::from_u128(1_000 + number),
        fingerprint: VersionId::of(name.as_bytes()),
        supersedes: None,
        channel: Channel::Call,
        received_at: at,
        sent_at: Some(at),
        language: Language::Ru,
        answers: encode(&lead.answers(&form)),
        explanation: score(&form, &lead, &circumstances(at)),
        circumstances: circumstances(at),
        moments: vec![Signal { name: "know".into(), at }],
        model: VersionId::of(b"model"),
        folded: name.to_lowercase(),
        score_mismatch: true,
        email: shown.email(&lead),
        twin: Some(twin),
        twins_since: Timestamp::from_millis(at.as_millis() - 600_000),
        page: Page { url: Some("https://a.example/".into()), referrer: None },
        consents: shown.consents(&lead, Language::Ru),
        owners: None,
        doubt: Doubt::default(),
        receipt: format!("receipt {number}").into_bytes(),
    })
}

/// Of each kind one that is not the usual.
fn circumstances(at: Timestamp) -> Circumstances {
    Circumstances {
        signals: vec![Signal { name: "pricing_viewed".into(), at }],
        channel: Some(Channel::Call),
        last_touch: Some(Touch { source: Some("google".into()), ..Touch::default() }),
        moment: Some(Moment::Buy),
        ..Circumstances::at(at)
    }
}

fn later(time: Duration) -> Timestamp {
    Timestamp::from_millis(AT.as_millis() + i64::try_from(time.as_millis()).unwrap())
}

async fn listed(store: &Sqlite) -> Vec<u128> {
    let query = LeadQuery { limit: 100, ..LeadQuery::default() };
    store.leads(&query).await.unwrap().into_iter().map(|lead| lead.id.as_u128()).collect()
}

#[tokio::test]
async fn a_lead_comes_back_as_it_was_kept() {
    let (store, folder) = with_form().await;
    let new = lead(1, "Ana", AT);
    assert_eq!(store.keep_lead(new.clone()).await, Ok(Kept::New(b"receipt 1".to_vec())));
    drop(store);
    let store = Sqlite::open(&options(folder.path())).unwrap();
    let kept = store.lead(new.id).await.unwrap().unwrap();
    assert_eq!(kept.explanation, new.explanation);
    assert_eq!(kept.explanation_bytes, encode(&new.explanation));
    assert_eq!((kept.circumstances, kept.engine.as_deref()), (new.circumstances, Some(ENGINE)));
    assert_eq!(kept.answers.first("email"), "Ana@example.org");
    assert_eq!((kept.form_version, kept.shown_version, kept.card), (new.form_version, new.shown_version, new.card));
    assert_eq!((kept.received_at, kept.sent_at, kept.language), (AT, Some(AT), Language::Ru));
    assert_eq!((kept.moments, kept.model), (new.moments, Some(new.model)));
    assert_eq!((kept.page, kept.score_mismatch, kept.duplicate_of), (new.page, true, None));
    let [consent] = &kept.consents[..] else { panic!("one consent was given: {:?}", kept.consents) };
    assert_eq!((consent.purpose.as_str(), consent.wording.as_str()), ("contact", "Мне можно ответить."));
    assert_eq!(consent.sha256, VersionId::of("Мне можно ответить.".as_bytes()));
    assert_eq!((consent.language, consent.given_at), (Language::Ru, AT));
    assert_eq!(store.lead(Uuid::from_u128(99)).await, Ok(None));
}

#[tokio::test]
async fn a_key_stands_for_one_lead_whoever_sends_it_at_once() {
    let (store, _folder) = with_form().await;
    let store = Arc::new(store);
    let tries = (0..64).map(|number| {
        let store = Arc::clone(&store);
        let mut lead = lead(number, "Ana", AT);
        lead.key = Uuid::from_u128(7);
        tokio::spawn(async move { store.keep_lead(lead).await })
    });
    let mut receipts = Vec::new();
    let mut new = 0;
    for told in tries.collect::<Vec<_>>() {
        receipts.push(match told.await.unwrap().unwrap() {
            Kept::New(receipt) => {
                new += 1;
                receipt
            }
            Kept::Before(sent) => sent.receipt,
            Kept::OtherAnswers => panic!("the answers were the same"),
        });
    }
    assert_eq!(new, 1);
    assert!(receipts.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(listed(&store).await.len(), 1);
}

#[tokio::test]
async fn a_key_does_not_stand_for_other_answers() {
    let (store, _folder) = with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    let mut other = lead(2, "Ion", AT);
    other.key = Uuid::from_u128(1_001);
    assert_eq!(store.keep_lead(other).await, Ok(Kept::OtherAnswers));
    let sent = store.sent_under("enquiry", Uuid::from_u128(1_001)).await.unwrap().unwrap();
    assert_eq!((sent.receipt, sent.decision), (b"receipt 1".to_vec(), Decision::Nurture));
    assert_eq!(store.sent_under("enquiry", Uuid::from_u128(1)).await, Ok(None));
}

#[tokio::test]
async fn equal_answers_within_the_window_are_a_twin_of_the_first() {
    let (store, _folder) = with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    store.keep_lead(lead(2, "Ana", later(Duration::from_mins(5)))).await.unwrap();
    store.keep_lead(lead(3, "Ana", later(Duration::from_mins(10)))).await.unwrap();
    store.keep_lead(lead(4, "Ion", later(Duration::from_mins(10)))).await.unwrap();
    let twin = store.lead(Uuid::from_u128(2)).await.unwrap().unwrap();
    assert_eq!(twin.duplicate_of, Some(Uuid::from_u128(1)));
    let third = store.lead(Uuid::from_u128(3)).await.unwrap().unwrap();
    assert_eq!(third.duplicate_of, Some(Uuid::from_u128(1)));
    assert_eq!(listed(&store).await, [4, 1]);
    store.keep_lead(lead(5, "Ana", later(Duration::from_secs(1_300)))).await.unwrap();
    assert_eq!(listed(&store).await, [5, 4, 1]);
}

#[tokio::test]
async fn a_lead_that_was_replaced_is_not_listed() {
    let (store, _folder) = with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    let mut changed = lead(2, "Ana Pop", AT);
    changed.supersedes = Some(Uuid::from_u128(1_001));
    store.keep_lead(changed).await.unwrap();
    assert_eq!(listed(&store).await, [2]);
}

fn owned(number: u128, name: &str, at: Timestamp, owners: &[&str]) -> Box<NewLead> {
    let owners = owners.iter().map(|&owner| owner.to_owned()).collect();
    let turns = OwnerTurns { rule: "everywhere".into(), owners };
    Box::new(NewLead { owners: Some(turns), ..*lead(number, name, at) })
}

async fn owner_of(store: &Sqlite, number: u128) -> Option<String> {
    store.lead(Uuid::from_u128(number)).await.unwrap().unwrap().owner
}

#[tokio::test]
async fn owners_take_leads_in_turn_and_a_restart_forgets_no_turn() {
    const TWO: &[&str] = &["Lidia", "Andrei"];
    let (store, folder) = with_form().await;
    store.keep_lead(owned(1, "Ana", AT, TWO)).await.unwrap();
    store.keep_lead(owned(2, "Ion", AT, TWO)).await.unwrap();
    store.keep_lead(owned(3, "Eva", AT, TWO)).await.unwrap();
    drop(store);
    let store = Sqlite::open(&options(folder.path())).unwrap();
    store.keep_lead(owned(4, "Dan", AT, TWO)).await.unwrap();
    // Another rule counts for itself, and one owner takes all.
    let mut other = owned(5, "Olga", AT, &["Vera", "Mihai"]);
    other.owners.as_mut().unwrap().rule = "abroad".into();
    store.keep_lead(other).await.unwrap();
    store.keep_lead(owned(6, "Pavel", AT, &["Igor"])).await.unwrap();
    store.keep_lead(lead(7, "Radu", AT)).await.unwrap();
    store.keep_lead(owned(8, "Sanda", AT, TWO)).await.unwrap();
    let mut owners = Vec::new();
    for number in 1..=8 {
        owners.push(owner_of(&store, number).await.unwrap_or_default());
    }
    assert_eq!(owners, ["Lidia", "Andrei", "Lidia", "Andrei", "Vera", "Igor", "", "Lidia"]);
}

#[tokio::test]
async fn what_is_said_again_takes_no_turn_and_stays_with_its_owner() {
    const TWO: &[&str] = &["Lidia", "Andrei"];
    let (store, _folder) = with_form().await;
    store.keep_lead(owned(1, "Ana", AT, TWO)).await.unwrap();
    // A try again, other answers under the same key, a twin, and an edit
    assert!(matches!(store.keep_lead(owned(1, "Ana", AT, TWO)).await, Ok(Kept::Before(_))));
    let mut other = owned(2, "Ion", AT, TWO);
    other.key = Uuid::from_u128(1_001);
    assert_eq!(store.keep_lead(other).await, Ok(Kept::OtherAnswers));
    store.keep_lead(owned(3, "Ana", AT, TWO)).await.unwrap();
    let mut edited = owned(4, "Ana Pop", AT, TWO);
    edited.supersedes = Some(Uuid::from_u128(1_001));
    store.keep_lead(edited).await.unwrap();
    // One that fails takes none either.
    let mut stray = owned(5, "Eva", AT, TWO);
    stray.form_version = VersionId::of(b"nothing");
    assert!(store.keep_lead(stray).await.is_err());
    store.keep_lead(owned(6, "Dan", AT, TWO)).await.unwrap();
    let owner = async |number| owner_of(&store, number).await.unwrap();
    assert_eq!((owner(1).await, owner(3).await, owner(4).await), ("Lidia".into(), "Lidia".into(), "Lidia".into()));
    assert_eq!(owner(6).await, "Andrei");
    // An owner whom the rule names no longer gives the lead up.
    let mut edited = owned(7, "Ana Popa", AT, &["Andrei", "Vera"]);
    edited.supersedes = Some(Uuid::from_u128(1_004));
    store.keep_lead(edited).await.unwrap();
    assert_eq!(owner(7).await, "Andrei");
}

#[tokio::test]
async fn a_crowd_at_once_is_shared_out_evenly() {
    let (store, _folder) = with_form().await;
    let store = Arc::new(store);
    let tries = (0..60).map(|number| {
        let store = Arc::clone(&store);
        let lead = owned(number, &format!("Ana {number}"), AT, &["Lidia", "Andrei", "Vera"]);
        tokio::spawn(async move { store.keep_lead(lead).await })
    });
    for told in tries.collect::<Vec<_>>() {
        assert!(matches!(told.await.unwrap(), Ok(Kept::New(_))));
    }
    let query = LeadQuery { limit: 100, ..LeadQuery::default() };
    let leads = store.leads(&query).await.unwrap();
    for owner in ["Lidia", "Andrei", "Vera"] {
        assert_eq!(leads.iter().filter(|lead| lead.owner.as_deref() == Some(owner)).count(), 20, "{owner}");
    }
}

#[tokio::test]
async fn leads_of_another_workspace_are_not_there() {
    let (store, folder) = with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    let elsewhere = Sqlite::open(&Options { workspace: "other".into(), ..options(folder.path()) }).unwrap();
    assert_eq!(listed(&elsewhere).await, [0; 0]);
    assert_eq!(elsewhere.lead(Uuid::from_u128(1)).await, Ok(None));
    assert_eq!(elsewhere.sent_under("enquiry", Uuid::from_u128(1_001)).await, Ok(None));
    assert_eq!(elsewhere.shown_versions("enquiry").await, Ok(Vec::new()));
}

#[tokio::test]
async fn leads_are_found_by_form_and_decision() {
    let (store, _folder) = with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    let count = async |form: Option<&str>, decision| {
        let query = LeadQuery { form: form.map(str::to_owned), decision, limit: 9, ..LeadQuery::default() };
        store.leads(&query).await.unwrap().len()
    };
    assert_eq!(count(Some("enquiry"), Some(Decision::Nurture)).await, 1);
    assert_eq!(count(Some("enquiry"), Some(Decision::Accept)).await, 0);
    assert_eq!(count(Some("other"), None).await, 0);
}

#[tokio::test]
async fn every_version_of_a_form_is_kept_once() {
    let (store, _folder) = with_form().await;
    let first = form().definition().clone();
    let mut second = first.clone();
    second.scorecard.criteria[1].conditions[0].points = leadglass_scoring::Points::from_milli(1);
    for definition in [&first, &second, &first] {
        store.keep_form(definition, AT).await.unwrap();
    }
    // The change was secret, so pages know one version.
    assert_eq!(store.shown_versions("enquiry").await.unwrap(), [first.public().version()]);
    assert_eq!(store.definition("enquiry", second.version()).await, Ok(Some(second.clone())));
    let shown = store.shown_definition("enquiry", first.public().version()).await.unwrap().unwrap();
    assert_eq!(shown.public(), first.public());
    assert_eq!(store.definition("enquiry", VersionId::of(b"")).await, Ok(None));
}

#[tokio::test]
async fn a_lead_of_a_form_that_was_never_kept_is_refused_and_its_group_is_not() {
    let (store, _folder) = with_form().await;
    let mut stray = lead(1, "Ana", AT);
    stray.form_version = VersionId::of(b"nothing");
    let (refused, kept) = tokio::join!(store.keep_lead(stray), store.keep_lead(lead(2, "Ion", AT)));
    assert!(matches!(refused, Err(StoreError::Failed(_))), "{refused:?}");
    assert!(matches!(kept, Ok(Kept::New(_))), "{kept:?}");
    assert_eq!(listed(&store).await, [2]);
}

#[tokio::test]
async fn a_database_that_another_program_holds_is_busy_and_takes_leads_again_later() {
    let (store, folder) = with_form().await;
    let other = rusqlite::Connection::open(options(folder.path()).path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(store.keep_lead(lead(1, "Ana", AT)).await, Err(StoreError::Busy));
    other.execute_batch("ROLLBACK").unwrap();
    assert!(matches!(store.keep_lead(lead(1, "Ana", AT)).await, Ok(Kept::New(_))));
}

#[tokio::test]
async fn a_full_database_refuses_and_keeps_what_it_acknowledged() {
    let (store, _folder) = open(|options| options.pages_limit = 80);
    store.keep_form(form().definition(), AT).await.unwrap();
    let mut acknowledged = Vec::new();
    for number in 1_u32..1_000 {
        match store.keep_lead(lead(number.into(), &format!("Ana {number}"), AT)).await {
            Ok(_) => acknowledged.push(u128::from(number)),
            Err(error) => {
                assert_eq!(error, StoreError::Full);
                break;
            }
        }
    }
    assert!(acknowledged.len() < 999);
    let mut found = listed(&store).await;
    found.reverse();
    acknowledged.truncate(found.len());
    assert!(!found.is_empty());
    for id in &acknowledged {
        assert!(store.lead(Uuid::from_u128(*id)).await.unwrap().is_some(), "lead {id} was acknowledged");
    }
}

#[tokio::test]
async fn the_file_is_its_owners_alone_and_of_a_version_we_know() {
    let (store, folder) = with_form().await;
    let path = options(folder.path()).path;
    #[cfg(unix)]
    for suffix in ["", "-wal", "-shm"] {
        use std::os::unix::fs::PermissionsExt;
        let mut name = path.clone().into_os_string();
        name.push(suffix);
        let mode = std::fs::metadata(&name).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", name.display());
    }
    assert_eq!(store.check().await, Ok(()));
    let other = rusqlite::Connection::open(&path).unwrap();
    other.pragma_update(None, "user_version", 99).unwrap();
    assert!(store.check().await.is_err());
    assert!(Sqlite::open(&options(folder.path())).is_err());
    assert!(Sqlite::open_reading(&path, "default").is_err());
    assert!(Sqlite::open_reading(&folder.path().join("missing.sqlite"), "default").is_err());
}

#[tokio::test]
async fn a_database_of_the_first_version_is_brought_up_to_date_and_read() {
    let (store, folder) = with_form().await;
    let new = lead(1, "Ana", AT);
    store.keep_lead(new.clone()).await.unwrap();
    drop(store);
    let options = options(folder.path());
    let connection = rusqlite::Connection::open(&options.path).unwrap();
    let back = "DROP TABLE tracked_signal; DROP TABLE delivery; DROP TABLE receiver_secret; DROP TABLE receiver; DROP TABLE event; \
                DROP INDEX lead_listed; DROP INDEX lead_listed_of_form; DROP INDEX lead_mismatched; \
                DROP TABLE lead_text; DROP TABLE token; DROP TABLE outcome; DROP TABLE cost; \
                ALTER TABLE lead DROP COLUMN moment; ALTER TABLE lead DROP COLUMN moments; \
                ALTER TABLE lead DROP COLUMN model; DROP TABLE secret; DROP TABLE spent_challenge; DROP TABLE judgement; DROP INDEX lead_held; \
                ALTER TABLE lead DROP COLUMN signs; ALTER TABLE lead DROP COLUMN held_bytes; \
                DROP INDEX form_version_card; ALTER TABLE lead DROP COLUMN circumstances; \
                ALTER TABLE lead DROP COLUMN engine; ALTER TABLE lead DROP COLUMN owner; \
                DROP TABLE owner_turn; PRAGMA user_version = 1";
    connection.execute_batch(back).unwrap();
    drop(connection);
    let told = Sqlite::open_reading(&options.path, &options.workspace).err().unwrap().to_string();
    assert!(told.contains("`leadglass serve` brings it up to date"), "{told}");
    drop(Sqlite::open(&options).unwrap());
    let store = Sqlite::open_reading(&options.path, &options.workspace).unwrap();
    let kept = store.lead(new.id).await.unwrap().unwrap();
    let judged_by = Circumstances {
        channel: Some(Channel::Call),
        signals: new.circumstances.signals.clone(),
        ..Circumstances::at(AT)
    };
    assert_eq!((kept.circumstances, kept.engine), (judged_by, None));
    assert_eq!(kept.explanation, new.explanation);
    // Who is told of leads from now on can be told of this one, too.
    assert_eq!(store.events(new.id).await.unwrap(), [new.came()]);
}

#[tokio::test]
async fn every_version_is_listed_and_every_lead_comes_in_order() {
    let (store, _folder) = with_form().await;
    let edited = crate::testing::parse(&crate::testing::FORM.replace("points = 7.5", "points = 8"));
    let then = later(Duration::from_mins(1));
    store.keep_form(edited.definition(), then).await.unwrap();
    let versions = store.versions().await.unwrap();
    let kept: Vec<_> = versions.iter().map(|kept| (kept.version, kept.card, kept.kept_at)).collect();
    let expected = [(&edited, then), (&form(), AT)]
        .map(|(form, at)| (form.definition().version(), form.definition().scorecard.id(), at));
    assert_eq!(kept, expected);
    for number in 1..=5 {
        store.keep_lead(lead(number, "Ana", AT)).await.unwrap();
    }
    let first = store.leads_after(None, 0, 3).await.unwrap();
    let (last, _) = first.last().unwrap();
    let rest = store.leads_after(Some("enquiry"), *last, 3).await.unwrap();
    let ids: Vec<u128> = first.iter().chain(&rest).map(|(_, lead)| lead.id.as_u128()).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5]);
    assert_eq!(store.leads_after(Some("other"), 0, 3).await, Ok(vec![]));
}

#[tokio::test]
async fn a_token_is_found_by_its_hash_in_its_workspace_until_it_is_asked_for_no_more() {
    let (store, folder) = with_form().await;
    let sha256 = VersionId::of(b"secret");
    let token = Token {
        id: Uuid::from_u128(1),
        name: "crm".into(),
        scopes: [Scope::LeadsRead, Scope::Export].into(),
        created_at: AT,
        expires_at: Some(later(Duration::from_hours(24))),
        revoked_at: None,
        last_used_at: None,
    };
    store.keep_token(&token, sha256).await.unwrap();
    assert_eq!(store.token(sha256).await, Ok(Some(token.clone())));
    assert_eq!(store.token(VersionId::of(b"other")).await, Ok(None));
    let elsewhere = Sqlite::open(&Options { workspace: "other".into(), ..options(folder.path()) }).unwrap();
    assert_eq!(elsewhere.token(sha256).await, Ok(None));
    assert_eq!(elsewhere.revoke_token(token.id, AT).await, Ok(false));
    store.token_used(token.id, AT).await.unwrap();
    assert_eq!(store.revoke_token(token.id, later(Duration::from_mins(1))).await, Ok(true));
    assert_eq!(store.revoke_token(token.id, later(Duration::from_mins(2))).await, Ok(true));
    let ended = Token { revoked_at: Some(later(Duration::from_mins(1))), last_used_at: Some(AT), ..token };
    assert_eq!(store.tokens().await, Ok(vec![ended]));
}
