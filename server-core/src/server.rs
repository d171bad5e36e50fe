//! One server process: one computer of the topology, from its first snapshot to its orderly end.
//!
//! The process's own runtime carries control, web, store and DNS; each shard has a thread and a runtime of its own
//! (see [`crate::shard`]). What ends the process in order is a signal, a request on the control channel, or the end
//! of standard input when it was asked to watch that.

use plenum_sip::keyed_hash::HashMap;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hickory_resolver::TokioResolver;
use plenum_admin::{Answer, Request, ServerStatus};
use plenum_services::world::MAX_TRANSACTIONS;
use plenum_services::{Config, Listener, Published, Transport, World};
use plenum_store::Store;
use plenum_topology::change::Revision;
use plenum_topology::identity::{Fqdn, Role};
use plenum_topology::model::port::Protocol;
use plenum_topology::model::{Computer, Pool, Topology};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::answers::Answers;
use crate::certificates::{Authority, CertificateError, CurrentIdentity, client_config, server_config};
use crate::clock;
use crate::keeper;
use crate::metrics::Metrics;
use crate::net::stream::{self, Dialer};
use crate::net::udp;
use crate::shard::{self, Mail, Mailbox, Shard};
use crate::web::{self, Health};

/// How often certificates are looked at for renewal.
const CERTIFICATE_CHECK: Duration = Duration::from_secs(12 * 60 * 60);
/// The receive buffer of UDP sockets: a burst of a few thousand messages waits there while a shard works.
const UDP_BUFFER: usize = 8 * 1024 * 1024;
/// Connections that may wait to be accepted.
const BACKLOG: i32 = 4096;

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
    let sockets = Sockets::open(pool, &computer)?;
    let kept = keeper::open(&(options.registrations)(&name)).map_err(ServerError::System)?;
    let health = Health::default();
    let resolver = TokioResolver::builder_tokio()
        .and_then(hickory_resolver::ResolverBuilder::build)
        .map_err(|error| {
            ServerError::System(io::Error::other(format!(
                "the system's DNS settings cannot be read: {error}"
            )))
        })?;

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
    let (mailbox, inbox) = mpsc::unbounded_channel();
    let plan = ShardPlan {
        published,
        max_transactions: pool
            .max_transactions
            .map_or(MAX_TRANSACTIONS, |bound| bound as usize),
        unauthenticated_domains: options.unauthenticated_domains.clone(),
        listeners: sockets.listeners.clone(),
        udp: sockets.udp,
        streams: sockets.streams,
        identity: Arc::clone(&identity),
        dialer: Dialer {
            tls: TlsConnector::from(client_config(&authority.certificate_file())?),
        },
        answers: Answers::new(
            store.clone(),
            Arc::new(resolver),
            tokio::runtime::Handle::current(),
            mailbox.clone(),
        ),
        metrics: Arc::clone(&health.metrics),
        kept,
        inbox,
    };
    let shard = std::thread::Builder::new()
        .name("shard-0".to_owned())
        .spawn(move || plan.run())
        .map_err(ServerError::System)?;

    health.metrics.set_revision(snapshot.revision.0);
    if let Some(listener) = sockets.health {
        let health = health.clone();
        tokio::spawn(async move { web::serve(listener, health).await });
    }
    let answering = Arc::clone(&server);
    let to_shard = mailbox.clone();
    tokio::spawn(crate::control::serve(control, move |request| {
        answer(Arc::clone(&answering), to_shard.clone(), request)
    }));
    tokio::spawn(follow_store(Arc::clone(&server), mailbox.clone()));
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
    tracing::info!(computer = %name, revision = snapshot.revision.0, listeners = addresses.join(", "), "server started");

    wait_for_end(&server, options.until_input_ends).await;
    health.ready.store(false, Ordering::Relaxed);
    tracing::info!(computer = %name, "server stops");
    let _ = ask_shard(
        &mailbox,
        Request::Stop {
            name: None,
            graceful: false,
        },
    )
    .await;
    let _ = mailbox.send(Mail::Stop);
    let _ = tokio::task::spawn_blocking(move || shard.join()).await;
    let _ = std::fs::remove_file((options.control_socket)(&name));
    Ok(())
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

/// Every socket of the computer, opened before anything is started: all of them or an error that names each that failed.
struct Sockets {
    listeners: Vec<Listener>,
    udp: Vec<(std::net::UdpSocket, SocketAddr)>,
    streams: Vec<(std::net::TcpListener, SocketAddr, Transport)>,
    health: Option<TcpListener>,
}

