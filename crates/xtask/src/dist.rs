//! The server as it is handed out: one stripped program with everything inside.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::{build, start};

const FOLDER: &str = "target/dist";
const BUILT: &str = "target/dist/leadglass";
/// What is handed out beside it.
const BESIDE: [&str; 3] =
    ["crates/endpoint/packaging/leadglass.service", "crates/endpoint/packaging/Containerfile", "LICENSE"];
/// More would be a surprise to whoever downloads it.
const LIMIT_BYTES: u64 = 25 * 1024 * 1024;

pub fn run() -> Result<()> {
    build::with_widget(&["--profile", "dist"])?;
    for path in BESIDE {
        let name = Path::new(path).file_name().context("a file has a name")?;
        fs::copy(path, Path::new(FOLDER).join(name)).with_context(|| format!("`{path}` cannot be copied"))?;
    }
    // What a container's volume begins with
    fs::create_dir_all(Path::new(FOLDER).join("data"))?;
    let bytes = fs::metadata(BUILT)?.len();
    println!("{BUILT}: {}.{:02} MiB", bytes >> 20, ((bytes & 0xF_FFFF) * 100) >> 20);
    start::measure(BUILT, "www/forms/demo.toml", Path::new("target/xtask"))?.told();
    ensure!(bytes <= LIMIT_BYTES, "it is larger than {} MiB", LIMIT_BYTES >> 20);
    Ok(())
}
