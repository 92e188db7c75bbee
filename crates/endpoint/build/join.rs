//! Joins the page's scripts into one file each, for a binary that is built without `cargo xtask build`, which bundles and
//! minifies them. It knows the one form in which they are written: an import a line, `export` before a declaration.

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

/// A classic script.
pub fn script(entry: &Path) -> io::Result<String> {
    let (code, _) = joined(entry)?;
    Ok(format!("(() => {{\n{code}}})();\n"))
}

/// A module that exports what its entry does.
pub fn module(entry: &Path) -> io::Result<String> {
    let (code, exports) = joined(entry)?;
    Ok(format!("{code}export const {{ {} }} = {};\n", exports.join(", "), name(entry)))
}

fn joined(entry: &Path) -> io::Result<(String, Vec<String>)> {
    let (mut code, mut known) = (String::new(), Vec::new());
    let exports = add(&entry.canonicalize()?, &mut code, &mut known)?;
    Ok((code, exports))
}

/// Adds a file after what it imports, each in a scope of its own.
fn add(file: &Path, code: &mut String, known: &mut Vec<PathBuf>) -> io::Result<Vec<String>> {
    let (mut body, mut exports) = (String::new(), Vec::new());
    for line in fs::read_to_string(file)?.lines() {
        if let Some((names, from)) = line.strip_prefix("import ").and_then(|rest| rest.split_once(" from ")) {
            let path = file.with_file_name("").join(from.trim_matches(['"', ';'])).canonicalize()?;
            if !known.contains(&path) {
                known.push(path.clone());
                add(&path, code, known)?;
            }
            let _ = writeln!(body, "const {names} = {};", name(&path));
        } else if let Some(rest) = line.strip_prefix("export ") {
            exports.extend(rest.split([' ', ';', '(']).nth(1).map(str::to_owned));
            let _ = writeln!(body, "{rest}");
        } else {
            let _ = writeln!(body, "{line}");
        }
    }
    let _ = writeln!(code, "const {} = (() => {{\n{body}return {{ {} }};\n}})();", name(file), exports.join(", "));
    Ok(exports)
}

fn name(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    format!("${}", stem.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_"))
}
