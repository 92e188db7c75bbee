//! The model card: what the model was learned from, how good it is, and what it is not good for.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use leadglass_scoring::{Language, moment::Kind};

use super::{
    BITS, Recipe,
    corpus::Row,
    measure::{Judged, table},
};

/// What a card tells.
#[derive(Debug)]
pub struct Card<'a> {
    /// What was learned from.
    pub rows: &'a [Row],
    /// How many lines in other languages.
    pub foreign: usize,
    /// How.
    pub recipe: &'a Recipe,
    /// What came of it, on rows by another hand.
    pub on_dev: &'a [Judged],
    /// The same on rows held out by kind of business.
    pub held_out: &'a [Judged],
    /// The file's bytes.
    pub bytes: usize,
    /// What others made of the same texts, as markdown.
    pub peers: &'a str,
}

impl Card<'_> {
    /// The card as markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut counts = BTreeMap::new();
        let mut businesses: BTreeMap<Language, BTreeSet<&str>> = BTreeMap::new();
        for row in self.rows {
            *counts.entry((row.language, row.kind as u8)).or_insert(0_u32) += 1;
            businesses.entry(row.language).or_default().insert(&row.business);
        }
        let count = |language, kind: Kind| counts.get(&(language, kind as u8)).copied().unwrap_or_default();
        let mut data = String::new();
        for language in Language::ALL {
            let _ = writeln!(
                data,
                "| {} | {} | {} | {} | {} |",
                language.code(),
                count(language, Kind::Message),
                count(language, Kind::Query),
                count(language, Kind::Page),
                businesses.get(&language).map_or(0, BTreeSet::len),
            );
        }
        format!(
            "{}\n{}\n{}\n{}\n{}\n{}\n{}",
            HEAD.replace("{bytes}", &self.bytes.to_string()),
            format_args!(
                "A linear model: words, pairs of words, stems, pieces of two to five letters, all hashed into 2^{BITS} \
                 buckets, of which {} say one of {} things. Written by `cargo xtask train moments`, bit for bit the same \
                 on every machine; do not edit it by hand.\n\n## Data\n\n| language | messages | queries | pages | kinds \
                 of business |\n| --- | ---: | ---: | ---: | ---: |\n{data}",
                self.recipe.keep.last().copied().unwrap_or_default(),
                self.recipe.codes - 1,
            ),
            format_args!(
                "{DATA}\nBesides, {} lines in some thirty other languages and keys hit at random, to tell what is in \
                 none of our languages.\n\n## Figures\n\nOn `dev`, by other hands, other kinds of business, never \
                 learned from; features and size were chosen by these figures, so they flatter a little:\n\n{}",
                self.foreign,
                table(self.on_dev)
            ),
            format_args!(
                "On `train`, {} parts by kind of business, each read by a model that had not seen its kinds of business \
                 (the thresholds were chosen on these very readings):\n\n{}",
                self.recipe.folds,
                table(self.held_out)
            ),
            format_args!("{PEERS}\n{}", self.peers),
            LIMITS,
            LICENCE,
        )
    }
}

const HEAD: &str = "# Model card: moments.bin\n\nReads what the writer of a short text wants now: to know, go, do or buy. \
For lead forms and the pages around them, in English, Russian and Romanian. {bytes} bytes before compression.\n";

const DATA: &str = "All texts are **synthetic, written for this project**; none is a real person's. Each was labelled \
by its writer under one guide. Four fifths were read again by another without their labels, and the two passes agreed \
in more than 99 of 100; the last 4,435 (`en/51` to `58`, `ru/34` to `38`, `ro/32` to `36`) only their writer read again. \
That is agreement of two passes under one guide by writers of one kind, an upper bound of what two people would agree \
on. `crates/training/data/moments/README.md` tells more.\n";

const PEERS: &str = "## Beside others\n\nWhat people would pick instead, taught in one run by `cargo xtask bench moments`; \
times (ours for thirty words, theirs for what `dev` has) and sizes are that machine's. Where there is a second table, it is \
of public texts by others: one source after another was left out of what was learned and then read.\n";

const LIMITS: &str = "## Limits\n
- Synthetic writers are tidier than people, and all of them were told the guide. Expect less on real messages.
- Several moments in one text: it gets one label, the one whose answer its writer would miss most.
- It counts words and pieces of words in small windows; it does not understand. Negation, irony and long stories mislead it.
- Titles, paths and campaign strings are short, and the weakest of the three kinds.
- Probabilities were made to mean what they say on held-out kinds of business, not on your visitors.
- What circumstances weigh (referrer, device, hour, time on the page, the moment before) was set by hand, not learned.
- Russian in Latin letters is seldom in the data. Languages close to ours (Bulgarian, Italian) are sometimes taken for
  ours when a text is short.
- One letter that none of our languages has (Han, kana, Greek, Arabic, Ukrainian і …) makes a text `unsure`, be it in a name.
- It must not decide what a person may have: only which words and fields a form shows first.
";

const LICENCE: &str = "## Licence\n\nModel and texts: MIT OR Apache-2.0, as this repository.\n";
