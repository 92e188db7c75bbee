//! `layout`, `asks`, `score_event`, `[drafts]`, and the `when` of steps and fields.

use toml::{Spanned, de::DeValue};

use super::{
    conditions::{self, Kinds},
    reader::{Reader, Section, nearest},
};
use crate::form::{AskedIf, Drafts, Flow, Layout, Place, WhatMatters};

/// The `when`s of steps and fields, put aside until all fields are known.
#[derive(Default)]
pub(super) struct Conditions<'a>(Vec<(Option<u16>, Option<u16>, &'a Spanned<DeValue<'a>>)>);

impl<'a> Conditions<'a> {
    pub fn take_of_step(&mut self, section: &mut Section<'a>, number: usize) {
        if let Some(value) = section.take("when") {
            self.0.push((u16::try_from(number).ok(), None, value));
        }
    }

    pub fn take_of_field(&mut self, section: &mut Section<'a>, number: usize) {
        if let Some(value) = section.take("when") {
            self.0.push((None, u16::try_from(number).ok(), value));
        }
    }
}

/// How the form is gone through; nothing where the file says nothing of it.
pub(super) fn read(reader: &mut Reader, root: &mut Section, found: Conditions, kinds: &Kinds) -> Option<Flow> {
    let asked = found.0.into_iter().map(|(step, field, value)| AskedIf {
        step,
        field,
        when: conditions::condition(reader, value, kinds),
    });
    let asked = asked.collect();
    let tells_score = reader.flag(root, "score_event").filter(|tells| *tells);
    let what_matters = what_matters(reader, root);
    let flow = Flow { asked, layout: layout(reader, root), drafts: drafts(reader, root), tells_score, what_matters };
    (flow != Flow::default()).then_some(flow)
}

fn layout(reader: &mut Reader, root: &mut Section) -> Layout {
    const NAMES: [(&str, Layout); 3] =
        [("whole", Layout::Whole), ("steps", Layout::Steps), ("questions", Layout::Questions)];
    let Some((name, span)) = reader.text(root, "layout") else { return Layout::Whole };
    let known = NAMES.iter().find(|(known, _)| *known == name);
    known.map_or_else(
        || {
            let mend = nearest(&name, NAMES.iter().map(|(known, _)| *known)).map_or_else(
                || "there are `whole`, `steps` and `questions`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            reader.mistake(span, format!("there is no layout `{name}`"), mend);
            Layout::Whole
        },
        |(_, layout)| *layout,
    )
}

fn what_matters(reader: &mut Reader, root: &mut Section) -> Option<WhatMatters> {
    let (name, span) = reader.text(root, "asks")?;
    match name.as_str() {
        "what_matters" => return Some(WhatMatters::default()),
        "everything" => {}
        _ => reader.mistake(span, format!("there is no `{name}` to ask"), "there are `everything` and `what_matters`"),
    }
    None
}

fn drafts(reader: &mut Reader, root: &mut Section) -> Option<Drafts> {
    let mut section = reader.section(root, "drafts")?;
    reader.remember(Place::Drafts, section.span());
    let drafts = Drafts {
        days: reader.whole(&mut section, "days").unwrap_or(0),
        consent: reader.text(&mut section, "consent").map(|(id, _)| id),
        personal: reader.flag(&mut section, "personal").unwrap_or(false),
    };
    reader.finish(&section);
    Some(drafts)
}
