//! Ways to stand on a page, each with what pages forbid and networks do: what is stored on the server at the end.

use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use leadglass_tests::{
    page::{FormOnPage, ask},
    poll::until,
    scenario::is_all,
    scenarios,
    stage::Stage,
};
use serde_json::json;

use crate::visitor;

scenarios![
    a_form_in_the_page_is_stored_whatever_the_policy,
    a_form_over_the_page_is_stored_whatever_the_policy,
    a_form_at_the_edge_is_stored_whatever_the_policy,
    a_form_in_a_frame_is_stored_whatever_the_policy,
    a_form_in_the_page_is_stored_whatever_the_trouble,
    a_form_over_the_page_is_stored_whatever_the_trouble,
    a_form_at_the_edge_is_stored_whatever_the_trouble,
    a_form_in_a_frame_is_stored_whatever_the_trouble,
    a_form_on_its_own_page_is_stored_whatever_the_trouble,
];

#[derive(Clone, Copy, PartialEq)]
enum Way {
    InPage,
    Popup,
    SlideIn,
    Framed,
}

/// What a press of Send leads to.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// The lead, and what follows in the form.
    Stored,
    /// The lead, sent by the browser itself.
    StoredElsewhere,
    /// A link to the hosted form, which no policy of the page binds.
    Link,
}

/// Policies, `L` being the server, and how each ends.
const POLICIES: [(&str, End); 7] = [
    ("default-src 'none'; script-src L 'nonce-ears'; connect-src L; style-src 'self'", End::Stored),
    ("connect-src 'none'; form-action 'none'", End::Link),
    ("script-src L/embed/ 'nonce-ears'", End::StoredElsewhere),
    ("style-src 'self'", End::Stored),
    ("script-src L 'nonce-ears'", End::Stored),
    ("require-trusted-types-for 'script'; trusted-types 'none'", End::Stored),
    ("connect-src 'none'", End::Link),
];

const TROUBLES: [&str; 4] = ["lost answer", "storage", "wasm", "slow"];

/// What is lost between the server and a form's own page: nothing of it was kept before. The first leaves the plain form.
const LOSSES: [(&str, End); 5] = [
    ("enquiry.js", End::Stored),
    ("later-", End::StoredElsewhere),
    ("widget-", End::Stored),
    ("nothing", End::Stored),
    ("lost answer", End::Stored),
];

async fn a_form_in_the_page_is_stored_whatever_the_policy(stage: &mut Stage) -> Result<()> {
    policies(stage, Way::InPage).await
}

async fn a_form_over_the_page_is_stored_whatever_the_policy(stage: &mut Stage) -> Result<()> {
    policies(stage, Way::Popup).await
}

async fn a_form_at_the_edge_is_stored_whatever_the_policy(stage: &mut Stage) -> Result<()> {
    policies(stage, Way::SlideIn).await
}

async fn a_form_in_a_frame_is_stored_whatever_the_policy(stage: &mut Stage) -> Result<()> {
    policies(stage, Way::Framed).await
}

async fn a_form_in_the_page_is_stored_whatever_the_trouble(stage: &mut Stage) -> Result<()> {
    troubles(stage, Way::InPage).await
}

async fn a_form_over_the_page_is_stored_whatever_the_trouble(stage: &mut Stage) -> Result<()> {
    troubles(stage, Way::Popup).await
}

async fn a_form_at_the_edge_is_stored_whatever_the_trouble(stage: &mut Stage) -> Result<()> {
    troubles(stage, Way::SlideIn).await
}

async fn a_form_in_a_frame_is_stored_whatever_the_trouble(stage: &mut Stage) -> Result<()> {
    troubles(stage, Way::Framed).await
}

async fn a_form_on_its_own_page_is_stored_whatever_the_trouble(stage: &mut Stage) -> Result<()> {
    for (number, (lost, end)) in LOSSES.into_iter().enumerate() {
        stage.gate.lose(lost);
        stage.gate.lose_answers(lost == "lost answer");
        let form = match lost {
            "enquiry.js" => stage.open_hosted_plain("enquiry?lang=en").await,
            _ => stage.open_hosted("enquiry?lang=en").await,
        };
        let sent = send(stage, &form?, lost, end, number).await;
        sent.and(ensure_stored(stage, number + 1).await).with_context(|| format!("lost: {lost}"))?;
        stage.gate.let_through(lost);
    }
    Ok(())
}

/// In the page all of them, elsewhere the first three: the others under `--all`.
fn corners(way: Way, all: usize) -> usize {
    if way == Way::InPage || is_all() { all } else { 3 }
}

