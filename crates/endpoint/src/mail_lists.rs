//! Lists of domains: who gives mailboxes for minutes, and who gives them to anybody.
//!
//! The first is that of the `disposable-email-domains` project (CC0; taken from its Python package, MIT) as it stood on
//! [`DISPOSABLE_AS_OF`]; the second is ours.

use std::sync::LazyLock;

use leadglass_scoring::{FieldKind, Form, Lead, Mail, MailKind, Timestamp, lead::Value};

use crate::clock::from_rfc3339;

const DISPOSABLE: &str = include_str!("../data/disposable_domains.txt");
const FREE: &str = include_str!("../data/free_domains.txt");

/// The day of the list of disposable domains.
pub const DISPOSABLE_AS_OF: &str = "2026-11-09";

const DAY_MS: i64 = 86_400_000;

/// What an address in lower case is at: its domain, or one that it is below, is looked for.
#[must_use]
pub fn mail(address: &str) -> Option<Mail> {
    let (_, domain) = address.rsplit_once('@')?;
    let kind = if is_listed(DISPOSABLE, domain) {
        MailKind::Disposable
    } else if is_listed(FREE, domain) {
        MailKind::Free
    } else {
        MailKind::Work
    };
    Some(Mail { kind, list_days: as_of_days() })
}

/// What the first e-mail address of a lead is at.
#[must_use]
pub fn of_lead(form: &Form, lead: &Lead) -> Option<Mail> {
    let slot = form.definition().fields.iter().position(|field| field.kind == FieldKind::Email)?;
    match lead.values().get(slot)? {
        Some(Value::Email(address)) => mail(&address.as_str().to_ascii_lowercase()),
        _ => None,
    }
}

/// How many days old the list of disposable domains is.
#[must_use]
pub fn age_days(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(DAY_MS) - i64::from(as_of_days())
}

fn as_of_days() -> i32 {
    static DAYS: LazyLock<i32> = LazyLock::new(|| {
        let midnight = from_rfc3339(&format!("{DISPOSABLE_AS_OF}T00:00:00Z")).unwrap_or_default();
        i32::try_from(midnight.as_millis() / DAY_MS).unwrap_or(0)
    });
    *DAYS
}

fn is_listed(list: &str, domain: &str) -> bool {
    let whole = domain.trim_end_matches('.');
    let names = std::iter::successors(Some(whole), |name| name.split_once('.').map(|(_, above)| above));
    names.into_iter().any(|name| finds(list, name))
}

/// Whether a line of a sorted list is this name: halves the list by bytes, each time to the beginning of a line.
fn finds(list: &str, name: &str) -> bool {
    let mut rest = list;
    while !rest.is_empty() {
        let middle = rest.as_bytes()[..rest.len() / 2].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let (before, after) = rest.split_at(middle);
        let (line, after) = after.split_once('\n').unwrap_or((after, ""));
        match name.cmp(line) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => rest = before,
            std::cmp::Ordering::Greater => rest = after,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(address: &str) -> &'static str {
        mail(address).unwrap().kind.as_str()
    }

    #[test]
    fn s11_domains_and_what_is_below_them_are_told_apart() {
        for (address, expected) in [
            ("a@mailinator.com", "disposable"),
            ("a@x.y.mailinator.com", "disposable"),
            ("a@mailinator.com.", "disposable"),
            ("a@my-mailinator.com", "work"),
            ("a@mailinator.com.example", "work"),
            ("a@0-mail.com", "disposable"),
            ("a@gmail.com", "free"),
            ("a@mail.ru", "free"),
            ("a@yandex.ru", "free"),
            ("a@mail.md", "free"),
            ("a@proton.me", "free"),
            ("a@example.org", "work"),
            ("a@com", "work"),
            ("a@дизайн.рф", "work"),
        ] {
            assert_eq!(kind(address), expected, "{address}");
        }
        assert_eq!(mail("nobody"), None);
    }

    #[test]
    fn s11_every_line_of_the_lists_is_found_and_they_do_not_overlap() {
        for (list, least) in [(DISPOSABLE, 10_000), (FREE, 100)] {
            let lines: Vec<&str> = list.lines().collect();
            assert!(lines.len() >= least && lines.is_sorted() && list.ends_with('\n'));
            for line in lines {
                assert!(finds(list, line) && !finds(list, &format!("{line}-")), "{line}");
                assert_eq!(line, line.to_lowercase());
            }
        }
        assert!(FREE.lines().all(|line| !is_listed(DISPOSABLE, line)));
    }

    #[test]
    fn s11_the_age_of_the_list_is_told_in_days() {
        assert_eq!(age_days(from_rfc3339("2026-11-09T23:00:00Z").unwrap()), 0);
        assert_eq!(age_days(from_rfc3339("2027-02-08T00:00:00Z").unwrap()), 91);
        assert_eq!(mail("a@b.example").unwrap().list_days, 20_766);
    }
}
