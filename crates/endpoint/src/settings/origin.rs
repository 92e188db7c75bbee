//! Origins as people write them, and as browsers send them: a name in any alphabet, capitals and the usual port are
//! spelt one way there, and compared to the letter.

use std::collections::BTreeMap;

use anyhow::Context;
use url::Url;

/// Spells every origin as browsers do.
pub(super) fn spell(origins: &mut BTreeMap<String, Vec<String>>) -> anyhow::Result<()> {
    for (form, list) in origins {
        for origin in list {
            *origin = spelt(origin).with_context(|| {
                format!("`origins.{form}` can't be `{origin}`: an origin is written like `https://www.example.org`")
            })?;
        }
    }
    Ok(())
}

fn spelt(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let is_nobodys = url.username().is_empty() && url.password().is_none();
    // A browser would take the star for a name.
    if url.host_str().is_none_or(|host| host.contains('*')) {
        return None;
    }
    (matches!(url.scheme(), "http" | "https") && is_bare && is_nobodys).then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s1_an_origin_is_compared_as_browsers_spell_it_however_it_was_written() {
        for (written, sent) in [
            ("https://www.example.org", "https://www.example.org"),
            ("https://www.example.org/", "https://www.example.org"),
            ("HTTPS://WWW.Example.org:443", "https://www.example.org"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("https://пример.example", "https://xn--e1afmkfd.example"),
            ("https://xn--e1afmkfd.example", "https://xn--e1afmkfd.example"),
            ("https://bücher.example:8443", "https://xn--bcher-kva.example:8443"),
            // A name that ends in a dot is another origin to a browser.
            ("https://www.example.org.", "https://www.example.org."),
            ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
        ] {
            assert_eq!(spelt(written).as_deref(), Some(sent), "{written}");
        }
    }

    #[test]
    fn s1_what_is_no_origin_is_refused_with_its_form() {
        for wrong in [
            "",
            "*",
            "null",
            "www.example.org",
            "https://",
            "https://www.example.org/shop",
            "https://www.example.org?a",
            "https://www.example.org#a",
            "https://ana@www.example.org",
            "ftp://www.example.org",
            "file:///index.html",
            "https://*.example.org",
        ] {
            assert_eq!(spelt(wrong), None, "{wrong}");
        }
        let mut origins = BTreeMap::from([("demo".to_owned(), vec!["www.example.org".to_owned()])]);
        let told = spell(&mut origins).unwrap_err().to_string();
        assert_eq!(
            told,
            "`origins.demo` can't be `www.example.org`: an origin is written like `https://www.example.org`"
        );
    }
}
