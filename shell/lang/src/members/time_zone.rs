//! System.TimeZoneInfo: the rules of the time zones that the computer knows (its zoneinfo files), read when asked for.
//!
//! Names are those of the CLDR for the zones below and the zone's own abbreviation for others. Windows' names for zones
//! are understood where CLDR's table of them has one principal zone that administrators meet. Adjustment rules are absent.

mod names;

use std::sync::Arc;

use jiff::tz::{AmbiguousOffset, Dst, Offset, TimeZone};
use jiff::{Timestamp, civil};

use self::names::{NAMES, WINDOWS};
use super::dates::{OffsetMoment, offset_moment};
use super::{Call, Method, World, fault};
use crate::datetime::calendar::parts;
use crate::datetime::{MAX_TICKS, TICKS_PER_MINUTE, TICKS_PER_SECOND};
use crate::error::{Interrupt, Result};
use crate::host::Host;
use crate::types::Type;
use crate::value::{DateTime, DateTimeKind, Instance, Value};

/// Ticks at 1970-01-01.
const EPOCH: i64 = 621_355_968_000_000_000;
/// Where the zones' files are.
const FOLDER: &str = "/usr/share/zoneinfo";

/// A time zone.
pub struct Zone {
    id: String,
    rules: TimeZone,
    /// Now, which the standard offset is of.
    now: Timestamp,
}

fn not_found(id: &str) -> Interrupt {
    fault::raised(
        "System.TimeZoneNotFoundException",
        format!("The time zone ID '{id}' was not found on the local computer."),
    )
}

