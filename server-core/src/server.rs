//! One server process: one computer of the topology, from its first snapshot to its orderly end.
//!
//! The process's own runtime carries control, web, store and DNS; each shard has a thread and a runtime of its own
//! (see [`crate::shard`]). What ends the process in order is a signal, a request on the control channel, or the end
//! of standard input when it was asked to watch that.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use plenum_admin::{Answer, Request, ServerStatus};
use plenum_services::world::MAX_TRANSACTIONS;
use plenum_services::{Config, Published, Slice, Standing, slice, trace};
use plenum_store::Store;
use plenum_topology::change::Revision;
use plenum_topology::identity::Fqdn;
use plenum_topology::model::{Computer, Pool, Topology};
use tokio::sync::{Notify, oneshot};
use tokio_rustls::TlsConnector;

use crate::answers::Answers;
use crate::certificates::{Authority, CertificateError, CurrentIdentity};
use crate::clock;
use crate::keeper::{self, Writing};
use crate::metrics::Metrics;
use crate::net::stream::{Census, Dialer, Limits};
use crate::shard::plan::Plan;
use crate::shard::{self, Mail, Mailbox};
use crate::sockets::{OfShard, Sockets};
use crate::tls::{self, Reception};
use crate::web::{self, Health};

/// How often certificates are looked at for renewal.
const CERTIFICATE_CHECK: Duration = Duration::from_secs(12 * 60 * 60);

/// What a server process is told.
pub struct Options {
    /// The computer of the topology; `None` when the topology has just one.
    pub computer: Option<String>,
    /// The folder of certificates.
    pub certificates: PathBuf,
    /// Where the control socket of a computer is.
    pub control_socket: Box<dyn Fn(&str) -> PathBuf + Send>,
    /// Where the registrations of a computer outlive its server.
    pub registrations: Box<dyn Fn(&str) -> PathBuf + Send>,
    /// Whether the end of standard input ends the server.
    pub until_input_ends: bool,
    /// SIP domains whose users need not prove who they are: for benchmarks that compare with servers without
    /// authentication, never for a deployment.
    pub unauthenticated_domains: Vec<String>,
}

