//! Reading dates and times: the many forms that DateTime.Parse takes, and exact patterns.

use super::calendar::{self, Parts};
use super::{TICKS_PER_DAY, TICKS_PER_MINUTE};
use crate::culture::{DAYS, MONTHS};
use crate::value::{DateTime, DateTimeKind};

/// What reading needs to know of the outside.
#[derive(Clone, Copy)]
pub struct Now {
    /// The local time in ticks, for times without a date and dates without a year.
    pub local_ticks: i64,
    /// Minutes east of UTC.
    pub offset: i32,
}

/// A piece of the text.
#[derive(Debug, PartialEq)]
enum Token<'a> {
    Number(&'a str),
    Word(&'a str),
    Mark(char),
    Blank,
}

/// What has been found so far.
#[derive(Default)]
struct Found {
    numbers: Vec<(u32, usize)>,
    month: Option<u32>,
    /// Whether the month's name stood before the first number.
    month_first: bool,
    clock: Option<(u32, u32, u32, u32)>,
    afternoon: Option<bool>,
    offset: Option<i32>,
    dashes: bool,
}

/// Reads a date and time as DateTime.Parse does in the invariant culture (month before day); `None` when it is none.
pub fn parse(text: &str, now: Now) -> Option<DateTime> {
    let tokens = tokens(text.trim());
    if tokens.is_empty() {
        return None;
    }
    let found = collect(&tokens)?;
    let date = date_of(&found, now)?;
    let clock = clock_of(&found)?;
    let ticks = date + clock;
    Some(match found.offset {
        None => DateTime {
            ticks,
            kind: DateTimeKind::Unspecified,
        },
        // A time with a zone comes out as local time.
        Some(offset) => {
            let utc = ticks - i64::from(offset) * TICKS_PER_MINUTE;
            DateTime {
                ticks: utc + i64::from(now.offset) * TICKS_PER_MINUTE,
                kind: DateTimeKind::Local,
            }
        }
    })
    .filter(|moment| (0..=super::MAX_TICKS).contains(&moment.ticks))
}

/// The minutes east of UTC that a text names, where it names a zone.
pub fn written_offset(text: &str) -> Option<i32> {
    collect(&tokens(text.trim()))?.offset
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = |accept: fn(char) -> bool| rest.find(|next| !accept(next)).unwrap_or(rest.len());
        let (token, used) = if first.is_ascii_digit() {
            let used = length(|next| next.is_ascii_digit());
            (Token::Number(&rest[..used]), used)
        } else if first.is_alphabetic() {
            let used = length(char::is_alphabetic);
            (Token::Word(&rest[..used]), used)
        } else if first.is_whitespace() {
            (Token::Blank, length(char::is_whitespace))
        } else {
            (Token::Mark(first), first.len_utf8())
        };
        tokens.push(token);
        rest = &rest[used..];
    }
    tokens
}

