//! One shard: a world, its sockets and its timer, all on one thread.
//!
//! Everything here shares one `Rc<RefCell<Shard>>` on a single-threaded runtime, so there is no lock and no channel
//! between a datagram's arrival and the answer to it. Only what comes from other threads (administrators' requests,
//! new revisions, answers of the store) arrives through a channel. The rule that keeps it sound: a borrow of the shard
//! never lives across an `await`.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use plenum_services::{
    Answer, AskId, Flow, Input, JournalEvent, OpenId, Output, Published, RequestId, Target, Transport, World,
};
use plenum_sip::keyed_hash::HashMap;
use plenum_topology::directory::ObjectId;
use tokio::net::UdpSocket;
use tokio::sync::{Notify, mpsc, oneshot};

use crate::answers::Answers;
use crate::keeper::{self, Keeper};
use crate::metrics::Metrics;
use crate::net::connection::Connection;

/// How many messages of other threads one turn takes before sockets get theirs.
const MAIL_BATCH: usize = 64;

/// The shortest time between two wakes of the world. Under load some transaction ends every few microseconds; timers of
/// SIP are tens of milliseconds and more, and may be this late.
const WAKE_INTERVAL: Duration = Duration::from_millis(5);

/// How old a world's figures may be.
const FIGURES_INTERVAL: Duration = Duration::from_secs(5);

/// What other threads say to a shard.
pub enum Mail {
    /// An administrator's request.
    Admin(Box<plenum_admin::Request>, oneshot::Sender<plenum_admin::Answer>),
    /// A newer revision.
    Published(Arc<Published>),
    /// Users whose records changed; `None` means any.
    UsersChanged(Option<Vec<ObjectId>>),
    /// The answer to a question.
    Answer(AskId, Answer),
    /// End the thread when the outputs are out.
    Stop,
}

/// A shard's end of the channel.
pub type Mailbox = mpsc::UnboundedSender<Mail>;

/// The shard as its tasks share it.
pub type Shared = Rc<RefCell<Shard>>;

/// A world with what it reaches.
pub struct Shard {
    world: World,
    udp: HashMap<SocketAddr, Rc<UdpSocket>>,
    connections: HashMap<u64, Connection>,
    next_connection: u64,
    pending_admin: HashMap<RequestId, oneshot::Sender<plenum_admin::Answer>>,
    next_request: u64,
    answers: Answers,
    metrics: Arc<Metrics>,
    timer: Rc<Notify>,
    /// When the timer wakes the world by itself.
    wakes_at: Option<Instant>,
    /// No wake before this moment: [`WAKE_INTERVAL`] after the last one.
    wakes_not_before: Instant,
    keeper: Keeper,
    /// Connections that the world wants; the opener task takes them.
    wanted: mpsc::UnboundedSender<(OpenId, Target)>,
}

impl Shard {
    /// A shard around a world; connections that the world wants go to `wanted`.
    pub fn new(
        world: World,
        udp: HashMap<SocketAddr, Rc<UdpSocket>>,
        answers: Answers,
        metrics: Arc<Metrics>,
        keeper: Keeper,
        wanted: mpsc::UnboundedSender<(OpenId, Target)>,
    ) -> Shared {
        Rc::new(RefCell::new(Shard {
            world,
            udp,
            connections: HashMap::default(),
            next_connection: 1,
            pending_admin: HashMap::default(),
            next_request: 0,
            answers,
            metrics,
            timer: Rc::new(Notify::new()),
            wakes_at: None,
            wakes_not_before: Instant::now(),
            keeper,
            wanted,
        }))
    }

    /// One whole message arrived.
    pub fn message(&mut self, flow: Flow, bytes: &[u8]) {
        self.metrics.received(flow.transport, bytes.len());
        self.world.handle(Instant::now(), Input::Message { flow, bytes });
    }

    /// A number for a new connection.
    pub fn connection_number(&mut self) -> u64 {
        self.next_connection += 1;
        self.next_connection - 1
    }

    /// A connection stands.
    pub fn opened(
        &mut self,
        flow: Flow,
        connection: Connection,
        opened: Option<OpenId>,
        peer_names: Vec<String>,
    ) {
        self.connections.insert(flow.connection, connection);
        self.metrics.connection_opened(flow.transport);
        self.world.handle(
            Instant::now(),
            Input::FlowOpened {
                flow,
                opened,
                peer_names,
            },
        );
    }

    /// A connection ended.
    pub fn closed(&mut self, flow: Flow) {
        if self.connections.remove(&flow.connection).is_some() {
            self.metrics.connection_closed(flow.transport);
            self.world.handle(Instant::now(), Input::FlowClosed { flow });
        }
    }

