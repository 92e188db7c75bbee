//! A lead as a message that Slack shows. What visitors wrote is shown as they wrote it: it mentions nobody and links to
//! nothing.

use serde_json::{Value, json};

use crate::{report::Report, store::Event};

/// Slack takes 3,000 characters a section and 150 a header.
const SECTION: usize = 2_900;
const HEADER: usize = 140;
const ANSWER: usize = 300;

pub fn body(event: &Event, report: &Report) -> Value {
    let explanation = &report.lead.explanation;
    let verdict = format!("{} · {} of 100 · {}", explanation.grade, explanation.score, explanation.decision.as_str());
    let headline = format!("{verdict} · {}", report.who());
    let answers: Vec<String> = report
        .answers()
        .into_iter()
        .map(|(label, values)| format!("*{}*\n{}", escape(&label), escape(&cut(&values.join(", "), ANSWER))))
        .collect();
    let reasons = report.top_reasons(crate::explain::SHORT_REASONS);
    let context = format!("{} · form {} · lead {}", event.kind.as_str(), event.form, event.lead);
    let mut blocks = vec![
        json!({ "type": "header", "text": { "type": "plain_text", "text": cut(&headline, HEADER), "emoji": false } }),
    ];
    for text in [answers.join("\n"), escape(&reasons)] {
        if !text.is_empty() {
            blocks.push(section(&text));
        }
    }
    blocks.push(json!({ "type": "context", "elements": [{ "type": "mrkdwn", "text": escape(&context) }] }));
    json!({ "text": escape(&cut(&headline, HEADER)), "blocks": blocks })
}

pub fn bare(event: &Event) -> Value {
    json!({ "text": format!("{} · form {} · lead {}", event.kind.as_str(), escape(&event.form), event.lead) })
}

/// `verbatim` keeps Slack from making links and mentions of words.
fn section(text: &str) -> Value {
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": cut(text, SECTION), "verbatim": true } })
}

/// Slack's three control characters.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
