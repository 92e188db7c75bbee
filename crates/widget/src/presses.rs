//! Waits for a pressed pointer to be let go.
//!
//! Whoever clicks the button leaves a field with the press. Were a message shown then, the button could move away from
//! under the pointer and the click would be lost.

use std::{cell::Cell, rc::Rc};

use gloo::{events::EventListener, timers::callback::Timeout};
use web_sys::Window;

type Task = Box<dyn FnOnce()>;

/// Whether a pointer is pressed, and what waits for its release.
#[derive(Default)]
pub(crate) struct Presses {
    pressed: Cell<bool>,
    waiting: Cell<Vec<Task>>,
}

impl Presses {
    /// Runs `task` now, or after the click that the present press may become.
    pub(crate) fn when_released(&self, task: impl FnOnce() + 'static) {
        if self.pressed.get() {
            let mut waiting = self.waiting.take();
            waiting.push(Box::new(task));
            self.waiting.set(waiting);
        } else {
            task();
        }
    }

    /// Listens to the whole page until what is given back is dropped.
    pub(crate) fn watch(self: &Rc<Self>, window: &Window) -> [EventListener; 3] {
        let presses = Rc::clone(self);
        let down = EventListener::new(window, "pointerdown", move |_| presses.pressed.set(true));
        let release = |name: &'static str| {
            let presses = Rc::clone(self);
            EventListener::new(window, name, move |_| {
                presses.pressed.set(false);
                let tasks = presses.waiting.take();
                // The click follows the release in the same turn.
                Timeout::new(0, move || tasks.into_iter().for_each(|task| task())).forget();
            })
        };
        [down, release("pointerup"), release("pointercancel")]
    }
}
