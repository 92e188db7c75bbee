//! Reading a moment: texts and circumstances in, a probability for each moment and the evidence out.

use super::{
    Kind, Moment,
    context::{Context, Hint, Part},
    features,
    model::Model,
};

/// Words of evidence that are told.
const MOST_EVIDENCE: usize = 8;
/// What speaks for less than this, in 1/1024 of a unit of log odds, is no evidence.
const LEAST_WEIGHT: i32 = 64;

/// What a person seems to want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The probabilities of know, go, do and buy in whole per mille; they sum to 1000.
    pub per_mille: [u16; 4],
    /// The most probable, whatever its probability; the first in the order of [`Moment::ALL`] of those that are equal.
    pub best: Moment,
    /// Why the best is not to be trusted, if it is not.
    pub doubt: Option<Doubt>,
    /// What spoke for what, the weightiest first.
    pub evidence: Vec<Evidence>,
}

/// Why a reading is not to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// There is no word to go by.
    Nothing,
    /// It does not look like English, Russian or Romanian.
    OtherLanguage,
    /// The best is not probable enough.
    Close,
}

impl Doubt {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::OtherLanguage => "other_language",
            Self::Close => "close",
        }
    }
}

/// Something that speaks for a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Where it is.
    pub of: Source,
    /// What it speaks for.
    pub speaks_for: Moment,
    /// How much, in 1/1024 of a unit of log odds over the mean of the four.
    pub weight: i32,
}

/// Where evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Words of a text: bytes `from..to` of it as it was given, on the bounds of characters.
    Words {
        /// Which text.
        part: Part,
        /// The first byte.
        from: usize,
        /// The byte after the last.
        to: usize,
    },
    /// A circumstance.
    Hint(Hint),
}

impl Reading {
    /// The moment, where the reading is to be trusted.
    #[must_use]
    pub fn moment(&self) -> Option<Moment> {
        self.doubt.is_none().then_some(self.best)
    }

    /// The probability of a moment in whole per mille.
    #[must_use]
    pub fn of(&self, moment: Moment) -> u16 {
        self.per_mille.get(moment as usize).copied().unwrap_or_default()
    }
}

impl Model {
    /// Reads what a person wants now. The same context gives the same reading everywhere.
    #[must_use]
    pub fn read_moment(&self, context: &Context<'_>) -> Reading {
        let mut evidence = Vec::new();
        let (odds, leading) = self.weigh::<true>(context, |it| evidence.push(it));
        evidence.retain(|it| it.weight >= LEAST_WEIGHT);
        evidence.sort_by_key(|it| core::cmp::Reverse(it.weight));
        evidence.truncate(MOST_EVIDENCE);
        let (per_mille, best, doubt) = self.judge(odds, leading);
        Reading { per_mille, best, doubt, evidence }
    }

    /// What [`read_moment`](Self::read_moment) reads, where that is to be trusted, without the evidence.
    #[must_use]
    pub fn moment(&self, context: &Context<'_>) -> Option<Moment> {
        let (odds, leading) = self.weigh::<false>(context, |_| ());
        let (_, best, doubt) = self.judge(odds, leading);
        doubt.is_none().then_some(best)
    }

    /// The log odds, and how the first text that has words is read and whether it is foreign. Evidence is gathered
    /// where it is told.
    fn weigh<const TELLS: bool>(
        &self,
        context: &Context<'_>,
        mut tell: impl FnMut(Evidence),
    ) -> ([i32; 4], Option<(Kind, bool)>) {
        let mut odds = [0_i32; 4];
        let mut leading = None;
        for (part, text, eighths) in context.parts() {
            let Some(said) = self.read_text::<TELLS>(part.kind(), text) else { continue };
            if leading.is_none() {
                leading = Some((part.kind(), said.is_foreign));
            }
            let weighed = |value: i32| value.wrapping_mul(eighths).wrapping_div(8);
            for (sum, value) in odds.iter_mut().zip(said.odds) {
                *sum = sum.saturating_add(weighed(value));
            }
            if TELLS {
                join(text, said.words, |from, to, speaks_for, weight| {
                    let of = Source::Words { part, from, to };
                    tell(Evidence { of, speaks_for, weight: weighed(weight) });
                });
            }
        }
        for (hint, speaks_for, weight) in context.hints() {
            if let Some(sum) = odds.get_mut(speaks_for as usize) {
                *sum = sum.saturating_add(weight);
            }
            if TELLS {
                tell(Evidence { of: Source::Hint(hint), speaks_for, weight });
            }
        }
        (odds, leading)
    }

