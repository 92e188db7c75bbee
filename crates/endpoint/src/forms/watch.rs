//! The folder of forms, loaded and loaded again as it is edited. A form whose file was broken by an edit is served as
//! it was last.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail};
use leadglass_scoring::Form;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use super::read_folder;
use crate::state::State;

/// Editors write a file in several steps; the last one counts.
const SETTLING: Duration = Duration::from_millis(100);

/// A folder and which form each of its files was last.
pub struct FormFolder {
    path: PathBuf,
    ids: BTreeMap<PathBuf, String>,
    is_loaded: bool,
}

impl FormFolder {
    /// A folder that was not read yet.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), ids: BTreeMap::new(), is_loaded: false }
    }

    /// Reads the folder and serves what it holds; says what is wrong with a file.
    ///
    /// # Errors
    /// Where the folder can't be read or the store can't keep a form. The first time also where a file is broken: there is
    /// no form yet to serve in its place.
    pub async fn load(&mut self, state: &State) -> anyhow::Result<()> {
        let path = self.path.clone();
        let read = tokio::task::spawn_blocking(move || read_folder(&path)).await?;
        let found = read.with_context(|| format!("the folder `{}` can't be read", self.path.display()))?;
        if !self.is_loaded && !found.broken.is_empty() {
            let broken: Vec<String> = found.broken.iter().map(ToString::to_string).collect();
            bail!("broken form files, which `leadglass check` finds too:\n{}", broken.join("\n"));
        }
        let mut forms: Vec<Form> = Vec::with_capacity(found.forms.len());
        let mut ids = BTreeMap::new();
        for source in found.forms {
            for warning in &source.warnings {
                tracing::warn!("{}:{warning}", source.path.display());
            }
            ids.insert(source.path, source.form.definition().id.clone());
            forms.push(source.form);
        }
        for broken in found.broken {
            tracing::error!("a form file is broken:\n{broken}");
            let last = self.ids.get(&broken.path).filter(|id| !ids.values().any(|other| other == *id));
            if let Some((id, live)) = last.and_then(|id| Some((id, state.forms.get(id)?))) {
                tracing::warn!(form = id, "served as it was before");
                ids.insert(broken.path, id.clone());
                forms.push(live.full.clone());
            }
        }
        let names: Vec<&str> = forms.iter().map(|form| form.definition().id.as_str()).collect();
        tracing::info!(forms = names.join(", "), "forms are served");
        state.forms.serve(forms, state.store.as_ref(), state.clock.now()).await?;
        for stranger in state.settings.strangers(|form| state.forms.get(form).is_some()) {
            tracing::warn!("the setting `{stranger}` names a form that is not served");
        }
        (self.ids, self.is_loaded) = (ids, true);
        Ok(())
    }

    /// Loads the folder again whenever somebody says so. Where it is watched, whoever changes a file in it does, for as long
    /// as the watcher that is returned lives.
    ///
    /// # Errors
    /// Where the folder can't be watched.
    pub fn follow(
        self,
        state: Arc<State>,
        is_watched: bool,
    ) -> anyhow::Result<(mpsc::Sender<()>, Option<RecommendedWatcher>)> {
        let (signal, changes) = mpsc::channel(1);
        let watcher = is_watched.then(|| self.watcher(signal.clone())).transpose()?;
        tokio::spawn(self.load_at(changes, state));
        Ok((signal, watcher))
    }

    fn watcher(&self, signal: mpsc::Sender<()>) -> anyhow::Result<RecommendedWatcher> {
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Our own reading is an event too.
            if event.is_ok_and(|event| !event.kind.is_access()) {
                // One change that waits stands for all.
                let _ = signal.try_send(());
            }
        })?;
        let begun = watcher.watch(&self.path, RecursiveMode::NonRecursive);
        begun.with_context(|| format!("the folder `{}` can't be watched", self.path.display()))?;
        Ok(watcher)
    }

    async fn load_at(mut self, mut changes: mpsc::Receiver<()>, state: Arc<State>) {
        while changes.recv().await.is_some() {
            while tokio::time::timeout(SETTLING, changes.recv()).await.is_ok_and(|change| change.is_some()) {}
            if let Err(error) = self.load(&state).await {
                tracing::error!("forms are served as they were: {error:#}");
            }
        }
    }
}
