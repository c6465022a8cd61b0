//! What holds of every value, however odd: nothing panics, and what was masked stays masked.

use proptest::prelude::*;

use super::shape::Shape;
use super::strict::{bank, email, national, net, phone};
use super::{Values, View, assess, is_pii, mask};

/// Values near those that detectors look for: right letters, wrong places.
fn near() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        "[0-9A-Z]{1,36}",
        "[0-9A-Za-z+@.:/() -]{0,40}",
        "[0-9]{2,4}[-. /][0-9]{2,4}[-. /][0-9]{2,5}[x]?",
        "(DE|GB|FR)[0-9]{2}[0-9A-Z ]{10,30}",
        "[a-z.]{1,8}@[a-zü.]{1,12}",
        "[+(]?[0-9]{1,4}[) ]?[0-9 -]{4,12}( ext\\. ?[0-9]{1,4})?",
        "[0-9a-f:]{2,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn what_is_masked_stays_masked(value in near()) {
        let masked = mask(&value);
        prop_assert_eq!(&mask(&masked), &masked);
        prop_assert!(!is_pii(&masked), "{}", masked);
        prop_assert_eq!(masked.chars().count(), value.chars().count());
        prop_assert!(!masked.chars().any(|c| c.is_alphanumeric() && !"xX".contains(c)), "{}", masked);
    }

    /// A value that is told alone is told at the end of a sentence as well.
    #[test]
    fn what_is_told_alone_is_told_in_a_text(at in 0usize..9, head in "[a-z ]{0,12}", tail in "[a-z ,.!]{0,12}") {
        let known = [
            "ada@example.org", "4111 1111 1111 1111", "4111111111111111", "DE89 3704 0044 0532 0130 00", "123-45-6789",
            "+49 30 901820", "192.168.17.4", "00:1B:44:11:3A:B7", "2001:db8::ff00:42:8329",
        ];
        let text = format!("{head} {} {tail}", known[at]);
        prop_assert!(is_pii(&text), "{}", text);
    }

    #[test]
    fn judging_never_panics(
        values in prop::collection::vec(near(), 0..12),
        name in "\\PC{0,20}",
        field_type in prop::sample::select(vec!["string", "integer", "number", "date", "boolean", "any", "object"]),
    ) {
        let values = Values::collect(values.iter().map(|v| (v.as_str(), 1)), true);
        let view = View { name: &name, field_type, values: &values };
        let judged = assess(&view);
        if let Some(pii) = judged.pii {
            prop_assert!(pii.matched <= pii.tested);
            prop_assert!((0.0..=1.0).contains(&pii.confidence));
            for (value, _) in values.iter().filter(|(v, _)| v.len() > 5) {
                prop_assert!(!pii.because.contains(value), "{} in {}", value, pii.because);
            }
        }
        prop_assert_eq!(judged.semantic_type.is_some(), judged.semantic_confidence.is_some());
    }

    /// The strict tests by themselves, without the guards of the votes.
    #[test]
    fn strict_tests_never_panic(value in near()) {
        let s = Shape::of(&value, 1);
        let (b, c) = (s.bytes(), s.compact());
        let _ = (email::is_email(b), email::is_url(b), net::is_ipv6(s.text), net::ipv4(b), net::is_mac(b), net::is_uuid(b));
        let _ = (bank::is_iban(c), bank::may_be_iban(c), bank::is_crypto(b), bank::is_bic(b), bank::written_like_a_card(b));
        let _ = (phone::written(s.text), phone::is_international(b), phone::is_north_american(b));
        for detector in super::detectors::DETECTORS {
            let _ = (detector.test)(&s);
        }
        let _ = national::us_ssn(c);
    }

    /// A sample is the same whatever the order of the values.
    #[test]
    fn the_order_of_values_never_shows(mut values in prop::collection::btree_set("[a-z]{1,6}", 1..60), cut in 0usize..60) {
        let ordered: Vec<(&str, u64)> = values.iter().map(|v| (v.as_str(), 1)).collect();
        let mut turned = ordered.clone();
        turned.rotate_left(cut % ordered.len());
        let a: Vec<_> = Values::collect(ordered.iter().copied(), true).iter().collect();
        let b: Vec<_> = Values::collect(turned.iter().copied(), true).iter().collect();
        prop_assert_eq!(a, b);
        values.clear();
    }
}

#[test]
fn more_values_than_the_cap_are_sampled_and_said_so() {
    let mails: Vec<String> = (0..25_000)
        .map(|i| format!("user{i}@example.org"))
        .collect();
    let values = Values::collect(mails.iter().map(|v| (v.as_str(), 1)), true);
    assert_eq!(
        (values.len(), values.offered(), values.is_complete()),
        (super::CAP, 25_000, false)
    );
    let pii = assess(&View {
        name: "c",
        field_type: "string",
        values: &values,
    })
    .pii
    .expect("addresses");
    assert_eq!((pii.matched, pii.tested), (10_000, 10_000));
    assert!(
        pii.because
            .contains("of 25000 known ones, chosen by smallest hash"),
        "{}",
        pii.because
    );
}
