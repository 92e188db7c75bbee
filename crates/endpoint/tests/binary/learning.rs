//! `leadglass fit` on tables as they come.

use std::{fs, process::Stdio};

use super::harness::{program, run};

fn table() -> String {
    let rows: Vec<String> = (0..400).map(|row| format!("{},{}", row % 7, u8::from(row % 7 + row % 5 > 5))).collect();
    format!("visits,won\n{}\n", rows.join("\n"))
}

#[test]
fn a_table_gives_one_card_under_any_name_and_only_cards_are_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (leads, one, other) = (path("leads.csv"), path("one.toml"), path("other.toml"));
    fs::write(&leads, table()).unwrap();
    let fit = |out: &str, more: &[&str]| {
        let (code, _, said) = run(&[&["fit", &leads, "--outcome", "won", "--out", out], more].concat());
        (code, said)
    };
    assert_eq!([fit(&one, &[]).0, fit(&other, &[]).0, fit(&one, &[]).0], [0, 0, 0]);
    let card = fs::read_to_string(&one).unwrap();
    assert_eq!(card, fs::read_to_string(&other).unwrap());
    assert!(card.contains("\nid = \"leads\"\n"));
    let (code, said) = fit(&leads, &["--force"]);
    assert!(code == 1 && said.contains("is the table itself; name another file"), "{said}");
    fs::write(&other, "id = \"mine\"\n").unwrap();
    for (out, more) in [(&other, &[][..]), (&one, &["--report", &other])] {
        let (code, said) = fit(out, more);
        assert!(code == 1 && said.contains("`fit` did not write it; `--force` writes over it"), "{said}");
    }
    assert_eq!(fs::read_to_string(&other).unwrap(), "id = \"mine\"\n");
    for report in ["report.json", "report.html"] {
        let more = ["--report", &path(report), "--id", "by-hand"];
        assert_eq!([fit(&one, &more).0, fit(&one, &more).0], [0, 0], "{report}");
    }
    assert_eq!(fit(&other, &["--force"]).0, 0);
    assert!(fs::read_to_string(&one).unwrap().contains("\nid = \"by-hand\"\n"));
}

#[test]
fn what_a_card_could_not_read_is_told_by_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (leads, card) = (path("leads.csv"), path("card.toml"));
    fs::write(&leads, table()).unwrap();
    assert_eq!(run(&["fit", &leads, "--outcome", "won", "--out", &card]).0, 0);
    fs::write(&leads, format!("{}often,1\nn/a,1\n\"7\n8\",0\n", table())).unwrap();
    let told = format!("{leads}: line 402, column `visits`: `often` is no number; it counts as missing\n");
    let odd = format!("{leads}: line 404, column `visits`: `7\\n8` is no number; it counts as missing\n");
    let (_, answers, said) = run(&["score", &card, &leads, "--json"]);
    assert!(said.starts_with(&format!("{told}{odd}")) && answers.lines().count() == 403, "{said}");
    let (_, answer, said) = run(&["backtest", &card, &leads, "--outcome", "won", "--json"]);
    assert_eq!(said, format!("{told}{odd}"));
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((&answer["problems"]["told"][0]["line"], &answer["rows"]), (&402.into(), &403.into()));
    fs::write(&leads, format!("visits,won\n{}", "often,1\n".repeat(250))).unwrap();
    let (_, _, said) = run(&["score", &card, &leads, "--json"]);
    assert!(said.contains("line 101, column") && said.contains(": 150 more such problems"), "{said}");
}

/// A reader that has seen enough closes its end, as `head` does.
#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("leads.csv"), table()).unwrap();
    for more in [&[][..], &["--json"]] {
        let mut fit = program()
            .args(["fit", "leads.csv", "--outcome", "won", "--out", "card.toml"])
            .args(more)
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(fit.stdout.take());
        let output = fit.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && !said.contains("panic"), "{said}");
        assert!(folder.path().join("card.toml").is_file());
    }
}
