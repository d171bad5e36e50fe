//! Trace-CsCall: the messages of a call, drawn as the RFCs draw them.
//!
//! The product has CLS logging and Snooper for that. Here each server keeps the messages of calls for a while, and draws
//! them at the prompt. Users and addresses are told only on request, credentials never.

use std::collections::HashSet;
use std::sync::Arc;

use plenum_admin::{Answer, Request, TracedCall, TracedMessage};
use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::format::{View, ViewColumn};
use plenum_lang::inspect;
use plenum_lang::signature::Completion;
use plenum_lang::value::{DateTime, DateTimeKind, Value};
use plenum_topology::identity::SipAddress;

use super::target::{ask, computers};
use crate::authoring::{Read, cmdlet, object, optional_text, parameter, simple, text, ticks_of_unix};
use crate::ladder::Columns;
use crate::ports::Ports;

/// The type names of what it gives.
const CALL: &str = "Plenum.TracedCall";
const MESSAGE: &str = "Plenum.TracedMessage";
/// How often `-Follow` looks, in milliseconds.
const INTERVAL: u64 = 500;
/// How many calls are listed.
const CALLS: i64 = 20;

/// The table of calls.
pub(super) fn calls() -> View {
    View::table(
        CALL,
        ["Time", "From", "To", "CallId"].map(ViewColumn::new).to_vec(),
    )
}

/// The table of messages.
pub(super) fn messages() -> View {
    let columns = [
        "Time",
        "Direction",
        "Peer",
        "Transport",
        "Message",
        "CSeq",
        "Diagnostics",
    ];
    View::table(MESSAGE, columns.map(ViewColumn::new).to_vec())
}

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Trace-CsCall", "SkypeForBusiness")
        .synopsis("Draws the messages of a call, or lists the calls of which messages are kept.")
        .description(
            "Each server keeps the messages of calls in memory, up to traceBytes of its pool (16 MiB); the oldest go \
             first. Users, hosts and addresses are shortened unless -Unredacted is given; credentials are never shown.",
        )
        .default_set("Calls")
        .parameter(
            parameter("CallId", "string")
                .mandatory()
                .position(0)
                .by_property_name()
                .set("Call")
                .complete(Completion::Identity("call".into()))
                .help("The call. Without it, calls are listed, the newest first."),
        )
        .parameter(
            parameter("User", "string")
                .set("Calls")
                .complete(Completion::Identity("user".into()))
                .help("Only calls from or to this SIP address."),
        )
        .parameter(
            parameter("First", "int")
                .set("Calls")
                .range(1.0, 10_000.0)
                .default("20")
                .help("How many calls are listed."),
        )
        .parameter(parameter("Raw", "switch").set("Call").help("Gives the messages as objects."))
        .parameter(
            parameter("Follow", "switch")
                .set("Call")
                .help("Goes on until the call has ended, or Ctrl-C."),
        )
        .switch("Unredacted", "Names users and addresses; with -Raw, gives whole messages.")
        .parameter(
            parameter("ComputerName", "string")
                .complete(Completion::Identity("computer".into()))
                .help("Only what this computer has kept."),
        )
        .output(CALL)
        .output(MESSAGE)
        .example("Trace-CsCall -User sip:ken@contoso.example", "The newest calls of a user.")
        .example("Trace-CsCall -First 1 | Trace-CsCall", "Draws the newest call.")
        .example(
            "Trace-CsCall 7a1b@192.0.2.10 -Raw | Where-Object Diagnostics",
            "What was refused in a call, and why.",
        )
        .link("Get-CsUserSession");
    simple(
        signature,
        move |context: &mut dyn Context, arguments: &Arguments| {
            if arguments.has("CallId") {
                trace(&ports, context, arguments)
            } else {
                list(&ports, context, arguments)
            }
        },
    )
}

fn list(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let user = match arguments
        .text("User")
        .map(|user| (SipAddress::parse(&user), user))
    {
        None => None,
        Some((Ok(address), _)) => Some(address.without_scheme().to_ascii_lowercase()),
        Some((Err(problem), user)) => {
            let record = ErrorRecord::new(
                "InvalidSipAddress",
                Category::InvalidArgument,
                problem.to_string(),
            );
            return context.error(record.about(text(user)));
        }
    };
    let most = u32::try_from(arguments.int("First").unwrap_or(CALLS)).unwrap_or(u32::MAX);
    let mut found: Vec<(String, TracedCall)> = Vec::new();
    for computer in computers(ports, arguments)? {
        let request = Request::Calls {
            user: user.clone(),
            most,
            unredacted: arguments.switch("Unredacted"),
        };
        if let Some(Answer::Calls(calls)) = ask(ports, context, &computer, &request)? {
            found.extend(calls.into_iter().map(|call| (computer.clone(), call)));
        }
    }
    found.sort_by_key(|(_, call)| std::cmp::Reverse(call.at));
    found
        .into_iter()
        .take(most as usize)
        .try_for_each(|(computer, call)| context.write(call_value(&computer, call)))
}

fn call_value(computer: &str, call: TracedCall) -> Value {
    object(
        CALL,
        [
            ("Time", time(call.at)),
            ("From", text(call.from)),
            ("To", text(call.to)),
            ("CallId", text(call.call_id)),
            ("ComputerName", text(computer)),
        ],
    )
}

fn time(milliseconds: i64) -> Value {
    Value::DateTime(Arc::new(DateTime {
        ticks: ticks_of_unix(milliseconds),
        kind: DateTimeKind::Utc,
    }))
}

