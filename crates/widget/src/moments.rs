//! The visitor's moment, read from what they write and what the page says of itself, so that the form can follow.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo::timers::callback::Timeout;
use leadglass_scoring::{
    Answers, FormDefinition, Moment, Timestamp,
    moment::{Model, Visit},
};

/// How long a visitor pauses before what they write is read.
const PAUSE_MS: u32 = 600;
/// The most moments of a visit that are kept.
const LONGEST_PATH: usize = 20;

/// Reads moments once there is a model; without one the form is the plain one.
#[derive(Default)]
pub(crate) struct Moments {
    visit: Visit,
    model: RefCell<Option<Model>>,
    /// The moments of this visit, each with the time it began.
    path: RefCell<Vec<(Moment, Timestamp)>>,
    /// What reads, and lets the form follow.
    reader: RefCell<Option<Box<dyn Fn()>>>,
    soon: Cell<Option<Timeout>>,
}

impl Moments {
    pub(crate) fn new(visit: Visit) -> Self {
        Self { visit, ..Self::default() }
    }

    /// From now on moments are read by this model. Bytes that are none change nothing.
    pub(crate) fn teach(&self, model: &[u8]) {
        if let Ok(model) = Model::read(model) {
            self.model.replace(Some(model));
            self.read();
        }
    }

    /// What reads when there is reason to.
    pub(crate) fn read_by(&self, reader: impl Fn() + 'static) {
        self.reader.replace(Some(Box::new(reader)));
        self.read();
    }

    /// Reads now.
    pub(crate) fn read(&self) {
        self.soon.take();
        self.run();
    }

    fn run(&self) {
        if let Some(reader) = &*self.reader.borrow() {
            reader();
        }
    }

    /// Reads once the visitor pauses.
    pub(crate) fn read_soon(self: &Rc<Self>) {
        if self.reader.borrow().is_some() {
            let moments = Rc::clone(self);
            self.soon.set(Some(Timeout::new(PAUSE_MS, move || moments.run())));
        }
    }

    /// The moment of a visitor with these answers, where it can be told.
    pub(crate) fn moment(&self, form: &FormDefinition, answers: &Answers) -> Option<Moment> {
        let earlier: Vec<Moment> = self.path.borrow().iter().map(|(moment, _)| *moment).collect();
        let message = form.message(answers);
        let model = self.model.borrow();
        model.as_ref()?.moment(&self.visit.context(&message, &earlier))
    }

    /// Remembers a moment; whether it is another than the one before.
    pub(crate) fn begin(&self, moment: Moment, at: Timestamp) -> bool {
        let mut path = self.path.borrow_mut();
        let is_new = path.last().is_none_or(|(last, _)| *last != moment);
        if is_new && path.len() < LONGEST_PATH {
            path.push((moment, at));
        }
        is_new
    }

    /// The path of moments.
    pub(crate) fn path(&self) -> Vec<(Moment, Timestamp)> {
        self.path.borrow().clone()
    }
}
