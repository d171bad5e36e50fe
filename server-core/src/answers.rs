//! Answers to a world's questions: users and keys from the store, addresses from DNS.
//!
//! Questions run on the process's own runtime, so that a slow database never holds up a shard; the answer comes back
//! through the shard's mailbox. How many may be under way at once is bounded by what the world keeps waiting.

use std::sync::Arc;

use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::{RData, RecordType};
use plenum_services::{Answer, Ask, AskId, Target, Transport};
use plenum_sip::locate::{self, Locate, Query};
use plenum_store::Store;
use tokio::runtime::Handle;

use crate::shard::{Mail, Mailbox};

/// The transports that this server opens, the preferred one first.
const SUPPORTED: [Transport; 3] = [Transport::Tls, Transport::Tcp, Transport::Udp];
/// The most targets of one name: who fails over further than this waits longer than any caller does.
const MAX_TARGETS: usize = 16;

/// Finds answers for one shard.
pub struct Answers {
    store: Store,
    resolver: Arc<TokioResolver>,
    runtime: Handle,
    mailbox: Mailbox,
}

impl Answers {
    /// Answers from a store and DNS, on a runtime, into a mailbox.
    pub fn new(store: Store, resolver: Arc<TokioResolver>, runtime: Handle, mailbox: Mailbox) -> Answers {
        Answers {
            store,
            resolver,
            runtime,
            mailbox,
        }
    }

    /// Finds the answer to a question; it arrives as mail.
    pub fn find(&self, id: AskId, ask: Ask) {
        let (store, resolver, mailbox) = (
            self.store.clone(),
            Arc::clone(&self.resolver),
            self.mailbox.clone(),
        );
        self.runtime.spawn(async move {
            let answer = match ask {
                Ask::Resolve {
                    host,
                    port,
                    transport,
                    secure,
                } => Answer::Targets(resolve(&resolver, &host, port, transport, secure).await),
                ask => from_store(&store, ask)
                    .await
                    .unwrap_or_else(|error| Answer::Unavailable { reason: error }),
            };
            // A shard that is gone needs no answer.
            let _ = mailbox.send(Mail::Answer(id, answer));
        });
    }
}

async fn from_store(store: &Store, ask: Ask) -> Result<Answer, String> {
    let text = |error: plenum_store::StoreError| error.to_string();
    Ok(match ask {
        Ask::UserByAddress(address) => Answer::User(
            store
                .user_by_sip_address(&address)
                .await
                .map_err(text)?
                .map(Arc::new),
        ),
        Ask::UserByLine(line) => {
            Answer::User(store.user_by_line_uri(&line).await.map_err(text)?.map(Arc::new))
        }
        Ask::Credential {
            object,
            username,
            realm,
            algorithm,
        } => {
            let found = store
                .credential(&username, &realm, algorithm)
                .await
                .map_err(text)?;
            // Another user's name proves nothing here.
            Answer::Credential(
                found
                    .filter(|found| found.object == object)
                    .map(|found| found.key),
            )
        }
        Ask::Resolve { .. } => Answer::Targets(Vec::new()),
    })
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
    let tls = matches!(found.transport, Transport::Tls | Transport::Wss);
    Target {
        transport: found.transport,
        address: found.address,
        tls_name: tls.then(|| found.name.clone()),
    }
}
