//! Shown values are there to be read: one of 30 MB is cut, or the document would be as large as the
//! file. What was counted, and the length, are of the whole value.

use crate::document::{Field, Number};

/// Bytes of one shown value at most.
const SHOWN: usize = 512;

/// Cuts every shown value of a field. After masking: personal data is found in whole values only.
pub fn shorten(field: &mut Field) {
    let quantiles = field.quantiles.iter_mut().flat_map(|quantiles| {
        let crate::document::Quantiles {
            p05,
            p25,
            p50,
            p75,
            p95,
        } = quantiles;
        [p05, p25, p50, p75, p95]
    });
    for number in field
        .min
        .iter_mut()
        .chain(field.max.iter_mut())
        .chain(quantiles)
    {
        if let Number::Text(text) = number {
            cut(text);
        }
    }
    let top = field.top_values.iter_mut().map(|top| &mut top.value);
    let exception = field
        .type_exception
        .iter_mut()
        .map(|exception| &mut exception.value);
    for text in field.samples.iter_mut().chain(top).chain(exception) {
        cut(text);
    }
}

fn cut(text: &mut String) {
    if text.len() > SHOWN {
        text.truncate(text.floor_char_boundary(SHOWN));
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_cut_at_a_character_and_a_short_one_is_left() {
        let mut long = "ä".repeat(300);
        cut(&mut long);
        assert_eq!(long, "ä".repeat(256) + "…");
        let mut short = "x".repeat(SHOWN);
        cut(&mut short);
        assert_eq!(short, "x".repeat(SHOWN));
    }

    #[test]
    fn the_document_of_one_enormous_value_is_small() {
        let file = format!("id,text\n1,{}\n2,short\n", "y".repeat(2 << 20));
        let profile =
            crate::profile(&file.into_bytes(), &crate::Brief::default(), &|_| {}).unwrap();
        let text = &profile.tables[0].fields[1];
        assert_eq!(text.length.as_ref().unwrap().max, 2 << 20);
        let document = serde_json::to_vec(&profile).unwrap();
        assert!(document.len() < 32 << 10, "{} bytes", document.len());
    }
}
