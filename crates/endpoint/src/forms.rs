//! The forms that are served: read from their folder, each version kept, swapped whole when a file is edited.

mod folder;
mod shown;
pub mod watch;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwap;
use leadglass_scoring::{Form, Timestamp, encoding::VersionId};
use tokio::sync::OnceCell;

pub use self::{
    folder::{BrokenFile, Folder, FormSource, read_card, read_file, read_folder},
    shown::Shown,
};
use crate::{
    compressed::Compressed,
    store::{Store, StoreError},
};

/// Most older versions that are kept ready in memory.
const OLDER_LIMIT: usize = 64;

/// A form that is served now.
pub struct LiveForm {
    /// The form, secret criteria included.
    pub full: Form,
    /// The version of the whole form.
    pub version: VersionId,
    /// The card's id.
    pub card: VersionId,
    /// What pages know of it.
    pub shown: Arc<Shown>,
    /// All public versions that were ever served, the live one included.
    pub shown_versions: Vec<VersionId>,
    /// The embed file, made when it is first asked for.
    pub embed_file: OnceCell<Arc<Compressed>>,
}

impl LiveForm {
    /// A form that leads are judged by and none is kept of.
    #[must_use]
    pub fn unkept(form: Form) -> Self {
        let version = form.definition().version();
        Self::new(form, version, Vec::new())
    }

    fn new(form: Form, version: VersionId, shown_versions: Vec<VersionId>) -> Self {
        let card = form.definition().scorecard.id();
        let shown = Arc::new(Shown::of(&form));
        Self { full: form, version, card, shown, shown_versions, embed_file: OnceCell::new() }
    }
}

/// The forms by id.
pub type FormTable = BTreeMap<String, Arc<LiveForm>>;

/// All forms.
pub struct Forms {
    live: ArcSwap<FormTable>,
    older: Mutex<BTreeMap<VersionId, Arc<Shown>>>,
}

impl Default for Forms {
    fn default() -> Self {
        Self { live: ArcSwap::from_pointee(FormTable::new()), older: Mutex::default() }
    }
}

impl Forms {
    /// The form with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Arc<LiveForm>> {
        self.live.load().get(id).cloned()
    }

    /// The forms as they are now.
    #[must_use]
    pub fn table(&self) -> Arc<FormTable> {
        self.live.load_full()
    }

    /// Serves these forms from now on. Every version is in the store before the first page can show it.
    ///
    /// # Errors
    /// Where the store can't keep a version; the forms stay as they were.
    pub async fn serve(&self, forms: Vec<Form>, store: &dyn Store, at: Timestamp) -> Result<(), StoreError> {
        let before = self.table();
        let mut table = FormTable::new();
        for form in forms {
            let id = form.definition().id.clone();
            let version = form.definition().version();
            let live = match before.get(&id).filter(|live| live.version == version) {
                Some(live) => Arc::clone(live),
                None => Arc::new(keep(form, version, store, at).await?),
            };
            table.insert(id, live);
        }
        self.live.store(Arc::new(table));
        Ok(())
    }

    /// A version of a form as pages knew it: the live one, or an older one from the store.
    ///
    /// # Errors
    /// Where the store can't be read.
    pub async fn shown(
        &self,
        live: &LiveForm,
        version: VersionId,
        store: &dyn Store,
    ) -> Result<Option<Arc<Shown>>, StoreError> {
        if version == live.shown.version {
            return Ok(Some(Arc::clone(&live.shown)));
        }
        // Versions that never were cost nothing, however many a program makes up.
        if !live.shown_versions.contains(&version) {
            return Ok(None);
        }
        if let Some(shown) = self.older.lock().unwrap_or_else(PoisonError::into_inner).get(&version) {
            return Ok(Some(Arc::clone(shown)));
        }
        let id = &live.full.definition().id;
        let Some(definition) = store.shown_definition(id, version).await? else { return Ok(None) };
        // Rules may have become stricter since; then the live form is the one to go by.
        let Ok(form) = Form::new(definition.public()) else { return Ok(None) };
        let shown = Arc::new(Shown::new(form));
        let mut older = self.older.lock().unwrap_or_else(PoisonError::into_inner);
        if older.len() >= OLDER_LIMIT {
            older.pop_first();
        }
        older.insert(version, Arc::clone(&shown));
        Ok(Some(shown))
    }
}

async fn keep(form: Form, version: VersionId, store: &dyn Store, at: Timestamp) -> Result<LiveForm, StoreError> {
    store.keep_form(form.definition(), at).await?;
    let shown_versions = store.shown_versions(&form.definition().id).await?;
    Ok(LiveForm::new(form, version, shown_versions))
}
