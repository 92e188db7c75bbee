//! `leadglass pmml import FILE.pmml`

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, bail};
use leadglass_training::pmml;

/// Which document, and where to.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The PMML document, of version 4.1 to 4.4
    #[arg(value_name = "FILE.pmml")]
    document: PathBuf,
    /// The card file to write, which must not be there yet; standard output where it is not given
    #[arg(long, value_name = "CARD.toml")]
    out: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, faults: &mut impl Write) -> anyhow::Result<ExitCode> {
    let path = arguments.document.display();
    let document = fs::read(&arguments.document).with_context(|| format!("can't read `{path}`"))?;
    let imported = match pmml::import(&document) {
        Ok(imported) => imported,
        Err(mistakes) => {
            for mistake in mistakes {
                writeln!(faults, "{path}:{mistake}")?;
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    match &arguments.out {
        None => io::stdout().lock().write_all(imported.card.as_bytes())?,
        Some(out) => match OpenOptions::new().write(true).create_new(true).open(out) {
            Ok(mut file) => file.write_all(imported.card.as_bytes())?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                bail!("`{}` is there already and is left as it is; name another file", out.display())
            }
            Err(error) => return Err(error).with_context(|| format!("`{}` can't be written", out.display())),
        },
    }
    for note in imported.notes {
        writeln!(faults, "{path}: {note}")?;
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_comes_back_from_its_document_and_overwrites_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let form = leadglass_scoring::form_file::parse(crate::testing::FORM).unwrap().form;
        let document = folder.path().join("card.pmml");
        std::fs::write(&document, pmml::export(crate::testing::FORM, &form, true).unwrap().document).unwrap();
        let arguments = Arguments { document, out: Some(folder.path().join("card.toml")) };
        let mut faults = Vec::new();
        assert_eq!(run(&arguments, &mut faults).unwrap(), ExitCode::SUCCESS);
        assert_eq!(std::fs::read_to_string(folder.path().join("card.toml")).unwrap(), crate::testing::FORM);
        let refusal = run(&arguments, &mut faults).unwrap_err().to_string();
        assert!(refusal.contains("is there already"), "{refusal}");
    }

    #[test]
    fn a_document_that_is_no_scorecard_is_told_by_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let document = folder.path().join("tree.pmml");
        std::fs::write(&document, "<PMML version=\"4.4\">\n<Header/>\n<TreeModel/></PMML>").unwrap();
        let mut faults = Vec::new();
        assert_eq!(run(&Arguments { document, out: None }, &mut faults).unwrap(), ExitCode::FAILURE);
        let told = String::from_utf8(faults).unwrap().replace(folder.path().to_str().unwrap(), ".");
        insta::assert_snapshot!(told, @"./tree.pmml:3:1: the model is a TreeModel; only Scorecards become cards");
    }
}
