//! System.DateTimeOffset.

use std::cmp::Ordering;
use std::sync::Arc;

use super::super::{Call, Method, plain_property};
use super::span::span_argument;
use super::{not_recognized, property};
use crate::convert::object::now;
use crate::datetime::{self, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, TICKS_PER_SECOND};
use crate::error::Result;
use crate::types::Type;
use crate::value::{DateTime, DateTimeKind, Instance, Value};

/// System.DateTimeOffset.
pub struct OffsetMoment {
    /// The local time.
    ticks: i64,
    /// Minutes east of UTC.
    offset: i32,
}

impl OffsetMoment {
    /// The moment in UTC.
    pub fn utc_ticks(&self) -> i64 {
        self.ticks - i64::from(self.offset) * datetime::TICKS_PER_MINUTE
    }
}

/// Reads a DateTimeOffset.
pub fn offset_of_text(text: &str, now: datetime::parse::Now) -> Option<Value> {
    let moment = datetime::parse::parse(text, now)?;
    let own = datetime::parse::written_offset(text);
    let offset = own.unwrap_or(now.offset);
    let shift = i64::from(offset - now.offset) * TICKS_PER_MINUTE;
    let is_local = moment.kind == DateTimeKind::Local;
    Some(offset_moment(
        moment.ticks + if is_local { shift } else { 0 },
        offset,
    ))
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
        let moment = DateTime {
            ticks: self.ticks,
            kind: DateTimeKind::Local,
        };
        datetime::format::format(moment, "MM/dd/yyyy HH:mm:ss zzz", self.offset).unwrap_or_default()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "DateTime",
            "UtcDateTime",
            "LocalDateTime",
            "Date",
            "Day",
            "DayOfWeek",
            "DayOfYear",
            "Hour",
            "Millisecond",
            "Minute",
            "Month",
            "Offset",
            "Second",
            "Ticks",
            "UtcTicks",
            "TimeOfDay",
            "Year",
        ]
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
            _ => property(
                DateTime {
                    ticks: self.ticks,
                    kind: DateTimeKind::Unspecified,
                },
                name,
            ),
        }
    }

    fn format(&self, format: &str) -> Option<Option<String>> {
        let moment = DateTime {
            ticks: self.ticks,
            kind: DateTimeKind::Local,
        };
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
        other
            .downcast::<OffsetMoment>()
            .map(|other| utc(self).cmp(&utc(other)))
    }
}

static OFFSET_METHODS: &[Method] = &[
    Method::new("ToUnixTimeSeconds", "long ToUnixTimeSeconds()", |call| {
        Ok(match plain_property(call.target, "UtcTicks") {
            Some(Value::Long(ticks)) => {
                Value::Long((ticks - 621_355_968_000_000_000).div_euclid(TICKS_PER_SECOND))
            }
            _ => Value::Null,
        })
    }),
    Method::new(
        "ToUnixTimeMilliseconds",
        "long ToUnixTimeMilliseconds()",
        |call| {
            Ok(match plain_property(call.target, "UtcTicks") {
                Some(Value::Long(ticks)) => {
                    Value::Long((ticks - 621_355_968_000_000_000).div_euclid(TICKS_PER_MILLISECOND))
                }
                _ => Value::Null,
            })
        },
    ),
    Method::new(
        "ToUniversalTime",
        "System.DateTimeOffset ToUniversalTime()",
        |call| {
            Ok(match plain_property(call.target, "UtcTicks") {
                Some(Value::Long(ticks)) => offset_moment(ticks, 0),
                _ => Value::Null,
            })
        },
    ),
];

/// The static methods of DateTimeOffset.
pub static OFFSET_STATIC: &[Method] = &[
    Method::new(
        "FromUnixTimeSeconds",
        "static System.DateTimeOffset FromUnixTimeSeconds(long seconds)",
        |call| {
            Ok(offset_moment(
                call.long(0)?
                    .saturating_mul(TICKS_PER_SECOND)
                    .saturating_add(621_355_968_000_000_000),
                0,
            ))
        },
    ),
    Method::new(
        "FromUnixTimeMilliseconds",
        "static System.DateTimeOffset FromUnixTimeMilliseconds(long milliseconds)",
        |call| {
            Ok(offset_moment(
                call.long(0)?
                    .saturating_mul(TICKS_PER_MILLISECOND)
                    .saturating_add(621_355_968_000_000_000),
                0,
            ))
        },
    ),
    Method::new(
        "Parse",
        "static System.DateTimeOffset Parse(string input)",
        |call| {
            let text = call.text(0)?;
            offset_of_text(&text, now(call.world)).ok_or_else(|| not_recognized(&text))
        },
    ),
];

/// `[DateTimeOffset]::new(…)`.
pub fn construct_offset(call: &mut Call<'_>) -> Result<Value> {
    call.expect(1, 8)?;
    if call.count() >= 7 {
        // Year to second or millisecond, then the offset.
        let last = call.count() - 1;
        let parts = &call.arguments[..last];
        let Value::DateTime(moment) = super::super::construct(&Type::DATETIME, parts, call.world)? else {
            return Err(call.no_overload());
        };
        let minutes = (span_argument(call, last)? / TICKS_PER_MINUTE) as i32;
        return Ok(offset_moment(moment.ticks, minutes));
    }
    call.expect(1, 2)?;
    let Value::DateTime(moment) = call.to(0, &Type::DATETIME)? else {
        return Err(call.no_overload());
    };
    let minutes = if call.count() > 1 {
        (span_argument(call, 1)? / TICKS_PER_MINUTE) as i32
    } else if moment.kind == DateTimeKind::Utc {
        0
    } else {
        now(call.world).offset
    };
    Ok(offset_moment(moment.ticks, minutes))
}
