//! `leadglass snippet FORM`

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, bail};
use leadglass_scoring::FormDefinition;

use crate::{forms::read_folder, settings::Settings};

/// Which form, and where it is served.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The form's id
    form: String,
    /// Where visitors reach this endpoint, such as `https://forms.example.org`
    #[arg(long)]
    origin: Option<String>,
    /// The folder of form files
    #[arg(long, value_name = "DIR")]
    forms: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let folder = arguments.forms.as_ref().unwrap_or(&settings.forms);
    let found = read_folder(folder).with_context(|| format!("the folder `{}` can't be read", folder.display()))?;
    let forms: Vec<&FormDefinition> = found.forms.iter().map(|source| source.form.definition()).collect();
    let Some(form) = forms.iter().find(|form| form.id == arguments.form) else {
        let known: Vec<String> = forms.iter().map(|form| format!("`{}`", form.id)).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        bail!("`{}` has no form `{}`; it has {known}", folder.display(), arguments.form);
    };
    let origin = arguments.origin.clone().unwrap_or_else(|| format!("http://{}", settings.listen));
    io::stdout().write_all(snippet(form, origin.trim_end_matches('/')).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn snippet(form: &FormDefinition, origin: &str) -> String {
    let id = &form.id;
    let words = form.heading.get(0).replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<script async src=\"{origin}/embed/{id}.js\"></script>\n\
         <noscript><a href=\"{origin}/f/{id}\">{words}</a></noscript>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_comes_with_a_link_for_visitors_without_script() {
        let form = crate::testing::form();
        insta::assert_snapshot!(snippet(form.definition(), "https://forms.example.org"), @r#"
        <script async src="https://forms.example.org/embed/enquiry.js"></script>
        <noscript><a href="https://forms.example.org/f/enquiry">Ask us</a></noscript>
        "#);
    }
}