async fn policies(stage: &mut Stage, way: Way) -> Result<()> {
    let leadglass = stage.gate.origin();
    let mut stored = 0;
    for (number, (policy, end)) in POLICIES.into_iter().enumerate().take(corners(way, POLICIES.len())) {
        // What a sandboxed frame opens is sandboxed too
        let end = if end == End::StoredElsewhere && way == Way::Framed { continue } else { end };
        let policy = policy.replace('L', &leadglass);
        stored += usize::from(end != End::Link);
        let played = play(stage, way, &format!("policy={}", escaped(&policy)), end, number).await;
        played.and(ensure_stored(stage, stored).await).with_context(|| format!("under `{policy}`"))?;
    }
    Ok(())
}

async fn troubles(stage: &mut Stage, way: Way) -> Result<()> {
    for (number, trouble) in TROUBLES.into_iter().enumerate().take(corners(way, TROUBLES.len())) {
        stage.gate.lose_answers(trouble == "lost answer");
        let played = play(stage, way, &format!("trouble={trouble}"), End::Stored, number).await;
        played.and(ensure_stored(stage, number + 1).await).with_context(|| format!("in trouble: {trouble}"))?;
    }
    Ok(())
}

async fn ensure_stored(stage: &Stage, count: usize) -> Result<()> {
    until(&format!("{count} leads"), async || {
        let leads = stage.leads().all().await?;
        ensure!(leads.len() == count, "there are {}", leads.len());
        Ok(())
    })
    .await
}

async fn play(stage: &mut Stage, way: Way, said: &str, end: End, number: usize) -> Result<()> {
    let said = match way {
        Way::InPage | Way::Framed => format!("as=&{said}"),
        Way::Popup => format!("as=popup&{said}"),
        Way::SlideIn => format!("as=slide-in&{said}"),
    };
    let address = match way {
        Way::Framed => format!("matrix-frame.html?query={}", escaped(&said)),
        _ => format!("matrix.html?{said}"),
    };
    let mut form = stage.open(&address).await?;
    let client = stage.client()?.clone();
    match way {
        Way::InPage => {}
        Way::Popup | Way::SlideIn => open_over(stage, &form).await?,
        Way::Framed => {
            client.find(Locator::Id("frame")).await?.enter_frame().await?;
            form = FormOnPage::embedded(&client, 0);
        }
    }
    send(stage, &form, &said, end, number).await?;
    if way == Way::Framed {
        client.enter_parent_frame().await?;
    }
    Ok(())
}

/// Fills a form in and sends it; `said` names what is wrong.
async fn send(stage: &Stage, form: &FormOnPage, said: &str, end: End, number: usize) -> Result<()> {
    let client = stage.client()?;
    form.fill("Your name", visitor::NAME).await?;
    form.fill("E-mail", visitor::EMAIL).await?;
    // Other words each time: the same ones would be the same lead
    form.fill("What do you need", &format!("Kitchen number {number}, please.")).await?;
    form.tick(visitor::CONSENT).await?;
    if end == End::StoredElsewhere {
        until("the second script to be refused", async || {
            ensure!(ask(client, "globalThis[Symbol.for('leadglass')].refused ?? false", vec![]).await? == json!(true));
            Ok(())
        })
        .await?;
    }
    form.press("Send").await?;
    match end {
        End::Stored => {
            if said.contains("lost answer") {
                until("bad news", async || {
                    ensure!(!form.links().await?.is_empty());
                    Ok(())
                })
                .await?;
                stage.gate.lose_answers(false);
                form.press("Send").await?;
            }
            form.wait_for_follow_up().await?;
        }
        End::Link => {
            let hosted = format!("{}/f/enquiry", stage.gate.origin());
            until("a link to the hosted form", async || {
                let links = form.links().await?;
                ensure!(links.iter().any(|href| href.starts_with(&hosted)), "links lead to {links:?}");
                Ok(())
            })
            .await?;
        }
        End::StoredElsewhere => close_other_tabs(client).await?,
    }
    Ok(())
}

async fn open_over(stage: &Stage, form: &FormOnPage) -> Result<()> {
    let button = stage.client()?.find(Locator::Id("talk")).await?;
    until("the form over the page", async || {
        let missing = form.value("Your name").await;
        if missing.is_err() {
            button.click().await?;
        }
        missing.map(drop)
    })
    .await
}

async fn close_other_tabs(client: &fantoccini::Client) -> Result<()> {
    let here = client.window().await?;
    until("another tab", async || {
        ensure!(client.windows().await?.len() > 1);
        Ok(())
    })
    .await?;
    for tab in client.windows().await?.into_iter().filter(|tab| *tab != here) {
        client.switch_to_window(tab).await?;
        // It is sent once its answer is there
        until("what follows", async || Ok(client.find(Locator::Id("lg-follow-up")).await?)).await?;
        client.close_window().await?;
    }
    Ok(client.switch_to_window(here).await?)
}

fn escaped(text: &str) -> String {
    let escaped = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(escaped).collect()
}
