//! What cultures say of dates, numbers and texts: DateTimeFormatInfo, NumberFormatInfo, TextInfo, Calendar. There are two:
//! the invariant culture, and en-US, whose ways every other culture has here.

use std::sync::Arc;

use super::{World, fault};
use crate::convert;
use crate::error::Result;
use crate::types::{Type, resolve};
use crate::value::{Instance, Value};

/// Which part of a culture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Dates,
    Numbers,
    Texts,
    Calendar,
}

/// A part of a culture.
pub struct CultureFormat {
    part: Part,
    invariant: bool,
    culture: Arc<str>,
}

const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Name, the invariant culture's pattern, that of en-US.
const PATTERNS: &[(&str, &str, &str)] = &[
    ("AMDesignator", "AM", "AM"),
    ("PMDesignator", "PM", "PM"),
    ("DateSeparator", "/", "/"),
    ("TimeSeparator", ":", ":"),
    (
        "FullDateTimePattern",
        "dddd, dd MMMM yyyy HH:mm:ss",
        "dddd, MMMM d, yyyy h:mm:ss\u{202f}tt",
    ),
    ("LongDatePattern", "dddd, dd MMMM yyyy", "dddd, MMMM d, yyyy"),
    ("LongTimePattern", "HH:mm:ss", "h:mm:ss\u{202f}tt"),
    ("MonthDayPattern", "MMMM dd", "MMMM d"),
    (
        "RFC1123Pattern",
        "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
        "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    ),
    ("ShortDatePattern", "MM/dd/yyyy", "M/d/yyyy"),
    ("ShortTimePattern", "HH:mm", "h:mm\u{202f}tt"),
    (
        "SortableDateTimePattern",
        "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
        "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
    ),
    (
        "UniversalSortableDateTimePattern",
        "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
        "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
    ),
    ("YearMonthPattern", "yyyy MMMM", "MMMM yyyy"),
    ("NativeCalendarName", "Gregorian Calendar", "Gregorian Calendar"),
];

/// The texts of numbers: name, invariant, en-US.
const SIGNS: &[(&str, &str, &str)] = &[
    ("CurrencyDecimalSeparator", ".", "."),
    ("CurrencyGroupSeparator", ",", ","),
    ("CurrencySymbol", "\u{a4}", "$"),
    ("NaNSymbol", "NaN", "NaN"),
    ("NegativeInfinitySymbol", "-Infinity", "-\u{221e}"),
    ("NegativeSign", "-", "-"),
    ("NumberDecimalSeparator", ".", "."),
    ("NumberGroupSeparator", ",", ","),
    ("PercentDecimalSeparator", ".", "."),
    ("PercentGroupSeparator", ",", ","),
    ("PercentSymbol", "%", "%"),
    ("PerMilleSymbol", "\u{2030}", "\u{2030}"),
    ("PositiveInfinitySymbol", "Infinity", "\u{221e}"),
    ("PositiveSign", "+", "+"),
];

/// The numbers of numbers.
const COUNTS: &[(&str, i32, i32)] = &[
    ("CurrencyDecimalDigits", 2, 2),
    ("CurrencyNegativePattern", 0, 1),
    ("CurrencyPositivePattern", 0, 0),
    ("NumberDecimalDigits", 2, 3),
    ("NumberNegativePattern", 1, 1),
    ("PercentDecimalDigits", 2, 3),
    ("PercentNegativePattern", 0, 1),
    ("PercentPositivePattern", 0, 1),
];

/// The part of a culture that one of its properties is.
pub fn part(culture: &str, name: &str) -> Option<Value> {
    let part = match name.to_ascii_lowercase().as_str() {
        "datetimeformat" => Part::Dates,
        "numberformat" => Part::Numbers,
        "textinfo" => Part::Texts,
        "calendar" => Part::Calendar,
        _ => return None,
    };
    Some(of_part(culture, part))
}

fn of_part(culture: &str, part: Part) -> Value {
    Value::instance(CultureFormat {
        part,
        invariant: culture.is_empty(),
        culture: Arc::from(culture),
    })
}

/// `[DateTimeFormatInfo]::InvariantInfo`, `CurrentInfo`, and those of NumberFormatInfo.
pub fn constant(dates: bool, name: &str) -> Option<Value> {
    let culture = match name.to_ascii_lowercase().as_str() {
        "invariantinfo" => "",
        "currentinfo" => "en-US",
        _ => return None,
    };
    Some(of_part(culture, if dates { Part::Dates } else { Part::Numbers }))
}

impl CultureFormat {
    fn text_of(&self, table: &[(&str, &'static str, &'static str)], name: &str) -> Option<Value> {
        let (_, invariant, own) = table
            .iter()
            .find(|(known, ..)| known.eq_ignore_ascii_case(name))?;
        Some(Value::from(if self.invariant { *invariant } else { *own }))
    }

    fn of_dates(&self, name: &str) -> Option<Value> {
        let short = |names: &[&str], length: usize| Value::strings(names.iter().map(|name| &name[..length]));
        // A thirteenth month is for calendars that have one.
        let months = |length: Option<usize>| {
            let names = MONTHS
                .iter()
                .map(move |name| length.map_or(*name, |length| &name[..length]));
            Value::strings(names.chain([""]))
        };
        let listed = match name.to_ascii_lowercase().as_str() {
            "daynames" => Value::strings(DAYS),
            "abbreviateddaynames" => short(&DAYS, 3),
            "shortestdaynames" if self.invariant => short(&DAYS, 2),
            "shortestdaynames" => short(&DAYS, 1),
            "monthnames" | "monthgenitivenames" => months(None),
            "abbreviatedmonthnames" | "abbreviatedmonthgenitivenames" => months(Some(3)),
            "firstdayofweek" => Value::enumeration(resolve("System.DayOfWeek")?, 0),
            "calendarweekrule" => Value::enumeration(resolve("System.Globalization.CalendarWeekRule")?, 0),
            "calendar" => of_part(&self.culture, Part::Calendar),
            "isreadonly" => Value::Bool(true),
            _ => return self.text_of(PATTERNS, name),
        };
        Some(listed)
    }

    fn of_numbers(&self, name: &str) -> Option<Value> {
        if let Some((_, invariant, own)) = COUNTS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name))
        {
            return Some(Value::Int(if self.invariant { *invariant } else { *own }));
        }
        let three = || Value::array_of(Type::INT32, vec![Value::Int(3)]);
        match name.to_ascii_lowercase().as_str() {
            "numbergroupsizes" | "currencygroupsizes" | "percentgroupsizes" => Some(three()),
            "nativedigits" => Some(Value::strings((0..10).map(|digit| digit.to_string()))),
            "digitsubstitution" => Some(Value::enumeration(
                resolve("System.Globalization.DigitShapes")?,
                1,
            )),
            "isreadonly" => Some(Value::Bool(true)),
            _ => self.text_of(SIGNS, name),
        }
    }
}

