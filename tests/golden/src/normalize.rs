//! Makes outputs comparable: what differs from run to run is replaced by what it is.

use std::sync::LazyLock;

use fancy_regex::Regex;

static RULES: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    [
        (
            r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
            "00000000-0000-0000-0000-000000000000",
        ),
        (r"\b00:00:0\d\.\d{7}\b", "00:00:00.0000000"),
        (
            r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\b",
            "2026-01-01T00:00:00Z",
        ),
        (r"(?<=per Second=)\d+(\.\d+)?", "0"),
        (r"(127\.0\.0\.1:)(3[2-9]|4\d|5\d|6[0-5])\d{3}\b", "${1}50000"),
    ]
    .into_iter()
    .map(|(pattern, replacement)| (Regex::new(pattern).expect("a valid pattern"), replacement))
    .collect()
});

/// Replaces the page's folder and address, then what the rules name. Blanks at line ends go too.
pub fn normalize(output: &str, folder: &str, address: &str) -> String {
    let mut text = output
        .replace(folder, "/deployment")
        .replace(address, "127.0.0.1");
    for (rule, replacement) in RULES.iter() {
        text = rule.replace_all(&text, *replacement).into_owned();
    }
    let mut clean: String = text
        .lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect();
    if clean == "\n" {
        clean.clear();
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_run_to_run_is_named() {
        let output = "id 0c5f3e52-9a7a-4b1a-8d60-0f53f0c1a111 in /tmp/x/state on 127.9.8.7:15060  \nLatency 00:00:00.0123456\n";
        assert_eq!(
            normalize(output, "/tmp/x", "127.9.8.7"),
            "id 00000000-0000-0000-0000-000000000000 in /deployment/state on 127.0.0.1:15060\nLatency 00:00:00.0000000\n"
        );
    }
}
