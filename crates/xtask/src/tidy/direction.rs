//! `scoring ← form ← {widget, endpoint}`, `scoring ← training ← endpoint`: an arrow the other way would pull a browser
//! into the server or a clock into the rules.

use super::tree::Tree;

/// Each crate and those of ours that it may name. The end-to-end tests meet the others as built files only, and name the
/// rules to compare the wasm with.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("crates/scoring", &[]),
    ("crates/form", &["leadglass-scoring"]),
    ("crates/widget", &["leadglass-form", "leadglass-scoring"]),
    ("crates/endpoint", &["leadglass-form", "leadglass-scoring", "leadglass-training"]),
    ("crates/training", &["leadglass-scoring"]),
    ("crates/xtask", &[]),
    ("tests", &["leadglass-scoring"]),
    ("tests/bench/ingest", &["leadglass", "leadglass-scoring"]),
    ("tests/bench/moments/wasm", &["leadglass-scoring"]),
    ("tests/bench/score/native", &["leadglass-scoring"]),
    ("tests/fuzz", &["leadglass", "leadglass-scoring", "leadglass-training"]),
    ("tests/power_cut", &["leadglass"]),
];

pub fn check(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for (path, text) in tree.with_ending(&["/Cargo.toml"]) {
        let folder = path.trim_end_matches("/Cargo.toml");
        let Some((_, allowed)) = MAY_NAME.iter().find(|(name, _)| *name == folder) else {
            breaches.push(format!("{path}: a new crate; say in `xtask tidy` which of ours it may name"));
            continue;
        };
        let named = dependencies(text).into_iter().filter(|name| name.starts_with("leadglass"));
        let wrong = named.filter(|name| !allowed.contains(&name.as_str()));
        breaches.extend(wrong.map(|name| format!("{path}: may not depend on `{name}`")));
    }
    breaches
}

/// The names in every table of dependencies, those of tests and of one platform too.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut table = "";
    let mut names = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            table = header.trim_end_matches(']');
        } else if table.ends_with("dependencies")
            && let Some((key, _)) = line.split_once(['=', '.'])
        {
            names.push(key.trim().trim_matches('"').to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{Tree, check};

    #[test]
    fn the_rules_may_not_name_the_view_even_in_their_tests() {
        let manifest = "[package]\nname = \"x\"\n\n[dev-dependencies]\nleadglass-form.workspace = true\n";
        let breaches = check(&Tree::of(&[("crates/scoring/Cargo.toml", manifest)]));
        assert_eq!(breaches, ["crates/scoring/Cargo.toml: may not depend on `leadglass-form`"]);
    }

    #[test]
    fn the_widget_may_name_view_and_rules() {
        let manifest = "[dependencies]\nleadglass-form = { workspace = true }\nleadglass-scoring.workspace = true\n";
        assert!(check(&Tree::of(&[("crates/widget/Cargo.toml", manifest)])).is_empty());
    }
}
