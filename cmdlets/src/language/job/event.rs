//! The job of an event's action: it runs nothing by itself, and keeps what the action puts out.

use super::*;

/// An event's job.
#[derive(Clone)]
pub struct EventJob(Arc<Job>);

impl EventJob {
    /// What scripts see.
    pub fn value(&self) -> Value {
        Value::instance(JobValue(Arc::clone(&self.0)))
    }

    /// The action runs for the first time.
    pub fn runs(&self) {
        let mut progress = self.0.progress();
        if progress.state == State::NotStarted {
            progress.state = State::Running;
        }
    }

    /// No event comes any more.
    pub fn ends(&self) {
        self.0.set(State::Stopped);
    }

    /// Keeps what the action put out.
    pub fn takes(&self) -> (Taker, Taker) {
        let (objects, errors) = (Arc::clone(&self.0), Arc::clone(&self.0));
        (
            Arc::new(move |value| objects.progress().output.push(Output::Object(value))),
            Arc::new(move |value| {
                let record = inspect::error_record(&value);
                let record = record.map(|record| Output::Error(Box::new(record)));
                errors.progress().output.extend(record);
            }),
        )
    }
}

impl Jobs {
    /// Adds the job of an event's action.
    pub fn event(&self, context: &mut dyn Context, name: &str, action: &Value) -> Result<EventJob> {
        let stop = Arc::new(AtomicBool::new(false));
        let outside = session(context)?.shared_host();
        let job = self.add(Job {
            id: 0,
            name: name.to_owned(),
            command: inspect::text(action),
            kind: Kind::Event,
            host: Arc::new(JobHost::new(outside, Arc::clone(&stop))),
            stop,
            progress: Mutex::new(Progress {
                state: State::NotStarted,
                output: Vec::new(),
                shown: String::new(),
            }),
            changed: Condvar::new(),
        });
        Ok(EventJob(job))
    }

    /// The job that a value is.
    pub fn state_of(value: &Value) -> Option<String> {
        let job = value.downcast::<JobValue>()?;
        Some(format!("{:?}", job.0.progress().state))
    }
}
