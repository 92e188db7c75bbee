//! The embed file of a form: the loader with the form's markup in each of its languages, its styles, and the paths
//! of what is loaded later. Nothing in it belongs to one visitor, so it can be cached.

mod tree;

use std::sync::Arc;

use leadglass_form::{
    Prerender,
    messages::{Words, embed_texts},
    render,
};
use leadglass_scoring::{Answers, Field, FieldKind, Language, encoding::VersionId};
use serde_json::{Map, Value, json};

use crate::{
    assets::{Assets, Manifest},
    compressed::{Compressed, integrity},
    forms::{LiveForm, Shown},
    settings::Settings,
    spam,
    state::State,
};

/// What stands in the loader for the form, and for what is loaded once it stands.
const TOKENS: [&str; 2] = ["LEADGLASS_PAYLOAD", "LEADGLASS_LATER"];

/// The embed file of a form.
pub async fn embed_file(state: &State, live: &LiveForm) -> Arc<Compressed> {
    let make = || async {
        let script = embed_script(&state.assets, &state.settings, &live.shown).await;
        Arc::new(Compressed::in_background(script.into_bytes()).await)
    };
    Arc::clone(live.embed_file.get_or_init(make).await)
}

/// Its text.
pub async fn embed_script(assets: &Assets, settings: &Settings, shown: &Shown) -> String {
    script(assets, &payload(assets, settings, shown).await)
}

/// The loader alone, for pages that place `<leadglass-form>` themselves.
pub async fn loader_file(state: &State) -> Arc<Compressed> {
    let make = || async { Arc::new(Compressed::in_background(script(&state.assets, &Value::Null).into_bytes()).await) };
    Arc::clone(state.loader_file.get_or_init(make).await)
}

/// The public definition as it is served.
pub async fn definition_file(shown: &Shown) -> Arc<Compressed> {
    let make = || async { Arc::new(Compressed::in_background(shown.definition.clone()).await) };
    Arc::clone(shown.definition_file.get_or_init(make).await)
}

/// The path of a version's public definition.
#[must_use]
pub fn definition_path(shown: &Shown) -> String {
    format!("/forms/{}/{}.cbor", shown.form.definition().id, shown.version)
}

/// What a page in the form's language number `number` is given, as it is served.
pub async fn page_file(shown: &Shown, number: usize) -> Option<Arc<Compressed>> {
    let language = *shown.form.definition().languages.get(number)?;
    let make = || async { Arc::new(Compressed::in_background(shown.page(language)).await) };
    Some(Arc::clone(shown.page_files.get(number)?.get_or_init(make).await))
}

/// The path of that. Our words may change while the form's version stays, so it names them too.
#[must_use]
pub fn page_path(shown: &Shown, language: Language) -> String {
    let words = VersionId::of(Words::of(language).lines().as_bytes()).to_string();
    let words = words.get(..8).unwrap_or_default();
    format!("/forms/{}/{}.{}-{words}.cbor", shown.form.definition().id, shown.version, language.code())
}

fn script(assets: &Assets, payload: &Value) -> String {
    // `<` is spelled out so that nothing in it can end a script where it is put inline.
    let json = |value: &Value| value.to_string().replace('<', "\\u003c");
    let [form, later] = TOKENS;
    assets.loader().replacen(later, &json(&assets.later().to_json()), 1).replacen(form, &json(payload), 1)
}

async fn payload(assets: &Assets, settings: &Settings, shown: &Shown) -> Value {
    let definition = shown.form.definition();
    let mut views = Map::new();
    for language in &definition.languages {
        views.insert(language.code().to_owned(), view(shown, *language).await);
    }
    // In this order they are smallest, compressed.
    json!({
        "styles": assets.styles(),
        "id": definition.id,
        "version": shown.version.to_string(),
        "widget": assets.widget().map(widget),
        "model": assets.widget().filter(|_| definition.has_moments()).map(|manifest| manifest.model.to_json()),
        "asks": spam::asks(settings, &definition.id),
        "parameters": definition.fields.iter().filter_map(parameter).collect::<Map<_, _>>(),
        "tracking": definition.fields.iter().find(|field| is_tracking(field, settings)).map(|field| &field.id),
        "views": views,
    })
}

/// A parameter of a page's address that is an answer, and how long it may be.
fn parameter(field: &Field) -> Option<(String, Value)> {
    match &field.kind {
        FieldKind::Hidden(limits) => Some((field.id.clone(), limits.max_length.into())),
        _ => None,
    }
}

/// Whether it is the permission to be followed.
fn is_tracking(field: &Field, settings: &Settings) -> bool {
    matches!(&field.kind, FieldKind::Consent(consent) if consent.purpose == settings.track_purpose)
}

fn widget(manifest: &Manifest) -> Value {
    json!({ "js": manifest.js.to_json(), "wasm": manifest.wasm.to_json() })
}

async fn view(shown: &Shown, language: Language) -> Value {
    let html = render(Prerender {
        form: Arc::clone(&shown.form),
        language,
        answers: Answers::new(),
        violations: Vec::new(),
        follow_up: None,
        action: format!("/f/{}?lang={}", shown.form.definition().id, language.code()),
        hidden: Vec::new(),
        alone: false,
        still: false,
    })
    .await;
    let texts: Map<String, Value> =
        embed_texts(language).into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
    let definition = json!({ "path": page_path(shown, language), "integrity": integrity(&shown.page(language)) });
    json!({ "tree": tree::parse(&html), "texts": texts, "definition": definition })
}
