//! optbinning, which fits scorecards in Python: a peer in `cargo xtask bench score`, and installed by it alone.

use std::path::PathBuf;

use anyhow::Result;

use super::venv::Venv;

const VENV: Venv = Venv { name: "bench-score", packages: "tests/bench/score/requirements.txt" };

/// The Python that has it.
pub fn python() -> Result<PathBuf> {
    if !VENV.is_there()? {
        VENV.install()?;
    }
    VENV.program("python")
}
