//! Forms that are gone through part by part, and what is kept of one that was broken off.

use anyhow::{Context as _, Result, ensure};
use axum::http::Method;
use fantoccini::key::Key;
use leadglass_tests::{
    axe,
    keyboard::{focus, keys},
    page::{FormOnPage, ask},
    poll::until,
    scenarios,
    stage::Stage,
};
use serde_json::json;

scenarios![
    steps_are_gone_through_and_back_without_loss,
    an_answer_leads_to_a_question_and_another_away_from_it,
    without_the_widget_all_steps_stand_on_one_page,
    whoever_goes_on_before_the_widget_comes_gets_all_steps_at_once,
    whoever_goes_on_while_the_widget_comes_goes_on_to_the_next_step,
    where_only_the_first_script_may_run_all_steps_stand_on_one_page,
    a_page_is_asked_before_steps_without_the_widget_are_sent,
    questions_come_one_by_one_by_the_enter_key_alone,
    a_mistyped_address_is_offered_right,
    answers_stay_in_the_tab_until_they_are_sent,
    answers_stay_for_days_only_where_the_visitor_allows_it,
    what_can_change_the_decision_no_more_is_not_asked,
];

const EMAIL: &str = "ana@atelier.example";
const CONSENT: &str = "You may answer me.";

async fn focus_on(stage: &Stage, id: &str) -> Result<String> {
    until(&format!("the focus on `{id}`"), async || {
        let focus = focus(stage.client()?).await?;
        ensure!(focus.id == id, "it is on {focus:?}");
        Ok(focus.name)
    })
    .await
}

async fn bar(stage: &Stage) -> Result<String> {
    let bar = ask(stage.client()?, "all(0, 'progress').map((it) => `${it.value} of ${it.max}`)[0]", vec![]).await?;
    bar.as_str().map(str::to_owned).context("there is no progress bar")
}

async fn steps_are_gone_through_and_back_without_loss(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html?form=steps").await?;
    axe::check(stage.client()?, "in the first step").await?;
    form.press("Next").await?;
    let summary = form.wait_for_summary().await?;
    ensure!(summary.links.len() == 1, "{summary:?}");
    axe::check(stage.client()?, "after an empty first step").await?;
    form.choose("What do you need", "A kitchen").await?;
    form.press("Next").await?;
    let place = focus_on(stage, "lg-place").await?;
    ensure!(place.starts_with("Step 2 of 3") && place.ends_with("Your kitchen"), "it says `{place}`");
    ensure!(bar(stage).await? == "1 of 3");
    axe::check(stage.client()?, "in the second step").await?;

    form.fill("How many rooms", "4").await?;
    form.press("Back").await?;
    ensure!(focus_on(stage, "lg-place").await?.starts_with("Step 1 of 3"));
    ensure!(form.is_ticked("A kitchen").await?);
    form.press("Next").await?;
    focus_on(stage, "lg-place").await?;
    ensure!(form.value("How many rooms").await? == "4");
    form.press("Next").await?;
    ensure!(focus_on(stage, "lg-place").await?.starts_with("Step 3 of 3"));
    form.fill("E-mail", EMAIL).await?;
    form.tick(CONSENT).await?;
    form.press("Send my plan").await?;
    form.wait_for_follow_up().await?;
    let heard = stage.heard().await?;
    let steps: Vec<_> = heard.iter().filter(|(name, _)| name == "leadglass:step").map(|(_, it)| it.clone()).collect();
    ensure!(steps.first() == Some(&json!({ "form": "steps", "step": 2, "of": 3 })) && steps.len() == 4, "{steps:?}");
    let lead = stage.leads().only().await?;
    ensure!((lead.answer("rooms")?, lead.answer("email")?) == ("4".into(), EMAIL.into()), "{lead:?}");
    Ok(())
}

async fn an_answer_leads_to_a_question_and_another_away_from_it(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html?form=steps").await?;
    form.choose("What do you need", "Something else").await?;
    form.fill("What else", "A table").await?;
    form.choose("What do you need", "A kitchen").await?;
    until("the question to go", async || {
        ensure!(form.value("What else").await.is_err());
        Ok(())
    })
    .await?;
    form.choose("What do you need", "Something else").await?;
    ensure!(form.value("What else").await? == "A table", "what was answered should still be there");
    form.press("Next").await?;
    ensure!(focus_on(stage, "lg-place").await?.starts_with("Step 2 of 2"), "the kitchen should be skipped");
    form.fill("E-mail", EMAIL).await?;
    form.tick(CONSENT).await?;
    form.press("Send my plan").await?;
    form.wait_for_follow_up().await?;
    ensure!(stage.leads().only().await?.answer("other")? == "A table");
    Ok(())
}

