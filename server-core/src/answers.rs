//! Answers to a world's questions: users and keys from the store, addresses from DNS.
//!
//! Questions run on the process's own runtime, so that a slow database never holds up a shard; the answer comes back
//! through the shard's mailbox. Those for the store go to one task, which takes all that wait at a time: when 80,000
//! phones sign in after a restart, one statement answers for many of them. How many may be under way at once is bounded
//! by what the world keeps waiting.

use std::collections::HashMap;
use std::sync::Arc;

use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::{RData, RecordType};
use plenum_services::{Answer, Ask, AskId, Peer, Target, Transport};
use plenum_sip::locate::{self, Locate, Query};
use plenum_store::Store;
use plenum_store::{ErrorKind, StoreError};
use plenum_topology::directory::ObjectId;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::shard::{Mail, Mailbox};

/// The transports that this server opens, the preferred one first.
const SUPPORTED: [Transport; 3] = [Transport::Tls, Transport::Tcp, Transport::Udp];
/// The most targets of one name: who fails over further than this waits longer than any caller does.
const MAX_TARGETS: usize = 16;
/// The most questions that are put to the store at a time.
const BATCH: usize = 256;

/// Finds answers for one shard.
pub struct Answers {
    resolver: Arc<TokioResolver>,
    runtime: Handle,
    mailbox: Mailbox,
    for_store: mpsc::UnboundedSender<(AskId, Ask)>,
}

impl Answers {
    /// Answers from a store and DNS, on a runtime, into a mailbox.
    pub fn new(store: Store, resolver: Arc<TokioResolver>, runtime: Handle, mailbox: Mailbox) -> Answers {
        let (for_store, asks) = mpsc::unbounded_channel();
        runtime.spawn(answer_from_store(store, mailbox.clone(), asks));
        Answers {
            resolver,
            runtime,
            mailbox,
            for_store,
        }
    }

    /// Finds the answer to a question; it arrives as mail.
    pub fn find(&self, id: AskId, ask: Ask) {
        let Ask::Resolve {
            host,
            port,
            transport,
            secure,
        } = ask
        else {
            // The task lives as long as its runtime; when that is gone the process is ending.
            let _ = self.for_store.send((id, ask));
            return;
        };
        let (resolver, mailbox) = (Arc::clone(&self.resolver), self.mailbox.clone());
        self.runtime.spawn(async move {
            let targets = resolve(&resolver, &host, port, transport, secure).await;
            // A shard that is gone needs no answer.
            mailbox.send(Mail::Answer(id, Answer::Targets(targets)));
        });
    }
}

/// A key that is asked for: the question, the user name and whose it must be.
type KeyAsked = (AskId, String, ObjectId);

