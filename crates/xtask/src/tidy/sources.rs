//! How a source file looks from outside.

use super::tree::{Tree, wrong_lines};

const CODE: &[&str] = &[".rs", ".js", ".mjs", ".css", ".html", ".sql"];
/// Beyond this a file is two files.
const LONGEST: usize = 500;
/// Beyond this somebody should look.
const LONG: usize = 300;

pub fn no_mod_rs(tree: &Tree) -> Vec<String> {
    let found = tree.with_ending(&["/mod.rs"]).map(|(path, _)| path);
    found.map(|path| format!("{path}: put it beside its folder, under the folder's name")).collect()
}

pub fn short(tree: &Tree) -> Vec<String> {
    longer_than(tree, LONGEST)
}

pub fn long(tree: &Tree) -> Vec<String> {
    longer_than(tree, LONG)
}

fn longer_than(tree: &Tree, limit: usize) -> Vec<String> {
    let lengths = tree.with_ending(CODE).map(|(path, text)| (path, text.lines().count()));
    lengths.filter(|(_, lines)| *lines > limit).map(|(path, lines)| format!("{path}: {lines} lines")).collect()
}

/// A `main.rs` beside a `lib.rs`, or a `tests.rs` beside what it tests, would only repeat it.
pub fn documented(tree: &Tree) -> Vec<String> {
    let bare = tree.with_ending(&[".rs"]).filter(|(path, text)| {
        let repeats = path.strip_suffix("main.rs").is_some_and(|folder| tree.get(&format!("{folder}lib.rs")).is_some());
        !repeats && !path.ends_with("/tests.rs") && !text.starts_with("//!") && !text.starts_with("#![doc")
    });
    bare.map(|(path, _)| format!("{path}: begins with no `//!` line")).collect()
}

pub fn no_allow(tree: &Tree) -> Vec<String> {
    let attributes = [concat!("#[", "allow("), concat!("#![", "allow(")];
    let check = |(path, text)| {
        wrong_lines(path, text, "use `#[expect(…, reason = \"…\")]`", |line| {
            attributes.iter().any(|it| line.contains(it))
        })
    };
    tree.with_ending(&[".rs"]).flat_map(check).collect()
}

/// Paths of somebody's home, and of this very checkout. Data may hold any address.
pub fn no_machine_paths(tree: &Tree) -> Vec<String> {
    let mut patterns =
        vec![concat!("/ro", "ot/").to_owned(), concat!("/ho", "me/").to_owned(), concat!("/Use", "rs/").to_owned()];
    patterns.extend(std::env::current_dir().ok().map(|folder| folder.display().to_string()).filter(|it| it.len() > 1));
    let check = |(path, text)| {
        wrong_lines(path, text, "names a path of one machine", |line| {
            patterns.iter().any(|it| line.contains(it.as_str()))
        })
    };
    tree.files().filter(|(path, _)| !path.contains("/data/")).flat_map(check).collect()
}

#[cfg(test)]
mod tests {
    use super::{Tree, documented, long, no_allow, no_machine_paths, no_mod_rs, short};

    #[test]
    fn a_file_that_says_what_it_is_and_is_short_passes() {
        let tree = Tree::of(&[("crates/a/src/lib.rs", "//! A.\n"), ("crates/a/src/main.rs", "fn main() {}\n")]);
        for rule in [documented, long, no_allow, no_machine_paths, no_mod_rs, short] {
            assert_eq!(rule(&tree), Vec::<String>::new());
        }
    }

    #[test]
    fn each_breach_is_named_with_its_line() {
        let allowed = format!("//! B.\n#[{}(dead_code)]\n", "allow");
        let home = format!("//! C.\n// /{}/ann\n", "home");
        let tree = Tree::of(&[("a/mod.rs", "fn f() {}\n"), ("b.rs", &allowed), ("c.rs", &home)]);
        assert_eq!(no_mod_rs(&tree).len(), 1);
        assert_eq!(documented(&tree), ["a/mod.rs: begins with no `//!` line"]);
        assert_eq!(no_allow(&tree), ["b.rs:2: use `#[expect(…, reason = \"…\")]`"]);
        assert_eq!(no_machine_paths(&tree), ["c.rs:2: names a path of one machine"]);
    }

    #[test]
    fn a_long_file_is_warned_about_before_it_is_refused() {
        let text = "\n".repeat(301);
        let tree = Tree::of(&[("a.css", &text)]);
        assert_eq!(long(&tree), ["a.css: 301 lines"]);
        assert!(short(&tree).is_empty());
    }
}
