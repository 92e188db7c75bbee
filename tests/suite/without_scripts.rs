//! A visitor without JavaScript: the link under the tag, the hosted page, an answer as a page.

use anyhow::{Context as _, Result, ensure};
use fantoccini::{Client, Locator, key::Key};
use leadglass_tests::{poll::until, scenarios, stage::Stage};

use crate::visitor;

scenarios![
    the_link_leads_to_the_hosted_form_whose_lead_is_stored_and_answered_with_a_page,
    a_hosted_form_with_mistakes_keeps_what_was_typed_and_says_what_is_wrong,
    a_hosted_form_sent_twice_is_one_lead,
    the_hosted_form_speaks_the_language_it_was_asked_in,
];

async fn follow_the_link<'a>(stage: &'a mut Stage, page: &str) -> Result<&'a Client> {
    let client = stage.open_without_scripts(page).await?;
    client.find(Locator::LinkText("Write to us")).await.context("no link under the tag")?.click().await?;
    until("the hosted form", async || Ok(client.find(Locator::Id("lg-name")).await?)).await?;
    Ok(client)
}

async fn fill(client: &Client, id: &str, text: &str) -> Result<()> {
    let field = client.find(Locator::Id(id)).await.with_context(|| format!("no `{id}` on the hosted page"))?;
    // One driver knows the end of a line only as a key
    Ok(field.send_keys(&text.replace('\n', &Key::Enter.to_string())).await?)
}

async fn fill_needed(client: &Client) -> Result<()> {
    fill(client, "lg-name", visitor::NAME).await?;
    fill(client, "lg-email", visitor::EMAIL).await?;
    fill(client, "lg-message", visitor::MESSAGE).await?;
    Ok(client.find(Locator::Id("lg-agree")).await?.click().await?)
}

async fn send(client: &Client) -> Result<()> {
    Ok(client.find(Locator::Css("form button")).await?.click().await?)
}

async fn wait_for_words(client: &Client, selector: &str, words: &str) -> Result<()> {
    until(&format!("`{words}`"), async || {
        let said = client.find(Locator::Css(selector)).await?.text().await?;
        ensure!(said.contains(words), "`{selector}` says `{said}`");
        Ok(())
    })
    .await
}

async fn the_link_leads_to_the_hosted_form_whose_lead_is_stored_and_answered_with_a_page(
    stage: &mut Stage,
) -> Result<()> {
    let client = follow_the_link(stage, "plain.html").await?;
    fill_needed(client).await?;
    fill(client, "lg-budget", "12000").await?;
    send(client).await?;
    wait_for_words(client, "#lg-follow-up", "We will call you").await?;
    wait_for_words(client, "#lg-follow-up", "Within a working day.").await?;

    let lead = stage.leads().only().await?;
    visitor::ensure_needed(&lead)?;
    ensure!(lead.text("/decision")? == "accept", "{lead:?}");
    Ok(())
}

async fn a_hosted_form_with_mistakes_keeps_what_was_typed_and_says_what_is_wrong(stage: &mut Stage) -> Result<()> {
    let client = follow_the_link(stage, "plain.html").await?;
    fill(client, "lg-name", "Ana \"<b>\" Popescu & co").await?;
    fill(client, "lg-email", "ana at atelier.example").await?;
    fill(client, "lg-message", "Too\nshort").await?;
    client.find(Locator::Id("lg-agree")).await?.click().await?;
    send(client).await?;
    wait_for_words(client, "#lg-email-error", "@").await?;
    wait_for_words(client, "#lg-message-error", "A sentence or two").await?;
    let summary = client.find_all(Locator::Css("#lg-summary a")).await?;
    ensure!(summary.len() == 2, "two fields are wrong, the summary has {} links", summary.len());

    for (id, typed) in
        [("lg-name", "Ana \"<b>\" Popescu & co"), ("lg-email", "ana at atelier.example"), ("lg-message", "Too\nshort")]
    {
        let kept = client.find(Locator::Id(id)).await?.prop("value").await?.unwrap_or_default().replace("\r\n", "\n");
        ensure!(kept == typed, "`{id}` has `{kept}`, typed was `{typed}`");
    }
    ensure!(client.find(Locator::Id("lg-agree")).await?.is_selected().await?, "the box stays ticked");

    for (id, text) in [("lg-email", visitor::EMAIL), ("lg-message", visitor::MESSAGE)] {
        client.find(Locator::Id(id)).await?.clear().await?;
        fill(client, id, text).await?;
    }
    send(client).await?;
    wait_for_words(client, "#lg-follow-up", "We will write to you").await?;
    let lead = stage.leads().only().await?;
    ensure!(lead.answer("name")? == "Ana \"<b>\" Popescu & co", "{lead:?}");
    ensure!(lead.answer("email")? == visitor::EMAIL, "{lead:?}");
    Ok(())
}

async fn a_hosted_form_sent_twice_is_one_lead(stage: &mut Stage) -> Result<()> {
    let client = follow_the_link(stage, "plain.html").await?;
    fill_needed(client).await?;
    send(client).await?;
    wait_for_words(client, "#lg-follow-up", "We will write to you").await?;
    // A reload sends the same body again
    client.refresh().await?;
    client.accept_alert().await.ok();
    wait_for_words(client, "#lg-follow-up", "We will write to you").await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn the_hosted_form_speaks_the_language_it_was_asked_in(stage: &mut Stage) -> Result<()> {
    let client = follow_the_link(stage, "plain.html?lang=ru").await?;
    let language = client.find(Locator::Css("html")).await?.attr("lang").await?;
    ensure!(language.as_deref() == Some("ru"), "{language:?}");
    wait_for_words(client, "h1, h2", "Спросите нас").await?;
    fill_needed(client).await?;
    client.find(Locator::Id("lg-email")).await?.clear().await?;
    send(client).await?;
    until("a message in Russian", async || {
        let words = client.find(Locator::Id("lg-email-error")).await?.text().await?;
        ensure!(words.chars().any(|letter| ('а'..='я').contains(&letter)), "it says `{words}`");
        Ok(())
    })
    .await?;
    fill(client, "lg-email", visitor::EMAIL).await?;
    send(client).await?;
    wait_for_words(client, "#lg-follow-up", "Мы вам напишем").await?;
    let lead = stage.leads().only().await?;
    ensure!(lead.text("/language")? == "ru", "{lead:?}");
    visitor::ensure_needed(&lead)
}