fn stamp(utc_ticks: i64) -> Timestamp {
    let since = utc_ticks - EPOCH;
    let nanos = (since.rem_euclid(TICKS_PER_SECOND) * 100) as i32;
    Timestamp::new(since.div_euclid(TICKS_PER_SECOND), nanos).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn ticks_of(offset: Offset) -> i64 {
    i64::from(offset.seconds()) * TICKS_PER_SECOND
}

/// A zone by its own or Windows' name.
fn find(id: &str, world: &dyn World) -> Result<Zone> {
    let known = WINDOWS
        .iter()
        .find(|(windows, _)| windows.eq_ignore_ascii_case(id));
    let file = known.map_or(id, |(_, file)| file);
    let host = world.host().ok_or_else(|| not_found(id))?;
    let plain = !file.is_empty()
        && !file
            .split('/')
            .any(|part| part.is_empty() || part.starts_with('.'));
    let is_utc = ["UTC", "Etc/UTC"].contains(&file);
    let rules = if is_utc {
        Some(TimeZone::UTC)
    } else {
        let bytes = plain
            .then(|| host.read_file(&format!("{FOLDER}/{file}")).ok())
            .flatten();
        bytes.and_then(|bytes| TimeZone::tzif(file, &bytes).ok())
    };
    Ok(Zone {
        id: known.map_or(id, |(windows, _)| windows).to_owned(),
        rules: rules.ok_or_else(|| not_found(id))?,
        now: stamp(host.now_ticks()),
    })
}

fn local(world: &dyn World) -> Zone {
    let id = world
        .host()
        .map_or_else(|| "UTC".to_owned(), Host::local_time_zone);
    find(&id, world).unwrap_or_else(|_| utc(world))
}

fn utc(world: &dyn World) -> Zone {
    Zone {
        id: "UTC".to_owned(),
        rules: TimeZone::UTC,
        now: stamp(world.host().map_or(EPOCH, Host::now_ticks)),
    }
}

/// `[TimeZoneInfo]::Local`, `[TimeZoneInfo]::Utc`.
pub fn constant(name: &str, world: &dyn World) -> Option<Value> {
    match name.to_ascii_lowercase().as_str() {
        "local" => Some(Value::instance(local(world))),
        "utc" => Some(Value::instance(utc(world))),
        _ => None,
    }
}

/// What a wall clock's time is in UTC.
enum Wall {
    /// Once: the offset.
    Once(i64),
    /// Twice: the offset of standard time.
    Twice(i64),
    /// Never: clocks were put forward over it; the offset before that.
    Never(i64),
}

impl Zone {
    fn info(&self, at: Timestamp) -> (i64, bool, String) {
        let info = self.rules.to_offset_info(at);
        (
            ticks_of(info.offset()),
            info.dst() == Dst::Yes,
            info.abbreviation().to_owned(),
        )
    }

    /// The offset and abbreviation of the present standard time, and those of daylight saving time when there is one.
    fn seasons(&self) -> ((i64, String), Option<(i64, String)>) {
        let (offset, summer, name) = self.info(self.now);
        let next = self.rules.following(self.now).next();
        let next = next.map(|next| self.info(next.timestamp()));
        match (summer, next) {
            (false, Some((other, true, other_name))) => ((offset, name), Some((other, other_name))),
            (true, Some((other, false, other_name))) => ((other, other_name), Some((offset, name))),
            _ => ((offset, name), None),
        }
    }

    fn names(&self) -> (String, String) {
        let ((_, standard), summer) = self.seasons();
        let file = WINDOWS.iter().find(|(windows, _)| *windows == self.id);
        let file = file.map_or(self.id.as_str(), |(_, file)| file);
        let known = NAMES
            .iter()
            .find(|(short, part, ..)| *short == standard && file.starts_with(part));
        match known {
            Some((_, _, standard, daylight)) => ((*standard).to_owned(), (*daylight).to_owned()),
            None => {
                let daylight = summer.map_or_else(|| standard.clone(), |(_, name)| name);
                (standard, daylight)
            }
        }
    }

    fn display(&self) -> String {
        let ((offset, _), _) = self.seasons();
        let minutes = offset / TICKS_PER_MINUTE;
        let (standard, _) = self.names();
        if minutes == 0 && standard == "Coordinated Universal Time" {
            return format!("(UTC) {standard}");
        }
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
        let city = self.id.rsplit('/').next().unwrap_or_default().replace('_', " ");
        let name = standard.replace(" Standard Time", " Time");
        if self.id.contains('/') {
            format!("(UTC{sign}{hours:02}:{rest:02}) {name} ({city})")
        } else {
            format!("(UTC{sign}{hours:02}:{rest:02}) {name}")
        }
    }

    fn wall(&self, local_ticks: i64) -> Wall {
        let parts = parts(local_ticks.clamp(0, MAX_TICKS));
        let clock = civil::DateTime::new(
            parts.year as i16,
            parts.month as i8,
            parts.day as i8,
            parts.hour as i8,
            parts.minute as i8,
            parts.second as i8,
            0,
        );
        let Ok(clock) = clock else { return Wall::Once(0) };
        match self.rules.to_ambiguous_timestamp(clock).offset() {
            AmbiguousOffset::Unambiguous { offset } => Wall::Once(ticks_of(offset)),
            AmbiguousOffset::Gap { before, .. } => Wall::Never(ticks_of(before)),
            AmbiguousOffset::Fold { before, after } => Wall::Twice(ticks_of(before).min(ticks_of(after))),
        }
    }

    fn to_utc(&self, local_ticks: i64) -> Result<i64> {
        match self.wall(local_ticks) {
            Wall::Once(offset) | Wall::Twice(offset) => Ok((local_ticks - offset).clamp(0, MAX_TICKS)),
            Wall::Never(_) => Err(fault::argument(
                "The supplied DateTime represents an invalid time.  For example, when the clock is adjusted forward, any time in \
                 the period that is skipped is invalid. (Parameter 'dateTime')",
            )),
        }
    }

    fn of_utc(&self, utc_ticks: i64) -> i64 {
        let (offset, ..) = self.info(stamp(utc_ticks));
        (utc_ticks + offset).clamp(0, MAX_TICKS)
    }

    /// The moment that an argument is, in UTC, when this zone is where it is told.
    fn moment(&self, moment: DateTime, world: &dyn World) -> Result<i64> {
        match moment.kind {
            DateTimeKind::Utc => Ok(moment.ticks),
            DateTimeKind::Local => local(world).to_utc(moment.ticks),
            DateTimeKind::Unspecified => self.to_utc(moment.ticks),
        }
    }

    fn kind(&self, world: &dyn World) -> DateTimeKind {
        if self.id == "UTC" {
            DateTimeKind::Utc
        } else if world.host().is_some_and(|host| host.local_time_zone() == self.id) {
            DateTimeKind::Local
        } else {
            DateTimeKind::Unspecified
        }
    }
}

impl Instance for Zone {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.TimeZoneInfo")
    }

    fn to_text(&self) -> String {
        self.display()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "Id",
            "HasIanaId",
            "DisplayName",
            "StandardName",
            "DaylightName",
            "BaseUtcOffset",
            "SupportsDaylightSavingTime",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "id" => Value::str(&self.id),
            "hasianaid" => {
                Value::Bool(self.id == "UTC" || !WINDOWS.iter().any(|(known, _)| *known == self.id))
            }
            "displayname" => Value::from(self.display()),
            "standardname" => Value::from(self.names().0),
            "daylightname" => Value::from(self.names().1),
            "baseutcoffset" => Value::TimeSpan(self.seasons().0.0),
            "supportsdaylightsavingtime" => Value::Bool(self.seasons().1.is_some()),
            _ => return None,
        })
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        Some(other.downcast::<Zone>().is_some_and(|other| other.id == self.id))
    }
}

