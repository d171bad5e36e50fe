//! System.DateTime; System.TimeSpan and System.DateTimeOffset stand beside it.

mod offset;
mod span;

pub use offset::{OFFSET_STATIC, OffsetMoment, construct_offset, offset_moment, offset_of_text};
pub use span::{SPAN_METHODS, SPAN_PROPERTIES, SPAN_STATIC, construct_span, span_constant, span_property};

use super::{Call, Method, fault, numbers};
use crate::convert::object::now;
use crate::datetime::calendar::{self, Parts};
use crate::datetime::{
    self, MAX_TICKS, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, TICKS_PER_SECOND,
};
use crate::error::Result;
use crate::types::{Type, resolve};
use crate::value::{DateTime, DateTimeKind, Value};

/// The properties of DateTime, the language's own first.
pub const PROPERTIES: &[&str] = &[
    "DateTime",
    "Date",
    "Day",
    "DayOfWeek",
    "DayOfYear",
    "Hour",
    "Kind",
    "Millisecond",
    "Microsecond",
    "Nanosecond",
    "Minute",
    "Month",
    "Second",
    "Ticks",
    "TimeOfDay",
    "Year",
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
        "date" => Some(Value::datetime(
            moment.ticks - moment.ticks.rem_euclid(TICKS_PER_DAY),
            moment.kind,
        )),
        "timeofday" => Some(Value::TimeSpan(moment.ticks.rem_euclid(TICKS_PER_DAY))),
        "dayofyear" => int(calendar::day_of_year(&parts)),
        "dayofweek" => resolve("System.DayOfWeek")
            .map(|of| Value::enumeration(of, calendar::day_of_week(moment.ticks) as i64)),
        "kind" => resolve("System.DateTimeKind").map(|of| Value::enumeration(of, moment.kind as i64)),
        "datetime" => datetime::format::format(moment, "F", 0).map(Value::from),
        _ => None,
    }
}

fn own(call: &Call<'_>) -> DateTime {
    match call.target {
        Value::DateTime(moment) => **moment,
        _ => DateTime {
            ticks: 0,
            kind: DateTimeKind::Unspecified,
        },
    }
}

