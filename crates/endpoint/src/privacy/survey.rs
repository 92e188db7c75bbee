//! What is kept of people, what for, how long, who is told, and where it is: a report in Markdown for whoever has to
//! answer for it.

use std::{collections::BTreeSet, fmt::Write};

use leadglass_scoring::{FieldKind, FormDefinition, Timestamp};

use crate::{
    clock::to_rfc3339,
    settings::Settings,
    store::{EventKind, Receiver, ReceiverState, Sealed, Store, StoreError, Template, open::Database},
};

/// Writes the report.
///
/// # Errors
/// Where the store can't be read.
pub async fn survey(store: &dyn Store, settings: &Settings, now: Timestamp) -> Result<String, StoreError> {
    let mut text = format!("# What is kept of people\n\nWritten by leadglass at {}.\n", to_rfc3339(now));
    let receivers = store.receivers().await?;
    let mut seen = BTreeSet::new();
    for kept in store.versions().await? {
        // The latest version of each form comes first.
        if seen.insert(kept.form.clone())
            && let Some(definition) = store.definition(&kept.form, kept.version).await?
        {
            form(&mut text, &definition, &receivers, settings);
        }
    }
    if seen.is_empty() {
        text.push_str("\nNo form was ever served, so nothing is kept of anyone.\n");
    }
    beside(&mut text, settings);
    places(&mut text, settings, &store.sealed().await?);
    text.push_str(RIGHTS);
    Ok(text)
}

fn form(text: &mut String, form: &FormDefinition, receivers: &[Receiver], settings: &Settings) {
    let _ = writeln!(text, "\n## Form `{}`\n", form.id);
    let kept = match settings.retention.get(&form.id) {
        Some(days) => format!("{days} days from when a lead came, then it is erased"),
        None => "until somebody erases it: no time is set under `[retention]`".to_owned(),
    };
    let _ = writeln!(text, "Kept: {kept}.\n\n| field | kind | asked | what is asked |\n| --- | --- | --- | --- |");
    for field in &form.fields {
        let asked = if field.required { "always" } else { "may be left out" };
        let _ = writeln!(text, "| `{}` | {} | {asked} | {} |", field.id, field.kind.name(), cell(field.label.get(0)));
    }
    let purposes: Vec<_> = form
        .fields
        .iter()
        .filter_map(|field| match &field.kind {
            FieldKind::Consent(consent) => Some((consent.purpose.as_str(), field.label.get(0))),
            _ => None,
        })
        .collect();
    text.push_str("\nPurposes that permission is asked for, with the words of the first language:\n\n");
    for (purpose, wording) in &purposes {
        let _ = writeln!(text, "- `{purpose}`: {}", cell(wording));
    }
    if purposes.is_empty() {
        text.push_str("- none: what is kept must rest on another ground than permission\n");
    }
    text.push_str("\nWho is told:\n\n");
    let others = receivers.iter().filter(|it| it.template != Template::Confirm);
    let told: Vec<_> = others.filter(|it| it.forms.is_empty() || it.forms.contains(&form.id)).collect();
    for receiver in &told {
        let _ = writeln!(text, "- {}", recipient(receiver));
    }
    if told.is_empty() {
        text.push_str("- nobody\n");
    }
    if form.confirmation.is_some() {
        text.push_str("- the sender alone is asked, by e-mail, to confirm the address\n");
    }
}

fn recipient(receiver: &Receiver) -> String {
    let events: Vec<&str> = receiver.events.iter().copied().map(EventKind::as_str).collect();
    let events = if events.is_empty() { "everything".to_owned() } else { events.join(", ") };
    let state = if receiver.state == ReceiverState::Enabled { "" } else { ", not told at the moment" };
    format!(
        "`{}` ({}) of {events}, since {}{state}",
        receiver.address.place(),
        receiver.template.as_str(),
        to_rfc3339(receiver.added_at)
    )
}

/// What is kept with every lead beside the answers.
fn beside(text: &mut String, settings: &Settings) {
    text.push_str("\n## With every lead\n\n| what | what for | how long |\n| --- | --- | --- |\n");
    for (what, purpose) in [
        ("when it came, by the server's clock and the page's; its language and channel", "to answer it in time"),
        (
            "the page's address and the one before, without what follows `?` and `#`; source, medium, campaign and term \
             of the first and the last visit",
            "to know which campaign brings leads",
        ),
        (
            "what the page observed where the visitor's permission allows it, and the moments it read",
            "to score the lead",
        ),
        ("score, grade, decision and the reason of each point, with every earlier verdict", "to explain a decision"),
        ("permissions: the exact words, when they were given and taken back", "to show that there is one"),
        ("what became of it: first contact, won, lost and why, amounts", "to measure marketing and sales"),
        ("signs of a program", "to hold back what no person sent"),
    ] {
        let _ = writeln!(text, "| {what} | {purpose} | as long as the lead |");
    }
    let _ = writeln!(
        text,
        "| that a message about it was delivered | to try again what was not | {} days |\n\
         | that there was a lead which was erased: its id, times, form and version; of an imported one a keyed hash of its \
         row | to show that it was erased, and not to take the row again | without end |",
        settings.outbox.delivered_days
    );
    text.push_str(
        "\nNot kept: the visitor's network address (it is in memory alone, for limits by rate), their browser's name, \
         cookies. Nothing anyone answered is in a log. Later visits are only seen of who gave the permission ",
    );
    let _ = writeln!(text, "`{}`.", settings.track_purpose);
}

fn places(text: &mut String, settings: &Settings, sealed: &Sealed) {
    text.push_str("\n## Where it is\n\n");
    let place = match &settings.database {
        Database::File(_) => "a SQLite file that its owner alone may read, with its log beside it",
        Database::Server(_) => "a PostgreSQL database; its own copies, logs and standbys are not reached from here",
    };
    let _ = writeln!(text, "- `{}`: {place}; workspace `{}`", settings.database, settings.workspace);
    for (key, leads) in &sealed.leads {
        let _ = match key {
            Some(key) => writeln!(
                text,
                "- {leads} leads have what their people said encrypted (AES-256-GCM) under the key `{key}`, which is in a \
                 file beside; not encrypted are times, form, language, channel, score, decision, moment, signals, owner, \
                 permissions and outcomes"
            ),
            None => writeln!(text, "- {leads} leads are not encrypted in the database"),
        };
    }
    if !settings.smtp.host.is_empty() {
        let _ = writeln!(text, "- e-mails about leads go through `{}`", settings.smtp.host);
    }
    text.push_str(
        "- copies that were made of it (`leadglass backup`), exports, and what those who were told have kept: nothing here \
         reaches them\n",
    );
}

const RIGHTS: &str = "\
\n## What people may ask\n\n\
- to see what is kept of them: `leadglass privacy-export EMAIL`, or `POST /v1/privacy/export`\n\
- to have it erased: `leadglass erase EMAIL|LEAD`, or `POST /v1/privacy/erasures`; whoever was told of a lead is told that it \
was erased\n\
- to take a permission back: by the link on the page that follows the form, or by the token of the receipt\n";

/// A text as a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}