fn own<'c>(call: &Call<'c>) -> &'c Zone {
    call.target
        .downcast::<Zone>()
        .expect("the table of TimeZoneInfo is used for time zones only")
}

fn date(call: &mut Call<'_>, at: usize) -> Result<DateTime> {
    match call.to(at, &Type::DATETIME)? {
        Value::DateTime(moment) => Ok(*moment),
        _ => Err(call.no_overload()),
    }
}

static METHODS: &[Method] = &[
    Method::new(
        "GetUtcOffset",
        "timespan GetUtcOffset(datetime dateTime)",
        |call| {
            let (zone, moment) = (own(call), date(call, 0)?);
            let offset = match (moment.kind, zone.wall(moment.ticks)) {
                (
                    DateTimeKind::Unspecified,
                    Wall::Once(offset) | Wall::Twice(offset) | Wall::Never(offset),
                ) => offset,
                _ => zone.info(stamp(zone.moment(moment, call.world)?)).0,
            };
            Ok(Value::TimeSpan(offset))
        },
    ),
    Method::new(
        "IsDaylightSavingTime",
        "bool IsDaylightSavingTime(datetime dateTime)",
        |call| {
            let (zone, moment) = (own(call), date(call, 0)?);
            let utc = zone.moment(moment, call.world).unwrap_or(moment.ticks);
            Ok(Value::Bool(zone.info(stamp(utc)).1))
        },
    ),
    Method::new(
        "IsAmbiguousTime",
        "bool IsAmbiguousTime(datetime dateTime)",
        |call| {
            let (zone, moment) = (own(call), date(call, 0)?);
            Ok(Value::Bool(matches!(zone.wall(moment.ticks), Wall::Twice(_))))
        },
    ),
    Method::new("IsInvalidTime", "bool IsInvalidTime(datetime dateTime)", |call| {
        let (zone, moment) = (own(call), date(call, 0)?);
        Ok(Value::Bool(matches!(zone.wall(moment.ticks), Wall::Never(_))))
    }),
    Method::new(
        "HasSameRules",
        "bool HasSameRules(System.TimeZoneInfo other)",
        |call| {
            let (zone, other) = (own(call), zone_at(call, 0)?);
            Ok(Value::Bool(zone.rules == other.rules))
        },
    ),
];

/// The zone that an argument is.
fn zone_at<'c>(call: &Call<'c>, at: usize) -> Result<&'c Zone> {
    let arguments: &'c [Value] = call.arguments;
    arguments
        .get(at)
        .and_then(Value::downcast::<Zone>)
        .ok_or_else(|| call.no_overload())
}

