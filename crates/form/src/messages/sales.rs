//! Sentences for those who sell: which people a lead is one of, how they go about it, how ready they are, what to offer
//! them, and who takes them on. Pages say none of them.

use leadglass_scoring::{
    FormDefinition, Language, Moment,
    explanation::HeldOffer,
    money::Money,
    scorecard::{Approach, Dimension, Nature, Offer, OfferKind, Readiness, Segment, WeightOf},
};

use super::{Words, fill, limit};

/// The words of one language.
struct SalesWords {
    quotes: (&'static str, &'static str),
    weighted: &'static str,
    financial: &'static str,
    non_financial: &'static str,
    fit: &'static str,
    engagement: &'static str,
    /// Experienced, hesitant, undecided.
    approaches: [&'static str; 3],
    /// Ready, warming, cold.
    readiness: [&'static str; 3],
    /// By what an accept needs: ready, or warming.
    held_back: [&'static str; 2],
    /// Upsell, cross-sell, down-sell.
    kinds: [&'static str; 3],
    margin: &'static str,
    /// Know, go, do, buy.
    moments: [&'static str; 4],
    suits_any: &'static str,
    suits: &'static str,
    unknown: &'static str,
    /// First the moment it is, then those that the offer suits.
    suits_not: &'static str,
    in_turn: &'static str,
}

static EN: SalesWords = SalesWords {
    quotes: ("“", "”"),
    weighted: "counted in another way: {}",
    financial: "what is about money",
    non_financial: "what is not about money",
    fit: "who they are",
    engagement: "what they did",
    approaches: [
        "Experienced: knows what is wanted. Show specifications, prices and terms.",
        "Hesitant: knows the problem, not the product. Compare, narrow the choice with questions, show cases, offer a \
         consultation.",
        "Undecided: it doesn't show yet how they go about buying.",
    ],
    readiness: [
        "Ready to talk: get in touch now.",
        "Warming: trust is growing, stay in touch.",
        "Cold: earn their trust first, don't call yet.",
    ],
    held_back: [
        "The points would do, but only who is ready to talk is accepted.",
        "The points would do, but who is still cold is not accepted.",
    ],
    kinds: ["upsell", "cross-sell", "down-sell"],
    margin: "margin {}",
    moments: ["know", "go", "do", "buy"],
    suits_any: "suits any moment",
    suits: "suits the moment {}",
    unknown: "suits {}; the moment is not known",
    suits_not: "not in the moment {0}; suits {1}",
    in_turn: "in turn: {}",
};

static RU: SalesWords = SalesWords {
    quotes: ("«", "»"),
    weighted: "считается иначе: {}",
    financial: "всё о деньгах",
    non_financial: "всё не о деньгах",
    fit: "кто они",
    engagement: "что они сделали",
    approaches: [
        "Опытный покупатель: знает, чего хочет. Покажите характеристики, цены и условия.",
        "Сомневающийся покупатель: знает задачу, но не товар. Сравните варианты, сузьте выбор вопросами, покажите \
         примеры, предложите консультацию.",
        "Пока неясно, опытный это покупатель или сомневающийся.",
    ],
    readiness: [
        "Готовы к разговору: свяжитесь сейчас.",
        "Теплеют: доверие растёт, поддерживайте связь.",
        "Ещё не готовы: сначала заслужите доверие, звонить рано.",
    ],
    held_back: [
        "Баллов хватает, но принимаются только те, кто готов к разговору.",
        "Баллов хватает, но те, кто ещё не готов, не принимаются.",
    ],
    kinds: ["вариант дороже", "дополнение", "вариант дешевле"],
    margin: "маржа {}",
    moments: ["узнать", "прийти", "сделать", "купить"],
    suits_any: "подходит к любому моменту",
    suits: "подходит к моменту {}",
    unknown: "подходит к моментам {}; момент неизвестен",
    suits_not: "не к моменту {0}; подходит к {1}",
    in_turn: "по очереди: {}",
};

static RO: SalesWords = SalesWords {
    quotes: ("„", "”"),
    weighted: "contează altfel: {}",
    financial: "ce ține de bani",
    non_financial: "ce nu ține de bani",
    fit: "cine sunt",
    engagement: "ce au făcut",
    approaches: [
        "Cumpărător experimentat: știe ce vrea. Arătați-i specificații, prețuri și condiții.",
        "Cumpărător nehotărât: știe problema, nu și produsul. Comparați variantele, restrângeți alegerea prin \
         întrebări, arătați exemple, propuneți o consultație.",
        "Încă nu se vede dacă este un cumpărător experimentat sau nehotărât.",
    ],
    readiness: [
        "Gata de discuție: contactați acum.",
        "Se încălzește: încrederea crește, păstrați legătura.",
        "Încă rece: câștigați mai întâi încrederea, e prea devreme să sunați.",
    ],
    held_back: [
        "Punctele ajung, dar se acceptă doar cine este gata de discuție.",
        "Punctele ajung, dar cine este încă rece nu se acceptă.",
    ],
    kinds: ["variantă superioară", "completare", "variantă mai ieftină"],
    margin: "marjă {}",
    moments: ["a afla", "a veni", "a face", "a cumpăra"],
    suits_any: "se potrivește oricărui moment",
    suits: "se potrivește momentului {}",
    unknown: "se potrivește momentelor {}; momentul nu este cunoscut",
    suits_not: "nu în momentul {0}; se potrivește momentelor {1}",
    in_turn: "pe rând: {}",
};

const fn sales(language: Language) -> &'static SalesWords {
    match language {
        Language::En => &EN,
        Language::Ru => &RU,
        Language::Ro => &RO,
    }
}

impl SalesWords {
    fn quoted(&self, text: &str) -> String {
        [self.quotes.0, text, self.quotes.1].concat()
    }

    fn moment(&self, moment: Moment) -> String {
        let number = Moment::ALL.iter().position(|known| *known == moment).unwrap_or(0);
        self.quoted(self.moments[number])
    }
}

/// Which people it is one of, and what counts more or less for them: "Chooses by the price (counted in another way: what
/// is about money 120 %)".
#[must_use]
pub fn segment_sentence(language: Language, definition: &FormDefinition, segment: &Segment) -> String {
    let (words, number) = (sales(language), definition.language_number(language).unwrap_or(0));
    let weight_of = |of: &WeightOf| match of {
        WeightOf::Criterion(id) => words.quoted(definition.reason_text(id, number)),
        WeightOf::Nature(Nature::Financial) => words.financial.to_owned(),
        WeightOf::Nature(Nature::NonFinancial) => words.non_financial.to_owned(),
        WeightOf::Dimension(Dimension::Fit) => words.fit.to_owned(),
        WeightOf::Dimension(Dimension::Engagement) => words.engagement.to_owned(),
    };
    let weights = segment.weights.iter().map(|weight| format!("{} {} %", weight_of(&weight.of), weight.per_cent));
    let reason = definition.reason_text(&segment.id, number);
    match weights.collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => reason.to_owned(),
        weights => format!("{reason} ({})", fill(words.weighted, &weights)),
    }
}

/// How they go about it, and what to show them.
#[must_use]
pub const fn approach_sentence(language: Language, approach: Approach) -> &'static str {
    let [experienced, hesitant, undecided] = sales(language).approaches;
    match approach {
        Approach::Experienced => experienced,
        Approach::Hesitant => hesitant,
        Approach::Undecided => undecided,
    }
}

/// How ready they are, and what to do.
#[must_use]
pub const fn readiness_sentence(language: Language, readiness: Readiness) -> &'static str {
    let [ready, warming, cold] = sales(language).readiness;
    match readiness {
        Readiness::Ready => ready,
        Readiness::Warming => warming,
        Readiness::Cold => cold,
    }
}

/// Why a lead with points enough is nurtured; `needed` is how ready it has to be.
#[must_use]
pub const fn held_back_sentence(language: Language, needed: Readiness) -> &'static str {
    let [ready, warming] = sales(language).held_back;
    match needed {
        Readiness::Ready => ready,
        Readiness::Warming | Readiness::Cold => warming,
    }
}

