//! System.DateTime: standard and custom formats in the culture en-US and the invariant one. Before AM and PM stands a
//! narrow no-break space, as ICU has it.

use super::calendar::{self, Parts};
use crate::culture::{DAYS, MONTHS, abbreviated};
use crate::value::{DateTime, DateTimeKind};

/// The invariant text: `02/29/2024 13:04:05`.
pub fn invariant(moment: DateTime) -> String {
    let parts = calendar::parts(moment.ticks);
    let Parts {
        year,
        month,
        day,
        hour,
        minute,
        second,
        ..
    } = parts;
    format!("{month:02}/{day:02}/{year:04} {hour:02}:{minute:02}:{second:02}")
}

/// By a .NET format in en-US; `offset` is the zone's minutes east of UTC for a local time. `None` when the format is
/// not one.
pub fn format(moment: DateTime, format: &str, offset: i32) -> Option<String> {
    let pattern = match format {
        "" | "G" => "M/d/yyyy h:mm:ss\u{202f}tt",
        "d" => "M/d/yyyy",
        "D" => "dddd, MMMM d, yyyy",
        "f" => "dddd, MMMM d, yyyy h:mm\u{202f}tt",
        "F" => "dddd, MMMM d, yyyy h:mm:ss\u{202f}tt",
        "g" => "M/d/yyyy h:mm\u{202f}tt",
        "m" | "M" => "MMMM d",
        "o" | "O" => "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
        "r" | "R" => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        "s" => "yyyy-MM-dd'T'HH:mm:ss",
        "t" => "h:mm\u{202f}tt",
        "T" => "h:mm:ss\u{202f}tt",
        "u" => "yyyy-MM-dd HH:mm:ss'Z'",
        "U" => {
            let utc = match moment.kind {
                DateTimeKind::Utc => moment,
                _ => DateTime {
                    ticks: moment.ticks - i64::from(offset) * super::TICKS_PER_MINUTE,
                    kind: DateTimeKind::Utc,
                },
            };
            return custom(utc, "dddd, MMMM d, yyyy h:mm:ss\u{202f}tt", 0);
        }
        "y" | "Y" => "MMMM yyyy",
        _ if format.chars().count() == 1 => return None,
        custom => custom,
    };
    custom(moment, pattern, offset)
}

fn custom(moment: DateTime, pattern: &str, offset: i32) -> Option<String> {
    let parts = calendar::parts(moment.ticks);
    let letters: Vec<char> = pattern.chars().collect();
    let (mut at, mut text) = (0, String::new());
    while at < letters.len() {
        let letter = letters[at];
        let run = letters[at..].iter().take_while(|next| **next == letter).count();
        at += match letter {
            '\\' => {
                text.push(*letters.get(at + 1)?);
                2
            }
            '%' => {
                if letters.get(at + 1).is_none_or(|next| *next == '%') {
                    return None;
                }
                1
            }
            '\'' | '"' => {
                let end = letters[at + 1..].iter().position(|next| *next == letter)?;
                text.extend(&letters[at + 1..at + 1 + end]);
                end + 2
            }
            _ => match field(letter, run, moment, &parts, offset)? {
                Some(part) => {
                    text.push_str(&part);
                    run
                }
                None => {
                    text.push(letter);
                    1
                }
            },
        };
    }
    Some(text)
}

/// The text of a field; `Some(None)` for a letter that stands for itself.
fn field(letter: char, run: usize, moment: DateTime, parts: &Parts, offset: i32) -> Option<Option<String>> {
    let number = |number: u32| format!("{number:0width$}", width = run.min(2));
    let twelve = (parts.hour + 11) % 12 + 1;
    Some(Some(match letter {
        'd' if run <= 2 => number(parts.day),
        'd' => named(DAYS[calendar::day_of_week(moment.ticks)], run),
        'M' if run <= 2 => number(parts.month),
        'M' => named(MONTHS[(parts.month as usize).saturating_sub(1)], run),
        'y' if run <= 2 => number((parts.year % 100) as u32),
        'y' => format!("{:0run$}", parts.year),
        'h' => number(twelve),
        'H' => number(parts.hour),
        'm' => number(parts.minute),
        's' => number(parts.second),
        'f' | 'F' => {
            if run > 7 {
                return None;
            }
            let digits = format!("{:07}", parts.fraction);
            if letter == 'f' {
                digits[..run].to_owned()
            } else {
                digits[..run].trim_end_matches('0').to_owned()
            }
        }
        't' => {
            let mark = if parts.hour < 12 { "AM" } else { "PM" };
            mark[..run.min(2)].to_owned()
        }
        'g' => "A.D.".to_owned(),
        'K' => (0..run).map(|_| zone(moment, offset)).collect(),
        'z' => offset_text(
            if moment.kind == DateTimeKind::Utc {
                0
            } else {
                offset
            },
            run,
        ),
        ':' => ":".repeat(run),
        '/' => "/".repeat(run),
        _ => return Some(None),
    }))
}

fn named(name: &'static str, run: usize) -> String {
    if run == 3 { abbreviated(name) } else { name }.to_owned()
}

fn zone(moment: DateTime, offset: i32) -> String {
    match moment.kind {
        DateTimeKind::Unspecified => String::new(),
        DateTimeKind::Utc => "Z".to_owned(),
        DateTimeKind::Local => offset_text(offset, 3),
    }
}

fn offset_text(minutes: i32, run: usize) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    match run {
        1 => format!("{sign}{hours}"),
        2 => format!("{sign}{hours:02}"),
        _ => format!("{sign}{hours:02}:{rest:02}"),
    }
}