    /// A connection could not be opened.
    pub fn open_failed(&mut self, id: OpenId, reason: String) {
        self.world
            .handle(Instant::now(), Input::OpenFailed { id, reason });
    }

    fn mail(&mut self, mail: Mail) {
        let now = Instant::now();
        match mail {
            Mail::Admin(request, reply) => {
                let id = RequestId(self.next_request);
                self.next_request += 1;
                self.pending_admin.insert(id, reply);
                self.world.handle(now, Input::Admin(id, *request));
            }
            Mail::Published(published) => self.world.handle(now, Input::Published(published)),
            Mail::UsersChanged(users) => self.world.handle(now, Input::UsersChanged(users)),
            Mail::Answer(id, answer) => self.world.handle(now, Input::Answer(id, answer)),
            Mail::Stop => {}
        }
    }

    /// Carries out everything that the world wants done.
    pub fn flush(&mut self) {
        while let Some(output) = self.world.poll() {
            self.carry_out(output);
        }
        // A deadline that moved away costs one wake that finds nothing, which is less than setting the timer again after
        // every message.
        let due = self.next_wake();
        if due.is_some_and(|due| self.wakes_at.is_none_or(|at| due < at)) {
            self.timer.notify_one();
        }
    }

    /// When the world is to be woken.
    fn next_wake(&self) -> Option<Instant> {
        let deadline = self.world.deadline()?;
        Some(deadline.max(self.wakes_not_before))
    }

    fn wake(&mut self) {
        let now = Instant::now();
        self.wakes_not_before = now + WAKE_INTERVAL;
        self.world.handle(now, Input::Wake);
        self.flush();
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Send { flow, bytes } => self.send(flow, bytes),
            Output::Open { id, target } => {
                // The opener lives as long as the shard; when it is gone the process is ending.
                let _ = self.wanted.send((id, target));
            }
            Output::CloseFlow { flow } => {
                if let Some(connection) = self.connections.get(&flow.connection) {
                    connection.close();
                }
            }
            Output::Ask(id, ask) => self.answers.find(id, ask),
            Output::AdminAnswer(id, answer) => {
                if let Some(reply) = self.pending_admin.remove(&id) {
                    let _ = reply.send(answer);
                }
            }
            Output::Keep(change) => self.keeper.keep(&change),
            Output::Journal(event) => self.journal(&event),
        }
    }

    fn send(&mut self, flow: Flow, bytes: Arc<[u8]>) {
        self.metrics.sent(flow.transport, bytes.len());
        if flow.transport == Transport::Udp {
            if let Some(socket) = self.udp.get(&flow.local) {
                // A full socket buffer loses the datagram, as the network may: SIP's timers repeat it.
                if socket.try_send_to(&bytes, flow.peer).is_err() {
                    self.metrics.datagram_lost();
                }
            }
        } else if let Some(connection) = self.connections.get(&flow.connection) {
            connection.send(bytes);
        }
    }

    fn journal(&self, event: &JournalEvent) {
        self.metrics.journal(event);
        crate::journal::log(event);
    }
}

/// Wakes the world when its deadline passes, for as long as the shard lives.
pub async fn run_timer(shard: Shared) {
    let timer = Rc::clone(&shard.borrow().timer);
    loop {
        let due = {
            let mut shard = shard.borrow_mut();
            shard.wakes_at = shard.next_wake();
            shard.wakes_at
        };
        let Some(due) = due else {
            timer.notified().await;
            continue;
        };
        tokio::select! {
            () = tokio::time::sleep_until(due.into()) => shard.borrow_mut().wake(),
            () = timer.notified() => {}
        }
    }
}

/// Hands the world's figures to the process's, for as long as the shard lives.
pub async fn run_figures(shard: Shared) {
    loop {
        tokio::time::sleep(FIGURES_INTERVAL).await;
        let shard = shard.borrow();
        shard.metrics.set_world(shard.world.metrics());
    }
}

/// Hands what is to be kept to the thread that writes it, for as long as the shard lives.
pub async fn run_keeper(shard: Shared) {
    loop {
        tokio::time::sleep(keeper::INTERVAL).await;
        shard.borrow_mut().keeper.hand_over();
    }
}

/// Takes mail until it says stop or every sender is gone.
pub async fn run_mail(shard: Shared, mut inbox: mpsc::UnboundedReceiver<Mail>) {
    let mut batch = Vec::with_capacity(MAIL_BATCH);
    while inbox.recv_many(&mut batch, MAIL_BATCH).await > 0 {
        let mut stop = false;
        let mut shard = shard.borrow_mut();
        for mail in batch.drain(..) {
            stop |= matches!(mail, Mail::Stop);
            shard.mail(mail);
        }
        shard.flush();
        if stop {
            return;
        }
    }
}
