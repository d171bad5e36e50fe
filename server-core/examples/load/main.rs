//! The load that Microsoft planned for a pool of 80,000 users, against one server: who signs in, refreshes, looks at
//! presence, publishes, writes and calls, at fixed rates whatever the server answers (an open loop).
//!
//! ```text
//! load --server 127.0.0.1:25060 --pid PID --users 80000 --seconds 600 [--scale 1.0] [--expect-p99-ms 50]
//! ```
//!
//! Users are `u000000@lab.test` with the password `pw000000`; `bench/load.sh` makes them. Rates are of one second:
//! 1,333 presence polls, 89 publications (each seen by `--watchers` others), 167 messages, 32 call attempts that stand for
//! three minutes, 21 sign-ins, and the refreshes that so many endpoints need. `--scale 2` doubles all of them.
//!
//! Latency counts from the first sending to the final answer (for a poll: to its NOTIFY; for a call: to 180), with
//! retransmissions (T1 500 ms) as failures of the network would have them. CPU and memory of the server are read from
//! `/proc`.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a program that talks to a server"
)]

mod calls;
mod exchange;
mod phones;
mod report;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use exchange::{Act, Exchange, Kind};
use phones::Phones;
use report::{Process, Report};

/// How many endpoints a user has on average: every user one, and this share a second (MPOP 1.9).
const SECOND_DEVICES: f64 = 0.9;
/// Seconds between two lines that say how it goes.
const PROGRESS: f64 = 15.0;
/// Seconds between two refreshes of a binding.
const REFRESH: f64 = 500.0;

/// What is asked for on the command line.
struct Plan {
    server: SocketAddr,
    pid: u32,
    users: u32,
    /// Of the users, how many are signed in at once.
    online: f64,
    seconds: u64,
    scale: f64,
    publishers: u32,
    watchers: u32,
    /// Sign-ins per second while the load is built up.
    ramp: f64,
}

impl Plan {
    fn from_arguments() -> Result<Self, String> {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let value = |name: &str| {
            let at = arguments.iter().position(|argument| argument == name)?;
            arguments.get(at + 1).cloned()
        };
        let number = |name: &str, otherwise: f64| match value(name) {
            Some(text) => text.parse().map_err(|_| format!("{name} needs a number")),
            None => Ok(otherwise),
        };
        Ok(Self {
            server: value("--server")
                .ok_or("--server HOST:PORT is missing")?
                .parse()
                .map_err(|_| "--server needs an address and a port")?,
            pid: value("--pid")
                .ok_or("--pid PID of the server is missing")?
                .parse()
                .map_err(|_| "--pid needs a number")?,
            users: number("--users", 80_000.0)? as u32,
            online: number("--online", 1.0)?,
            seconds: number("--seconds", 600.0)? as u64,
            scale: number("--scale", 1.0)?,
            publishers: number("--publishers", 2_000.0)? as u32,
            watchers: number("--watchers", 40.0)? as u32,
            ramp: number("--ramp", 2_500.0)?,
        })
    }
}

fn main() {
    let outcome = Plan::from_arguments().and_then(|plan| run(&plan).map_err(|error| error.to_string()));
    if let Err(error) = outcome {
        eprintln!("load: {error}");
        std::process::exit(1);
    }
}

fn run(plan: &Plan) -> std::io::Result<()> {
    let mut phones = Phones::new(plan.users, plan.online, SECOND_DEVICES);
    let mut exchange = Exchange::connect(plan.server)?;
    let idle = Process::read(plan.pid)?;
    println!(
        "{} users, {} endpoints; the server has {} MB",
        plan.users,
        phones.len(),
        idle.megabytes()
    );

    let started = Instant::now();
    sign_everybody_in(&mut exchange, &mut phones, plan.ramp)?;
    let full = Process::read(plan.pid)?;
    println!(
        "signed in within {:.0} s at {:.0} % of a core; the server has {} MB, {:.0} bytes an endpoint",
        started.elapsed().as_secs_f64(),
        100.0 * full.cpu_since(&idle) / started.elapsed().as_secs_f64(),
        full.megabytes(),
        full.bytes_since(&idle) / phones.len() as f64,
    );
    watch(&mut exchange, &mut phones, plan)?;
    let watched = Process::read(plan.pid)?;
    println!(
        "{} subscriptions stand; the server has {} MB",
        plan.publishers * plan.watchers,
        watched.megabytes()
    );
    exchange.report.print_failures();
    exchange.report = Report::default();
    let began = Instant::now();
    let before = Process::read(plan.pid)?;
    steady(&mut exchange, &mut phones, plan)?;
    let after = Process::read(plan.pid)?;
    exchange.report.print(began.elapsed(), &before, &after);
    Ok(())
}

