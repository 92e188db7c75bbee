//! A form's own page, met by a link, a QR code or in a frame: the form of any page where scripts run, and a plain one where
//! they don't.

use anyhow::{Context as _, Result, ensure};
use fantoccini::{Client, Locator};
use leadglass_tests::{
    axe,
    keyboard::focus,
    page::{FormOnPage, ask},
    poll::until,
    scenarios,
    stage::Stage,
};
use serde_json::json;

use crate::visitor;

scenarios![
    a_form_of_steps_folds_on_its_own_page_and_is_sent_in_place,
    whoever_is_at_the_plain_form_when_the_script_comes_keeps_it,
    what_was_typed_before_a_reload_is_not_lost,
    what_a_link_says_goes_with_the_lead_with_scripts,
    what_a_link_says_goes_with_the_lead_without_scripts,
    a_page_of_another_site_frames_the_form_and_its_lead_is_stored,
];

const CAMPAIGN: &str = "campaign=spring%0A+sale&utm_source=letter&utm_medium=email&gclid=zzQqClick&agree=yes&name=Eve";

/// What stands on the page: plain forms, elements of the embed, and the headings that screen readers tell as the page's.
async fn stands(client: &Client) -> Result<serde_json::Value> {
    let first = "all(host(0) ? 0 : -1, '[aria-level=\"1\"]').length";
    let forms = "document.querySelectorAll('form').length, document.querySelectorAll('leadglass-form').length";
    ask(client, &format!("[{forms}, {first}]"), vec![]).await
}

async fn a_form_of_steps_folds_on_its_own_page_and_is_sent_in_place(stage: &mut Stage) -> Result<()> {
    let form = stage.open_hosted("steps?lang=ru").await?;
    let client = stage.client()?;
    ensure!(form.value("Почта").await.is_err(), "only the first step should be shown");
    ensure!(stands(client).await? == json!([0, 1, 1]), "{}", stands(client).await?);
    ensure!(client.title().await? == "Планируем кухню");
    until("the widget", async || {
        ensure!(ask(client, "!!host(0).hand?.taken", vec![]).await? == true);
        Ok(())
    })
    .await?;
    form.choose("Что вам нужно", "Кухня").await?;
    form.press("Далее").await?;
    form.fill("Сколько комнат", "4").await?;
    axe::check(client, "in the second step").await?;
    form.press("Далее").await?;
    form.fill("Почта", visitor::EMAIL).await?;
    form.tick("Мне можно ответить").await?;
    form.press("Отправить").await?;
    let follow_up = form.wait_for_follow_up().await?;
    ensure!(follow_up.heading == "Мы вам позвоним", "{follow_up:?}");
    axe::check(client, "what follows").await?;
    ensure!(stands(client).await? == json!([0, 1, 1]), "{}", stands(client).await?);
    client.find(Locator::LinkText("English")).await.context("no link to another language")?;
    let lead = stage.leads().only().await?;
    ensure!((lead.answer("rooms")?, lead.text("/language")?) == ("4".into(), "ru"), "{lead:?}");
    Ok(())
}

/// Brings the script that did not come with the page, and waits until it ran.
async fn bring_script(stage: &Stage) -> Result<()> {
    const BRING: &str = "const late = document.querySelector('script[data-form]');
        const script = document.createElement('script');
        Object.assign(script.dataset, late.dataset);
        script.onload = () => (window.came = true);
        script.src = late.src;
        document.head.append(script);";
    stage.gate.let_through("hosted-");
    stage.client()?.execute(BRING, vec![]).await?;
    until("the script", async || {
        ensure!(ask(stage.client()?, "window.came === true", vec![]).await? == true);
        Ok(())
    })
    .await
}