fn at(ticks: Option<i64>, kind: DateTimeKind) -> Result<Value> {
    ticks
        .filter(|ticks| (0..=MAX_TICKS).contains(ticks))
        .map(|ticks| Value::datetime(ticks, kind))
        .ok_or_else(|| {
            fault::out_of_range(
                "value",
                "The added or subtracted value results in an un-representable DateTime.",
            )
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
    at(
        whole
            .checked_mul(unit)
            .and_then(|ticks| moment.ticks.checked_add(ticks))
            .and_then(|ticks| ticks.checked_add(fraction)),
        moment.kind,
    )
}

fn add_months(call: &mut Call<'_>, months: i64) -> Result<Value> {
    call.expect(1, 1)?;
    let (moment, count) = (own(call), i64::from(call.int(0)?));
    at(calendar::add_months(moment.ticks, count * months), moment.kind)
}

fn formatted(call: &Call<'_>, format: &str) -> Result<Value> {
    let moment = own(call);
    let offset = call
        .world
        .host()
        .map_or(0, |host| host.local_offset_minutes(moment.ticks));
    datetime::format::format(moment, format, offset)
        .map(Value::from)
        .ok_or_else(|| {
            fault::raised(
                "System.FormatException",
                "Input string was not in a correct format.",
            )
        })
}

fn offset(call: &Call<'_>, utc_ticks: i64) -> i64 {
    let minutes = call
        .world
        .host()
        .map_or(0, |host| host.utc_offset_minutes(utc_ticks));
    i64::from(minutes) * TICKS_PER_MINUTE
}

fn offset_of_local(call: &Call<'_>, local_ticks: i64) -> i64 {
    let host = call.world.host();
    i64::from(host.map_or(0, |host| host.local_offset_minutes(local_ticks))) * TICKS_PER_MINUTE
}

fn to_utc(call: &Call<'_>) -> Value {
    let moment = own(call);
    match moment.kind {
        DateTimeKind::Utc => call.target.clone(),
        _ => Value::datetime(
            (moment.ticks - offset_of_local(call, moment.ticks)).clamp(0, MAX_TICKS),
            DateTimeKind::Utc,
        ),
    }
}

/// The methods of DateTime.
pub static METHODS: &[Method] = &[
    Method::new("Add", "datetime Add(timespan value)", |call| {
        call.expect(1, 1)?;
        let Value::TimeSpan(ticks) = call.to(0, &Type::TIMESPAN)? else {
            return Err(call.no_overload());
        };
        let moment = own(call);
        at(moment.ticks.checked_add(ticks), moment.kind)
    }),
    Method::new("AddDays", "datetime AddDays(double value)", |call| {
        add_units(call, TICKS_PER_DAY)
    }),
    Method::new("AddHours", "datetime AddHours(double value)", |call| {
        add_units(call, TICKS_PER_HOUR)
    }),
    Method::new(
        "AddMilliseconds",
        "datetime AddMilliseconds(double value)",
        |call| add_units(call, TICKS_PER_MILLISECOND),
    ),
    Method::new("AddMinutes", "datetime AddMinutes(double value)", |call| {
        add_units(call, TICKS_PER_MINUTE)
    }),
    Method::new("AddMonths", "datetime AddMonths(int months)", |call| {
        add_months(call, 1)
    }),
    Method::new("AddSeconds", "datetime AddSeconds(double value)", |call| {
        add_units(call, TICKS_PER_SECOND)
    }),
    Method::new("AddTicks", "datetime AddTicks(long value)", |call| {
        let (moment, ticks) = (own(call), call.long(0)?);
        at(moment.ticks.checked_add(ticks), moment.kind)
    }),
    Method::new("AddYears", "datetime AddYears(int value)", |call| {
        add_months(call, 12)
    }),
    Method::new(
        "CompareTo",
        "int CompareTo(System.Object value), int CompareTo(datetime value)",
        |call| {
            let Value::DateTime(other) = call.to(0, &Type::DATETIME)? else {
                return Err(call.no_overload());
            };
            Ok(Value::Int(own(call).ticks.cmp(&other.ticks) as i32))
        },
    ),
    Method::new("IsDaylightSavingTime", "bool IsDaylightSavingTime()", |_| {
        Ok(Value::Bool(false))
    }),
    Method::new(
        "Subtract",
        "timespan Subtract(datetime value), datetime Subtract(timespan value)",
        |call| {
            call.expect(1, 1)?;
            let moment = own(call);
            match call.value(0)?.base() {
                Value::DateTime(other) => Ok(Value::TimeSpan(moment.ticks - other.ticks)),
                _ => match call.to(0, &Type::TIMESPAN)? {
                    Value::TimeSpan(ticks) => at(moment.ticks.checked_sub(ticks), moment.kind),
                    _ => Err(call.no_overload()),
                },
            }
        },
    ),
    Method::new("ToBinary", "long ToBinary()", |call| {
        Ok(Value::Long(own(call).ticks | (own(call).kind as i64) << 62))
    }),
    Method::new("ToFileTimeUtc", "long ToFileTimeUtc()", |call| {
        let moment = own(call);
        let utc = match moment.kind {
            DateTimeKind::Local => moment.ticks - offset_of_local(call, moment.ticks),
            _ => moment.ticks,
        };
        Ok(Value::Long(utc - 504_911_232_000_000_000))
    }),
    Method::new("ToFileTime", "long ToFileTime()", |call| match to_utc(call) {
        Value::DateTime(moment) => Ok(Value::Long(moment.ticks - 504_911_232_000_000_000)),
        _ => Ok(Value::Null),
    }),
    Method::new("ToLocalTime", "datetime ToLocalTime()", |call| {
        let moment = own(call);
        Ok(match moment.kind {
            DateTimeKind::Local => call.target.clone(),
            _ => Value::datetime(
                (moment.ticks + offset(call, moment.ticks)).clamp(0, MAX_TICKS),
                DateTimeKind::Local,
            ),
        })
    }),
    Method::new("ToLongDateString", "string ToLongDateString()", |call| {
        formatted(call, "D")
    }),
    Method::new("ToLongTimeString", "string ToLongTimeString()", |call| {
        formatted(call, "T")
    }),
    Method::new("ToOADate", "double ToOADate()", |call| {
        Ok(Value::Double(
            (own(call).ticks - 599_264_352_000_000_000) as f64 / TICKS_PER_DAY as f64,
        ))
    }),
    Method::new("ToShortDateString", "string ToShortDateString()", |call| {
        formatted(call, "d")
    }),
    Method::new("ToShortTimeString", "string ToShortTimeString()", |call| {
        formatted(call, "t")
    }),
    Method::new(
        "ToString",
        "string ToString(), string ToString(string format), string ToString(string format, System.IFormatProvider provider)",
        |call| {
            call.expect(0, 2)?;
            match call.arguments.first().map(Value::base) {
                Some(Value::Str(format)) => {
                    let format = format.to_string();
                    formatted(call, &format)
                }
                // A culture without a name is the invariant one.
                Some(culture)
                    if culture
                        .property("Name")
                        .is_some_and(|name| name.to_text().is_empty()) =>
                {
                    formatted(call, "MM/dd/yyyy HH:mm:ss")
                }
                _ => formatted(call, ""),
            }
        },
    ),
    Method::new("ToUniversalTime", "datetime ToUniversalTime()", |call| {
        Ok(to_utc(call))
    }),
    Method::new(
        "GetDateTimeFormats",
        "string[] GetDateTimeFormats(char format)",
        |call| {
            let format = if call.count() > 0 {
                call.text(0)?.to_string()
            } else {
                "G".to_owned()
            };
            let text = formatted(call, &format)?;
            Ok(Value::strings([text.to_text()]))
        },
    ),
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
            let kinded = call.count() > 6
                && matches!(
                    call.arguments[call.count() - 1].base(),
                    Value::Enum(_) | Value::Str(_)
                );
            let millisecond = if call.count() > 6 && !(call.count() == 7 && kinded) {
                call.int(6)?
            } else {
                0
            };
            let kind = if kinded {
                kind_argument(call, call.count() - 1)?
            } else {
                DateTimeKind::Unspecified
            };
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
                fault::raised(
                    "System.ArgumentOutOfRangeException",
                    "Year, Month, and Day parameters describe an un-representable DateTime.",
                )
            })?;
            Ok(Value::datetime(ticks, kind))
        }
        _ => Err(call.no_overload()),
    }
}

