//! Slips of the fingers in e-mail addresses: what may have been meant. A hint and no more, since there are domains of
//! any name.

/// Where most people have their mail, in Europe and beyond. The first ones are meant more often.
const COMMON: [&str; 24] = [
    "gmail.com",
    "mail.ru",
    "yandex.ru",
    "yahoo.com",
    "hotmail.com",
    "outlook.com",
    "icloud.com",
    "googlemail.com",
    "protonmail.com",
    "proton.me",
    "live.com",
    "inbox.ru",
    "list.ru",
    "rambler.ru",
    "yahoo.ro",
    "ukr.net",
    "gmx.de",
    "gmx.net",
    "web.de",
    "t-online.de",
    "orange.fr",
    "wanadoo.fr",
    "libero.it",
    "seznam.cz",
];

/// Domains that are one slip away from a common one and are meant all the same.
const MEANT: [&str; 12] = [
    "ymail.com",
    "email.com",
    "mail.com",
    "gmail.ru",
    "email.ru",
    "mail.de",
    "gmx.at",
    "gmx.ch",
    "live.ru",
    "live.de",
    "yahoo.de",
    "yahoo.co",
];

/// Ends of domains that nothing has, and what was meant.
const ENDS: [(&str, &str); 6] =
    [(".con", ".com"), (".cmo", ".com"), (".ocm", ".com"), (".vom", ".com"), (".comm", ".com"), (".ruu", ".ru")];

/// The address that may have been meant by this one; nothing where it looks right.
#[must_use]
pub fn meant(address: &str) -> Option<String> {
    let address = address.trim();
    let (name, domain) = address.rsplit_once('@')?;
    if name.is_empty() || !domain.is_ascii() {
        return None;
    }
    let domain = domain.to_ascii_lowercase();
    let ended = ENDS.iter().find_map(|(wrong, right)| Some([domain.strip_suffix(wrong)?, right].concat()));
    let given = ended.as_deref().unwrap_or(&domain);
    if COMMON.contains(&given) || MEANT.contains(&given) {
        return ended.map(|ended| [name, "@", &ended].concat());
    }
    let near = COMMON.iter().find(|common| is_one_slip(given.as_bytes(), common.as_bytes()));
    near.copied().or(ended.as_deref()).map(|domain| [name, "@", domain].concat())
}

/// Whether one letter too many, too few or another, or two letters in each other's place make one of the other.
fn is_one_slip(one: &[u8], other: &[u8]) -> bool {
    let start = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let (one, other) = (&one[start..], &other[start..]);
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    match (&one[..one.len() - end], &other[..other.len() - end]) {
        ([_], [] | [_]) | ([], [_]) => true,
        ([first, second], [third, fourth]) => first == fourth && second == third,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn slips_of_the_fingers_are_seen() {
        for (typed, wanted) in [
            ("ana@gmial.com", "ana@gmail.com"),
            ("ana@gmal.com", "ana@gmail.com"),
            ("ana@gmaill.com", "ana@gmail.com"),
            ("ana@gmail.co", "ana@gmail.com"),
            ("ana@gmail.con", "ana@gmail.com"),
            ("Ana.Rusu@GMIAL.com", "Ana.Rusu@gmail.com"),
            ("ana@yandex.tu", "ana@yandex.ru"),
            ("ana@maul.ru", "ana@mail.ru"),
            ("ana@hotmial.com", "ana@hotmail.com"),
            (" ana@outlok.com ", "ana@outlook.com"),
            ("ana@gmail.cmo", "ana@gmail.com"),
            ("office@acme.con", "office@acme.com"),
        ] {
            assert_eq!(meant(typed).as_deref(), Some(wanted), "{typed}");
        }
    }

    #[test]
    fn what_is_right_or_nothing_is_left_alone() {
        for typed in [
            "ana@gmail.com",
            "ana@mail.ru",
            "ana@ymail.com",
            "ana@example.com",
            "ana@mail.com",
            "ana@company.md",
            "ana",
            "@gmial.com",
            "",
            "ana@",
            "ana@почта.рф",
        ] {
            assert_eq!(meant(typed), None, "{typed}");
        }
    }
}
