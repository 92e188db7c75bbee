//! Learns the model of moments from the texts of this crate; `cargo xtask train moments` starts it at the root of the
//! checkout.

use std::{env, fmt::Write as _, fs, path::Path, process::ExitCode, time::Instant};

use leadglass_scoring::moment::{Context, Doubt, Kind, Model, Source};
use leadglass_training::moments::{
    self, Recipe,
    card::Card,
    corpus::{self, Row},
    measure,
};

const DATA: &str = "crates/training/data/moments";
const MODEL: &str = "crates/scoring/models/moments.bin";
const VECTORS: &str = "crates/scoring/tests/vectors/moments.tsv";
const CARD: &str = "crates/scoring/models/moments.md";
/// Written by `cargo xtask bench moments`, and told in the card.
const PEERS: &str = "crates/scoring/models/peers.md";
/// Times that each text is read to know how long that takes.
const ROUNDS: usize = 200;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => train(false),
        ["--check"] => train(true),
        ["--figures"] => figures(),
        ["--vectors"] => rewrite_vectors(),
        ["--readings", texts] => readings(Path::new(texts)),
        ["--answers", train, test] => answers(Path::new(train), Path::new(test)),
        _ => {
            Err("give nothing, or --check, --figures, --vectors, --readings TEXTS, or --answers TRAIN TEST".to_owned())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// Learns, and writes the model and its card; with `is_check`, compares them with those that are there.
fn train(is_check: bool) -> Result<(), String> {
    let data = Path::new(DATA);
    let rows = corpus::read(&data.join("train"))?;
    let dev = corpus::read(&data.join("dev"))?;
    let foreign = corpus::read_foreign(&data.join("other.tsv"))?;
    let recipe = Recipe::default();
    eprintln!("Learning from {} texts, {} times; this takes minutes", rows.len(), recipe.folds + 1);
    let began = Instant::now();
    let trained = moments::train(&rows, &foreign, &recipe);
    let bytes = trained.model.to_bytes();
    let held_out = trained.judge_held_out(&rows);
    let on_dev = measure::judge(&trained.model, &dev);
    let peers = fs::read_to_string(PEERS).map_err(|error| format!("`{PEERS}`: {error}"))?;
    let card = Card {
        rows: &rows,
        foreign: foreign.len(),
        recipe: &recipe,
        on_dev: &on_dev,
        held_out: &held_out,
        bytes: bytes.len(),
        peers: &peers,
    };
    let card = card.markdown();
    eprintln!("Learned in {} s", began.elapsed().as_secs());
    if is_check {
        let same = |path: &str, is: &[u8]| match fs::read(path) {
            Ok(was) if was == is => Ok(()),
            Ok(_) => Err(format!("`{path}` is not what training gives; run `cargo xtask train moments`")),
            Err(error) => Err(format!("`{path}`: {error}")),
        };
        same(MODEL, &bytes)?;
        same(VECTORS, vectors(&trained.model, &dev).as_bytes())?;
        return same(CARD, card.as_bytes());
    }
    let vectors = vectors(&trained.model, &dev);
    for (path, bytes) in [(MODEL, bytes.as_slice()), (CARD, card.as_bytes()), (VECTORS, vectors.as_bytes())] {
        fs::create_dir_all(Path::new(path).parent().unwrap_or(Path::new("."))).map_err(|error| error.to_string())?;
        fs::write(path, bytes).map_err(|error| format!("`{path}`: {error}"))?;
    }
    println!("{}", measure::table(&on_dev));
    Ok(())
}

/// Readings of texts here and there in `dev`, to compare with those of other machines.
fn vectors(model: &Model, dev: &[Row]) -> String {
    let mut lines = String::from("kind\ttext\tper mille\tdoubt\tevidence\n");
    for row in dev.iter().step_by(dev.len().div_ceil(72).max(1)) {
        let reading = model.read_moment(&Context::of(row.kind, &row.text));
        let kind = match row.kind {
            Kind::Message => "message",
            Kind::Query => "query",
            Kind::Page => "page",
        };
        let per_mille = reading.per_mille.map(|share| share.to_string()).join(" ");
        let _ = write!(lines, "{kind}\t{}\t{per_mille}\t{}\t", row.text, reading.doubt.map_or("", Doubt::as_str));
        for it in &reading.evidence {
            if let Source::Words { from, to, .. } = it.of {
                let _ = write!(lines, "{from}-{to} {} {};", it.speaks_for.as_str(), it.weight);
            }
        }
        lines.push('\n');
    }
    lines
}

/// The model that is there.
fn the_model() -> Result<Model, String> {
    let bytes = fs::read(MODEL).map_err(|error| format!("`{MODEL}`: {error}"))?;
    Model::read(&bytes).map_err(|error| format!("`{MODEL}`: {error}"))
}

/// Readings anew by the model that is there, after the reader has changed.
fn rewrite_vectors() -> Result<(), String> {
    let dev = corpus::read(&Path::new(DATA).join("dev"))?;
    fs::write(VECTORS, vectors(&the_model()?, &dev)).map_err(|error| format!("`{VECTORS}`: {error}"))
}

/// The figures of the model that is there, and its speed.
fn figures() -> Result<(), String> {
    let model = the_model()?;
    let dev = corpus::read(&Path::new(DATA).join("dev"))?;
    println!("{}", measure::table(&measure::judge(&model, &dev)));
    println!("{:.1} µs for a message of 30 words", time_of_thirty_words(&model, &dev));
    Ok(())
}

/// Mean over texts of thirty words, made of messages that follow each other, of the fastest of many readings of each:
/// whatever else a machine does only adds.
fn time_of_thirty_words(model: &Model, rows: &[Row]) -> f64 {
    let words: Vec<_> = rows.iter().flat_map(|row| row.text.split_whitespace()).collect();
    let texts: Vec<_> = words.chunks_exact(30).map(|words| words.join(" ")).collect();
    let mut least = vec![f64::INFINITY; texts.len()];
    for _ in 0..ROUNDS {
        for (text, least) in texts.iter().zip(&mut least) {
            let began = Instant::now();
            let reading = model.read_moment(&Context { message: text, ..Context::default() });
            *least = least.min(began.elapsed().as_secs_f64() * 1e6);
            assert!(reading.per_mille.iter().sum::<u16>() == 1000, "probabilities sum to one");
        }
    }
    least.iter().sum::<f64>() / f64::from(u32::try_from(texts.len().max(1)).unwrap_or(u32::MAX))
}

/// What the model that is there reads in each row of a folder: the four in per mille, and whether it tells the best.
fn readings(texts: &Path) -> Result<(), String> {
    let model = the_model()?;
    for row in corpus::read(texts)? {
        let reading = model.read_moment(&Context::of(row.kind, &row.text));
        let [know, go, r#do, buy] = reading.per_mille;
        println!("{know} {go} {} {buy} {}", r#do, u8::from(reading.moment().is_some()));
    }
    Ok(())
}

/// Learns from one folder without calibration and prints the best moment for each row of another, for `bench`.
fn answers(train: &Path, test: &Path) -> Result<(), String> {
    let rows = corpus::read(train)?;
    let recipe = Recipe { folds: 0, ..Recipe::default() };
    let trained = moments::train(&rows, &[], &recipe);
    for judged in measure::judge(&trained.model, &corpus::read(test)?) {
        println!("{}", judged.best.as_str());
    }
    Ok(())
}
