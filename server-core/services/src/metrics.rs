//! Figures for the metrics endpoint: plain counters that the hot path adds to, named only when they are read.

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

/// What a world counts.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    requests: [u64; METHODS.len()],
    responses: [[u64; CLASSES.len()]; METHODS.len()],
    /// Requests refused by policy or state.
    pub refused: u64,
    /// Wrong credentials.
    pub authentication_failed: u64,
    /// Messages that could not be parsed.
    pub unreadable: u64,
}

impl Counters {
    /// A request arrived.
    pub fn request(&mut self, method: &str) {
        self.requests[method_index(method)] += 1;
    }

    /// A response to a request of this method was sent to who asked.
    pub fn response(&mut self, method: &str, status: u16) {
        let class = usize::from(status / 100).clamp(1, CLASSES.len()) - 1;
        self.responses[method_index(method)][class] += 1;
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
