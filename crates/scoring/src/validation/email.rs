//! E-mail addresses by the definition of the WHATWG HTML standard, section "Email state".

use crate::violation::ViolationCode;

/// The longest address that can be delivered to (RFC 5321, 4.5.3.1.3, less the brackets).
pub const MAX_LENGTH: usize = 254;

/// An address with a valid form. Whether it can be delivered to, only sending can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress {
    address: String,
    at: usize,
}

impl EmailAddress {
    /// Reads an address; the domain is folded to lower case, the rest kept.
    ///
    /// # Errors
    /// The rule that was broken.
    pub fn parse(text: &str) -> Result<Self, ViolationCode> {
        let text = text.trim();
        let Some((local, domain)) = text.rsplit_once('@') else {
            return Err(ViolationCode::EmailMissingAt);
        };
        if !text.is_ascii() {
            return Err(ViolationCode::EmailNotLatin);
        }
        let local_is_valid = !local.is_empty() && local.len() <= 64 && local.bytes().all(is_local);
        if !local_is_valid || !is_domain(domain) || text.len() > MAX_LENGTH {
            return Err(ViolationCode::EmailMalformed);
        }
        let at = local.len();
        Ok(Self { address: [local, "@", &domain.to_ascii_lowercase()].concat(), at })
    }

    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// What stands after the `@`, in lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.address.get(self.at.saturating_add(1)..).unwrap_or_default()
    }
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

/// Labels of 1 to 63 letters, digits and inner hyphens. At least two, which the standard does not ask for: an address
/// that works on one local network is of no use to a lead.
fn is_domain(domain: &str) -> bool {
    let label_is_valid = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    domain.contains('.') && domain.split('.').all(label_is_valid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_is_folded_and_the_local_part_kept() {
        let address = EmailAddress::parse("  Ana.Pop@Example.ORG ").map(|address| address.as_str().to_owned());
        assert_eq!(address.as_deref(), Ok("Ana.Pop@example.org"));
    }

    #[test]
    fn each_fault_has_its_code() {
        for (text, code) in [
            ("ana.example.org", ViolationCode::EmailMissingAt),
            ("ана@example.org", ViolationCode::EmailNotLatin),
            ("ana@localhost", ViolationCode::EmailMalformed),
            ("ana@-a.org", ViolationCode::EmailMalformed),
            ("ana@a..org", ViolationCode::EmailMalformed),
            ("a na@example.org", ViolationCode::EmailMalformed),
            ("@example.org", ViolationCode::EmailMalformed),
            ("a@b@example.org", ViolationCode::EmailMalformed),
            ("ana@example.org\0", ViolationCode::EmailMalformed),
        ] {
            assert_eq!(EmailAddress::parse(text), Err(code), "{text}");
        }
    }
}
