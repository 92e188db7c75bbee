//! The rules of the house that no compiler checks. Each rule looks at the whole tree and names every breach.

mod boundaries;
mod direction;
mod manifests;
mod security;
mod sources;
mod top_level;
mod tree;

use anyhow::{Result, bail};

use self::tree::Tree;

type Rule = fn(&Tree) -> Vec<String>;

const RULES: &[(&str, Rule)] = &[
    ("crates depend one way", direction::check),
    ("dependencies are listed once and say what they are for", manifests::check),
    ("modules are files beside their folder", sources::no_mod_rs),
    ("files are short", sources::short),
    ("every module says what it is", sources::documented),
    ("lints are expected, not allowed", sources::no_allow),
    ("nothing names the machine it was written on", sources::no_machine_paths),
    ("modules keep to their side", boundaries::check),
    ("what is promised against attacks and crashes has tests", security::check),
    ("the top level holds only what it should", top_level::check),
];

pub fn run() -> Result<()> {
    let tree = Tree::read()?;
    for warning in sources::long(&tree) {
        eprintln!("warning: {warning}");
    }
    let mut breaches = 0;
    for (rule, check) in RULES {
        breaches += report(rule, &check(&tree));
    }
    if breaches > 0 {
        bail!("{breaches} breaches of the rules of the house");
    }
    eprintln!("Tidy: {} rules hold over {} files", RULES.len(), tree.files().count());
    Ok(())
}

fn report(rule: &str, breaches: &[String]) -> usize {
    if !breaches.is_empty() {
        eprintln!("error: {rule}");
    }
    for breach in breaches {
        eprintln!("  {breach}");
    }
    breaches.len()
}
