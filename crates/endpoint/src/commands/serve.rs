//! `leadglass serve`

use std::{
    net::SocketAddr,
    panic,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, OnceLock},
    time::Duration,
};

use anyhow::{Context, bail};
use tokio::{net::TcpListener, sync::mpsc, time::Instant};

use crate::{
    api,
    assets::Assets,
    clock::{Clock, SystemClock, SystemIds},
    confirmation,
    forms::watch::FormFolder,
    indexing::keep_indexing,
    mail_lists,
    outbox::{Courier, Post},
    privacy,
    router::router,
    server::{self, Door},
    settings::{Listen, Settings},
    state::State,
    store::open::{self, Database},
    tls::Tls,
};

/// Where, and with what.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The folder of form files
    #[arg(long, value_name = "DIR")]
    forms: Option<PathBuf>,
    /// What keeps leads
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
    /// Where requests are taken
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Where the private API is served; `off` for nowhere
    #[arg(long, value_name = "ADDRESS:PORT|off")]
    private_listen: Option<Listen>,
    /// Load forms again as their files are edited
    #[arg(long)]
    watch: bool,
    /// A folder of files to serve beside the forms, for a demonstration
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let mut settings = settings.clone();
    settings.forms = arguments.forms.clone().unwrap_or(settings.forms);
    settings.database = arguments.database.clone().unwrap_or(settings.database);
    settings.listen = arguments.listen.unwrap_or(settings.listen);
    settings.private_listen = arguments.private_listen.unwrap_or(settings.private_listen);
    // The message of a panic may hold an answer; the place in the code is enough to find it.
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a fault in the program");
    }));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(settings, arguments.watch, arguments.site.as_deref()))
}

async fn serve(settings: Settings, watch: bool, site: Option<&Path>) -> anyhow::Result<ExitCode> {
    let store = open::open(&settings).await?;
    let assets = Assets::load()?;
    if assets.widget().is_none() {
        tracing::warn!("this binary has no widget in it: forms work, without live checks");
    }
    let age_days = mail_lists::age_days(SystemClock.now());
    if age_days > 90 {
        tracing::warn!(age_days, "the list of disposable mail domains is old; a newer leadglass has a newer one");
    }
    let mut state = State::new(settings, store, Arc::new(SystemClock), Arc::new(SystemIds), assets);
    state.watching = watch;
    let state = Arc::new(state);
    let carrier = Post::new(&state.settings)?;
    let mut folder = FormFolder::new(&state.settings.forms);
    folder.load(&state).await?;
    if state.forms.table().is_empty() && !watch {
        bail!("`{}` has no form; `leadglass init` writes one", state.settings.forms.display());
    }
    confirmation::prepare(&state).await?;
    let (load_again, watcher) = folder.follow(Arc::clone(&state), watch)?;
    hang_ups(load_again)?;
    let tls = Tls::of(&state.settings.tls)?;
    let public = bind(state.settings.listen).await?;
    // On standard output, for whoever started it: the port may be one the system chose.
    println!("leadglass listens on {}://{}", scheme(tls.as_ref()), public.local_addr()?);
    let mut doors = vec![Door { listener: public, router: router(&state, site), tls: tls.clone() }];
    if let Listen::On(address) = state.settings.private_listen {
        let private = bind(address).await?;
        let tls = tls.clone().filter(|_| !address.ip().is_loopback());
        println!("its private API listens on {}://{}", scheme(tls.as_ref()), private.local_addr()?);
        if !address.ip().is_loopback() && tls.is_none() {
            tracing::warn!("the private API can be reached from other machines: keep it behind TLS");
        }
        doors.push(Door { listener: private, router: api::router(&state), tls });
    }
    let renewal = tls.map(|tls| tokio::spawn(async move { tls.renew().await }));
    let stopped_at = Arc::new(OnceLock::new());
    let stop = {
        let (stop, stopped_at) = (stop_signal()?, Arc::clone(&stopped_at));
        async move {
            stop.await;
            stopped_at.get_or_init(Instant::now);
        }
    };
    let sweeper = tokio::spawn(privacy::keep_sweeping(Arc::clone(&state)));
    let indexer = tokio::spawn(keep_indexing(Arc::clone(&state)));
    let courier = tokio::spawn(Courier::new(Arc::clone(&state), Arc::new(carrier)).run());
    server::serve(doors, Arc::clone(&state), stop).await;
    // What is under way is told to its end; what is not told by then is when it starts again.
    state.told.notify_one();
    // What it wrote is written, and the rest is still there.
    sweeper.abort();
    indexer.abort();
    // It was asked to stop when all were: what is left of their time is its own.
    let whole = Duration::from_millis(state.settings.stop_delay_ms.saturating_add(state.settings.drain_timeout_ms));
    let passed = stopped_at.get().map(Instant::elapsed).unwrap_or_default();
    drop(tokio::time::timeout(whole.saturating_sub(passed).max(Duration::from_secs(1)), courier).await);
    state.store.flush().await?;
    drop(watcher);
    if let Some(renewal) = renewal {
        renewal.abort();
    }
    Ok(ExitCode::SUCCESS)
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("`{address}` can't be listened on"))
}

const fn scheme(tls: Option<&Tls>) -> &'static str {
    if tls.is_some() { "https" } else { "http" }
}

/// SIGHUP reads the forms again.
fn hang_ups(load_again: mpsc::Sender<()>) -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        let mut hang_ups = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?;
        tokio::spawn(async move {
            while hang_ups.recv().await.is_some() {
                // One that waits stands for all.
                let _ = load_again.try_send(());
            }
        });
    }
    #[cfg(not(unix))]
    drop(load_again);
    Ok(())
}

/// Resolves when the program is asked to stop.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}
