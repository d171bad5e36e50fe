//! A job as scripts see it: its properties are those of the moment in which they are read.

use super::*;

/// A job as scripts see it: its properties are those of the moment in which they are read.
pub struct JobValue(pub(super) Arc<Job>);

impl Instance for JobValue {
    fn type_name(&self) -> Arc<str> {
        Arc::from(self.0.kind.type_name())
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        [
            self.0.kind.type_name(),
            "System.Management.Automation.Job",
            "System.Object",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn to_text(&self) -> String {
        self.0.kind.type_name().to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "Id",
            "Name",
            "PSJobTypeName",
            "State",
            "HasMoreData",
            "Location",
            "Command",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let job = &self.0;
        Some(match name.to_ascii_lowercase().as_str() {
            "id" => Value::Int(job.id),
            "name" => text(&job.name),
            "psjobtypename" if job.kind == Kind::Event => Value::Null,
            "psjobtypename" => text("ThreadJob"),
            "state" => text(format!("{:?}", job.progress().state)),
            "hasmoredata" => {
                let progress = job.progress();
                let may_come = job.kind == Kind::Thread && !progress.state.is_over();
                Value::Bool(may_come || !progress.output.is_empty())
            }
            "location" if job.kind == Kind::Event => Value::Null,
            "location" => text("PowerShell"),
            "command" => text(&job.command),
            _ => return None,
        })
    }
}