/// What to offer, what it does for the sale, what it earns, why, and whether now: "Fronts of solid oak (upsell, margin
/// 900 EUR): The budget allows solid oak; suits the moment “buy”". `moment` is the lead's.
#[must_use]
pub fn offer_sentence(
    language: Language,
    definition: &FormDefinition,
    offer: &Offer,
    held: &HeldOffer,
    moment: Option<Moment>,
) -> String {
    let (words, number) = (sales(language), definition.language_number(language).unwrap_or(0));
    let [upsell, cross_sell, down_sell] = words.kinds;
    let kind = match offer.kind {
        OfferKind::Upsell => upsell,
        OfferKind::CrossSell => cross_sell,
        OfferKind::DownSell => down_sell,
    };
    let margin = |margin: Money| {
        [", ", &fill(words.margin, &limit::number(&Words::of(language), &margin.to_canonical()))].concat()
    };
    let margin = offer.margin.map(margin).unwrap_or_default();
    let suited = || offer.moments.iter().map(|moment| words.moment(*moment)).collect::<Vec<_>>().join(", ");
    let suits = match moment {
        _ if offer.moments.is_empty() => words.suits_any.to_owned(),
        None => fill(words.unknown, &suited()),
        Some(moment) if held.suits => fill(words.suits, &words.moment(moment)),
        Some(moment) => words.suits_not.replace("{0}", &words.moment(moment)).replace("{1}", &suited()),
    };
    let texts = definition.offers.iter().flatten().find(|texts| texts.id == offer.id);
    let heading = texts.map_or(offer.id.as_str(), |texts| texts.heading.get(number));
    format!("{heading} ({kind}{margin}): {}; {suits}", definition.reason_text(&offer.id, number))
}

