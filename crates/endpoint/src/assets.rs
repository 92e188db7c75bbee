//! Files that never change, each under a name with its hash: the widget's, and the hosted page's.

use std::collections::BTreeMap;

use axum::body::Bytes;
use leadglass_scoring::{encoding::VersionId, moment::Model};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::{
    commands::moment::MODEL,
    compressed::{Compressed, etag, integrity},
};

/// What `build.rs` put in: names and bytes, `.br` and `.gz` beside them.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/widget.rs"));

/// The page's scripts as they are written, for a binary without the widget.
static SCRIPTS: [&str; 4] = [
    include_str!(concat!(env!("OUT_DIR"), "/embed.js")),
    include_str!(concat!(env!("OUT_DIR"), "/later.js")),
    include_str!(concat!(env!("OUT_DIR"), "/plain.js")),
    include_str!(concat!(env!("OUT_DIR"), "/hosted.js")),
];

/// What stands in `later.js` for the file that does the work of pages without TLS.
const PLAIN: &str = "LEADGLASS_PLAIN";

/// The files of the folder `assets`.
pub struct Assets {
    files: BTreeMap<String, Asset>,
    loader: String,
    later: ManifestFile,
    hosted: ManifestFile,
    widget: Option<Manifest>,
    styles: &'static str,
    style_sheet: String,
    inline_sheet: Asset,
    model: Model,
    model_version: VersionId,
}

/// One file.
pub struct Asset {
    plain: Bytes,
    /// What was compressed at build, or else when it is first asked for.
    compressed: OnceCell<Compressed>,
    /// Its media type.
    pub media_type: &'static str,
}

impl Asset {
    fn new(name: &str, plain: impl Into<Bytes>) -> Self {
        Self { plain: plain.into(), compressed: OnceCell::new(), media_type: media_type(name) }
    }

    /// Its bytes.
    pub async fn bytes(&self) -> &Compressed {
        self.compressed.get_or_init(|| Compressed::in_background(self.plain.clone())).await
    }
}

/// The widget's files.
#[derive(Clone, Debug, Deserialize)]
pub struct Manifest {
    /// The glue.
    pub js: ManifestFile,
    /// The program.
    pub wasm: ManifestFile,
    /// What moments are read by; asked for last.
    pub model: ManifestFile,
}

/// One file of the widget.
#[derive(Clone, Debug, Deserialize)]
pub struct ManifestFile {
    /// Its name.
    pub file: String,
    /// What the browser checks it by.
    pub integrity: String,
}

impl ManifestFile {
    /// As pages are told of it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "path": format!("/assets/{}", self.file), "integrity": self.integrity })
    }
}

impl Assets {
    /// The files in this binary.
    ///
    /// # Errors
    /// Where the widget's manifest can't be read or names a file that is not there.
    pub fn load() -> anyhow::Result<Self> {
        Self::from_files(FILES)
    }

    fn from_files(files: &'static [(&'static str, &'static [u8])]) -> anyhow::Result<Self> {
        let find = |name: &str| files.iter().find(|(known, _)| *known == name).map(|(_, bytes)| *bytes);
        let widget: Option<Manifest> = find("manifest.json").map(serde_json::from_slice).transpose()?;
        let mut assets = BTreeMap::new();
        for file in widget.iter().flat_map(|manifest| [&manifest.js.file, &manifest.wasm.file, &manifest.model.file]) {
            let plain =
                find(file).ok_or_else(|| anyhow::anyhow!("the widget's manifest names `{file}`, not built in"))?;
            let beside = |extension| find(&format!("{file}.{extension}")).map(Bytes::from_static);
            let mut asset = Asset::new(file, plain);
            let (brotli, gzip) = (beside("br"), beside("gz"));
            if brotli.is_some() || gzip.is_some() {
                asset.compressed = Compressed { plain: plain.into(), brotli, gzip, etag: etag(plain) }.into();
            }
            assets.insert(file.clone(), asset);
        }
        let styles = find("form.css").map_or(Ok(leadglass_form::STYLES), str::from_utf8)?;
        let sheet = format!("{}\n{styles}", include_str!("hosted.css"));
        let style_sheet = format!("hosted-{}.css", &etag(sheet.as_bytes())[1..17]);
        assets.insert(style_sheet.clone(), Asset::new(".css", sheet));
        let model = Model::read(MODEL).map_err(|error| anyhow::anyhow!("{error}"))?;
        // All or none: each knows what the others do.
        let [loader, later, plain, hosted] = match ["embed.js", "later.js", "plain.js", "hosted.js"].map(find) {
            [Some(loader), Some(later), Some(plain), Some(hosted)] => {
                [str::from_utf8(loader)?, str::from_utf8(later)?, str::from_utf8(plain)?, str::from_utf8(hosted)?]
            }
            _ => SCRIPTS,
        };
        let mut script = |stem: &str, code: String| {
            let file = format!("{stem}-{}.js", &etag(code.as_bytes())[1..17]);
            let integrity = integrity(code.as_bytes());
            assets.insert(file.clone(), Asset::new(".js", code));
            ManifestFile { file, integrity }
        };
        let plain = script("plain", plain.to_owned());
        // The page's address has the hash of `later.js`, and that has this one's.
        let later = script("later", later.replacen(PLAIN, &plain.to_json().to_string(), 1));
        let hosted = script("hosted", hosted.to_owned());
        Ok(Self {
            files: assets,
            loader: loader.to_owned(),
            later,
            hosted,
            widget,
            styles,
            style_sheet,
            inline_sheet: Asset::new(".css", styles),
            model,
            model_version: VersionId::of(MODEL),
        })
    }

