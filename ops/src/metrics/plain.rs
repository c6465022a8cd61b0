//! The older text format of Prometheus (0.0.4), for whoever does not ask for OpenMetrics:
//! `promtool check metrics`, and collectors of other makers.

use std::fmt::Write;

/// Rewrites what is ours of OpenMetrics: a counter is named as its sample is, an info is a gauge, and there
/// are no units and no end.
pub(super) fn plain(openmetrics: &str) -> String {
    let mut text = String::with_capacity(openmetrics.len() + 1024);
    let mut help = None;
    for line in openmetrics.lines() {
        let mut words = line.splitn(4, ' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some("HELP"), Some(name), says) => {
                help = says.map(|says| (name, says));
            }
            (Some("#"), Some("TYPE"), Some(name), Some(kind)) => {
                let (end, kind) = match kind {
                    "counter" => ("_total", "counter"),
                    "info" => ("_info", "gauge"),
                    "unknown" => ("", "untyped"),
                    kind => ("", kind),
                };
                if let Some((_, says)) = help.take().filter(|(of, _)| *of == name) {
                    let _ = writeln!(text, "# HELP {name}{end} {says}");
                }
                let _ = writeln!(text, "# TYPE {name}{end} {kind}");
            }
            (Some("#"), ..) => {}
            _ => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_older_format_does_not_know_is_said_in_its_words() {
        let openmetrics = "# HELP a_seconds How long it took.\n# TYPE a_seconds counter\n\
            # UNIT a_seconds seconds\na_seconds_total{b=\"# c\"} 1\n# HELP d Which.\n# TYPE d info\n\
            d_info{v=\"1\"} 1\n# TYPE e gauge\ne 2\n# EOF\n";
        let expected = "# HELP a_seconds_total How long it took.\n# TYPE a_seconds_total counter\n\
            a_seconds_total{b=\"# c\"} 1\n# HELP d_info Which.\n# TYPE d_info gauge\nd_info{v=\"1\"} 1\n\
            # TYPE e gauge\ne 2\n";
        assert_eq!(plain(openmetrics), expected);
    }
}
