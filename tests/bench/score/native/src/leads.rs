//! A thousand leads from a seeded generator. `leads.mjs` makes the same ones, as one checksum shows.

use serde_json::{Value, json};

/// The sum of all scores.
pub const CHECKSUM: i64 = 46_210;
pub const COUNT: usize = 1_000;

const BUDGETS: &[&str] = &["lt5k", "5-20k", "20-100k", "gt100k"];
const TITLES: &[&str] = &["ceo", "cto", "vp", "director", "engineer", "student", "manager"];
const COUNTRIES: &[&str] = &["US", "DE", "GB", "FR", "IN", "BR", "NG", "JP"];
const INDUSTRIES: &[&str] = &["saas", "fintech", "health", "retail", "edu", "gov"];
const SOURCES: &[&str] = &["google", "partner", "linkedin", "direct"];

pub struct Lead {
    pub budget: &'static str,
    pub company_size: u64,
    pub job_title: &'static str,
    pub country: &'static str,
    pub industry: &'static str,
    pub free_email: bool,
    pub message_len: u64,
    pub timeline_days: u64,
    pub pages_viewed: u64,
    pub utm_source: &'static str,
}

/// The linear congruential generator of Numerical Recipes.
struct Dice(u32);

impl Dice {
    /// A whole number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (u64::from(self.0) * end) >> 32
    }

    fn one_of(&mut self, texts: &[&'static str]) -> &'static str {
        texts[self.below(texts.len() as u64) as usize]
    }
}

pub fn make() -> Vec<Lead> {
    let mut dice = Dice(12_345);
    let lead = |_| Lead {
        budget: dice.one_of(BUDGETS),
        company_size: dice.below(1_000),
        job_title: dice.one_of(TITLES),
        country: dice.one_of(COUNTRIES),
        industry: dice.one_of(INDUSTRIES),
        free_email: dice.below(10) < 4,
        message_len: dice.below(200),
        timeline_days: dice.below(365),
        pages_viewed: dice.below(12),
        utm_source: dice.one_of(SOURCES),
    };
    (0..COUNT).map(lead).collect()
}

impl Lead {
    /// What everybody must find, by hand.
    pub fn score(&self) -> i64 {
        let given = [
            (matches!(self.budget, "20-100k" | "gt100k"), 20),
            (self.company_size >= 200, 15),
            (matches!(self.job_title, "ceo" | "cto" | "vp" | "director"), 15),
            (matches!(self.country, "US" | "DE" | "GB" | "FR"), 10),
            (matches!(self.industry, "saas" | "fintech" | "health"), 10),
            (self.free_email, -15),
            (self.message_len >= 40, 5),
            (self.timeline_days <= 90, 10),
            (self.pages_viewed >= 5, 5),
            (self.utm_source == "partner", 10),
        ];
        given.iter().filter(|(holds, _)| *holds).map(|(_, points)| points).sum::<i64>().clamp(0, 100)
    }

    pub fn json(&self) -> Value {
        json!({
            "budget": self.budget, "company_size": self.company_size, "job_title": self.job_title,
            "country": self.country, "industry": self.industry, "free_email": self.free_email,
            "message_len": self.message_len, "timeline_days": self.timeline_days,
            "pages_viewed": self.pages_viewed, "utm_source": self.utm_source,
        })
    }
}
