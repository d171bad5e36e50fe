//! System.DateTime, System.TimeSpan, System.DateTimeOffset.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{Call, Method, fault, numbers};
use crate::convert;
use crate::convert::object::now;
use crate::datetime::calendar::{self, Parts};
use crate::datetime::{self, MAX_TICKS, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, TICKS_PER_SECOND};
use crate::error::Result;
use crate::types::{Type, resolve};
use crate::value::{DateTime, DateTimeKind, Instance, Value};

/// The properties of DateTime.
pub const PROPERTIES: &[&str] = &[
    "Date", "Day", "DayOfWeek", "DayOfYear", "Hour", "Kind", "Millisecond", "Microsecond", "Nanosecond", "Minute", "Month",
    "Second", "Ticks", "TimeOfDay", "Year",
];

/// A property of DateTime.
pub fn property(moment: DateTime, name: &str) -> Option<Value> {
    let parts = calendar::parts(moment.ticks);
    let int = |number: u32| Some(Value::Int(number as i32));
    match name.to_ascii_lowercase().as_str() {
        "year" => Some(Value::Int(parts.year)),
        "month" => int(parts.month),
        "day" => int(parts.day),
        "hour" => int(parts.hour),
        "minute" => int(parts.minute),
        "second" => int(parts.second),
        "millisecond" => int(parts.fraction / 10_000),
        "microsecond" => int(parts.fraction / 10 % 1000),
        "nanosecond" => int(parts.fraction % 10 * 100),
        "ticks" => Some(Value::Long(moment.ticks)),
        "date" => Some(Value::datetime(moment.ticks - moment.ticks.rem_euclid(TICKS_PER_DAY), moment.kind)),
        "timeofday" => Some(Value::TimeSpan(moment.ticks.rem_euclid(TICKS_PER_DAY))),
        "dayofyear" => int(calendar::day_of_year(&parts)),
        "dayofweek" => resolve("System.DayOfWeek").map(|of| Value::enumeration(of, calendar::day_of_week(moment.ticks) as i64)),
        "kind" => resolve("System.DateTimeKind").map(|of| Value::enumeration(of, moment.kind as i64)),
        "datetime" => datetime::format::format(moment, "F", 0).map(Value::from),
        _ => None,
    }
}

fn own(call: &Call<'_>) -> DateTime {
    match call.target {
        Value::DateTime(moment) => **moment,
        _ => DateTime { ticks: 0, kind: DateTimeKind::Unspecified },
    }
}

fn at(ticks: Option<i64>, kind: DateTimeKind) -> Result<Value> {
    ticks.filter(|ticks| (0..=MAX_TICKS).contains(ticks)).map(|ticks| Value::datetime(ticks, kind)).ok_or_else(|| {
        fault::out_of_range("value", "The added or subtracted value results in an un-representable DateTime.")
    })
}

fn add_units(call: &mut Call<'_>, unit: i64) -> Result<Value> {
    call.expect(1, 1)?;
    let (moment, count) = (own(call), call.double(0)?);
    let ticks = count * unit as f64;
    if !ticks.is_finite() || ticks.abs() > MAX_TICKS as f64 {
        return at(None, moment.kind);
    }
    // Whole and fractional parts apart, so that ticks stay exact.
    let whole = count.trunc() as i64;
    let fraction = (count.fract() * unit as f64).trunc() as i64;
    at(whole.checked_mul(unit).and_then(|ticks| moment.ticks.checked_add(ticks)).and_then(|ticks| ticks.checked_add(fraction)), moment.kind)
}

fn add_months(call: &mut Call<'_>, months: i64) -> Result<Value> {
    call.expect(1, 1)?;
    let (moment, count) = (own(call), i64::from(call.int(0)?));
    at(calendar::add_months(moment.ticks, count * months), moment.kind)
}

fn formatted(call: &Call<'_>, format: &str) -> Result<Value> {
    let moment = own(call);
    let offset = call.world.host().map_or(0, |host| host.utc_offset_minutes(moment.ticks));
    datetime::format::format(moment, format, offset)
        .map(Value::from)
        .ok_or_else(|| fault::raised("System.FormatException", "Input string was not in a correct format."))
}

