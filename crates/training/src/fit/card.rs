//! The card as a file that a person can read and edit.

use std::fmt::Write;

use leadglass_scoring::{FieldKind, validation::number::format_scaled};

use super::{
    Options,
    learn::{Column, percent},
    merge::Shape,
    points::{Bands, DOUBLING, Scored, Test},
    report::Report,
    variable::Cells,
};

/// How many texts a reason names before it counts the rest.
const NAMED: usize = 4;

/// What an answer must be, in words.
pub(super) fn answer(column: &Column, test: &Test) -> String {
    let number = |units: &i64| number(column, *units);
    match test {
        Test::Missing => "not given".into(),
        Test::Range(None, None) => "given".into(),
        Test::Range(None, Some(below)) => format!("below {}", number(below)),
        Test::Range(Some(from), None) => format!("{} and more", number(from)),
        Test::Range(Some(from), Some(below)) => format!("from {} to below {}", number(from), number(below)),
        Test::Is(levels) => {
            let texts = texts(column, levels);
            match texts.len() - texts.len().min(NAMED) {
                0 => texts.join(", "),
                more => format!("{} and {more} more", texts[..NAMED].join(", ")),
            }
        }
        Test::Otherwise => "anything else".into(),
    }
}

fn texts<'c>(column: &'c Column, levels: &[u32]) -> Vec<&'c str> {
    match &column.variable.cells {
        Cells::Levels(_, known) => levels.iter().map(|level| known[*level as usize].as_str()).collect(),
        Cells::Numbers(_) => Vec::new(),
    }
}

