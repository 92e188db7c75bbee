//! Reading moments: golden readings that wasm and native must share, and laws on any text.

use std::fmt::Write as _;

use leadglass_scoring::moment::{Context, Device, Doubt, Kind, Model, ModelError, Moment, Referrer, Source, model};
use proptest::prelude::*;

const MODEL: &[u8] = include_bytes!("../../models/moments.bin");
const VECTORS: &str = include_str!("../vectors/moments.tsv");

fn model() -> &'static Model {
    static MODEL_READ: std::sync::OnceLock<Model> = std::sync::OnceLock::new();
    MODEL_READ.get_or_init(|| Model::read(MODEL).unwrap())
}

/// A small model in which every bucket says something.
fn dense() -> Model {
    Model {
        codes: (0..256_i16).map(|code| [code, -code, 3 * code, 1000 - code]).collect(),
        buckets: (0..=u8::MAX).cycle().take(1024).collect(),
        languages: vec![1; model::LANGUAGE_ENTRIES],
        bias: [1, 2, 3, 4],
        foreign_above: 100,
        sharpness: [u16::MAX; 3],
        sure_from: [500; 3],
    }
}

#[test]
fn golden_readings_are_read_byte_for_byte() {
    let mut count = 0;
    for line in VECTORS.lines().skip(1) {
        let columns: Vec<_> = line.split('\t').collect();
        let [kind, text, per_mille, doubt, evidence] = columns[..] else { panic!("{line}") };
        let kind = match kind {
            "message" => Kind::Message,
            "query" => Kind::Query,
            _ => Kind::Page,
        };
        let reading = model().read_moment(&Context::of(kind, text));
        assert_eq!(reading.per_mille.map(|share| share.to_string()).join(" "), per_mille, "{text}");
        assert_eq!(reading.doubt.map_or("", |doubt| doubt.as_str()), doubt, "{text}");
        let mut told = String::new();
        for it in &reading.evidence {
            let Source::Words { from, to, .. } = it.of else { panic!("{text}") };
            let _ = write!(told, "{from}-{to} {} {};", it.speaks_for.as_str(), it.weight);
        }
        assert_eq!(told, evidence, "{text}");
        count += 1;
    }
    assert!(count >= 60, "{count} vectors");
}

#[test]
fn a_model_survives_its_bytes_and_each_damage_is_refused() {
    let dense = dense();
    let bytes = dense.to_bytes();
    assert_eq!(Model::read(&bytes), Ok(dense));
    assert_eq!(model().to_bytes(), MODEL);
    assert_eq!(Model::read(b""), Err(ModelError::NotAModel));
    assert_eq!(Model::read(b"LGMM"), Err(ModelError::WrongLength));
    assert_eq!(Model::read(b"LGMM\x02rest"), Err(ModelError::OtherVersion(2)));
    for end in 0..bytes.len() {
        assert!(Model::read(&bytes[..end]).is_err(), "cut at {end}");
    }
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x40;
        assert!(Model::read(&damaged).is_err(), "damaged at {at}");
    }
}

#[test]
fn long_gaps_between_buckets_survive() {
    for empty in [0, 1, 253, 254, 255, 256, 509, 510, 511, 600] {
        let mut model = dense();
        model.buckets = vec![0; 1024];
        model.buckets[empty] = 7;
        model.buckets[1023] = 9;
        assert_eq!(Model::read(&model.to_bytes()), Ok(model), "{empty}");
    }
}

#[test]
fn other_languages_nonsense_and_nothing_give_no_moment() {
    let mut told = Vec::new();
    for text in [
        "",
        " … !!! — ",
        "Wir brauchen bis Freitag zwanzig Tische für unsere Terrasse, geht das noch?",
        "Comment puis-je réparer la fermeture de mon sac à dos, elle est bloquée",
        "Köpeğim için otel arıyorum, bayramda yer var mı acaba?",
        "Підкажіть, будь ласка, чи можна під'їхати до вас у неділю після обіду",
        "我想预订一个周末的房间",
        "kjhgf poiuyt mnbvc zxqwrt",
    ] {
        if let Some(moment) = model().read_moment(&Context::of(Kind::Message, text)).moment() {
            told.push((text, moment));
        }
    }
    assert_eq!(told, []);
}

#[test]
fn a_letter_of_no_language_of_ours_is_no_text_of_ours_however_much_is_latin() {
    for text in [
        "iPhone 15 多少钱？",
        "Samsung Galaxy S24 いくらですか",
        "MacBook Pro M3 가격",
        "WhatsApp Business πόσο κάνει",
        "Toyota Corolla 2020 كم السعر",
        "Wi-Fi router מחיר",
        "Samsung Galaxy की कीमत क्या है",
        "Honda City ราคาเท่าไร",
        "Tesla Model 3 ფასი",
        "Tesla Model 3 գինը",
        "скільки коштує доставка iPhone",
        "колико кошта испорука, може ли овај викенд кући, хвала, ђе сте",
        "бағасы қанша",
    ] {
        let reading = model().read_moment(&Context::of(Kind::Message, text));
        assert_eq!(reading.doubt, Some(Doubt::OtherLanguage), "{text}");
        assert_eq!(reading.per_mille.iter().sum::<u16>(), 1000, "{text}");
    }
}

