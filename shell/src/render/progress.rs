//! Progress bars: one line each at the bottom of the terminal, drawn over themselves.

use std::collections::BTreeMap;

use plenum_lang::cmdlet::Progress;
use plenum_lang::members::style::ProgressLook;

use super::cell;

/// Columns of the bar itself.
const BAR: usize = 30;

/// The bars that are shown.
#[derive(Debug, Default)]
pub struct ProgressBars {
    /// How they look.
    pub look: ProgressLook,
    /// By source and number: the bar it belongs below, and its line.
    shown: BTreeMap<(i64, i32), (Option<i32>, String)>,
    /// Lines that stand on the screen.
    drawn: usize,
}

impl ProgressBars {
    /// Takes an update and gives the text that redraws the bars: up over the old ones, then each anew.
    pub fn update(&mut self, progress: &Progress, width: usize) -> String {
        if progress.completed {
            self.shown.remove(&(progress.source, progress.id));
            let below = progress.id;
            self.shown
                .retain(|(source, _), (parent, _)| *source != progress.source || *parent != Some(below));
        } else {
            let line = line(progress, self.level(progress), width, &self.look);
            self.shown
                .insert((progress.source, progress.id), (progress.parent, line));
        }
        self.erase() + &self.draw()
    }

    /// What takes the bars off the screen; they come back with the next [`ProgressBars::draw`]. Everything below the
    /// first one is cleared, so bars that ended leave nothing behind.
    pub fn erase(&mut self) -> String {
        match std::mem::take(&mut self.drawn) {
            0 => String::new(),
            lines => format!("\u{1b}[{lines}A\r\u{1b}[J"),
        }
    }

    /// What puts the bars on the screen.
    pub fn draw(&mut self) -> String {
        let lines = self.in_order(None);
        self.drawn = lines.len();
        lines.into_iter().map(|line| line + "\n").collect()
    }

    /// Forgets all bars, and takes them off the screen.
    pub fn clear(&mut self) -> String {
        self.shown.clear();
        self.erase()
    }

    /// How many bars a new one stands below.
    fn level(&self, progress: &Progress) -> usize {
        let mut level = 0;
        let mut parent = progress.parent;
        while let Some(id) = parent
            && level < self.shown.len()
        {
            level += 1;
            parent = self
                .shown
                .get(&(progress.source, id))
                .and_then(|(parent, _)| *parent);
        }
        level
    }

    /// Bars with those that belong below them, each under its own.
    fn in_order(&self, below: Option<(i64, i32)>) -> Vec<String> {
        let known = |source: i64, id: Option<i32>| {
            id.map(|id| (source, id))
                .filter(|key| self.shown.contains_key(key))
        };
        let mut lines = Vec::new();
        for (key, (parent, line)) in &self.shown {
            if known(key.0, parent.filter(|parent| *parent != key.1)) == below {
                lines.push(line.clone());
                if lines.len() <= self.shown.len() {
                    lines.extend(self.in_order(Some(*key)));
                }
            }
        }
        lines
    }
}

fn line(progress: &Progress, level: usize, width: usize, look: &ProgressLook) -> String {
    let indent = "  ".repeat(level);
    let bar = match progress.percent {
        Some(percent) => {
            let percent = usize::from(percent.min(100));
            let filled = BAR * percent / 100;
            let (done, left) = ("#".repeat(filled), " ".repeat(BAR - filled));
            format!("[{done}{left}] {percent:>3}%")
        }
        None => String::new(),
    };
    let text = if look.classic {
        format!("{indent}{}: {} {bar}", progress.activity, progress.status)
    } else {
        format!("{indent}{} {bar} {}", progress.activity, progress.status)
    };
    let columns = width.saturating_sub(1).min(look.most).max(1);
    let line = cell::cut(&cell::first_line(text.trim_end()), columns, false);
    match look.style.is_empty() {
        true => line,
        false => format!("{}{line}\u{1b}[0m", look.style),
    }
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
        assert!(bars.update(&running, 80).contains("50% half\u{1b}[0m\n"));
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
