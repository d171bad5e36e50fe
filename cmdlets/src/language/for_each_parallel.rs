//! ForEach-Object -Parallel: a script block for several objects at a time.
//!
//! Each worker thread has a session of its own, as a thread job has; the block runs in a scope of its own for each
//! object. Results come in the order in which they are ready. Few objects wait: a fast producer is slowed down.

use std::sync::mpsc::{Receiver, Sender, SyncSender, TryRecvError, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::{ErrorRecord, Result};
use plenum_lang::value::Value;

use super::provider::session;
use super::thread::{Task, ending, spawn};
use crate::authoring::{Read, refuse};

/// How often a waiting pipeline looks whether Ctrl-C was pressed.
const STOP_POLL: Duration = Duration::from_millis(20);

/// What a worker says.
enum Said {
    Output(Vec<Value>),
    Error(Box<ErrorRecord>),
}

/// The workers of one pipeline element.
pub struct Parallel {
    task: Arc<Task>,
    limit: usize,
    workers: usize,
    give: SyncSender<Value>,
    work: Arc<Mutex<Receiver<Value>>>,
    tell: Sender<Said>,
    results: Receiver<Said>,
}

impl Parallel {
    /// Nobody works before there is an object.
    pub fn new(context: &dyn Context, arguments: &Arguments, block: &Value) -> Result<Parallel> {
        refuse(arguments, &["AsJob", "TimeoutSeconds"])?;
        let limit = arguments
            .int("ThrottleLimit")
            .and_then(|limit| usize::try_from(limit).ok())
            .unwrap_or(5)
            .max(1);
        let (give, work) = sync_channel(limit);
        let (tell, results) = channel();
        Ok(Parallel {
            task: Arc::new(Task::new(context, block)),
            limit,
            workers: 0,
            give,
            work: Arc::new(Mutex::new(work)),
            tell,
            results,
        })
    }

    /// Hands an object to a worker, and passes on what is ready.
    pub fn take(&mut self, context: &mut dyn Context, item: Value) -> Result<()> {
        if self.workers < self.limit {
            self.workers += 1;
            self.start_worker(context)?;
        }
        let mut item = item;
        loop {
            self.pass_on(context)?;
            match self.give.try_send(item) {
                Ok(()) | Err(TrySendError::Disconnected(_)) => return Ok(()),
                Err(TrySendError::Full(back)) => item = back,
            }
            context.check_stop()?;
            if let Ok(said) = self.results.recv_timeout(STOP_POLL) {
                say(context, said)?;
            }
        }
    }

    /// Waits for the workers, and passes on the rest.
    pub fn finish(self, context: &mut dyn Context) -> Result<()> {
        let Parallel {
            give, tell, results, ..
        } = self;
        drop((give, tell));
        loop {
            context.check_stop()?;
            match results.recv_timeout(STOP_POLL) {
                Ok(said) => say(context, said)?,
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    fn pass_on(&self, context: &mut dyn Context) -> Result<()> {
        loop {
            match self.results.try_recv() {
                Ok(said) => say(context, said)?,
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => return Ok(()),
            }
        }
    }

    fn start_worker(&self, context: &mut dyn Context) -> Result<()> {
        let host = session(context)?.shared_host();
        let mut engine = session(context)?.fresh_engine(None);
        let (task, work, tell) = (Arc::clone(&self.task), Arc::clone(&self.work), self.tell.clone());
        spawn(&*host, move || {
            let block = match task.prepare(&mut engine) {
                Ok(block) => block,
                Err(interrupt) => {
                    let _ = ending(interrupt).map(|record| tell.send(Said::Error(Box::new(record))));
                    return;
                }
            };
            loop {
                let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok(item) = next else { return };
                let said = match task.run_for(&mut engine, &block, item) {
                    Ok(output) => Said::Output(output),
                    Err(interrupt) => match ending(interrupt) {
                        Some(record) => Said::Error(Box::new(record)),
                        None => return,
                    },
                };
                if tell.send(said).is_err() {
                    return;
                }
            }
        })
    }
}

fn say(context: &mut dyn Context, said: Said) -> Result<()> {
    match said {
        Said::Output(output) => output.into_iter().try_for_each(|value| context.write(value)),
        Said::Error(record) => context.error(*record),
    }
}
