//! One shard: a world, its sockets and its timer, all on one thread.
//!
//! Everything here shares one `Rc<RefCell<Shard>>` on a single-threaded runtime, so there is no lock and no channel
//! between a datagram's arrival and the answer to it. Only what comes from other threads (administrators' requests,
//! new revisions, answers of the store, messages that reached another shard first) arrives through a channel. The rule
//! that keeps it sound: a borrow of the shard never lives across an `await`.
//!
//! A connection is its shard's: the number says which one, and others send on it by mail. What one shard mails another
//! arrives in order, so a connection is known everywhere before its first message.

pub mod plan;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use plenum_services::{
    Answer, AskId, Flow, Input, JournalEvent, OpenId, Output, Published, RequestId, Slice, Target, Transport,
    Word, World,
};
use plenum_sip::Message;
use plenum_sip::keyed_hash::HashMap;
use plenum_topology::directory::ObjectId;
use tokio::sync::{Notify, mpsc, oneshot};

use crate::answers::Answers;
use crate::keeper::{self, Keeper};
use crate::metrics::Metrics;
use crate::net::connection::Connection;
use crate::net::udp::Outbox;

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
    /// Answers to questions.
    Answers(Vec<(AskId, Answer)>),
    /// A message that reached another shard.
    HandedOver(Flow, Message),
    /// A user signed in on a connection, in another shard.
    Proved(u64, String),
    /// What the world of another shard says.
    Told(u8, Word),
    /// A connection of another shard stands, with the names of its peer.
    Opened(Flow, Vec<String>),
    /// A connection of another shard ended.
    Closed(Flow),
    /// Send on a connection of this shard.
    Send(Flow, Arc<[u8]>),
    /// Close a connection of this shard.
    Close(Flow),
    /// End the thread when the outputs are out.
    Stop,
}

/// The most messages that wait to be taken from other shards; what is over is lost as a datagram would be.
const MAX_HANDED_OVER: usize = 100_000;

/// Where a shard's mail is put.
#[derive(Clone)]
pub struct Mailbox {
    sender: mpsc::UnboundedSender<Mail>,
    /// Messages from other shards that wait.
    handed_over: Arc<AtomicUsize>,
}

/// Where a shard takes its mail from.
pub struct Inbox {
    receiver: mpsc::UnboundedReceiver<Mail>,
    handed_over: Arc<AtomicUsize>,
}

/// A mailbox and its inbox.
pub fn mailbox() -> (Mailbox, Inbox) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let handed_over = Arc::new(AtomicUsize::new(0));
    let inbox = Inbox {
        receiver,
        handed_over: Arc::clone(&handed_over),
    };
    (Mailbox { sender, handed_over }, inbox)
}

impl Mailbox {
    /// Puts mail in. Whether the shard still takes it; when it does not, the process is ending.
    pub fn send(&self, mail: Mail) -> bool {
        self.sender.send(mail).is_ok()
    }

    /// Hands a message over, unless too many wait.
    fn hand_over(&self, flow: Flow, message: Message) -> bool {
        let has_room = self.handed_over.fetch_add(1, Ordering::Relaxed) < MAX_HANDED_OVER;
        if !has_room || !self.send(Mail::HandedOver(flow, message)) {
            self.handed_over.fetch_sub(1, Ordering::Relaxed);
            return false;
        }
        true
    }
}

/// The shard as its tasks share it.
pub type Shared = Rc<RefCell<Shard>>;

/// A world with what it reaches.
pub struct Shard {
    world: World,
    /// One or two: found faster by looking at each than by hashing.
    udp: Vec<Outbox>,
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
    slice: Slice,
    /// Of all shards, this one's too.
    mailboxes: Arc<[Mailbox]>,
}

/// The shard whose connection it is.
fn owner(flow: Flow) -> u8 {
    (flow.connection >> OWNER) as u8
}

/// From this bit on, the number of a connection says whose it is.
const OWNER: u32 = 56;