fn offset(call: &Call<'_>, utc_ticks: i64) -> i64 {
    let minutes = call.world.host().map_or(0, |host| host.utc_offset_minutes(utc_ticks));
    i64::from(minutes) * TICKS_PER_MINUTE
}

fn to_utc(call: &Call<'_>) -> Value {
    let moment = own(call);
    match moment.kind {
        DateTimeKind::Utc => call.target.clone(),
        _ => Value::datetime((moment.ticks - offset(call, moment.ticks)).clamp(0, MAX_TICKS), DateTimeKind::Utc),
    }
}

/// The methods of DateTime.
pub static METHODS: &[Method] = &[
    Method::new("Add", "datetime Add(timespan value)", |call| {
        call.expect(1, 1)?;
        let Value::TimeSpan(ticks) = call.to(0, &Type::TIMESPAN)? else { return Err(call.no_overload()) };
        let moment = own(call);
        at(moment.ticks.checked_add(ticks), moment.kind)
    }),
    Method::new("AddDays", "datetime AddDays(double value)", |call| add_units(call, TICKS_PER_DAY)),
    Method::new("AddHours", "datetime AddHours(double value)", |call| add_units(call, TICKS_PER_HOUR)),
    Method::new("AddMilliseconds", "datetime AddMilliseconds(double value)", |call| add_units(call, TICKS_PER_MILLISECOND)),
    Method::new("AddMinutes", "datetime AddMinutes(double value)", |call| add_units(call, TICKS_PER_MINUTE)),
    Method::new("AddMonths", "datetime AddMonths(int months)", |call| add_months(call, 1)),
    Method::new("AddSeconds", "datetime AddSeconds(double value)", |call| add_units(call, TICKS_PER_SECOND)),
    Method::new("AddTicks", "datetime AddTicks(long value)", |call| {
        let (moment, ticks) = (own(call), call.long(0)?);
        at(moment.ticks.checked_add(ticks), moment.kind)
    }),
    Method::new("AddYears", "datetime AddYears(int value)", |call| add_months(call, 12)),
    Method::new("CompareTo", "int CompareTo(System.Object value), int CompareTo(datetime value)", |call| {
        let Value::DateTime(other) = call.to(0, &Type::DATETIME)? else { return Err(call.no_overload()) };
        Ok(Value::Int(own(call).ticks.cmp(&other.ticks) as i32))
    }),
    Method::new("IsDaylightSavingTime", "bool IsDaylightSavingTime()", |_| Ok(Value::Bool(false))),
    Method::new("Subtract", "timespan Subtract(datetime value), datetime Subtract(timespan value)", |call| {
        call.expect(1, 1)?;
        let moment = own(call);
        match call.value(0)?.base() {
            Value::DateTime(other) => Ok(Value::TimeSpan(moment.ticks - other.ticks)),
            _ => match call.to(0, &Type::TIMESPAN)? {
                Value::TimeSpan(ticks) => at(moment.ticks.checked_sub(ticks), moment.kind),
                _ => Err(call.no_overload()),
            },
        }
    }),
    Method::new("ToBinary", "long ToBinary()", |call| Ok(Value::Long(own(call).ticks | (own(call).kind as i64) << 62))),
    Method::new("ToFileTime", "long ToFileTime()", |call| match to_utc(call) {
        Value::DateTime(moment) => Ok(Value::Long(moment.ticks - 504_911_232_000_000_000)),
        _ => Ok(Value::Null),
    }),
    Method::new("ToLocalTime", "datetime ToLocalTime()", |call| {
        let moment = own(call);
        Ok(match moment.kind {
            DateTimeKind::Local => call.target.clone(),
            _ => Value::datetime((moment.ticks + offset(call, moment.ticks)).clamp(0, MAX_TICKS), DateTimeKind::Local),
        })
    }),
    Method::new("ToLongDateString", "string ToLongDateString()", |call| formatted(call, "D")),
    Method::new("ToLongTimeString", "string ToLongTimeString()", |call| formatted(call, "T")),
    Method::new("ToOADate", "double ToOADate()", |call| {
        Ok(Value::Double((own(call).ticks - 599_264_352_000_000_000) as f64 / TICKS_PER_DAY as f64))
    }),
    Method::new("ToShortDateString", "string ToShortDateString()", |call| formatted(call, "d")),
    Method::new("ToShortTimeString", "string ToShortTimeString()", |call| formatted(call, "t")),
    Method::new("ToString", "string ToString(), string ToString(string format), string ToString(string format, System.IFormatProvider provider)", |call| {
        call.expect(0, 2)?;
        match call.arguments.first().map(Value::base) {
            Some(Value::Str(format)) => {
                let format = format.to_string();
                formatted(call, &format)
            }
            _ => formatted(call, ""),
        }
    }),
    Method::new("ToUniversalTime", "datetime ToUniversalTime()", |call| Ok(to_utc(call))),
    Method::new("GetDateTimeFormats", "string[] GetDateTimeFormats(char format)", |call| {
        let format = if call.count() > 0 { call.text(0)?.to_string() } else { "G".to_owned() };
        let text = formatted(call, &format)?;
        Ok(Value::strings([text.to_text()]))
    }),
];

