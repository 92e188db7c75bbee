//! The folder of form files.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use leadglass_scoring::{
    Form,
    form_file::{self, FormFile, Mistake},
};

/// What a folder holds.
#[derive(Default)]
pub struct Folder {
    /// The forms, each with its file.
    pub forms: Vec<FormSource>,
    /// The files that are no forms.
    pub broken: Vec<BrokenFile>,
}

/// A form and the file it is from.
pub struct FormSource {
    /// The file.
    pub path: PathBuf,
    /// The form.
    pub form: Form,
    /// What works but is likely not meant.
    pub warnings: Vec<Mistake>,
}

/// A file that is no form.
pub struct BrokenFile {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub faults: Faults,
}

/// Why a file is no form.
pub enum Faults {
    /// It can't be read.
    Unreadable(io::Error),
    /// It has mistakes.
    Mistakes(Vec<Mistake>),
    /// Another file has the same id.
    SameId(String, PathBuf),
}

impl fmt::Display for BrokenFile {
    /// One line a mistake, each with the file's name, so that editors can jump to it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.faults {
            Faults::Unreadable(error) => write!(formatter, "{path}: it can't be read: {error}"),
            Faults::SameId(id, other) => {
                write!(formatter, "{path}: its id `{id}` is that of `{}`; give each form its own", other.display())
            }
            Faults::Mistakes(mistakes) => mistakes.iter().enumerate().try_for_each(|(number, mistake)| {
                let before = if number == 0 { "" } else { "\n" };
                write!(formatter, "{before}{path}:{mistake}")
            }),
        }
    }
}

/// Reads one form file.
///
/// # Errors
/// Why it is no form.
pub fn read_file(path: &Path) -> Result<FormSource, BrokenFile> {
    read(path, form_file::parse)
}

/// Reads one form or card file: what scores leads, whether or not it can be served.
///
/// # Errors
/// Why it is no card.
pub fn read_card(path: &Path) -> Result<FormSource, BrokenFile> {
    read(path, form_file::parse_card)
}

fn read(path: &Path, parse: fn(&str) -> Result<FormFile, Vec<Mistake>>) -> Result<FormSource, BrokenFile> {
    let broken = |faults| BrokenFile { path: path.to_owned(), faults };
    let source = fs::read_to_string(path).map_err(|error| broken(Faults::Unreadable(error)))?;
    let file = parse(&source).map_err(|mistakes| broken(Faults::Mistakes(mistakes)))?;
    Ok(FormSource { path: path.to_owned(), form: file.form, warnings: file.warnings })
}

/// Reads all `.toml` files of a folder, in the order of their names.
///
/// # Errors
/// Where the folder can't be read.
pub fn read_folder(folder: &Path) -> io::Result<Folder> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml") && path.is_file());
    paths.sort();
    let mut found = Folder::default();
    let mut ids: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in paths {
        match read_file(&path) {
            Ok(source) => {
                let id = source.form.definition().id.clone();
                if let Some(other) = ids.get(&id) {
                    found.broken.push(BrokenFile { path, faults: Faults::SameId(id, other.clone()) });
                } else {
                    ids.insert(id, path);
                    found.forms.push(source);
                }
            }
            Err(broken) => found.broken.push(broken),
        }
    }
    Ok(found)
}