    fn judge(&self, odds: [i32; 4], leading: Option<(Kind, bool)>) -> ([u16; 4], Moment, Option<Doubt>) {
        let per_mille = probabilities(odds);
        let (best, highest) = Moment::ALL
            .into_iter()
            .zip(per_mille)
            .fold((Moment::Know, 0), |best, next| if next.1 > best.1 { next } else { best });
        let doubt = match leading {
            None => Some(Doubt::Nothing),
            Some((_, true)) => Some(Doubt::OtherLanguage),
            Some((kind, _)) => (highest < self.sure_from(kind)).then_some(Doubt::Close),
        };
        (per_mille, best, doubt)
    }

    /// What one text says; nothing where it has no word.
    fn read_text<const TELLS: bool>(&self, kind: Kind, text: &str) -> Option<Said> {
        let mut places = Vec::with_capacity(64);
        let mut sums: Vec<[i32; 4]> = Vec::with_capacity(64);
        let mut all = [0_i32; 4];
        let mut norm = 0_u32;
        let (mut foreign, mut letters) = (0_i32, 0_i32);
        // Nearly all features are about one word, those of one word after each other
        let mut word = (u16::MAX, [0_i32; 4]);
        let close = |(at, sum): (u16, [i32; 4]), all: &mut [i32; 4], sums: &mut Vec<[i32; 4]>| {
            more(all, sum, 1);
            if TELLS && let Some(of_word) = place(sums, at) {
                // As what is about two words is given to both
                more(of_word, sum, 2);
            }
        };
        let has_foreign_letter = features::each(text, kind, &mut places, |feature| {
            let scale = i32::from(feature.scale);
            norm = norm.wrapping_add(u32::from(feature.scale).wrapping_mul(u32::from(feature.scale)));
            if feature.is_of_language {
                foreign = foreign.wrapping_add(i32::from(self.foreign(feature.hash)));
                letters = letters.wrapping_add(1);
            }
            let says = self.says(feature.hash);
            if feature.first == feature.last {
                if feature.first != word.0 {
                    close(core::mem::replace(&mut word, (feature.first, [0; 4])), &mut all, &mut sums);
                }
                add(&mut word.1, says, scale);
                return;
            }
            add(&mut all, says, scale);
            for at in [feature.first, feature.last].into_iter().filter(|_| TELLS) {
                if let Some(sum) = place(&mut sums, at) {
                    add(sum, says, scale);
                }
            }
        });
        close(word, &mut all, &mut sums);
        if letters == 0 {
            return None;
        }
        // Eight times the length by which the sums are divided
        let length = i64::from((norm.max(1)).wrapping_mul(64).isqrt().max(1));
        let factor = i64::from(self.sharpness(kind));
        let scaled = |sum: [i32; 4], by: i64| {
            sum.map(|value| {
                let value =
                    i64::from(value).wrapping_mul(factor).checked_div(length.wrapping_mul(by)).unwrap_or_default();
                i32::try_from(value).unwrap_or_default()
            })
        };
        // Sixteen times the mean, without dividing
        let is_foreign =
            has_foreign_letter || foreign.wrapping_mul(16) > letters.wrapping_mul(i32::from(self.foreign_above));
        // Each feature was given to two words, so a word has half of it
        let words = places.into_iter().zip(sums.into_iter().map(|sum| scaled(sum, 256))).collect();
        let mut odds = scaled(all, 128);
        let factor = i32::from(self.sharpness(kind));
        for (sum, value) in odds.iter_mut().zip(self.bias) {
            *sum = sum.wrapping_add(i32::from(value).wrapping_mul(factor).wrapping_div(1024));
        }
        Some(Said { odds, is_foreign, words })
    }
}

/// What one text said.
struct Said {
    odds: [i32; 4],
    is_foreign: bool,
    words: Vec<((u32, u32), [i32; 4])>,
}

/// The sum of the word at this place.
fn place(sums: &mut Vec<[i32; 4]>, at: u16) -> Option<&mut [i32; 4]> {
    let at = usize::from(at);
    if at >= sums.len() && at < usize::from(u16::MAX) {
        sums.resize(at.wrapping_add(1), [0; 4]);
    }
    sums.get_mut(at)
}

