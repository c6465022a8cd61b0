//! Columns of numbers.

use super::{Seen, Verdict};
use crate::meaning::checksum::{gs1, luhn};
use crate::meaning::shape::Shape;
use crate::meaning::strict::goods::is_isbn10;

impl Seen<'_> {
    pub(super) fn integer(&self) -> Verdict {
        let numbers: Vec<i64> = self
            .shapes
            .iter()
            .filter_map(|s| s.text.parse().ok())
            .collect();
        if numbers.len() < self.shapes.len() {
            return self.long_digits();
        }
        let low = numbers.iter().copied().min().unwrap_or(0);
        let high = numbers.iter().copied().max().unwrap_or(0);
        if low == 0 && high == 1 && numbers.len() == 2 && self.view.values.is_complete() {
            return Some((
                "boolean",
                if self.says(&["id", "count", "number", "num"]) {
                    0.7
                } else {
                    0.95
                },
            ));
        }
        if low >= 1500
            && high <= 2200
            && (self.says(YEAR)
                || (low >= 1900 && high <= 2100 && self.distinct() > 1 && !self.unique()))
        {
            return Some(("year", if self.says(YEAR) { 0.98 } else { 0.7 }));
        }
        if let Some(found) = self.small_range(low, high) {
            return Some(found);
        }
        if let Some(found) = self.clock(&numbers, high) {
            return Some(found);
        }
        if let Some(found) = self.epoch(low, high) {
            return Some(found);
        }
        self.long_digits().or_else(|| self.identifier(low, high))
    }

    /// Ranges that mean something only together with the name.
    fn small_range(&self, low: i64, high: i64) -> Verdict {
        let table: &[(&[&str], i64, i64, &'static str)] = &[
            (&["month", "monat", "mois", "mes"], 1, 12, "month"),
            (&["day", "dom", "mday", "tag", "jour", "dia"], 1, 31, "day"),
            (&["hour", "hr", "stunde", "heure", "hora"], 0, 24, "hour"),
            (&["minute", "minutes", "minuto"], 0, 59, "minute"),
            (
                &["second", "seconds", "sekunde", "segundo"],
                0,
                60,
                "second",
            ),
            (
                &["weekday", "dow", "day of week", "wochentag"],
                0,
                7,
                "weekday",
            ),
            (&["week", "isoweek", "kw", "woche"], 0, 53, "week"),
            (&["quarter", "qtr", "quartal"], 1, 4, "quarter"),
            (&["age", "alter", "edad"], 0, 130, "age"),
            (
                &["percent", "pct", "percentage", "prozent"],
                0,
                100,
                "percentage",
            ),
        ];
        table
            .iter()
            .find(|(phrases, from, to, _)| low >= *from && high <= *to && self.says(phrases))
            .map(|(_, _, _, name)| (*name, 0.95))
    }

    /// `517` is 05:17: hours up to 24, minutes under sixty. Without a name that says so it takes
    /// many values: a hundred numbers miss the minutes 60 to 99 by chance one time in 10^22.
    fn clock(&self, numbers: &[i64], high: i64) -> Verdict {
        let sound = numbers
            .iter()
            .all(|n| (0..=2400).contains(n) && n % 100 < 60);
        if !sound || high < 100 {
            return None;
        }
        let hinted = self.says(&[
            "time", "uhrzeit", "heure", "hora", "dep", "arr", "clock", "hhmm",
        ]);
        if high == 2400 || high > 1259 {
            if hinted && self.distinct() >= 5 {
                return Some(("time", 0.93));
            }
            if self.distinct() >= 100 {
                return Some(("time", 0.8));
            }
        }
        None
    }

    fn epoch(&self, low: i64, high: i64) -> Verdict {
        // From 1990 to 2050.
        const FROM: i64 = 631_152_000;
        const TO: i64 = 2_524_608_000;
        let hinted = self.says(&[
            "time",
            "timestamp",
            "ts",
            "epoch",
            "unix",
            "created",
            "updated",
            "date",
            "at",
            "modified",
            "expires",
        ]);
        for (name, unit) in [
            ("epoch_seconds", 1),
            ("epoch_milliseconds", 1000),
            ("epoch_microseconds", 1_000_000),
        ] {
            if low >= FROM * unit && high <= TO * unit {
                let narrow =
                    (high - low) / unit < 3_652 * 86_400 && self.distinct() >= 20 && unit > 1;
                return if hinted {
                    Some((name, 0.9))
                } else if narrow {
                    Some((name, 0.7))
                } else {
                    None
                };
            }
        }
        None
    }

    /// Numbers whose length and check digit tell what they are.
    pub(super) fn long_digits(&self) -> Verdict {
        if self.says(&["latitude", "longitude", "lat", "lon", "lng"]) {
            return self.decimal();
        }
        self.goods_number()
    }

    pub(super) fn goods_number(&self) -> Verdict {
        let isbn13 = self.share(0.0, |s| {
            s.digits_of(13)
                .is_some_and(|d| (d.starts_with(b"978") || d.starts_with(b"979")) && gs1(d))
        });
        let isbn10 = self.share(0.0, is_isbn10);
        if isbn13 + isbn10 >= 0.95 && (isbn13 > 0.0 || self.says(&["isbn"])) {
            return Some(("isbn", 0.97));
        }
        if isbn10 >= 0.95
            && self.shapes.iter().any(|s| s.text.ends_with('X'))
            && self.distinct() >= 5
        {
            return Some(("isbn", 0.9));
        }
        let ean = self.share(0.95, |s| {
            s.bare_digits() && matches!(s.digits, 8 | 12 | 13 | 14) && gs1(s.compact())
        });
        if ean >= 0.95 && (self.distinct() >= 5 || self.says(&["ean", "gtin", "upc", "barcode"])) {
            return Some(("ean", 0.95));
        }
        let imei = self.share(0.95, |s| {
            s.bare_digits() && s.digits == 15 && luhn(s.compact())
        });
        if imei >= 0.95 && (self.distinct() >= 5 || self.says(&["imei"])) {
            return Some(("imei", 0.9));
        }
        None
    }

    fn identifier(&self, low: i64, high: i64) -> Verdict {
        let named = self.says(&[
            "id", "key", "no", "nr", "number", "code", "uid", "pk", "index", "idx", "rownum",
            "row", "ref",
        ]);
        let span = high.saturating_sub(low).saturating_add(1);
        let dense = self.view.values.is_complete()
            && span == self.distinct() as i64
            && (low == 0 || low == 1);
        match (self.unique(), named, dense) {
            (true, true, _) => Some(("identifier", 0.95)),
            (true, false, true) => Some(("identifier", 0.85)),
            (false, true, _) if self.says(&["id", "uid", "key", "fk"]) && self.distinct() >= 3 => {
                Some(("identifier", 0.7))
            }
            _ => None,
        }
    }

    pub(super) fn decimal(&self) -> Verdict {
        let numbers: Vec<f64> = self
            .shapes
            .iter()
            .filter_map(|s| s.text.replace(',', ".").parse().ok())
            .collect();
        let within = |low: f64, high: f64| {
            !numbers.is_empty() && numbers.iter().all(|n| (low..=high).contains(n))
        };
        if self.says(&["latitude", "lat", "breitengrad"]) && within(-90.0, 90.0) {
            return Some(("latitude", 0.97));
        }
        if self.says(&[
            "longitude",
            "lon",
            "lng",
            "long",
            "laengengrad",
            "längengrad",
        ]) && within(-180.0, 180.0)
        {
            return Some(("longitude", 0.97));
        }
        if self.says(&["percent", "pct", "percentage", "prozent"]) && within(-1000.0, 1000.0) {
            return Some(("percentage", 0.85));
        }
        let money = [
            "price", "amount", "cost", "total", "subtotal", "salary", "revenue", "tax", "fee",
            "balance", "payment", "preis", "betrag", "umsatz", "prix", "montant", "precio",
            "importe", "wage", "income", "usd", "eur", "gbp",
        ];
        let cents = |s: &Shape<'_>| {
            let parts = s.text.rsplit_once(['.', ',']);
            parts.is_none_or(|(_, decimals)| decimals.len() <= 2)
        };
        let fractional = || self.shapes.iter().any(|s| s.text.contains(['.', ',']));
        (self.says(&money) && self.share(0.99, cents) >= 0.99 && fractional())
            .then_some(("amount", 0.85))
    }
}

const YEAR: &[&str] = &[
    "year", "yr", "jahr", "annee", "année", "ano", "año", "anno", "yyyy", "fy",
];
