//! `leadglass pmml export FORM-or-CARD`

use std::{io::Write, path::PathBuf, process::ExitCode};

use leadglass_training::pmml;

use super::{read_card, write};

/// Which card, and where to.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The form or card file
    #[arg(value_name = "FORM-or-CARD")]
    card: PathBuf,
    /// The document to write; standard output where it is not given
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Leave out what other evaluators can't follow: they score as if it were never known
    #[arg(long)]
    lossy: bool,
}

pub(super) fn run(arguments: &Arguments, faults: &mut impl Write) -> anyhow::Result<ExitCode> {
    let path = arguments.card.display();
    let Some((source, form)) = read_card(&arguments.card, faults)? else { return Ok(ExitCode::FAILURE) };
    match pmml::export(&source, &form, arguments.lossy) {
        Ok(exported) => {
            write(arguments.out.as_deref(), &exported.document)?;
            for loss in exported.losses {
                writeln!(faults, "{path}:{loss}: left out")?;
            }
            for note in exported.notes {
                writeln!(faults, "{path}: {note}")?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(losses) => {
            for loss in losses {
                writeln!(faults, "{path}:{loss}: other evaluators can't follow that")?;
            }
            writeln!(faults, "nothing is written; with `--lossy` this is left out, as if it were never known")?;
            Ok(ExitCode::FAILURE)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_lost_is_told_by_line_and_lost_only_on_demand() {
        let folder = tempfile::tempdir().unwrap();
        let card = folder.path().join("card.toml");
        std::fs::write(&card, crate::testing::FORM).unwrap();
        let out = folder.path().join("card.pmml");
        let told = |lossy| {
            let mut faults = Vec::new();
            run(&Arguments { card: card.clone(), out: Some(out.clone()), lossy }, &mut faults).unwrap();
            String::from_utf8(faults).unwrap().replace(folder.path().to_str().unwrap(), ".")
        };
        insta::assert_snapshot!(told(false), @r"
        ./card.toml:78: criterion `saw_prices`, condition 1: what a page observes (signal `pricing_viewed`): other evaluators can't follow that
        nothing is written; with `--lossy` this is left out, as if it were never known
        ");
        assert!(!out.exists());
        insta::assert_snapshot!(told(true), @r"
        ./card.toml:78: criterion `saw_prices`, condition 1: what a page observes (signal `pricing_viewed`): left out
        ./card.toml: other evaluators give the points; score, grade and decision are leadglass's
        ./card.toml: other evaluators ask no gate, and the card has 1
        ./card.toml: other evaluators give points in full where leadglass lets them fade
        ");
        assert!(out.exists());
    }
}