fn kind_argument(call: &mut Call<'_>, at: usize) -> Result<DateTimeKind> {
    Ok(match call.enumeration(at, "System.DateTimeKind")? {
        1 => DateTimeKind::Utc,
        2 => DateTimeKind::Local,
        _ => DateTimeKind::Unspecified,
    })
}

/// `[datetime]::new(…)`.
pub fn construct(call: &mut Call<'_>) -> Result<Value> {
    match call.count() {
        0 => Ok(Value::datetime(0, DateTimeKind::Unspecified)),
        1 => call.to(0, &Type::DATETIME),
        2 => {
            let (ticks, kind) = (call.long(0)?, kind_argument(call, 1)?);
            at(Some(ticks), kind)
        }
        3 | 6 | 7 | 8 => {
            let mut part = |at: usize| if at < call.count() { call.int(at) } else { Ok(0) };
            let (year, month, day) = (part(0)?, part(1)?, part(2)?);
            let (hour, minute, second) = (part(3)?, part(4)?, part(5)?);
            let kinded = call.count() > 6 && matches!(call.arguments[call.count() - 1].base(), Value::Enum(_) | Value::Str(_));
            let millisecond = if call.count() > 6 && !(call.count() == 7 && kinded) { call.int(6)? } else { 0 };
            let kind = if kinded { kind_argument(call, call.count() - 1)? } else { DateTimeKind::Unspecified };
            let unsigned = |number: i32| u32::try_from(number).unwrap_or(u32::MAX);
            let parts = Parts {
                year,
                month: unsigned(month),
                day: unsigned(day),
                hour: unsigned(hour),
                minute: unsigned(minute),
                second: unsigned(second),
                fraction: unsigned(millisecond).min(999) * 10_000,
            };
            let ticks = calendar::ticks(&parts).ok_or_else(|| {
                fault::raised("System.ArgumentOutOfRangeException", "Year, Month, and Day parameters describe an un-representable DateTime.")
            })?;
            Ok(Value::datetime(ticks, kind))
        }
        _ => Err(call.no_overload()),
    }
}

fn not_recognized(text: &str) -> crate::error::Interrupt {
    fault::raised("System.FormatException", format!("String '{text}' was not recognized as a valid DateTime."))
}

