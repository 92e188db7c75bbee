//! The wasm as small as it gets, with short names between it and its glue. wasm-bindgen tells what they share apart by hashes, which no compression
//! makes smaller: together they are 4 KB of what a visitor downloads.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::{shell, tools};

/// The object of the exports in the glue.
const EXPORTS: &str = "wasm.";

/// How deep members of the object of imports stand in the glue, and what their names begin with.
const MEMBER: &str = "        ";
const IMPORT: &str = "__wb";

/// What wasm-opt says that it renamed.
#[derive(Deserialize)]
struct Renamed {
    /// Module, name, new name; the new name of the one module is `a`
    imports: Vec<(String, String, String)>,
    /// Name, new name
    exports: Vec<(String, String)>,
}

/// For size, again and again until nothing becomes smaller. rustc puts nothing into the first KB of the memory, and a new
/// memory is empty. What is called once stays a function where it is not tiny: those that are alike then lie side by side.
/// Zeros in the memory cost less than telling where it has others.
const OPTIMISE: [&str; 6] = [
    "-Oz",
    "--converge",
    "--low-memory-unused",
    "--zero-filled-memory",
    "--one-caller-inline-max-function-size=20",
    "--skip-pass=memory-packing",
];
/// And what tools noted in it left out; how places in the memory are aligned is a note too, the same for all where nobody
/// promises it.
const SHORTEN: [&str; 4] =
    ["--dealign", "--minify-imports-and-exports-and-modules", "--strip-producers", "--strip-target-features"];

/// Writes the small wasm to `short`; gives the glue that goes with it.
pub fn shorten(wasm: &Path, short: &Path, glue: &str) -> Result<String> {
    let mut command = tools::command("wasm-opt")?;
    command.args(OPTIMISE).args(SHORTEN).arg(wasm).arg("-o").arg(short);
    shell::say(&command);
    rename(glue, &read(&shell::output(&mut command)?)?)
}

/// A run that goes on until nothing becomes smaller renames each time, and says so.
fn read(said: &str) -> Result<Renamed> {
    let mut rounds = serde_json::Deserializer::from_str(said).into_iter::<Renamed>();
    let first = rounds.next().context("wasm-opt says nothing of what it renamed")?;
    rounds
        .try_fold(first?, |renamed, round| round.map(|round| renamed.then(round)))
        .context("wasm-opt says what it renamed in another way")
}

impl Renamed {
    fn then(self, later: Self) -> Self {
        let imports: BTreeMap<_, _> = later.imports.into_iter().map(|(_, from, to)| (from, to)).collect();
        let exports: BTreeMap<_, _> = later.exports.into_iter().collect();
        let last = |renamed: &BTreeMap<String, String>, name: String| renamed.get(&name).cloned().unwrap_or(name);
        Self {
            imports: self.imports.into_iter().map(|(of, from, to)| (of, from, last(&imports, to))).collect(),
            exports: self.exports.into_iter().map(|(from, to)| (from, last(&exports, to))).collect(),
        }
    }
}

fn rename(glue: &str, renamed: &Renamed) -> Result<String> {
    let (module, ..) = renamed.imports.first().context("the widget imports nothing")?;
    let module = format!("\"{module}\"");
    ensure!(glue.matches(&module).count() == 1, "the glue does not name the module {module} once");
    let imports: BTreeMap<&str, &str> = renamed.imports.iter().map(|(_, from, to)| (&**from, &**to)).collect();
    let exports: BTreeMap<&str, &str> = renamed.exports.iter().map(|(from, to)| (&**from, &**to)).collect();

    let glue = without_unused(glue, |name| imports.contains_key(name));
    let mut short = String::with_capacity(glue.len());
    let mut rest = glue.as_str();
    let mut found = 0;
    while let Some(start) = rest.find(is_of_name) {
        let (before, from) = rest.split_at(start);
        short.push_str(before);
        let (name, after) = from.split_at(from.find(|letter| !is_of_name(letter)).unwrap_or(from.len()));
        let export = exports.get(name).filter(|_| short.ends_with(EXPORTS));
        found += usize::from(imports.contains_key(name));
        short.push_str(imports.get(name).or(export).unwrap_or(&name));
        rest = after;
    }
    short.push_str(rest);
    ensure!(found == imports.len(), "the glue names {found} of the {} imports of the widget", imports.len());
    Ok(short.replace(&module, "\"a\""))
}

