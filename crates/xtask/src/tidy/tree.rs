//! The files of the checkout as git sees them: committed or new, not ignored.

use std::{collections::BTreeMap, fs, process::Command};

use anyhow::Result;

use crate::shell;

pub struct Tree(BTreeMap<String, String>);

impl Tree {
    /// Reads every text file; what is no UTF-8 has no text.
    pub fn read() -> Result<Self> {
        let listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let paths = shell::output(Command::new("git").args(listing))?;
        let files = paths.split_terminator('\0').filter_map(|path| {
            // Listed, yet gone from the disk: it is being deleted
            let bytes = fs::read(path).ok()?;
            Some((path.to_owned(), String::from_utf8(bytes).unwrap_or_default()))
        });
        Ok(Self(files.collect()))
    }

    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }

    /// Path and text of each file.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    pub fn with_ending<'a>(&'a self, endings: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files().filter(|(path, _)| endings.iter().any(|ending| path.ends_with(ending)))
    }

    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }
}

/// `path:line: what` for each line that `is_wrong`.
pub fn wrong_lines(path: &str, text: &str, what: &str, is_wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let lines = text.lines().enumerate().filter(|(_, line)| is_wrong(line));
    lines.map(|(number, _)| format!("{path}:{}: {what}", number + 1)).collect()
}
