//! `leadglass check FORM.toml…`

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use leadglass_scoring::{
    FormDefinition,
    form_file::{self, FormFile},
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
        let source = std::fs::read_to_string(path).unwrap_or_default();
        if !source.trim().is_empty() && form_file::is_card(&source) {
            match form_file::parse_card(&source) {
                Ok(file) => Card(file).tell(path, out, faults)?,
                Err(mistakes) => {
                    is_good = false;
                    for mistake in mistakes {
                        writeln!(faults, "{}:{mistake}", path.display())?;
                    }
                }
            }
            continue;
        }
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

/// A card file: one that has nothing of what a visitor reads, and no mistake.
struct Card(FormFile);

impl Card {
    fn tell(&self, path: &Path, out: &mut impl Write, faults: &mut impl Write) -> io::Result<()> {
        let Self(file) = self;
        let no_signal = file.fitted.as_ref().is_some_and(|fitted| !fitted.signal);
        for warning in file.warnings.iter().filter(|_| !no_signal) {
            writeln!(faults, "{}:{warning} (a warning)", path.display())?;
        }
        let definition = file.form.definition();
        let learned = match &file.fitted {
            None => String::new(),
            Some(fitted) => {
                let rows = fitted.rows.map_or_else(String::new, |rows| format!(" from {rows} rows"));
                let outcome = fitted.outcome.as_ref().map_or_else(String::new, |it| format!(", outcome `{it}`"));
                let signal = if fitted.signal { "" } else { ": no signal, everybody has the base rate" };
                format!("; learned{rows}{outcome}{signal}")
            }
        };
        writeln!(out, "{}: ok, card `{}`: {}{learned}", path.display(), definition.id, sizes(definition))
    }
}

fn summary(path: &Path, source: &FormSource) -> String {
    let definition = source.form.definition();
    let languages: Vec<_> = definition.languages.iter().map(|language| language.code()).collect();
    format!("{}: ok, form `{}` in {}: {}", path.display(), definition.id, languages.join(", "), sizes(definition))
}

fn sizes(definition: &FormDefinition) -> String {
    let card = &definition.scorecard;
    format!(
        "{}, {}, {}",
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
    fn a_card_needs_no_words_for_visitors_and_says_what_it_was_learned_from() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("card.toml");
        let card = "id = \"card\"\nlanguages = [\"en\"]\n[fitted]\nsignal = false\nrows = 300\noutcome = \"won\"\n\
                    [[field]]\nid = \"age\"\nkind = \"number\"\n[bands]\nfit = { a = 1, b = 0 }\n\
                    engagement = { 1 = 1, 2 = 0 }\naccept = 1\nnurture = 0\nscore = { 0 = -1, 100 = 1 }\n";
        std::fs::write(&path, card).unwrap();
        let (mut out, mut faults) = (Vec::new(), Vec::new());
        assert!(check(std::slice::from_ref(&path), &mut out, &mut faults).unwrap());
        let told = String::from_utf8(out).unwrap().replace(folder.path().to_str().unwrap(), ".");
        insta::assert_snapshot!(told, @"./card.toml: ok, card `card`: 1 field, 0 criteria, 0 gates; learned from 300 rows, outcome `won`: no signal, everybody has the base rate");
        assert!(faults.is_empty());
        std::fs::write(&path, card.replace("b = 0", "b = 2")).unwrap();
        assert!(!check(std::slice::from_ref(&path), &mut Vec::new(), &mut faults).unwrap());
        let told = String::from_utf8(faults).unwrap().replace(folder.path().to_str().unwrap(), ".");
        insta::assert_snapshot!(told, @"./card.toml:11:20: `fit.b` is above `fit.a`; swap them, or raise `fit.a` above `fit.b`");
        std::fs::write(&path, format!("heading = \"Hello\"\n{card}")).unwrap();
        assert!(!check(&[path], &mut Vec::new(), &mut Vec::new()).unwrap());
    }

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
