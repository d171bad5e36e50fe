//! Get-Date: now, or a date and time put together from parts.

use std::sync::Arc;

use chrono::Datelike;
use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::value::{DateTime, DateTimeKind, Value};

use crate::authoring::{Read, cmdlet, parameter, simple, text, to_int};

/// Ticks of 100 ns between 0001-01-01 and 1970-01-01.
const UNIX_EPOCH: i64 = 621_355_968_000_000_000;
const TICKS_PER_SECOND: i64 = 10_000_000;

/// The command.
pub fn command() -> Arc<dyn Command> {
    let part = |name: &'static str, low: f64, high: f64, help: &'static str| {
        parameter(name, "int").range(low, high).help(help)
    };
    simple(
        cmdlet("Get-Date", super::UTILITY)
            .synopsis("Gives the date and time.")
            .output("System.DateTime")
            .default_set("DateAndFormat")
            .parameter(
                parameter("Date", "datetime")
                    .alias("LastWriteTime")
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .set("DateAndFormat")
                    .set("DateAndUFormat")
                    .help("A date instead of now."),
            )
            .parameter(
                parameter("UnixTimeSeconds", "long")
                    .alias("UnixTime")
                    .mandatory()
                    .set("UnixTimeSecondsAndFormat")
                    .help("Seconds since 1970-01-01 instead of now."),
            )
            .parameter(part("Year", 1.0, 9999.0, "Another year."))
            .parameter(part("Month", 1.0, 12.0, "Another month."))
            .parameter(part("Day", 1.0, 31.0, "Another day."))
            .parameter(part("Hour", 0.0, 23.0, "Another hour."))
            .parameter(part("Minute", 0.0, 59.0, "Another minute."))
            .parameter(part("Second", 0.0, 59.0, "Another second."))
            .parameter(part("Millisecond", 0.0, 999.0, "Another millisecond."))
            .parameter(
                parameter("DisplayHint", "string")
                    .one_of(&["Date", "Time", "DateTime"])
                    .help("What is shown of it."),
            )
            .parameter(
                parameter("UFormat", "string")
                    .mandatory()
                    .set("DateAndUFormat")
                    .help("Gives a text by a Unix format: %Y-%m-%d."),
            )
            .parameter(
                parameter("Format", "string")
                    .set("DateAndFormat")
                    .set("UnixTimeSecondsAndFormat")
                    .help("Gives a text by a .NET format: yyyy-MM-dd HH:mm."),
            )
            .switch("AsUTC", "Converts to coordinated universal time.")
            .example("Get-Date -Format 'yyyy-MM-dd'", "Gives today for a file name.")
            .example("(Get-Date).AddDays(-7)", "Gives the time a week ago."),
        get_date,
    )
}

fn get_date(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let mut moment = match (arguments.datetime("Date"), arguments.int("UnixTimeSeconds")) {
        (Some(moment), _) => moment,
        (None, Some(seconds)) => {
            let utc = UNIX_EPOCH.saturating_add(seconds.saturating_mul(TICKS_PER_SECOND));
            local(context, utc)
        }
        (None, None) => local(context, context.host().now_ticks()),
    };
    moment.ticks = with_parts(arguments, moment.ticks)?;
    if arguments.switch("AsUTC") && moment.kind != DateTimeKind::Utc {
        let offset = i64::from(context.host().local_offset_minutes(moment.ticks)) * 60 * TICKS_PER_SECOND;
        moment = DateTime {
            ticks: moment.ticks - offset,
            kind: DateTimeKind::Utc,
        };
    }
    let value = Value::from(moment);
    if let Some(format) = arguments.text("UFormat") {
        return context.write(text(unix_format(&value, moment, &format)));
    }
    match arguments.text("Format") {
        Some(format) => {
            let format = match format.to_ascii_lowercase().as_str() {
                "filedate" => "yyyyMMdd",
                "filedatetime" => "yyyyMMddTHHmmssffff",
                "filedateuniversal" => "yyyyMMddZ",
                "filedatetimeuniversal" => "yyyyMMddTHHmmssffffZ",
                _ => format.as_str(),
            };
            context.write(text(inspect::formatted(&value, format)))
        }
        None => {
            let hint = arguments.text("DisplayHint").unwrap_or_default();
            context.write(inspect::add_member(
                &value,
                "NoteProperty",
                "DisplayHint",
                text(hint_name(&hint)),
                None,
            ))
        }
    }
}

/// A display hint in its own spelling.
fn hint_name(hint: &str) -> &'static str {
    match hint.to_ascii_lowercase().as_str() {
        "date" => "Date",
        "time" => "Time",
        _ => "DateTime",
    }
}

/// A moment of UTC ticks in the machine's time zone.
pub fn local(context: &dyn Context, utc: i64) -> DateTime {
    let offset = i64::from(context.host().utc_offset_minutes(utc)) * 60 * TICKS_PER_SECOND;
    DateTime {
        ticks: utc + offset,
        kind: DateTimeKind::Local,
    }
}