async fn send_whole(stage: &Stage, form: &FormOnPage) -> Result<()> {
    form.choose("What do you need", "A kitchen").await?;
    form.press("Send my plan").await?;
    form.wait_for_summary().await?;
    // The server asked for what the answer led to, and not for what it did not
    form.wait_for_complaint("How many rooms").await?;
    ensure!(form.complaint("What else").await?.is_none());
    form.fill("How many rooms", "2").await?;
    form.fill("E-mail", EMAIL).await?;
    form.tick(CONSENT).await?;
    form.press("Send my plan").await?;
    form.wait_for_follow_up().await?;
    ensure!(stage.leads().only().await?.answer("rooms")? == "2");
    Ok(())
}

async fn without_the_widget_all_steps_stand_on_one_page(stage: &mut Stage) -> Result<()> {
    // A browser that has no wasm, and a page that forbids it
    let form = stage.open("matrix.html?as=&form=steps&trouble=wasm").await?;
    until("all steps", async || form.value("E-mail").await).await?;
    let form = stage.open("csp-without-wasm.html?form=steps").await?;
    until("all steps", async || form.value("E-mail").await).await?;
    axe::check(stage.client()?, "without the widget").await?;
    send_whole(stage, &form).await
}

async fn whoever_goes_on_before_the_widget_comes_gets_all_steps_at_once(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".wasm");
    let form = stage.open("plain.html?form=steps").await?;
    ensure!(form.value("E-mail").await.is_err(), "only the first step should be shown");
    form.choose("What do you need", "A kitchen").await?;
    form.press("Next").await?;
    form.fill("How many rooms", "3").await?;
    stage.gate.release(".wasm");
    stage.wait_for_events("leadglass:ready", 1).await?;
    ensure!(form.value("How many rooms").await? == "3");
    form.fill("E-mail", EMAIL).await?;
    form.tick(CONSENT).await?;
    form.press("Send my plan").await?;
    form.wait_for_follow_up().await?;
    ensure!(stage.leads().only().await?.answer("rooms")? == "3");
    Ok(())
}

async fn whoever_goes_on_while_the_widget_comes_goes_on_to_the_next_step(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".wasm");
    let form = stage.open("plain.html?form=steps").await?;
    form.choose("What do you need", "A kitchen").await?;
    stage.gate.wait_for(&Method::GET, ".wasm", 1).await?;
    form.press("Next").await?;
    stage.gate.release(".wasm");
    ensure!(focus_on(stage, "lg-place").await?.starts_with("Step 2 of 3"));
    ensure!(form.value("E-mail").await.is_err(), "only the second step should be shown");
    stage.leads().none().await
}

async fn where_only_the_first_script_may_run_all_steps_stand_on_one_page(stage: &mut Stage) -> Result<()> {
    let form = stage.open("csp-one-script.html?form=steps").await?;
    until("all steps", async || form.value("E-mail").await).await?;
    form.value("What else").await?;
    form.value("How many rooms").await?;
    ensure!(ask(stage.client()?, "all(0, '#lg-send')[0].textContent", vec![]).await? == "Send my plan");
    Ok(())
}

async fn a_page_is_asked_before_steps_without_the_widget_are_sent(stage: &mut Stage) -> Result<()> {
    let form = stage.open("csp-without-wasm.html?form=steps").await?;
    until("all steps", async || form.value("E-mail").await).await?;
    let answer = "leadglass.on('before_send', () => ({ rooms: '5' }))";
    stage.client()?.execute(answer, vec![]).await?;
    form.choose("What do you need", "A kitchen").await?;
    form.fill("E-mail", EMAIL).await?;
    form.tick(CONSENT).await?;
    form.press("Send my plan").await?;
    form.wait_for_follow_up().await?;
    ensure!(stage.leads().only().await?.answer("rooms")? == "5");
    Ok(())
}

async fn questions_come_one_by_one_by_the_enter_key_alone(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html?form=questions").await?;
    form.choose("What do you need", "Something else").await?;
    keys(stage.client()?, [char::from(Key::Enter)]).await?;
    focus_on(stage, "lg-other").await?;
    keys(stage.client()?, "A table".chars().chain([char::from(Key::Enter)])).await?;
    focus_on(stage, "lg-mood").await?;
    ensure!(bar(stage).await? == "2 of 4");
    axe::check(stage.client()?, "at the third question").await?;
    keys(stage.client()?, [char::from(Key::Enter)]).await?;
    focus_on(stage, "lg-email").await?;
    keys(stage.client()?, EMAIL.chars()).await?;
    form.tick(CONSENT).await?;
    form.press("Send my plan").await?;
    form.wait_for_follow_up().await?;
    ensure!(stage.leads().only().await?.answer("other")? == "A table");
    Ok(())
}

async fn a_mistyped_address_is_offered_right(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    form.fill("E-mail", "ana@gmial.com").await?;
    keys(stage.client()?, [char::from(Key::Tab)]).await?;
    until("the hint", async || form.press("Did you mean ana@gmail.com?").await).await?;
    focus_on(stage, "lg-email").await?;
    ensure!(form.value("E-mail").await? == "ana@gmail.com");
    axe::check(stage.client()?, "after a hint").await?;
    stage.leads().none().await
}

