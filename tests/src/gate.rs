//! A proxy in front of the server, for what networks do: hold a file back, lose an answer on its way.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::{Result, ensure};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::poll::until;

/// A running proxy; stopped when dropped.
pub struct Gate {
    port: u16,
    state: Shared,
    serving: JoinHandle<()>,
}

#[derive(Clone)]
struct Shared {
    upstream: Arc<str>,
    client: Client<HttpConnector, Body>,
    rules: watch::Sender<Rules>,
    seen: Arc<Mutex<Vec<(Method, String)>>>,
    answered: Arc<Mutex<Vec<String>>>,
    changed: Arc<AtomicUsize>,
}

#[derive(Default)]
struct Rules {
    held: Vec<&'static str>,
    lost: Vec<&'static str>,
    changed: Option<[&'static str; 2]>,
    answers_lost: bool,
}

impl Gate {
    /// Stands in front of the server at `upstream`.
    ///
    /// # Errors
    /// Where no port is free.
    pub async fn start(upstream: &str) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let state = Shared {
            upstream: upstream.into(),
            client: Client::builder(TokioExecutor::new()).build_http(),
            rules: watch::Sender::default(),
            seen: Arc::default(),
            answered: Arc::default(),
            changed: Arc::default(),
        };
        let routes = Router::new().fallback(pass).with_state(state.clone());
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                eprintln!("the proxy stopped: {error}");
            }
        });
        Ok(Self { port, state, serving })
    }

    /// Its origin, which pages name instead of the server's.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Holds back requests to paths that end so, and to files whose names begin so, until they are
    /// [released](Self::release).
    pub fn hold(&self, part: &'static str) {
        self.state.rules.send_modify(|rules| rules.held.push(part));
    }

    /// Lets the requests go on that were held by this.
    pub fn release(&self, part: &str) {
        self.state.rules.send_modify(|rules| rules.held.retain(|held| *held != part));
    }

    /// From now on adds bytes to the files whose names begin and end so, which change nothing of what the files do: only
    /// who looks at the bytes themselves can tell.
    pub fn change(&self, beginning: &'static str, ending: &'static str) {
        self.state.rules.send_modify(|rules| rules.changed = Some([beginning, ending]));
    }

    /// Waits until a changed file was answered.
    ///
    /// # Errors
    /// Where none was asked for.
    pub async fn wait_for_changed(&self) -> Result<()> {
        until("a changed file to be answered", async || {
            ensure!(self.state.changed.load(Ordering::SeqCst) > 0, "none was asked for");
            Ok(())
        })
        .await
    }

    /// Whether submissions still reach the server, but its answers are lost on their way back.
    pub fn lose_answers(&self, lost: bool) {
        self.state.rules.send_modify(|rules| rules.answers_lost = lost);
    }

    /// Loses requests to paths that end so, and to files whose names begin so, on their way to the server, until they are
    /// [let through](Self::let_through).
    pub fn lose(&self, part: &'static str) {
        self.state.rules.send_modify(|rules| rules.lost.push(part));
    }

    /// Lets the requests through again that were lost by this.
    pub fn let_through(&self, part: &str) {
        self.state.rules.send_modify(|rules| rules.lost.retain(|lost| *lost != part));
    }

    /// How many requests of this method went to paths that end so, held ones included.
    #[must_use]
    pub fn seen(&self, method: &Method, ending: &str) -> usize {
        let seen = self.state.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().filter(|(of, path)| of == method && path.ends_with(ending)).count()
    }

    /// Waits until as many requests of this method went to paths that end so.
    ///
    /// # Errors
    /// Where they did not, or more did.
    pub async fn wait_for(&self, method: &Method, ending: &str, times: usize) -> Result<()> {
        until(&format!("{times} × {method} …{ending}"), async || {
            let seen = self.seen(method, ending);
            ensure!(seen == times, "there were {seen}");
            Ok(())
        })
        .await
    }

    /// How many requests to paths that end so got their answer from the server.
    #[must_use]
    pub fn answered(&self, ending: &str) -> usize {
        let answered = self.state.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.iter().filter(|path| path.ends_with(ending)).count()
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn pass(State(gate): State<Shared>, mut request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let submission = request.method() == Method::POST;
    gate.seen.lock().unwrap_or_else(PoisonError::into_inner).push((request.method().clone(), path.clone()));
    let mut rules = gate.rules.subscribe();
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_one_of = |parts: &[&str]| parts.iter().any(|part| path.ends_with(part) || name.starts_with(part));
    // The sender lives in `gate`, so that waiting ends only by a release
    drop(rules.wait_for(|rules| !is_one_of(&rules.held)).await);

    if is_one_of(&rules.borrow().lost) {
        // Without leave to read it, to a page of another origin this is as if nothing came back
        return StatusCode::GATEWAY_TIMEOUT.into_response();
    }
    let is_named = |[beginning, ending]: [&str; 2]| name.starts_with(beginning) && name.ends_with(ending);
    let is_changed = rules.borrow().changed.is_some_and(is_named);
    if is_changed {
        // Without a coding, to be changed as it is
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    let mut answer = forward(&gate, request).await;
    if is_changed {
        answer = match answer {
            Ok(answer) => change(answer).await,
            Err(error) => Err(error),
        };
        gate.changed.fetch_add(1, Ordering::SeqCst);
    }
    gate.answered.lock().unwrap_or_else(PoisonError::into_inner).push(path);
    match answer {
        Ok(_) if submission && rules.borrow().answers_lost => StatusCode::GATEWAY_TIMEOUT.into_response(),
        Ok(answer) => answer,
        Err(error) => (StatusCode::BAD_GATEWAY, format!("{error:#}")).into_response(),
    }
}

async fn change(answer: Response) -> Result<Response> {
    /// A custom section of WebAssembly without a name, which means nothing to anybody.
    const SECTION: [u8; 3] = [0, 1, 0];
    let (mut parts, body) = answer.into_parts();
    let mut bytes = axum::body::to_bytes(body, usize::MAX).await?.to_vec();
    if bytes.starts_with(b"\0asm") {
        bytes.extend(SECTION);
    } else {
        bytes.push(b'\n');
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

async fn forward(gate: &Shared, mut request: Request) -> Result<Response> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = Uri::try_from(format!("{}{path}", gate.upstream))?;
    let answer = gate.client.request(request).await?;
    Ok(answer.map(Body::new).into_response())
}
