//! System.TimeSpan: texts and formats.

use super::{TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND};

/// The text `[-][d.]hh:mm:ss[.fffffff]`, format `c`.
pub fn text(ticks: i64) -> String {
    let (sign, days, hours, minutes, seconds, fraction) = parts(ticks);
    let days = if days > 0 {
        format!("{days}.")
    } else {
        String::new()
    };
    let fraction = if fraction > 0 {
        format!(".{fraction:07}")
    } else {
        String::new()
    };
    format!("{sign}{days}{hours:02}:{minutes:02}:{seconds:02}{fraction}")
}

/// Sign, days, hours, minutes, seconds, ticks below the second.
fn parts(ticks: i64) -> (&'static str, u64, u64, u64, u64, u64) {
    let length = ticks.unsigned_abs();
    let part = |unit: i64, modulus: u64| length / unit as u64 % modulus;
    (
        if ticks < 0 { "-" } else { "" },
        length / TICKS_PER_DAY as u64,
        part(TICKS_PER_HOUR, 24),
        part(TICKS_PER_MINUTE, 60),
        part(TICKS_PER_SECOND, 60),
        length % TICKS_PER_SECOND as u64,
    )
}

/// A time span by a .NET format; `None` when the format is not one.
pub fn format(ticks: i64, format: &str) -> Option<String> {
    match format {
        "" | "c" | "t" | "T" => return Some(text(ticks)),
        "g" | "G" => return Some(general(ticks, format == "G")),
        _ if format.chars().count() == 1 => return None,
        _ => {}
    }
    custom(ticks, format)
}

fn general(ticks: i64, long: bool) -> String {
    let (sign, days, hours, minutes, seconds, fraction) = parts(ticks);
    if long {
        return format!("{sign}{days}:{hours:02}:{minutes:02}:{seconds:02}.{fraction:07}");
    }
    let days = if days > 0 {
        format!("{days}:")
    } else {
        String::new()
    };
    let fraction = match format!("{fraction:07}").trim_end_matches('0') {
        "" => String::new(),
        digits => format!(".{digits}"),
    };
    format!("{sign}{days}{hours}:{minutes:02}:{seconds:02}{fraction}")
}

fn custom(ticks: i64, format: &str) -> Option<String> {
    let (_, days, hours, minutes, seconds, fraction) = parts(ticks);
    let characters: Vec<char> = format.chars().collect();
    let (mut at, mut text) = (0, String::new());
    while at < characters.len() {
        let letter = characters[at];
        let run = characters[at..]
            .iter()
            .take_while(|next| **next == letter)
            .count();
        at += match letter {
            'd' if run <= 8 => {
                text.push_str(&format!("{days:0run$}"));
                run
            }
            'h' | 'm' | 's' if run <= 2 => {
                let number = if letter == 'h' {
                    hours
                } else if letter == 'm' {
                    minutes
                } else {
                    seconds
                };
                text.push_str(&format!("{number:0run$}"));
                run
            }
            'f' | 'F' if run <= 7 => {
                let digits = &format!("{fraction:07}")[..run];
                text.push_str(if letter == 'F' {
                    digits.trim_end_matches('0')
                } else {
                    digits
                });
                run
            }
            '\\' => {
                text.push(*characters.get(at + 1)?);
                2
            }
            '%' if characters.get(at + 1).is_some_and(|next| *next != '%') => 1,
            '\'' | '"' => {
                let end = characters[at + 1..].iter().position(|next| *next == letter)?;
                text.extend(&characters[at + 1..at + 1 + end]);
                end + 2
            }
            _ => return None,
        };
    }
    Some(text)
}

/// Reads `[-][d.]hh:mm[:ss[.fffffff]]`, `d`, `d:hh:mm:ss`; `None` for anything else or parts out of range.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, body) = match text.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, text),
    };
    let length = parse_length(body)?;
    i64::try_from(if negative { -length } else { length }).ok()
}

fn parse_length(body: &str) -> Option<i128> {
    let number = |text: &str, limit: u64| -> Option<i128> {
        let fits = !text.is_empty() && text.len() <= 8 && text.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| text.parse::<u64>().ok())
            .flatten()
            .filter(|number| *number <= limit)
            .map(i128::from)
    };
    if !body.contains(':') {
        return number(body, 10_675_199).map(|days| days * i128::from(TICKS_PER_DAY));
    }
    let parts: Vec<&str> = body.split(':').collect();
    let (mut days, mut clock) = (0, parts.clone());
    if let Some((day, hour)) = parts[0].split_once('.') {
        days = number(day, 10_675_199)?;
        clock[0] = hour;
    } else if parts.len() == 4 {
        days = number(parts[0], 10_675_199)?;
        clock.remove(0);
    }
    if clock.len() > 3 || clock.len() < 2 {
        return None;
    }
    let (mut seconds, mut fraction) = (0, 0);
    if let Some(last) = clock.get(2) {
        let (whole, digits) = last.split_once('.').unwrap_or((last, ""));
        seconds = number(whole, 59)?;
        if digits.len() > 7 || last.ends_with('.') {
            return None;
        }
        fraction = if digits.is_empty() {
            0
        } else {
            number(&format!("{digits:0<7}"), 9_999_999)?
        };
    }
    let (hours, minutes) = (number(clock[0], 23)?, number(clock[1], 59)?);
    Some(
        days * i128::from(TICKS_PER_DAY)
            + hours * i128::from(TICKS_PER_HOUR)
            + minutes * i128::from(TICKS_PER_MINUTE)
            + seconds * i128::from(TICKS_PER_SECOND)
            + fraction,
    )
}
