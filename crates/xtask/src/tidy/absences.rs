//! Crates that cost the visitor more than they give: the browser has what they do.

use std::process::Command;

use anyhow::Result;

use crate::shell;

const ABSENT: &[&str] = &["chrono", "regex", "regex-lite", "serde_json", "url"];

pub fn check() -> Result<Vec<String>> {
    let selection = ["tree", "--locked", "--package", "leadglass-widget", "--target", "wasm32-unknown-unknown"];
    let shape = ["--edges", "normal", "--prefix", "none", "--format", "{p}"];
    let tree = shell::output(Command::new("cargo").args(selection).args(shape))?;
    Ok(forbidden_in(&tree))
}

fn forbidden_in(tree: &str) -> Vec<String> {
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    let mut found: Vec<_> = names.filter(|name| ABSENT.contains(name)).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|name| format!("crates/widget: `{name}` is in its wasm's dependencies")).collect()
}

#[cfg(test)]
mod tests {
    use super::forbidden_in;

    #[test]
    fn only_whole_names_count() {
        let tree =
            "leadglass-widget v0.1.0\nserde_json v1.0.0\nserde v1.0.0\nserde_json v1.0.0\nform_urlencoded v1.2.0\n";
        assert_eq!(forbidden_in(tree), ["crates/widget: `serde_json` is in its wasm's dependencies"]);
    }
}
