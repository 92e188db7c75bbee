//! How much room a form takes before it is there, so that nothing moves when it comes. By its styles as they are without
//! themes, at 16 pixels a letter's height; what breaks into lines is guessed by the number of its letters.

use std::sync::Arc;

use leadglass_form::{FormState, SharedForm};
use leadglass_scoring::{Answers, Field, FieldKind, Form, Language};

/// A width of a form: where two half questions share a line, or a phone.
#[derive(Clone, Copy)]
pub(super) enum Width {
    /// The widest that a form gets.
    Wide,
    /// A phone.
    Narrow,
}

const GAP: f64 = 24.0;
/// A label above its control.
const LABEL: f64 = 28.5;
const CONTROL: f64 = 48.0;
/// Above the button, and below a part with a title: the larger counts.
const ABOVE_BUTTON: f64 = 32.0;
const BELOW_STEP: f64 = 36.0;
/// How much of the parts is done.
const PROGRESS: f64 = 62.0;

impl Width {
    /// Above and below what is in the frame.
    const fn frame(self) -> f64 {
        match self {
            Self::Wide => 90.0,
            Self::Narrow => 47.0,
        }
    }

    /// How many lines a text takes whose letters are as wide as these pixels.
    fn lines(self, text: &str, letter: f64) -> f64 {
        let room = match self {
            Self::Wide => 582.0,
            Self::Narrow => 328.0,
        };
        let letters = u16::try_from(text.chars().count()).map_or(1_000.0, f64::from);
        (letters * letter / room).ceil().max(1.0)
    }
}

/// The height of a form in its first language, in CSS pixels, rounded up: of what it shows at first, where it is gone through
/// part by part or asks more under conditions.
pub(super) fn height_px(form: &Form, width: Width) -> u32 {
    let shown = FormState::new(SharedForm(Arc::new(form.clone())), Language::En, Answers::new()).folded(None);
    let form = form.definition();
    let heading = 31.2 * width.lines(form.heading.get(0), 12.0);
    let intro = form.intro.as_ref().map_or(0.0, |intro| 9.6 + 24.0 * width.lines(intro.get(0), 7.7));
    let mut height = width.frame() + heading + intro + 32.0 + CONTROL;
    if shown.place().is_some() {
        height += PROGRESS;
    }
    let mut below = 0.0;
    for (number, step) in form.steps.iter().enumerate() {
        let fields = form.fields.iter().enumerate().filter(|(slot, field)| {
            usize::from(field.step) == number && shown.is_shown(*slot) && !matches!(field.kind, FieldKind::Hidden(_))
        });
        let fields: Vec<&Field> = fields.map(|(_, field)| field).collect();
        if fields.is_empty() {
            continue;
        }
        height += below + rows(&fields, width);
        below = 0.0;
        if step.title.is_some() {
            height += 58.6;
            below = BELOW_STEP;
        }
    }
    height += f64::max(below, ABOVE_BUTTON);
    // A form is some thousands of pixels high at most
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "far within")]
    let whole = height.ceil() as u32;
    whole
}

/// Questions one above the other, halves side by side where there is room.
fn rows(fields: &[&Field], width: Width) -> f64 {
    let (mut heights, mut half) = (Vec::<f64>::new(), false);
    for field in fields {
        let own = field_height(field, width);
        let beside = half && field.half_width;
        match heights.last_mut().filter(|_| beside) {
            Some(last) => *last = last.max(own),
            None => heights.push(own),
        }
        half = field.half_width && !beside && matches!(width, Width::Wide);
    }
    let gaps = u16::try_from(heights.len().saturating_sub(1)).map_or(0.0, f64::from);
    heights.iter().sum::<f64>() + gaps * GAP
}

fn field_height(field: &Field, width: Width) -> f64 {
    let options = |count: usize| u16::try_from(count).map_or(0.0, |count| f64::from(count) * 54.8 - 8.0);
    let help = field.help.as_ref().map_or(0.0, |help| 5.6 + 21.0 * width.lines(help.get(0), 6.8));
    let label = width.lines(field.label.get(0), 7.6);
    let control = match &field.kind {
        FieldKind::Consent(_) => return 3.8 + 22.5 * width.lines(field.label.get(0), 7.9) + help,
        FieldKind::LongText(_) => 120.0,
        FieldKind::Select(select) if !select.as_list => options(select.options.len()),
        FieldKind::MultiSelect(select) => options(select.options.len()),
        FieldKind::Rating(scale) if scale.low_label.is_some() || scale.high_label.is_some() => 73.5,
        FieldKind::YesNo | FieldKind::Rating(_) => 46.8,
        _ => CONTROL,
    };
    LABEL + 22.5 * (label - 1.0) + control + help
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::form_file;

    use super::*;

    /// As Chromium has them, at 1000 and at 375 pixels.
    #[test]
    fn the_room_is_what_a_browser_takes_within_a_line_of_text() {
        let forms = [
            (include_str!("../../../../../tests/forms/enquiry.toml"), 767.0, 724.0),
            (include_str!("../../../../../www/forms/demo.toml"), 794.3, 1_019.8),
            (include_str!("../../../../../www/forms/ask.toml"), 767.8, 948.3),
            (include_str!("../../../../../tests/forms/everything.toml"), 2_190.1, 2_270.1),
            (include_str!("../../../../../tests/forms/steps.toml"), 521.4, 476.5),
            (include_str!("../../../../../tests/forms/questions.toml"), 458.8, 413.9),
        ];
        for (source, wide, narrow) in forms {
            let form = form_file::parse(source).unwrap().form;
            let id = &form.definition().id;
            for (width, measured) in [(Width::Wide, wide), (Width::Narrow, narrow)] {
                let height = f64::from(height_px(&form, width));
                assert!((height - measured).abs() <= 25.0, "{id}: {height}, not {measured}");
            }
        }
    }
}