/// Who takes it on: whose turn it was, where that is known, and who takes turns.
#[must_use]
pub fn owner_sentence(language: Language, owner: Option<&str>, owners: &[String]) -> String {
    let turns = || fill(sales(language).in_turn, &owners.join(", "));
    match (owner, owners) {
        (None, [only]) => only.clone(),
        (None, _) => turns(),
        (Some(owner), [] | [_]) => owner.to_owned(),
        (Some(owner), _) => format!("{owner} ({})", turns()),
    }
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::form_file;

    use super::*;

    fn demo() -> FormDefinition {
        let file = form_file::parse(include_str!("../../../../www/forms/demo.toml")).expect("the demo form is right");
        file.form.definition().clone()
    }

    #[test]
    fn a_segment_says_in_each_language_who_it_is_and_what_counts_otherwise() {
        let demo = demo();
        let segment = &demo.scorecard.segments.as_deref().expect("it has segments")[0];
        let said = Language::ALL.map(|language| segment_sentence(language, &demo, segment));
        assert_eq!(
            said,
            [
                "Chooses by the price (counted in another way: what is about money 120 %, “Price comes first” 100 %)",
                "Выбирают по цене (считается иначе: всё о деньгах 120 %, «На первом месте цена» 100 %)",
                "Alege după preț (contează altfel: ce ține de bani 120 %, „Prețul e pe primul loc” 100 %)",
            ]
        );
    }

    #[test]
    fn an_offer_says_in_each_language_what_it_earns_why_and_whether_now() {
        let demo = demo();
        let offers = demo.scorecard.offers.as_deref().expect("it has offers");
        let said = |language, offer: &Offer, moment| {
            let held = HeldOffer { offer: offer.id.clone(), suits: offer.suits(moment) };
            offer_sentence(language, &demo, offer, &held, moment)
        };
        assert_eq!(
            said(Language::En, &offers[0], Some(Moment::Buy)),
            "Fronts of solid oak (upsell, margin 900\u{a0}EUR): The budget allows solid oak; suits the moment “buy”"
        );
        assert_eq!(
            said(Language::Ru, &offers[0], Some(Moment::Go)),
            "Фасады из массива дуба (вариант дороже, маржа 900\u{a0}EUR): Бюджет позволяет массив дуба; не к моменту \
             «прийти»; подходит к «узнать», «купить»"
        );
        assert_eq!(
            said(Language::Ro, &offers[0], None),
            "Fronturi din stejar masiv (variantă superioară, marjă 900\u{a0}EUR): Bugetul permite stejar masiv; se \
             potrivește momentelor „a afla”, „a cumpăra”; momentul nu este cunoscut"
        );
        assert!(said(Language::En, &offers[1], Some(Moment::Do)).ends_with("A whole kitchen; suits any moment"));
    }

    #[test]
    fn an_owner_is_named_with_those_who_take_turns() {
        let two = ["Lidia".to_owned(), "Andrei".to_owned()];
        assert_eq!(owner_sentence(Language::En, Some("Andrei"), &two), "Andrei (in turn: Lidia, Andrei)");
        assert_eq!(owner_sentence(Language::Ru, None, &two), "по очереди: Lidia, Andrei");
        assert_eq!(owner_sentence(Language::Ro, None, &two[..1]), "Lidia");
        assert_eq!(owner_sentence(Language::En, Some("Lidia"), &two[..1]), "Lidia");
    }
}
