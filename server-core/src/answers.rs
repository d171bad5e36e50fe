//! Answers to a world's questions: users and keys from the store, addresses from DNS.
//!
//! Questions run on the process's own runtime, so that a slow database never holds up a shard; the answer comes back
//! through the shard's mailbox. How many may be under way at once is bounded by what the world keeps waiting.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use hickory_resolver::TokioResolver;
use plenum_services::{Answer, Ask, AskId, Target, Transport};
use plenum_store::Store;
use tokio::runtime::Handle;

use crate::shard::{Mail, Mailbox};

/// SIP's default ports (RFC 3261 §19.1.2).
const SIP_PORT: u16 = 5060;
const SIPS_PORT: u16 = 5061;

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
    let named = transport.unwrap_or(if secure { Transport::Tls } else { Transport::Udp });
    let default_port = if matches!(named, Transport::Tls | Transport::Wss) {
        SIPS_PORT
    } else {
        SIP_PORT
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return vec![target(named, address, port.unwrap_or(default_port), host)];
    }
    if port.is_none() {
        let found = by_service_records(resolver, host, transport, secure).await;
        if !found.is_empty() {
            return found;
        }
    }
    addresses(resolver, host)
        .await
        .into_iter()
        .map(|address| target(named, address, port.unwrap_or(default_port), host))
        .collect()
}

/// SRV records of the transports that are acceptable (RFC 3263 §4.1: without NAPTR, SRV of each).
async fn by_service_records(
    resolver: &TokioResolver,
    host: &str,
    transport: Option<Transport>,
    secure: bool,
) -> Vec<Target> {
    let candidates = [
        (Transport::Tls, "_sips._tcp"),
        (Transport::Tcp, "_sip._tcp"),
        (Transport::Udp, "_sip._udp"),
    ];
    let mut targets = Vec::new();
    for (candidate, service) in candidates {
        let wanted = transport.is_none_or(|transport| transport == candidate)
            && (!secure || candidate == Transport::Tls);
        if !wanted {
            continue;
        }
        let Ok(found) = resolver.srv_lookup(format!("{service}.{host}.")).await else {
            continue;
        };
        let mut records: Vec<(u16, u16, u16, String)> = found
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                hickory_resolver::proto::rr::RData::SRV(srv) => Some((
                    srv.priority,
                    u16::MAX - srv.weight,
                    srv.port,
                    srv.target.to_ascii(),
                )),
                _ => None,
            })
            .collect();
        records.sort();
        for (_, _, port, name) in records {
            for address in addresses(resolver, &name).await {
                targets.push(target(candidate, address, port, host));
            }
        }
        if !targets.is_empty() {
            return targets;
        }
    }
    targets
}

async fn addresses(resolver: &TokioResolver, name: &str) -> Vec<IpAddr> {
    resolver
        .lookup_ip(name)
        .await
        .map(|found| found.iter().collect())
        .unwrap_or_default()
}

fn target(transport: Transport, address: IpAddr, port: u16, name: &str) -> Target {
    let tls = matches!(transport, Transport::Tls | Transport::Wss);
    Target {
        transport,
        address: SocketAddr::new(address, port),
        tls_name: tls.then(|| name.to_owned()),
    }
}