fn collect(tokens: &[Token<'_>]) -> Option<Found> {
    let mut found = Found::default();
    let mut at = 0;
    while at < tokens.len() {
        at += match &tokens[at] {
            Token::Blank => 1,
            Token::Number(_) if found.clock.is_none() && is_clock(tokens, at) => {
                read_clock(tokens, at, &mut found)?
            }
            Token::Number(digits) => {
                if digits.len() > 4 || found.numbers.len() == 3 {
                    return None;
                }
                found.numbers.push((digits.parse().ok()?, digits.len()));
                1
            }
            Token::Word(word) => read_word(word, &mut found)?,
            Token::Mark('/' | ',' | '.') => 1,
            Token::Mark('-' | '+') if found.clock.is_some() => read_offset(tokens, at, &mut found)?,
            Token::Mark('-') => {
                found.dashes = true;
                1
            }
            Token::Mark(_) => return None,
        };
    }
    Some(found)
}

/// Whether a number begins a time of day.
fn is_clock(tokens: &[Token<'_>], at: usize) -> bool {
    let next = |from: usize| tokens[from..].iter().find(|token| **token != Token::Blank);
    match tokens.get(at + 1) {
        Some(Token::Mark(':')) => true,
        _ => matches!(next(at + 1), Some(Token::Word(word)) if meridian(word).is_some()),
    }
}

fn meridian(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    }
}

fn read_clock(tokens: &[Token<'_>], start: usize, found: &mut Found) -> Option<usize> {
    let number = |at: usize| match tokens.get(at) {
        Some(Token::Number(digits)) if digits.len() <= 2 => digits.parse::<u32>().ok(),
        _ => None,
    };
    let (hour, mut minute, mut second, mut fraction) = (number(start)?, 0, 0, 0);
    let mut at = start + 1;
    if tokens.get(at) == Some(&Token::Mark(':')) {
        minute = number(at + 1)?;
        at += 2;
        if tokens.get(at) == Some(&Token::Mark(':')) {
            second = number(at + 1)?;
            at += 2;
            if let (Some(Token::Mark('.' | ',')), Some(Token::Number(digits))) =
                (tokens.get(at), tokens.get(at + 1))
            {
                let seven: String = digits.chars().chain("0000000".chars()).take(7).collect();
                fraction = seven.parse().ok()?;
                at += 2;
            }
        }
    }
    found.clock = Some((hour, minute, second, fraction));
    Some(at - start)
}

fn read_word(word: &str, found: &mut Found) -> Option<usize> {
    let lower = word.to_ascii_lowercase();
    let names = |names: &[&str]| {
        names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(word) || name[..3].eq_ignore_ascii_case(word))
    };
    if let Some(month) = names(&MONTHS) {
        if found.month.is_some() {
            return None;
        }
        found.month = Some(month as u32 + 1);
        found.month_first = found.numbers.is_empty();
    } else if let (Some(afternoon), Some(_)) = (meridian(word), found.clock) {
        found.afternoon = Some(afternoon);
    } else if matches!(lower.as_str(), "z" | "gmt" | "utc") && found.clock.is_some() {
        found.offset = Some(0);
    } else if lower != "t" && names(&DAYS).is_none() {
        return None;
    }
    Some(1)
}

fn read_offset(tokens: &[Token<'_>], at: usize, found: &mut Found) -> Option<usize> {
    let negative = tokens[at] == Token::Mark('-');
    let Some(Token::Number(hours)) = tokens.get(at + 1) else {
        return None;
    };
    let (hours, mut minutes, mut used) = match hours.len() {
        1 | 2 => (hours.parse::<i32>().ok()?, 0, 2),
        4 => (hours[..2].parse().ok()?, hours[2..].parse().ok()?, 2),
        _ => return None,
    };
    if let (Some(Token::Mark(':')), Some(Token::Number(digits))) = (tokens.get(at + 2), tokens.get(at + 3)) {
        minutes = digits.parse().ok()?;
        used = 4;
    }
    let total = hours * 60 + minutes;
    found.offset = (total <= 14 * 60).then_some(if negative { -total } else { total });
    found.offset.map(|_| used)
}

/// The date's ticks: today's without one.
fn date_of(found: &Found, now: Now) -> Option<i64> {
    let this_year = calendar::parts(now.local_ticks).year;
    let (year, month, day) = match (found.month, found.numbers.as_slice()) {
        (None, []) => {
            found.clock?;
            return Some(now.local_ticks - now.local_ticks.rem_euclid(TICKS_PER_DAY));
        }
        (None, [first, second, third]) if first.1 >= 3 => (year_of(*first), second.0, third.0),
        (None, [first, second, third]) => (year_of(*third), first.0, second.0),
        (None, [first, second]) if first.1 >= 3 => (year_of(*first), second.0, 1),
        (None, [first, second]) if second.1 >= 3 => (year_of(*second), first.0, 1),
        (None, [first, second]) => (this_year, first.0, second.0),
        (Some(month), [first, second]) if first.1 >= 3 => (year_of(*first), month, second.0),
        (Some(month), [day, year]) => (year_of(*year), month, day.0),
        (Some(month), [only]) if only.1 >= 3 || only.0 > 31 => (year_of(*only), month, 1),
        (Some(month), [only]) => (this_year, month, only.0),
        _ => return None,
    };
    calendar::ticks(&Parts {
        year,
        month,
        day,
        hour: 0,
        minute: 0,
        second: 0,
        fraction: 0,
    })
}

/// Two digits are the years 1950 to 2049.
fn year_of((number, digits): (u32, usize)) -> i32 {
    match digits {
        1 | 2 if number < 50 => number as i32 + 2000,
        1 | 2 => number as i32 + 1900,
        _ => number as i32,
    }
}

/// The time of day in ticks.
fn clock_of(found: &Found) -> Option<i64> {
    let Some((mut hour, minute, second, fraction)) = found.clock else {
        return Some(0);
    };
    if let Some(afternoon) = found.afternoon {
        if hour > 12 {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    let fits = hour < 24 && minute < 60 && second < 60;
    fits.then(|| {
        i64::from((hour * 60 + minute) * 60 + second) * super::TICKS_PER_SECOND + i64::from(fraction)
    })
}

/// Reads a text by an exact .NET pattern; `None` when it does not fit.
pub fn parse_exact(text: &str, pattern: &str, now: Now) -> Option<DateTime> {
    let pattern = match pattern {
        "d" => "MM/dd/yyyy",
        "D" => "dddd, dd MMMM yyyy",
        "s" => "yyyy-MM-dd'T'HH:mm:ss",
        "u" => "yyyy-MM-dd HH:mm:ss'Z'",
        "o" | "O" => "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
        "r" | "R" => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        "t" => "HH:mm",
        "T" => "HH:mm:ss",
        "g" => "MM/dd/yyyy HH:mm",
        "G" => "MM/dd/yyyy HH:mm:ss",
        other => other,
    };
    let mut exact = Exact {
        rest: text,
        parts: Vec::new(),
        afternoon: None,
        offset: None,
    };
    exact.read(&pattern.chars().collect::<Vec<_>>())?;
    exact.finish(now)
}

struct Exact<'a> {
    rest: &'a str,
    parts: Vec<(char, u32)>,
    afternoon: Option<bool>,
    offset: Option<i32>,
}

impl Exact<'_> {
    fn read(&mut self, letters: &[char]) -> Option<()> {
        let mut at = 0;
        while at < letters.len() {
            let letter = letters[at];
            let run = letters[at..].iter().take_while(|next| **next == letter).count();
            at += match letter {
                'y' | 'M' | 'd' | 'h' | 'H' | 'm' | 's' | 'f' | 'F' | 't' | 'z' | 'K' => {
                    self.field(letter, run)?;
                    run
                }
                '%' => 1,
                '\\' => {
                    self.literal(*letters.get(at + 1)?)?;
                    2
                }
                '\'' | '"' => {
                    let end = letters[at + 1..].iter().position(|next| *next == letter)?;
                    for literal in &letters[at + 1..at + 1 + end] {
                        self.literal(*literal)?;
                    }
                    end + 2
                }
                other => {
                    self.literal(other)?;
                    1
                }
            };
        }
        self.rest.is_empty().then_some(())
    }

    fn literal(&mut self, literal: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(literal)?;
        Some(())
    }

    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let count = self
            .rest
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        if count < least {
            return None;
        }
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        digits.parse().ok()
    }

    fn field(&mut self, letter: char, run: usize) -> Option<()> {
        match (letter, run) {
            ('M', 3..) => self.name(&MONTHS, run, 'M'),
            ('d', 3..) => self.name(&DAYS, run, 'w'),
            ('f' | 'F', _) => {
                let before = self.rest.len();
                let number = self
                    .digits(if letter == 'f' { run } else { 0 }, run.min(7))
                    .unwrap_or(0);
                let count = before - self.rest.len();
                if letter == 'f' && count < run {
                    return None;
                }
                self.parts.push(('f', number * 10u32.pow(7 - count as u32)));
                Some(())
            }
            ('t', _) => {
                let length = run.min(2);
                let word = self.rest.get(..length)?;
                let whole = if length == 1 {
                    format!("{word}m")
                } else {
                    word.to_owned()
                };
                self.afternoon = Some(meridian(&whole)?);
                self.rest = &self.rest[length..];
                Some(())
            }
            ('z' | 'K', _) => self.zone(),
            _ => {
                let (least, most) = if letter == 'y' && run >= 3 {
                    (run, run)
                } else {
                    (run.min(2), 2)
                };
                let number = self.digits(least, most)?;
                let number = if letter == 'y' && run <= 2 {
                    year_of((number, 2)) as u32
                } else {
                    number
                };
                self.parts.push((letter, number));
                Some(())
            }
        }
    }

    fn name(&mut self, names: &[&str], run: usize, part: char) -> Option<()> {
        let (at, length) = names.iter().enumerate().find_map(|(at, name)| {
            let name = if run == 3 { &name[..3] } else { name };
            let fits = self
                .rest
                .get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name));
            fits.then_some((at, name.len()))
        })?;
        self.rest = &self.rest[length..];
        self.parts.push((part, at as u32 + 1));
        Some(())
    }

    fn zone(&mut self) -> Option<()> {
        if let Some(rest) = self.rest.strip_prefix('Z') {
            (self.rest, self.offset) = (rest, Some(0));
            return Some(());
        }
        let negative = match self.rest.chars().next() {
            Some('-') => true,
            Some('+') => false,
            _ => return Some(()),
        };
        self.rest = &self.rest[1..];
        let hours = self.digits(1, 2)?;
        let minutes = match self.rest.strip_prefix(':') {
            Some(rest) => {
                self.rest = rest;
                self.digits(2, 2)?
            }
            None => 0,
        };
        let total = (hours * 60 + minutes) as i32;
        self.offset = Some(if negative { -total } else { total });
        Some(())
    }

    fn finish(&self, now: Now) -> Option<DateTime> {
        let part = |letter: char| {
            self.parts
                .iter()
                .rev()
                .find(|part| part.0 == letter)
                .map(|part| part.1)
        };
        let today = calendar::parts(now.local_ticks);
        let dated = part('y').or(part('M')).or(part('d')).is_some();
        let year = part('y').map_or(today.year, |year| year as i32);
        let mut hour = part('H').or(part('h')).unwrap_or(0);
        if let Some(afternoon) = self.afternoon {
            hour = hour % 12 + if afternoon { 12 } else { 0 };
        }
        let parts = Parts {
            year,
            month: part('M').unwrap_or(if dated { 1 } else { today.month }),
            day: part('d').unwrap_or(if dated { 1 } else { today.day }),
            hour,
            minute: part('m').unwrap_or(0),
            second: part('s').unwrap_or(0),
            fraction: part('f').unwrap_or(0),
        };
        let ticks = calendar::ticks(&parts)?;
        Some(match self.offset {
            None => DateTime {
                ticks,
                kind: DateTimeKind::Unspecified,
            },
            Some(offset) => DateTime {
                ticks: ticks + i64::from(now.offset - offset) * TICKS_PER_MINUTE,
                kind: DateTimeKind::Local,
            },
        })
    }
}
