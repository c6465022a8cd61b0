//! What kind of thing a field holds, finer than its type.

mod numbers;
mod syntax;
mod texts;

use super::View;
use super::hint::says;
use super::shape::{Shape, matching};
use crate::document::Pii;

type Test = fn(&Shape<'_>) -> bool;
type Verdict = Option<(&'static str, f64)>;

/// The semantic type of a field with its confidence, if one is borne out.
pub(crate) fn vote(
    view: &View<'_>,
    shapes: &[Shape<'_>],
    words: &[String],
    pii: Option<&Pii>,
) -> Verdict {
    if let Some(found) = pii.and_then(of_entity) {
        return Some(found);
    }
    let seen = Seen {
        view,
        shapes,
        words,
    };
    match view.field_type {
        "integer" => seen.integer(),
        "number" => seen.decimal(),
        "string" | "any" => seen.text(),
        "date" if says(words, &["birth", "birthday", "birthdate", "dob"]) => {
            Some(("birth_date", 0.8))
        }
        _ => None,
    }
}

/// An entity of personal data is a semantic type as well.
fn of_entity(pii: &Pii) -> Verdict {
    let name = match pii.entity.as_str() {
        "EMAIL_ADDRESS" => "email",
        "PHONE_NUMBER" => "phone",
        "IP_ADDRESS" => "ip_address",
        "MAC_ADDRESS" => "mac_address",
        "CREDIT_CARD" => "credit_card",
        "IBAN_CODE" => "iban",
        "PERSON" => "person_name",
        "LOCATION" => "address",
        "DATE_TIME" => "birth_date",
        "CRYPTO" => "crypto_address",
        "US_BANK_NUMBER" => "account_number",
        _ => "national_id",
    };
    Some((name, pii.confidence))
}

struct Seen<'a> {
    view: &'a View<'a>,
    shapes: &'a [Shape<'a>],
    words: &'a [String],
}

impl Seen<'_> {
    /// The share of values that pass a test; 0 where it is less than `least`.
    fn share(&self, least: f64, test: impl Fn(&Shape<'_>) -> bool) -> f64 {
        matching(self.shapes, least, test) as f64 / self.shapes.len() as f64
    }

    fn says(&self, phrases: &[&str]) -> bool {
        says(self.words, phrases)
    }

    fn distinct(&self) -> usize {
        self.shapes.len()
    }

    /// Every value known occurs once, and there are some.
    fn unique(&self) -> bool {
        self.distinct() >= 20 && self.shapes.iter().all(|s| s.count == 1)
    }
}
