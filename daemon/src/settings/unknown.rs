//! Names nobody knows: an error in `ddgen.toml`, which is ours alone, and a warning in the
//! environment, which is everybody's.

use super::key::{Key, PREFIX};
use super::notice::Notice;
use super::reader::Reader;
use super::suggest::{nearest, nearest_setting};

/// Variables that are no settings and have a meaning all the same.
const OTHERS: [&str; 2] = ["DDGEN_CONFIG", "DDGEN_ENV_FILE"];

pub(super) fn complain(reader: &mut Reader<'_>) {
    let asked = std::mem::take(&mut reader.asked);
    in_file(reader, &asked);
    in_environment(reader, &asked);
    reader.asked = asked;
}

fn in_file(reader: &mut Reader<'_>, asked: &[Key]) {
    let mut known: Vec<String> = Vec::new();
    for key in asked {
        known.push(key.name.to_owned());
        if key.secret {
            known.push(format!("{}_file", key.name));
        }
    }
    let root = &reader.layers.toml.root;
    let is_table = |name: &str| known.iter().any(|key| starts_table(key, name));
    let mut unknown: Vec<(String, usize)> = Vec::new();
    for (name, line) in &root.tables {
        let inside_unknown = unknown.iter().any(|(outer, _)| starts_table(name, outer));
        if !is_table(name) && !inside_unknown {
            unknown.push((name.clone(), *line));
        }
    }
    for (name, entry) in &root.entries {
        let inside_unknown = unknown.iter().any(|(outer, _)| starts_table(name, outer));
        if !known.contains(name) && !inside_unknown {
            unknown.push((name.clone(), entry.line));
        }
    }
    unknown.sort_by_key(|(_, line)| *line);
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    for (name, line) in unknown {
        let message = format!("`{name}` is no setting; {}", advice(&name, &names));
        let origin = reader.layers.toml.origin(line);
        reader
            .notices
            .push(Notice::error(&name, message).at(&origin));
    }
}

fn starts_table(name: &str, table: &str) -> bool {
    name.strip_prefix(table)
        .is_some_and(|rest| rest.starts_with('.'))
}

fn advice(name: &str, known: &[&str]) -> String {
    if let Some(near) = nearest_setting(name, known) {
        return format!("did you mean `{near}`?");
    }
    let heads = known
        .iter()
        .filter_map(|key| key.split_once('.'))
        .map(|(head, _)| head);
    if let Some(table) = name.split('.').next().and_then(|head| nearest(head, heads)) {
        let inside: Vec<&str> = known
            .iter()
            .copied()
            .filter(|key| starts_table(key, table))
            .collect();
        return format!("[{table}] may hold {}", inside.join(", "));
    }
    "`ddgend config` lists every setting".to_owned()
}

fn in_environment(reader: &mut Reader<'_>, asked: &[Key]) {
    let mut known: Vec<String> = OTHERS.iter().map(|&name| name.to_owned()).collect();
    for key in asked {
        for (name, _) in key.variables() {
            if key.secret {
                known.push(format!("{name}_FILE"));
            }
            known.push(name);
        }
    }
    let layers = reader.layers;
    let hint = |name: &str| nearest(name, known.iter().map(String::as_str));
    let is_known = |name: &str| known.iter().any(|known| known == name);
    let mut notices = Vec::new();
    for name in layers
        .around
        .environment
        .keys()
        .filter(|name| ours(name) && !is_known(name))
    {
        let near = hint(name).map_or_else(String::new, |near| format!("; did you mean {near}?"));
        let message = format!("environment {name} is no setting and is not used{near}");
        notices.push(Notice::warning("", message));
    }
    for file in &layers.env_files {
        for line in file.lines.iter().filter(|line| !is_known(&line.name)) {
            let near = hint(&line.name);
            if near.is_none() && !ours(&line.name) {
                continue;
            }
            let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
            let message = format!("{} is no setting and is not used{near}", line.name);
            notices.push(Notice::warning("", message).at(&file.origin(line)));
        }
    }
    for name in layers
        .around
        .unreadable_variables
        .iter()
        .filter(|name| is_known(name))
    {
        let message = format!("environment {name} is not UTF-8 and cannot be used: set it anew");
        notices.push(Notice::error("", message));
    }
    reader.notices.extend(notices);
}

/// Kubernetes describes a service called ddgen to every pod in names like ours.
fn ours(name: &str) -> bool {
    name.starts_with(PREFIX)
        && !name.starts_with("DDGEN_SERVICE_")
        && !name.starts_with("DDGEN_PORT_")
        && !name.starts_with("DDGEN_TUI_")
}