/// The static methods of DateTime.
pub static STATIC: &[Method] = &[
    Method::new("Compare", "static int Compare(datetime t1, datetime t2)", |call| {
        let (left, right) = (call.to(0, &Type::DATETIME)?, call.to(1, &Type::DATETIME)?);
        Ok(Value::Int(crate::operator::order(&left, &right, true, call.world)? as i32))
    }),
    Method::new("DaysInMonth", "static int DaysInMonth(int year, int month)", |call| {
        let (year, month) = (call.int(0)?, call.int(1)?);
        let days = u32::try_from(month).map_or(0, |month| calendar::days_in_month(year, month));
        if days == 0 {
            return Err(fault::out_of_range("month", "Month must be between one and twelve."));
        }
        Ok(Value::Int(days as i32))
    }),
    Method::new("FromFileTime", "static datetime FromFileTime(long fileTime)", |call| {
        let ticks = call.long(0)?.saturating_add(504_911_232_000_000_000);
        at(Some(ticks + offset(call, ticks)), DateTimeKind::Local)
    }),
    Method::new("FromFileTimeUtc", "static datetime FromFileTimeUtc(long fileTime)", |call| {
        at(call.long(0)?.checked_add(504_911_232_000_000_000), DateTimeKind::Utc)
    }),
    Method::new("FromOADate", "static datetime FromOADate(double d)", |call| {
        let days = call.double(0)?;
        at(Some((days * TICKS_PER_DAY as f64) as i64 + 599_264_352_000_000_000), DateTimeKind::Unspecified)
    }),
    Method::new("FromBinary", "static datetime FromBinary(long dateData)", |call| at(Some(call.long(0)? & 0x3FFF_FFFF_FFFF_FFFF), DateTimeKind::Unspecified)),
    Method::new("IsLeapYear", "static bool IsLeapYear(int year)", |call| Ok(Value::Bool(calendar::is_leap(call.int(0)?)))),
    Method::new("Parse", "static datetime Parse(string s)", |call| {
        let text = call.text(0)?;
        datetime::parse::parse(&text, now(call.world)).map(Value::from).ok_or_else(|| not_recognized(&text))
    }),
    Method::new("ParseExact", "static datetime ParseExact(string s, string format, System.IFormatProvider provider)", |call| {
        call.expect(3, 4)?;
        let text = call.text(0)?;
        let formats = call.items(1)?;
        let now = now(call.world);
        let found = formats.iter().find_map(|format| datetime::parse::parse_exact(&text, &format.to_text(), now));
        found.map(Value::from).ok_or_else(|| not_recognized(&text))
    }),
    Method::new("SpecifyKind", "static datetime SpecifyKind(datetime value, System.DateTimeKind kind)", |call| {
        let Value::DateTime(moment) = call.to(0, &Type::DATETIME)? else { return Err(call.no_overload()) };
        let kind = kind_argument(call, 1)?;
        Ok(crate::operator::arithmetic::with_kind(*moment, kind))
    }),
    Method::new("TryParse", "static bool TryParse(string s, [ref] datetime result)", |call| {
        let text = call.text(0)?;
        let parsed = datetime::parse::parse(&text, now(call.world));
        numbers::set_reference(call.arguments.last(), parsed.map_or_else(|| Value::datetime(0, DateTimeKind::Unspecified), Value::from));
        Ok(Value::Bool(parsed.is_some()))
    }),
    Method::new("TryParseExact", "static bool TryParseExact(string s, string format, System.IFormatProvider provider, System.Globalization.DateTimeStyles style, [ref] datetime result)", |call| {
        let text = call.text(0)?;
        let formats = call.items(1)?;
        let now = now(call.world);
        let found = formats.iter().find_map(|format| datetime::parse::parse_exact(&text, &format.to_text(), now));
        numbers::set_reference(call.arguments.last(), found.map_or_else(|| Value::datetime(0, DateTimeKind::Unspecified), Value::from));
        Ok(Value::Bool(found.is_some()))
    }),
];

/// Now, Today and the limits.
pub fn constant(name: &str, world: &dyn super::World) -> Option<Value> {
    let host = || world.host();
    Some(match name.to_ascii_lowercase().as_str() {
        "now" => Value::datetime(now(world).local_ticks, DateTimeKind::Local),
        "utcnow" => Value::datetime(host().map_or(0, |host| host.now_ticks()), DateTimeKind::Utc),
        "today" => {
            let ticks = now(world).local_ticks;
            Value::datetime(ticks - ticks.rem_euclid(TICKS_PER_DAY), DateTimeKind::Local)
        }
        "minvalue" => Value::datetime(0, DateTimeKind::Unspecified),
        "maxvalue" => Value::datetime(MAX_TICKS, DateTimeKind::Unspecified),
        "unixepoch" => Value::datetime(621_355_968_000_000_000, DateTimeKind::Utc),
        _ => return None,
    })
}

