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
        let options =
            options.iter().map(|option| json!({ "id": option.id, "label": texts(definition, &option.label) }));
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

#[cfg(test)]
mod tests {
    use crate::testing::{Endpoint, whole};

    #[tokio::test]
    async fn a_form_is_described_without_its_secrets() {
        let endpoint = Endpoint::new().await;
        insta::assert_snapshot!(whole(endpoint.get("/v1/forms/enquiry").await).await, @r#"
        200 OK
        content-type: application/json
        cache-control: no-cache
        access-control-allow-origin: *
        x-content-type-options: nosniff
        referrer-policy: same-origin
        cross-origin-opener-policy: same-origin
        content-length: 875

        {"id":"enquiry","version":"2255c29b889f9005252ddbcf03eb425ea890d3e5fd7285c193bb0632290c8a25","definition":"/forms/enquiry/2255c29b889f9005252ddbcf03eb425ea890d3e5fd7285c193bb0632290c8a25.cbor","languages":["en","ru"],"heading":{"en":"Ask us","ru":"Спросите нас"},"fields":[{"id":"name","kind":"short_text","required":true,"label":{"en":"Your name","ru":"Как вас зовут"}},{"id":"email","kind":"email","required":true,"label":{"en":"E-mail","ru":"Электронная почта"}},{"id":"budget","kind":"money","required":false,"label":{"en":"Budget","ru":"Бюджет"}},{"id":"message","kind":"long_text","required":false,"label":{"en":"Message","ru":"Сообщение"}},{"id":"agree","kind":"consent","required":true,"label":{"en":"You may answer me.","ru":"Мне можно ответить."}}],"public_criteria":["budget_size","saw_prices"]}
        "#);
    }
}