impl Instance for CultureFormat {
    fn type_name(&self) -> Arc<str> {
        Arc::from(match self.part {
            Part::Dates => "System.Globalization.DateTimeFormatInfo",
            Part::Numbers => "System.Globalization.NumberFormatInfo",
            Part::Texts => "System.Globalization.TextInfo",
            Part::Calendar => "System.Globalization.GregorianCalendar",
        })
    }

    fn to_text(&self) -> String {
        match self.part {
            Part::Texts => format!("TextInfo - {}", self.culture),
            _ => self.type_name().to_string(),
        }
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        let names: Vec<&str> = match self.part {
            Part::Dates => {
                let lists = [
                    "AbbreviatedDayNames",
                    "ShortestDayNames",
                    "DayNames",
                    "AbbreviatedMonthNames",
                    "MonthNames",
                ];
                let others = ["Calendar", "FirstDayOfWeek", "CalendarWeekRule", "IsReadOnly"];
                PATTERNS
                    .iter()
                    .map(|(name, ..)| *name)
                    .chain(others)
                    .chain(lists)
                    .collect()
            }
            Part::Numbers => {
                let others = [
                    "CurrencyGroupSizes",
                    "NumberGroupSizes",
                    "PercentGroupSizes",
                    "NativeDigits",
                    "DigitSubstitution",
                    "IsReadOnly",
                ];
                let counts = COUNTS.iter().map(|(name, ..)| *name);
                counts
                    .chain(others)
                    .chain(SIGNS.iter().map(|(name, ..)| *name))
                    .collect()
            }
            Part::Texts => vec![
                "ANSICodePage",
                "CultureName",
                "IsReadOnly",
                "IsRightToLeft",
                "LCID",
                "ListSeparator",
            ],
            Part::Calendar => vec![
                "AlgorithmType",
                "CalendarType",
                "Eras",
                "TwoDigitYearMax",
                "IsReadOnly",
            ],
        };
        names.into_iter().map(Arc::from).collect()
    }

