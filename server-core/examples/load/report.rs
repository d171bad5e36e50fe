//! What was measured: counts, failures, latencies by activity, and the server's CPU and memory.

use std::collections::BTreeMap;
use std::time::Duration;

/// Clock ticks of `/proc/PID/stat` in a second, as Linux has them on every machine of today.
const TICKS: f64 = 100.0;

/// Latencies in microseconds and failures, by the name of the activity.
#[derive(Default)]
pub struct Report {
    latencies: BTreeMap<&'static str, Vec<u32>>,
    failures: BTreeMap<(&'static str, String), u64>,
    /// Requests that were sent again, because no answer came within T1.
    pub repeated: u64,
}

impl Report {
    pub fn done(&mut self, what: &'static str, took: Duration) {
        let micros = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
        self.latencies.entry(what).or_default().push(micros);
    }

    pub fn failed(&mut self, what: &'static str, why: String) {
        *self.failures.entry((what, why)).or_default() += 1;
    }

    pub fn print_failures(&self) {
        if self.failures.is_empty() {
            println!("failures: none");
        }
        for ((what, why), count) in &self.failures {
            println!("failed: {what}, {why}: {count}");
        }
    }

    pub fn print(&mut self, took: Duration, before: &Process, after: &Process) {
        let seconds = took.as_secs_f64();
        println!(
            "{:<14} {:>9} {:>8} {:>9} {:>9} {:>9} {:>9}",
            "", "done", "a second", "p50 ms", "p99 ms", "p99.9 ms", "most ms"
        );
        for (what, latencies) in &mut self.latencies {
            latencies.sort_unstable();
            let at = |share: f64| {
                let index = ((latencies.len() as f64 * share) as usize).min(latencies.len() - 1);
                f64::from(latencies[index]) / 1_000.0
            };
            println!(
                "{what:<14} {:>9} {:>8.1} {:>9.2} {:>9.2} {:>9.2} {:>9.1}",
                latencies.len(),
                latencies.len() as f64 / seconds,
                at(0.5),
                at(0.99),
                at(0.999),
                at(1.0)
            );
        }
        println!("sent again after T1: {}", self.repeated);
        self.print_failures();
        println!(
            "server: {:.1} % of a core, {} MB ({:+} MB while the load stood)",
            100.0 * after.cpu_since(before) / seconds,
            after.megabytes(),
            after.megabytes() as i64 - before.megabytes() as i64
        );
    }
}

/// What `/proc` says of a process.
pub struct Process {
    cpu_seconds: f64,
    resident: u64,
}

impl Process {
    pub fn read(pid: u32) -> std::io::Result<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
        // The name may hold spaces; the fields begin after its closing parenthesis with the third.
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        let ticks = |field: usize| {
            fields
                .get(field - 3)
                .and_then(|text| text.parse::<f64>().ok())
                .unwrap_or(0.0)
        };
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let kilobytes = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok())
            .unwrap_or(0);
        Ok(Self {
            cpu_seconds: (ticks(14) + ticks(15)) / TICKS,
            resident: kilobytes * 1024,
        })
    }

    pub fn megabytes(&self) -> u64 {
        self.resident >> 20
    }

    pub fn cpu_since(&self, earlier: &Self) -> f64 {
        self.cpu_seconds - earlier.cpu_seconds
    }

    pub fn bytes_since(&self, earlier: &Self) -> f64 {
        self.resident as f64 - earlier.resident as f64
    }
}