/// The properties of TimeSpan.
pub const SPAN_PROPERTIES: &[&str] = &[
    "Ticks", "Days", "Hours", "Milliseconds", "Microseconds", "Nanoseconds", "Minutes", "Seconds", "TotalDays", "TotalHours",
    "TotalMilliseconds", "TotalMicroseconds", "TotalNanoseconds", "TotalMinutes", "TotalSeconds",
];

/// A property of TimeSpan.
pub fn span_property(ticks: i64, name: &str) -> Option<Value> {
    let part = |unit: i64, modulus: i64| Some(Value::Int((ticks / unit % modulus) as i32));
    let total = |unit: f64| Some(Value::Double(ticks as f64 / unit));
    match name.to_ascii_lowercase().as_str() {
        "ticks" => Some(Value::Long(ticks)),
        "days" => Some(Value::Int((ticks / TICKS_PER_DAY) as i32)),
        "hours" => part(TICKS_PER_HOUR, 24),
        "minutes" => part(TICKS_PER_MINUTE, 60),
        "seconds" => part(TICKS_PER_SECOND, 60),
        "milliseconds" => part(TICKS_PER_MILLISECOND, 1000),
        "microseconds" => part(10, 1000),
        "nanoseconds" => Some(Value::Int((ticks % 10 * 100) as i32)),
        "totaldays" => total(TICKS_PER_DAY as f64),
        "totalhours" => total(TICKS_PER_HOUR as f64),
        "totalminutes" => total(TICKS_PER_MINUTE as f64),
        "totalseconds" => total(TICKS_PER_SECOND as f64),
        "totalmilliseconds" => total(TICKS_PER_MILLISECOND as f64),
        "totalmicroseconds" => total(10.0),
        "totalnanoseconds" => Some(Value::Double(ticks as f64 * 100.0)),
        _ => None,
    }
}

fn own_span(call: &Call<'_>) -> i64 {
    if let Value::TimeSpan(ticks) = call.target { *ticks } else { 0 }
}

fn span_argument(call: &mut Call<'_>, at: usize) -> Result<i64> {
    match call.to(at, &Type::TIMESPAN)? {
        Value::TimeSpan(ticks) => Ok(ticks),
        _ => Err(call.no_overload()),
    }
}

fn span(ticks: Option<i64>) -> Result<Value> {
    ticks.map(Value::TimeSpan).ok_or_else(|| fault::raised("System.OverflowException", "TimeSpan overflowed because the duration is too long."))
}

/// The methods of TimeSpan.
pub static SPAN_METHODS: &[Method] = &[
    Method::new("Add", "timespan Add(timespan ts)", |call| {
        let other = span_argument(call, 0)?;
        span(own_span(call).checked_add(other))
    }),
    Method::new("CompareTo", "int CompareTo(timespan value)", |call| {
        let other = span_argument(call, 0)?;
        Ok(Value::Int(own_span(call).cmp(&other) as i32))
    }),
    Method::new("Divide", "timespan Divide(double divisor)", |call| Ok(Value::TimeSpan((own_span(call) as f64 / call.double(0)?).round_ties_even() as i64))),
    Method::new("Duration", "timespan Duration()", |call| span(own_span(call).checked_abs())),
    Method::new("Multiply", "timespan Multiply(double factor)", |call| Ok(Value::TimeSpan((own_span(call) as f64 * call.double(0)?).round_ties_even() as i64))),
    Method::new("Negate", "timespan Negate()", |call| span(own_span(call).checked_neg())),
    Method::new("Subtract", "timespan Subtract(timespan ts)", |call| {
        let other = span_argument(call, 0)?;
        span(own_span(call).checked_sub(other))
    }),
];

fn of_units(call: &mut Call<'_>, unit: i64) -> Result<Value> {
    call.expect(1, 1)?;
    let ticks = call.double(0)? * unit as f64;
    span((ticks.abs() < i64::MAX as f64).then(|| ticks.round_ties_even() as i64))
}

