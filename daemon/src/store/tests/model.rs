//! The rules of versions against a model of them that keeps plain lists.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// One arrival: which id, from where, with what, and when.
#[derive(Debug, Clone)]
struct Step {
    /// Some ids come twice: the work of a crashed daemon is done again.
    id: u128,
    watch: &'static str,
    path: &'static str,
    content: u64,
    /// Milliseconds since the step before.
    pause: i64,
    provisional: bool,
}

/// `half` shares two of its four fields with `SALES`; `PEOPLE` none.
const HALF: &[(&str, &str)] = &[
    ("id", "integer"),
    ("day", "date"),
    ("city", "string"),
    ("zip", "string"),
];

fn shape(content: u64) -> &'static [(&'static str, &'static str)] {
    [SALES, PEOPLE, HALF][usize::try_from(content % 3).unwrap()]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (
        0..30_u128,
        prop::sample::select(vec!["n", "s"]),
        prop::sample::select(vec![
            "t.csv",
            "sub/t.csv",
            "t_2026-01-05.csv",
            "t_1.csv",
            "t_2.csv",
            "t (3).csv",
        ]),
        0..6_u64,
        prop::sample::select(vec![1_i64, 4_000, 20_000]),
        any::<bool>(),
    );
    let step = step.prop_map(|(id, watch, path, content, pause, provisional)| Step {
        id,
        watch,
        path,
        content,
        pause,
        provisional,
    });
    prop::collection::vec(step, 1..25)
}

#[derive(Debug, Clone)]
struct Version {
    content: u64,
    /// Row of the drop that taught it.
    drop: usize,
    until: Option<i64>,
}

#[derive(Debug)]
struct Dictionary {
    name: String,
    watch: &'static str,
    stem: String,
    /// Kept its counter.
    lone: bool,
    versions: Vec<Version>,
    current: usize,
    newest: usize,
}

#[derive(Debug, Clone, PartialEq)]
struct Drop {
    id: u128,
    watch: &'static str,
    path: &'static str,
    duplicate: bool,
    dictionary: usize,
    version: usize,
}

#[derive(Debug, Default)]
struct Model {
    dictionaries: Vec<Dictionary>,
    drops: Vec<Drop>,
    seen: BTreeMap<u128, usize>,
}

impl Model {
    fn commit(&mut self, step: &Step, now: i64) {
        if self.seen.contains_key(&step.id) {
            return;
        }
        let at = self.dictionary(step);
        let row = self.drops.len();
        let same_file = |drop: &Drop| drop.watch == step.watch && drop.path == step.path;
        let drops = &self.drops;
        let dictionary = &mut self.dictionaries[at];
        let known = dictionary
            .versions
            .iter()
            .position(|v| v.content == step.content);
        let until = step.provisional.then_some(now + 10_000);
        let open = dictionary
            .versions
            .get(dictionary.current)
            .is_some_and(|version| {
                version.until.is_some_and(|until| until > now) && same_file(&drops[version.drop])
            });
        if let Some(version) = known {
            if same_file(&drops[dictionary.newest]) {
                dictionary.current = version;
            }
            self.put(step, row, at, version, true);
        } else if open {
            let version = dictionary.current;
            let row = dictionary.versions[version].drop;
            dictionary.versions[version] = Version {
                content: step.content,
                drop: row,
                until,
            };
            self.put(step, row, at, version, false);
        } else {
            let version = dictionary.versions.len();
            dictionary.versions.push(Version {
                content: step.content,
                drop: row,
                until,
            });
            dictionary.current = version;
            self.put(step, row, at, version, false);
        }
    }

    fn put(&mut self, step: &Step, row: usize, dictionary: usize, version: usize, duplicate: bool) {
        let Step {
            id, watch, path, ..
        } = *step;
        let drop = Drop {
            id,
            watch,
            path,
            duplicate,
            dictionary,
            version,
        };
        if row < self.drops.len() {
            self.drops[row] = drop;
        } else {
            self.drops.push(drop);
        }
        self.dictionaries[dictionary].newest = row;
        self.seen.insert(id, row);
    }

