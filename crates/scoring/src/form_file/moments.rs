//! `[moment.know]`, `[moment.go]`, `[moment.do]`, `[moment.buy]`: what the form becomes for each.

use toml::de::DeValue;

use super::{
    link,
    reader::{Reader, Section},
};
use crate::{
    form::{Location, MomentForm, Place, Serving},
    language::LocalText,
    moment::Moment,
};

pub(super) fn read(reader: &mut Reader, root: &mut Section) -> Option<Vec<MomentForm>> {
    let mut section = reader.section(root, "moment")?;
    let mut forms = Vec::new();
    for moment in Moment::ALL {
        let Some(section) = reader.section(&mut section, moment.as_str()) else { continue };
        reader.remember(Place::Moment(forms.len()), section.span());
        forms.push(moment_form(reader, section, moment));
    }
    reader.finish(&section);
    Some(forms)
}

fn moment_form(reader: &mut Reader, mut section: Section, moment: Moment) -> MomentForm {
    let form = MomentForm {
        moment,
        heading: reader.local(&mut section, "heading"),
        help: reader.local(&mut section, "help"),
        button: reader.local(&mut section, "button"),
        asks: section.has("asks").then(|| reader.texts(&mut section, "asks").into_iter().map(|(id, _)| id).collect()),
        serves: reader.section(&mut section, "serves").map(|section| serving(reader, section)),
    };
    reader.finish(&section);
    form
}

fn serving(reader: &mut Reader, mut section: Section) -> Serving {
    let serving = Serving {
        heading: reader.required_local(&mut section, "heading"),
        text: reader.local(&mut section, "text"),
        steps: locals(reader, &mut section, "steps"),
        location: reader.section(&mut section, "location").map(|section| location(reader, section)),
        link: link(reader, &mut section, "link"),
    };
    reader.finish(&section);
    serving
}

fn location(reader: &mut Reader, mut section: Section) -> Location {
    let location = Location {
        address: reader.required_local(&mut section, "address"),
        hours: locals(reader, &mut section, "hours"),
        map: link(reader, &mut section, "map"),
        route: link(reader, &mut section, "route"),
    };
    reader.finish(&section);
    location
}

/// A list of texts, each in every language of the form.
fn locals(reader: &mut Reader, section: &mut Section, key: &'static str) -> Option<Vec<LocalText>> {
    let value = section.take(key)?;
    let DeValue::Array(items) = value.get_ref() else {
        reader.mistake(value.span(), format!("`{key}` is no list"), format!("write `{key} = [{{ en = \"…\" }}, …]`"));
        return None;
    };
    Some(items.iter().map(|item| reader.local_value(key, item)).collect())
}
