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
    /// `open` or a word for nothing; yes and no in Russian and Romanian too. Capitals do not matter. `None` where it is
    /// something else.
    #[must_use]
    pub fn parse(cell: &str) -> Option<Self> {
        let cell = cell.trim();
        let is =
            |words: &[&str]| words.iter().any(|word| cell.eq_ignore_ascii_case(word) || cell.to_lowercase() == *word);
        if is(&["1", "yes", "true", "won", "1.0", "y", "t", "converted", "да", "da"]) {
            Some(Self::Won)
        } else if is(&["0", "no", "false", "lost", "0.0", "n", "f", "not converted", "not_converted", "нет", "nu"]) {
            Some(Self::Lost)
        } else if is_word_for_nothing(cell) || is(&["open"]) {
            Some(Self::Open)
        } else {
            None
        }
    }
}

/// Words for nothing.
const NOTHING: [&str; 9] = ["na", "n/a", "#n/a", "null", "nan", "?", "-", "\u{2013}", "\u{2014}"];

/// Whether a cell is empty or says in a word that it is.
pub(crate) fn is_word_for_nothing(cell: &str) -> bool {
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
            ("2", None),
            ("maybe", None),
        ] {
            assert_eq!(Outcome::parse(cell), outcome, "{cell:?}");
        }
    }
}
