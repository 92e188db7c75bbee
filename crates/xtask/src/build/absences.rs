//! Crates that cost the visitor more than they give: the browser has what they do.

/// Some come with our dependencies; they must not be reached, or else they are linked.
const ABSENT: &[&str] = &["chrono", "regex", "regex_lite", "serde_json", "url"];

/// Which of them are linked into a module that still has the names of its functions.
pub fn linked(wasm: &[u8]) -> Vec<&'static str> {
    ABSENT.iter().copied().filter(|name| has_crate(wasm, name)).collect()
}

/// A mangled name holds each segment after its length: `10serde_json`. Where none follows, the name only says which crate
/// had this code of another one compiled.
fn has_crate(wasm: &[u8], name: &str) -> bool {
    let segment = format!("{}{name}", name.len());
    let is_digit = |place: Option<usize>| place.and_then(|place| wasm.get(place)).is_some_and(u8::is_ascii_digit);
    let mut places = wasm.windows(segment.len()).enumerate().filter(|(_, window)| *window == segment.as_bytes());
    places.any(|(start, _)| start > 0 && !is_digit(start.checked_sub(1)) && is_digit(Some(start + segment.len())))
}

#[cfg(test)]
mod tests {
    use super::linked;

    #[test]
    fn a_linked_crate_is_known_by_the_names_of_its_functions() {
        assert_eq!(linked(b"\x1c_ZN10serde_json5value5Value3newE"), ["serde_json"]);
        assert_eq!(linked(b"_RNvNtCs1a_3url6parser5parse"), ["url"]);
    }

    #[test]
    fn a_name_that_only_ends_alike_is_no_match() {
        assert!(linked(b"_ZN13url_something").is_empty());
        assert!(linked(b"_ZN14form_urlencoded5parseE").is_empty());
    }

    #[test]
    fn a_crate_that_only_had_other_code_compiled_is_not_linked() {
        assert!(linked(b"_RNvMNtCs1a_5alloc3vecINtB4_3VechE7reserveCs2b_10serde_json\x80\x0e").is_empty());
    }
}
