//! A connection as the shard sees it: a bounded queue of messages to write, and a way to close it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use tokio::sync::Notify;

/// A peer that leaves this many bytes unread is cut off: it would hold memory for as long as it likes.
const WRITE_LIMIT: usize = 4 * 1024 * 1024;

/// The shard's handle of a connection; the task that owns the socket holds the other one.
#[derive(Clone, Default)]
pub struct Connection(Rc<State>);

#[derive(Default)]
struct State {
    queue: RefCell<Queue>,
    changed: Notify,
    overflown: Notify,
}

#[derive(Default)]
struct Queue {
    messages: VecDeque<Arc<[u8]>>,
    bytes: usize,
    closing: bool,
}

/// What the writing side does next.
pub enum Next {
    /// Write this.
    Write(Arc<[u8]>),
    /// Everything is written and the connection is to be closed.
    Close,
}

impl Connection {
    /// Queues a message.
    pub fn send(&self, message: Arc<[u8]>) {
        let mut queue = self.0.queue.borrow_mut();
        queue.bytes += message.len();
        if queue.bytes > WRITE_LIMIT {
            queue.messages.clear();
            queue.closing = true;
            self.0.overflown.notify_one();
        } else if !queue.closing {
            queue.messages.push_back(message);
        }
        self.0.changed.notify_one();
    }

    /// Closes the connection when what is queued is written.
    pub fn close(&self) {
        self.0.queue.borrow_mut().closing = true;
        self.0.changed.notify_one();
    }

    /// Waits until the peer has left too much unread. The writing side cannot tell: it waits for the peer.
    pub async fn overflows(&self) -> io::Result<()> {
        self.0.overflown.notified().await;
        Err(io::Error::other("the peer does not read what it is sent"))
    }

    /// Waits for something to write.
    pub async fn next(&self) -> Next {
        loop {
            if let Some(next) = self.try_next() {
                return next;
            }
            self.0.changed.notified().await;
        }
    }

    /// What there is to write at once.
    pub fn try_next(&self) -> Option<Next> {
        let mut queue = self.0.queue.borrow_mut();
        match queue.messages.pop_front() {
            Some(message) => {
                queue.bytes -= message.len();
                Some(Next::Write(message))
            }
            None => queue.closing.then_some(Next::Close),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_queued_before_a_close_is_still_written() {
        let connection = Connection::default();
        connection.send(Arc::from(&b"one"[..]));
        connection.close();
        assert!(matches!(connection.try_next(), Some(Next::Write(message)) if &*message == b"one"));
        assert!(matches!(connection.try_next(), Some(Next::Close)));
    }

    #[test]
    fn a_peer_that_does_not_read_is_cut_off_with_bounded_memory() {
        let connection = Connection::default();
        let message: Arc<[u8]> = Arc::from(vec![0; 65_536]);
        for _ in 0..1_000 {
            connection.send(Arc::clone(&message));
        }
        assert!(matches!(connection.try_next(), Some(Next::Close)));
    }
}
