//! Columns of text.

use super::Seen;
use super::Verdict;
use super::syntax::SYNTAX;
use crate::meaning::place;
use crate::meaning::shape::Shape;
use crate::meaning::strict::{bank, email};

impl Seen<'_> {
    pub(super) fn text(&self) -> Verdict {
        self.by_syntax()
            .or_else(|| self.by_list())
            .or_else(|| self.by_form())
    }

    fn by_syntax(&self) -> Verdict {
        for (name, test) in SYNTAX {
            let share = self.share(0.9, test);
            if share >= 0.9 {
                return Some((name, 0.99 * share));
            }
        }
        self.hash().or_else(|| self.goods_number()).or_else(|| {
            let share = self.share(0.95, |s| {
                email::is_host(s.bytes())
                    && s.letters > s.digits
                    && !s.bytes().iter().any(u8::is_ascii_uppercase)
            });
            (share >= 0.95 && self.distinct() >= 3).then_some(("hostname", 0.9 * share))
        })
    }

    /// Hexadecimal digits of a digest's length, with letters and digits both in most of them.
    fn hash(&self) -> Verdict {
        let length = self.shapes.first()?.text.len();
        let hex =
            |s: &Shape<'_>| s.text.len() == length && s.bytes().iter().all(u8::is_ascii_hexdigit);
        (matches!(length, 32 | 40 | 56 | 64 | 96 | 128)
            && self.share(0.99, hex) >= 0.99
            && self.share(0.9, |s| s.digits > 0 && s.letters > 0) >= 0.9)
            .then_some(("hash", 0.97))
    }

    fn by_list(&self) -> Verdict {
        let n = self.distinct();
        let country2 = self.share(0.95, |s| place::is_country2(s.text));
        let state = self.share(0.95, |s| place::is_us_state(s.text));
        let named_state = self.says(&["state", "st", "province"]);
        if state >= 0.95 && (named_state || (n >= 15 && country2 < 0.95)) {
            return Some(("us_state", 0.95 * state));
        }
        if country2 >= 0.95
            && (n >= 8 || self.says(&["country", "land", "pays", "nation", "iso2", "iso"]))
        {
            return Some(("country_code", 0.95 * country2));
        }
        let country3 = self.share(0.95, |s| place::is_country3(s.text));
        let currency = self.share(0.95, |s| place::is_currency(s.text));
        if currency >= 0.95
            && (self.says(&[
                "currency", "ccy", "cur", "curr", "waehrung", "währung", "devise", "moneda",
            ]) || (n >= 3 && country3 < currency))
        {
            return Some(("currency_code", 0.95 * currency));
        }
        if country3 >= 0.95 && (n >= 5 || self.says(&["country", "iso3", "iso", "nation"])) {
            return Some(("country_code", 0.95 * country3));
        }
        let language = self.share(0.95, |s| place::is_language(s.text));
        if language >= 0.95
            && (n >= 8 || self.says(&["language", "lang", "locale", "sprache", "langue", "idioma"]))
        {
            return Some(("language", 0.95 * language));
        }
        let country = self.share(0.8, |s| place::is_country_name(s.text));
        if country >= 0.8 && (n >= 3 || self.says(&["country", "nation"])) {
            return Some(("country", 0.95 * country));
        }
        let truth = |s: &Shape<'_>| {
            [
                "yes", "no", "y", "n", "true", "false", "t", "f", "on", "off", "ja", "nein", "oui",
                "non", "si", "sí",
            ]
            .iter()
            .any(|w| s.text.eq_ignore_ascii_case(w))
        };
        if n == 2 && self.view.values.is_complete() && self.share(1.0, truth) >= 1.0 {
            return Some(("boolean", 0.9));
        }
        None
    }

    fn by_form(&self) -> Verdict {
        if self.says(&["bic", "swift"]) && self.share(0.9, |s| bank::is_bic(s.bytes())) >= 0.9 {
            return Some(("bic", 0.95));
        }
        if self.says(&[
            "zip",
            "zipcode",
            "zip code",
            "postcode",
            "postal code",
            "postal",
            "plz",
            "cap",
            "code postal",
        ]) && self.share(0.9, |s| {
            (3..=10).contains(&s.text.len())
                && s.wide == 0
                && s.digits + s.letters + s.spaces + s.others <= 10
        }) >= 0.9
        {
            return Some(("postal_code", 0.9));
        }
        if self.says(&["city", "town", "stadt", "ville", "ciudad", "ort"])
            && self.share(0.95, |s| s.digits == 0) >= 0.95
        {
            return Some(("city", 0.75));
        }
        let one_word = self.share(0.99, |s| s.spaces == 0);
        let coded = self.share(0.9, |s| s.digits > 0);
        if self.unique()
            && one_word >= 0.99
            && coded >= 0.9
            && self.share(0.99, |s| s.text.len() <= 64) >= 0.99
        {
            return Some(("identifier", 0.85));
        }
        if self.says(&["id", "uid", "key", "code", "sku", "tailnum", "number", "no"])
            && one_word >= 0.99
            && coded >= 0.9
            && self.distinct() >= 3
        {
            return Some(("identifier", 0.7));
        }
        let sentences = self.share(0.6, |s| s.spaces >= 5 && s.text.len() >= 40);
        (sentences >= 0.6).then_some(("text", 0.8))
    }
}
