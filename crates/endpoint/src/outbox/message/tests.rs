use std::sync::Arc;

use super::*;
use crate::{
    store::EventKind,
    testing::{Endpoint, KEY, json as submission},
};

async fn told(template: Template, more: &str, answers: &str) -> Value {
    let endpoint = Endpoint::new().await;
    let body = submission(KEY, more).replace("Ana Pop", answers);
    assert_eq!(endpoint.submit(body).await.status(), 200);
    let id = endpoint.leads().await.remove(0).id;
    let lead = endpoint.state.store.lead(id).await.unwrap().unwrap();
    let definition = endpoint.state.store.definition(&lead.form, lead.form_version).await.unwrap().unwrap();
    let event = endpoint.state.store.events(id).await.unwrap().remove(0);
    let subject = Subject { lead, definition: Arc::new(definition), verdict: 1, person: None };
    let (subject, body) = compose(template, &event, Some(subject), Some(Language::Ru));
    match subject {
        Some(subject) => json!({ "subject": subject, "text": body }),
        None => serde_json::from_str(&body).unwrap(),
    }
}

#[tokio::test]
async fn a_lead_is_told_with_its_verdict_its_reasons_and_what_was_answered() {
    let more =
        r#","page":{"url":"https://shop.example/kitchens?utm_source=google","referrer":"https://google.example/"}"#;
    let mut body = told(Template::Json, more, "Ana Pop").await;
    for version in ["form_version", "card"] {
        assert_eq!(body["data"][version].as_str().unwrap().len(), 64);
        body["data"][version] = json!("…");
    }
    body["data"]["consents"][0]["sha256"] = json!("…");
    insta::assert_snapshot!(body.to_string(), @r#"{"type":"lead.created","timestamp":"2026-03-02T10:00:00.000Z","data":{"lead":"00000000-0000-0000-0000-000000000001","form":"enquiry","verdict":1,"grade":"A3","score":56,"decision":"accept","points_milli":47500,"judged_at":"2026-03-02T10:00:00.000Z","reasons_language":"ru","reasons":[{"criterion":"budget_size","reason":"Бюджет от 10 000 €","points_milli":40000},{"criterion":"own_domain","reason":"Адрес на собственном домене","points_milli":7500}],"gates":[],"form_version":"…","card":"…","channel":"form","received_at":"2026-03-02T10:00:00.000Z","sent_at":null,"language":"en","answers":{"agree":"yes","budget":"12000.00 EUR","email":"ana@example.org","name":"Ana Pop"},"moment":null,"first_touch":null,"last_touch":null,"consents":[{"purpose":"contact","wording":"You may answer me.","sha256":"…","language":"en","given_at":"2026-03-02T10:00:00.000Z","withdrawn_at":null}],"page":{"url":"https://shop.example/kitchens","referrer":"https://google.example/"},"score_mismatch":false,"supersedes":null}}"#);
}

#[tokio::test]
async fn a_message_stays_below_20_kb_and_says_what_it_left_out() {
    let endpoint = Endpoint::new().await;
    endpoint.submit(submission(KEY, "")).await;
    let id = endpoint.leads().await.remove(0).id;
    let mut lead = endpoint.state.store.lead(id).await.unwrap().unwrap();
    let definition = endpoint.state.store.definition(&lead.form, lead.form_version).await.unwrap().unwrap();
    let definition = Arc::new(definition);
    let event = endpoint.state.store.events(id).await.unwrap().remove(0);
    let mut body = |answers: usize, length: usize| {
        for number in 0..answers {
            lead.answers.set(format!("field_{number}"), vec!["я".repeat(length)]);
        }
        let subject = Subject { lead: lead.clone(), definition: Arc::clone(&definition), verdict: 1, person: None };
        compose(Template::Json, &event, Some(subject), None).1
    };
    let (long, many) = (body(1, 20_000), body(400, 200));
    assert!(long.len() < BODY_LIMIT && many.len() < BODY_LIMIT, "{} {}", long.len(), many.len());
    let (long, many): (Value, Value) = (serde_json::from_str(&long).unwrap(), serde_json::from_str(&many).unwrap());
    assert_eq!(long["data"]["answers"]["field_0"].as_str().unwrap().chars().count(), 1_001);
    assert_eq!((&long["data"]["is_shortened"], &long["data"]["answers"]["name"]), (&json!(true), &json!("Ana Pop")));
    assert_eq!((&many["data"]["is_shortened"], &many["data"]["answers"]), (&json!(true), &Value::Null));
    assert_eq!(many["data"]["lead"], json!(id));
}

#[tokio::test]
async fn slack_shows_a_lead_and_what_was_typed_mentions_nobody() {
    let body = told(Template::Slack, "", "<!channel> & <https://evil.example|Ana>").await;
    let context = body["blocks"][3]["elements"][0]["text"].as_str().unwrap();
    assert!(context.starts_with("lead.created · form enquiry · lead "), "{context}");
    let typed = "&lt;!channel&gt; &amp; &lt;https://evil.example|Ana&gt;";
    assert_eq!(body["text"], format!("A3 · 56 of 100 · accept · {typed} &lt;ana@example.org&gt;"));
    assert_eq!(body["blocks"][0]["text"]["type"], "plain_text");
    let (answers, reasons) = (&body["blocks"][1]["text"], &body["blocks"][2]["text"]);
    assert!(answers["text"].as_str().unwrap().starts_with(&format!("*Как вас зовут*\n{typed}\n*")), "{answers}");
    assert_eq!((&answers["type"], &answers["verbatim"]), (&json!("mrkdwn"), &json!(true)));
    assert_eq!(reasons["text"], "+40 Бюджет от 10 000 € · +7.5 Адрес на собственном домене");
}

#[tokio::test]
async fn an_e_mail_says_what_was_decided_why_and_what_was_answered() {
    let mail = told(Template::Email, "", "Ana Pop").await;
    assert_eq!(mail["subject"], "A3 · 56/100 · accept · Ana Pop <ana@example.org>");
    let text = mail["text"].as_str().unwrap();
    for part in [
        "Почему: +40 Бюджет от 10 000 € · +7.5 Адрес на собственном домене\n",
        "Как вас зовут: Ana Pop\n",
        "Форма: enquiry\nЗаявка: 00000000-0000-0000-0000-000000000001\n",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn of_a_lead_that_was_erased_only_its_id_is_told() {
    let event = Event {
        id: Uuid::from_u128(2),
        kind: EventKind::LeadErased,
        lead: Uuid::from_u128(1),
        form: "enquiry".into(),
        decision: leadglass_scoring::Decision::Accept,
        at: Timestamp::from_millis(1_772_445_600_000),
        detail: None,
    };
    insta::assert_snapshot!(compose(Template::Json, &event, None, None).1, @r#"{"type":"lead.erased","timestamp":"2026-03-02T10:00:00.000Z","data":{"lead":"00000000-0000-0000-0000-000000000001","form":"enquiry"}}"#);
    insta::assert_snapshot!(compose(Template::Slack, &event, None, None).1, @r#"{"text":"lead.erased · form enquiry · lead 00000000-0000-0000-0000-000000000001"}"#);
}
