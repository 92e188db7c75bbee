//! `leadglass pmml expect FORM-or-CARD TABLE`

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use flate2::bufread::MultiGzDecoder;
use leadglass_scoring::validation::number::format_scaled;
use leadglass_training::pmml::ReasonCodes;

use super::read_card;
use crate::{
    bulk::{Answer, Rows},
    clock::{Clock, SystemClock},
};

/// Which card, and which table.
///
/// One line a row: its line in the table, the points, and the reason codes, the most telling first. Rows that the card
/// rejects have neither, and another evaluator must not score them.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The form or card file
    #[arg(value_name = "FORM-or-CARD")]
    card: PathBuf,
    /// The table, CSV, may be gzipped
    table: PathBuf,
}

pub(super) fn run(arguments: &Arguments, faults: &mut impl Write) -> anyhow::Result<ExitCode> {
    let Some((_, form)) = read_card(&arguments.card, faults)? else { return Ok(ExitCode::FAILURE) };
    let failed = || format!("can't read `{}`", arguments.table.display());
    let mut file = BufReader::new(File::open(&arguments.table).with_context(failed)?);
    let table: Box<dyn BufRead> = if file.fill_buf().with_context(failed)?.starts_with(&[0x1f, 0x8b]) {
        Box::new(BufReader::new(MultiGzDecoder::new(file)))
    } else {
        Box::new(file)
    };
    let codes = ReasonCodes::of(&form.definition().scorecard);
    let rows = Rows { forms: &[&form], at: SystemClock.now(), input: None, wanted: &[] };
    let expected = rows.collect(
        table,
        |row| {
            let scored = match row.answer(0) {
                Answer::Scored(explanation) => {
                    format!("{},{}", format_scaled(explanation.points.milli(), 3), codes.ranked(&explanation).join(" "))
                }
                Answer::Invalid(_) | Answer::Unreadable(_) => ",".to_owned(),
            };
            format!("{},{scored}\n", row.line())
        },
        |_| (),
    );
    let expected = expected.with_context(failed)?.kept;
    let mut out = io::stdout().lock();
    out.write_all(b"line,points,reason_codes\n")?;
    out.write_all(expected.concat().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