/// The static methods of TimeSpan.
pub static SPAN_STATIC: &[Method] = &[
    Method::new("FromDays", "static timespan FromDays(double value)", |call| of_units(call, TICKS_PER_DAY)),
    Method::new("FromHours", "static timespan FromHours(double value)", |call| of_units(call, TICKS_PER_HOUR)),
    Method::new("FromMinutes", "static timespan FromMinutes(double value)", |call| of_units(call, TICKS_PER_MINUTE)),
    Method::new("FromSeconds", "static timespan FromSeconds(double value)", |call| of_units(call, TICKS_PER_SECOND)),
    Method::new("FromMilliseconds", "static timespan FromMilliseconds(double value)", |call| of_units(call, TICKS_PER_MILLISECOND)),
    Method::new("FromTicks", "static timespan FromTicks(long value)", |call| Ok(Value::TimeSpan(call.long(0)?))),
    Method::new("Parse", "static timespan Parse(string s)", |call| {
        let text = call.text(0)?;
        datetime::span::parse(&text)
            .map(Value::TimeSpan)
            .ok_or_else(|| fault::raised("System.FormatException", format!("String '{text}' was not recognized as a valid TimeSpan.")))
    }),
    Method::new("TryParse", "static bool TryParse(string s, [ref] timespan result)", |call| {
        let text = call.text(0)?;
        let parsed = datetime::span::parse(&text);
        numbers::set_reference(call.arguments.last(), Value::TimeSpan(parsed.unwrap_or(0)));
        Ok(Value::Bool(parsed.is_some()))
    }),
];

/// `[timespan]::new(…)`: ticks; hours, minutes, seconds; days before them; milliseconds behind.
pub fn construct_span(call: &mut Call<'_>) -> Result<Value> {
    let (count, only) = (call.arguments.len(), call.arguments.first().map(Value::base));
    if let (1, Some(Value::Str(_))) = (count, only) {
        return call.to(0, &Type::TIMESPAN);
    }
    let mut part = |at: usize| call.long(at);
    let ticks = match count {
        0 => 0,
        1 => part(0)?,
        3 => part(0)? * TICKS_PER_HOUR + part(1)? * TICKS_PER_MINUTE + part(2)? * TICKS_PER_SECOND,
        4 | 5 => {
            let base = part(0)? * TICKS_PER_DAY + part(1)? * TICKS_PER_HOUR + part(2)? * TICKS_PER_MINUTE + part(3)? * TICKS_PER_SECOND;
            if count == 5 { base + part(4)? * TICKS_PER_MILLISECOND } else { base }
        }
        _ => return Err(call.no_overload()),
    };
    Ok(Value::TimeSpan(ticks))
}

/// Zero and the limits.
pub fn span_constant(name: &str) -> Option<Value> {
    Some(match name.to_ascii_lowercase().as_str() {
        "zero" => Value::TimeSpan(0),
        "minvalue" => Value::TimeSpan(i64::MIN),
        "maxvalue" => Value::TimeSpan(i64::MAX),
        "ticksperday" => Value::Long(TICKS_PER_DAY),
        "ticksperhour" => Value::Long(TICKS_PER_HOUR),
        "ticksperminute" => Value::Long(TICKS_PER_MINUTE),
        "tickspersecond" => Value::Long(TICKS_PER_SECOND),
        "tickspermillisecond" => Value::Long(TICKS_PER_MILLISECOND),
        _ => return None,
    })
}

/// System.DateTimeOffset.
pub struct OffsetMoment {
    /// The local time.
    ticks: i64,
    /// Minutes east of UTC.
    offset: i32,
}

/// Reads a DateTimeOffset.
pub fn offset_of_text(text: &str, now: datetime::parse::Now) -> Option<Value> {
    let moment = datetime::parse::parse(text, now)?;
    Some(offset_moment(moment.ticks, now.offset))
}

/// A DateTimeOffset.
pub fn offset_moment(ticks: i64, offset: i32) -> Value {
    Value::instance(OffsetMoment { ticks, offset })
}

