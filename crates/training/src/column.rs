//! Which field a column of a table answers.

use deunicode::deunicode_char;

/// The id of the field that a column answers: its name in lower case, with `_` for everything but letters and digits.
/// Letters of other alphabets are spelled in ours, and what does not begin with a letter is told by a `c` before it:
/// `Budget, €` is `budget___eur`, `Город` is `gorod`, `3rd visit` is `c_3rd_visit`. It may be longer than an id may be.
#[must_use]
pub fn field_id(column: &str) -> String {
    let mut id = String::new();
    for letter in column.trim().chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            id.push(letter);
        } else {
            let spelled = if letter.is_ascii() { "" } else { deunicode_char(letter).unwrap_or_default() };
            let spelled =
                spelled.bytes().filter(u8::is_ascii_alphanumeric).map(|it| char::from(it.to_ascii_lowercase()));
            let before = id.len();
            id.extend(spelled);
            // The soft sign and its like have no letter; a sign that parts words has a place
            if id.len() == before && !letter.is_alphanumeric() {
                id.push('_');
            }
        }
    }
    if id.bytes().next().is_some_and(|first| first.is_ascii_lowercase()) { id } else { format!("c_{id}") }
}

#[cfg(test)]
mod tests {
    use super::field_id;

    #[test]
    fn any_name_of_a_column_gives_an_id() {
        for (column, id) in [
            ("Age", "age"),
            (" Plan Name", "plan_name"),
            ("emp.var.rate", "emp_var_rate"),
            ("3rd visit", "c_3rd_visit"),
            ("#", "c__"),
            ("_hidden", "c__hidden"),
            ("€ Budget", "eur_budget"),
            ("Größe", "grosse"),
            ("Источник лида", "istochnik_lida"),
            ("Объём, м²", "obiom__m2"),
            ("Țară", "tara"),
        ] {
            assert_eq!(field_id(column), id, "{column}");
        }
    }
}
