//! `SECURITY.md` names tests: each has to exist, and no row may be left out.

use std::collections::BTreeSet;

use super::tree::Tree;

const FILE: &str = "SECURITY.md";
/// Threats and crash tests, each with a row of its own.
const ROWS: [(char, u8); 2] = [('S', 32), ('K', 6)];

pub fn check(tree: &Tree) -> Vec<String> {
    let Some(text) = tree.get(FILE) else { return vec![format!("{FILE} is missing")] };
    let mut breaches = Vec::new();
    let mut rows = BTreeSet::new();
    let known = tests(tree);
    for (number, line) in text.lines().enumerate() {
        let mut cells = line.trim_matches('|').split(" | ").map(str::trim);
        let row = cells.next().and_then(|cell| cell.split(' ').next());
        let Some(row) = row.filter(|row| line.starts_with('|') && is_row(row)) else { continue };
        if !rows.insert(row) {
            breaches.push(format!("{FILE}:{}: `{row}` is told twice", number + 1));
        }
        let named: Vec<&str> = cells.last().unwrap_or_default().split('`').skip(1).step_by(2).collect();
        if named.is_empty() && !line.contains("Not applicable") && !line.contains("Not yet") {
            breaches.push(format!("{FILE}:{}: `{row}` names no test", number + 1));
        }
        let missing = named.into_iter().filter(|test| !known.contains(test));
        breaches.extend(missing.map(|test| format!("{FILE}:{}: there is no test `{test}`", number + 1)));
    }
    for (letter, last) in ROWS {
        let missing = (1..=last).map(|number| format!("{letter}{number}")).filter(|row| !rows.contains(row.as_str()));
        breaches.extend(missing.map(|row| format!("{FILE}: `{row}` is left out")));
    }
    breaches
}

fn is_row(cell: &str) -> bool {
    let number = cell.strip_prefix(['S', 'K']).map(str::parse::<u8>);
    matches!(number, Some(Ok(_)))
}

/// The names of all functions: tests of cargo have an attribute, those in browsers a list.
fn tests(tree: &Tree) -> BTreeSet<&str> {
    let names = tree.with_ending(&[".rs"]).flat_map(|(_, text)| text.split("fn ").skip(1));
    names
        .filter_map(|rest| rest.split(|letter: char| letter != '_' && !letter.is_ascii_alphanumeric()).next())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Tree, check};

    fn table(row: &str) -> String {
        let rest = |row: &str| format!("| {row} | Not applicable | |\n");
        let all = (1..=32).map(|number| format!("S{number}")).chain((1..=6).map(|number| format!("K{number}")));
        let rest: String = all.filter(|name| !row.starts_with(&format!("| {name} "))).map(|name| rest(&name)).collect();
        format!("{row}\n{rest}")
    }

    fn breaches(row: &str) -> Vec<String> {
        check(&Tree::of(&[("SECURITY.md", &table(row)), ("a.rs", "//! A.\n#[test]\nfn s1_it_holds() {}\n")]))
    }

    #[test]
    fn a_row_whose_test_exists_passes() {
        assert_eq!(breaches("| S1 Threat | It holds | `s1_it_holds` |"), Vec::<String>::new());
    }

    #[test]
    fn a_test_that_is_gone_and_a_row_without_one_are_named() {
        assert_eq!(
            breaches("| S1 Threat | It holds | `s1_it_held` |"),
            ["SECURITY.md:1: there is no test `s1_it_held`"]
        );
        assert_eq!(breaches("| S1 Threat | It holds | none |"), ["SECURITY.md:1: `S1` names no test"]);
    }

    #[test]
    fn a_row_that_is_left_out_is_named() {
        let table = table("| S1 Threat | It holds | `s1_it_holds` |").replace("| S7 |", "| |");
        let tree = Tree::of(&[("SECURITY.md", &table), ("a.rs", "fn s1_it_holds() {}\n")]);
        assert_eq!(check(&tree), ["SECURITY.md: `S7` is left out"]);
        assert_eq!(check(&Tree::of(&[])), ["SECURITY.md is missing"]);
    }
}