/// Why a server cannot run. Each says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The store.
    #[error("{0}")]
    Store(#[from] plenum_store::StoreError),
    /// The topology names no such computer, or several and none was chosen.
    #[error("{0}")]
    Computer(String),
    /// The published state cannot be run.
    #[error("the published state cannot be run:\n  {}", .0.join("\n  "))]
    Published(Vec<String>),
    /// Addresses that could not be listened on.
    #[error("{}", .0.join("\n"))]
    Listen(Vec<String>),
    /// A certificate.
    #[error("{0}")]
    Certificate(#[from] CertificateError),
    /// The control socket.
    #[error("the control socket cannot be opened: {0}")]
    Control(io::Error),
    /// The operating system refused something basic.
    #[error("{0}")]
    System(io::Error),
}

/// Runs a server until it is told to stop.
pub async fn run(store: Store, options: Options) -> Result<(), ServerError> {
    let snapshot = store.snapshot().await?;
    let topology = Topology::from_json(&snapshot.topology).map_err(|error| {
        ServerError::Published(vec![format!(
            "the topology: {error}; apply one with `plenum topology apply`"
        )])
    })?;
    let (pool, computer) = choose(&topology, options.computer.as_deref())?;
    let name = computer.fqdn.to_string();
    let published = Arc::new(Published::read(Arc::clone(&snapshot), &name).map_err(ServerError::Published)?);
    let control = crate::control::listen(&(options.control_socket)(&name))
        .await
        .map_err(ServerError::Control)?;
    let authority = Authority::open(&options.certificates, &snapshot.realm)?;
    let identity = CurrentIdentity::new(authority.server(&certificate_names(&topology, pool, &computer))?);
    let shards = pool.shards.unwrap_or_else(usual_shards);
    let sockets = Sockets::open(pool, &computer, shards)?;
    let kept = keeper::open(&(options.registrations)(&name)).map_err(ServerError::System)?;
    let health = Health::default();
    let server = Arc::new(Running {
        name: name.clone(),
        store: store.clone(),
        health: health.clone(),
        state: Mutex::new(State {
            revision: snapshot.revision,
            applied_at: clock::now(),
            behind: None,
        }),
        started_at: clock::now(),
        stop: Notify::new(),
        refresh: Notify::new(),
    });
    let common = Common {
        config: Config {
            listeners: sockets.listeners.clone(),
            lasting_seed: kept.seed,
            seed: random_seed(),
            slice: Slice::WHOLE,
            unauthenticated_domains: options.unauthenticated_domains.clone(),
            trace_bytes: pool.trace_bytes.map_or(trace::BYTES, |bytes| bytes as usize) / usize::from(shards),
            max_transactions: pool
                .max_transactions
                .map_or(MAX_TRANSACTIONS, |bound| bound as usize)
                / usize::from(shards),
        },
        published,
        reception: Reception::new(Arc::clone(&identity), authority.roots()?),
        dialer: Dialer {
            checked: TlsConnector::from(tls::checked_client(
                authority.roots()?,
                Some(Arc::clone(&identity)),
            )),
            unchecked: TlsConnector::from(tls::unchecked_client()),
            limits: Limits::of(&pool.registrar().unwrap_or_default()),
        },
        census: Census::default(),
        resolver: Arc::new(system_resolver()?),
        store: store.clone(),
        metrics: Arc::clone(&health.metrics),
        kept: kept.standing.into(),
    };
    let (mailboxes, threads) = common.start(sockets.shards, &kept.writing)?;

    health.metrics.set_revision(snapshot.revision.0);
    if let Some(listener) = sockets.health {
        let health = health.clone();
        tokio::spawn(async move { web::serve(listener, health).await });
    }
    let answering = Arc::clone(&server);
    let to_shards = Arc::clone(&mailboxes);
    tokio::spawn(crate::control::serve(control, move |request| {
        answer(Arc::clone(&answering), Arc::clone(&to_shards), request)
    }));
    tokio::spawn(follow_store(Arc::clone(&server), Arc::clone(&mailboxes)));
    tokio::spawn(crate::directory::follow(store.clone()));
    tokio::spawn(renew_certificates(
        authority,
        Arc::clone(&identity),
        certificate_names(&topology, pool, &computer),
    ));
    health.ready.store(true, Ordering::Relaxed);
    let addresses: Vec<String> = sockets
        .listeners
        .iter()
        .map(|listener| format!("{:?} {}", listener.transport, listener.address))
        .collect();
    tracing::info!(computer = %name, revision = snapshot.revision.0, shards, listeners = addresses.join(", "), "server started");

    wait_for_end(&server, options.until_input_ends).await;
    health.ready.store(false, Ordering::Relaxed);
    tracing::info!(computer = %name, "server stops");
    let stop = Request::Stop {
        name: None,
        graceful: false,
    };
    let _ = ask_shards(&mailboxes, stop).await;
    for mailbox in mailboxes.iter() {
        mailbox.send(Mail::Stop);
    }
    let end = move || {
        for thread in threads {
            let _ = thread.join();
        }
        kept.writing.finish();
    };
    let _ = tokio::task::spawn_blocking(end).await;
    let _ = std::fs::remove_file((options.control_socket)(&name));
    Ok(())
}

/// What all shards start with.
struct Common {
    config: Config,
    published: Arc<Published>,
    reception: Reception,
    dialer: Dialer,
    census: Census,
    resolver: Arc<TokioResolver>,
    store: Store,
    metrics: Arc<Metrics>,
    kept: Arc<Standing>,
}

/// The shards that run: where they take mail, and their threads.
type Shards = (Arc<[Mailbox]>, Vec<JoinHandle<()>>);

impl Common {
    /// Starts a shard for each set of sockets.
    fn start(self, sockets: Vec<OfShard>, writing: &Writing) -> Result<Shards, ServerError> {
        let (mailboxes, inboxes): (Vec<_>, Vec<_>) = sockets.iter().map(|_| shard::mailbox()).unzip();
        let mailboxes: Arc<[Mailbox]> = mailboxes.into();
        let count = u8::try_from(sockets.len()).unwrap_or(slice::MOST);
        let mut threads = Vec::with_capacity(sockets.len());
        for ((index, inbox), sockets) in (0..count).zip(inboxes).zip(sockets) {
            let runtime = tokio::runtime::Handle::current();
            let mailbox = mailboxes[usize::from(index)].clone();
            let plan = Plan {
                config: Config {
                    slice: Slice::new(index, count),
                    ..self.config.clone()
                },
                published: Arc::clone(&self.published),
                sockets,
                reception: self.reception.clone(),
                dialer: self.dialer.clone(),
                census: Arc::clone(&self.census),
                answers: Answers::new(self.store.clone(), Arc::clone(&self.resolver), runtime, mailbox),
                metrics: Arc::clone(&self.metrics),
                kept: Arc::clone(&self.kept),
                keeper: writing.keeper(),
                inbox,
                mailboxes: Arc::clone(&mailboxes),
            };
            let thread = std::thread::Builder::new().name(format!("shard-{index}"));
            threads.push(thread.spawn(move || plan.run()).map_err(ServerError::System)?);
        }
        Ok((mailboxes, threads))
    }
}

fn system_resolver() -> Result<TokioResolver, ServerError> {
    TokioResolver::builder_tokio()
        .and_then(hickory_resolver::ResolverBuilder::build)
        .map_err(|error| {
            ServerError::System(io::Error::other(format!(
                "the system's DNS settings cannot be read: {error}"
            )))
        })
}

/// A shard for each core but one, which is left for the store, the log and the kernel.
fn usual_shards() -> u8 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    u8::try_from(cores.saturating_sub(1))
        .unwrap_or(slice::MOST)
        .clamp(1, slice::MOST)
}

