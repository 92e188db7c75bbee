//! The widget, then the server around it.

mod absences;
mod assets;
mod names;
mod order;
mod prune;

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

use self::assets::Assets;
use crate::{shell, tools};

/// What the server takes the widget from.
pub const WIDGET: &str = "dist/widget";
/// What moments are read by, as `cargo xtask train moments` wrote it.
const MODEL: &str = "crates/scoring/models/moments.bin";
/// Where `Trunk.toml` has it.
const TRUNK_OUTPUT: &str = "target/trunk";
/// Between them and what is served.
const SHORT: &str = "target/short";
/// What Trunk had cargo build, before wasm-opt takes the names away.
const CARGO_OUTPUT: &str = "target/wasm32-unknown-unknown/widget";
pub fn run() -> Result<()> {
    with_widget(&["--release"])
}

/// The widget, and the server in the profile that these arguments of cargo name.
pub fn with_widget(profile: &[&str]) -> Result<()> {
    tools::install(tools::FOR_BUILD)?;
    let _alone = alone()?;
    build_widget()?;
    shell::run(Command::new("cargo").arg("build").args(profile).args(["--locked", "--package", "leadglass"]))
}

/// Two runs of Trunk in one checkout take each other's files away, so the second waits until the first lets go.
fn alone() -> Result<File> {
    fs::create_dir_all("target")?;
    let file = File::create("target/xtask-build.lock")?;
    if file.try_lock().is_err() {
        eprintln!("Waiting for another build in this checkout");
        file.lock()?;
    }
    Ok(file)
}

fn build_widget() -> Result<()> {
    // Trunk is told to stay offline, and hands that on to cargo
    shell::run(Command::new("cargo").args(["fetch", "--locked"]))?;
    shell::run(tools::command("trunk")?.args(["build", "--release"]).env("RUSTFLAGS", flags()?))?;

    let linked = absences::linked(&fs::read(only_file(Path::new(CARGO_OUTPUT), ".wasm")?)?);
    ensure!(linked.is_empty(), "the widget links what the browser has already: {}", linked.join(", "));

    let wasm = only_file(Path::new(TRUNK_OUTPUT), "_bg.wasm")?;
    let glue = PathBuf::from(wasm.to_string_lossy().replace("_bg.wasm", ".js"));
    ensure!(
        !Path::new(TRUNK_OUTPUT).join("snippets").exists(),
        "a dependency of the widget brings JavaScript of its own"
    );

    fs::create_dir_all(SHORT)?;
    let pruned = Path::new(SHORT).join("pruned.wasm");
    fs::write(&pruned, prune::prune(&fs::read(&wasm)?)?)?;
    let (short_wasm, short_glue) = (Path::new(SHORT).join("widget_bg.wasm"), Path::new(SHORT).join("widget.js"));
    let glue = names::shorten(&pruned, &short_wasm, &fs::read_to_string(glue)?)?;
    fs::write(&short_glue, glue)?;
    let wasm = order::order(&fs::read(&short_wasm)?, |wasm| Ok(assets::brotli(wasm)?.len()))?;

    let embed = page_script("embed.js", "--format=iife", &["LEADGLASS_PAYLOAD", "LEADGLASS_LATER"])?;
    let later = page_script("later.js", "--format=esm", &["LEADGLASS_PLAIN"])?;
    let plain = page_script("plain.js", "--format=esm", &[])?;
    let hosted = page_script("hosted.js", "--format=iife", &[])?;

    let model = fs::read(MODEL).with_context(|| format!("`{MODEL}` cannot be read"))?;
    let glue = minify(&short_glue, &["--format=esm", "--tree-shaking=true"])?;
    let styles = minify(Path::new("crates/form/src/styles.css"), &["--bundle"])?;
    let assets = Assets { embed, later, plain, hosted, glue, styles, wasm, model };
    assets.write(Path::new(WIDGET))
}

/// Panics name their source file; the folders of the machine that built it are nobody's business, and differ. Functions are
/// named with the types that they are made for, by which `prune` knows them.
fn flags() -> Result<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).context("there is no home")?;
    let mut flags = vec![format!("--remap-path-prefix={}=.", std::env::current_dir()?.display())];
    for registry in fs::read_dir(home.join("registry/src"))? {
        flags.push(format!("--remap-path-prefix={}=crates", registry?.path().display()));
    }
    flags.push("-C symbol-mangling-version=v0".to_owned());
    Ok(flags.join(" "))
}

/// A script of `www/embed` in one file; what the server replaces in it must be there once.
fn page_script(name: &str, format: &str, places: &[&str]) -> Result<String> {
    let code = minify(&Path::new("www/embed").join(name), &["--bundle", format])?;
    for place in places {
        let places = code.matches(place).count();
        ensure!(places == 1, "the minified `www/embed/{name}` must name `{place}` once, not {places} times");
    }
    Ok(code)
}

fn minify(source: &Path, arguments: &[&str]) -> Result<String> {
    let mut command = tools::command("esbuild")?;
    command
        .arg(source)
        .args(["--minify", "--target=es2022", "--charset=utf8", "--legal-comments=none"])
        .args(arguments);
    shell::say(&command);
    shell::output(&mut command)
}

fn only_file(folder: &Path, ending: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("`{}` cannot be read", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        many => bail!("`{}` has {} files `*{ending}`, expected one", folder.display(), many.len()),
    }
}
