//! Proof of work beside ALTCHA's own library in Node, both ways. `cargo xtask tools` installs it.

use std::{
    env, fs,
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Challenge, check,
    tests::{keys, settings, solve},
};
use crate::clock::{Clock, SystemClock};

const SCRIPT: &str = include_str!("interop.mjs");
/// What pages without TLS derive by.
const PLAIN: &str = include_str!(concat!(env!("OUT_DIR"), "/plain.js"));

/// Where `cargo xtask tools` puts packages.
fn modules() -> PathBuf {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let tools = set("LEADGLASS_TOOLS")
        .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("leadglass")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/leadglass")));
    let modules = tools.unwrap().join("node/node_modules");
    assert!(modules.join("altcha-lib").exists(), "`cargo xtask tools` installs altcha-lib");
    modules
}

fn node(question: &Value) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("interop.mjs");
    fs::write(&script, SCRIPT).unwrap();
    fs::write(folder.path().join("plain.mjs"), PLAIN).unwrap();
    let mut node = Command::new("node")
        .arg(script)
        .arg(modules())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is installed");
    node.stdin.take().unwrap().write_all(question.to_string().as_bytes()).unwrap();
    let answer = node.wait_with_output().unwrap();
    assert!(answer.status.success());
    serde_json::from_slice(&answer.stdout).unwrap()
}

#[test]
fn s9_altchas_own_library_solves_and_verifies_our_challenges_and_we_theirs() {
    // Its library has no clock but the machine's.
    let at = SystemClock.now();
    let random = [Uuid::from_u128(1), Uuid::from_u128(u128::MAX), Uuid::from_u128(3)];
    let challenge = serde_json::to_value(Challenge::new(&settings(), &keys(), "demo", at, random)).unwrap();
    let answer = node(&json!({
        "challenge": challenge,
        "ours": solve(&challenge),
        "signature": keys().challenge,
        "key": keys().solution,
        "expires_at": at.as_millis() / 1_000 + 60,
    }));
    assert_eq!((&answer["verified"], &answer["worked"]), (&json!(true), &json!(true)));
    assert!(check(&keys(), answer["solved"].as_str().unwrap(), "demo", at).is_ok());
    for keys in answer["derived"].as_array().unwrap() {
        let [library, browser, plain] = keys.as_array().unwrap().as_slice() else { panic!("{keys}") };
        assert_eq!((browser, plain), (library, library));
    }
    assert_eq!((answer["derived"].as_array().unwrap().len(), &answer["stopped"]), (7, &json!("proof.stopped")));
    let theirs = solve(&answer["theirs"]);
    let answered = check(&keys(), &theirs, "demo", at).unwrap();
    assert_eq!(answered.expires_at.as_millis() / 1_000, at.as_millis() / 1_000 + 60);
}
