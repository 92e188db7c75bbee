//! The private API asked by Schemathesis: everything its description allows, and much that it forbids, against the
//! running server.

use std::{fs, process::Command};

use anyhow::{Context, Result};

use crate::{
    loopback,
    server::{Server, TESTED, build_tested},
    shell,
    tools::{self, Tool},
};

const FORMS: &str = "www/forms";
/// Cases an operation is asked with, beside the edges of every parameter.
const CASES: &str = "40";
/// Whatever addresses are made up, nothing is sent but to a port of this machine where nobody listens.
const SETTINGS: [(&str, &str); 2] =
    [("LEADGLASS_OUTBOX_PORTS", "[9]"), ("LEADGLASS_OUTBOX_PRIVATE_NETWORKS", "[\"127.0.0.1/32\"]")];
/// The same cases each time, so that a failure can be seen again.
const SEED: &str = "1";

pub fn run() -> Result<()> {
    tools::install(&[Tool::Schemathesis])?;
    build_tested()?;
    let server = Server::start_of(TESTED, FORMS, &SETTINGS)?;
    let token = |scope: &str| -> Result<String> {
        let mut command = Command::new(TESTED);
        command.args(["token", "create", "schemathesis", "--scope", scope, "--database", &server.database]);
        Ok(shell::output(&mut command)?.trim().to_owned())
    };
    let (admin, pull) = (token("admin")?, token("pull")?);
    seed(&server, &admin)?;
    let configuration = format!("{}/schemathesis.toml", server.folder);
    // The secret is the caller's, not one to make up; a lead that is there makes more than 404 of what asks for one.
    let lead = first(&server, &admin, "/v1/leads", "id", 36)?;
    let version = first(&server, &admin, "/v1/forms", "live", 64)?;
    let webhook = first(&server, &admin, "/v1/webhooks", "id", 36)?;
    let form = first(&server, &admin, "/v1/leads", "form", 3)?;
    // 422 says which rule of a form an answer breaks, which no schema knows; 409 that a webhook was disabled before.
    let text = format!(
        "[parameters]\n\"path.secret\" = \"{pull}\"\n\"path.id\" = \"{lead}\"\n\"path.webhook\" = \"{webhook}\"\n\
                        \"path.form\" = \"{form}\"\n\"path.version\" = \"{version}\"\n\"path.other\" = \"{version}\"\n\n\
                        [checks.positive_data_acceptance]\n\
                        expected-statuses = [\"2xx\", \"401\", \"403\", \"404\", \"409\", \"422\"]\n"
    );
    fs::write(&configuration, text)?;
    let mut command = Command::new(tools::schemathesis()?);
    command
        .args(["--config-file", &configuration, "run", &format!("http://{}/v1/openapi.json", server.private_address)])
        .args(["--header", &format!("Authorization: Bearer {admin}")])
        .args(["--checks", "all", "--phases", "coverage,fuzzing", "--max-examples", CASES, "--seed", SEED])
        .args(["--continue-on-failure", "--no-color"])
        .env("PYTHONDONTWRITEBYTECODE", "1");
    shell::run(&mut command)
}

fn seed(server: &Server, token: &str) -> Result<()> {
    let body = r#"{"form":"ask","channel":"call","answers":{"message":"What does oak cost?","name":"Ana","email":"ana@example.org","agree":true}}"#;
    let key = "idempotency-key: 0191d3c0-0000-4000-8000-000000000001";
    let answer = loopback::ask(server.private_address, "POST", "/v1/leads", &[&bearer(token), key], body)?;
    anyhow::ensure!(answer.status == 200, "the first lead was refused: {}", String::from_utf8_lossy(&answer.body));
    let body = r#"{"url":"https://127.0.0.1:9/"}"#;
    let answer = loopback::ask(server.private_address, "POST", "/v1/webhooks", &[&bearer(token), key], body)?;
    anyhow::ensure!(answer.status == 200, "the webhook was refused: {}", String::from_utf8_lossy(&answer.body));
    Ok(())
}

/// The first letters of the first text of this name in an answer.
fn first(server: &Server, token: &str, path: &str, name: &str, letters: usize) -> Result<String> {
    let answer = loopback::ask(server.private_address, "GET", path, &[&bearer(token)], "")?;
    let text = String::from_utf8(answer.body)?;
    let (_, rest) = text.split_once(&format!("\"{name}\":\"")).with_context(|| format!("`{path}` has no `{name}`"))?;
    Ok(rest.chars().take(letters).collect())
}

fn bearer(token: &str) -> String {
    format!("authorization: Bearer {token}")
}
