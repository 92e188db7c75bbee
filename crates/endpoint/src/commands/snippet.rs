//! `leadglass snippet FORM`

mod height;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, bail};
use leadglass_scoring::FormDefinition;

use self::height::{Width, height_px};
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
    /// The script tag alone, for editors that take other elements out; no room is kept then
    #[arg(long)]
    script_alone: bool,
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
    let origin = origin.trim_end_matches('/');
    let snippet = if arguments.script_alone { script(form, origin) } else { snippet(form, origin) };
    io::stdout().write_all(snippet.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn link(form: &FormDefinition, origin: &str) -> String {
    let words = form.heading.get(0).replace('&', "&amp;").replace('<', "&lt;");
    format!("<noscript><a href=\"{origin}/f/{}\">{words}</a></noscript>", form.id)
}

/// The element, with the room that the form will take, and the script that fills it.
fn snippet(form: &FormDefinition, origin: &str) -> String {
    let (id, link) = (&form.id, link(form, origin));
    let [wide, narrow] = [Width::Wide, Width::Narrow].map(|width| height_px(form, width));
    let [low, high] = [wide.min(narrow), wide.max(narrow)];
    // Below some 500 pixels halves stand one above the other, and the frame is narrower
    let slope = if wide < narrow { "33em - 100vw" } else { "100vw - 33em" };
    format!(
        "<leadglass-form form=\"{id}\" style=\"display: block; min-height: min({high}px, max({low}px, ({slope}) * 999))\">\
         {link}</leadglass-form>\n\
         <script async data-define src=\"{origin}/embed/{id}.js\"></script>\n"
    )
}

fn script(form: &FormDefinition, origin: &str) -> String {
    let (id, link) = (&form.id, link(form, origin));
    format!(
        "<script async src=\"{origin}/embed/{id}.js\"></script>\n\
         {link}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_comes_with_a_link_for_visitors_without_script() {
        let form = crate::testing::form();
        insta::assert_snapshot!(script(form.definition(), "https://forms.example.org"), @r#"
        <script async src="https://forms.example.org/embed/enquiry.js"></script>
        <noscript><a href="https://forms.example.org/f/enquiry">Ask us</a></noscript>
        "#);
    }

    #[test]
    fn the_room_of_the_form_is_kept_for_it() {
        let form = crate::testing::form();
        let snippet = snippet(form.definition(), "https://forms.example.org");
        for part in [
            "<leadglass-form form=\"enquiry\" style=\"display: block; min-height: min(",
            "<noscript><a href=\"https://forms.example.org/f/enquiry\">Ask us</a></noscript></leadglass-form>\n",
            "<script async data-define src=\"https://forms.example.org/embed/enquiry.js\"></script>\n",
        ] {
            assert!(snippet.contains(part), "{snippet}");
        }
    }
}
