//! What came of the stages.

use std::{fmt::Write as _, ops::AddAssign, time::Duration};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

pub struct Finished {
    pub name: &'static str,
    pub counts: Counts,
    pub took: Duration,
}

/// A line a stage, then the line that machines read.
pub fn summary(finished: &[Finished], skipped: &[&str]) -> String {
    let mut text = String::new();
    let mut total = Counts::default();
    let mut took = Duration::ZERO;
    for stage in finished {
        total += stage.counts;
        took += stage.took;
        line(&mut text, stage.name, if stage.counts.failed == 0 { "ok" } else { "FAILED" }, stage.took);
    }
    for name in skipped {
        line(&mut text, name, "not run", Duration::ZERO);
    }
    line(&mut text, "total", "", took);
    text + &format!("\n{} passed, {} failed", total.passed, total.failed)
}

fn line(text: &mut String, name: &str, outcome: &str, took: Duration) {
    let seconds = took.as_secs();
    writeln!(text, "{name:<22} {outcome:<8} {:>3} min {:>2} s", seconds / 60, seconds % 60)
        .expect("a string can be written to");
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Counts, Finished, summary};

    #[test]
    fn the_last_line_counts_over_all_stages() {
        let stage =
            |name, passed, failed| Finished { name, counts: Counts { passed, failed }, took: Duration::from_secs(61) };
        let text = summary(&[stage("tidy", 1, 0), stage("crates", 40, 2)], &["size"]);
        assert_eq!(text.lines().last(), Some("41 passed, 2 failed"));
        assert!(text.contains("crates                 FAILED     1 min  1 s"));
        assert!(text.contains("size                   not run"));
    }
}
