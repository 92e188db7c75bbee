//! Mounting a form, and taking it out again.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
};

use leadglass_form::{FormState, SharedForm, messages::Words};
use leadglass_scoring::{Answers, Form, FormDefinition, Language, encoding::decode, form::PageForm};
use wasm_bindgen::JsValue;
use web_sys::Element;
use yew::{AppHandle, Renderer};

use crate::{
    app::{App, AppProps, Around, Surroundings, begin, listen, rehearse, restore},
    config::Config,
    drafts::Drafts,
    moments::Moments,
    page,
    presses::Presses,
    send::Sender,
    take_over::Standing,
};

/// A form in a page.
pub struct Mounted(Option<Stage>);

/// What a page says of a form.
struct Read {
    root: Element,
    config: Config,
    definition: FormDefinition,
    words: Words,
}

/// How far a form has come.
enum Stage {
    Read(Box<Read>),
    Ready(Surroundings),
    Rendered(Surroundings, AppHandle<App>),
    Rehearsed(Surroundings, AppHandle<App>),
    Restored(Surroundings, AppHandle<App>),
}

impl Mounted {
    /// Does the next piece of the work to show the form; gives whether there is more of it. Between them the page can turn to
    /// its visitor: none keeps a slow phone from hearing a key.
    ///
    /// # Errors
    /// Where the definition is not that of a form, or the page takes none; the rendered form then stays as it is.
    pub fn show(&mut self) -> Result<bool, MountError> {
        self.0 = match self.0.take() {
            Some(Stage::Read(read)) => Some(Stage::Ready(prepare(*read)?)),
            Some(Stage::Ready(around)) => {
                listen(&around);
                let props = yew::props!(AppProps { around: around.clone() });
                let app = Renderer::<App>::with_root_and_props(around.element.clone(), props).render();
                Some(Stage::Rendered(around, app))
            }
            // What is all there is would be seen
            Some(Stage::Rendered(around, app)) if around.standing.is_none() => Some(Stage::Restored(around, app)),
            Some(Stage::Rendered(around, app)) if rehearse(&around) => Some(Stage::Rehearsed(around, app)),
            Some(Stage::Rehearsed(around, app)) if restore(&around) => Some(Stage::Restored(around, app)),
            waits => waits,
        };
        Ok(match &self.0 {
            Some(Stage::Restored(around, _)) => !begin(around),
            stage => stage.is_some(),
        })
    }

    /// Lets the form read moments by this model.
    pub fn teach(&self, model: &[u8]) {
        if let Some(Stage::Restored(around, _)) = &self.0 {
            around.moments.teach(model);
        }
    }

    /// Takes the form out of the page.
    pub fn destroy(self) {
        let (around, app) = match self.0 {
            Some(Stage::Ready(around)) => (around, None),
            Some(Stage::Rendered(around, app) | Stage::Rehearsed(around, app) | Stage::Restored(around, app)) => {
                (around, Some(app))
            }
            _ => return,
        };
        around.listeners.take();
        if let Some(app) = app {
            app.destroy();
        }
        around.handle.take();
        around.element.remove();
    }
}

/// Why a form could not be mounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MountError {
    /// The configuration is not one.
    Config,
    /// The definition is not the canonical encoding of a form with our words.
    Definition,
    /// The page is no page.
    Page,
}

impl MountError {
    /// A fixed code for logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Config => "widget.config",
            Self::Definition => "widget.definition",
            Self::Page => "widget.page",
        }
    }
}

/// Reads a form that takes over the rendered form that stands in `root` once it is shown.
///
/// # Errors
/// Where the configuration or the definition can't be read.
pub fn mount(root: &Element, config: &JsValue) -> Result<Mounted, MountError> {
    let config = Config::read(config).ok_or(MountError::Config)?;
    let language = Language::from_tag(&config.language).ok_or(MountError::Config)?;
    let page: PageForm = decode(&config.definition.to_vec()).map_err(|_| MountError::Definition)?;
    let words = Words::read(language, page.words).ok_or(MountError::Definition)?;
    // A message may hold what someone typed: nobody is told it. A panic stops the wasm, which the page's script notices.
    yew::set_custom_panic_hook(Box::new(|_| {}));
    let read = Read { root: root.clone(), config, definition: page.definition, words };
    Ok(Mounted(Some(Stage::Read(Box::new(read)))))
}

fn prepare(read: Read) -> Result<Surroundings, MountError> {
    let Read { root, config, definition, words } = read;
    // The server checked it, and it came by its hash
    let form = Form::trusted(definition).ok_or(MountError::Definition)?;
    let window = web_sys::window().ok_or(MountError::Page)?;
    let element = window
        .document()
        .and_then(|document| document.create_element("div").ok())
        .filter(|element| root.append_child(element).is_ok())
        .ok_or(MountError::Page)?;

    let form = SharedForm(Arc::new(form));
    let drafts = Drafts::new(&window, &form);
    let standing = Standing::find(&root);
    let initial = match &standing {
        Some(standing) => {
            element.set_attribute("hidden", "").map_err(|_| MountError::Page)?;
            let page = standing.form().and_then(|element| drafts.restore(&form, &element, &config.typed));
            standing.state(form, words, page)
        }
        None => FormState::at(form, words, Answers::new(), page::now()).folded(None),
    };
    let sender = Sender { tell: config.tell, around: config.around, send: config.send, busy: Cell::new(false) };
    let presses = Rc::<Presses>::default();
    Ok(Surroundings(Rc::new(Around {
        listeners: RefCell::new(presses.watch(&window).into()),
        window,
        element,
        initial,
        standing,
        hosted: config.hosted.into(),
        sender,
        presses,
        moments: Rc::new(Moments::new(config.visit)),
        drafts,
        handle: RefCell::default(),
        shown: RefCell::default(),
        has_begun: Cell::default(),
        wanted: Cell::default(),
        anchor: Cell::default(),
    })))
}
