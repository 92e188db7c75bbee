//! Tables as tools write them, through the door and into a database.

use std::{fs, path::Path};

use tempfile::TempDir;

use super::*;
use crate::{
    assets::Assets,
    clock::to_rfc3339,
    import::map::Tool,
    privacy,
    store::{About, KeptLead, LostReason, Outcome},
    testing::{Endpoint, FORM, parse},
};

/// The form of all tests, with a question that has several answers, which nobody must allow anything.
fn form() -> String {
    let topics = "[[field]]\nid = \"topics\"\nkind = \"multi_select\"\nlabel = { en = \"What is it about?\", ru = \"О чём?\" }\n\
        options = [\n  { id = \"oak\", label = { en = \"Oak doors\", ru = \"Дубовые двери\" } },\n  \
        { id = \"ash\", label = { en = \"Ash, light\", ru = \"Ясень\" } },\n]\n\n";
    let phone = "[[field]]\nid = \"tel\"\nkind = \"phone\"\nlabel = { en = \"Phone\", ru = \"Телефон\" }\n\n";
    let with_more = FORM.replace("[[field]]\nid = \"agree\"", &format!("{topics}{phone}[[field]]\nid = \"agree\""));
    with_more.replace("kind = \"consent\"\nrequired = true", "kind = \"consent\"")
}

struct Done {
    summary: Result<Summary, String>,
    /// `line column what`
    faults: Vec<String>,
    rejected: String,
}

struct Table<'e> {
    endpoint: &'e Endpoint,
    map: Map,
    is_ready: bool,
    tell: bool,
    folder: TempDir,
}

impl<'e> Table<'e> {
    fn by(endpoint: &'e Endpoint, map: &str) -> Self {
        let map = Map::parse(map).unwrap_or_else(|error| panic!("{error}"));
        Self { endpoint, map, is_ready: false, tell: false, folder: tempfile::tempdir().unwrap() }
    }

    fn from(endpoint: &'e Endpoint, tool: Tool) -> Self {
        Self { is_ready: true, ..Self::by(endpoint, tool.source()) }
    }

    fn import(&self, door: Door) -> Import {
        Import {
            door,
            clock: Arc::clone(&self.endpoint.clock) as Arc<dyn Clock>,
            live: self.endpoint.state.forms.get("enquiry").unwrap(),
            map: self.map.clone(),
            is_ready: self.is_ready,
            language: None,
            tell: self.tell,
        }
    }

    async fn run(&self, table: &str) -> Done {
        self.run_at(Door::In(Arc::clone(&self.endpoint.state)), table).await
    }

    async fn run_at(&self, door: Door, table: &str) -> Done {
        let path = self.folder.path().join("rejected.csv");
        let _ = fs::remove_file(&path);
        let (mut rejected, mut faults) = (Rejected::new(Some(&path)).unwrap(), Vec::new());
        let mut told = |line: u64, fault: &Fault| {
            faults.push(format!("{line} {} {}", fault.column.as_deref().unwrap_or("-"), fault.what));
        };
        let summary = self.import(door).run(table.as_bytes(), &mut rejected, |_| (), &mut told).await;
        rejected.end().unwrap();
        Done { summary: summary.map_err(|error| error.to_string()), faults, rejected: read(&path) }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

async fn endpoint() -> Endpoint {
    let endpoint = Endpoint::new().await;
    endpoint.serve(&[&form()]).await;
    endpoint
}

fn counts(done: &Done) -> (u64, u64, u64, u64) {
    let summary = done.summary.as_ref().unwrap();
    (summary.rows, summary.new.iter().sum(), summary.before, summary.rejected)
}

fn named<'l>(leads: &'l [KeptLead], name: &str) -> &'l KeptLead {
    leads.iter().find(|lead| lead.answers.first("name") == name).unwrap_or_else(|| panic!("there is no {name}"))
}

const HUBSPOT: &str = "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Create Date,Lifecycle Stage,Original Traffic Source,Budget\n\
    101,Ana,Pop,Ana@Example.org,'+37369123456,Lidia,NEW,2025-11-03 09:14,Customer,Organic search,12 000 EUR\n\
    102,Ion,,ion@example.org,,,OPEN,2025-11-04 10:00,Lead,,\n\
    103,Eva,Rus,nobody,,,,2025-13-04,Lead,,\n";

