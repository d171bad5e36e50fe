//! Figures for the metrics endpoint: plain counters that the hot path adds to, named only when they are read.

use std::time::Duration;

/// One figure, named as Prometheus names things.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// E.g. `plenum_sip_requests_total`; a name that ends in `_total` only grows.
    pub name: &'static str,
    /// Its labels.
    pub labels: Vec<(&'static str, &'static str)>,
    /// Its value.
    pub value: f64,
}

/// The methods that are counted by name; the others share the last place.
pub const METHODS: [&str; 15] = [
    "REGISTER",
    "INVITE",
    "ACK",
    "CANCEL",
    "BYE",
    "OPTIONS",
    "MESSAGE",
    "SUBSCRIBE",
    "NOTIFY",
    "PUBLISH",
    "INFO",
    "UPDATE",
    "PRACK",
    "REFER",
    "other",
];

const CLASSES: [&str; 6] = ["1xx", "2xx", "3xx", "4xx", "5xx", "6xx"];

/// The edges of the latency histogram, in milliseconds and as Prometheus has them: from what a server takes by itself to
/// what a person takes who is called.
const EDGES: [(u64, &str); 8] = [
    (1, "0.001"),
    (5, "0.005"),
    (20, "0.02"),
    (100, "0.1"),
    (500, "0.5"),
    (2_000, "2"),
    (10_000, "10"),
    (60_000, "60"),
];

/// From the arrival of requests to their final responses.
#[derive(Clone, Debug, Default)]
struct Latency {
    /// How many took no longer than each edge and longer than the one before.
    within: [u64; EDGES.len()],
    count: u64,
    sum: Duration,
}

impl Latency {
    fn add(&mut self, took: Duration) {
        self.count += 1;
        self.sum += took;
        let edge = EDGES
            .iter()
            .position(|(edge, _)| took <= Duration::from_millis(*edge));
        if let Some(edge) = edge {
            self.within[edge] += 1;
        }
    }

    #[allow(clippy::cast_precision_loss)]
    fn samples(&self, method: &'static str, samples: &mut Vec<Sample>) {
        if self.count == 0 {
            return;
        }
        let mut sample = |name, label: Option<(&'static str, &'static str)>, value| {
            let labels = std::iter::once(("method", method)).chain(label).collect();
            samples.push(Sample { name, labels, value });
        };
        let mut total = 0;
        for (count, (_, edge)) in self.within.iter().zip(EDGES) {
            total += count;
            sample(
                "plenum_sip_response_seconds_bucket",
                Some(("le", edge)),
                total as f64,
            );
        }
        let count = self.count as f64;
        sample("plenum_sip_response_seconds_bucket", Some(("le", "+Inf")), count);
        sample("plenum_sip_response_seconds_sum", None, self.sum.as_secs_f64());
        sample("plenum_sip_response_seconds_count", None, count);
    }
}

/// What a world counts.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    requests: [u64; METHODS.len()],
    responses: [[u64; CLASSES.len()]; METHODS.len()],
    latencies: [Latency; METHODS.len()],
    /// Requests refused by policy or state.
    pub refused: u64,
    /// Wrong credentials.
    pub authentication_failed: u64,
    /// Messages that could not be parsed.
    pub unreadable: u64,
    /// Requests of strangers that were not answered, because their address has used its allowance.
    pub unanswered: u64,
}

impl Counters {
    /// A request arrived.
    pub fn request(&mut self, method: &str) {
        self.requests[method_index(method)] += 1;
    }

    /// A final response to a request of this method was sent to who asked, so long after it arrived.
    pub fn response(&mut self, method: &str, status: u16, took: Duration) {
        let class = usize::from(status / 100).clamp(1, CLASSES.len()) - 1;
        let method = method_index(method);
        self.responses[method][class] += 1;
        self.latencies[method].add(took);
    }

    /// How many requests arrived, of all methods.
    pub fn requests(&self) -> u64 {
        self.requests.iter().sum()
    }

    /// Every counter that has counted; those of one name stand together.
    pub fn samples(&self) -> Vec<Sample> {
        let mut samples = Vec::with_capacity(64);
        for (method, name) in METHODS.iter().enumerate() {
            let labels = vec![("method", *name)];
            push(
                &mut samples,
                "plenum_sip_requests_total",
                labels,
                self.requests[method],
            );
        }
        for (method, name) in METHODS.iter().enumerate() {
            for (class, label) in CLASSES.iter().enumerate() {
                let labels = vec![("method", *name), ("class", *label)];
                push(
                    &mut samples,
                    "plenum_sip_responses_total",
                    labels,
                    self.responses[method][class],
                );
            }
        }
        for (latency, method) in self.latencies.iter().zip(METHODS) {
            latency.samples(method, &mut samples);
        }
        push(&mut samples, "plenum_refused_total", vec![], self.refused);
        push(
            &mut samples,
            "plenum_authentication_failed_total",
            vec![],
            self.authentication_failed,
        );
        push(
            &mut samples,
            "plenum_sip_unreadable_total",
            vec![],
            self.unreadable,
        );
        push(
            &mut samples,
            "plenum_sip_unanswered_total",
            vec![],
            self.unanswered,
        );
        samples
    }
}

#[allow(clippy::cast_precision_loss)]
fn push(
    samples: &mut Vec<Sample>,
    name: &'static str,
    labels: Vec<(&'static str, &'static str)>,
    value: u64,
) {
    if value > 0 {
        samples.push(Sample {
            name,
            labels,
            value: value as f64,
        });
    }
}

fn method_index(method: &str) -> usize {
    METHODS
        .iter()
        .position(|name| *name == method)
        .unwrap_or(METHODS.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latency_counts_in_every_bucket_that_it_fits_into() {
        let mut counters = Counters::default();
        for milliseconds in [1, 3, 90_000] {
            counters.response("BYE", 200, Duration::from_millis(milliseconds));
        }
        let samples = counters.samples();
        let value = |name: &str, le: &'static str| {
            let found = samples
                .iter()
                .find(|sample| sample.name == name && (le.is_empty() || sample.labels.contains(&("le", le))));
            found.map(|sample| sample.value)
        };
        let bucket = "plenum_sip_response_seconds_bucket";
        assert_eq!(value(bucket, "0.001"), Some(1.0));
        assert_eq!(value(bucket, "0.005"), Some(2.0));
        assert_eq!(value(bucket, "60"), Some(2.0));
        assert_eq!(value(bucket, "+Inf"), Some(3.0));
        assert_eq!(value("plenum_sip_response_seconds_sum", ""), Some(90.004));
    }
}