impl Shard {
    /// A shard around a world; connections that the world wants go to `wanted`.
    pub fn new(
        world: World,
        udp: Vec<Outbox>,
        answers: Answers,
        metrics: Arc<Metrics>,
        keeper: Keeper,
        wanted: mpsc::UnboundedSender<(OpenId, Target)>,
        mailboxes: Arc<[Mailbox]>,
    ) -> Shared {
        let slice = world.slice();
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
            slice,
            mailboxes,
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
        (self.next_connection - 1) | u64::from(self.slice.index()) << OWNER
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
        self.tell_others(|| Mail::Opened(flow, peer_names.clone()));
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
            self.tell_others(|| Mail::Closed(flow));
            self.world.handle(Instant::now(), Input::FlowClosed { flow });
        }
    }

    fn tell_others(&self, mail: impl Fn() -> Mail) {
        let others = self.mailboxes.iter().enumerate();
        for (_, mailbox) in others.filter(|(index, _)| *index != usize::from(self.slice.index())) {
            mailbox.send(mail());
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
            Mail::Answers(answers) => {
                for (id, answer) in answers {
                    self.world.handle(now, Input::Answer(id, answer));
                }
            }
            Mail::HandedOver(flow, message) => self.world.handle(now, Input::HandedOver { flow, message }),
            Mail::Told(from, word) => self.world.handle(now, Input::Told { from, word }),
            Mail::Proved(connection, user) => self.world.handle(now, Input::Proved { connection, user }),
            Mail::Opened(flow, peer_names) => {
                let opened = None;
                self.world.handle(
                    now,
                    Input::FlowOpened {
                        flow,
                        opened,
                        peer_names,
                    },
                );
            }
            Mail::Closed(flow) => self.world.handle(now, Input::FlowClosed { flow }),
            Mail::Send(flow, bytes) => self.send_own(flow, bytes),
            Mail::Close(flow) => self.close_own(flow),
            Mail::Stop => {}
        }
    }

    /// Carries out everything that the world wants done.
    pub fn flush(&mut self) {
        while let Some(output) = self.world.poll() {
            self.carry_out(output);
        }
        for outbox in &mut self.udp {
            self.metrics.datagrams_lost(outbox.flush());
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
            Output::HandOver { world, flow, message } => {
                let taken = self.mailboxes.get(usize::from(world));
                if !taken.is_some_and(|mailbox| mailbox.hand_over(flow, message)) {
                    self.metrics.datagrams_lost(1);
                }
            }
            Output::Proved { connection, user } => {
                self.tell_others(|| Mail::Proved(connection, user.clone()));
            }
            Output::Tell { world, from, word } => {
                if let Some(mailbox) = self.mailboxes.get(usize::from(world)) {
                    mailbox.send(Mail::Told(from, word));
                }
            }
            Output::Open { id, target } => {
                // The opener lives as long as the shard; when it is gone the process is ending.
                let _ = self.wanted.send((id, target));
            }
            Output::CloseFlow { flow } => match self.elsewhere(flow) {
                Some(mailbox) => drop(mailbox.send(Mail::Close(flow))),
                None => self.close_own(flow),
            },
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
            let outbox = self.udp.iter_mut().find(|outbox| outbox.local() == flow.local);
            if let Some(outbox) = outbox
                && outbox.put(flow.peer, bytes)
            {
                self.metrics.datagrams_lost(outbox.flush());
            }
        } else if let Some(mailbox) = self.elsewhere(flow) {
            mailbox.send(Mail::Send(flow, bytes));
        } else {
            self.send_own(flow, bytes);
        }
    }

    fn send_own(&self, flow: Flow, bytes: Arc<[u8]>) {
        if let Some(connection) = self.connections.get(&flow.connection) {
            connection.send(bytes);
        }
    }

    fn close_own(&self, flow: Flow) {
        if let Some(connection) = self.connections.get(&flow.connection) {
            connection.close();
        }
    }

    /// The mailbox of the shard whose connection it is, when that is another one.
    fn elsewhere(&self, flow: Flow) -> Option<&Mailbox> {
        let owner = owner(flow);
        self.mailboxes
            .get(usize::from(owner))
            .filter(|_| owner != self.slice.index())
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
        shard
            .metrics
            .set_world(shard.slice.index(), shard.world.metrics());
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
pub async fn run_mail(shard: Shared, mut inbox: Inbox) {
    let mut batch = Vec::with_capacity(MAIL_BATCH);
    while inbox.receiver.recv_many(&mut batch, MAIL_BATCH).await > 0 {
        let (mut stop, mut handed_over) = (false, 0);
        let mut shard = shard.borrow_mut();
        for mail in batch.drain(..) {
            stop |= matches!(mail, Mail::Stop);
            handed_over += usize::from(matches!(mail, Mail::HandedOver(..)));
            shard.mail(mail);
        }
        inbox.handed_over.fetch_sub(handed_over, Ordering::Relaxed);
        shard.flush();
        if stop {
            return;
        }
    }
}
