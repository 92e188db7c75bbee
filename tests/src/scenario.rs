//! Scenarios as trials of a test program: each wherever it plays, named as a sentence.

use std::{
    any::Any,
    fs,
    panic::AssertUnwindSafe,
    pin::Pin,
    process::ExitCode,
    sync::{Arc, LazyLock},
    time::Duration,
};

use anyhow::{Result, anyhow};
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::{runtime::Runtime, time::timeout};

use crate::{
    browser::{Kind, Place},
    pool,
    stage::Stage,
    tools,
};

/// Browsers outlive the thread of the scenario that started them, and so must what drives them.
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::new().unwrap_or_else(|error| panic!("no runtime: {error}")));

/// Longer than any scenario takes; a browser that hangs must not hang the run.
const LIMIT: Duration = Duration::from_mins(2);

/// What a scenario returns while it plays.
pub type Play<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// One scenario.
pub struct Scenario {
    /// Its sentence, with underscores.
    pub name: &'static str,
    /// Where it plays.
    pub places: &'static [Place],
    /// How it plays.
    pub play: for<'a> fn(&'a mut Stage) -> Play<'a>,
}

/// Lists scenarios: functions from `&mut Stage` to a result, named as sentences. They play in every browser, or
/// `in` the places that are named first.
#[macro_export]
macro_rules! scenarios {
    (in $places:expr; $($name:ident),+ $(,)?) => {
        /// The scenarios of this topic.
        pub fn scenarios() -> Vec<$crate::scenario::Scenario> {
            let places: &'static [$crate::browser::Place] = $places;
            vec![$($crate::scenario::Scenario {
                name: stringify!($name),
                places,
                play: |stage| Box::pin($name(stage)),
            }),+]
        }
    };
    ($($name:ident),+ $(,)?) => {
        $crate::scenarios![in &$crate::browser::Place::BROWSERS; $($name),+];
    };
}

/// Whether what takes longer is asked for too, by `cargo xtask test --all`.
#[must_use]
pub fn is_all() -> bool {
    std::env::var_os("LEADGLASS_TEST_ALL").is_some()
}

/// A scenario that the driver of `WebKit` cannot play, and why.
pub type NotInWebKit = (&'static str, &'static str);

/// Whether scenarios play in `WebKit`. Its driver stops answering now and then, so they do where what takes longer is asked for.
fn has_webkit(without: &[NotInWebKit]) -> bool {
    if !is_all() {
        return false;
    }
    if tools::program("WebKitWebDriver").is_err() {
        eprintln!("Nothing plays in WebKit: PATH has no `WebKitWebDriver`, the driver of WebKitGTK");
        return false;
    }
    for (name, why) in without {
        eprintln!("Not in WebKit, {why}: {}", name.replace('_', " "));
    }
    true
}

/// Plays scenarios in all their places, as the arguments of the program say; two at once where they do not.
#[must_use]
pub fn run(topics: Vec<(&'static str, Vec<Scenario>)>, without_webkit: &[NotInWebKit]) -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(2);
    let has_webkit = has_webkit(without_webkit);
    let mut trials = Vec::new();
    let mut unknown: Vec<_> = without_webkit.iter().map(|(name, _)| *name).collect();
    for (topic, scenarios) in topics {
        for scenario in scenarios {
            let is_in_webkit = has_webkit && without_webkit.iter().all(|(name, _)| *name != scenario.name);
            unknown.retain(|name| *name != scenario.name);
            let scenario = Arc::new(scenario);
            for place in scenario.places {
                if *place == Place::Browser(Kind::WebKit) && !is_in_webkit {
                    continue;
                }
                let scenario = Arc::clone(&scenario);
                let name = format!("{topic}: {} ({place})", scenario.name.replace('_', " "));
                trials.push(Trial::test(name.clone(), move || play(&scenario, *place, &name)));
            }
        }
    }
    if !unknown.is_empty() {
        eprintln!("There are no such scenarios: {unknown:?}");
        return ExitCode::FAILURE;
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    RUNTIME.block_on(pool::close_all());
    conclusion.exit_code()
}

fn play(scenario: &Scenario, place: Place, name: &str) -> Result<(), Failed> {
    RUNTIME.block_on(async {
        let mut stage = Stage::set(place).await.map_err(|error| format!("{error:?}"))?;
        let outcome = caught(timeout(LIMIT, (scenario.play)(&mut stage))).await;
        let failure = match outcome {
            Ok(Ok(Ok(()))) => {
                stage.leave().await;
                return Ok(());
            }
            Ok(Ok(Err(error))) => error,
            Ok(Err(_)) => anyhow!("not done after {} s", LIMIT.as_secs()),
            Err(panic) => anyhow!("{panic}"),
        };
        let (picture, notes) = stage.leave_failed().await;
        let kept = picture.and_then(|picture| keep(name, &picture)).unwrap_or_default();
        Err(Failed::from(format!("{failure:?}\n{notes}\n{kept}")))
    })
}

/// A failed assertion as an error, so that its scenario leaves a picture too.
async fn caught<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|context| match std::panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => std::task::Poll::Ready(Err(words(panic.as_ref()))),
    })
    .await
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref().copied()).unwrap_or("a panic without words").to_owned()
}

fn keep(name: &str, picture: &[u8]) -> Option<String> {
    let folder = tools::repository().join("target/e2e");
    let file = folder.join(format!("{}.png", name.replace([' ', ':', '(', ')'], "-")));
    fs::create_dir_all(&folder).and_then(|()| fs::write(&file, picture)).ok()?;
    Some(format!("picture: {}", file.display()))
}
