//! Figures that the process keeps of itself, in the Prometheus text format (version 0.0.4).
//!
//! Counters are plain atomics: one add on the hot path, no lock, no look-up by name.

use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use plenum_services::metrics::Sample;
use plenum_services::{JournalEvent, Transport};

/// All figures of a process.
#[derive(Debug, Default)]
pub struct Metrics {
    received: PerTransport,
    received_bytes: PerTransport,
    sent: PerTransport,
    sent_bytes: PerTransport,
    connections: [AtomicI64; 5],
    datagrams_lost: AtomicU64,
    events: [AtomicU64; EVENTS.len()],
    revision: AtomicU64,
    /// The last figures of each shard's world.
    worlds: Mutex<Vec<Vec<Sample>>>,
}

#[derive(Debug, Default)]
struct PerTransport([AtomicU64; 5]);

const TRANSPORTS: [&str; 5] = ["udp", "tcp", "tls", "ws", "wss"];

const EVENTS: [&str; 7] = [
    "signed_in",
    "signed_out",
    "authentication_failed",
    "locked_out",
    "refused",
    "call_started",
    "call_ended",
];

fn index(transport: Transport) -> usize {
    match transport {
        Transport::Udp => 0,
        Transport::Tcp => 1,
        Transport::Tls => 2,
        Transport::Ws => 3,
        Transport::Wss => 4,
    }
}

fn event_index(event: &JournalEvent) -> usize {
    match event {
        JournalEvent::SignedIn { .. } => 0,
        JournalEvent::SignedOut { .. } => 1,
        JournalEvent::AuthenticationFailed { .. } => 2,
        JournalEvent::LockedOut { .. } => 3,
        JournalEvent::Refused { .. } => 4,
        JournalEvent::CallStarted { .. } => 5,
        JournalEvent::CallEnded { .. } => 6,
    }
}

impl PerTransport {
    fn add(&self, transport: Transport, count: u64) {
        self.0[index(transport)].fetch_add(count, Ordering::Relaxed);
    }

    fn total(&self) -> u64 {
        self.0.iter().map(|count| count.load(Ordering::Relaxed)).sum()
    }
}

impl Metrics {
    /// A message of this many bytes arrived.
    pub fn received(&self, transport: Transport, bytes: usize) {
        self.received.add(transport, 1);
        self.received_bytes.add(transport, bytes as u64);
    }

    /// A message of this many bytes was sent.
    pub fn sent(&self, transport: Transport, bytes: usize) {
        self.sent.add(transport, 1);
        self.sent_bytes.add(transport, bytes as u64);
    }

    /// So many datagrams could not be sent.
    pub fn datagrams_lost(&self, count: usize) {
        if count > 0 {
            self.datagrams_lost.fetch_add(count as u64, Ordering::Relaxed);
        }
    }

    /// A connection stands.
    pub fn connection_opened(&self, transport: Transport) {
        self.connections[index(transport)].fetch_add(1, Ordering::Relaxed);
    }

    /// A connection ended.
    pub fn connection_closed(&self, transport: Transport) {
        self.connections[index(transport)].fetch_sub(1, Ordering::Relaxed);
    }

    /// The journal has one entry more.
    pub fn journal(&self, event: &JournalEvent) {
        self.events[event_index(event)].fetch_add(1, Ordering::Relaxed);
    }

    /// The process runs this revision now.
    pub fn set_revision(&self, revision: u64) {
        self.revision.store(revision, Ordering::Relaxed);
    }

    /// What the world of a shard says of itself.
    pub fn set_world(&self, shard: u8, samples: Vec<Sample>) {
        if let Ok(mut worlds) = self.worlds.lock() {
            let place = usize::from(shard);
            if worlds.len() <= place {
                worlds.resize(place + 1, Vec::new());
            }
            worlds[place] = samples;
        }
    }

    /// Messages received since the start, over all transports.
    pub fn messages_received(&self) -> u64 {
        self.received.total()
    }

