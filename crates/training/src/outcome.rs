//! What became of a lead, as a table of past leads says it.

/// What became of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It became a customer.
    Won,
    /// It did not.
    Lost,
    /// Nothing has come of it yet; it teaches nothing.
    Open,
}

impl Outcome {
    /// Reads a cell: `1`, `yes`, `true`, `won` or `converted`; `0`, `no`, `false`, `lost` or `not converted`; nothing,
    /// `open` or a word for nothing; the words of other languages and of common CRMs too. Capitals do not matter, nor
    /// whether words are parted by a space, `_` or `-`. `None` where it is something else.
    #[must_use]
    pub fn parse(cell: &str) -> Option<Self> {
        let cell = cell.trim();
        match cell {
            "1" | "yes" | "true" | "won" => return Some(Self::Won),
            "0" | "no" | "false" | "lost" => return Some(Self::Lost),
            _ if is_word_for_nothing(cell) => return Some(Self::Open),
            _ => {}
        }
        let word = cell.to_lowercase().replace(['_', '-'], " ");
        let is = |words: &str| words.split('|').any(|known| known == word);
        if is(WON) {
            Some(Self::Won)
        } else if is(LOST) {
            Some(Self::Lost)
        } else if is(OPEN) {
            Some(Self::Open)
        } else {
            None
        }
    }
}

/// English, Russian, Romanian, German, French, Spanish; then stages of Salesforce, `HubSpot`, amoCRM and Bitrix24.
const WON: &str = "1|1.0|yes|y|true|t|won|win|converted|success|да|выиграно|выиграна|успех|da|câștigat|castigat|ja|\
    gewonnen|oui|gagné|sí|si|closed won|closedwon|успешно реализовано|сделка успешна";
const LOST: &str = "0|0.0|no|n|false|f|lost|loss|not converted|failure|failed|нет|проиграно|проиграна|потеряно|отказ|nu|\
    pierdut|nein|verloren|non|perdu|perdido|closed lost|closedlost|закрыто и не реализовано|\
    сделка провалена";
const OPEN: &str = "open|in progress|pending|new|working|в работе|в процессе|deschis|in lucru|în lucru";

/// Words for nothing.
const NOTHING: [&str; 9] = ["na", "n/a", "#n/a", "null", "nan", "?", "-", "\u{2013}", "\u{2014}"];

/// Whether a cell is empty or says in a word that it is.
#[must_use]
pub fn is_word_for_nothing(cell: &str) -> bool {
    cell.is_empty() || NOTHING.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::Outcome;

    #[test]
    fn the_words_of_an_outcome_are_known_in_any_capitals() {
        for (cell, outcome) in [
            ("1", Some(Outcome::Won)),
            ("WON", Some(Outcome::Won)),
            (" Yes ", Some(Outcome::Won)),
            ("false", Some(Outcome::Lost)),
            ("Lost", Some(Outcome::Lost)),
            ("", Some(Outcome::Open)),
            ("open", Some(Outcome::Open)),
            ("NA", Some(Outcome::Open)),
            ("n/a", Some(Outcome::Open)),
            ("Y", Some(Outcome::Won)),
            ("Not converted", Some(Outcome::Lost)),
            ("ДА", Some(Outcome::Won)),
            ("Нет", Some(Outcome::Lost)),
            ("Closed Won", Some(Outcome::Won)),
            ("closed_lost", Some(Outcome::Lost)),
            ("CLOSEDWON", Some(Outcome::Won)),
            ("Закрыто и не реализовано", Some(Outcome::Lost)),
            ("Câștigat", Some(Outcome::Won)),
            ("Nein", Some(Outcome::Lost)),
            ("In progress", Some(Outcome::Open)),
            ("-", Some(Outcome::Open)),
            ("closed", None),
            ("2", None),
            ("maybe", None),
        ] {
            assert_eq!(Outcome::parse(cell), outcome, "{cell:?}");
        }
    }
}
