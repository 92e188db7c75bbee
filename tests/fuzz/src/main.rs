//! The program that libFuzzer drives, once a target: `LEADGLASS_FUZZ_TARGET` names it. libFuzzer brings `main`.

#![no_main]

use std::sync::LazyLock;

use leadglass_fuzz::{Target, paced};
use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("LEADGLASS_FUZZ_TARGET").unwrap_or_default();
    let found = Target::ALL.into_iter().find(|target| target.name() == name);
    found.unwrap_or_else(|| panic!("`LEADGLASS_FUZZ_TARGET` can't be `{name}`"))
});

fuzz_target!(|bytes: &[u8]| paced(bytes, |bytes| TARGET.read(bytes)));