/// Every endpoint registers, at the pace of the ramp and never with more than a thousand under way.
fn sign_everybody_in(exchange: &mut Exchange, phones: &mut Phones, ramp: f64) -> std::io::Result<()> {
    let mut pace = Pace::new(ramp);
    for endpoint in 0..phones.len() {
        pace.wait(exchange, phones)?;
        exchange.settle(phones, 1_000)?;
        phones.perform(
            exchange,
            Act {
                kind: Kind::SignIn,
                endpoint,
                target: 0,
            },
        );
    }
    exchange.settle(phones, 0)
}

fn watch(exchange: &mut Exchange, phones: &mut Phones, plan: &Plan) -> std::io::Result<()> {
    let mut pace = Pace::new(plan.ramp);
    for publisher in 0..plan.publishers {
        for _ in 0..plan.watchers {
            pace.wait(exchange, phones)?;
            exchange.settle(phones, 1_000)?;
            phones.watch(exchange, publisher);
        }
    }
    exchange.settle(phones, 0)
}

/// All activities at their rates.
fn steady(exchange: &mut Exchange, phones: &mut Phones, plan: &Plan) -> std::io::Result<()> {
    let rates = [
        (Kind::Poll, 1_333.0),
        (Kind::Publish, 89.0),
        (Kind::Message, 167.0),
        (Kind::Call, 32.0),
        (Kind::SignOut, 21.0),
        (
            Kind::Refresh,
            f64::from(plan.users) * plan.online * (1.0 + SECOND_DEVICES) / REFRESH,
        ),
    ];
    let mut paces: Vec<(Kind, Pace)> = rates
        .into_iter()
        .map(|(kind, rate)| (kind, Pace::new(rate * plan.scale)))
        .collect();
    let began = Instant::now();
    let until = began + Duration::from_secs(plan.seconds);
    let mut minute = Pace::new(1.0 / PROGRESS);
    let mut refreshed = 0;
    while Instant::now() < until {
        for (kind, pace) in &mut paces {
            while pace.is_due() {
                match *kind {
                    Kind::Refresh => {
                        let endpoint = refreshed % phones.len();
                        phones.perform(
                            exchange,
                            Act {
                                kind: Kind::Refresh,
                                endpoint,
                                target: 0,
                            },
                        );
                        refreshed += 1;
                    }
                    kind => phones.act(exchange, kind, plan.publishers),
                }
            }
        }
        exchange.turn(phones)?;
        if minute.is_due() {
            eprintln!(
                "{:>4} s: {} requests under way, {} sent again",
                began.elapsed().as_secs(),
                exchange.under_way(),
                exchange.report.repeated
            );
        }
    }
    // What is under way may end; calls that stand are left standing.
    let patience = Instant::now() + Duration::from_secs(5);
    while exchange.under_way() > 0 && Instant::now() < patience {
        exchange.turn(phones)?;
    }
    Ok(())
}

/// A steady rate.
struct Pace {
    next: Instant,
    every: Duration,
}

impl Pace {
    fn new(rate: f64) -> Self {
        Self {
            next: Instant::now(),
            every: Duration::from_secs_f64(1.0 / rate),
        }
    }

    fn is_due(&mut self) -> bool {
        let due = Instant::now() >= self.next;
        if due {
            self.next += self.every;
        }
        due
    }

    fn wait(&mut self, exchange: &mut Exchange, phones: &mut Phones) -> std::io::Result<()> {
        while !self.is_due() {
            exchange.turn(phones)?;
        }
        Ok(())
    }
}
