//! Labelled texts from files: columns `text`, `kind`, `label`, `business`, parted by tabs.

use std::{fs, path::Path};

use leadglass_scoring::{
    Language,
    moment::{Kind, Moment},
};

/// A labelled text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The text.
    pub text: String,
    /// Its kind.
    pub kind: Kind,
    /// What its writer wants.
    pub label: Moment,
    /// A name for the kind of business.
    pub business: String,
    /// Its language.
    pub language: Language,
}

impl Row {
    /// Which of `folds` parts its kind of business is in.
    #[must_use]
    pub fn fold(&self, folds: u32) -> u32 {
        let hash = self.business.bytes().fold(17_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        (hash >> 8) % folds.max(1)
    }
}

/// Why a file can't be read, with its line.
pub type Fault = String;

/// All rows of a part: `folder/{en,ru,ro}/*.tsv` in the order of their names, or `folder/{en,ru,ro}.tsv`.
///
/// # Errors
/// Names the file, the line and what is wrong with it.
pub fn read(folder: &Path) -> Result<Vec<Row>, Fault> {
    let mut rows = Vec::new();
    for language in Language::ALL {
        let single = folder.join(format!("{}.tsv", language.code()));
        let mut files = Vec::new();
        if single.exists() {
            files.push(single);
        } else {
            let inside = folder.join(language.code());
            let listed = fs::read_dir(&inside).map_err(|error| format!("{}: {error}", inside.display()))?;
            for entry in listed {
                files.push(entry.map_err(|error| error.to_string())?.path());
            }
            files.sort();
        }
        for file in files {
            let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            for (number, line) in (1..).zip(text.lines()).skip(1) {
                let row = row(line, language).map_err(|fault| format!("{}:{number}: {fault}", file.display()))?;
                rows.push(row);
            }
        }
    }
    Ok(rows)
}

fn row(line: &str, language: Language) -> Result<Row, Fault> {
    let columns: Vec<_> = line.split('\t').collect();
    let [text, kind, label, business] = columns[..] else {
        return Err(format!("{} columns where 4 are: text, kind, label, business", columns.len()));
    };
    let kind = match kind {
        "message" => Kind::Message,
        "query" => Kind::Query,
        "page" => Kind::Page,
        other => return Err(format!("there is no kind `{other}`; write message, query or page")),
    };
    let label = Moment::ALL.into_iter().find(|moment| moment.as_str() == label);
    let label = label.ok_or("the label is none of know, go, do and buy")?;
    Ok(Row { text: text.to_owned(), kind, label, business: business.to_owned(), language })
}

/// Lines in other languages: columns `text`, `language`.
///
/// # Errors
/// Where the file can't be read.
pub fn read_foreign(file: &Path) -> Result<Vec<String>, Fault> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(text.lines().skip(1).filter_map(|line| line.split('\t').next()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_what_is_wrong_with_it() {
        assert_eq!(row("a\tb\tc", Language::En), Err("3 columns where 4 are: text, kind, label, business".into()));
        assert!(row("a\tmail\tbuy\tshop", Language::En).unwrap_err().contains("no kind `mail`"));
        assert!(row("a\tpage\tsell\tshop", Language::En).unwrap_err().contains("none of know"));
        assert_eq!(row("a\tpage\tbuy\tshop", Language::Ru).unwrap().label, Moment::Buy);
    }
}