    fn property(&self, name: &str) -> Option<Value> {
        match (self.part, name.to_ascii_lowercase().as_str()) {
            (Part::Dates, _) => self.of_dates(name),
            (Part::Numbers, _) => self.of_numbers(name),
            (Part::Texts, "listseparator") => Some(Value::from(",")),
            (Part::Texts, "culturename") => Some(Value::from(self.culture.as_ref())),
            (Part::Texts, "ansicodepage") => Some(Value::Int(1252)),
            (Part::Texts, "lcid") => Some(Value::Int(if self.invariant { 127 } else { 1033 })),
            (Part::Texts, "isrighttoleft") => Some(Value::Bool(false)),
            (Part::Calendar, "twodigityearmax") => Some(Value::Int(2049)),
            (Part::Calendar, "calendartype") => Some(Value::from("Localized")),
            (Part::Calendar, "algorithmtype") => Some(Value::from("SolarCalendar")),
            (Part::Calendar, "eras") => Some(Value::array_of(Type::INT32, vec![Value::Int(1)])),
            (_, "isreadonly") => Some(Value::Bool(true)),
            _ => None,
        }
    }

    fn call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
        let [argument] = arguments else { return None };
        match (self.part, name.to_ascii_lowercase().as_str()) {
            (Part::Dates, method @ ("getdayname" | "getabbreviateddayname" | "getshortestdayname")) => {
                let day = resolve("System.DayOfWeek")
                    .map_or(Ok(Value::Null), |of| convert::to(argument, &of, world));
                let length = match method {
                    "getdayname" => None,
                    "getabbreviateddayname" => Some(3),
                    _ => Some(2),
                };
                Some(day.map(|day| match day {
                    Value::Enum(member) => named(&DAYS, member.bits, length),
                    _ => Value::Null,
                }))
            }
            (Part::Dates, method @ ("getmonthname" | "getabbreviatedmonthname")) => {
                let length = (method == "getabbreviatedmonthname").then_some(3);
                Some(convert::to_int(argument).and_then(|month| {
                    if (1..=12).contains(&month) {
                        Ok(named(&MONTHS, i64::from(month) - 1, length))
                    } else {
                        Err(fault::out_of_range(
                            "month",
                            "Valid values are between 1 and 13, inclusive.",
                        ))
                    }
                }))
            }
            (Part::Texts, "totitlecase") => Some(Ok(Value::from(title_case(&argument.to_text())))),
            (Part::Texts, "toupper") => Some(Ok(Value::from(argument.to_text().to_uppercase()))),
            (Part::Texts, "tolower") => Some(Ok(Value::from(argument.to_text().to_lowercase()))),
            _ => None,
        }
    }
}

fn named(names: &[&str], at: i64, length: Option<usize>) -> Value {
    let name = usize::try_from(at).ok().and_then(|at| names.get(at));
    name.map_or(Value::Null, |name| {
        Value::from(length.map_or(*name, |length| &name[..length]))
    })
}

/// Each word begins with a capital; words in capitals stay.
fn title_case(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut word = String::new();
    for character in text.chars().chain([' ']) {
        if character.is_alphanumeric() || (character == '\'' && !word.is_empty()) {
            word.push(character);
            continue;
        }
        let all_capitals = word.chars().count() > 1 && word.chars().all(char::is_uppercase);
        if all_capitals {
            made.push_str(&word);
        } else {
            let mut letters = word.chars();
            made.extend(letters.next().into_iter().flat_map(char::to_uppercase));
            made.extend(letters.flat_map(char::to_lowercase));
        }
        word.clear();
        made.push(character);
    }
    made.pop();
    made
}