    /// Everything as text.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(4096);
        per_transport(
            &mut text,
            "sip_messages_received_total",
            "SIP messages received.",
            &self.received,
        );
        per_transport(
            &mut text,
            "sip_bytes_received_total",
            "Bytes of SIP received.",
            &self.received_bytes,
        );
        per_transport(
            &mut text,
            "sip_messages_sent_total",
            "SIP messages sent.",
            &self.sent,
        );
        per_transport(
            &mut text,
            "sip_bytes_sent_total",
            "Bytes of SIP sent.",
            &self.sent_bytes,
        );
        head(&mut text, "sip_connections", "gauge", "Open connections.");
        for (name, count) in TRANSPORTS.iter().zip(&self.connections).skip(1) {
            let _ = writeln!(
                text,
                "plenum_sip_connections{{transport=\"{name}\"}} {}",
                count.load(Ordering::Relaxed)
            );
        }
        head(
            &mut text,
            "sip_datagrams_lost_total",
            "counter",
            "Datagrams that the socket did not take.",
        );
        let _ = writeln!(
            text,
            "plenum_sip_datagrams_lost_total {}",
            self.datagrams_lost.load(Ordering::Relaxed)
        );
        head(
            &mut text,
            "journal_events_total",
            "counter",
            "Entries of the journal.",
        );
        for (name, count) in EVENTS.iter().zip(&self.events) {
            let _ = writeln!(
                text,
                "plenum_journal_events_total{{event=\"{name}\"}} {}",
                count.load(Ordering::Relaxed)
            );
        }
        head(
            &mut text,
            "revision",
            "gauge",
            "The revision of the deployment that this process runs.",
        );
        let _ = writeln!(text, "plenum_revision {}", self.revision.load(Ordering::Relaxed));
        if let Ok(worlds) = self.worlds.lock() {
            samples(&mut text, &together(&worlds));
        }
        text
    }
}

/// The figures of all worlds added up, those of one family beside each other.
fn together(worlds: &[Vec<Sample>]) -> Vec<Sample> {
    let mut all: Vec<Sample> = Vec::new();
    for sample in worlds.iter().flatten() {
        let is_same = |other: &&mut Sample| (other.name, &other.labels) == (sample.name, &sample.labels);
        match all.iter_mut().find(is_same) {
            Some(same) => same.value += sample.value,
            None => {
                let family_of = |other: &Sample| family(other.name).0;
                let last = all
                    .iter()
                    .rposition(|other| family_of(other) == family_of(sample));
                all.insert(last.map_or(all.len(), |last| last + 1), sample.clone());
            }
        }
    }
    all
}

fn samples(text: &mut String, samples: &[Sample]) {
    let mut last = "";
    for Sample { name, labels, value } in samples {
        let (family, kind) = family(name);
        if family != last {
            let _ = writeln!(text, "# TYPE {family} {kind}");
            last = family;
        }
        let labels: Vec<String> = labels
            .iter()
            .map(|(label, value)| format!("{label}=\"{value}\""))
            .collect();
        let braces = if labels.is_empty() {
            String::new()
        } else {
            format!("{{{}}}", labels.join(","))
        };
        let _ = writeln!(text, "{name}{braces} {value}");
    }
}

/// What Prometheus is told of a figure: the name of its family, and its kind.
fn family(name: &str) -> (&str, &'static str) {
    let parts = ["_seconds_bucket", "_seconds_sum", "_seconds_count"];
    match parts.iter().find(|part| name.ends_with(**part)) {
        Some(_) => (
            name.rsplit_once('_').map_or(name, |(family, _)| family),
            "histogram",
        ),
        None if name.ends_with("_total") => (name, "counter"),
        None => (name, "gauge"),
    }
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP plenum_{name} {help}\n# TYPE plenum_{name} {kind}");
}

fn per_transport(text: &mut String, name: &str, help: &str, counts: &PerTransport) {
    head(text, name, "counter", help);
    for (transport, count) in TRANSPORTS.iter().zip(&counts.0) {
        let _ = writeln!(
            text,
            "plenum_{name}{{transport=\"{transport}\"}} {}",
            count.load(Ordering::Relaxed)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_prometheus_reads_them() {
        let metrics = Metrics::default();
        metrics.received(Transport::Tls, 500);
        metrics.connection_opened(Transport::Tls);
        let text = metrics.to_text();
        assert!(text.contains("# TYPE plenum_sip_messages_received_total counter\n"));
        assert!(text.contains("plenum_sip_bytes_received_total{transport=\"tls\"} 500\n"));
        assert!(text.contains("plenum_sip_connections{transport=\"tls\"} 1\n"));
    }

    #[test]
    fn the_figures_of_several_worlds_are_one_server_s() {
        let sample = |name, method, value| Sample {
            name,
            labels: vec![("method", method)],
            value,
        };
        let metrics = Metrics::default();
        metrics.set_world(
            1,
            vec![sample("a_total", "INVITE", 2.0), sample("b_total", "INVITE", 1.0)],
        );
        metrics.set_world(
            0,
            vec![sample("a_total", "INVITE", 3.0), sample("a_total", "BYE", 1.0)],
        );
        metrics.set_world(
            1,
            vec![sample("b_total", "INVITE", 1.0), sample("a_total", "ACK", 7.0)],
        );
        let text = metrics.to_text();
        let figures = "# TYPE a_total counter\na_total{method=\"INVITE\"} 3\na_total{method=\"BYE\"} 1\n\
                       a_total{method=\"ACK\"} 7\n# TYPE b_total counter\nb_total{method=\"INVITE\"} 1\n";
        assert!(text.ends_with(figures), "{text}");
    }
}
