//! Puts the widget's files into the binary: one file to deploy. Without them the binary still serves forms, which
//! work without live checks.

#[path = "build/join.rs"]
mod join;

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=LEADGLASS_WIDGET_DIR");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../..");
    let folder = env::var_os("LEADGLASS_WIDGET_DIR").map_or_else(
        || {
            let folder = root.join("dist/widget");
            // Cargo takes a folder that is not there for changed at every build; an empty one it can watch.
            let _ = fs::create_dir_all(&folder);
            folder
        },
        PathBuf::from,
    );
    println!("cargo::rerun-if-changed={}", folder.display());
    let scripts = root.join("www/embed");
    println!("cargo::rerun-if-changed={}", scripts.display());
    for script in ["embed.js", "hosted.js"] {
        fs::write(out.join(script), join::script(&scripts.join(script))?)?;
    }
    for module in ["later.js", "plain.js"] {
        fs::write(out.join(module), join::module(&scripts.join(module))?)?;
    }

    let copies = out.join("widget");
    if copies.exists() {
        fs::remove_dir_all(&copies)?;
    }
    fs::create_dir_all(&copies)?;
    let mut list = String::from("&[\n");
    for name in names(&folder) {
        fs::copy(folder.join(&name), copies.join(&name))?;
        let _ = writeln!(list, "    ({name:?}, include_bytes!(concat!(env!(\"OUT_DIR\"), \"/widget/\", {name:?}))),");
    }
    list.push(']');
    fs::write(out.join("widget.rs"), list)
}

/// The files of a folder in the order of their names; none where there is no manifest, which is written last.
fn names(folder: &Path) -> Vec<String> {
    if !folder.join("manifest.json").is_file() {
        return Vec::new();
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}
