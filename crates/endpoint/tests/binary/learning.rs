//! `leadglass fit` on tables as they come.

use std::{
    fs,
    process::{Command, Stdio},
};

/// A reader that has seen enough closes its end, as `head` does.
#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<String> = (0..400).map(|row| format!("{},{}", row % 7, u8::from(row % 7 + row % 5 > 5))).collect();
    fs::write(folder.path().join("leads.csv"), format!("visits,won\n{}\n", rows.join("\n"))).unwrap();
    for more in [&[][..], &["--json"]] {
        let mut fit = Command::new(env!("CARGO_BIN_EXE_leadglass"))
            .args(["fit", "leads.csv", "--outcome", "won", "--out", "card.toml"])
            .args(more)
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(fit.stdout.take());
        let output = fit.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && !said.contains("panic"), "{said}");
        assert!(folder.path().join("card.toml").is_file());
    }
}