/// What the browser keeps for the form: in the tab, for days.
async fn kept(stage: &Stage, form: &str) -> Result<[bool; 2]> {
    let key = format!("leadglass:draft:{form}");
    let kept = ask(
        stage.client()?,
        "[sessionStorage, localStorage].map((storage) => storage.getItem(arguments[0]) !== null)",
        vec![key.into()],
    )
    .await?;
    Ok([0, 1].map(|place: usize| kept[place] == true))
}

async fn answers_stay_in_the_tab_until_they_are_sent(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html?form=steps").await?;
    form.choose("What do you need", "A kitchen").await?;
    form.press("Next").await?;
    form.fill("How many rooms", "4").await?;
    form.press("Next").await?;
    focus_on(stage, "lg-place").await?;
    form.fill("E-mail", EMAIL).await?;
    ensure!(kept(stage, "steps").await? == [true, false]);
    stage.client()?.refresh().await?;
    stage.wait_for_events("leadglass:ready", 1).await?;
    ensure!(bar(stage).await? == "2 of 3", "the visitor should be where they were");
    ensure!(form.value("E-mail").await?.is_empty(), "what tells who someone is should not be kept");
    form.fill("E-mail", EMAIL).await?;
    form.tick(CONSENT).await?;
    form.press("Send my plan").await?;
    form.wait_for_follow_up().await?;
    ensure!(stage.leads().only().await?.answer("rooms")? == "4");
    ensure!(kept(stage, "steps").await? == [false, false]);
    Ok(())
}

async fn answers_stay_for_days_only_where_the_visitor_allows_it(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html?form=questions").await?;
    form.choose("What do you need", "Something else").await?;
    ensure!(kept(stage, "questions").await? == [true, false]);
    keys(stage.client()?, [char::from(Key::Enter)]).await?;
    focus_on(stage, "lg-other").await?;
    form.fill("What else", "A table").await?;
    form.press("Next").await?;
    focus_on(stage, "lg-mood").await?;
    form.press("Next").await?;
    focus_on(stage, "lg-email").await?;
    form.fill("E-mail", EMAIL).await?;
    form.tick("Keep my answers").await?;
    until("the answers to be kept for days", async || {
        ensure!(kept(stage, "questions").await? == [false, true]);
        Ok(())
    })
    .await?;
    stage.client()?.refresh().await?;
    stage.wait_for_events("leadglass:ready", 1).await?;
    ensure!(form.value("E-mail").await? == EMAIL);
    ensure!(
        form.is_ticked("Keep my answers").await? && !form.is_ticked(CONSENT).await?,
        "other permissions are given anew"
    );
    ensure!(kept(stage, "questions").await? == [false, true]);
    form.tick(CONSENT).await?;
    form.press("Send my plan").await?;
    form.wait_for_follow_up().await?;
    ensure!(kept(stage, "questions").await? == [false, false]);
    ensure!(stage.leads().only().await?.answer("other")? == "A table");
    Ok(())
}

async fn wait_for_left(stage: &Stage, wanted: &str) -> Result<()> {
    until(&format!("`{wanted}`"), async || {
        let left = ask(stage.client()?, "words(root(0).getElementById('lg-status'))", vec![]).await?;
        ensure!(left == wanted, "it says {left}");
        Ok(())
    })
    .await
}

async fn what_can_change_the_decision_no_more_is_not_asked(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html?form=matters").await?;
    wait_for_left(stage, "5 questions left").await?;
    form.choose("Where is it", "Far away").await?;
    wait_for_left(stage, "2 questions left").await?;
    axe::check(stage.client()?, "with less to ask").await?;
    ensure!(form.value("How many rooms").await.is_err() && form.value("Budget").await.is_err());
    ensure!(form.value("Anything else").await?.is_empty(), "no criterion is about it, so it is asked for its own sake");
    form.choose("Where is it", "Near you").await?;
    wait_for_left(stage, "4 questions left").await?;

    form.fill("Budget", "500").await?;
    wait_for_left(stage, "3 questions left").await?;
    form.choose("Where is it", "Far away").await?;
    wait_for_left(stage, "2 questions left").await?;
    ensure!(form.value("Budget").await? == "500", "what was begun stays");
    form.fill("E-mail", EMAIL).await?;
    wait_for_left(stage, "1 question left").await?;
    ensure!(focus(stage.client()?).await?.id == "lg-email");
    form.press("Send").await?;
    ensure!(form.wait_for_follow_up().await?.heading == "We are too far away");
    let lead = stage.leads().only().await?;
    ensure!(lead.answer("budget")?.contains("500") && lead.answer("rooms").is_err(), "{lead:?}");
    Ok(())
}