#[test]
fn pictures_currencies_arrows_and_units_are_no_letters_of_another_language() {
    let plain = "how much is a 10 k resistor, delivered to Chisinau by Friday?";
    for text in [
        "how much is a 10 kΩ resistor, delivered to Chișinău by Friday? 🙂👍🏽 → ฿ ₾ № €5 ½ 🇲🇩",
        "сколько стоит резистор на 10 кΩ с доставкой в Кишинёв к пятнице? 🙏 ❤️ ⇒ ₽",
        "cât costă o rezistență de 10 kΩ livrată la Chișinău până vineri? 🚚 ⚡ €",
        plain,
    ] {
        let reading = model().read_moment(&Context::of(Kind::Message, text));
        assert_ne!(reading.doubt, Some(Doubt::OtherLanguage), "{text}");
        assert_eq!(reading.best, Moment::Buy, "{text}");
    }
}

#[test]
fn disguises_of_letters_change_nothing() {
    for (plain, other) in [
        ("vreau sa anulez comanda si sa primesc banii inapoi", "Vreau să anulez comanda și să primesc banii înapoi"),
        ("Unde va gasesc, e parcare langa magazin?", "Unde vă găsesc, e parcare lângă magazin?"),
        ("catre statie", "ca\u{306}tre stat\u{326}ie"),
        ("cate bucati", "câte bucăţi"),
        ("ещё не пришло", "еще не пришло"),
        ("сколько стоит", "cкoлькo cтoит"),
        ("HOW DO I RESET IT", "how do i reset it"),
    ] {
        let read = |text| model().read_moment(&Context::of(Kind::Message, text)).per_mille;
        assert_eq!(read(plain), read(other), "{other}");
    }
}

#[test]
fn circumstances_lean_and_what_a_visitor_writes_leads() {
    let none = Context::default();
    let odds = |context: &Context<'_>| model().read_moment(context);
    let map = odds(&Context { referrer: Some(Referrer::Map), device: Some(Device::Phone), ..none });
    assert_eq!((map.best, map.moment()), (Moment::Go, None));
    assert_eq!(map.evidence.len(), 2);
    let after = odds(&Context { earlier: &[Moment::Know, Moment::Buy], ..none });
    assert_eq!(after.best, Moment::Buy);

    let message = "How do I find you from the station, and where can I leave the car?";
    let on_shop_page = Context { message, title: "Buy garden chairs: prices", path: "/shop/chairs", ..none };
    assert_eq!(odds(&on_shop_page).best, Moment::Go);
    let only_page = Context { message: "", ..on_shop_page };
    assert_eq!(odds(&only_page).best, Moment::Buy);
}

fn check(model: &Model, context: &Context<'_>) {
    let reading = model.read_moment(context);
    assert_eq!(reading.per_mille.iter().sum::<u16>(), 1000);
    assert_eq!(reading.of(reading.best), *reading.per_mille.iter().max().unwrap());
    for it in &reading.evidence {
        assert!(it.weight > 0);
        let Source::Words { part, from, to } = it.of else { continue };
        let text = match part.as_str() {
            "message" => context.message,
            "search_term" => context.search_term,
            _ => context.title,
        };
        assert!(from < to && text.get(from..to).is_some(), "{from}..{to} of {text:?}");
    }
    assert_eq!(model.read_moment(context), reading);
    assert_eq!(model.moment(context), reading.moment(), "what a page reads without the evidence");
}

proptest! {
    #[test]
    fn any_text_has_a_reading_that_sums_to_one(message in ".{0,300}", term in "[a-zа-яăîșț ?.0-9]{0,120}", title in "\\PC{0,40}") {
        let context = Context { message: &message, search_term: &term, title: &title, ..Context::default() };
        check(model(), &context);
        check(&dense(), &context);
    }

    #[test]
    fn any_bytes_are_a_model_or_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Model::read(&bytes);
        let mut longer = b"LGMM\x01\x08".to_vec();
        longer.extend(&bytes);
        longer.resize(8000, bytes.first().copied().unwrap_or_default());
        prop_assert!(Model::read(&longer).is_err());
    }
}

#[test]
fn a_very_long_text_is_read_in_part_without_harm() {
    let long = "очень ".repeat(50_000);
    check(model(), &Context { message: &long, ..Context::default() });
    check(&dense(), &Context { message: &"x".repeat(300_000), ..Context::default() });
}