/// The glue without functions for imports that the wasm has no more. wasm-bindgen writes each as a member of an object, from
/// a line that begins with its name to one that begins with its brace.
fn without_unused(glue: &str, is_used: impl Fn(&str) -> bool) -> String {
    let mut is_left_out = false;
    let mut kept = String::with_capacity(glue.len());
    for line in glue.split_inclusive('\n') {
        let member = line.strip_prefix(MEMBER).filter(|member| !member.starts_with(' '));
        let name = member.and_then(|member| member.split_once(':')).map(|(name, _)| name);
        if name.is_some_and(|name| name.starts_with(IMPORT) && !is_used(name)) {
            is_left_out = true;
        }
        if !is_left_out {
            kept.push_str(line);
        }
        is_left_out &= member.is_none_or(|member| !member.starts_with('}'));
    }
    kept
}

const fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::{Renamed, read, rename, without_unused};

    #[test]
    fn a_name_that_is_changed_in_each_round_has_its_last() {
        let rounds = r#"{"imports": [["./w_bg.js", "get", "b"], ["./w_bg.js", "set", "c"]], "exports": [["mount", "d"]]}
            {"imports": [["a", "b", "c"], ["a", "c", "b"]], "exports": [["d", "d"]]}"#;
        let renamed = read(rounds).unwrap();
        let import = |name: &str, to: &str| ("./w_bg.js".to_owned(), name.to_owned(), to.to_owned());
        assert_eq!(renamed.imports, [import("get", "c"), import("set", "b")]);
        assert_eq!(renamed.exports, [("mount".to_owned(), "d".to_owned())]);
        assert!(read("").is_err() && read("{}").is_err());
    }

    fn renamed() -> Renamed {
        let import = |name: &str, to: &str| ("./w_bg.js".to_owned(), name.to_owned(), to.to_owned());
        Renamed {
            imports: vec![import("__wbg_get_1f", "b"), import("__wbg_get_1f2", "c")],
            exports: vec![("mount".to_owned(), "d".to_owned())],
        }
    }

    #[test]
    fn imports_and_exports_get_their_names_and_what_is_called_alike_keeps_its_own() {
        let glue = "export function mount(a) { return wasm.mount(a) }\n\
                    const i = { __wbg_get_1f: f, __wbg_get_1f2: (mount) => mount };\nreturn { \"./w_bg.js\": i };";
        let short = "export function mount(a) { return wasm.d(a) }\n\
                     const i = { b: f, c: (mount) => mount };\nreturn { \"a\": i };";
        assert_eq!(rename(glue, &renamed()).unwrap(), short);
    }

    #[test]
    fn what_the_wasm_imports_no_more_leaves_the_glue() {
        let function = |name: &str| {
            format!("        {name}: function(a) {{\n            return () => {{\n            }};\n        }},\n")
        };
        let caught = |name: &str| {
            format!(
                "        {name}: function() {{ return f(function (a) {{\n            a();\n        }}, arguments); }},\n"
            )
        };
        let glue = |names: &[&str]| {
            names.iter().map(|name| function(name) + &caught(&format!("{name}_2"))).collect::<String>()
        };
        let is_used = |name: &str| !name.contains("_error_");
        let left = without_unused(&glue(&["__wbg_get_1f", "__wbg_error_1f", "__wbg_set_1f", "other"]), is_used);
        assert_eq!(left, glue(&["__wbg_get_1f", "__wbg_set_1f", "other"]));
    }

    #[test]
    fn glue_that_does_not_fit_the_wasm_is_told() {
        assert!(rename("{ __wbg_get_1f: f, \"./w_bg.js\": i }", &renamed()).is_err());
        assert!(rename("{ __wbg_get_1f: f, __wbg_get_1f2: g }", &renamed()).is_err());
    }
}
