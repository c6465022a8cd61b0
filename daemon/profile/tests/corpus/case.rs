//! A file and what must be found in it.

use ddgen_profile::Profile;
use serde_json::Value;

/// One file of the corpus.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    pub name: &'static str,
    pub proves: &'static str,
    pub text: &'static str,
    pub records: u64,
    /// `name type`, separated by `|`.
    pub fields: &'static str,
    /// `key=value`: of the dialect (`delimiter=;`), of a field by its position (`2.sum=7`), or the
    /// code of a finding of the table (`finding=FOOTER_LINES`).
    pub says: &'static [&'static str],
}

/// In the order that reads as a sentence.
pub const fn case(
    name: &'static str,
    proves: &'static str,
    text: &'static str,
    records: u64,
    fields: &'static str,
    says: &'static [&'static str],
) -> Case {
    Case {
        name,
        proves,
        text,
        records,
        fields,
        says,
    }
}

impl Case {
    /// What is found otherwise than stated.
    pub fn faults(&self) -> Vec<String> {
        let found = match crate::profile(self.text.as_bytes()) {
            Ok(found) => found,
            Err(refusal) => return vec![self.fault("is read", &refusal.to_string())],
        };
        let table = &found.tables[0];
        let mut faults = Vec::new();
        if table.records != self.records {
            let records = format!("{} records", table.records);
            faults.push(self.fault(&format!("{} records", self.records), &records));
        }
        let fields: Vec<String> = table
            .fields
            .iter()
            .map(|field| format!("{} {}", field.name, field.field_type))
            .collect();
        if fields.join("|") != self.fields {
            faults.push(self.fault(self.fields, &fields.join("|")));
        }
        for said in self.says {
            let (key, expected) = said.split_once('=').unwrap();
            let actual = fact(&found, key, expected);
            if actual != expected {
                faults.push(self.fault(said, &actual));
            }
        }
        faults
    }

    fn fault(&self, expected: &str, actual: &str) -> String {
        format!(
            "{} ({}): expected {expected:?}, found {actual:?}",
            self.name, self.proves
        )
    }
}

/// A fact as text; strings without their quotes.
fn fact(profile: &Profile, key: &str, expected: &str) -> String {
    let table = &profile.tables[0];
    if key == "finding" || key == "no finding" {
        let codes: Vec<&str> = table.findings.iter().map(|f| f.code.as_str()).collect();
        return if codes.contains(&expected) == (key == "finding") {
            expected.to_owned()
        } else {
            codes.join(" ")
        };
    }
    let Some((position, name)) = key.split_once('.') else {
        let dialect = serde_json::to_value(&profile.source.dialect).unwrap();
        return shown(&dialect[key]);
    };
    let field = &table.fields[position.parse::<usize>().unwrap() - 1];
    if name == "values" {
        let mut values: Vec<&str> = field.top_values.iter().map(|t| t.value.as_str()).collect();
        values.sort_unstable();
        return values.join("|");
    }
    let field = serde_json::to_value(field).unwrap();
    shown(name.split('/').fold(&field, |value, part| &value[part]))
}

fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