    fn dictionary(&mut self, step: &Step) -> usize {
        // Worked out by hand for the six names there are.
        let (plain, counter) = match step.path {
            "t_1.csv" => ("t_1", true),
            "t_2.csv" => ("t_2", true),
            "t (3).csv" => ("t (3)", true),
            _ => ("t", false),
        };
        let find = |stem: &str| {
            self.dictionaries
                .iter()
                .position(|d| d.watch == step.watch && d.stem == stem)
        };
        let fields = |at: usize| {
            let dictionary = &self.dictionaries[at];
            shape(dictionary.versions[dictionary.current].content)
        };
        let agrees = |at: usize| {
            let (there, here) = (fields(at), shape(step.content));
            let shared = here
                .iter()
                .filter(|field| there.iter().any(|f| f.0 == field.0))
                .count();
            shared * 2 >= there.len().max(here.len())
        };
        let head = find("t");
        if !counter {
            return head.unwrap_or_else(|| self.add(step, "t", false));
        }
        if let Some(own) = find(plain) {
            return own;
        }
        if let Some(head) = head {
            return if agrees(head) {
                head
            } else {
                self.add(step, plain, true)
            };
        }
        let sibling = (0..self.dictionaries.len()).rev().find(|at| {
            self.dictionaries[*at].watch == step.watch && self.dictionaries[*at].lone && agrees(*at)
        });
        let Some(sibling) = sibling else {
            return self.add(step, plain, true);
        };
        let name = self.free("t", step.watch);
        let dictionary = &mut self.dictionaries[sibling];
        dictionary.name = name;
        "t".clone_into(&mut dictionary.stem);
        dictionary.lone = false;
        sibling
    }

    fn add(&mut self, step: &Step, stem: &str, lone: bool) -> usize {
        self.dictionaries.push(Dictionary {
            name: self.free(stem, step.watch),
            watch: step.watch,
            stem: stem.to_owned(),
            lone,
            versions: Vec::new(),
            current: 0,
            newest: 0,
        });
        self.dictionaries.len() - 1
    }

    fn free(&self, stem: &str, watch: &str) -> String {
        if self.dictionaries.iter().any(|d| d.name == stem) {
            format!("{watch}/{stem}")
        } else {
            stem.to_owned()
        }
    }
}

/// Everything that shows, in one form for both.
type Shown = (
    Vec<(String, u32, Vec<String>)>,
    Vec<(String, String, bool, String, u32)>,
);

fn of_model(model: &Model) -> Shown {
    let mut dictionaries: Vec<_> = model
        .dictionaries
        .iter()
        .map(|d| {
            let contents = d.versions.iter().map(|v| blake3_of(v.content)).collect();
            (
                d.name.clone(),
                u32::try_from(d.current).unwrap() + 1,
                contents,
            )
        })
        .collect();
    dictionaries.sort();
    let drops = model
        .drops
        .iter()
        .map(|drop| {
            let path = format!("/data/{}/{}", drop.watch, drop.path);
            let name = model.dictionaries[drop.dictionary].name.clone();
            let version = u32::try_from(drop.version).unwrap() + 1;
            (
                format!("{:032x}", drop.id),
                path,
                drop.duplicate,
                name,
                version,
            )
        })
        .collect();
    (dictionaries, drops)
}

async fn of_store(store: &Store) -> Shown {
    let mut dictionaries = Vec::new();
    for row in store.dictionaries().await.unwrap() {
        let mut versions = store.versions(&row.name).await.unwrap();
        versions.reverse();
        let current: Vec<u32> = versions
            .iter()
            .filter(|v| v.current)
            .map(|v| v.number)
            .collect();
        assert_eq!(current, [row.version]);
        assert_eq!(row.versions as usize, versions.len());
        let contents = versions.into_iter().map(|v| v.blake3).collect();
        dictionaries.push((row.name, row.version, contents));
    }
    dictionaries.sort();
    let mut drops = store.drops(None, None, 1_000).await.unwrap();
    drops.reverse();
    let drops = drops
        .into_iter()
        .map(|row| {
            let duplicate = row.state == DropState::Duplicate;
            (
                row.id,
                row.path,
                duplicate,
                row.dictionary.unwrap(),
                row.version.unwrap(),
            )
        })
        .collect();
    (dictionaries, drops)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_store_does_what_the_model_does(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (dir, store) = new_store();
            let mut model = Model::default();
            let mut now = 1_000_000;
            for step in &steps {
                now += step.pause;
                let mut drop =
                    arrived(step.id, step.watch, step.path, step.content, shape(step.content))
                        .provisional(now, now + 10_000);
                if !step.provisional {
                    drop.provisional_until = None;
                }
                store.commit(drop).await.unwrap();
                model.commit(step, now);
                assert_eq!(of_store(&store).await, of_model(&model), "after {step:?}");
            }
            for id in model.seen.keys() {
                assert!(store.is_done(DropId(*id)).await.unwrap());
            }
            assert_sound(&dir);
        });
    }
}
