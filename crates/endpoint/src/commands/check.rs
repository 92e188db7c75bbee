//! `leadglass check FORM.toml…`

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use crate::{
    forms::{FormSource, read_file},
    settings::Settings,
};

/// Which files.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Form files
    #[arg(required = true, value_name = "FORM.toml")]
    files: Vec<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, _: &Settings) -> anyhow::Result<ExitCode> {
    let is_good = check(&arguments.files, &mut io::stdout().lock(), &mut io::stderr().lock())?;
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn check(files: &[PathBuf], out: &mut impl Write, faults: &mut impl Write) -> io::Result<bool> {
    let mut is_good = true;
    for path in files {
        match read_file(path) {
            Ok(source) => {
                for warning in &source.warnings {
                    writeln!(faults, "{}:{warning} (a warning)", path.display())?;
                }
                writeln!(out, "{}", summary(path, &source))?;
            }
            Err(broken) => {
                is_good = false;
                writeln!(faults, "{broken}")?;
            }
        }
    }
    Ok(is_good)
}

fn summary(path: &Path, source: &FormSource) -> String {
    let definition = source.form.definition();
    let languages: Vec<_> = definition.languages.iter().map(|language| language.code()).collect();
    let card = &definition.scorecard;
    format!(
        "{}: ok, form `{}` in {}: {}, {}, {}",
        path.display(),
        definition.id,
        languages.join(", "),
        counted(definition.fields.len(), "field", "fields"),
        counted(card.criteria.len(), "criterion", "criteria"),
        counted(card.gates.len(), "gate", "gates"),
    )
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_told_with_its_place_and_a_good_file_with_its_size() {
        let folder = tempfile::tempdir().unwrap();
        let good = folder.path().join("good.toml");
        let bad = folder.path().join("bad.toml");
        std::fs::write(&good, crate::testing::FORM).unwrap();
        let wrong = crate::testing::FORM
            .replace("kind = \"email\"", "kind = \"mail\"")
            .replace("points = 7.5", "points = \"many\"");
        std::fs::write(&bad, wrong).unwrap();
        let (mut out, mut faults) = (Vec::new(), Vec::new());
        let missing = folder.path().join("missing.toml");
        assert!(!check(&[good, bad, missing], &mut out, &mut faults).unwrap());
        let told = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(folder.path().to_str().unwrap(), ".");
        insta::assert_snapshot!(told(out), @"./good.toml: ok, form `enquiry` in en, ru: 5 fields, 3 criteria, 1 gate");
        insta::assert_snapshot!(told(faults), @r#"
        ./bad.toml:16:8: there is no kind `mail`; did you mean `email`?
        ./bad.toml:69:12: `points` is `many`; write a number with at most 3 decimal places
        ./missing.toml: it can't be read: No such file or directory (os error 2)
        "#);
    }
}