fn random_seed() -> [u8; 16] {
    let mut seed = [0; 16];
    getrandom::fill(&mut seed).expect("the kernel gives random bytes: nonces and tags must not be guessable");
    seed
}

/// The computer that was named, or the only one.
fn choose<'a>(topology: &'a Topology, named: Option<&str>) -> Result<(&'a Pool, Computer), ServerError> {
    let computers = topology.computers();
    let names = || {
        computers
            .iter()
            .map(|(_, _, computer)| computer.fqdn.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let chosen = match named {
        Some(named) => computers
            .iter()
            .find(|(_, _, computer)| computer.fqdn.to_string().eq_ignore_ascii_case(named)),
        None if computers.len() == 1 => computers.first(),
        None => {
            return Err(ServerError::Computer(format!(
                "the topology has several computers; choose one with --computer: {}",
                names()
            )));
        }
    };
    let (_, pool, computer) = chosen.ok_or_else(|| {
        ServerError::Computer(format!(
            "the topology has no computer {}; it has: {}",
            named.unwrap_or_default(),
            names()
        ))
    })?;
    Ok((pool, computer.clone()))
}

/// What the certificate must prove: host, pool, SIP domains and what clients look for in them (DOMAIN rule V17).
fn certificate_names(topology: &Topology, pool: &Pool, computer: &Computer) -> Vec<String> {
    let mut names = vec![computer.fqdn.to_string(), pool.fqdn.to_string()];
    for domain in topology.sip_domains.iter().map(Fqdn::to_string) {
        names.extend([format!("sip.{domain}"), domain]);
    }
    names.extend(computer.address.map(|address| address.to_string()));
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.to_ascii_lowercase()));
    names
}

/// What the process's tasks share.
struct Running {
    name: String,
    store: Store,
    health: Health,
    state: Mutex<State>,
    started_at: i64,
    stop: Notify,
    refresh: Notify,
}

struct State {
    revision: Revision,
    applied_at: i64,
    behind: Option<String>,
}

