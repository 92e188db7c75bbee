//! Answers that were not sent yet, kept in the visitor's own browser where the form says so: in the tab, and for days
//! where the visitor allowed that. Of a form that says nothing of it nothing is kept.

use js_sys::{Array, JSON, Object, Set};
use leadglass_form::SharedForm;
use leadglass_scoring::{Answers, FieldKind, FormDefinition, form::Drafts as Rules};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlFormElement, Storage, Window};

use crate::{
    page,
    read::{list, object, value},
};

const DAY_MS: i64 = 86_400_000;
/// How long a tab's answers are of use: whoever comes back later begins anew.
const TAB_MS: i64 = DAY_MS;

/// Where answers to one form are kept.
pub(crate) struct Drafts {
    key: String,
    /// The tab's storage and the browser's; none where the page may not have any.
    tab: Option<Storage>,
    days: Option<Storage>,
}

impl Drafts {
    pub(crate) fn new(window: &Window, form: &FormDefinition) -> Self {
        let rules = rules(form);
        let is_for_days = rules.is_some_and(|rules| rules.days > 0);
        Self {
            key: ["leadglass:draft:", &form.id].concat(),
            tab: rules.and_then(|_| window.session_storage().ok().flatten()),
            days: window.local_storage().ok().flatten().filter(|_| is_for_days),
        }
    }

    /// Keeps answers, in the place of those that were kept before.
    pub(crate) fn keep(&self, form: &SharedForm, answers: &Answers, shown: Option<usize>) {
        let Some(rules) = rules(form) else { return };
        let allowed = rules.consent.as_deref().is_some_and(|consent| answers.first(consent) == "yes");
        let (storage, other, time) = if allowed && self.days.is_some() {
            (&self.days, &self.tab, i64::from(rules.days) * DAY_MS)
        } else {
            (&self.tab, &self.days, TAB_MS)
        };
        remove(other.as_ref(), &self.key);
        let is_kept = |id: &str| form.fields.iter().any(|field| field.id == id && rules.keeps(field));
        let answers: Vec<_> = answers.iter().filter(|(id, _)| is_kept(id)).collect();
        if answers.iter().all(|(_, values)| values.iter().all(String::is_empty)) {
            return remove(storage.as_ref(), &self.key);
        }
        let answers =
            answers.into_iter().map(|(id, values)| Array::of2(&id.into(), &list(values.iter().map(String::as_str))));
        #[expect(clippy::cast_precision_loss, reason = "a date of the page is a whole number far below 2^53")]
        let draft = object(&[
            // Until when, in milliseconds since 1970
            ("until", ((page::now().as_millis() + time) as f64).into()),
            ("page", shown.map_or(JsValue::NULL, JsValue::from)),
            ("answers", answers.collect::<Array>().into()),
        ]);
        if let (Some(storage), Some(json)) = (storage, JSON::stringify(&draft).ok().map(String::from)) {
            // A full storage keeps nothing more, and the visitor goes on as without one.
            let _ = storage.set_item(&self.key, &json);
        }
    }

    /// Keeps nothing any more.
    pub(crate) fn erase(&self) {
        for storage in [&self.tab, &self.days] {
            remove(storage.as_ref(), &self.key);
        }
    }

    /// Puts what was kept into the controls that the visitor has not written in again; it counts for more than what the page
    /// knows of them, and for less than a parameter of the address. Gives the part of the form that was shown.
    pub(crate) fn restore(&self, form: &FormDefinition, element: &HtmlFormElement, typed: &Set) -> Option<usize> {
        let rules = rules(form)?;
        let kept = [&self.tab, &self.days].into_iter().flatten().find_map(|storage| self.read(storage))?;
        let given = page::data(element)?;
        for answer in Array::from(&value(&kept, "answers")).iter().filter_map(|answer| answer.dyn_into::<Array>().ok())
        {
            let Some(id) = answer.get(0).as_string() else { continue };
            let Some(field) = form.fields.iter().find(|field| field.id == id && rules.keeps(field)) else { continue };
            let is_untouched =
                given.get_all(&id).iter().next().is_none_or(|first| first.as_string() == Some(String::new()));
            let is_hidden = matches!(field.kind, FieldKind::Hidden(_));
            if !typed.has(&answer.get(0)) && (is_untouched || !is_hidden) {
                page::fill(element, &field.id, &Array::from(&answer.get(1)));
                typed.add(&answer.get(0));
            }
        }
        let shown = value(&kept, "page").as_f64();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small number that was written here; any other is a part the form has not"
        )]
        shown.map(|shown| shown as usize)
    }

    /// What is kept, where its time is not over.
    fn read(&self, storage: &Storage) -> Option<Object> {
        let kept = JSON::parse(&storage.get_item(&self.key).ok()??).ok()?;
        #[expect(clippy::cast_precision_loss, reason = "a date of the page is a whole number far below 2^53")]
        if value(&kept, "until").as_f64()? > page::now().as_millis() as f64 {
            return kept.dyn_into().ok();
        }
        remove(Some(storage), &self.key);
        None
    }
}

fn rules(form: &FormDefinition) -> Option<&Rules> {
    form.flow.as_ref()?.drafts.as_ref()
}

fn remove(storage: Option<&Storage>, key: &str) {
    if let Some(storage) = storage {
        // What cannot be removed was not there.
        let _ = storage.remove_item(key);
    }
}
