//! The widget's files as the server takes them: named by their content, compressed once and for all.

use std::{collections::BTreeMap, fmt::Write as _, fs, io::Write as _, path::Path};

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};
use serde_json::json;
use sha2::{Digest, Sha256};

const MANIFEST: &str = "manifest.json";
/// After how much of a file brotli may begin anew, as powers of two.
const BLOCKS: [i32; 3] = [16, 17, 18];

pub struct Assets {
    /// Minified; the server completes it for each form, so it is neither hashed nor compressed here
    pub embed: String,
    /// Minified; the server names all three by their content
    pub later: String,
    pub plain: String,
    pub hosted: String,
    pub glue: String,
    /// Minified
    pub styles: String,
    pub wasm: Vec<u8>,
    /// What moments are read by
    pub model: Vec<u8>,
}

impl Assets {
    pub fn write(&self, folder: &Path) -> Result<()> {
        let files = self.files()?;
        fs::create_dir_all(folder)?;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if !files.contains_key(&*entry.file_name().to_string_lossy()) {
                fs::remove_file(entry.path())?;
            }
        }
        // The manifest comes last: where it is, what it names is there
        let (manifest, others): (Vec<_>, Vec<_>) = files.iter().partition(|(name, _)| *name == MANIFEST);
        for (name, bytes) in others.into_iter().chain(manifest) {
            let path = folder.join(name);
            // An equal file keeps its time, so that cargo does not build the server again
            if fs::read(&path).ok().as_ref() != Some(bytes) {
                fs::write(&path, bytes).with_context(|| format!("`{}` cannot be written", path.display()))?;
            }
            eprintln!("  {:>8} B  {name}", bytes.len());
        }
        Ok(())
    }

    fn files(&self) -> Result<BTreeMap<String, Vec<u8>>> {
        let mut files = BTreeMap::new();
        let mut manifest = serde_json::Map::new();
        let parts = [
            ("js", self.glue.as_bytes(), "widget", ".js"),
            ("wasm", &self.wasm, "widget", "_bg.wasm"),
            ("model", &self.model, "moments", ".bin"),
        ];
        for (kind, bytes, stem, ending) in parts {
            let name = format!("{stem}-{}{ending}", content_hash(bytes));
            let integrity = format!("sha256-{}", STANDARD.encode(Sha256::digest(bytes)));
            manifest.insert(kind.to_owned(), json!({ "file": name, "integrity": integrity }));
            files.insert(format!("{name}.br"), brotli(bytes)?);
            files.insert(format!("{name}.gz"), gzip(bytes)?);
            files.insert(name, bytes.to_vec());
        }
        files.insert("embed.js".to_owned(), self.embed.clone().into_bytes());
        files.insert("form.css".to_owned(), self.styles.clone().into_bytes());
        files.insert("later.js".to_owned(), self.later.clone().into_bytes());
        files.insert("plain.js".to_owned(), self.plain.clone().into_bytes());
        files.insert("hosted.js".to_owned(), self.hosted.clone().into_bytes());
        files.insert(MANIFEST.to_owned(), serde_json::to_vec_pretty(&manifest)?);
        Ok(files)
    }
}

/// A quarter of a SHA-256: no two builds meet by accident, and browsers check the whole.
fn content_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string can be written to");
        hex
    })
}

/// As small as it gets: what suits the bytes is found by trying.
pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut least: Option<Vec<u8>> = None;
    for lgblock in BLOCKS {
        let size_hint = bytes.len();
        let parameters = BrotliEncoderParams { quality: 11, lgblock, size_hint, ..BrotliEncoderParams::default() };
        let mut compressed = Vec::new();
        brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)?;
        if least.as_ref().is_none_or(|least| compressed.len() < least.len()) {
            least = Some(compressed);
        }
    }
    least.context("there is no size of blocks")
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::Assets;

    fn assets() -> Assets {
        Assets {
            embed: "register(LEADGLASS_PAYLOAD)".into(),
            later: "export const start = 1".into(),
            plain: "export const derive = 1".into(),
            hosted: "take()".into(),
            glue: "export{}".into(),
            styles: ".leadglass{all:initial}".into(),
            wasm: b"\0asm".repeat(9),
            model: b"LGMM".repeat(9),
        }
    }

    #[test]
    fn every_hashed_file_lies_beside_its_compressed_forms_and_the_manifest_names_it() {
        let files = assets().files().unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
        for kind in ["js", "wasm", "model"] {
            let name = manifest[kind]["file"].as_str().unwrap();
            assert!(files.contains_key(name) && files.contains_key(&format!("{name}.br")));
            assert!(files.contains_key(&format!("{name}.gz")));
            assert!(manifest[kind]["integrity"].as_str().unwrap().starts_with("sha256-"));
        }
        assert_eq!(files.len(), 15);
    }

    #[test]
    fn what_is_compressed_comes_back_whole() {
        let files = assets().files().unwrap();
        let (name, bytes) = files.iter().find(|(name, _)| name.ends_with("_bg.wasm")).unwrap();
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut files[&format!("{name}.br")].as_slice(), &mut back).unwrap();
        assert_eq!(&back, bytes);
    }
}
