//! Forms as the server renders them: what `embed.js`, the hosted page and the widget's take-over rely on.

use std::sync::Arc;

use leadglass_form::{FollowUpText, Prerender, STYLES, ServedText};
use leadglass_scoring::{
    Answers, Form, FormDefinition, Language, LocalText, Scorecard, Timestamp,
    field::{
        Choice, ConsentPurpose, DateLimits, Field, FieldKind, MoneyLimits, MultiSelectOptions, NumberLimits,
        RatingScale, SelectOptions, TextLimits,
    },
    form::{FollowUp, FollowUps, Link, Step},
    form_file,
    money::Currency,
    validate,
};

fn text(text: &str) -> LocalText {
    LocalText::new(vec![text.to_owned()])
}

fn kinds() -> Vec<FieldKind> {
    let limits = TextLimits { min_length: 0, max_length: 200 };
    let options = || -> Vec<Choice> {
        ["a", "b"].map(|id| Choice { id: id.into(), label: text(&format!("Option {id}")) }).into()
    };
    let currencies = |codes: &[&str]| codes.iter().filter_map(|code| Currency::parse(code)).collect();
    vec![
        FieldKind::ShortText(limits),
        FieldKind::LongText(limits),
        FieldKind::Email,
        FieldKind::Phone(None),
        FieldKind::Number(NumberLimits { decimals: 0, min: None, max: None }),
        FieldKind::Money(MoneyLimits { currencies: currencies(&["EUR", "MDL"]), min: None, max: None }),
        FieldKind::Date(DateLimits { min: None, max: None }),
        FieldKind::Select(SelectOptions { options: options(), as_list: false }),
        FieldKind::MultiSelect(MultiSelectOptions { options: options(), min: 1, max: 2 }),
        FieldKind::Rating(RatingScale { max: 5, low_label: Some(text("poor")), high_label: None }),
        FieldKind::YesNo,
        FieldKind::Website,
        FieldKind::Company(limits),
        FieldKind::Hidden(limits),
        FieldKind::Consent(ConsentPurpose { purpose: "contact".into() }),
    ]
}

fn definition(required: bool) -> FormDefinition {
    let field = |kind: FieldKind| Field {
        id: kind.name().into(),
        step: 0,
        required,
        label: text(&format!("Label of {}", kind.name())),
        help: None,
        autocomplete: None,
        messages: Vec::new(),
        half_width: false,
        lenient: None,
        kind,
    };
    let mut fields: Vec<Field> = kinds().into_iter().map(field).collect();
    let SelectOptions { options, .. } = match &fields[7].kind {
        FieldKind::Select(select) => select.clone(),
        _ => unreachable!("the eighth kind is the select"),
    };
    fields.push(Field { id: "list".into(), ..field(FieldKind::Select(SelectOptions { options, as_list: true })) });
    let link = Link { label: text("Look around"), url: text("/kitchens/") };
    let follow_up = |heading: &str, link| FollowUp { heading: text(heading), text: text("What happens now."), link };
    FormDefinition {
        id: "all".into(),
        languages: vec![Language::En],
        heading: text("Every kind"),
        intro: Some(text("One of each.")),
        steps: vec![Step { id: "main".into(), title: Some(text("All of it")) }],
        fields,
        button: text("Send it"),
        follow_ups: FollowUps {
            accept: follow_up("Accepted", None),
            nurture: follow_up("Nurtured", Some(link)),
            decline: follow_up("Declined", None),
        },
        scorecard: Scorecard::default(),
        reasons: Vec::new(),
        moments: None,
        offers: None,
        flow: None,
        confirmation: None,
    }
}

fn page(required: bool, answers: Answers) -> Prerender {
    Prerender {
        form: Arc::new(Form::new(definition(required)).unwrap()),
        language: Language::En,
        answers,
        violations: Vec::new(),
        follow_up: None,
        action: "/f/all?lang=en".into(),
        hidden: vec![("key".into(), "k\"1".into())],
        alone: false,
        still: false,
    }
}

/// The markup, without the names that styles of a page hang on.
async fn render(page: Prerender) -> String {
    let html = leadglass_form::render(page).await;
    let mut pieces = html.split(" part=\"");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once('"').unwrap();
        assert!(!name.is_empty());
        plain.push_str(rest);
    }
    plain
}

/// The opening tag of the element with this id.
fn tag<'a>(html: &'a str, id: &str) -> &'a str {
    let at = html.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("{id} is not in {html}"));
    let start = html[..at].rfind('<').unwrap();
    &html[start..=start + html[start..].find('>').unwrap()]
}

