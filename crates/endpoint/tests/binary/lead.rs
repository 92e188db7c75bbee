//! A lead told to who sells, in each language of its form.

use std::fs;

use crate::harness::{self, Server, run};

const DEMO: &str = include_str!("../../../../www/forms/demo.toml");

/// A kitchen for whom price matters, and walnut too; the demo form's answer.
fn send(server: &Server) -> String {
    let body = r#"{"key":"0191d3c0-0000-4000-8000-000000000001","language":"en","answers":{"name":"Ana Pop",
        "email":"ana@example.org","phone":"069 123 456","budget":"12500 EUR","agree":true,
        "message":"The cheapest kitchen of walnut, 340 cm, as our drawing says. Do you give a discount?"},
        "signals":[{"name":"pricing_viewed","at":"2026-01-01T00:00:00Z"}]}"#;
    let (status, receipt) = server.post("/v1/forms/demo/submissions", body);
    assert_eq!(status, 200, "{receipt}");
    let receipt: serde_json::Value = serde_json::from_str(&receipt).unwrap();
    receipt["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_lead_is_told_to_who_sells_in_the_words_of_its_form() {
    let server = Server::start_with(&[], &["--watch"]);
    let demo = DEMO.replace("[readiness]\nready = 25", "[readiness]\naccept_needs = \"ready\"\nready = 90");
    fs::write(server.folder().join("forms/demo.toml"), demo).unwrap();
    harness::until(|| server.get("/v1/forms/demo").0 == 200);
    let id = send(&server);
    let database = server.folder().join("leads.sqlite");
    let report = |more: &[&str]| {
        let (code, out, fault) = run(&[&["lead", &id, "--database", database.to_str().unwrap()], more].concat());
        assert_eq!(code, 0, "{fault}");
        out
    };
    for (language, said) in [
        (
            "en",
            [
                "Chooses by the price (counted in another way: what is about money 120 %, “Price comes first” 100 %)",
                "+48  Budget of €12,000 or more (budget_size), counted 120 % in the segment",
                "Approach, +10 points\n  Experienced: knows what is wanted. Show specifications, prices and terms.\n",
                "+10  Names measures or a kind of wood (names_what_is_wanted)",
                "+10  May be rung (may_be_rung)",
                "The points would do, but only who is ready to talk is accepted.",
                "+ Fronts of solid oak (upsell, margin 900\u{a0}EUR): The budget allows solid oak; suits ",
            ],
        ),
        (
            "ru",
            [
                "Выбирают по цене (считается иначе: всё о деньгах 120 %, «На первом месте цена» 100 %)",
                "+48  Бюджет от 12 000 € (budget_size)",
                "Опытный покупатель: знает, чего хочет.",
                "+10  Называют размеры или породу дерева",
                "+10  Можно позвонить",
                "Баллов хватает, но принимаются только те, кто готов к разговору.",
                "Фасады из массива дуба (вариант дороже, маржа 900\u{a0}EUR): Бюджет позволяет массив дуба; ",
            ],
        ),
        (
            "ro",
            [
                "Alege după preț (contează altfel: ce ține de bani 120 %, „Prețul e pe primul loc” 100 %)",
                "+48  Buget de cel puțin 12 000 € (budget_size)",
                "Cumpărător experimentat: știe ce vrea.",
                "+10  Numește dimensiuni sau esența lemnului",
                "+10  Poate fi sunat",
                "Punctele ajung, dar se acceptă doar cine este gata de discuție.",
                "Fronturi din stejar masiv (variantă superioară, marjă 900\u{a0}EUR): Bugetul permite stejar masiv; ",
            ],
        ),
    ] {
        let report = report(&["--language", language]);
        for part in said {
            assert!(report.contains(part), "{part} is not in {report}");
        }
    }

    let json: serde_json::Value = serde_json::from_str(&report(&["--json", "--language", "ru"])).unwrap();
    assert_eq!((&json["segment"], &json["segment_reason"]), (&"economy".into(), &"Выбирают по цене".into()));
    assert_eq!(json["segment_weights"][0], serde_json::json!({ "nature": "financial", "per_cent": 120 }));
    assert_eq!(json["contributions"][0]["segment_per_cent"], 120);
    assert_eq!((&json["approach"], &json["approach_points_milli"]), (&"experienced".into(), &10_000.into()));
    for card in ["approach", "readiness"] {
        let given = json[format!("{card}_contributions")].as_array().unwrap();
        let sum: i64 = given.iter().map(|it| it["points_milli"].as_i64().unwrap()).sum();
        let initial = json[format!("{card}_initial_milli")].as_i64().unwrap();
        assert_eq!(json[format!("{card}_points_milli")].as_i64().unwrap(), initial + sum);
    }
    assert_eq!(json["held_back"], "ready");
    let offer = &json["offers"][0];
    assert_eq!((&offer["offer"], &offer["kind"]), (&"oak_fronts".into(), &"upsell".into()));
    assert_eq!((&offer["margin"], &offer["heading"]), (&"900.00 EUR".into(), &"Фасады из массива дуба".into()));
    assert_eq!((&json["owner_rule"], &json["owners"][0]), (&"everywhere_else".into(), &"Lidia".into()));
    assert_eq!(json["owner"], "Lidia");
    assert!(report(&[]).contains("\nOwner\n  Lidia (in turn: Lidia, Andrei), by the rule `everywhere_else`\n"));
    let (_, table, _) = run(&["leads", "--database", database.to_str().unwrap()]);
    assert!(table.lines().nth(1).unwrap().contains("  nurture   Lidia  Ana Pop <ana@example.org>"), "{table}");
}