impl Instance for OffsetMoment {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.DateTimeOffset")
    }

    fn to_text(&self) -> String {
        let moment = DateTime { ticks: self.ticks, kind: DateTimeKind::Local };
        datetime::format::format(moment, "MM/dd/yyyy HH:mm:ss zzz", self.offset).unwrap_or_default()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["DateTime", "UtcDateTime", "LocalDateTime", "Date", "Day", "DayOfWeek", "DayOfYear", "Hour", "Millisecond", "Minute", "Month", "Offset", "Second", "Ticks", "UtcTicks", "TimeOfDay", "Year"]
            .map(Arc::from)
            .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let utc = self.ticks - i64::from(self.offset) * TICKS_PER_MINUTE;
        match name.to_ascii_lowercase().as_str() {
            "datetime" => Some(Value::datetime(self.ticks, DateTimeKind::Unspecified)),
            "utcdatetime" => Some(Value::datetime(utc, DateTimeKind::Utc)),
            "localdatetime" => Some(Value::datetime(self.ticks, DateTimeKind::Local)),
            "offset" => Some(Value::TimeSpan(i64::from(self.offset) * TICKS_PER_MINUTE)),
            "utcticks" => Some(Value::Long(utc)),
            _ => property(DateTime { ticks: self.ticks, kind: DateTimeKind::Unspecified }, name),
        }
    }

    fn format(&self, format: &str) -> Option<Option<String>> {
        let moment = DateTime { ticks: self.ticks, kind: DateTimeKind::Local };
        Some(datetime::format::format(moment, format, self.offset))
    }

    fn methods(&self) -> &'static [Method] {
        OFFSET_METHODS
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        self.compare(other).map(Ordering::is_eq)
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        let utc = |moment: &OffsetMoment| moment.ticks - i64::from(moment.offset) * TICKS_PER_MINUTE;
        other.downcast::<OffsetMoment>().map(|other| utc(self).cmp(&utc(other)))
    }
}

static OFFSET_METHODS: &[Method] = &[
    Method::new("ToUnixTimeSeconds", "long ToUnixTimeSeconds()", |call| {
        Ok(match super::plain_property(call.target, "UtcTicks") {
            Some(Value::Long(ticks)) => Value::Long((ticks - 621_355_968_000_000_000).div_euclid(TICKS_PER_SECOND)),
            _ => Value::Null,
        })
    }),
    Method::new("ToUnixTimeMilliseconds", "long ToUnixTimeMilliseconds()", |call| {
        Ok(match super::plain_property(call.target, "UtcTicks") {
            Some(Value::Long(ticks)) => Value::Long((ticks - 621_355_968_000_000_000).div_euclid(TICKS_PER_MILLISECOND)),
            _ => Value::Null,
        })
    }),
    Method::new("ToUniversalTime", "System.DateTimeOffset ToUniversalTime()", |call| {
        Ok(match super::plain_property(call.target, "UtcTicks") {
            Some(Value::Long(ticks)) => offset_moment(ticks, 0),
            _ => Value::Null,
        })
    }),
];

/// The static methods of DateTimeOffset.
pub static OFFSET_STATIC: &[Method] = &[
    Method::new("FromUnixTimeSeconds", "static System.DateTimeOffset FromUnixTimeSeconds(long seconds)", |call| {
        Ok(offset_moment(call.long(0)?.saturating_mul(TICKS_PER_SECOND).saturating_add(621_355_968_000_000_000), 0))
    }),
    Method::new("FromUnixTimeMilliseconds", "static System.DateTimeOffset FromUnixTimeMilliseconds(long milliseconds)", |call| {
        Ok(offset_moment(call.long(0)?.saturating_mul(TICKS_PER_MILLISECOND).saturating_add(621_355_968_000_000_000), 0))
    }),
    Method::new("Parse", "static System.DateTimeOffset Parse(string input)", |call| {
        let text = call.text(0)?;
        offset_of_text(&text, now(call.world)).ok_or_else(|| not_recognized(&text))
    }),
];

/// `[DateTimeOffset]::new(…)`.
pub fn construct_offset(call: &mut Call<'_>) -> Result<Value> {
    call.expect(1, 2)?;
    let Value::DateTime(moment) = call.to(0, &Type::DATETIME)? else { return Err(call.no_overload()) };
    let minutes = if call.count() > 1 {
        (span_argument(call, 1)? / TICKS_PER_MINUTE) as i32
    } else if moment.kind == DateTimeKind::Utc {
        0
    } else {
        now(call.world).offset
    };
    let _ = convert::to_bool(call.value(0)?);
    Ok(offset_moment(moment.ticks, minutes))
}