impl Running {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(server: Arc<Running>, mailboxes: Arc<[Mailbox]>, request: Request) -> Answer {
    match request {
        Request::Status => {
            let state = server.state();
            Answer::Status(ServerStatus {
                computer: server.name.clone(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                revision: state.revision,
                applied_at: state.applied_at,
                behind: state.behind.clone(),
                started_at: server.started_at,
            })
        }
        Request::Refresh => {
            server.refresh.notify_one();
            Answer::Done
        }
        Request::Shutdown => {
            server.stop.notify_one();
            Answer::Done
        }
        request => ask_shards(&mailboxes, request).await,
    }
}

/// Asks every shard, and makes one answer of theirs.
async fn ask_shards(mailboxes: &[Mailbox], request: Request) -> Answer {
    let asked: Vec<_> = mailboxes
        .iter()
        .map(|mailbox| {
            let (reply, answer) = oneshot::channel();
            mailbox.send(Mail::Admin(Box::new(request.clone()), reply));
            answer
        })
        .collect();
    let mut answers = Vec::with_capacity(asked.len());
    for answer in asked {
        // A shard that has ended drops the question, and so the way of the answer.
        answers.push(answer.await.unwrap_or_else(|_| Answer::Failed {
            id: "ServerStopping".to_owned(),
            message: "The server is ending.".to_owned(),
            hint: Some("Start it again with `plenum server run`.".to_owned()),
        }));
    }
    Answer::together(answers).unwrap_or(Answer::Done)
}

/// Takes every newer revision: the whole snapshot when the topology or settings changed, single users otherwise. A
/// revision that cannot be run is reported and left out; the server stays with the one that it has.
async fn follow_store(server: Arc<Running>, mailboxes: Arc<[Mailbox]>) {
    let mut seen = server.state().revision;
    let mut watch = server.store.watch(seen);
    loop {
        tokio::select! {
            rung = watch.next() => if let Err(error) = rung {
                tracing::warn!(%error, "the store does not say whether there is a newer revision");
                server.state().behind = Some(error.to_string());
                continue;
            },
            () = server.refresh.notified() => {}
        }
        match take_newer(&server, &mailboxes, seen).await {
            Ok(revision) => seen = revision,
            Err(error) => {
                tracing::warn!(error, "a newer revision could not be taken");
                server.state().behind = Some(error);
            }
        }
    }
}

async fn take_newer(server: &Running, mailboxes: &[Mailbox], seen: Revision) -> Result<Revision, String> {
    let text = |error: plenum_store::StoreError| error.to_string();
    let changed = server.store.changes_since(seen).await.map_err(text)?;
    if changed.revision == seen {
        return Ok(seen);
    }
    if changed.topology || !changed.nouns.is_empty() {
        let snapshot = server.store.snapshot().await.map_err(text)?;
        let published = Published::read(snapshot, &server.name).map_err(|problems| problems.join("; "))?;
        let published = Arc::new(published);
        for mailbox in mailboxes {
            mailbox.send(Mail::Published(Arc::clone(&published)));
        }
    }
    if !changed.objects.is_empty() {
        let objects: Vec<_> = changed.objects.into_iter().collect();
        for mailbox in mailboxes {
            mailbox.send(Mail::UsersChanged(Some(objects.clone())));
        }
    }
    let mut state = server.state();
    *state = State {
        revision: changed.revision,
        applied_at: clock::now(),
        behind: None,
    };
    server.health.metrics.set_revision(changed.revision.0);
    tracing::info!(revision = changed.revision.0, "runs a newer revision");
    Ok(changed.revision)
}

async fn renew_certificates(authority: Authority, identity: Arc<CurrentIdentity>, names: Vec<String>) {
    let mut check = tokio::time::interval(CERTIFICATE_CHECK);
    loop {
        check.tick().await;
        match authority.server(&names) {
            Ok(renewed) => identity.replace(renewed),
            Err(error) => tracing::error!(%error, "the server's certificate could not be renewed"),
        }
    }
}

async fn wait_for_end(server: &Running, until_input_ends: bool) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return server.stop.notified().await;
    };
    let input = async {
        if until_input_ends {
            let _ = tokio::io::copy(&mut tokio::io::stdin(), &mut tokio::io::sink()).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        () = server.stop.notified() => {}
        () = input => {}
    }
}
