//! Progress bars: one line each at the bottom of the terminal, drawn over themselves.

use std::collections::BTreeMap;

use plenum_lang::cmdlet::Progress;

use super::cell;

/// Columns of the bar itself.
const BAR: usize = 30;

/// The bars that are shown.
#[derive(Debug, Default)]
pub struct ProgressBars {
    shown: BTreeMap<i32, String>,
}

impl ProgressBars {
    /// Takes an update and gives the text that redraws the bars: up over the old ones, then each anew.
    pub fn update(&mut self, progress: &Progress, width: usize) -> String {
        let before = self.shown.len();
        if progress.completed {
            self.shown.remove(&progress.id);
        } else {
            self.shown.insert(progress.id, line(progress, width));
        }
        let mut text = String::new();
        if before > 0 {
            text.push_str(&format!("\u{1b}[{before}A"));
        }
        // Everything below the first bar is cleared, so bars that ended leave nothing behind.
        text.push_str("\r\u{1b}[J");
        for line in self.shown.values() {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

fn line(progress: &Progress, width: usize) -> String {
    let bar = match progress.percent {
        Some(percent) => {
            let percent = usize::from(percent.min(100));
            let filled = BAR * percent / 100;
            format!(
                "[{}{}] {percent:>3}%",
                "#".repeat(filled),
                " ".repeat(BAR - filled)
            )
        }
        None => String::new(),
    };
    let text = format!("{} {bar} {}", progress.activity, progress.status);
    cell::cut(
        &cell::first_line(text.trim_end()),
        width.saturating_sub(1).max(1),
        false,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_completed_bar_leaves_no_line() {
        let mut bars = ProgressBars::default();
        let running = Progress {
            activity: "Copy".into(),
            status: "half".into(),
            percent: Some(50),
            ..Progress::default()
        };
        assert!(bars.update(&running, 80).contains("50% half\n"));
        let last = bars.update(
            &Progress {
                completed: true,
                ..running
            },
            80,
        );
        assert_eq!(last, "\u{1b}[1A\r\u{1b}[J");
    }
}
