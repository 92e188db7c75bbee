//! Texts as the buckets of their features.

use std::collections::BTreeMap;

use leadglass_scoring::moment::features;

use super::corpus::Row;

/// All texts, each as a list of buckets with how much each counts.
#[derive(Debug)]
pub struct Examples {
    starts: Vec<usize>,
    /// Bucket and scale in quarters.
    pub entries: Vec<(u32, u8)>,
    norms: Vec<f32>,
    /// The number of each text's moment.
    pub labels: Vec<usize>,
    businesses: Vec<usize>,
    bits: u32,
}

/// Which buckets are used, and the number of each: 0 for those that are not.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The number of each bucket.
    pub numbers: Vec<u32>,
    /// How many numbers there are, with 0.
    pub count: usize,
}

impl Kept {
    /// Those buckets for which `is_kept` says so.
    pub fn those(buckets: usize, mut is_kept: impl FnMut(usize) -> bool) -> Self {
        let mut count = 1;
        let numbers = (0..buckets).map(|bucket| {
            if is_kept(bucket) {
                count += 1;
                u32::try_from(count - 1).unwrap_or_default()
            } else {
                0
            }
        });
        let numbers = numbers.collect();
        Self { numbers, count }
    }
}

impl Examples {
    /// Reads the features of all texts.
    #[must_use]
    pub fn of(rows: &[Row], bits: u32) -> Self {
        let mut known = BTreeMap::new();
        let mut number = |row: &Row| {
            let next = known.len();
            *known.entry((row.business.clone(), row.language)).or_insert(next)
        };
        let mut examples = Self {
            businesses: rows.iter().map(&mut number).collect(),
            starts: vec![0],
            entries: Vec::new(),
            norms: Vec::new(),
            labels: rows.iter().map(|row| row.label as usize).collect(),
            bits,
        };
        let mut places = Vec::new();
        for row in rows {
            let mut squares = 0_u32;
            features::each(&row.text, row.kind, &mut places, |feature| {
                squares += u32::from(feature.scale) * u32::from(feature.scale);
                examples.entries.push((feature.hash >> (32 - bits), feature.scale));
            });
            #[expect(clippy::cast_precision_loss, reason = "a text has thousands of features, not millions")]
            let squares = squares.max(1) as f32;
            examples.norms.push(1.0 / squares.sqrt());
            examples.starts.push(examples.entries.len());
        }
        examples
    }

    /// How many buckets there are.
    #[must_use]
    pub const fn buckets(&self) -> usize {
        1 << self.bits
    }

    /// The features of a text.
    #[must_use]
    pub fn entries_of(&self, row: usize) -> &[(u32, u8)] {
        &self.entries[self.starts[row]..self.starts[row + 1]]
    }

    /// By what its sums are multiplied.
    #[must_use]
    pub fn norm(&self, row: usize) -> f32 {
        self.norms[row]
    }

    /// Buckets that texts of at least `enough` kinds of business have: what only one has is its subject, no moment.
    #[must_use]
    pub fn seen_in(&self, rows: &[usize], enough: u32) -> Kept {
        let mut seen = vec![(0_u32, usize::MAX); self.buckets()];
        for row in rows {
            for (bucket, _) in self.entries_of(*row) {
                let (count, latest) = &mut seen[*bucket as usize];
                if *latest != self.businesses[*row] {
                    *count += 1;
                    *latest = self.businesses[*row];
                }
            }
        }
        Kept::those(self.buckets(), |bucket| seen[bucket].0 >= enough)
    }

    /// How much each kept bucket counts over all rows.
    #[must_use]
    pub fn mass(&self, rows: &[usize], kept: &Kept) -> Vec<f32> {
        let mut mass = vec![0.0; kept.count];
        for row in rows {
            let norm = self.norm(*row);
            for (bucket, scale) in self.entries_of(*row) {
                let value = f32::from(*scale) * norm;
                mass[kept.numbers[*bucket as usize] as usize] += value * value;
            }
        }
        mass
    }
}