/// Questions for the store, sorted by what one statement answers.
#[derive(Default)]
struct Batch {
    users: Vec<(AskId, String)>,
    lines: Vec<(AskId, String)>,
    /// By realm and algorithm.
    keys: HashMap<(String, &'static str), Vec<KeyAsked>>,
}

impl Batch {
    fn add(&mut self, id: AskId, ask: Ask) {
        match ask {
            Ask::UserByAddress(address) => self.users.push((id, address)),
            Ask::UserByLine(line) => self.lines.push((id, line)),
            Ask::Credential {
                object,
                username,
                realm,
                algorithm,
            } => {
                let asked = self.keys.entry((realm, algorithm)).or_default();
                asked.push((id, username, object));
            }
            Ask::Resolve { .. } => {}
        }
    }
}

async fn answer_from_store(store: Store, mailbox: Mailbox, mut asks: mpsc::UnboundedReceiver<(AskId, Ask)>) {
    let mut waiting = Vec::with_capacity(BATCH);
    while asks.recv_many(&mut waiting, BATCH).await > 0 {
        let mut batch = Batch::default();
        for (id, ask) in waiting.drain(..) {
            batch.add(id, ask);
        }
        let tell = |id, answer| {
            // A shard that is gone needs no answer.
            mailbox.send(Mail::Answer(id, answer));
        };
        find_users(&store, batch.users, tell).await;
        for (id, line) in batch.lines {
            let found = store.user_by_line_uri(&line).await;
            let answer = found.map(|user| Answer::User(user.map(Arc::new)));
            tell(id, answer.unwrap_or_else(|error| unavailable(&error)));
        }
        for ((realm, algorithm), asked) in batch.keys {
            find_keys(&store, &realm, algorithm, asked, tell).await;
        }
    }
}

async fn find_users(store: &Store, asked: Vec<(AskId, String)>, tell: impl Fn(AskId, Answer)) {
    let (ids, addresses): (Vec<AskId>, Vec<String>) = asked.into_iter().unzip();
    match store.users_by_sip_addresses(&addresses).await {
        Ok(users) => {
            for (id, user) in ids.into_iter().zip(users) {
                tell(id, Answer::User(user.map(Arc::new)));
            }
        }
        // A record that is damaged is one user's misfortune, not that of who asked at the same moment.
        Err(error) if is_shared(&error, ids.len()) => {
            for (id, address) in ids.into_iter().zip(addresses) {
                let found = store.user_by_sip_address(&address).await;
                let answer = found.map(|user| Answer::User(user.map(Arc::new)));
                tell(id, answer.unwrap_or_else(|error| unavailable(&error)));
            }
        }
        Err(error) => ids.into_iter().for_each(|id| tell(id, unavailable(&error))),
    }
}

fn is_shared(error: &StoreError, asked: usize) -> bool {
    error.kind == ErrorKind::StoreDamaged && asked > 1
}

async fn find_keys(
    store: &Store,
    realm: &str,
    algorithm: &str,
    asked: Vec<KeyAsked>,
    tell: impl Fn(AskId, Answer) + Copy,
) {
    let usernames: Vec<String> = asked.iter().map(|(_, username, _)| username.clone()).collect();
    match store.credentials(&usernames, realm, algorithm).await {
        Ok(found) => {
            for ((id, _, object), found) in asked.into_iter().zip(found) {
                // Another user's name proves nothing here.
                let own = found.filter(|found| found.object == object);
                tell(id, Answer::Credential(own.map(|found| found.key)));
            }
        }
        Err(error) if is_shared(&error, asked.len()) => {
            for one in asked {
                Box::pin(find_keys(store, realm, algorithm, vec![one], tell)).await;
            }
        }
        Err(error) => {
            for (id, ..) in asked {
                tell(id, unavailable(&error));
            }
        }
    }
}

fn unavailable(error: &StoreError) -> Answer {
    Answer::Unavailable {
        reason: error.to_string(),
    }
}

/// Where to send for a host (RFC 3263 §4), in order of preference. Empty when the name has no address.
async fn resolve(
    resolver: &TokioResolver,
    host: &str,
    port: Option<u16>,
    transport: Option<Transport>,
    secure: bool,
) -> Vec<Target> {
    let query = Query {
        host: host.trim_start_matches('[').trim_end_matches(']'),
        port,
        transport,
        is_secure: secure,
        supported: &SUPPORTED,
    };
    let mut locate = Locate::new(&query);
    while let Some(question) = locate.poll() {
        let answer = ask_dns(resolver, question).await;
        locate.handle(answer, &mut random_up_to);
    }
    let found = locate.targets().unwrap_or_default();
    found.iter().take(MAX_TARGETS).map(target).collect()
}

/// One question; what cannot be found out counts as no record.
async fn ask_dns(resolver: &TokioResolver, question: locate::Ask) -> locate::Answer {
    match question {
        locate::Ask::Naptr(name) => {
            let found = resolver.lookup(absolute(&name), RecordType::NAPTR).await;
            let records = found.iter().flat_map(|found| found.answers().iter());
            locate::Answer::Naptr(records.filter_map(|record| naptr(&record.data)).collect())
        }
        locate::Ask::Srv(name) => {
            let found = resolver.srv_lookup(absolute(&name)).await;
            let records = found.iter().flat_map(|found| found.answers().iter());
            locate::Answer::Srv(records.filter_map(|record| srv(&record.data)).collect())
        }
        locate::Ask::Address(name) => {
            let found = resolver.lookup_ip(name).await;
            locate::Answer::Address(found.map(|found| found.iter().collect()).unwrap_or_default())
        }
    }
}

/// A service is never looked for in the search domains of this computer.
fn absolute(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}

fn naptr(data: &RData) -> Option<locate::Naptr> {
    let RData::NAPTR(record) = data else { return None };
    Some(locate::Naptr {
        order: record.order,
        preference: record.preference,
        service: String::from_utf8_lossy(&record.services).into_owned(),
        flags: String::from_utf8_lossy(&record.flags).into_owned(),
        replacement: record.replacement.to_ascii(),
    })
}

fn srv(data: &RData) -> Option<locate::Srv> {
    let RData::SRV(record) = data else { return None };
    Some(locate::Srv {
        priority: record.priority,
        weight: record.weight,
        port: record.port,
        target: record.target.to_ascii(),
    })
}

/// A number up to `most`, for the weights of SRV; the same one when the kernel has no random bytes.
fn random_up_to(most: u32) -> u32 {
    let mut bytes = [0; 4];
    let _ = getrandom::fill(&mut bytes);
    let end = most.checked_add(1);
    let number = u32::from_le_bytes(bytes);
    end.map_or(number, |end| number % end)
}

fn target(found: &locate::Target) -> Target {
    Target {
        transport: found.transport,
        address: found.address,
        peer: Peer::Named(found.name.clone()),
    }
}
