//! How long a form was shown: a time with our signature, bound to the form. It may be used again within its time, since a
//! person may mend an answer and send again.

use hmac::Mac;
use leadglass_scoring::Timestamp;

use super::keys::{Keys, from_hex, hex, mac};
use crate::{settings::Settings, store::Sign};

pub(super) fn token(keys: &Keys, form: &str, at: Timestamp) -> String {
    let at_ms = at.as_millis();
    format!("{at_ms}.{}", hex(&signature(keys, form, at_ms).finalize().into_bytes()))
}

pub(super) fn check(keys: &Keys, token: &str, form: &str, at: Timestamp, settings: &Settings) -> Result<(), Sign> {
    let parts = token.split_once('.').and_then(|(at, tag)| Some((at.parse::<i64>().ok()?, from_hex(tag)?)));
    let (shown_ms, tag) = parts.ok_or(Sign::DwellInvalid)?;
    signature(keys, form, shown_ms).verify_slice(&tag).map_err(|_| Sign::DwellInvalid)?;
    let dwelt_ms = at.as_millis().saturating_sub(shown_ms);
    if dwelt_ms < i64::from(settings.dwell_min_ms) {
        Err(Sign::DwellTooShort)
    } else if dwelt_ms > i64::from(settings.dwell_max_seconds) * 1_000 {
        Err(Sign::DwellTooLong)
    } else {
        Ok(())
    }
}

fn signature(keys: &Keys, form: &str, at_ms: i64) -> hmac::Hmac<sha2::Sha256> {
    mac(keys.dwell.as_bytes(), format!("{form}\0{at_ms}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s8_too_soon_too_late_another_forms_and_made_up_ones_are_told_apart() {
        let settings = Settings::load(None, []).unwrap();
        let keys = Keys::from_secret(&[7; 32]);
        let shown = 1_772_445_600_000;
        let token = token(&keys, "demo", Timestamp::from_millis(shown));
        let after =
            |ms: i64, form: &str, token: &str| check(&keys, token, form, Timestamp::from_millis(shown + ms), &settings);
        assert_eq!(after(2_000, "demo", &token), Ok(()));
        assert_eq!(after(86_400_000, "demo", &token), Ok(()));
        assert_eq!(after(1_999, "demo", &token), Err(Sign::DwellTooShort));
        assert_eq!(after(-5_000, "demo", &token), Err(Sign::DwellTooShort));
        assert_eq!(after(86_400_001, "demo", &token), Err(Sign::DwellTooLong));
        assert_eq!(after(5_000, "other", &token), Err(Sign::DwellInvalid));
        let earlier = token.replacen("1772445600000", "1772445500000", 1);
        for made_up in [earlier.as_str(), "", "1.", "1.zz", "x.00", &token[..token.len() - 2], "9999999999999999999.00"]
        {
            assert_eq!(after(5_000, "demo", made_up), Err(Sign::DwellInvalid), "{made_up}");
        }
        let others = Keys::from_secret(&[8; 32]);
        assert_eq!(
            check(&others, &token, "demo", Timestamp::from_millis(shown + 5_000), &settings),
            Err(Sign::DwellInvalid)
        );
    }
}
