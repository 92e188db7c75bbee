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
    /// Reads a cell: `1`, `yes`, `true` or `won`; `0`, `no`, `false` or `lost`; nothing, `open` or a word for nothing.
    /// Capitals do not matter. `None` where it is something else.
    #[must_use]
    pub fn parse(cell: &str) -> Option<Self> {
        let cell = cell.trim();
        let is = |words: &[&str]| words.iter().any(|word| cell.eq_ignore_ascii_case(word));
        if is(&["1", "yes", "true", "won", "1.0"]) {
            Some(Self::Won)
        } else if is(&["0", "no", "false", "lost", "0.0"]) {
            Some(Self::Lost)
        } else if is(&["", "open", "na", "null", "?"]) {
            Some(Self::Open)
        } else {
            None
        }
    }
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
            ("2", None),
            ("maybe", None),
        ] {
            assert_eq!(Outcome::parse(cell), outcome, "{cell:?}");
        }
    }
}
