//! What in a table is not as it should be.

/// How many problems are told one by one.
const MAX_TOLD: usize = 100;

/// Something in a table that is not as it should be. The rest is read all the same.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The line, from 1.
    pub line: u64,
    /// The column's name, where it is one cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What is wrong, and what was done about it.
    pub what: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.column {
            Some(column) => write!(formatter, "line {}, column `{column}`: {}", self.line, self.what),
            None => write!(formatter, "line {}: {}", self.line, self.what),
        }
    }
}

/// Problems, the first of them with their places.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Problems {
    /// The first hundred.
    pub told: Vec<Problem>,
    /// How many more there are.
    pub more: u64,
}

impl Problems {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        u64::try_from(self.told.len()).unwrap_or(u64::MAX).saturating_add(self.more)
    }

    /// Adds one; `what` is asked where it will be told.
    pub fn add<W: Into<String>>(&mut self, line: u64, column: Option<&str>, what: impl FnOnce() -> W) {
        if self.told.len() < MAX_TOLD {
            self.told.push(Problem { line, column: column.map(str::to_owned), what: what().into() });
        } else {
            self.more += 1;
        }
    }

    /// Adds those of rows below.
    pub fn append(&mut self, below: Self) {
        self.more += below.more;
        for problem in below.told {
            self.add(problem.line, problem.column.as_deref(), || problem.what);
        }
    }

    /// Adds those that were found in the same rows in another way; the earliest lines are told.
    pub fn merge(&mut self, others: Self) {
        let count = self.count() + others.count();
        self.told.extend(others.told);
        self.told.sort_by_key(|problem| problem.line);
        self.told.truncate(MAX_TOLD);
        self.more = count - u64::try_from(self.told.len()).unwrap_or(u64::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::Problems;

    #[test]
    fn a_hundred_are_told_and_the_rest_are_counted() {
        let mut problems = Problems::default();
        let mut others = Problems::default();
        for line in 1..=90 {
            problems.add(2 * line, Some("age"), || "`x` is no number");
            others.add(2 * line + 1, None, || "a quote is left open");
        }
        let mut one = problems.clone();
        one.merge(others.clone());
        assert_eq!((one.told.len(), one.more, one.told[99].line), (100, 80, 101));
        problems.append(others);
        assert_eq!((problems.count(), problems.told[99].line), (180, 21));
    }
}
