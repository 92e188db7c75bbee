//! `leadglass init TEMPLATE [FILE]`

use std::{
    fs::OpenOptions,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::ValueEnum;

use crate::settings::Settings;

/// Which template, and where to.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What the form is for
    template: Template,
    /// The file to write; by default one with the template's name in the folder of form files
    file: Option<PathBuf>,
}

/// The form files to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Template {
    /// A message and how to answer it
    Contact,
    /// A request for a price
    Quote,
    /// A request to be shown a product
    DemoRequest,
    /// A phone number and when to call
    CallBack,
    /// A place on a course
    CourseEnrolment,
}

impl Template {
    const fn name(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Quote => "quote",
            Self::DemoRequest => "demo_request",
            Self::CallBack => "call_back",
            Self::CourseEnrolment => "course_enrolment",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Contact => include_str!("../../templates/contact.toml"),
            Self::Quote => include_str!("../../templates/quote.toml"),
            Self::DemoRequest => include_str!("../../templates/demo_request.toml"),
            Self::CallBack => include_str!("../../templates/call_back.toml"),
            Self::CourseEnrolment => include_str!("../../templates/course_enrolment.toml"),
        }
    }
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let template = arguments.template;
    let default = || settings.forms.join(format!("{}.toml", template.name()));
    let path = arguments.file.clone().unwrap_or_else(default);
    write(&path, template.text())?;
    let path = path.display();
    writeln!(io::stdout(), "{path} is written; `leadglass check {path}` looks it over as you edit it")?;
    Ok(ExitCode::SUCCESS)
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("`{}` can't be written", path.display());
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(failed)?;
    }
    // Whether it is there is decided by making it, not by looking first.
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).with_context(failed),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("`{}` is there already and is left as it is; name another file", path.display())
        }
        Err(error) => Err(error).with_context(failed),
    }
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::form_file;

    use super::*;

    #[test]
    fn every_template_is_a_form_without_a_warning() {
        for template in Template::value_variants() {
            let file = form_file::parse(template.text());
            let warnings = file.map_or_else(|mistakes| mistakes, |file| file.warnings);
            assert_eq!(warnings, [], "{template:?}");
        }
    }

    #[test]
    fn what_is_there_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("forms/contact.toml");
        write(&path, "first").unwrap();
        let refusal = write(&path, "second").unwrap_err().to_string();
        assert!(refusal.contains("is there already"), "{refusal}");
        assert_eq!(std::fs::read_to_string(path).unwrap(), "first");
    }
}
