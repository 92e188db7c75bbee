//! The parsers, each by its name.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::LazyLock,
};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use leadglass::{
    bulk::{Bulk, InputFormat, OutputFormat},
    client::{self, Peer},
    import::map::Map,
    settings::Settings,
    spam::{self, Evidence, Keys, Reaction},
    submission::{ApiLead, Submission, read_json, read_shape, read_signals, read_urlencoded, read_withdrawals},
};
use leadglass_scoring::{
    Explanation, Form, FormDefinition, Scorecard, Timestamp,
    encoding::{Canonical, decode, encode},
    evaluate::{EvaluationAnswer, EvaluationRequest, evaluate},
    form_file,
    moment::Model,
    score, validate,
};
use leadglass_training::pmml;
use uuid::Uuid;

static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::from_secret(&[7; 32]));

static SETTINGS: LazyLock<Settings> = LazyLock::new(|| {
    let mut settings = Settings::load(None, []).expect("the defaults are right");
    (settings.on_proof, settings.on_dwell) = (Reaction::Hold, Reaction::Hold);
    settings.trusted_proxies = vec![IpAddr::from(Ipv4Addr::LOCALHOST).into()];
    settings
});

const NOW: Timestamp = Timestamp::from_millis(1_795_262_400_000);
const ANSWERS_LIMIT: usize = 500;

static FORM: LazyLock<Form> = LazyLock::new(|| {
    let source = include_str!("../../../crates/scoring/tests/forms/every_kind.toml");
    form_file::parse(source).expect("the form is right").form
});

static MODEL: LazyLock<Model> = LazyLock::new(|| Model::read(leadglass::commands::moment::MODEL).expect("it is ours"));

/// A parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Form files and card files.
    FormFile,
    /// Canonical bytes: requests to evaluate, definitions, cards, explanations.
    Evaluate,
    /// Submissions in JSON, and all that is done with their answers.
    Json,
    /// Submissions as a form without JavaScript sends them.
    Urlencoded,
    /// Tables to score in bulk. The first byte chooses how they are written.
    Table,
    /// PMML of others.
    Pmml,
    /// What is claimed beside answers. The first byte chooses what.
    Claim,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::FormFile, Self::Evaluate, Self::Json, Self::Urlencoded, Self::Table, Self::Pmml, Self::Claim];

    /// Its name, that of the folder of its seeds.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FormFile => "form_file",
            Self::Evaluate => "evaluate",
            Self::Json => "json",
            Self::Urlencoded => "urlencoded",
            Self::Table => "table",
            Self::Pmml => "pmml",
            Self::Claim => "claim",
        }
    }

    /// Reads bytes.
    ///
    /// # Panics
    /// Where the parser panics or contradicts itself.
    pub fn read(self, bytes: &[u8]) {
        match self {
            Self::FormFile => read_form_file(bytes),
            Self::Evaluate => read_canonical(bytes),
            Self::Json => {
                if let Ok(submission) = read_json(bytes, ANSWERS_LIMIT) {
                    take(&submission);
                }
            }
            Self::Urlencoded => {
                if let Ok(submission) = read_urlencoded(bytes, ANSWERS_LIMIT, Uuid::nil()) {
                    take(&submission);
                }
            }
            Self::Table => read_table(bytes),
            Self::Pmml => {
                if let Err(mistakes) = pmml::import(bytes) {
                    assert!(!mistakes.is_empty(), "a document that is not read says why");
                }
            }
            Self::Claim => read_claim(bytes),
        }
    }
}

fn read_form_file(bytes: &[u8]) {
    let Ok(source) = str::from_utf8(bytes) else { return };
    let card = form_file::parse_card(source);
    match &card {
        Ok(file) => {
            let definition = file.form.definition();
            assert!(decode::<FormDefinition>(&encode(definition)).as_ref() == Ok(definition), "a form reads back");
            assert!(Form::new(definition.public()).is_ok(), "the public part of a form is a form");
        }
        Err(mistakes) => assert!(!mistakes.is_empty(), "a file that is not read says why"),
    }
    match (form_file::parse(source), card) {
        (Ok(form), card) => assert!(card.is_ok_and(|card| card.form == form.form), "a form is a card as well"),
        (Err(mistakes), Ok(card)) => assert!(mistakes == card.lacks, "all that a card lacks for a form is told"),
        (Err(mistakes), Err(of_card)) => {
            assert!(
                of_card.iter().all(|mistake| mistakes.contains(mistake)),
                "what is wrong in a card is wrong in a form"
            );
        }
    }
}

fn read_canonical(bytes: &[u8]) {
    if let Ok(answer) = evaluate(bytes) {
        assert!(decode::<EvaluationAnswer>(&answer).is_ok(), "an answer can be read");
    }
    reads_back::<EvaluationRequest>(bytes);
    reads_back::<Scorecard>(bytes);
    reads_back::<Explanation>(bytes);
}

fn reads_back<T: Canonical + PartialEq>(bytes: &[u8]) {
    if let Ok(value) = decode::<T>(bytes) {
        assert!(decode::<T>(&encode(&value)).is_ok_and(|again| again == value), "what was read reads back");
    }
}

