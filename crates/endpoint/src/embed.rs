//! The embed file of a form: the loader with the form's markup in each of its languages, its styles, and the paths
//! of what is loaded later. Nothing in it belongs to one visitor, so it can be cached.

mod tree;

use std::sync::Arc;

use leadglass_form::{Prerender, messages::embed_texts, render};
use leadglass_scoring::{Answers, Language};
use serde_json::{Map, Value, json};

use crate::{
    assets::{Assets, Manifest, ManifestFile},
    compressed::{Compressed, integrity},
    forms::{LiveForm, Shown},
    state::State,
};

/// What stands in the loader for the form.
const TOKEN: &str = "LEADGLASS_PAYLOAD";

/// The embed file of a form.
pub async fn embed_file(state: &State, live: &LiveForm) -> Arc<Compressed> {
    let make = || async {
        let payload = payload(&state.assets, &live.shown).await;
        // The file is a script: `<` is spelled out so that nothing in it can end one where it is put inline.
        let json = payload.to_string().replace('<', "\\u003c");
        Arc::new(Compressed::in_background(state.assets.loader().replacen(TOKEN, &json, 1).into_bytes()).await)
    };
    Arc::clone(live.embed_file.get_or_init(make).await)
}

/// The loader alone, for pages that place `<leadglass-form>` themselves.
pub async fn loader_file(state: &State) -> Arc<Compressed> {
    let make = || async {
        Arc::new(Compressed::in_background(state.assets.loader().replacen(TOKEN, "null", 1).into_bytes()).await)
    };
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

async fn payload(assets: &Assets, shown: &Shown) -> Value {
    let definition = shown.form.definition();
    let mut views = Map::new();
    for language in &definition.languages {
        views.insert(language.code().to_owned(), view(shown, *language).await);
    }
    json!({
        "id": definition.id,
        "version": shown.version.to_string(),
        "definition": { "path": definition_path(shown), "integrity": integrity(&shown.definition) },
        "widget": assets.widget().map(widget),
        "model": assets.widget().filter(|_| definition.has_moments()).map(|manifest| asset(&manifest.model)),
        "styles": leadglass_form::STYLES,
        "hosted": format!("/f/{}", definition.id),
        "views": views,
    })
}

fn widget(manifest: &Manifest) -> Value {
    json!({ "js": asset(&manifest.js), "wasm": asset(&manifest.wasm) })
}

fn asset(file: &ManifestFile) -> Value {
    json!({ "path": format!("/assets/{}", file.file), "integrity": file.integrity })
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
    })
    .await;
    let texts: Map<String, Value> =
        embed_texts(language).into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
    json!({ "tree": tree::parse(&html), "texts": texts })
}