impl Sockets {
    fn open(pool: &Pool, computer: &Computer) -> Result<Sockets, ServerError> {
        let address = computer.listen_address();
        let mut sockets = Sockets {
            listeners: Vec::new(),
            udp: Vec::new(),
            streams: Vec::new(),
            health: None,
        };
        let mut problems = Vec::new();
        for (transport, port) in sip_ports(pool) {
            let place = SocketAddr::new(address, port);
            let opened = match transport {
                Transport::Udp => open_udp(place).map(|socket| sockets.udp.push((socket, place))),
                Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => {
                    open_tcp(place).map(|socket| sockets.streams.push((socket, place, transport)))
                }
            };
            match opened {
                Ok(()) => sockets.listeners.push(Listener {
                    transport,
                    address: place,
                }),
                Err(error) => {
                    problems.push(listen_problem(&format!("SIP over {transport:?}"), place, &error));
                }
            }
        }
        if let Some(port) = pool.health_port {
            let place = SocketAddr::new(address, port);
            match open_tcp(place).and_then(TcpListener::from_std) {
                Ok(listener) => sockets.health = Some(listener),
                Err(error) => problems.push(listen_problem("health", place, &error)),
            }
        }
        if problems.is_empty() {
            Ok(sockets)
        } else {
            Err(ServerError::Listen(problems))
        }
    }
}

fn sip_ports(pool: &Pool) -> Vec<(Transport, u16)> {
    let transport = |protocol| match protocol {
        Protocol::Mtls | Protocol::Tls => Some(Transport::Tls),
        Protocol::Tcp => Some(Transport::Tcp),
        Protocol::Udp => Some(Transport::Udp),
        Protocol::WebSocket => Some(Transport::Ws),
        Protocol::WebSocketTls => Some(Transport::Wss),
        Protocol::TcpOrUdp | Protocol::Http | Protocol::Https => None,
    };
    let ports = pool.ports_of(Role::Registrar);
    let sip = ports.iter().filter(|port| port.usage == "SipServer");
    // One listener serves clients and servers, which the topology names apart.
    let mut listeners: Vec<(Transport, u16)> = Vec::new();
    for listener in sip.filter_map(|port| Some((transport(port.protocol)?, port.number))) {
        if !listeners.contains(&listener) {
            listeners.push(listener);
        }
    }
    listeners
}

fn open_udp(place: SocketAddr) -> io::Result<std::net::UdpSocket> {
    let socket = socket2::Socket::new(socket2::Domain::for_address(place), socket2::Type::DGRAM, None)?;
    socket.set_nonblocking(true)?;
    // The kernel gives what it allows; less only means that bursts are lost sooner.
    let _ = socket.set_recv_buffer_size(UDP_BUFFER);
    let _ = socket.set_send_buffer_size(UDP_BUFFER);
    socket.bind(&place.into())?;
    Ok(socket.into())
}

fn open_tcp(place: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = socket2::Socket::new(socket2::Domain::for_address(place), socket2::Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    // Connections of a server that ended a moment ago do not keep the port (TIME_WAIT); a live listener does.
    socket.set_reuse_address(true)?;
    socket.bind(&place.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

fn listen_problem(what: &str, place: SocketAddr, error: &io::Error) -> String {
    let next = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program listens there; stop it, or change the port in the topology"
        }
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 need the right to bind them (CAP_NET_BIND_SERVICE), or choose a higher one in the topology"
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine does not have that address; change the computer's address in the topology"
        }
        _ => "look at the address and the port in the topology",
    };
    format!("{what} cannot listen on {place}: {error}: {next}")
}

/// Everything that a shard's thread starts with.
struct ShardPlan {
    published: Arc<Published>,
    max_transactions: usize,
    unauthenticated_domains: Vec<String>,
    listeners: Vec<Listener>,
    udp: Vec<(std::net::UdpSocket, SocketAddr)>,
    streams: Vec<(std::net::TcpListener, SocketAddr, Transport)>,
    identity: Arc<CurrentIdentity>,
    dialer: Dialer,
    answers: Answers,
    metrics: Arc<Metrics>,
    kept: keeper::Opened,
    inbox: mpsc::UnboundedReceiver<Mail>,
}