fn has(html: &str, id: &str, parts: &[&str]) {
    let tag = tag(html, id);
    for part in parts {
        assert!(tag.contains(part), "{part} is not in {tag}");
    }
}

#[tokio::test]
async fn every_kind_has_a_control_with_its_name_and_its_error_slot() {
    let html = render(page(true, Answers::new())).await;
    for kind in kinds() {
        let name = kind.name();
        assert!(html.contains(&format!("name=\"{name}\"")), "{name}");
        if !matches!(kind, FieldKind::Hidden(_)) {
            has(&html, &format!("lg-{name}"), &[&format!("name=\"{name}\"")]);
            assert!(html.contains(&format!("<p id=\"lg-{name}-error\" class=\"error\"></p>")), "{name}");
            assert!(html.contains(&format!("lg-{name}-error\"")), "{name} is described by its error");
        }
    }
    has(
        &html,
        "lg-email",
        &["type=\"text\"", "inputmode=\"email\"", "autocomplete=\"email\"", "aria-required=\"true\""],
    );
    has(&html, "lg-phone", &["type=\"tel\"", "autocomplete=\"tel\""]);
    has(&html, "lg-date", &["type=\"date\""]);
    has(&html, "lg-rating-5", &["type=\"radio\"", "value=\"5\""]);
    has(&html, "lg-yes_no", &["type=\"radio\"", "value=\"yes\""]);
    has(&html, "lg-consent", &["type=\"checkbox\"", "value=\"yes\""]);
    has(&html, "lg-multi_select", &["type=\"checkbox\"", "value=\"a\""]);
    has(&html, "lg-list", &["<select"]);
    assert!(html.contains("<legend>All of it</legend>"));
    assert!(html.contains("role=\"radiogroup\""));
    assert!(!html.contains("optional"));
}

#[tokio::test]
async fn a_phone_number_has_its_country_beside_it() {
    let file = form_file::parse(include_str!("../../../tests/forms/phone.toml")).unwrap();
    let form = Arc::new(file.form);
    let shown = async |language, values: &[&str]| {
        let answers: Answers = values.iter().map(|value| ("phone", *value)).collect();
        render(Prerender { form: Arc::clone(&form), language, answers, ..page(true, Answers::new()) }).await
    };
    let chosen = |html: &str| {
        let list = html.split("id=\"lg-phone-unit\"").nth(1).and_then(|rest| rest.split("</select>").next()).unwrap();
        let options: Vec<&str> = list.split("<option").filter(|option| option.contains(" selected")).collect();
        assert_eq!(options.len(), 1, "{list}");
        options[0].split('"').nth(1).unwrap().to_owned()
    };
    let html = shown(Language::En, &[]).await;
    has(&html, "lg-phone", &["type=\"tel\"", "name=\"phone\"", "autocomplete=\"tel\""]);
    has(&html, "lg-phone-unit", &["name=\"phone\"", "aria-label=\"Phone: Country\"", "autocomplete=\"off\""]);
    assert!(html.contains(">MD +373</option>") && html.contains("<option value=\"+\">Other</option>"), "{html}");
    assert_eq!(chosen(&html), "MD");
    // The form file says that whoever reads Romanian is likely in Romania.
    assert_eq!(chosen(&shown(Language::Ro, &[]).await), "RO");
    let html = shown(Language::Ro, &["0501", "UA"]).await;
    assert_eq!(chosen(&html), "UA");
    has(&html, "lg-phone", &["value=\"0501\""]);
}

#[tokio::test]
async fn the_form_posts_without_scripts_and_has_nothing_inline() {
    let html = render(page(true, Answers::new())).await;
    let (root, inside) = html.split_once('>').unwrap();
    assert!(
        root.contains("class=\"leadglass\"") && root.contains("lang=\"en\"") && inside.starts_with("<form "),
        "{html}"
    );
    assert!(html.contains("action=\"/f/all?lang=en\"") && html.contains("method=\"post\""), "{html}");
    assert!(html.contains("<input value=\"k&quot;1\" type=\"hidden\" name=\"key\">"), "{html}");
    assert!(html.contains("<button type=\"submit\" id=\"lg-send\">Send it</button>"));
    assert!(!html.contains("style=") && !html.contains("<script") && !html.contains("onclick"));
    assert!(!STYLES.contains("url("), "a page's policy may forbid what a style sheet loads");
}