fn trace(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let call_id = arguments.required_text("CallId")?;
    let mut drawing = Drawing::default();
    let mut known = 0;
    loop {
        let Some(all) = kept(ports, context, arguments, &call_id)? else {
            return Ok(());
        };
        if all.is_empty() && !arguments.switch("Follow") {
            let message = format!("No server has kept a message of the call '{call_id}'.");
            let record = ErrorRecord::new("CallNotFound", Category::ObjectNotFound, message)
                .about(text(call_id))
                .hint("Trace-CsCall without parameters lists the calls that are kept.");
            return context.error(record);
        }
        for (computer, message) in all.iter().skip(known) {
            if arguments.switch("Raw") {
                context.write(message_value(computer, message))?;
            } else {
                for line in drawing.lines(&all, message) {
                    context.write(text(line))?;
                }
            }
        }
        known = known.max(all.len());
        if !arguments.switch("Follow") || has_ended(&all) {
            return Ok(());
        }
        context.check_stop()?;
        context.host().sleep(INTERVAL);
        context.check_stop()?;
    }
}

/// The messages that all servers have of a call, in the order of their clocks; `None` when no server answers.
fn kept(
    ports: &Ports,
    context: &mut dyn Context,
    arguments: &Arguments,
    call_id: &str,
) -> Result<Option<Vec<(String, TracedMessage)>>> {
    let (mut all, mut answered) = (Vec::new(), false);
    for computer in computers(ports, arguments)? {
        let request = Request::Trace {
            call_id: call_id.to_owned(),
            unredacted: arguments.switch("Unredacted"),
        };
        if let Some(Answer::Trace(messages)) = ask(ports, context, &computer, &request)? {
            answered = true;
            all.extend(messages.into_iter().map(|message| (computer.clone(), message)));
        }
    }
    all.sort_by_key(|(_, message)| message.at);
    Ok(answered.then_some(all))
}

/// Whether a BYE was answered, or the INVITE refused for good.
fn has_ended(all: &[(String, TracedMessage)]) -> bool {
    all.iter().rev().any(|(_, message)| {
        let status = message.status.unwrap_or(0);
        match message.method.as_str() {
            "BYE" => message.is_sent && status >= 200,
            "INVITE" => message.is_sent && status >= 300 && status != 401 && status != 407,
            _ => false,
        }
    })
}

/// The ladder as far as it is drawn.
#[derive(Default)]
struct Drawing {
    /// The other ends, in the order in which they came, and how many of them had a column when the heading was drawn.
    parties: Vec<u64>,
    began: i64,
    columns: Option<Columns>,
}

impl Drawing {
    /// The lines for the next message, and a new heading when somebody new takes part.
    fn lines(&mut self, all: &[(String, TracedMessage)], message: &TracedMessage) -> Vec<String> {
        let mut lines = Vec::new();
        if self.columns.is_none() || !self.parties.contains(&message.peer) {
            lines.extend(self.heading(all));
        }
        let Some(columns) = &self.columns else {
            return lines;
        };
        let column = self
            .parties
            .iter()
            .position(|party| *party == message.peer)
            .unwrap_or(0);
        let label = match message.status {
            Some(status) => format!("{status} {}", message.reason.clone().unwrap_or_default()),
            None => message.method.clone(),
        };
        let arrow = columns.arrow(column, !message.is_sent, label.trim());
        lines.push(format!(
            "{:>8} {}",
            offset(message.at - self.began),
            arrow.trim_end()
        ));
        let notes = [
            ("ms-diagnostics", &message.diagnostics),
            ("Reason", &message.cause),
        ];
        for (name, value) in notes {
            lines.extend(value.iter().map(|value| format!("{:>8} {name}: {value}", "")));
        }
        lines
    }

    fn heading(&mut self, all: &[(String, TracedMessage)]) -> Vec<String> {
        let mut seen = HashSet::new();
        let parties = all.iter().map(|(_, message)| message);
        let parties: Vec<&TracedMessage> = parties.filter(|message| seen.insert(message.peer)).collect();
        let names = parties
            .iter()
            .map(|message| format!("{} {}", message.transport, message.peer_address))
            .collect();
        let columns = Columns::new(names);
        let first = self.columns.is_none();
        let mut lines = Vec::new();
        if first && let Some((computer, message)) = all.first() {
            self.began = message.at;
            let (from, to) = (&message.from, &message.to);
            let began = inspect::formatted(&time(message.at), "yyyy-MM-dd HH:mm:ss.fff");
            lines.push(format!("{from} calls {to}, {began} UTC, {computer}"));
        }
        lines.push(String::new());
        lines.push(format!("{:>8} {}", "", columns.heading()));
        self.parties = parties.iter().map(|message| message.peer).collect();
        self.columns = Some(columns);
        lines
    }
}

/// Seconds since the first message.
fn offset(milliseconds: i64) -> String {
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}

fn message_value(computer: &str, message: &TracedMessage) -> Value {
    let shown = match message.status {
        Some(status) => format!("{status} {}", message.reason.clone().unwrap_or_default()),
        None => message.method.clone(),
    };
    object(
        MESSAGE,
        [
            ("Time", time(message.at)),
            ("Direction", text(if message.is_sent { "Out" } else { "In" })),
            ("Peer", text(&*message.peer_address)),
            ("Transport", text(&*message.transport)),
            ("Message", text(shown)),
            ("Method", text(&*message.method)),
            (
                "Status",
                message
                    .status
                    .map_or(Value::Null, |status| Value::Int(status.into())),
            ),
            ("CSeq", text(&*message.cseq)),
            ("From", text(&*message.from)),
            ("To", text(&*message.to)),
            ("Reason", optional_text(message.cause.clone())),
            ("Diagnostics", optional_text(message.diagnostics.clone())),
            ("Text", optional_text(message.text.clone())),
            ("ComputerName", text(computer)),
        ],
    )
}
