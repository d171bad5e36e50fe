//! A log event as a line of JSON: timestamp, level, the event's own fields, target.
//!
//! A call writes two lines, so a line is written straight into the buffer: no map in between, and the date is formatted
//! once a second.

use std::cell::RefCell;
use std::fmt::{self, Debug, Write as _};
use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::registry::LookupSpan;

/// Formats events as lines of JSON. Spans are not written: there are none.
pub(super) struct JsonLine;

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        LINE.with_borrow_mut(|line| {
            line.text.clear();
            line.text.push_str("{\"timestamp\":\"");
            line.push_time(SystemTime::now());
            line.text.push_str("\",\"level\":\"");
            line.text.push_str(event.metadata().level().as_str());
            line.text.push('"');
            event.record(line);
            line.text.push_str(",\"target\":");
            push_string(&mut line.text, event.metadata().target());
            line.text.push_str("}\n");
            writer.write_str(&line.text)
        })
    }
}

thread_local! {
    static LINE: RefCell<Line> = const { RefCell::new(Line { text: String::new(), second: u64::MAX, date: String::new() }) };
}

/// A line in the making, and the date of the second it was last asked for.
struct Line {
    text: String,
    second: u64,
    date: String,
}

impl Line {
    /// As RFC 3339 has it, with microseconds.
    fn push_time(&mut self, now: SystemTime) {
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        if self.second != since.as_secs() {
            self.second = since.as_secs();
            let seconds = i64::try_from(self.second).unwrap_or(0);
            let date = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
            self.date = date.format(&Rfc3339).unwrap_or_default();
            self.date.pop();
        }
        self.text.push_str(&self.date);
        let _ = write!(self.text, ".{:06}Z", since.subsec_micros());
    }

    fn push_name(&mut self, field: &Field) {
        self.text.push_str(",\"");
        self.text.push_str(field.name());
        self.text.push_str("\":");
    }

    fn push_plain(&mut self, field: &Field, value: impl fmt::Display) {
        self.push_name(field);
        let _ = write!(self.text, "{value}");
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.push_name(field);
        push_string(&mut self.text, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.push_plain(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.push_plain(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.push_plain(field, value);
    }

    /// JSON has no infinity and no NaN.
    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.push_plain(field, value);
        } else {
            self.record_str(field, &value.to_string());
        }
    }
}

/// A JSON string (RFC 8259 §7).
fn push_string(text: &mut String, value: &str) {
    text.push('"');
    let mut plain = 0;
    for (at, byte) in value.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        text.push_str(&value[plain..at]);
        plain = at + 1;
        let _ = match byte {
            b'"' => text.write_str("\\\""),
            b'\\' => text.write_str("\\\\"),
            b'\n' => text.write_str("\\n"),
            _ => write!(text, "\\u{byte:04x}"),
        };
    }
    text.push_str(&value[plain..]);
    text.push('"');
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_event_is_one_object_with_its_own_fields_whatever_is_in_them() {
        let kept = Kept::default();
        let writer = kept.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .event_format(JsonLine)
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            let (nasty, ratio, path) = (
                "a \"quote\", a \\ and\n\u{1}\u{fc}",
                f64::NAN,
                std::path::Path::new("/x"),
            );
            tracing::info!(target: "journal", event = "call_started", nasty, count = 7u64, below = -1, ratio, is = true, path = %path.display(), "said");
        });
        let bytes = kept.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.lines().count(), 1);
        let mut line: serde_json::Value = serde_json::from_str(&text).unwrap();
        let time = line["timestamp"].take();
        let time = OffsetDateTime::parse(time.as_str().unwrap(), &Rfc3339).unwrap();
        assert!(OffsetDateTime::now_utc() - time < time::Duration::minutes(1));
        let expected = serde_json::json!({
            "timestamp": null, "level": "INFO", "message": "said", "event": "call_started",
            "nasty": "a \"quote\", a \\ and\n\u{1}\u{fc}", "count": 7, "below": -1, "ratio": "NaN", "is": true,
            "path": "/x", "target": "journal"
        });
        assert_eq!(line, expected);
    }
}
