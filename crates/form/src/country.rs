//! The country that is chosen beside a phone number follows the number, where that says its country itself.

use leadglass_scoring::{Answers, FieldKind, FormDefinition};

/// The number and its country, where the number says another than the one that is chosen.
#[must_use]
pub fn with_country(form: &FormDefinition, field: &str, answers: &Answers) -> Option<Vec<String>> {
    let field = form.fields.iter().find(|known| known.id == field)?;
    let (FieldKind::Phone(Some(plan)), [number, chosen]) = (&field.kind, answers.get(&field.id)) else { return None };
    let said = plan.choice_for(number, chosen);
    (said != chosen).then(|| vec![number.clone(), said.to_owned()])
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::form_file;

    use super::*;

    const FORM: &str = include_str!("../../../tests/forms/phone.toml");

    fn said(values: &[&str]) -> Option<Vec<String>> {
        let form = form_file::parse(FORM).unwrap().form;
        let answers: Answers = values.iter().map(|value| ("phone", *value)).collect();
        with_country(form.definition(), "phone", &answers)
    }

    #[test]
    fn the_country_follows_a_number_that_says_its_own_and_no_other() {
        assert_eq!(said(&["+40 7", "MD"]), Some(vec!["+40 7".into(), "RO".into()]));
        assert_eq!(said(&["+44 20", "MD"]), Some(vec!["+44 20".into(), "+".into()]));
        for kept in [&["+40 7", "RO"][..], &["069 123 456", "RO"], &["", "UA"], &["+40 7"], &[]] {
            assert_eq!(said(kept), None, "{kept:?}");
        }
    }
}
