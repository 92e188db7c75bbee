//! What tells that two leads are one person's, and what does not.
//!
//! Anybody can type anybody's address, and many share one. So an address alone joins nobody: it takes the same address, or
//! the same phone number, together with the same name. Whoever shares a mailbox or a browser under another name stays a
//! person of their own, until they confirm the address or staff says that they are one.

use hmac::Mac;
use leadglass_scoring::{Field, FieldKind, Form, Lead, lead::Value, letters::fold};

use crate::{
    spam::{Keys, mac},
    store::PersonKey,
};

/// The keys that a lead shares with others of its person.
#[must_use]
pub fn keys(keys: &Keys, form: &Form, lead: &Lead) -> Vec<PersonKey> {
    let fields = &form.definition().fields;
    let answer = |is_it: &dyn Fn(&Field) -> bool| {
        let slot = fields.iter().position(is_it)?;
        match lead.values().get(slot)?.as_ref()? {
            Value::Text(text) => Some(text.clone()),
            Value::Email(address) => Some(address.as_str().to_ascii_lowercase()),
            Value::Phone(number) => Some(number.as_str().to_owned()),
            _ => None,
        }
    };
    let token = |wanted: &'static str| move |field: &Field| field.autocomplete.as_deref() == Some(wanted);
    let whole = answer(&|field| token("name")(field) || field.id == "name");
    let parts = [answer(&token("given-name")), answer(&token("family-name"))];
    let name = name_key(&whole.unwrap_or_else(|| parts.into_iter().flatten().collect::<Vec<_>>().join(" ")));
    let email = answer(&|field| field.kind == FieldKind::Email);
    // A number without a name is a household's or an office's.
    let phone = answer(&|field| matches!(field.kind, FieldKind::Phone(_))).filter(|_| !name.is_empty());
    let email = email.map(|address| key(keys, "email", &[&address, &name]));
    email.into_iter().chain(phone.map(|number| key(keys, "phone", &[&number, &name]))).collect()
}

/// The key that leads share whose senders confirmed the same address.
#[must_use]
pub fn confirmed(keys: &Keys, email: &str) -> PersonKey {
    key(keys, "confirmed", &[&email.to_ascii_lowercase()])
}

/// By which it is known how often an address is asked.
#[must_use]
pub fn address(keys: &Keys, email: &str) -> PersonKey {
    key(keys, "address", &[&email.to_ascii_lowercase()])
}

/// A name without regard to capitals, and to which part of it comes first.
fn name_key(name: &str) -> String {
    let folded = fold(name);
    let mut parts: Vec<&str> =
        folded.split(|letter: char| !letter.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
    parts.sort_unstable();
    parts.join(" ")
}

fn key(keys: &Keys, what: &str, parts: &[&str]) -> PersonKey {
    let mut said = what.to_owned();
    for part in parts {
        said.push('\0');
        said.push_str(part);
    }
    let mut key = [0; 16];
    key.copy_from_slice(&mac(keys.person.as_bytes(), said.as_bytes()).finalize().into_bytes()[..16]);
    key
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::{Timestamp, validate};

    use super::*;
    use crate::testing::{FORM, parse};

    fn keys_of(answers: &[(&str, &str)]) -> Vec<PersonKey> {
        let phone = "[[field]]\nid = \"tel\"\nkind = \"phone\"\nlabel = { en = \"Phone\", ru = \"Телефон\" }\n\n";
        let source = FORM.replace("[[field]]\nid = \"budget\"", &format!("{phone}[[field]]\nid = \"budget\""));
        let form = parse(&source);
        let answers = answers.iter().copied().chain([("agree", "yes")]).collect();
        let lead = validate(&form, &answers, Timestamp::from_millis(0)).unwrap();
        keys(&Keys::from_secret(&[7; 32]), &form, &lead)
    }

    #[test]
    fn an_address_or_a_number_joins_only_together_with_the_name() {
        let ana = keys_of(&[("name", "Ana Pop"), ("email", "ana@example.org"), ("tel", "+37369123456")]);
        assert_eq!(ana.len(), 2);
        let again = keys_of(&[("name", "POP, Ana"), ("email", "Ana@Example.org")]);
        assert_eq!(again, ana[..1]);
        let other_address = keys_of(&[("name", "ana pop"), ("email", "pop@example.org"), ("tel", "+373 69 123 456")]);
        assert_eq!(other_address[1], ana[1]);
        let shared = keys_of(&[("name", "Ion Pop"), ("email", "ana@example.org"), ("tel", "+37369123456")]);
        assert!(shared.iter().all(|key| !ana.contains(key)));
    }
}