/// The moment with the parts that were given.
fn with_parts(arguments: &Arguments, ticks: i64) -> Result<i64> {
    let given = |name: &str| arguments.get(name).and_then(to_int);
    let names = ["Year", "Month", "Day", "Hour", "Minute", "Second", "Millisecond"];
    if names.iter().all(|name| given(name).is_none()) {
        return Ok(ticks);
    }
    let value = Value::datetime(ticks, DateTimeKind::Unspecified);
    let part = |name: &str| {
        given(name)
            .or_else(|| inspect::property(&value, name).as_ref().and_then(to_int))
            .unwrap_or(1)
    };
    let whole = |number: i64| u32::try_from(number).unwrap_or(1);
    let year = i32::try_from(part("Year")).unwrap_or(1);
    let (month, mut day) = (whole(part("Month")), whole(part("Day")));
    // The 31st in a month of 30 days goes on in the next month, as adding days does.
    let mut extra = 0;
    while chrono::NaiveDate::from_ymd_opt(year, month, day).is_none() && day > 28 {
        day -= 1;
        extra += 1;
    }
    let date = chrono::NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| {
        crate::authoring::invalid_argument(
            "InvalidDate",
            Value::Null,
            "Year, month and day do not make a date.",
        )
    })?;
    let days = date.signed_duration_since(chrono::NaiveDate::MIN).num_days() + extra
        - chrono::NaiveDate::from_ymd_opt(1, 1, 1)
            .expect("the first day of the calendar exists")
            .signed_duration_since(chrono::NaiveDate::MIN)
            .num_days();
    let seconds = days * 86_400 + part("Hour") * 3600 + part("Minute") * 60 + part("Second");
    let below_millisecond = if given("Millisecond").is_some() {
        0
    } else {
        ticks.rem_euclid(TICKS_PER_SECOND / 1000)
    };
    Ok(seconds * TICKS_PER_SECOND + part("Millisecond") * (TICKS_PER_SECOND / 1000) + below_millisecond)
}

/// A text by the letters of `date`.
fn unix_format(value: &Value, moment: DateTime, format: &str) -> String {
    let format = format.strip_prefix('+').unwrap_or(format);
    let net = |pattern: &str| inspect::formatted(value, pattern);
    let number = |name: &str| {
        inspect::property(value, name)
            .as_ref()
            .and_then(to_int)
            .unwrap_or(0)
    };
    // The year and the week of ISO 8601.
    let iso_week = || {
        let part = |name: &str| u32::try_from(number(name)).unwrap_or(1);
        let year = i32::try_from(number("Year")).unwrap_or(1);
        let day = chrono::NaiveDate::from_ymd_opt(year, part("Month"), part("Day"));
        day.map_or((year, 0), |day| (day.iso_week().year(), day.iso_week().week()))
    };
    let mut shown = String::new();
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            shown.push(character);
            continue;
        }
        let Some(letter) = characters.next() else { break };
        shown.push_str(&match letter {
            'A' => net("dddd"),
            'a' => net("ddd"),
            'B' => net("MMMM"),
            'b' | 'h' => net("MMM"),
            'C' => format!("{:02}", number("Year") / 100),
            'c' => net("ddd dd MMM yyyy HH:mm:ss"),
            'D' | 'x' => net("MM/dd/yy"),
            'd' => net("dd"),
            'e' => format!("{:>2}", number("Day")),
            'F' => net("yyyy-MM-dd"),
            'G' => format!("{:04}", iso_week().0),
            'g' => format!("{:02}", iso_week().0 % 100),
            'H' => net("HH"),
            'I' => net("hh"),
            'j' => format!("{:03}", number("DayOfYear")),
            'k' => format!("{:>2}", number("Hour")),
            'l' => format!("{:>2}", (number("Hour") + 11) % 12 + 1),
            'M' => net("mm"),
            'm' => net("MM"),
            'n' => "\n".to_owned(),
            'p' => net("tt"),
            'R' => net("HH:mm"),
            'r' => net("hh:mm:ss tt"),
            'S' => net("ss"),
            's' => ((moment.ticks - UNIX_EPOCH) / TICKS_PER_SECOND).to_string(),
            'T' | 'X' => net("HH:mm:ss"),
            't' => "\t".to_owned(),
            'U' | 'W' => (number("DayOfYear") / 7).to_string(),
            'V' => format!("{:02}", iso_week().1),
            'u' => ((moment.ticks / (86_400 * TICKS_PER_SECOND)) % 7 + 1).to_string(),
            'w' => ((moment.ticks / (86_400 * TICKS_PER_SECOND) + 1) % 7).to_string(),
            'Y' => net("yyyy"),
            'y' => net("yy"),
            'Z' => net("zz"),
            '%' => "%".to_owned(),
            other => other.to_string(),
        });
    }
    shown
}
