//! What a registered binding costs in memory: `cargo run --release -p plenum-services --example memory [COUNT]` signs
//! COUNT users in, one endpoint each, and prints the bytes that stay allocated for one, as the allocator was asked for
//! them: at once, and when nothing was heard of them for a while. The first line is for users who need not prove who
//! they are, the second for those that do, whose keys are kept.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]
#![allow(clippy::unwrap_used)]

#[path = "../tests/simulation/lab.rs"]
#[allow(dead_code)]
mod lab;

/// How many worlds a server of the laboratory has.
const WORLDS: u8 = 1;

use std::alloc::{GlobalAlloc, Layout, System};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use plenum_services::{Config, Flow, Input, Listener, Output, Slice, Transport, World};
use plenum_sip::wire::Response;
use serde_json::json;

struct Counting;

static STANDING: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator unchanged.
#[allow(unsafe_code, reason = "only an allocator sees what is allocated")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        STANDING.fetch_add(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        STANDING.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const SERVER: &str = "10.0.0.1:5060";

fn world(start: Instant, unauthenticated: bool) -> World {
    let domains = unauthenticated.then(|| "contoso.example".to_owned());
    let config = Config {
        listeners: vec![Listener {
            transport: Transport::Udp,
            address: SERVER.parse().unwrap(),
        }],
        lasting_seed: [1; 16],
        seed: [2; 16],
        slice: Slice::WHOLE,
        unauthenticated_domains: domains.into_iter().collect(),
        trace_bytes: plenum_services::trace::BYTES,
        max_transactions: plenum_services::world::MAX_TRANSACTIONS,
    };
    let settings = json!({"CsRegistrarConfiguration": {"Global": {"MaxUserCount": 1_000_000}}});
    World::new(start, 0, config, lab::snapshot(1, settings))
}

/// Sends a REGISTER and returns the last answer.
fn register(world: &mut World, now: Instant, user: u32, cseq: u32, extra: &str) -> Response {
    let [_, a, b, c] = (user + 256).to_be_bytes();
    let peer = SocketAddr::from(([10, a + 1, b, c], 5060));
    let text = format!(
        "REGISTER sip:contoso.example SIP/2.0\r\nVia: SIP/2.0/UDP {peer};branch=z9hG4bK-{user}-{cseq};rport\r\n\
         Max-Forwards: 70\r\nFrom: <sip:u{user:06}@contoso.example>;tag=99r{user}\r\n\
         To: <sip:u{user:06}@contoso.example>\r\nCall-ID: {user:08}-99@{peer}\r\nCSeq: {cseq} REGISTER\r\n\
         Contact: <sip:u{user:06}@{peer}>;+sip.instance=\"<urn:uuid:00000000-0000-4000-8000-{user:012}>\"\r\n\
         {extra}Expires: 3600\r\nUser-Agent: phone/1.0\r\nContent-Length: 0\r\n\r\n"
    );
    let flow = Flow {
        transport: Transport::Udp,
        local: SERVER.parse().unwrap(),
        peer,
        connection: 0,
    };
    let bytes = text.as_bytes();
    world.handle(now, Input::Message { flow, bytes });
    let mut last = None;
    while let Some(output) = world.poll() {
        match output {
            Output::Send { bytes, .. } => last = Some(bytes),
            Output::Ask(id, ask) => world.handle(now, Input::Answer(id, lab::everybody(&ask))),
            _ => {}
        }
    }
    Response::parse(last.unwrap()).unwrap()
}

fn sign_in(world: &mut World, now: Instant, user: u32) {
    let mut response = register(world, now, user, 1, "");
    if response.status() == 401 {
        let value = lab::proof(&response, &format!("u{user:06}"));
        response = register(world, now, user, 2, &format!("Authorization: {value}\r\n"));
    }
    assert_eq!(response.status(), 200);
}

fn main() {
    let count: u32 = std::env::args()
        .nth(1)
        .map_or(100_000, |text| text.parse().unwrap());
    for (what, unauthenticated) in [("without keys", true), ("with keys", false)] {
        let mut now = plenum_sip::testkit::origin();
        let mut world = world(now, unauthenticated);
        // What there is once.
        sign_in(&mut world, now, count);
        let before = STANDING.load(Ordering::Relaxed);
        for user in 0..count {
            now += Duration::from_millis(1);
            sign_in(&mut world, now, user);
        }
        // Transactions end.
        now += Duration::from_secs(40);
        world.handle(now, Input::Wake);
        let each = || (STANDING.load(Ordering::Relaxed) - before) / count as usize;
        let busy = each();
        // Facts that nobody asks for are forgotten, a few at every wake.
        for _ in 0..2 {
            now += Duration::from_secs(301);
            for _ in 0..count / 8 {
                world.handle(now, Input::Wake);
            }
        }
        let quiet = each();
        let bindings = world
            .metrics()
            .iter()
            .find(|sample| sample.name == "plenum_bindings")
            .unwrap()
            .value;
        assert!(bindings > f64::from(count), "every binding still stands");
        println!("{what}: {busy} bytes a binding, {quiet} after ten quiet minutes");
    }
}