impl ShardPlan {
    fn run(self) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a thread can have a runtime: it needs only a few file descriptors");
        tokio::task::LocalSet::new().block_on(&runtime, self.serve());
    }

    async fn serve(self) {
        let mut seed = [0; 16];
        getrandom::fill(&mut seed)
            .expect("the kernel gives random bytes: nonces and tags must not be guessable");
        let config = Config {
            listeners: self.listeners,
            lasting_seed: self.kept.seed,
            seed,
            unauthenticated_domains: self.unauthenticated_domains,
            max_transactions: self.max_transactions,
        };
        let mut world = World::new(Instant::now(), clock::now(), config, self.published);
        let restored = world.restore(self.kept.bindings);
        tracing::info!(restored, "registrations of the last run");
        let mut sockets = HashMap::default();
        for (socket, local) in self.udp {
            let socket = UdpSocket::from_std(socket).expect("a socket that was opened can be watched");
            sockets.insert(local, Rc::new(socket));
        }
        let (wanted, opener) = mpsc::unbounded_channel();
        let shard = Shard::new(
            world,
            sockets.clone(),
            self.answers,
            self.metrics,
            self.kept.keeper,
            wanted,
        );
        for (local, socket) in sockets {
            tokio::task::spawn_local(udp::run(Rc::clone(&shard), socket, local));
        }
        let census = stream::Census::default();
        for (listener, local, transport) in self.streams {
            let listener = TcpListener::from_std(listener).expect("a socket that was opened can be watched");
            let tls = matches!(transport, Transport::Tls | Transport::Wss);
            let acceptor = tls.then(|| TlsAcceptor::from(server_config(Arc::clone(&self.identity))));
            let census = Rc::clone(&census);
            tokio::task::spawn_local(stream::accept(
                Rc::clone(&shard),
                listener,
                local,
                transport,
                acceptor,
                census,
            ));
        }
        tokio::task::spawn_local(stream::run_opener(Rc::clone(&shard), self.dialer, opener));
        tokio::task::spawn_local(shard::run_timer(Rc::clone(&shard)));
        tokio::task::spawn_local(shard::run_figures(Rc::clone(&shard)));
        tokio::task::spawn_local(shard::run_keeper(Rc::clone(&shard)));
        // The questions that the restored registrations ask.
        shard.borrow_mut().flush();
        shard::run_mail(shard, self.inbox).await;
        // What is queued on connections goes out before the thread ends.
        tokio::task::yield_now().await;
    }
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

async fn answer(server: Arc<Running>, mailbox: Mailbox, request: Request) -> Answer {
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
        request => ask_shard(&mailbox, request).await,
    }
}

async fn ask_shard(mailbox: &Mailbox, request: Request) -> Answer {
    let (reply, answer) = oneshot::channel();
    let gone = || Answer::Failed {
        id: "ServerStopping".to_owned(),
        message: "The server is ending.".to_owned(),
        hint: Some("Start it again with `plenum server run`.".to_owned()),
    };
    match mailbox.send(Mail::Admin(Box::new(request), reply)) {
        Ok(()) => answer.await.unwrap_or_else(|_| gone()),
        Err(_) => gone(),
    }
}

/// Takes every newer revision: the whole snapshot when the topology or settings changed, single users otherwise. A
/// revision that cannot be run is reported and left out; the server stays with the one that it has.
async fn follow_store(server: Arc<Running>, mailbox: Mailbox) {
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
        match take_newer(&server, &mailbox, seen).await {
            Ok(revision) => seen = revision,
            Err(error) => {
                tracing::warn!(error, "a newer revision could not be taken");
                server.state().behind = Some(error);
            }
        }
    }
}

async fn take_newer(server: &Running, mailbox: &Mailbox, seen: Revision) -> Result<Revision, String> {
    let text = |error: plenum_store::StoreError| error.to_string();
    let changed = server.store.changes_since(seen).await.map_err(text)?;
    if changed.revision == seen {
        return Ok(seen);
    }
    if changed.topology || !changed.nouns.is_empty() {
        let snapshot = server.store.snapshot().await.map_err(text)?;
        let published = Published::read(snapshot, &server.name).map_err(|problems| problems.join("; "))?;
        let _ = mailbox.send(Mail::Published(Arc::new(published)));
    }
    if !changed.objects.is_empty() {
        let _ = mailbox.send(Mail::UsersChanged(Some(changed.objects.into_iter().collect())));
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
