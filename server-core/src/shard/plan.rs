//! A shard's thread: everything that it starts with, and its runtime.

use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use plenum_services::{Config, Published, Standing, Transport, World};

use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::mpsc;

use super::{Inbox, Mailbox, Shard};
use crate::answers::Answers;
use crate::clock;
use crate::keeper::Keeper;
use crate::metrics::Metrics;
use crate::net::stream::{self, Census, Dialer};
use crate::net::udp::{self, Outbox};
use crate::sockets::OfShard;
use crate::tls::Reception;

/// Everything that a shard's thread starts with.
pub struct Plan {
    /// What its world is told.
    pub config: Config,
    /// The revision to begin with.
    pub published: Arc<Published>,
    /// Its sockets.
    pub(crate) sockets: OfShard,
    /// What listeners present.
    pub reception: Reception,
    /// How connections are opened.
    pub dialer: Dialer,
    /// Connections by address, of all shards.
    pub census: Census,
    /// Who answers its world.
    pub answers: Answers,
    /// The process's figures.
    pub metrics: Arc<Metrics>,
    /// The bindings of the last run, of all shards.
    pub kept: Arc<Standing>,
    /// Takes what is to be kept.
    pub keeper: Keeper,
    /// Its mail.
    pub inbox: Inbox,
    /// Of all shards.
    pub mailboxes: Arc<[Mailbox]>,
}

impl Plan {
    /// Runs the shard on this thread until its mail says stop.
    pub fn run(self) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a thread can have a runtime: it needs only a few file descriptors");
        tokio::task::LocalSet::new().block_on(&runtime, self.serve());
    }

    async fn serve(self) {
        let mut world = World::new(Instant::now(), clock::now(), self.config, self.published);
        let restored = world.restore(&self.kept);
        drop(self.kept);
        tracing::info!(
            shard = world.slice().index(),
            bindings = restored.bindings,
            subscriptions = restored.subscriptions,
            presentities = restored.presentities,
            "what the last run left"
        );
        let watched = self.sockets.udp.into_iter().map(|(socket, local)| {
            let socket = UdpSocket::from_std(socket).expect("a socket that was opened can be watched");
            (Rc::new(socket), local)
        });
        let sockets: Vec<_> = watched.collect();
        let outbox = |(socket, local): &(Rc<UdpSocket>, SocketAddr)| Outbox::new(*local, Rc::clone(socket));
        let (wanted, opener) = mpsc::unbounded_channel();
        let shard = Shard::new(
            world,
            sockets.iter().map(outbox).collect(),
            self.answers,
            self.metrics,
            self.keeper,
            wanted,
            self.mailboxes,
        );
        for (socket, local) in sockets {
            tokio::task::spawn_local(udp::run(Rc::clone(&shard), socket, local));
        }
        for (listener, local, transport) in self.sockets.streams {
            let listener = TcpListener::from_std(listener).expect("a socket that was opened can be watched");
            let tls = matches!(transport, Transport::Tls | Transport::Wss);
            let acceptor = tls.then(|| self.reception.clone());
            let census = (Arc::clone(&self.census), self.dialer.limits);
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
        tokio::task::spawn_local(super::run_timer(Rc::clone(&shard)));
        tokio::task::spawn_local(super::run_figures(Rc::clone(&shard)));
        tokio::task::spawn_local(super::run_keeper(Rc::clone(&shard)));
        // The questions that the restored registrations ask.
        shard.borrow_mut().flush();
        super::run_mail(shard, self.inbox).await;
        // What is queued on connections goes out before the thread ends.
        tokio::task::yield_now().await;
    }
}
