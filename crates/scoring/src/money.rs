//! Amounts of money: whole minor units with their currency, compared across currencies only by a given table.

/// An ISO 4217 currency code, such as `EUR`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

canonical!(transparent Currency);

const LISTED: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD \
                      CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP \
                      GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW \
                      KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD \
                      NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE \
                      SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED \
                      VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL";

impl Currency {
    /// Reads a code of three ASCII letters, in any case.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_alphabetic).then(|| Self(bytes.map(|byte| byte.to_ascii_uppercase())))
    }

    /// The code in upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// The codes that money is counted in: those of ISO 4217, list one, without metals, accounts between banks and codes for
    /// tests, and those that were on it in 2020 and are no more, for what was paid then.
    pub fn listed() -> impl Iterator<Item = &'static str> {
        LISTED.split(' ')
    }

    /// Whether it is one of those.
    #[must_use]
    pub fn is_listed(self) -> bool {
        Self::listed().any(|code| code == self.as_str())
    }

    /// Decimal places of the minor unit (ISO 4217, list one).
    #[must_use]
    pub fn decimals(self) -> u8 {
        match self.as_str() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
            | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            "CLF" | "UYW" => 4,
            _ => 2,
        }
    }

    /// Whether people write `word` for this currency: its sign or its everyday name in our languages.
    #[must_use]
    pub fn is_called(self, word: &str) -> bool {
        if word.eq_ignore_ascii_case(self.as_str()) {
            return true;
        }
        let names: &[&str] = match self.as_str() {
            "EUR" => &["€", "euro", "euros", "евро"],
            "USD" => &["$", "dollars", "долларов", "dolari"],
            "GBP" => &["£"],
            "RUB" => &["₽", "руб", "руб.", "рублей"],
            "MDL" | "RON" => &["lei", "leu", "лей", "леев"],
            "UAH" => &["₴", "грн"],
            "KZT" => &["₸", "тенге"],
            _ => &[],
        };
        let word = crate::letters::fold(word);
        names.contains(&word.as_str())
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// An amount in minor units (cents, bani, kopecks) with its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Whole minor units.
    pub minor: i64,
    /// What they are units of.
    pub currency: Currency,
}

canonical!(struct Money { minor, currency });

impl Money {
    /// `5000.00 EUR`: the canonical spelling, which reads back as the same amount.
    #[must_use]
    pub fn to_canonical(self) -> String {
        let amount = crate::validation::number::format_scaled(self.minor, self.currency.decimals());
        [&amount, " ", self.currency.as_str()].concat()
    }
}

/// What other currencies are worth in the currency a card compares in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The currency amounts are converted to.
    pub into: Currency,
    /// For each other currency, what one whole unit is worth, in millionths of a whole unit of `into`.
    pub rates: Vec<Rate>,
}

canonical!(struct Exchange { into, rates });

/// The worth of one currency in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The currency converted from.
    pub from: Currency,
    /// Millionths of a whole unit that one whole unit is worth.
    pub millionths: u64,
}

canonical!(struct Rate { from, millionths });

impl Exchange {
    /// Converts to minor units of `into`, truncated toward zero and saturating; `None` without a rate.
    #[must_use]
    pub fn convert(&self, money: Money) -> Option<i64> {
        if money.currency == self.into {
            return Some(money.minor);
        }
        let rate = self.rates.iter().find(|rate| rate.from == money.currency)?;
        let scale = |decimals: u8| 10_i128.checked_pow(u32::from(decimals)).unwrap_or(1);
        let value = i128::from(money.minor)
            .checked_mul(i128::from(rate.millionths))?
            .checked_mul(scale(self.into.decimals()))?
            .checked_div(scale(money.currency.decimals()).checked_mul(1_000_000)?)?;
        Some(i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap_or(Currency(*b"XXX"))
    }

    #[test]
    fn amounts_are_converted_with_their_minor_units() {
        let exchange = Exchange {
            into: currency("EUR"),
            rates: vec![
                Rate { from: currency("MDL"), millionths: 51_200 },
                Rate { from: currency("JPY"), millionths: 6_150 },
            ],
        };
        let euros = |minor, code| exchange.convert(Money { minor, currency: currency(code) });
        assert_eq!(euros(10_000_000, "MDL"), Some(512_000));
        assert_eq!(euros(100_000, "JPY"), Some(61_500));
        assert_eq!(euros(7, "EUR"), Some(7));
        assert_eq!(euros(7, "USD"), None);
    }

    #[test]
    fn what_no_country_pays_with_is_not_listed() {
        assert!(["EUR", "MDL", "RON", "RUB", "UAH", "HRK"].into_iter().all(|code| currency(code).is_listed()));
        assert!(["XXQ", "XXX", "XTS", "XAU", "ABC"].into_iter().all(|code| !currency(code).is_listed()));
        assert!(Currency::listed().all(|code| Currency::parse(code).is_some_and(|it| it.as_str() == code)));
    }

    #[test]
    fn everyday_names_are_understood() {
        assert!(currency("MDL").is_called("Lei"));
        assert!(currency("EUR").is_called("ЕВРО"));
        assert!(!currency("EUR").is_called("lei"));
    }
}