fn not_recognized(text: &str) -> crate::error::Interrupt {
    fault::raised(
        "System.FormatException",
        format!("String '{text}' was not recognized as a valid DateTime."),
    )
}

/// The static methods of DateTime.
pub static STATIC: &[Method] = &[
    Method::new(
        "Compare",
        "static int Compare(datetime t1, datetime t2)",
        |call| {
            let (left, right) = (call.to(0, &Type::DATETIME)?, call.to(1, &Type::DATETIME)?);
            Ok(Value::Int(
                crate::operator::order(&left, &right, true, call.world)? as i32,
            ))
        },
    ),
    Method::new(
        "DaysInMonth",
        "static int DaysInMonth(int year, int month)",
        |call| {
            let (year, month) = (call.int(0)?, call.int(1)?);
            let days = u32::try_from(month).map_or(0, |month| calendar::days_in_month(year, month));
            if days == 0 {
                return Err(fault::out_of_range(
                    "month",
                    "Month must be between one and twelve.",
                ));
            }
            Ok(Value::Int(days as i32))
        },
    ),
    Method::new(
        "FromFileTime",
        "static datetime FromFileTime(long fileTime)",
        |call| {
            let ticks = call.long(0)?.saturating_add(504_911_232_000_000_000);
            at(Some(ticks + offset(call, ticks)), DateTimeKind::Local)
        },
    ),
    Method::new(
        "FromFileTimeUtc",
        "static datetime FromFileTimeUtc(long fileTime)",
        |call| {
            at(
                call.long(0)?.checked_add(504_911_232_000_000_000),
                DateTimeKind::Utc,
            )
        },
    ),
    Method::new("FromOADate", "static datetime FromOADate(double d)", |call| {
        let days = call.double(0)?;
        at(
            Some((days * TICKS_PER_DAY as f64) as i64 + 599_264_352_000_000_000),
            DateTimeKind::Unspecified,
        )
    }),
    Method::new(
        "FromBinary",
        "static datetime FromBinary(long dateData)",
        |call| {
            at(
                Some(call.long(0)? & 0x3FFF_FFFF_FFFF_FFFF),
                DateTimeKind::Unspecified,
            )
        },
    ),
    Method::new("IsLeapYear", "static bool IsLeapYear(int year)", |call| {
        Ok(Value::Bool(calendar::is_leap(call.int(0)?)))
    }),
    Method::new("Parse", "static datetime Parse(string s)", |call| {
        let text = call.text(0)?;
        datetime::parse::parse(&text, now(call.world))
            .map(Value::from)
            .ok_or_else(|| {
                fault::raised(
                    "System.FormatException",
                    crate::datetime::failure::why_not_a_date(&text),
                )
            })
    }),
    Method::new(
        "ParseExact",
        "static datetime ParseExact(string s, string format, System.IFormatProvider provider)",
        |call| {
            call.expect(3, 4)?;
            let text = call.text(0)?;
            let formats = call.items(1)?;
            let now = now(call.world);
            let found = formats
                .iter()
                .find_map(|format| datetime::parse::parse_exact(&text, &format.to_text(), now));
            found.map(Value::from).ok_or_else(|| not_recognized(&text))
        },
    ),
    Method::new(
        "SpecifyKind",
        "static datetime SpecifyKind(datetime value, System.DateTimeKind kind)",
        |call| {
            let Value::DateTime(moment) = call.to(0, &Type::DATETIME)? else {
                return Err(call.no_overload());
            };
            let kind = kind_argument(call, 1)?;
            Ok(crate::operator::arithmetic::with_kind(*moment, kind))
        },
    ),
    Method::new(
        "TryParse",
        "static bool TryParse(string s, [ref] datetime result)",
        |call| {
            let text = call.text(0)?;
            let parsed = datetime::parse::parse(&text, now(call.world));
            numbers::set_reference(
                call.arguments.last(),
                parsed.map_or_else(|| Value::datetime(0, DateTimeKind::Unspecified), Value::from),
            );
            Ok(Value::Bool(parsed.is_some()))
        },
    ),
    Method::new(
        "TryParseExact",
        "static bool TryParseExact(string s, string format, System.IFormatProvider provider, System.Globalization.DateTimeStyles style, [ref] datetime result)",
        |call| {
            let text = call.text(0)?;
            let formats = call.items(1)?;
            let now = now(call.world);
            let found = formats
                .iter()
                .find_map(|format| datetime::parse::parse_exact(&text, &format.to_text(), now));
            numbers::set_reference(
                call.arguments.last(),
                found.map_or_else(|| Value::datetime(0, DateTimeKind::Unspecified), Value::from),
            );
            Ok(Value::Bool(found.is_some()))
        },
    ),
];

/// Now, Today and the limits.
pub fn constant(name: &str, world: &dyn super::World) -> Option<Value> {
    let host = || world.host();
    Some(match name.to_ascii_lowercase().as_str() {
        "now" => Value::datetime(now(world).local_ticks, DateTimeKind::Local),
        "utcnow" => Value::datetime(host().map_or(0, crate::host::Host::now_ticks), DateTimeKind::Utc),
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
