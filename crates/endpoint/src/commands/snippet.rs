//! `leadglass snippet FORM`

mod height;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, bail};
use leadglass_form::{Prerender, render};
use leadglass_scoring::{Answers, Form, FormDefinition, Language};

use self::height::{Width, height_px};
use super::report::block_on;
use crate::{
    assets::Assets,
    compressed::integrity,
    embed::embed_script,
    forms::{Shown, read_folder},
    settings::Settings,
    submission::LANGUAGE,
};

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
    #[arg(long, group = "shape")]
    script_alone: bool,
    /// With the hash of the form's script, so that browsers run no other; to be pasted again whenever the form, its
    /// settings or leadglass change
    #[arg(long, group = "shape")]
    pin: bool,
    /// The form itself, for pages that want no script: the browser sends it, and the answer is a page of this endpoint
    #[arg(long, group = "shape")]
    inline: bool,
    /// For a form that opens over the page: no room is kept then
    #[arg(long = "as", value_name = "WHERE", value_parser = ["popup", "slide-in"], conflicts_with_all = ["script_alone", "inline"])]
    opens_as: Option<String>,
    /// Of a form without script, its language: the form's first, unless another is said
    #[arg(long, value_name = "CODE", requires = "inline")]
    lang: Option<String>,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let folder = arguments.forms.as_ref().unwrap_or(&settings.forms);
    let found = read_folder(folder).with_context(|| format!("the folder `{}` can't be read", folder.display()))?;
    let Some(source) = found.forms.iter().find(|source| source.form.definition().id == arguments.form) else {
        let known: Vec<String> =
            found.forms.iter().map(|source| format!("`{}`", source.form.definition().id)).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        bail!("`{}` has no form `{}`; it has {known}", folder.display(), arguments.form);
    };
    let (form, definition) = (&source.form, source.form.definition());
    let origin = arguments.origin.clone().unwrap_or_else(|| format!("http://{}", settings.listen));
    let origin = origin.trim_end_matches('/');
    let room = Room::of(form, arguments.opens_as.as_deref());
    if arguments.opens_as.is_some() {
        eprintln!("`opener=\".talk\"` on the element names what of your page opens it when it is pressed.");
    }
    let snippet = if arguments.script_alone {
        script(definition, origin)
    } else if arguments.pin {
        let (assets, shown) = (Assets::load()?, Shown::of(&source.form));
        let served = block_on(embed_script(&assets, settings, &shown))?;
        pinned(definition, &room, origin, &integrity(served.as_bytes()))
    } else if arguments.inline {
        block_on(inline(&source.form, origin, language(definition, arguments.lang.as_deref())?))?
    } else {
        snippet(definition, &room, origin)
    };
    io::stdout().write_all(snippet.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn language(form: &FormDefinition, asked: Option<&str>) -> anyhow::Result<Language> {
    let Some(asked) = asked else { return form.languages.first().copied().context("the form has no language") };
    let found = form.languages.iter().find(|language| language.code() == asked);
    found.copied().with_context(|| {
        let known: Vec<&str> = form.languages.iter().map(|language| language.code()).collect();
        format!("`{}` is not in `{asked}`; it is in `{}`", form.id, known.join("`, `"))
    })
}

fn link(form: &FormDefinition, origin: &str) -> String {
    let words = form.heading.get(0).replace('&', "&amp;").replace('<', "&lt;");
    format!("<noscript><a href=\"{origin}/f/{}\">{words}</a></noscript>", form.id)
}

/// The element, with the room that the form will take, and the script that fills it.
fn snippet(form: &FormDefinition, room: &Room, origin: &str) -> String {
    let (element, id) = (element(form, room, &link(form, origin)), &form.id);
    format!("{element}<script async data-define src=\"{origin}/embed/{id}.js\"></script>\n")
}

/// As [`snippet`]; the link stands there without script and in place of a script that browsers refuse.
fn pinned(form: &FormDefinition, room: &Room, origin: &str, integrity: &str) -> String {
    let link = link(form, origin).replace("<noscript>", "").replace("</noscript>", "");
    let (element, id) = (element(form, room, &link), &form.id);
    format!(
        "{element}<script async data-define crossorigin=\"anonymous\" integrity=\"{integrity}\" \
         src=\"{origin}/embed/{id}.js\"></script>\n"
    )
}

/// Markup and looks. The endpoint makes a key for what comes without one; a second press is the first lead's twin.
async fn inline(form: &Form, origin: &str, language: Language) -> String {
    let (id, code) = (&form.definition().id, language.code());
    let shown = Shown::of(form);
    let html = render(Prerender {
        form: Arc::clone(&shown.form),
        language,
        answers: Answers::new(),
        violations: Vec::new(),
        follow_up: None,
        action: format!("{origin}/f/{id}?lang={code}"),
        hidden: vec![(LANGUAGE.to_owned(), code.to_owned())],
        alone: false,
        still: true,
    })
    .await;
    format!("<link rel=\"stylesheet\" href=\"{origin}/embed.css\">\n{html}\n")
}

/// What an element takes of its page before its form is there, as attributes.
struct Room(String);

impl Room {
    fn of(form: &Form, opens_as: Option<&str>) -> Self {
        if let Some(opens_as) = opens_as {
            return Self(format!("as=\"{opens_as}\""));
        }
        let [wide, narrow] = [Width::Wide, Width::Narrow].map(|width| height_px(form, width));
        let [low, high] = [wide.min(narrow), wide.max(narrow)];
        // Below some 500 pixels halves stand one above the other, and the frame is narrower
        let slope = if wide < narrow { "33em - 100vw" } else { "100vw - 33em" };
        Self(format!("style=\"display: block; min-height: min({high}px, max({low}px, ({slope}) * 999))\""))
    }
}

fn element(form: &FormDefinition, room: &Room, link: &str) -> String {
    let (id, Room(room)) = (&form.id, room);
    format!("<leadglass-form form=\"{id}\" {room}>{link}</leadglass-form>\n")
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
    fn a_pinned_script_is_the_one_that_is_served() {
        let endpoint = crate::testing::Endpoint::new();
        let (served, computed) = block_on(async {
            let endpoint = endpoint.await;
            let (_, served) = crate::testing::status_and_body(endpoint.get("/embed/enquiry.js").await).await;
            let state = &endpoint.state;
            let shown = Shown::of(&crate::testing::form());
            (served, embed_script(&state.assets, &state.settings, &shown).await)
        })
        .unwrap();
        assert_eq!(served, computed);
        let pinned = {
            let form = crate::testing::form();
            pinned(form.definition(), &Room::of(&form, None), "https://forms.example.org", "sha256-x")
        };
        assert!(pinned.contains("integrity=\"sha256-x\"") && pinned.contains("crossorigin=\"anonymous\""), "{pinned}");
        // Whoever gets no script gets the link
        assert!(pinned.contains(">Ask us</a></leadglass-form>") && !pinned.contains("noscript"), "{pinned}");
    }

    #[test]
    fn a_form_without_script_is_sent_to_its_own_page_in_its_language() {
        let form = crate::testing::form();
        let html = block_on(inline(&form, "https://forms.example.org", Language::Ru)).unwrap();
        for part in [
            "<link rel=\"stylesheet\" href=\"https://forms.example.org/embed.css\">",
            "action=\"https://forms.example.org/f/enquiry?lang=ru\"",
            "<input value=\"ru\" type=\"hidden\" name=\"lg-language\">",
            "Как вас зовут",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        assert!(!html.contains("<script") && !html.contains("lg-key"));
        assert!(language(form.definition(), Some("xx")).unwrap_err().to_string().contains("`en`, `ru`"));
    }

    #[test]
    fn the_room_of_the_form_is_kept_for_it() {
        let form = crate::testing::form();
        let snippet = snippet(form.definition(), &Room::of(&form, None), "https://forms.example.org");
        for part in [
            "<leadglass-form form=\"enquiry\" style=\"display: block; min-height: min(",
            "<noscript><a href=\"https://forms.example.org/f/enquiry\">Ask us</a></noscript></leadglass-form>\n",
            "<script async data-define src=\"https://forms.example.org/embed/enquiry.js\"></script>\n",
        ] {
            assert!(snippet.contains(part), "{snippet}");
        }
    }

    #[test]
    fn what_opens_over_the_page_takes_no_room_in_it() {
        let form = crate::testing::form();
        let room = Room::of(&form, Some("popup"));
        let snippet = snippet(form.definition(), &room, "https://forms.example.org");
        assert!(snippet.starts_with("<leadglass-form form=\"enquiry\" as=\"popup\"><noscript>"), "{snippet}");
        assert!(!snippet.contains("min-height"), "{snippet}");
    }
}