#[tokio::test]
async fn the_skeletons_that_the_loader_fills_are_there_and_hidden() {
    let html = render(page(true, Answers::new())).await;
    has(&html, "lg-summary", &["tabindex=\"-1\"", "hidden"]);
    has(&html, "lg-status", &["role=\"status\""]);
    has(&html, "lg-follow-up", &["tabindex=\"-1\"", "hidden"]);
}

#[tokio::test]
async fn questions_that_need_no_answer_say_so() {
    let html = render(page(false, Answers::new())).await;
    assert!(html.contains("<span class=\"optional\">optional</span>"));
    assert!(!html.contains("aria-required"));
}

#[tokio::test]
async fn what_was_answered_is_kept_and_escaped() {
    let answers: Answers = [
        ("short_text", "Ana <b>\"Pop\"</b>"),
        ("long_text", "one\n</textarea>two"),
        ("money", "5 000"),
        ("money", "MDL"),
        ("list", "b"),
        ("multi_select", "b"),
        ("rating", "4"),
        ("yes_no", "no"),
        ("consent", "yes"),
    ]
    .into_iter()
    .collect();
    let html = render(page(true, answers)).await;
    has(&html, "lg-short_text", &["value=\"Ana &lt;b&gt;&quot;Pop&quot;&lt;/b&gt;\""]);
    assert!(html.contains("one\n&lt;/textarea&gt;two</textarea>"), "{html}");
    has(&html, "lg-money", &["value=\"5 000\""]);
    assert!(html.contains("<option value=\"MDL\" selected"));
    assert!(html.contains("<option value=\"b\" selected"));
    for id in ["lg-multi_select-2", "lg-rating-4", "lg-yes_no-2", "lg-consent"] {
        has(&html, id, &[" checked"]);
    }
    assert!(!tag(&html, "lg-multi_select").contains(" checked"));
}

#[tokio::test]
async fn a_list_has_its_first_line_chosen_where_nothing_is() {
    let html = render(page(true, Answers::new())).await;
    assert!(html.contains("<option value=\"\" selected=\"selected\">Choose…</option>"), "{html}");
    assert!(html.contains("<option value=\"EUR\" selected"));
}

#[tokio::test]
async fn violations_stand_at_their_fields_and_in_the_summary() {
    let mut page = page(true, [("email", "ana")].into_iter().collect());
    page.violations = validate(&page.form, &page.answers, Timestamp::from_millis(0)).unwrap_err();
    let count = page.violations.len();
    let html = render(page).await;
    assert!(!tag(&html, "lg-summary").contains("hidden"));
    assert!(html.contains(&format!("{count} answers need another look")));
    assert_eq!(html.matches("<li><a href=\"#lg-").count(), count);
    assert!(html.contains("<a href=\"#lg-email\"><b>Label of email</b> The @ is missing."));
    has(&html, "lg-email", &["aria-invalid=\"true\"", "value=\"ana\""]);
    assert!(html.contains("<p id=\"lg-email-error\" class=\"error\">The @ is missing."));
}

#[tokio::test]
async fn what_follows_takes_the_place_of_the_fields() {
    let mut page = page(true, Answers::new());
    page.follow_up = Some(FollowUpText {
        heading: "Nurtured".into(),
        text: "What happens now.".into(),
        link: Some(("Look around".into(), "/kitchens/".into())),
        serves: vec![ServedText { heading: "Try this".into(), steps: vec!["Oil it.".into()], ..ServedText::default() }],
        ..FollowUpText::default()
    });
    let html = render(page).await;
    assert!(!html.contains("<form"));
    assert!(!tag(&html, "lg-follow-up").contains("hidden"));
    assert!(
        html.contains(
            "Nurtured</h2><p>What happens now.</p><p hidden=\"hidden\"></p><a href=\"/kitchens/\">Look around</a>"
        ),
        "{html}"
    );
    assert!(html.contains("<h3>Try this</h3><ol><li>Oil it.</li></ol>"), "{html}");
}

#[test]
fn what_is_bundled_of_the_styles_is_all_of_them_in_their_order() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let imports = std::fs::read_to_string(folder.join("styles.css")).unwrap();
    let files = imports.lines().filter_map(|line| line.strip_prefix("@import \"./")?.strip_suffix("\";"));
    let all: String = files.map(|file| std::fs::read_to_string(folder.join(file)).unwrap()).collect();
    assert_eq!(all, STYLES);
}
