//! Conditions over how a lead came: `channel`, `first_touch`, `weekday`, `hour`, `moment`, `mail` and `signal`.

use super::{
    conditions::{range, texts},
    reader::{Reader, Section},
    values::{duration, one_of, some_of},
};
use crate::{
    channel::Channel,
    condition::{Condition, SignalCondition, TouchCondition, TouchOf, TouchPart, TouchTest, Weekday},
    mail::MailKind,
    moment::Moment,
};

const TOUCHES: [(&str, TouchOf); 3] =
    [("first_touch", TouchOf::First), ("last_touch", TouchOf::Last), ("any_touch", TouchOf::Any)];

const PARTS: [(&str, TouchPart); 7] = [
    ("source", TouchPart::Source),
    ("medium", TouchPart::Medium),
    ("campaign", TouchPart::Campaign),
    ("term", TouchPart::Term),
    ("content", TouchPart::Content),
    ("referrer", TouchPart::Referrer),
    ("landing_page", TouchPart::LandingPage),
];

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// The condition, where it is one of these.
pub(super) fn read(reader: &mut Reader, section: &mut Section) -> Option<Condition> {
    if section.has("signal") {
        let signal = reader.required_text(section, "signal");
        let at_least = reader.whole(section, "at_least").unwrap_or(1);
        let within_ms = duration(reader, section, "within", "time");
        return Some(Condition::Signal(SignalCondition { signal, at_least, within_ms }));
    }
    if section.has("channel") {
        let channels = Channel::ALL.map(|channel| (channel.as_str(), channel));
        return Some(Condition::Channel(some_of(reader, section, "channel", &channels)));
    }
    if section.has("moment") {
        let moments = Moment::ALL.map(|moment| (moment.as_str(), moment));
        return Some(Condition::Moment(some_of(reader, section, "moment", &moments)));
    }
    if section.has("mail") {
        let kinds = MailKind::ALL.map(|kind| (kind.as_str(), kind));
        return Some(Condition::Mail(some_of(reader, section, "mail", &kinds)));
    }
    if section.has("weekday") {
        return Some(Condition::Weekday(some_of(reader, section, "weekday", &WEEKDAYS)));
    }
    if section.has("hour") {
        let mut hours = reader.section(section, "hour")?;
        let (range, _) = range(reader, &mut hours, &mut |reader, key, value| reader.decimal_value(key, value, 0));
        reader.finish(&hours);
        return Some(Condition::Hour(range));
    }
    let (key, of) = TOUCHES.into_iter().find(|(key, _)| section.has(key))?;
    let part = one_of(reader, section, key, &PARTS);
    let condition = touch(reader, section, of, part.unwrap_or(TouchPart::Source));
    Some(condition)
}

fn touch(reader: &mut Reader, section: &mut Section, of: TouchOf, part: TouchPart) -> Condition {
    let test = |test| Condition::Touch(TouchCondition { of, part, test });
    if section.has("is") {
        return test(TouchTest::Is(texts(reader, section, "is")));
    }
    if section.has("contains") {
        return test(TouchTest::Contains(texts(reader, section, "contains")));
    }
    match reader.flag(section, "present") {
        Some(true) => {}
        Some(false) => return Condition::Not(Box::new(test(TouchTest::Present))),
        None => {
            let span = section.span();
            let mend = "add `is`, `contains` or `present`";
            reader.mistake(span, "the condition names a touch but no test", mend);
        }
    }
    test(TouchTest::Present)
}
