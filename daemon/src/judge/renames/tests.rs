//! Files of before and after, read by the real engine.

use ddgen_profile::{Brief, Learned, SketchKey};

use super::*;

fn read(text: &str) -> Learned {
    let brief = Brief {
        sketch_key: Some(SketchKey::new([7; 32])),
        ..Brief::default()
    };
    ddgen_profile::learn(&text.as_bytes().to_vec(), &brief, &|_| {}).unwrap()
}

fn one_sided<'a>(here: &'a Learned, there: &Learned, keyed: bool) -> Vec<Candidate<'a>> {
    let stays = |path: &str| {
        let fields = &there.profile.tables[0].fields;
        fields.iter().any(|field| field.path == path)
    };
    let (mut slot, mut nth, mut found) = (0, 0, Vec::new());
    let sketches = &here.sketches.tables[0];
    for (field, sketch) in here.profile.tables[0].fields.iter().zip(sketches) {
        if stays(&field.path) {
            (slot, nth) = (slot + 1, 0);
            continue;
        }
        found.push(Candidate {
            field,
            sketch: keyed.then_some(sketch),
            earlier: None,
            slot,
            nth,
        });
        nth += 1;
    }
    found
}

/// What was found, as `old>new` with `!` where it is certain, best first.
fn found(before: &str, after: &str, keyed: bool) -> Vec<String> {
    let (before, after) = (read(before), read(after));
    let (gone, come) = (
        one_sided(&before, &after, keyed),
        one_sided(&after, &before, keyed),
    );
    let name = |one: &Candidate<'_>| one.field.path.clone();
    renames(&gone, &come)
        .into_iter()
        .map(|found| {
            let sure = if found.certain { "!" } else { "" };
            let (from, to) = (name(&gone[found.gone]), name(&come[found.come]));
            format!("{from}>{to}{sure}")
        })
        .collect()
}

/// A table of orders: what `header` calls them, rows from `first` on.
fn orders(header: &str, first: u64) -> String {
    let mut text = format!("{header}\n");
    for n in first..first + 200 {
        let city = ["Oslo", "Bergen", "Bodo", "Narvik", "Hamar", "Moss", "Voss"]
            [(n * 7919 / 5 % 7) as usize];
        let (price, count) = ((n * 7919 % 1000) as f64 / 10.0, n * n % 13);
        let state = ["open", "paid", "sent"][(n % 3) as usize];
        text += &format!("{n},{city},{price},{count},{state}\n");
    }
    text
}

#[test]
fn a_field_under_another_name_is_known_by_its_values() {
    let before = orders("id,city,price,count,state", 1);
    let after = orders("id,town,price,count,state", 1);
    assert_eq!(found(&before, &after, true), ["city>town!"]);
}

#[test]
fn several_at_once_are_told_apart() {
    let before = orders("id,city,price,count,state", 1);
    let after = orders("order_id,place,amount,qty,status", 101);
    let mut pairs = found(&before, &after, true);
    pairs.sort();
    let plain: Vec<&str> = pairs
        .iter()
        .map(|pair| pair.trim_end_matches('!'))
        .collect();
    let expected = [
        "city>place",
        "count>qty",
        "id>order_id",
        "price>amount",
        "state>status",
    ];
    assert_eq!(plain, expected);
}

#[test]
fn another_field_in_the_same_place_is_no_rename() {
    let before = "id,city,n\n1,Oslo,5\n2,Bergen,6\n3,Oslo,7\n4,Bodo,8\n";
    let after = "id,email,n\n1,a@x.no,5\n2,b@x.no,6\n3,c@x.no,7\n4,d@x.no,8\n";
    assert_eq!(found(before, after, true), Vec::<String>::new());
    let flags = |name: &str, yes: u32| {
        let mut text = format!("id,{name},n\n");
        for n in 0..100 {
            text += &format!("{n},{},5\n", u32::from(n % 10 < yes));
        }
        text
    };
    let pairs = found(&flags("active", 9), &flags("deleted", 1), true);
    assert!(!pairs.iter().any(|pair| pair.ends_with('!')), "{pairs:?}");
}

#[test]
fn twins_are_asked_about_and_never_applied() {
    let twins = |a: &str, b: &str| {
        let mut text = format!("{a},{b}\n");
        for n in 0..100 {
            text += &format!("v{},v{}\n", n % 40, (n + 7) % 40);
        }
        text
    };
    let pairs = found(&twins("left", "right"), &twins("alpha", "beta"), true);
    assert!(!pairs.iter().any(|pair| pair.ends_with('!')), "{pairs:?}");
}

#[test]
fn without_hashes_the_profiles_are_compared_and_this_is_said() {
    let before = orders("id,city,price,count,state", 1);
    let after = orders("id,city,unit_price,count,state", 1);
    let (old, new) = (read(&before), read(&after));
    let (gone, come) = (one_sided(&old, &new, false), one_sided(&new, &old, false));
    let found = renames(&gone, &come);
    assert_eq!(found.len(), 1);
    assert!(found[0].because.contains("another key"), "{found:?}");
    let (gone, come) = (one_sided(&old, &new, true), one_sided(&new, &old, true));
    let keyed = renames(&gone, &come);
    assert!(!keyed[0].because.contains("key"), "{keyed:?}");
    assert!(keyed[0].score >= found[0].score);
}

#[test]
fn of_too_many_fields_none_is_paired() {
    let header = |prefix: &str| {
        (0..300)
            .map(|n| format!("{prefix}{n}"))
            .collect::<Vec<_>>()
            .join(",")
    };
    let row = (0..300)
        .map(|n| n.to_string())
        .collect::<Vec<_>>()
        .join(",");
    let text = |prefix: &str| format!("{}\n{row}\n", header(prefix));
    assert_eq!(found(&text("a"), &text("b"), true), Vec::<String>::new());
}