#[tokio::test]
async fn contacts_of_hubspot_are_leads_with_their_time_touch_and_outcome() {
    let endpoint = endpoint().await;
    let done = Table::from(&endpoint, Tool::Hubspot).run(HUBSPOT).await;
    assert_eq!(counts(&done), (3, 2, 0, 1));
    // All that is wrong with a row is told at once
    assert_eq!(done.faults.len(), 2, "{:?}", done.faults);
    assert_eq!(done.faults[0], "4 Create Date it is no time that has been; write it as 2026-03-02 10:00");
    assert!(done.faults[1].starts_with("4 Email The @ is missing."), "{:?}", done.faults);
    let leads = endpoint.leads().await;
    let ana = named(&leads, "Ana Pop");
    assert_eq!((ana.channel.as_str(), ana.answers.first("tel")), ("import", "+37369123456"));
    assert_eq!(to_rfc3339(ana.sent_at.unwrap()), "2025-11-03T09:14:00.000Z");
    assert_eq!(ana.received_at, endpoint.clock.now());
    assert_eq!(ana.explanation.decision, Decision::Accept);
    let touch = ana.circumstances.first_touch.as_ref().unwrap();
    assert_eq!(touch.medium.as_deref(), Some("Organic search"));
    let noted = endpoint.state.store.outcomes(&[ana.id, named(&leads, "Ion").id]).await.unwrap();
    assert_eq!((noted.len(), noted[0].outcome, noted[0].at), (1, Outcome::Won(None), ana.sent_at.unwrap()));
}

#[tokio::test]
async fn what_is_imported_twice_is_one_lead_and_a_mended_row_is_another() {
    let endpoint = endpoint().await;
    let table = Table::from(&endpoint, Tool::Hubspot);
    let first = table.run(HUBSPOT).await;
    assert_eq!(counts(&table.run(HUBSPOT).await), (3, 0, 2, 1));
    assert_eq!(endpoint.leads().await.len(), 2);
    // What was rejected says why, in a column that is passed over once it is mended.
    assert!(first.rejected.contains(PROBLEMS) && first.rejected.contains("103,Eva,Rus,nobody"), "{}", first.rejected);
    let mended = first.rejected.replace("2025-13-04", "2025-11-05");
    let again = table.run(&mended).await;
    assert_eq!(again.faults, ["2 Email The @ is missing. Write the address like name@example.com. (email.missing_at)"]);
    assert_eq!(again.rejected.matches(PROBLEMS).count(), 1, "{}", again.rejected);
    let mended = again.rejected.replace("nobody", "eva@example.org");
    assert_eq!(counts(&table.run(&mended).await), (1, 1, 0, 0));
    assert_eq!(endpoint.leads().await.len(), 3);
    // A later export of the same contact, who is a customer now and gave another budget.
    let later = HUBSPOT.replace("OPEN,2025-11-04 10:00,Lead,,", "OPEN,2025-11-04 10:00,Customer,,500 EUR");
    let done = table.run(&later).await;
    assert!(
        done.faults[0].starts_with("3 Record ID this row was imported before and says something else"),
        "{:?}",
        done.faults
    );
    let done = done.summary.unwrap();
    assert_eq!((done.new, done.before, done.changed, done.outcomes), ([0; 3], 2, 1, 1));
    assert_eq!(named(&endpoint.leads().await, "Ion").answers.first("budget"), "");
}

#[tokio::test]
async fn who_was_erased_does_not_come_back_with_the_table() {
    let endpoint = endpoint().await;
    let table = Table::from(&endpoint, Tool::Hubspot);
    table.run(HUBSPOT).await;
    let ana = named(&endpoint.leads().await, "Ana Pop").id;
    let (now, ids) = (endpoint.clock.now(), Arc::clone(&endpoint.state.ids));
    privacy::erase(&*endpoint.state.store, About::Lead(ana), now, ids).await.unwrap();
    // A later export, in which the row says something else
    let again = table.run(&HUBSPOT.replace("12 000 EUR", "90 EUR")).await;
    assert!(again.faults[0].starts_with("2 Record ID what this row brought before was erased"), "{:?}", again.faults);
    let out = Door::Out(Arc::new(Assets::load().unwrap()), Some(Arc::clone(&endpoint.state.store)));
    for done in [again, table.run_at(out, HUBSPOT).await] {
        assert_eq!((counts(&done), done.summary.as_ref().unwrap().erased), ((3, 0, 1, 1), 1));
        assert!(!done.rejected.contains("Pop"), "there is nothing to mend: {}", done.rejected);
    }
    assert_eq!(endpoint.leads().await.len(), 1);
}

