//! What a form file says of phone numbers that are written as at home.

use super::{
    countries::country,
    reader::{Reader, Section},
};
use crate::validation::phone::{Country, NationalPlan};

pub(super) fn national_plan(reader: &mut Reader, section: &mut Section) -> Option<NationalPlan> {
    if section.has("countries") {
        return chosen_plan(reader, section);
    }
    let trunk_prefix = reader.text(section, "trunk_prefix");
    let (calling_code, span) = reader.text(section, "calling_code")?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // ITU-T E.164, 6.1: country codes have one to three digits and none begins with 0
    if calling_code.starts_with('0') || !(1..=3).contains(&calling_code.len()) || !digits(&calling_code) {
        reader.mistake(span, format!("`{calling_code}` is no calling code"), "write 1 to 3 digits, such as `\"373\"`");
    }
    if let Some((prefix, span)) = &trunk_prefix
        && (prefix.len() > 3 || !digits(prefix))
    {
        reader.mistake(span.clone(), format!("`{prefix}` is no trunk prefix"), "write up to 3 digits, such as `\"0\"`");
    }
    let trunk_prefix = trunk_prefix.map(|(prefix, _)| prefix).unwrap_or_default();
    Some(NationalPlan { calling_code, trunk_prefix, countries: None, preset: None })
}

/// Countries to choose from. How each writes its numbers we know, so a file that says that as well says it twice.
fn chosen_plan(reader: &mut Reader, section: &mut Section) -> Option<NationalPlan> {
    for key in ["calling_code", "trunk_prefix"] {
        if let Some((_, span)) = reader.text(section, key) {
            reader.mistake(span, format!("`countries` says what `{key}` says"), format!("leave `{key}` out"));
        }
    }
    let mut countries: Vec<Country> = Vec::new();
    let at = section.value_span("countries");
    for (id, span) in reader.texts(section, "countries") {
        match country(&id) {
            Some(known) if countries.contains(&known) => {
                reader.mistake(span, format!("the country `{id}` is named twice"), "name it once");
            }
            Some(known) => countries.push(known),
            None => {
                let meant = if id.eq_ignore_ascii_case("uk") { "GB".to_owned() } else { id.to_uppercase() };
                let mend = if country(&meant).is_some() {
                    format!("did you mean `{meant}`?")
                } else {
                    "write the two capital letters of ISO 3166-1, such as `\"MD\"`".to_owned()
                };
                reader.mistake(span, format!("there is no country `{id}`"), mend);
            }
        }
    }
    let span = section.value_span("country");
    let preset = reader.local(section, "country");
    let mut unknown: Vec<&str> =
        preset.iter().flat_map(|preset| (0..preset.count()).map(|number| preset.get(number))).collect();
    unknown.retain(|id| !countries.iter().any(|country| country.id == *id));
    unknown.dedup();
    for id in unknown {
        let mend = "name one of `countries`, or one for each language";
        reader.mistake(span.clone(), format!("`{id}` is not among the `countries`"), mend);
    }
    let Some(first) = countries.first() else {
        reader.mistake(at, "there are no countries to choose from", "name one, such as `[\"MD\"]`");
        return None;
    };
    Some(NationalPlan {
        calling_code: first.calling_code.clone(),
        trunk_prefix: first.trunk_prefixes.first().cloned().unwrap_or_default(),
        countries: Some(countries),
        preset,
    })
}

#[cfg(test)]
mod tests {
    use crate::{
        Answers, FieldKind, Timestamp, form_file, validate, validation::phone::NationalPlan, violation::ViolationCode,
    };

    const EVERY_KIND: &str = include_str!("../../tests/forms/every_kind.toml");
    const PLAN: &str = "calling_code = \"373\"\ntrunk_prefix = \"0\"";

    fn file(plan: &str) -> String {
        assert!(EVERY_KIND.contains(PLAN));
        EVERY_KIND.replace(PLAN, plan)
    }

    fn mistakes(plan: &str) -> Vec<String> {
        let mistakes = form_file::parse(&file(plan)).err().unwrap_or_default();
        mistakes.into_iter().map(|mistake| format!("{}; {}", mistake.what, mistake.mend)).collect()
    }

    #[test]
    fn countries_bring_what_is_known_of_their_numbers() {
        let form = form_file::parse(&file(
            "countries = [\"MD\", \"RO\", \"BY\"]\ncountry = { en = \"MD\", ru = \"BY\", ro = \"RO\" }",
        ))
        .unwrap()
        .form;
        let Some((_, FieldKind::Phone(Some(plan)))) = form.fields().get("phone") else { panic!("no plan") };
        let NationalPlan { calling_code, countries, preset, .. } = plan;
        assert_eq!((calling_code.as_str(), preset.as_ref().unwrap().get(1)), ("373", "BY"));
        let countries = countries.as_ref().unwrap();
        assert_eq!(
            (countries[2].trunk_prefixes.as_slice(), countries[2].digits),
            (&["80".into(), "0".into()][..], Some(9))
        );

        let violation = |values: &[&str]| {
            let answers: Answers = values.iter().map(|value| ("phone", *value)).collect();
            let violations = validate(&form, &answers, Timestamp::default()).unwrap_err();
            violations.iter().find(|violation| violation.field == "phone").map(|violation| violation.code)
        };
        for given in
            [&["", "MD"][..], &["MD"], &["+"], &[" 0721 123 456 ", "RO"], &["069 123 456"], &["+7 495 123 45 67", "+"]]
        {
            assert_eq!(violation(given), None, "{given:?}");
        }
        assert_eq!(violation(&["0721 123 456", "+"]), Some(ViolationCode::PhoneCountryMissing));
        assert_eq!(violation(&["069 123", "MD"]), Some(ViolationCode::PhoneTooShort));
        assert_eq!(violation(&["069 123 456", "MD", "RO"]), Some(ViolationCode::Repeated));
    }

    #[test]
    fn a_country_that_is_not_there_is_told_with_the_one_that_may_be_meant() {
        assert_eq!(
            mistakes("countries = [\"MD\", \"md\", \"UK\", \"Moldova\", \"MD\"]"),
            [
                "there is no country `md`; did you mean `MD`?",
                "there is no country `UK`; did you mean `GB`?",
                "there is no country `Moldova`; write the two capital letters of ISO 3166-1, such as `\"MD\"`",
                "the country `MD` is named twice; name it once",
            ]
        );
        assert_eq!(
            mistakes("countries = [\"MD\"]\ncountry = \"RO\"\ncalling_code = \"373\""),
            [
                "`RO` is not among the `countries`; name one of `countries`, or one for each language",
                "`countries` says what `calling_code` says; leave `calling_code` out",
            ]
        );
        assert_eq!(mistakes("countries = []"), ["there are no countries to choose from; name one, such as `[\"MD\"]`"]);
    }
}
