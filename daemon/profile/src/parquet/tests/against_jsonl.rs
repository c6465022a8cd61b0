//! Random records as Parquet, JSON lines and CSV: the same numbers.

use ::parquet::basic::Compression;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::files::{Cells, Column, How, file};
use super::{brief, profile_by};
use crate::document::{Field, Table};

/// What a field holds; everything can be null.
enum Shape {
    Integer,
    Float,
    Text,
    Truth,
    List(Box<Shape>),
    Group(Vec<(&'static str, Shape)>),
}

fn shape() -> Shape {
    let point = Shape::Group(vec![("x", Shape::Float), ("n", Shape::Integer)]);
    Shape::Group(vec![
        ("id", Shape::Integer),
        ("score", Shape::Float),
        ("name", Shape::Text),
        ("ok", Shape::Truth),
        ("tags", Shape::List(Box::new(Shape::Text))),
        (
            "customer",
            Shape::Group(vec![
                ("city", Shape::Text),
                ("points", Shape::List(Box::new(point))),
            ]),
        ),
        (
            "grid",
            Shape::List(Box::new(Shape::List(Box::new(Shape::Integer)))),
        ),
    ])
}

impl Shape {
    fn declare(&self, name: &str) -> String {
        match self {
            Self::Integer => format!("optional int64 {name};"),
            Self::Float => format!("optional double {name};"),
            Self::Text => format!("optional binary {name} (STRING);"),
            Self::Truth => format!("optional boolean {name};"),
            Self::List(inner) => format!(
                "optional group {name} (LIST) {{ repeated group list {{ {} }} }}",
                inner.declare("element")
            ),
            Self::Group(members) => format!("optional group {name} {{ {} }}", declare_all(members)),
        }
    }

    fn leaves(&self) -> Vec<Cells> {
        match self {
            Self::Integer => vec![Cells::I64(Vec::new())],
            Self::Float => vec![Cells::F64(Vec::new())],
            Self::Text => vec![Cells::Bytes(Vec::new())],
            Self::Truth => vec![Cells::Bool(Vec::new())],
            Self::List(inner) => inner.leaves(),
            Self::Group(members) => members.iter().flat_map(|(_, m)| m.leaves()).collect(),
        }
    }

    fn values(&self) -> BoxedStrategy<Value> {
        let some = match self {
            Self::Integer => prop_oneof![-3..3_i64, any::<i32>().prop_map(i64::from)]
                .prop_map(Value::from)
                .boxed(),
            Self::Float => prop_oneof![Just(13.0), Just(0.1), -5.0..5.0_f64]
                .prop_map(Value::from)
                .boxed(),
            Self::Text => "NA|0870|2024-0[1-3]-02|[a-c]{0,2}|\u{e9}t\u{e9} [a-z]{3,20}"
                .prop_map(Value::from)
                .boxed(),
            Self::Truth => any::<bool>().prop_map(Value::from).boxed(),
            Self::List(inner) => prop::collection::vec(inner.values(), 0..4)
                .prop_map(Value::from)
                .boxed(),
            Self::Group(members) => members
                .iter()
                .map(|(name, member)| {
                    let name = *name;
                    member.values().prop_map(move |value| (name, value))
                })
                .collect::<Vec<_>>()
                .prop_map(|all| {
                    let members = all
                        .into_iter()
                        .map(|(name, value)| (name.to_owned(), value));
                    Value::Object(members.collect::<Map<_, _>>())
                })
                .boxed(),
        };
        prop_oneof![1 => Just(Value::Null), 5 => some].boxed()
    }

    /// Stripes a value into the columns of its leaves, as the Dremel paper does.
    fn stripe(&self, value: &Value, d: i16, r: i16, depth: i16, to: &mut [Column]) {
        let mut say = |d: i16| {
            for column in to.iter_mut() {
                column.definitions.push(d);
                column.repetitions.push(r);
            }
        };
        match (self, value) {
            (_, Value::Null) => say(d),
            (Self::List(_), Value::Array(all)) if all.is_empty() => say(d + 1),
            (Self::List(inner), Value::Array(all)) => {
                for (at, element) in all.iter().enumerate() {
                    let r = if at == 0 { r } else { depth + 1 };
                    inner.stripe(element, d + 2, r, depth + 1, to);
                }
            }
            (Self::Group(members), value) => {
                let mut from = 0;
                for (name, member) in members {
                    let end = from + member.leaves().len();
                    member.stripe(&value[*name], d + 1, r, depth, &mut to[from..end]);
                    from = end;
                }
            }
            (_, value) => {
                say(d + 1);
                match &mut to[0].cells {
                    Cells::I64(all) => all.push(value.as_i64().unwrap()),
                    Cells::F64(all) => all.push(value.as_f64().unwrap()),
                    Cells::Bool(all) => all.push(value.as_bool().unwrap()),
                    Cells::Bytes(all) => all.push(value.as_str().unwrap().into()),
                    other => panic!("{other:?}"),
                }
            }
        }
    }
}

fn declare_all(members: &[(&'static str, Shape)]) -> String {
    members
        .iter()
        .map(|(name, member)| member.declare(name))
        .collect()
}

fn parquet(rows: &[Value], group: usize, how: &How) -> Vec<u8> {
    let Shape::Group(members) = shape() else {
        panic!("records are groups")
    };
    let message = format!("message m {{ {} }}", declare_all(&members));
    let groups: Vec<Vec<Column>> = rows
        .chunks(group)
        .map(|rows| {
            let leaves = members.iter().flat_map(|(_, member)| member.leaves());
            let mut columns: Vec<Column> = leaves.map(Into::into).collect();
            for row in rows {
                let mut from = 0;
                for (name, member) in &members {
                    let end = from + member.leaves().len();
                    member.stripe(&row[*name], 0, 0, 0, &mut columns[from..end]);
                    from = end;
                }
            }
            columns
        })
        .collect();
    file(&message, &groups, how)
}

/// A field without what two formats say in two ways.
fn bare(field: &Field) -> Field {
    Field {
        position: 0,
        declared: None,
        ..field.clone()
    }
}

fn same(ours: &Table, theirs: &Table) -> Result<(), TestCaseError> {
    prop_assert_eq!(ours.records, theirs.records);
    for field in &ours.fields {
        match theirs.fields.iter().find(|f| f.path == field.path) {
            None => prop_assert_eq!(field.count, field.null_count, "{}", field.path),
            // Where there is no value only the file can say a type.
            Some(other) if field.count == field.null_count => {
                prop_assert_eq!(
                    (other.count, other.null_count),
                    (field.count, field.null_count)
                );
            }
            Some(other) => prop_assert_eq!(bare(field), bare(other)),
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_numbers_are_those_of_the_same_records_in_other_formats(
        rows in prop::collection::vec(shape().values().prop_filter("a record", |v| !v.is_null()), 1..60),
        group in 1..70_usize,
        rows_a_page in 1..40_usize,
        dictionary: bool,
        second_version: bool,
        snappy: bool,
    ) {
        let how = How {
            compression: if snappy { Compression::SNAPPY } else { Compression::UNCOMPRESSED },
            second_version,
            dictionary,
            rows_a_page,
            ..How::default()
        };
        let bytes = parquet(&rows, group, &how);
        let ours = crate::profile(&bytes, &brief(1), &|_| {}).unwrap();
        for (threads, rows) in [(2, 7), (3, 1), (1, 1000)] {
            let other = profile_by(&bytes, threads, rows).unwrap();
            prop_assert_eq!(serde_json::to_string(&other).unwrap(), serde_json::to_string(&ours).unwrap());
        }
        let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
        let theirs = crate::profile(&lines.into_bytes(), &brief(1), &|_| {}).unwrap();
        prop_assert_eq!(ours.tables[0].duplicate_records, theirs.tables[0].duplicate_records);
        same(&ours.tables[0], &theirs.tables[0])?;
    }

    #[test]
    fn numbers_are_those_of_the_same_table_in_csv(
        rows in prop::collection::vec((0..400_i64, prop::option::of(-9.0..9.0_f64)), 20..200),
    ) {
        let csv: String = rows.iter().fold("id,score\n".into(), |text, (id, score)| {
            format!("{text}{id},{}\n", score.map(|s| json!(s).to_string()).unwrap_or_default())
        });
        let ids = Cells::I64(rows.iter().map(|(id, _)| *id).collect());
        let scores = Cells::F64(rows.iter().filter_map(|(_, score)| *score).collect());
        let there: Vec<i16> = rows.iter().map(|(_, score)| i16::from(score.is_some())).collect();
        let columns = vec![ids.into(), Column::optional(scores, &there)];
        let bytes = file("message m { required int64 id; optional double score; }", &[columns], &How::default());
        let ours = crate::profile(&bytes, &brief(2), &|_| {}).unwrap();
        let theirs = crate::profile(&csv.into_bytes(), &brief(2), &|_| {}).unwrap();
        prop_assert_eq!(ours.tables[0].duplicate_records, theirs.tables[0].duplicate_records);
        same(&ours.tables[0], &theirs.tables[0])?;
    }
}
