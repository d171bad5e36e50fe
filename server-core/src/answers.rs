//! Answers to a world's questions: users and keys from the store, addresses from DNS.
//!
//! Questions run on the process's own runtime, so that a slow database never holds up a shard; the answer comes back
//! through the shard's mailbox. Those for the store are taken together: when 80,000 phones sign in after a restart, one
//! statement answers for many of them, and while it waits for the disk the next ones gather. How many may be under way at
//! once is bounded by what the world keeps waiting.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::{RData, RecordType};
use plenum_services::{Answer, Ask, AskId, Credential, Peer, Target, Transport};
use plenum_sip::locate::{self, Locate, Query};
use plenum_store::Store;
use plenum_store::{ErrorKind, StoreError};
use plenum_topology::directory::UserRecord;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, mpsc};

use crate::shard::{Mail, Mailbox};

/// The transports that this server opens, the preferred one first.
const SUPPORTED: [Transport; 3] = [Transport::Tls, Transport::Tcp, Transport::Udp];
/// The most targets of one name: who fails over further than this waits longer than any caller does.
const MAX_TARGETS: usize = 16;
/// Statements of a shard that wait for the store at a time.
const AT_A_TIME: usize = 4;
/// The most questions that are put to the store together.
const BATCH: usize = 256;
/// How long a question waits for others that go with it: a statement costs five times what one more name in it does.
const GATHERING: Duration = Duration::from_millis(2);

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
        let (for_store, asked) = mpsc::unbounded_channel();
        let asked = Arc::new(Asked::new(asked));
        for _ in 0..AT_A_TIME {
            runtime.spawn(answer_from_store(
                store.clone(),
                mailbox.clone(),
                Arc::clone(&asked),
            ));
        }
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
            mailbox.send(Mail::Answers(vec![(id, Answer::Targets(targets))]));
        });
    }
}

/// A question and its answer.
type Answered = (AskId, Answer);

/// Questions for the store, sorted by what one statement answers.
#[derive(Default)]
struct Batch {
    users: Vec<(AskId, String)>,
    lines: Vec<(AskId, String)>,
    /// By realm and algorithm.
    keys: HashMap<(String, &'static str), Vec<(AskId, String)>>,
}

impl Batch {
    fn add(&mut self, id: AskId, ask: Ask) {
        match ask {
            Ask::UserByAddress(address) => self.users.push((id, address)),
            Ask::UserByLine(line) => self.lines.push((id, line)),
            Ask::Credential {
                username,
                realm,
                algorithm,
            } => {
                let asked = self.keys.entry((realm, algorithm)).or_default();
                asked.push((id, username));
            }
            Ask::Resolve { .. } => {}
        }
    }

    /// Keys come before users: who waits for both waits for the user, and has both then.
    async fn answers(self, store: &Store) -> Vec<Answered> {
        let mut answers = Vec::new();
        for ((realm, algorithm), asked) in self.keys {
            find_keys(store, &realm, algorithm, asked, &mut answers).await;
        }
        find_users(store, self.users, &mut answers).await;
        for (id, line) in self.lines {
            let found = store.user_by_line_uri(&line).await;
            answers.push((id, user_or_unavailable(found)));
        }
        answers
    }
}

/// Questions that wait for the store.
type Asked = Mutex<mpsc::UnboundedReceiver<(AskId, Ask)>>;

async fn answer_from_store(store: Store, mailbox: Mailbox, asked: Arc<Asked>) {
    while let Some(batch) = gather(&mut *asked.lock().await).await {
        // A shard that is gone needs no answer.
        mailbox.send(Mail::Answers(batch.answers(&store).await));
    }
}

/// The next questions; `None` when nobody will ask any more.
async fn gather(asked: &mut mpsc::UnboundedReceiver<(AskId, Ask)>) -> Option<Batch> {
    let mut batch = Batch::default();
    let (id, ask) = asked.recv().await?;
    batch.add(id, ask);
    tokio::time::sleep(GATHERING).await;
    for _ in 1..BATCH {
        let Ok((id, ask)) = asked.try_recv() else { break };
        batch.add(id, ask);
    }
    Some(batch)
}

async fn find_users(store: &Store, asked: Vec<(AskId, String)>, answers: &mut Vec<Answered>) {
    let (ids, addresses): (Vec<AskId>, Vec<String>) = asked.into_iter().unzip();
    match store.users_by_sip_addresses(&addresses).await {
        Ok(users) => {
            let users = users.into_iter().map(|user| Answer::User(user.map(Arc::new)));
            answers.extend(ids.into_iter().zip(users));
        }
        // A record that is damaged is one user's misfortune, not that of who asked at the same moment.
        Err(error) if is_shared(&error, ids.len()) => {
            for (id, address) in ids.into_iter().zip(addresses) {
                let found = store.user_by_sip_address(&address).await;
                answers.push((id, user_or_unavailable(found)));
            }
        }
        Err(error) => answers.extend(ids.into_iter().map(|id| (id, unavailable(&error)))),
    }
}

fn user_or_unavailable(found: Result<Option<UserRecord>, StoreError>) -> Answer {
    found.map_or_else(
        |error| unavailable(&error),
        |user| Answer::User(user.map(Arc::new)),
    )
}

fn is_shared(error: &StoreError, asked: usize) -> bool {
    error.kind == ErrorKind::StoreDamaged && asked > 1
}

async fn find_keys(
    store: &Store,
    realm: &str,
    algorithm: &str,
    asked: Vec<(AskId, String)>,
    answers: &mut Vec<Answered>,
) {
    let (ids, usernames): (Vec<AskId>, Vec<String>) = asked.into_iter().unzip();
    match store.credentials(&usernames, realm, algorithm).await {
        Ok(found) => {
            let found = found.into_iter().map(|found| {
                Answer::Credential(found.map(|found| Credential {
                    object: found.object,
                    key: found.key,
                }))
            });
            answers.extend(ids.into_iter().zip(found));
        }
        Err(error) if is_shared(&error, ids.len()) => {
            for one in ids.into_iter().zip(usernames) {
                Box::pin(find_keys(store, realm, algorithm, vec![one], answers)).await;
            }
        }
        Err(error) => answers.extend(ids.into_iter().map(|id| (id, unavailable(&error)))),
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