#[tokio::test]
async fn without_an_id_rows_are_known_by_what_they_say_in_any_order_of_columns() {
    let endpoint = endpoint().await;
    let table = Table::by(&endpoint, "");
    assert_eq!(counts(&table.run("Your name,E-mail,Stage\nAna,ana@example.org,new\n").await), (1, 1, 0, 0));
    let reordered =
        "\u{feff}Stage;e-mail ;YOUR NAME\r\ndone;ana@example.org;Ana\r\n\r\n;;\r\nold;ana@example.org;Ana\r\n";
    assert_eq!(counts(&table.run(reordered).await), (2, 0, 2, 0));
    // Of who says the same as another, within minutes, it is known that they do.
    let twin = "name,email,message\nAna,ANA@example.org,\nIon,ion@example.org,Hello\n";
    let with_id = Table::by(&endpoint, "id = \"name\"");
    assert_eq!(counts(&with_id.run(twin).await), (2, 2, 0, 0));
    assert_eq!(endpoint.leads().await.len(), 2, "the twin is in no list");
}

#[tokio::test]
async fn answers_to_a_typeform_are_found_by_its_words() {
    let endpoint = endpoint().await;
    let table = "#,First name,Last name,Phone number,Email,Oak doors,\"Ash, light\",Other,You may answer me.,Response Type,Start Date (UTC),Stage Date (UTC),Submit Date (UTC),Network ID,Tags\n\
        k1,Ana,Pop,'+37369123456,ana@example.org,Oak doors,\"Ash, light\",,1,completed,2026-01-23 06:24:12,,2026-01-23 06:27:59,938f4331f1,\n\
        k2,Ion,Rusu,,ion@example.org,,,,0,completed,2026-01-24 06:24:12,,2026-01-24 06:27:59,938f4331f2,\n";
    let done = Table::from(&endpoint, Tool::Typeform).run(table).await;
    assert_eq!(counts(&done), (2, 2, 0, 0), "{:?}", done.faults);
    let leads = endpoint.leads().await;
    let ana = named(&leads, "Ana Pop");
    assert_eq!(ana.answers.get("topics"), ["oak", "ash"]);
    assert_eq!((ana.consents.len(), ana.consents[0].wording.as_str()), (1, "You may answer me."));
    assert_eq!(to_rfc3339(ana.sent_at.unwrap()), "2026-01-23T06:27:59.000Z");
    assert!(named(&leads, "Ion Rusu").consents.is_empty());
    // The later way to write several answers
    let later = "#,First name,Email,What is it about?,Submit Date (UTC)\nk3,Eva,eva@example.org, / Oak doors / Ash light,2026-01-25 06:27:59\nk4,Zoe,zoe@example.org,Oak doors,2026-01-25 06:27:59\n";
    let done = Table::from(&endpoint, Tool::Typeform).run(later).await;
    assert_eq!(done.faults.len(), 1, "`Ash light` is no option");
    assert!(done.faults[0].starts_with("2 What is it about? "), "{:?}", done.faults);
    assert_eq!(named(&endpoint.leads().await, "Zoe").answers.get("topics"), ["oak"]);
}

#[tokio::test]
async fn answers_to_a_google_form_are_read_with_its_times_and_boxes() {
    let endpoint = endpoint().await;
    let table = "\"Отметка времени\",\"Адрес электронной почты\",\"Как вас зовут\",\"О чём?\",\"Можно ли?\"\n\
        \"02/03/2026 9:05:07\",\"ana@example.org\",\"Ана\",\"Дубовые двери;Ясень\",\"Да\"\n\
        \"28/02/2026 10:00:00\",\"ion@example.org\",\"Ион\",\"Дубовые двери, Ясень\",\"Нет\"\n";
    let mut import = Table::from(&endpoint, Tool::GoogleForms);
    import.map.time_zone = Some("Etc/GMT-2".into());
    import.map.answers.insert("agree".into(), map::Columns::One("Можно ли?".into()));
    let done = import.run(table).await;
    assert_eq!(counts(&done), (2, 2, 0, 0), "{:?}", done.faults);
    let leads = endpoint.leads().await;
    for (name, at, consents) in [("Ана", "2026-03-02T07:05:07.000Z", 1), ("Ион", "2026-02-28T08:00:00.000Z", 0)] {
        let lead = named(&leads, name);
        assert_eq!((to_rfc3339(lead.sent_at.unwrap()).as_str(), lead.consents.len()), (at, consents));
        assert!(lead.consents.iter().all(|consent| Some(consent.given_at) == lead.sent_at));
        assert_eq!(lead.answers.get("topics"), ["oak", "ash"]);
    }
}