/// What the endpoint does with a submission, up to its keeping.
fn take(submission: &Submission) {
    let _ = submission.fingerprint(&FORM);
    let moment = submission.moment(&FORM, &MODEL);
    if let Ok(lead) = validate(&FORM, &submission.answers, NOW) {
        let explanation = score(&FORM, &lead, &submission.circumstances(NOW, moment, None));
        assert!(decode::<Explanation>(&encode(&explanation)) == Ok(explanation), "an explanation reads back");
        assert!(validate(&FORM, &lead.answers(&FORM), NOW) == Ok(lead), "what was kept validates to itself");
    }
}

fn read_table(bytes: &[u8]) {
    let Some((first, table)) = bytes.split_first() else { return };
    let (input, output) = match first % 4 {
        0 => (Some(InputFormat::Csv), OutputFormat::Csv),
        1 => (Some(InputFormat::CsvSemicolon), OutputFormat::Json),
        2 => (Some(InputFormat::Ndjson), OutputFormat::Json),
        _ => (None, OutputFormat::Csv),
    };
    let bulk = Bulk { form: &FORM, language: 0, at: NOW, input, output, reasons: true, outcome: None };
    let mut answers = Vec::new();
    // A table without our columns is refused, which is as good
    let _ = bulk.run(table, &mut answers, |_| {});
    assert!(String::from_utf8(answers).is_ok(), "answers are text");
}

/// Proofs and times, tokens, clients that a proxy names, what is sent of a lead later, leads of other programs, maps of tables.
fn read_claim(bytes: &[u8]) {
    let Some((first, claim)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(claim).into_owned();
    match first % 7 {
        0 => {
            let evidence = Evidence { trap: false, dwell: Some(text.clone()), proof: Some(text) };
            let doubt = spam::doubt(&SETTINGS, &KEYS, "demo", &evidence, NOW);
            assert!(doubt.held && doubt.challenge.is_none(), "nobody makes up what we would have signed");
        }
        1 => {
            let leads = [spam::track_lead(&KEYS, &text), spam::privacy_lead(&KEYS, &text)];
            assert!(leads == [None, None] && spam::confirm_lead(&KEYS, &text).is_none(), "nobody makes up a token");
        }
        2 => {
            let Ok(value) = HeaderValue::from_bytes(claim) else { return };
            let headers = HeaderMap::from_iter([
                (HeaderName::from_static("x-forwarded-for"), value.clone()),
                (header::FORWARDED, value),
            ]);
            let _ = client::address(&SETTINGS, Some(Peer(Ipv4Addr::LOCALHOST.into())), &headers);
            let stranger = Ipv4Addr::new(192, 0, 2, 1).into();
            assert!(
                client::address(&SETTINGS, Some(Peer(stranger)), &headers) == Some(stranger),
                "only who is trusted names another"
            );
        }
        3 => drop(read_signals(claim)),
        4 => drop(read_withdrawals(claim)),
        5 => {
            let read = read_shape::<ApiLead>(claim).and_then(|lead| lead.into_submission(Uuid::nil(), ANSWERS_LIMIT));
            if let Ok((_, submission)) = read {
                take(&submission);
            }
        }
        _ => drop(Map::parse(&text)),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use leadglass_scoring::{
        Evaluation,
        encoding::decode,
        evaluate::{EvaluationAnswer, evaluate},
    };

    use super::Target;
    use crate::paced;

    /// Seeds of a target: those kept for it, and where there are better ones, files that serve something else too.
    fn seeds(target: Target) -> Vec<Vec<u8>> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut folders = vec![root.join("seeds").join(target.name())];
        if target == Target::FormFile {
            folders.extend(["../forms", "../../www/forms", "../../crates/scoring/tests/forms"].map(|it| root.join(it)));
        }
        if target == Target::Pmml {
            folders.push(root.join("../../crates/training/tests/pmml"));
        }
        let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("the seeds are kept"));
        entries.map(|entry| fs::read(entry.expect("an entry").path()).expect("a file")).collect()
    }

    #[test]
    fn the_kept_requests_hold_leads() {
        let seeds = seeds(Target::Evaluate);
        let scored = seeds.iter().filter_map(|seed| evaluate(seed).ok()).filter(|answer| {
            let answer = decode::<EvaluationAnswer>(answer);
            matches!(answer, Ok(EvaluationAnswer::Evaluated(all)) if matches!(all[..], [Evaluation::Scored(_)]))
        });
        assert_eq!(scored.count(), 2, "bytes of older versions keep their meaning");
    }

    #[test]
    fn no_seed_does_harm_whole_cut_or_changed() {
        for target in Target::ALL {
            let seeds = seeds(target);
            assert!(!seeds.is_empty(), "`{}` has no seed", target.name());
            for seed in seeds {
                paced(&seed, |bytes| target.read(bytes));
                let step = (seed.len() / 40).max(1);
                for place in (0..seed.len()).step_by(step) {
                    target.read(&seed[..place]);
                    let mut changed = seed.clone();
                    changed[place] = changed[place].wrapping_mul(31).wrapping_add(7);
                    target.read(&changed);
                }
            }
        }
    }
}