/// A number without the zeros it does not need.
fn number(column: &Column, units: i64) -> String {
    let text = format_scaled(units, decimals(column));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn decimals(column: &Column) -> u8 {
    match &column.variable.field.kind {
        FieldKind::Number(limits) => limits.decimals,
        _ => 0,
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(letter);
            }
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

fn list(texts: &[&str]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

pub(super) fn written(
    options: &Options,
    report: &Report,
    columns: &[Column],
    scored: &[Scored],
    bands: Bands,
) -> String {
    let mut card = String::new();
    // Writing to memory cannot fail, here and below.
    let _ = head(&mut card, options, report);
    for column in columns {
        let field = &column.variable.field;
        let _ = writeln!(card, "\n[[field]]\nid = {}", quoted(&field.id));
        let _ = match &field.kind {
            FieldKind::Number(limits) => writeln!(card, "kind = \"number\"\ndecimals = {}", limits.decimals),
            FieldKind::LongText(_) => writeln!(card, "kind = \"long_text\""),
            _ => writeln!(card, "kind = \"short_text\""),
        };
        let _ = writeln!(card, "lenient = true");
    }
    let even = format_scaled(report.even_odds_at, 3);
    let _ = writeln!(card, "\n[scorecard]\npoints_to_double_odds = {DOUBLING}\neven_odds_at = {even}");
    let Bands { upper, middle, score_0, score_100 } = bands;
    let _ = writeln!(
        card,
        "\n# A fifth of the rows is accepted, half of the others nurtured. Move these lines to where they pay.\n[bands]\n\
         fit = {{ a = {upper}, b = {middle} }}\nengagement = {{ 1 = 1, 2 = 0 }}\naccept = {upper}\nnurture = {middle}\n\
         score = {{ 0 = {score_0}, 100 = {score_100} }}"
    );
    for scored in scored {
        let _ = criterion(&mut card, report, scored);
    }
    card
}

fn head(card: &mut String, options: &Options, report: &Report) -> std::fmt::Result {
    let outcome = &report.outcome;
    writeln!(
        card,
        "# A scorecard learned from {} rows, of which {} % were won (column `{outcome}`).",
        report.rows,
        percent(report.base_rate)
    )?;
    if report.signal {
        writeln!(card, "# {DOUBLING} points double the odds. An average row has 0 points.")?;
    } else {
        writeln!(
            card,
            "# There was no signal: nothing tells won from lost better than chance does, so everybody has 0 points."
        )?;
    }
    for warning in &report.warnings {
        writeln!(card, "# Beware: {warning}")?;
    }
    writeln!(card, "id = {}\nlanguages = [\"en\"]\n", quoted(&options.id))?;
    writeln!(card, "[fitted]\noutcome = {}\nrows = {}\nwon = {}", quoted(outcome), report.rows, report.won)?;
    writeln!(card, "signal = {}", report.signal)?;
    if let Some(auc) = &report.validation.auc {
        writeln!(card, "auc = {:.4}", auc.value)?;
    }
    writeln!(card, "strength = {}", report.validation.strength)?;
    if report.recalibration.latest {
        writeln!(card, "recalibrated_on = {}", report.recalibration.rows)?;
    }
    let left_out: Vec<&str> = report.left_out.iter().map(|it| it.column.as_str()).collect();
    writeln!(card, "left_out = {}", list(&left_out))
}

fn criterion(card: &mut String, report: &Report, scored: &Scored) -> std::fmt::Result {
    let field = &scored.column.variable.field.id;
    writeln!(card)?;
    if let Some(column) = report.columns.iter().find(|column| column.field == *field) {
        let shape = match scored.shape {
            Shape::Rising => ", rising",
            Shape::Falling => ", falling",
            Shape::Free | Shape::Levels => "",
        };
        writeln!(card, "# Information value {:.3}{shape}", column.information_value)?;
    }
    let id = quoted(field);
    writeln!(card, "[[criterion]]\nid = {id}\ndimension = \"fit\"\nreason = {}", quoted(&scored.column.variable.name))?;
    for part in &scored.parts {
        let number = |units: &i64| number(scored.column, *units);
        let when = match &part.test {
            Test::Missing if scored.column.variable.words_for_nothing.is_empty() => {
                format!("{{ field = {id}, present = false }}")
            }
            Test::Missing if decimals(scored.column) > 0 => format!("{{ field = {id}, present = false }}"),
            Test::Missing => {
                let words: Vec<&str> = scored.column.variable.words_for_nothing.iter().map(String::as_str).collect();
                missing(scored.column, &id, &words)
            }
            Test::Range(None, None) => format!("{{ field = {id}, present = true }}"),
            Test::Range(None, Some(below)) => format!("{{ field = {id}, less_than = {} }}", number(below)),
            Test::Range(Some(from), None) => format!("{{ field = {id}, at_least = {} }}", number(from)),
            Test::Range(Some(from), Some(below)) => {
                format!("{{ field = {id}, at_least = {}, less_than = {} }}", number(from), number(below))
            }
            Test::Is(levels) => format!("{{ field = {id}, is = {} }}", list(&texts(scored.column, levels))),
            Test::Otherwise => "\"otherwise\"".to_owned(),
        };
        let reason = quoted(&format!("{}: {}", scored.column.variable.name, answer(scored.column, &part.test)));
        let (rows, won) = part
            .bins
            .iter()
            .fold((0, 0), |sum, bin| (sum.0 + scored.column.bins.counts[*bin], sum.1 + scored.column.bins.won[*bin]));
        let rate = percent(f64::from(won) / f64::from(rows.max(1)));
        writeln!(card, "\n  [[criterion.condition]] # {rows} rows, {rate} % won")?;
        writeln!(card, "  when = {when}\n  points = {}\n  reason = {reason}", part.points)?;
    }
    Ok(())
}

/// A text that says nothing is missing; so is one that says so in a word. A number's field takes such a word for none.
fn missing(column: &Column, id: &str, words: &[&str]) -> String {
    let absent = format!("{{ field = {id}, present = false }}");
    match column.variable.cells {
        Cells::Numbers(_) => absent,
        Cells::Levels(..) => format!("{{ any = [{absent}, {{ field = {id}, is = {} }}] }}", list(words)),
    }
}