fn more(sums: &mut [i32; 4], others: [i32; 4], times: i32) {
    for (sum, other) in sums.iter_mut().zip(others) {
        *sum = sum.wrapping_add(other.wrapping_mul(times));
    }
}

/// Without a loop, which code that is made small would run for each of the thousand features of a message.
fn add([know, go, r#do, buy]: &mut [i32; 4], says: [i16; 4], scale: i32) {
    let scaled = |value: i16| i32::from(value).wrapping_mul(scale);
    *know = know.wrapping_add(scaled(says[0]));
    *go = go.wrapping_add(scaled(says[1]));
    *r#do = r#do.wrapping_add(scaled(says[2]));
    *buy = buy.wrapping_add(scaled(says[3]));
}

/// Words beside each other that speak for the same, as one.
fn join(text: &str, words: Vec<((u32, u32), [i32; 4])>, mut each: impl FnMut(usize, usize, Moment, i32)) {
    let mut open: Option<(usize, usize, Moment, i32)> = None;
    for ((from, to), odds) in words {
        let (from, to) = (from as usize, to as usize);
        let mean = odds.iter().fold(0, |sum: i32, value| sum.wrapping_add(*value)).wrapping_div(4);
        let (speaks_for, most) = Moment::ALL
            .into_iter()
            .zip(odds)
            .fold((Moment::Know, i32::MIN), |best, next| if next.1 > best.1 { next } else { best });
        let weight = most.wrapping_sub(mean);
        if weight < LEAST_WEIGHT / 4 {
            continue;
        }
        match &mut open {
            Some((_, end, moment, sum))
                if *moment == speaks_for && text.get(*end..from).is_some_and(|gap| gap.trim().is_empty()) =>
            {
                *end = to;
                *sum = sum.wrapping_add(weight);
            }
            _ => {
                if let Some((from, to, moment, weight)) = open.replace((from, to, speaks_for, weight)) {
                    each(from, to, moment, weight);
                }
            }
        }
    }
    if let Some((from, to, moment, weight)) = open {
        each(from, to, moment, weight);
    }
}

/// The softmax of log odds in 1/1024, in whole per mille that sum to 1000.
fn probabilities(odds: [i32; 4]) -> [u16; 4] {
    let most = odds.into_iter().max().unwrap_or_default();
    let shares = odds.map(|value| exp_of_minus(most.abs_diff(value)));
    let sum = shares.iter().fold(0_u64, |sum, share| sum.wrapping_add(*share)).max(1);
    let mut per_mille = shares
        .map(|share| u16::try_from(share.wrapping_mul(1000).checked_div(sum).unwrap_or_default()).unwrap_or_default());
    // What rounding down left goes to the largest remainders, the first of equal ones
    let mut rests = shares.map(|share| share.wrapping_mul(1000).checked_rem(sum).unwrap_or_default());
    let mut left = per_mille.iter().fold(1000_u16, |left, share| left.wrapping_sub(*share));
    while left > 0 {
        let largest = rests.iter().copied().max().unwrap_or_default();
        let Some((share, rest)) = per_mille.iter_mut().zip(&mut rests).find(|(_, rest)| **rest == largest) else {
            break;
        };
        *share = share.wrapping_add(1);
        *rest = 0;
        left = left.wrapping_sub(1);
    }
    per_mille
}

/// e to the power of −x / 1024, in 1/2³⁰.
fn exp_of_minus(x: u32) -> u64 {
    /// e to the power of −2ᵏ / 1024 in 1/2³⁰, for k from 0 to 14
    const POWERS: [u64; 15] = [
        1_072_693_760,
        1_071_646_719,
        1_069_555_701,
        1_065_385_899,
        1_057_095_000,
        1_040_706_261,
        1_008_687_096,
        947_573_834,
        836_230_973,
        651_257_337,
        395_007_542,
        145_315_154,
        19_666_268,
        360_200,
        121,
    ];
    if x >> 15 > 0 {
        return 0;
    }
    let bits = POWERS.iter().enumerate().filter(|(bit, _)| (x >> bit) & 1 == 1);
    bits.fold(1 << 30, |product, (_, power)| product.wrapping_mul(*power) >> 30)
}
