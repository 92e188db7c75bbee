//! What is handed out beside the program.

use std::{fs, process::Command};

const UNIT: &str = include_str!("../../packaging/leadglass.service");

#[test]
fn the_unit_reads_the_settings_file_that_it_says_to_write() {
    let folder = tempfile::tempdir().unwrap();
    assert!(UNIT.contains("`leadglass default-config > /etc/leadglass/leadglass.toml`"));
    fs::write(folder.path().join("leadglass.toml"), "no_such_setting = 1\n").unwrap();
    let here = UNIT.replace("/etc/leadglass", folder.path().to_str().unwrap());
    let said = |name: &'static str| {
        here.lines().filter_map(move |line| line.strip_prefix(name)).flat_map(str::split_whitespace)
    };
    let environment = said("Environment=").map(|pair| pair.split_once('=').unwrap());
    let told = Command::new(env!("CARGO_BIN_EXE_leadglass"))
        .env_clear()
        .envs(environment)
        .args(said("ExecStart=").skip(1))
        .output()
        .unwrap();
    let fault = String::from_utf8(told.stderr).unwrap();
    assert!(!told.status.success() && fault.contains("a setting that does not exist: `no_such_setting`"), "{fault}");
}
