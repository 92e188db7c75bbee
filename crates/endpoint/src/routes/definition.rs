//! `GET /v1/forms/{form}`: the public definition as JSON, for people and their programs.

use std::sync::Arc;

use axum::{
    extract::{Path, State as Shared},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use leadglass_scoring::{Field, FormDefinition, Language, LocalText};
use serde_json::{Map, Value, json};

use crate::{
    embed::definition_path,
    forms::Shown,
    problem::{Kind, Problem},
    state::State,
};

/// Describes a form.
///
/// # Errors
/// Where there is no such form.
pub async fn answer(Shared(state): Shared<Arc<State>>, Path(form): Path<String>) -> Result<Response, Problem> {
    let live = state.forms.get(&form).ok_or_else(|| Problem::of(Kind::FormUnknown, Language::En))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
    Ok((headers, describe(&live.shown).to_string()).into_response())
}

fn describe(shown: &Shown) -> Value {
    let definition = shown.form.definition();
    let criteria: Vec<&str> = definition.scorecard.criteria.iter().map(|criterion| criterion.id.as_str()).collect();
    let fields: Vec<Value> = definition.fields.iter().map(|field| describe_field(definition, field)).collect();
    json!({
        "id": definition.id,
        "version": shown.version.to_string(),
        "definition": definition_path(shown),
        "languages": definition.languages.iter().map(|language| language.code()).collect::<Vec<_>>(),
        "heading": texts(definition, &definition.heading),
        "fields": fields,
        "public_criteria": criteria,
    })
}

fn describe_field(definition: &FormDefinition, field: &Field) -> Value {
    let mut described = Map::new();
    described.insert("id".into(), field.id.clone().into());
    described.insert("kind".into(), field.kind.name().into());
    described.insert("required".into(), field.required.into());
    described.insert("label".into(), texts(definition, &field.label));
    let options = field.kind.options();
    if !options.is_empty() {
        let options = options.iter().map(|option| json!({ "id": option.id, "label": texts(definition, &option.label) }));
        described.insert("options".into(), options.collect());
    }
    described.into()
}

fn texts(definition: &FormDefinition, text: &LocalText) -> Value {
    let languages = definition.languages.iter().enumerate();
    let texts: Map<String, Value> =
        languages.map(|(number, language)| (language.code().to_owned(), text.get(number).into())).collect();
    texts.into()
}