async fn whoever_is_at_the_plain_form_when_the_script_comes_keeps_it(stage: &mut Stage) -> Result<()> {
    stage.gate.lose("hosted-");
    let form = stage.open_hosted_plain("enquiry?lang=en").await?;
    stage.client()?.find(Locator::Id("lg-name")).await?.click().await?;
    bring_script(stage).await?;
    ensure!(focus(stage.client()?).await?.id == "lg-name", "the focus is taken away");
    ensure!(stands(stage.client()?).await? == json!([1, 0, 1]));

    form.refill("Your name", visitor::NAME).await?;
    ask(stage.client()?, "document.activeElement.blur()", vec![]).await?;
    bring_script(stage).await?;
    ensure!(stands(stage.client()?).await? == json!([1, 0, 1]));
    ensure!(form.value("Your name").await? == visitor::NAME);
    visitor::send_with_the_rest(&form).await?;
    ensure!(stands(stage.client()?).await?[1] == 0, "what follows is not replaced by another form");
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn what_was_typed_before_a_reload_is_not_lost(stage: &mut Stage) -> Result<()> {
    stage.gate.lose("hosted-");
    let form = stage.open_hosted_plain("enquiry?lang=en").await?;
    form.fill("Your name", visitor::NAME).await?;
    stage.gate.let_through("hosted-");
    stage.client()?.refresh().await?;
    // Browsers that bring back nothing leave nothing to lose
    until("either form", async || {
        let now = stands(stage.client()?).await?;
        let kept = now[0] == 1 && form.value("Your name").await? == visitor::NAME;
        ensure!(kept || now[1] == 1, "{now}");
        Ok(())
    })
    .await
}

/// A page of the host site that leads to the form's own page, and is followed.
async fn follow_a_link(stage: &mut Stage, scripts: bool) -> Result<()> {
    let link = format!("{}/f/everything?lang=en&{CAMPAIGN}", stage.gate.origin());
    let page =
        format!("<!doctype html><title>A post</title><a id=link href=\"{}\">Order</a>", link.replace('&', "&amp;"));
    stage.host.put_blob("post.html", page.into_bytes()).await;
    if scripts {
        stage.open("../blobs/post.html?ana").await?;
    } else {
        stage.open_without_scripts("../blobs/post.html?ana").await?;
    }
    Ok(stage.client()?.find(Locator::Id("link")).await?.click().await?)
}

async fn ensure_said(stage: &Stage) -> Result<()> {
    let lead = until("the lead", async || stage.leads().only().await).await?;
    ensure!((lead.answer("campaign")?, lead.answer("name")?) == ("spring sale".into(), "Ana".into()), "{lead:?}");
    for touch in ["first_touch", "last_touch"] {
        let said = |part: &str| lead.text(&format!("/{touch}/{part}"));
        ensure!((said("source")?, said("medium")?) == ("letter", "email"), "{lead:?}");
        ensure!(said("referrer")?.starts_with("http://localhost:"), "{lead:?}");
        ensure!(said("landing_page")? == format!("{}/f/everything", stage.gate.origin()), "{lead:?}");
        said("at")?;
    }
    ensure!(!lead.0.to_string().contains("zzQqClick"), "which click it was stays in the page: {lead:?}");
    Ok(())
}

async fn what_a_link_says_goes_with_the_lead_with_scripts(stage: &mut Stage) -> Result<()> {
    follow_a_link(stage, true).await?;
    let form = FormOnPage::embedded(stage.client()?, 0);
    form.fill("Your name", "Ana").await?;
    form.fill("E-mail", visitor::EMAIL).await?;
    form.choose("Service", "Design").await?;
    form.fill("Your message", visitor::MESSAGE).await?;
    ensure!(!form.is_ticked(visitor::CONSENT).await?, "an address gives no permission");
    form.tick(visitor::CONSENT).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    ensure_said(stage).await
}

async fn what_a_link_says_goes_with_the_lead_without_scripts(stage: &mut Stage) -> Result<()> {
    follow_a_link(stage, false).await?;
    let client = stage.client()?;
    let type_in = async |id: &str, text: &str| -> Result<()> {
        let field = until(id, async || Ok(client.find(Locator::Id(id)).await?)).await?;
        Ok(field.send_keys(text).await?)
    };
    type_in("lg-name", "Ana").await?;
    // Sent with what is missing, it comes back with all it knew
    client.find(Locator::Id("lg-send")).await?.click().await?;
    until("what is missing", async || Ok(client.find(Locator::Css("#lg-summary a")).await?)).await?;
    type_in("lg-email", visitor::EMAIL).await?;
    type_in("lg-message", visitor::MESSAGE).await?;
    client.find(Locator::Css("[name=service][value=design]")).await?.click().await?;
    client.find(Locator::Id("lg-agree")).await?.click().await?;
    client.find(Locator::Id("lg-send")).await?.click().await?;
    until("what follows", async || Ok(client.find(Locator::Id("lg-follow-up")).await?)).await?;
    ensure_said(stage).await
}

async fn a_page_of_another_site_frames_the_form_and_its_lead_is_stored(stage: &mut Stage) -> Result<()> {
    let page = format!(
        "<!doctype html><title>A shop</title><iframe id=frame title=\"A form\" width=800 height=700 src=\"{}/f/enquiry?lang=en\"></iframe>",
        stage.gate.origin()
    );
    stage.host.put_blob("shop.html", page.into_bytes()).await;
    stage.open("../blobs/shop.html").await?;
    let client = stage.client()?.clone();
    client.find(Locator::Id("frame")).await?.enter_frame().await?;
    let form = FormOnPage::embedded(&client, 0);
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    client.enter_parent_frame().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}