    /// The file with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Asset> {
        self.files.get(name)
    }

    /// `embed.js`, with its tokens still in it.
    #[must_use]
    pub fn loader(&self) -> &str {
        &self.loader
    }

    /// What pages load once a form stands.
    #[must_use]
    pub const fn later(&self) -> &ManifestFile {
        &self.later
    }

    /// The widget's files, where it is in the binary.
    #[must_use]
    pub const fn widget(&self) -> Option<&Manifest> {
        self.widget.as_ref()
    }

    /// What a form looks like.
    #[must_use]
    pub const fn styles(&self) -> &'static str {
        self.styles
    }

    /// The looks of a form that stands in a page without a script.
    #[must_use]
    pub const fn inline_sheet(&self) -> &Asset {
        &self.inline_sheet
    }

    /// What moments are read by.
    #[must_use]
    pub const fn model(&self) -> &Model {
        &self.model
    }

    /// The SHA-256 of its file.
    #[must_use]
    pub const fn model_version(&self) -> VersionId {
        self.model_version
    }

    /// The path of the hosted page's script.
    #[must_use]
    pub fn hosted_script_path(&self) -> String {
        format!("/assets/{}", self.hosted.file)
    }

    /// The path of the hosted page's style sheet.
    #[must_use]
    pub fn style_sheet_path(&self) -> String {
        format!("/assets/{}", self.style_sheet)
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "wasm")) => "application/wasm",
        Some((_, "css")) => "text/css; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_files_of_the_manifest_are_served_with_what_was_compressed_at_build() {
        let manifest = br#"{"js":{"file":"widget-1.js","integrity":"sha256-a"},
            "wasm":{"file":"widget-1_bg.wasm","integrity":"sha256-b"},
            "model":{"file":"moments-1.bin","integrity":"sha256-c"}}"#;
        let files: Vec<(&str, &[u8])> = vec![
            ("embed.js", b"register(LEADGLASS_PAYLOAD)"),
            ("later.js", b"export const start = () => LEADGLASS_PLAIN;"),
            ("plain.js", b"export const derive = 1;"),
            ("hosted.js", b"take();"),
            ("manifest.json", manifest),
            ("widget-1.js", b"plain"),
            ("widget-1.js.br", b"br"),
            ("widget-1_bg.wasm", b"\0asm"),
            ("moments-1.bin", b"LGMM"),
        ];
        let assets = Assets::from_files(files.leak()).unwrap();
        let script = assets.get("widget-1.js").unwrap();
        assert_eq!(script.bytes().await.brotli.as_deref(), Some(&b"br"[..]));
        assert_eq!(assets.get("widget-1_bg.wasm").unwrap().media_type, "application/wasm");
        assert!(assets.get("manifest.json").is_none());
        assert_eq!(assets.widget().unwrap().wasm.integrity, "sha256-b");
        assert_eq!(assets.loader(), "register(LEADGLASS_PAYLOAD)");
        let later = assets.get(&assets.later().file).unwrap().bytes().await;
        let later = str::from_utf8(&later.plain).unwrap();
        let (_, named) = later.split_once("/assets/").unwrap();
        let (file, _) = named.split_once('"').unwrap();
        assert!(later.contains(&integrity(b"export const derive = 1;")), "{later}");
        assert_eq!(&*assets.get(file).unwrap().plain, b"export const derive = 1;");
        let hosted = assets.hosted_script_path().replace("/assets/", "");
        assert_eq!(&*assets.get(&hosted).unwrap().plain, b"take();");
    }

    #[test]
    fn a_binary_without_the_widget_has_the_scripts_as_they_are_written() {
        let assets = Assets::from_files(&[]).unwrap();
        let later = assets.get(&assets.later().file).unwrap();
        let later = str::from_utf8(&later.plain).unwrap();
        let plain = SCRIPTS[2];
        for (script, exports) in [(assets.loader(), 0), (later, 1), (plain, 1)] {
            let lines = |word| script.lines().filter(|line| line.starts_with(word)).count();
            assert_eq!((lines("import"), lines("export")), (0, exports));
        }
        assert!(later.ends_with("export const { start } = $later;\n") && !later.contains(PLAIN));
        assert!(plain.ends_with("export const { derive } = $plain;\n"));
    }

    #[test]
    fn a_manifest_that_names_a_missing_file_is_refused() {
        let manifest = br#"{"js":{"file":"a.js","integrity":""},"wasm":{"file":"a.wasm","integrity":""},
            "model":{"file":"a.bin","integrity":""}}"#;
        let files: Vec<(&str, &[u8])> = vec![("manifest.json", manifest)];
        assert!(Assets::from_files(files.leak()).is_err());
    }
}