#[tokio::test]
async fn every_bad_row_is_named_and_the_rest_is_done() {
    let endpoint = endpoint().await;
    let map = "[answers]\nname = [\"First\", \"Last\"]\nemail = { either = [\"Work\", \"Home\"] }\n\
        [outcome]\ncolumn = { column = \"Stage\", values = { \"Too dear\" = \"price\" } }\namount = \"Worth\"\ncurrency = \"EUR\"\n";
    let table = "First,Last,Work,Home,Stage,Worth,budget\n\
        Ana,Pop,,ana@example.org,won,\"1 200,50\",lots\n\
        Ion,Rusu,ion@example.org,other@example.org,Too dear,,\n\
        Eva,Rus,eva@example.org\n\
        Zoe,Rus,zoe@example.org,,lost,,\n\
        Lia,Rus,lia@example.org,,won,much,\n\
        Max,Rus,max@example.org,,won,\"1 200,50\",\n\
        Tim,Rus,tim@example.org,,Poor lead,,\n\
        Una,Rus,una@example.org,,Qualified,,\n";
    let import = Table::by(&endpoint, map);
    let done = import.run(table).await;
    assert_eq!(counts(&done), (8, 6, 0, 2));
    let places: Vec<_> =
        done.faults.iter().map(|fault| fault.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(places, ["2 budget", "4 -", "5 Stage", "6 Worth", "9 Stage"]);
    assert_eq!(done.summary.as_ref().unwrap().unclear, 3);
    assert!(done.rejected.lines().count() == 3 && !done.rejected.contains("Zoe"), "{}", done.rejected);
    assert_eq!(done.faults[1], "4 - it has 3 cells where the first line has 7");
    assert!(!done.faults.join(" ").contains("lots"), "what is in a cell is not told: {:?}", done.faults);
    let leads = endpoint.leads().await;
    let outcome = async |name| {
        let noted = endpoint.state.store.outcomes(&[named(&leads, name).id]).await.unwrap();
        noted[0].outcome
    };
    assert_eq!(outcome("Ion Rusu").await, Outcome::Lost(LostReason::Price));
    assert_eq!(outcome("Max Rus").await.amount().unwrap().minor, 120_050);
    assert_eq!(outcome("Lia Rus").await, Outcome::Won(None));
    assert_eq!(outcome("Tim Rus").await, Outcome::Lost(LostReason::PoorLead));
    assert_eq!(named(&leads, "Ion Rusu").answers.first("email"), "ion@example.org");
}

#[tokio::test]
async fn rows_of_two_tables_that_are_numbered_alike_are_told_apart_by_their_source() {
    let endpoint = endpoint().await;
    let one = "No,name,email\n1,Ana,ana@example.org\n";
    let other = "No,name,email\n1,Ion,ion@example.org\n";
    assert_eq!(counts(&Table::by(&endpoint, "id = \"No\"").run(one).await), (1, 1, 0, 0));
    let same = Table::by(&endpoint, "id = \"No\"").run(other).await;
    assert!(counts(&same) == (1, 0, 1, 0) && same.faults[0].contains("its map needs a `source`"), "{:?}", same.faults);
    let apart = Table::by(&endpoint, "id = \"No\"\nsource = \"the other shop\"").run(other).await;
    assert_eq!((counts(&apart), apart.faults.len()), ((1, 1, 0, 0), 0));
    assert_eq!(endpoint.leads().await.len(), 2);
}

#[tokio::test]
async fn a_map_says_the_rest_of_what_a_tools_table_leaves_open() {
    let endpoint = endpoint().await;
    let mut table = Table::from(&endpoint, Tool::Hubspot);
    table.map = Map::parse("[answers]\nmessage = \"Wishes\"").unwrap().over(table.map);
    let done = table.run("Record ID,First Name,Last Name,Email,Wishes\n7,Ana,Pop,ana@example.org,A kitchen\n").await;
    assert_eq!(counts(&done), (1, 1, 0, 0), "{:?}", done.faults);
    assert_eq!(named(&endpoint.leads().await, "Ana Pop").answers.first("message"), "A kitchen");
}

#[tokio::test]
async fn a_table_that_does_not_fit_is_told_all_at_once() {
    let endpoint = Endpoint::new().await;
    let map = "created = \"Made\"\n[answers]\nnmae = \"Name\"\nmessage = { columns = [\"a\"], either = [\"b\"] }\n";
    let done = Table::by(&endpoint, map).run("Name,E-mail,email\n").await;
    insta::assert_snapshot!(done.summary.unwrap_err(), @"
    the form has no field `nmae`; it has `name`, `email`, `budget`, `message`, `agree`
    the columns `E-mail` and `email` both stand for `email`; a map says which is meant
    each answer names one of `column`, `columns` and `either`
    there is no column `Made`; there are `Name`, `E-mail`, `email`
    no column answers `agree` (“You may answer me.”), which the form requires; a map says which does; there are `Name`, `E-mail`, `email`
    ");
    assert!(endpoint.leads().await.is_empty());
    for (table, told) in
        [("", "it is empty"), ("\u{feff}", "it is empty"), ("name,email\n\"a,b\n", "a quote is left open")]
    {
        let error = Table::by(&endpoint, "").run(table).await.summary.unwrap_err();
        assert!(error.contains(told), "{error}");
    }
    let utf_16 = Table::by(&endpoint, "").import(Door::In(Arc::clone(&endpoint.state)));
    let mut rejected = Rejected::new(None).unwrap();
    let error = utf_16.run(&b"\xff\xfen\0a\0"[..], &mut rejected, |_| (), |_, _| ()).await.unwrap_err();
    assert!(error.to_string().contains("UTF-16"), "{error}");
    for (packed, told) in [(&b"\x1f\x8b\x08"[..], "gzip"), (b"PK\x03\x04", "spreadsheet")] {
        let error = utf_16.run(packed, &mut rejected, |_| (), |_, _| ()).await.unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
    }
    let latin = b"name,email,agree\n\xc4na,ana@example.org,yes\nIon,ion@example.org,yes\n";
    let mut told = Vec::new();
    let summary =
        utf_16.run(&latin[..], &mut rejected, |_| (), |line, fault| told.push((line, fault.clone()))).await.unwrap();
    assert_eq!((summary.rejected, told[0].0, told[0].1.column.as_deref()), (1, 2, Some("name")));
}

#[tokio::test]
async fn a_trial_keeps_nothing_and_says_what_would_come_of_it() {
    let endpoint = endpoint().await;
    let table = Table::from(&endpoint, Tool::Hubspot);
    let store = Arc::clone(&endpoint.state.store);
    let out = || Door::Out(Arc::new(Assets::load().unwrap()), Some(Arc::clone(&store)));
    let would = table.run_at(out(), HUBSPOT).await.summary.unwrap();
    assert!(endpoint.leads().await.is_empty());
    let done = table.run(HUBSPOT).await.summary.unwrap();
    assert_eq!(would, Summary { outcomes: 0, ..done });
    let would = table.run_at(out(), HUBSPOT).await;
    assert_eq!(counts(&would), (3, 0, 2, 1));
}

#[tokio::test]
async fn rows_wait_for_their_turn_where_the_store_takes_few_at_a_time() {
    let endpoint = Endpoint::with(|settings| settings.queue_limit = 32).await;
    endpoint.serve(&[&form()]).await;
    let rows = (0..1_000).map(|number| format!("Ana {number},ana{number}@example.org\n"));
    let table = format!("name,email\n{}", rows.collect::<String>());
    assert_eq!(counts(&Table::by(&endpoint, "").run(&table).await), (1_000, 1_000, 0, 0));
    let leads = endpoint.leads().await;
    assert_eq!(leads.len(), 1_000);
    assert!(leads.iter().all(|lead| lead.channel == "import"));
}

#[test]
fn the_forms_of_these_tests_are_forms() {
    parse(&form());
}
