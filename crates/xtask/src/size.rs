//! What a visitor downloads for the demo form, against its budget.

use std::{collections::BTreeMap, fs};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    loopback,
    server::{Server, TESTED, build_tested},
};

const BUDGETS: &str = "crates/xtask/size.toml";
const TOTAL: &str = "total";

pub fn run() -> Result<()> {
    let budgets = fs::read_to_string(BUDGETS).with_context(|| format!("`{BUDGETS}` cannot be read"))?;
    let budgets: BTreeMap<String, usize> = toml::from_str(&budgets).with_context(|| format!("`{BUDGETS}`"))?;
    let measured = measure()?;

    println!("{:<12} {:>10} {:>10}", "brotli bytes", "measured", "budget");
    let mut over = Vec::new();
    for (part, bytes) in &measured {
        let budget = *budgets.get(*part).with_context(|| format!("`{BUDGETS}` has no budget for `{part}`"))?;
        println!("{part:<12} {bytes:>10} {budget:>10}");
        if *bytes > budget {
            over.push(format!("{part} is {} bytes over its budget", bytes - budget));
        }
    }
    ensure!(over.is_empty(), "{}; make it smaller, or say in `{BUDGETS}` why it may be more", over.join(", "));
    Ok(())
}

fn measure() -> Result<Vec<(&'static str, usize)>> {
    build_tested()?;
    let server = Server::start_of(TESTED, "www/forms", &[])?;
    let embed = fetch(&server, "/embed/demo.js")?;
    let script = text(&embed)?;

    let mut parts = BTreeMap::from([("embed", embed.len())]);
    let mut later = String::new();
    for path in paths(&script) {
        let part = part(path).with_context(|| format!("nobody knows what `{path}` in the embed file is"))?;
        let file = fetch(&server, path)?;
        // A page loads the definition in its own language alone: the largest counts.
        let bytes = parts.entry(part).or_default();
        *bytes = file.len().max(*bytes);
        if part == "later" {
            later = text(&file)?;
        }
    }
    ensure!(parts.len() == 5, "the embed file of the demo form names {} kinds of files, expected 4", parts.len() - 1);
    let mut measured: Vec<_> = parts.into_iter().collect();
    measured.push((TOTAL, measured.iter().map(|(_, bytes)| bytes).sum()));
    // Only pages without TLS load it, so it is in no total.
    for path in paths(&later) {
        measured.push(("plain", fetch(&server, path)?.len()));
    }
    Ok(measured)
}

fn text(file: &[u8]) -> Result<String> {
    let mut text = Vec::new();
    brotli::BrotliDecompress(&mut &*file, &mut text)?;
    Ok(String::from_utf8(text)?)
}

fn part(path: &str) -> Option<&'static str> {
    if path.starts_with("/assets/later-") {
        return Some("later");
    }
    let endings = [(".cbor", "definition"), (".js", "glue"), (".wasm", "wasm"), (".bin", "model")];
    endings.iter().find(|(ending, _)| path.ends_with(ending)).map(|(_, part)| *part)
}

/// Every `"path":"…"` of the payload: what the embed file loads.
fn paths(script: &str) -> Vec<&str> {
    script.split(r#""path":""#).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

fn fetch(server: &Server, path: &str) -> Result<Vec<u8>> {
    let answer = loopback::get(server.address, path)?;
    if answer.status != 200 || !answer.headers.contains("content-encoding: br") {
        bail!("`{path}` is not served with brotli:\n{}", answer.headers);
    }
    Ok(answer.body)
}

#[cfg(test)]
mod tests {
    use super::{part, paths};

    #[test]
    fn the_files_an_embed_file_loads_are_found_in_it() {
        let script =
            r#"x(){}register({"definition":{"path":"/forms/demo/ab.cbor"},"widget":{"js":{"path":"/assets/w.js"}}})"#;
        assert_eq!(paths(script), ["/forms/demo/ab.cbor", "/assets/w.js"]);
        assert_eq!(part("/assets/w_bg.wasm"), Some("wasm"));
        assert_eq!(part("/assets/later-1.js"), Some("later"));
        assert_eq!(part("/assets/w.css"), None);
    }
}