/// Converts the first argument from one zone to another; without a source, from where its kind says that it is.
fn convert(call: &mut Call<'_>, source: Option<&Zone>, target: &Zone) -> Result<Value> {
    if let Some(moment) = call.value(0)?.downcast::<OffsetMoment>() {
        let utc = moment.utc_ticks();
        let local = target.of_utc(utc);
        return Ok(offset_moment(local, ((local - utc) / TICKS_PER_MINUTE) as i32));
    }
    let moment = date(call, 0)?;
    let utc_ticks = match (source, moment.kind) {
        (_, DateTimeKind::Utc) => moment.ticks,
        (Some(source), _) => source.to_utc(moment.ticks)?,
        (None, _) => local(call.world).to_utc(moment.ticks)?,
    };
    Ok(Value::datetime(target.of_utc(utc_ticks), target.kind(call.world)))
}

/// The static methods of TimeZoneInfo.
pub static STATIC: &[Method] = &[
    Method::new(
        "FindSystemTimeZoneById",
        "static System.TimeZoneInfo FindSystemTimeZoneById(string id)",
        |call| {
            let id = call.text(0)?;
            find(&id, call.world).map(Value::instance)
        },
    ),
    Method::new(
        "GetSystemTimeZones",
        "static System.Collections.ObjectModel.ReadOnlyCollection[System.TimeZoneInfo] GetSystemTimeZones()",
        |call| {
            let table = call
                .world
                .host()
                .and_then(|host| host.read_file(&format!("{FOLDER}/zone.tab")).ok());
            let table = String::from_utf8_lossy(&table.unwrap_or_default()).into_owned();
            let ids = table.lines().filter(|line| !line.starts_with('#'));
            let ids = ids.filter_map(|line| line.split('\t').nth(2));
            let mut zones: Vec<Zone> = ids.filter_map(|id| find(id, call.world).ok()).collect();
            zones.push(utc(call.world));
            zones.sort_by_cached_key(|zone| (zone.seasons().0.0, zone.display()));
            Ok(Value::array(zones.into_iter().map(Value::instance)))
        },
    ),
    Method::new(
        "ConvertTime",
        "static datetime ConvertTime(datetime dateTime, System.TimeZoneInfo destinationTimeZone)",
        |call| match call.count() {
            2 => {
                let target = zone_at(call, 1)?;
                convert(call, None, target)
            }
            _ => {
                let (source, target) = (zone_at(call, 1)?, zone_at(call, 2)?);
                convert(call, Some(source), target)
            }
        },
    ),
    Method::new(
        "ConvertTimeFromUtc",
        "static datetime ConvertTimeFromUtc(datetime dateTime, System.TimeZoneInfo destinationTimeZone)",
        |call| {
            let (moment, target) = (date(call, 0)?, zone_at(call, 1)?);
            if moment.kind == DateTimeKind::Local {
                return Err(fault::argument(
                    "The conversion could not be completed because the supplied DateTime did not have the Kind property set \
                     correctly.  For example, when the Kind property is DateTimeKind.Local, the source time zone must be \
                     TimeZoneInfo.Local. (Parameter 'sourceTimeZone')",
                ));
            }
            Ok(Value::datetime(
                target.of_utc(moment.ticks),
                target.kind(call.world),
            ))
        },
    ),
    Method::new(
        "ConvertTimeToUtc",
        "static datetime ConvertTimeToUtc(datetime dateTime)",
        |call| {
            let moment = date(call, 0)?;
            let ticks = match (moment.kind, call.count()) {
                (DateTimeKind::Utc, _) => moment.ticks,
                (_, 1) => local(call.world).to_utc(moment.ticks)?,
                _ => zone_at(call, 1)?.to_utc(moment.ticks)?,
            };
            Ok(Value::datetime(ticks, DateTimeKind::Utc))
        },
    ),
    Method::new(
        "ConvertTimeBySystemTimeZoneId",
        "static datetime ConvertTimeBySystemTimeZoneId(datetime dateTime, string destinationTimeZoneId)",
        |call| {
            let first = call.text(1)?;
            let first = find(&first, call.world)?;
            if call.count() < 3 {
                return convert(call, None, &first);
            }
            let target = call.text(2)?;
            let target = find(&target, call.world)?;
            convert(call, Some(&first), &target)
        },
    ),
];
