//! Random cards, leads, signals and times, from a seed.

// Named, for the end-to-end tests have this file from another folder.
#[path = "random/parts.rs"]
mod parts;

use leadglass_scoring::{
    Answers, Channel, FieldKind, FormDefinition, Moment, Points, Signal, Submission, Timestamp,
    evaluate::EvaluationRequest, scorecard::Dimension,
};

/// `SplitMix64` (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A number of any magnitude below 2^`bits`.
    fn spread(&mut self, bits: u64) -> u64 {
        let shift = self.below(bits);
        self.below(1 << shift)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let index = self.below(items.len() as u64);
        &items[usize::try_from(index).unwrap_or(0)]
    }

    fn points(&mut self) -> Points {
        let magnitude = i64::try_from(self.below(100_000)).unwrap_or(0);
        Points::from_milli(if self.chance(50) { magnitude } else { -magnitude })
    }
}

/// A request with a card like that of `definition`, but with points, bands, half-lives and order of its own, and with
/// random parts beside.
pub fn request(definition: &FormDefinition, seed: u64, leads: usize) -> EvaluationRequest {
    let mut random = Random(seed);
    let mut definition = definition.clone();
    let card = &mut definition.scorecard;
    card.initial = random.points();
    for criterion in &mut card.criteria {
        if random.chance(30) {
            criterion.dimension = if random.chance(50) { Dimension::Fit } else { Dimension::Engagement };
        }
        if criterion.half_life_ms.is_some() {
            criterion.half_life_ms = Some(1 + random.spread(40));
        }
        criterion.conditions.iter_mut().for_each(|condition| condition.points = random.points());
        let shift = random.below(criterion.conditions.len() as u64);
        // A condition that always holds must stay the last
        if criterion.conditions.iter().all(|it| it.when != leadglass_scoring::condition::Condition::Always) {
            criterion.conditions.rotate_left(usize::try_from(shift).unwrap_or(0));
        }
    }
    let mut ordered = || {
        let (one, other) = (random.points(), random.points());
        (one.max(other), one.min(other))
    };
    let bands = &mut card.bands;
    (bands.fit_a, bands.fit_b) = ordered();
    (bands.engagement_1, bands.engagement_2) = ordered();
    (bands.accept, bands.nurture) = ordered();
    parts::add(card, &mut random);
    let shift = random.below(card.criteria.len() as u64);
    card.criteria.rotate_left(usize::try_from(shift).unwrap_or(0));
    let submissions = (0..leads).map(|_| submission(&definition, &mut random)).collect();
    EvaluationRequest { definition, submissions }
}

fn submission(definition: &FormDefinition, random: &mut Random) -> Submission {
    let at = 1_700_000_000_000 + i64::try_from(random.below(1 << 38)).unwrap_or(0);
    let mut answers = Answers::new();
    // Most are leads, so that there is something to score.
    let sound = random.chance(85);
    for field in &definition.fields {
        if field.required || random.chance(60) {
            let values = if sound { sound_values(&field.kind, at, random) } else { values(&field.kind, random) };
            answers.set(field.id.clone(), values);
        }
    }
    let names = ["pricing_viewed", "scrolled"];
    let signal = |random: &mut Random| {
        let age = i64::try_from(random.spread(45)).unwrap_or(0);
        Signal { name: (*random.pick(&names)).into(), at: Timestamp::from_millis(at - age) }
    };
    let signals = (0..random.below(4)).map(|_| signal(random)).collect();
    Submission {
        answers,
        signals,
        at: Timestamp::from_millis(at),
        channel: random.chance(80).then(|| *random.pick(&Channel::ALL)),
        first_touch: parts::touch(random),
        last_touch: parts::touch(random),
        moment: random.chance(80).then(|| *random.pick(&Moment::ALL)),
    }
}

/// Values that the form with every kind of field takes.
fn sound_values(kind: &FieldKind, at: i64, random: &mut Random) -> Vec<String> {
    match kind {
        FieldKind::Email => one_of(random, &["ana@example.org", "Ion@GMAIL.com", "x@corp.mail.ru"]),
        FieldKind::Phone(_) => one_of(random, &["022 123 456", "+40 721 123 456"]),
        FieldKind::Number(_) => vec![format!("{},5", random.below(999))],
        FieldKind::Money(limits) => {
            vec![(100 + random.spread(19)).to_string(), random.pick(&limits.currencies).as_str().to_owned()]
        }
        FieldKind::Date(_) => {
            let days = i32::try_from(random.below(366)).unwrap_or(0);
            vec![Timestamp::from_millis(at).date().plus_days(days).to_iso()]
        }
        FieldKind::Select(_) => vec![random.pick(kind.options()).id.clone()],
        FieldKind::MultiSelect(_) => {
            let count = usize::try_from(1 + random.below(2)).unwrap_or(1);
            kind.options().iter().take(count).map(|option| option.id.clone()).collect()
        }
        FieldKind::Rating(scale) => vec![(1 + random.below(u64::from(scale.max))).to_string()],
        FieldKind::YesNo => one_of(random, &["yes", "no"]),
        FieldKind::Consent(_) => vec!["yes".into()],
        FieldKind::Website => one_of(random, &["example.org", "https://facebook.com/a"]),
        FieldKind::ShortText(_) | FieldKind::LongText(_) | FieldKind::Company(_) | FieldKind::Hidden(_) => {
            one_of(random, &["Ștefan", "СРОЧНО", "Rival Kitchens", "urgent: İstanbul"])
        }
    }
}

fn values(kind: &FieldKind, random: &mut Random) -> Vec<String> {
    match kind {
        FieldKind::Email => {
            one_of(random, &["ana@example.org", "Ion@GMAIL.com", "a@b", "о@пример.рф", "x@corp.mail.ru"])
        }
        FieldKind::Phone(_) => one_of(random, &["022 123 456", "+7 495 123 45 67", "112", "+40 721 123 456"]),
        FieldKind::Number(limits) => {
            let digits = random.below(12_000).to_string();
            let fraction = if limits.decimals > 0 && random.chance(50) { ",5" } else { "" };
            vec![format!("{digits}{fraction}")]
        }
        FieldKind::Money(limits) => {
            let currency = random.pick(&limits.currencies).as_str().to_owned();
            vec![format!("{}", random.spread(24)), currency]
        }
        FieldKind::Date(_) => {
            vec![format!("20{:02}-{:02}-{:02}", 23 + random.below(10), 1 + random.below(13), 1 + random.below(31))]
        }
        FieldKind::Select(_) | FieldKind::MultiSelect(_) => {
            let options = kind.options();
            (0..=random.below(2)).map(|_| random.pick(options).id.clone()).collect()
        }
        FieldKind::Rating(scale) => vec![random.below(u64::from(scale.max) + 2).to_string()],
        FieldKind::YesNo => one_of(random, &["yes", "no", "maybe"]),
        FieldKind::Consent(_) => vec![if random.chance(95) { "yes".into() } else { "no".into() }],
        FieldKind::Website => one_of(random, &["example.org", "https://facebook.com/a", "пример.рф", "no site"]),
        FieldKind::ShortText(_) | FieldKind::LongText(_) | FieldKind::Company(_) | FieldKind::Hidden(_) => {
            one_of(random, &["Ștefan", "СРОЧНО, пожалуйста", "Rival Kitchens", "urgent: İstanbul", "Ann\u{0}", "x"])
        }
    }
}

fn one_of(random: &mut Random, texts: &[&str]) -> Vec<String> {
    vec![(*random.pick(texts)).to_owned()]
}
