//! Processes as /proc describes them (proc(5)), System.Diagnostics.Process over them, and Get-Process.
//!
//! Times in /proc are ticks of 1/100 s, which the kernel promises to programs whatever its own clock is. The handles
//! and the paged memory of Windows have no counterpart: handles are 0, as PowerShell gives them on Linux.

use std::sync::{Arc, Mutex, PoisonError};

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::format::{View, ViewColumn};
use plenum_lang::host::Host;
use plenum_lang::inspect;
use plenum_lang::members::World;
use plenum_lang::property_expression::has_wildcard;
use plenum_lang::value::{DateTimeKind, Instance, Value};

use crate::authoring::{Read, cmdlet, not_built, not_found, parameter, simple, text, to_int};

/// .NET's ticks (100 ns) in one of /proc's.
const TICK: i64 = 100_000;
/// Ticks between 0001-01-01 and 1970-01-01.
const UNIX_EPOCH: i64 = 621_355_968_000_000_000;
const TYPE: &str = "System.Diagnostics.Process";
const WITH_USER: &str = "System.Diagnostics.Process#IncludeUserName";

/// What /proc said of a process at one moment.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Its id.
    pub id: u32,
    /// Its name, without folder.
    pub name: String,
    parent: i64,
    session: i64,
    priority: i64,
    threads: i64,
    /// Time on processors, in user and kernel mode, in .NET's ticks.
    processor: (i64, i64),
    /// When it was started, in /proc's ticks after the computer: no two processes share id and start.
    began: i64,
    virtual_bytes: i64,
    working_set: i64,
    private_bytes: i64,
    owner: String,
}

impl Reading {
    /// Of a process that has ended before it was read.
    pub fn ended(id: u32, name: &str) -> Reading {
        Reading {
            id,
            name: name.to_owned(),
            ..Reading::default()
        }
    }
}

/// Reads a process; `None` when there is none, or only what is left of one until its parent asks for it.
pub fn read(host: &dyn Host, id: u32) -> Option<Reading> {
    let file = |name: &str| {
        let bytes = host.read_file(&format!("/proc/{id}/{name}")).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    let stat = file("stat")?;
    // The name stands in parentheses and may hold any character, also `)`.
    let (before, after) = stat.rsplit_once(')')?;
    let name = before.split_once('(')?.1.to_owned();
    let fields: Vec<&str> = after.split_whitespace().collect();
    if matches!(fields.first(), Some(&("Z" | "X"))) {
        return None;
    }
    // Fields are numbered as in proc(5); the state, the first behind the name, is 3.
    let field = |number: usize| {
        fields
            .get(number - 3)
            .and_then(|field| field.parse().ok())
            .unwrap_or(0i64)
    };
    let status = file("status").unwrap_or_default();
    let line = |label: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix(label))
            .unwrap_or("")
    };
    let bytes = |label: &str| {
        let number = line(label)
            .split_whitespace()
            .next()
            .and_then(|number| number.parse().ok());
        number.map_or(0, |kilobytes: i64| kilobytes.saturating_mul(1024))
    };
    Some(Reading {
        id,
        name: whole_name(name, &file("cmdline").unwrap_or_default()),
        parent: field(4),
        session: field(6),
        priority: field(19),
        threads: field(20),
        processor: (field(14).saturating_mul(TICK), field(15).saturating_mul(TICK)),
        began: field(22),
        virtual_bytes: field(23),
        working_set: bytes("VmRSS:"),
        private_bytes: bytes("VmData:"),
        owner: line("Uid:")
            .split_whitespace()
            .nth(1)
            .unwrap_or_default()
            .to_owned(),
    })
}

/// The kernel keeps 15 bytes of a name; the command line has the rest.
fn whole_name(name: String, command_line: &str) -> String {
    const KEPT: usize = 15;
    if name.len() < KEPT {
        return name;
    }
    let parts = command_line.split('\0').take(2);
    let longer = parts
        .map(|part| part.rsplit('/').next().unwrap_or(part))
        .find(|part| part.starts_with(&name));
    longer.map_or(name.clone(), str::to_owned)
}

/// All processes, by name and then id, as Get-Process lists them.
pub fn all(host: &dyn Host) -> Vec<Reading> {
    let names = host.list_directory("/proc").unwrap_or_default();
    let ids = names.iter().filter_map(|name| name.parse().ok());
    let mut found: Vec<Reading> = ids.filter_map(|id| read(host, id)).collect();
    found.sort_by_cached_key(|reading| (reading.name.to_lowercase(), reading.id));
    found
}

/// Whether a process that was read runs still.
pub fn runs(host: &dyn Host, known: &Reading) -> bool {
    host.exit_code(known.id).is_none() && read(host, known.id).is_some_and(|now| now.began == known.began)
}

/// A process as scripts hold it: what was read, and what is true now of whether it still runs.
pub struct ProcessValue {
    reading: Mutex<Reading>,
    user: Option<String>,
    started: Option<i64>,
}

impl ProcessValue {
    /// What was read of it last.
    pub fn reading(&self) -> Reading {
        self.reading
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether it has ended.
    pub fn has_exited(&self, host: &dyn Host) -> bool {
        !runs(host, &self.reading())
    }

    fn live(&self, name: &str, host: &dyn Host) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "hasexited" => Some(Value::Bool(self.has_exited(host))),
            "exitcode" => Some(host.exit_code(self.reading().id).map_or(Value::Null, Value::Int)),
            _ => None,
        }
    }
}

/// The value of a process.
pub fn value(host: &dyn Host, reading: Reading, with_user: bool) -> Value {
    let user = with_user.then(|| account(host, &reading.owner));
    let started = started(host, reading.began);
    let process = ProcessValue {
        reading: Mutex::new(reading),
        user,
        started,
    };
    Value::instance(process)
}

fn account(host: &dyn Host, owner: &str) -> String {
    let accounts = host.read_file("/etc/passwd").unwrap_or_default();
    let accounts = String::from_utf8_lossy(&accounts).into_owned();
    let found = accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == owner).then(|| name.to_owned())
    });
    found.unwrap_or_else(|| owner.to_owned())
}

/// When a process was started, in local ticks.
fn started(host: &dyn Host, began: i64) -> Option<i64> {
    let bytes = host.read_file("/proc/stat").ok()?;
    let said = String::from_utf8_lossy(&bytes).into_owned();
    let booted: i64 = said
        .lines()
        .find_map(|line| line.strip_prefix("btime "))?
        .trim()
        .parse()
        .ok()?;
    let ticks = UNIX_EPOCH + booted.saturating_mul(10_000_000) + began.saturating_mul(TICK);
    Some(ticks + i64::from(host.utc_offset_minutes(ticks)) * 600_000_000)
}

#[allow(clippy::cast_precision_loss)] // sizes and times that are shown with two places
fn scaled(number: i64, unit: i64) -> f64 {
    number as f64 / unit as f64
}

fn two_places(number: f64) -> Value {
    text(inspect::formatted(&Value::Double(number), "N2"))
}

impl Instance for ProcessValue {
    fn type_name(&self) -> Arc<str> {
        Arc::from(TYPE)
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        let own = if self.user.is_some() {
            &[WITH_USER, TYPE][..]
        } else {
            &[TYPE][..]
        };
        let bases = [
            "System.ComponentModel.Component",
            "System.MarshalByRefObject",
            "System.Object",
        ];
        own.iter().chain(&bases).map(|name| Arc::from(*name)).collect()
    }

    fn to_text(&self) -> String {
        format!("{TYPE} ({})", self.reading().name)
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        let mut names = vec![
            "Name",
            "SI",
            "Handles",
            "VM",
            "WS",
            "PM",
            "NPM",
            "CPU",
            "BasePriority",
            "HasExited",
            "ExitCode",
            "Id",
            "MachineName",
            "ProcessName",
            "SessionId",
            "StartTime",
            "TotalProcessorTime",
            "UserProcessorTime",
            "PrivilegedProcessorTime",
            "VirtualMemorySize64",
            "WorkingSet64",
            "PrivateMemorySize64",
            "ThreadCount",
        ];
        if self.user.is_some() {
            names.push("UserName");
        }
        names.into_iter().map(Arc::from).collect()
    }

    fn property(&self, name: &str) -> Option<Value> {
        const MEGABYTE: i64 = 1 << 20;
        let known = self.reading();
        let whole = |number: i64| Value::Int(i32::try_from(number).unwrap_or(i32::MAX));
        let processor = known.processor.0.saturating_add(known.processor.1);
        Some(match name.to_ascii_lowercase().as_str() {
            "id" => whole(known.id.into()),
            "name" | "processname" => text(known.name),
            "si" | "sessionid" => whole(known.session),
            "handles" | "handlecount" => Value::Int(0),
            "vm" | "virtualmemorysize64" => Value::Long(known.virtual_bytes),
            "ws" | "workingset64" => Value::Long(known.working_set),
            "pm" | "privatememorysize64" | "pagedmemorysize64" => Value::Long(known.private_bytes),
            "npm" | "nonpagedsystemmemorysize64" => Value::Long(0),
            "cpu" => Value::Double(scaled(processor, 10_000_000)),
            "basepriority" => whole(known.priority),
            "machinename" => text("."),
            "starttime" => self
                .started
                .map_or(Value::Null, |ticks| Value::datetime(ticks, DateTimeKind::Local)),
            "totalprocessortime" => Value::TimeSpan(processor),
            "userprocessortime" => Value::TimeSpan(known.processor.0),
            "privilegedprocessortime" => Value::TimeSpan(known.processor.1),
            "threadcount" => whole(known.threads),
            "parentid" => whole(known.parent),
            "username" => text(self.user.clone()?),
            "shownwss" => two_places(scaled(known.working_set, MEGABYTE)),
            "shownpm" => two_places(scaled(known.private_bytes, MEGABYTE)),
            "showncpu" => two_places(scaled(processor, 10_000_000)),
            "hasexited" => Value::Bool(false),
            "exitcode" => Value::Null,
            _ => return None,
        })
    }

    fn property_in(&self, name: &str, world: &dyn World) -> Option<Value> {
        let live = world.host().and_then(|host| self.live(name, host));
        live.or_else(|| self.property(name))
    }

    fn call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
        let host = world.host()?;
        match name.to_ascii_lowercase().as_str() {
            "refresh" => {
                if let Some(now) = read(host, self.reading().id) {
                    *self.reading.lock().unwrap_or_else(PoisonError::into_inner) = now;
                }
                Some(Ok(Value::Nothing))
            }
            "waitforexit" => {
                let limit = arguments
                    .first()
                    .and_then(to_int)
                    .and_then(|limit| u64::try_from(limit).ok());
                let ended = wait(host, limit, || self.has_exited(host));
                Some(Ok(if arguments.is_empty() {
                    Value::Nothing
                } else {
                    Value::Bool(ended)
                }))
            }
            "kill" => {
                let id = self.reading().id;
                let refused = |error: std::io::Error| {
                    ErrorRecord::new("Win32Exception", Category::NotSpecified, error.to_string()).into()
                };
                let gone = self.has_exited(host);
                let done = if gone { Ok(()) } else { host.end_process(id) };
                Some(done.map(|()| Value::Nothing).map_err(refused))
            }
            _ => None,
        }
    }
}

/// Waits until something is so; gives whether it is, and not that the time was over or the pipeline was stopped.
pub fn wait(host: &dyn Host, milliseconds: Option<u64>, mut over: impl FnMut() -> bool) -> bool {
    const STEP: u64 = 10;
    let start = host.monotonic_nanos();
    loop {
        if over() {
            return true;
        }
        let passed = host.monotonic_nanos().saturating_sub(start) / 1_000_000;
        if milliseconds.is_some_and(|limit| passed >= limit) || host.stop_requested() {
            return false;
        }
        host.sleep(STEP);
    }
}

/// How processes are shown.
pub fn views() -> [View; 2] {
    let column = |label: &'static str| ViewColumn::new(label);
    let size = |label, shown, width| column(label).shows(shown).width(width).right();
    let id = || column("Id").width(7).right();
    let with_user = vec![
        size("WS(M)", "ShownWSs", 10),
        size("CPU(s)", "ShownCpu", 10),
        id(),
        column("UserName").width(30),
        column("ProcessName"),
    ];
    let plain = vec![
        size("NPM(K)", "NPM", 7),
        size("PM(M)", "ShownPM", 8),
        size("WS(M)", "ShownWSs", 10),
        size("CPU(s)", "ShownCpu", 10),
        id(),
        column("SI").width(3).right(),
        column("ProcessName"),
    ];
    let list = ["Id", "Handles", "CPU", "SI", "Name"]
        .map(ViewColumn::new)
        .to_vec();
    let mut table = View::table(TYPE, plain);
    table.others.push(Arc::new(View::list(TYPE, list)));
    [View::table(WITH_USER, with_user), table]
}

/// The error of a name that no process has.
pub fn no_such_name(name: &str) -> ErrorRecord {
    let message = format!(
        "Cannot find a process with the name \"{name}\". Verify the process name and call the cmdlet again."
    );
    not_found("NoProcessFoundForGivenName", text(name), message)
        .exception("Microsoft.PowerShell.Commands.ProcessCommandException")
}

/// The error of an id that no process has.
pub fn no_such_id(id: i64) -> ErrorRecord {
    let message = format!("Cannot find a process with the process identifier {id}.");
    let target = Value::Int(i32::try_from(id).unwrap_or(i32::MAX));
    not_found("NoProcessFoundForGivenId", target, message)
        .exception("Microsoft.PowerShell.Commands.ProcessCommandException")
}

/// The processes that -Name, -Id or -InputObject mean; what is missing is an error of its own.
pub fn given(context: &mut dyn Context, arguments: &Arguments) -> Result<Vec<Reading>> {
    let mut found = Vec::new();
    for name in arguments.list("Name") {
        let named: Vec<Reading> = all(context.host())
            .into_iter()
            .filter(|reading| inspect::like(&reading.name, &name))
            .collect();
        if named.is_empty() && !has_wildcard(&name) {
            context.error(no_such_name(&name))?;
        }
        found.extend(named);
    }
    let ids = arguments
        .values("Id")
        .iter()
        .filter_map(to_int)
        .collect::<Vec<_>>();
    for id in ids {
        match u32::try_from(id).ok().and_then(|id| read(context.host(), id)) {
            Some(reading) => found.push(reading),
            None => context.error(no_such_id(id))?,
        }
    }
    for process in arguments.values("InputObject") {
        let id = inspect::property(&process, "Id").as_ref().and_then(to_int);
        let Some(id) = id.and_then(|id| u32::try_from(id).ok()) else {
            let message = format!("'{}' is no process.", inspect::text(&process));
            let record = crate::authoring::invalid_argument("InvalidProcess", process, message);
            context.error(record.hint("Get-Process and Start-Process -PassThru give processes."))?;
            continue;
        };
        // One that has ended is no error: that is what was wanted of it.
        found.extend(read(context.host(), id));
    }
    Ok(found)
}

/// Get-Process.
pub fn command() -> Arc<dyn Command> {
    let (by_name, by_id, by_object) = ("Name", "Id", "InputObject");
    let (user_name, user_id, user_object) = ("NameWithUserName", "IdWithUserName", "InputObjectWithUserName");
    simple(
        cmdlet("Get-Process", super::MANAGEMENT)
            .synopsis("Lists the processes of this computer.")
            .default_set(by_name)
            .parameter(
                parameter("Name", "string[]")
                    .alias("ProcessName")
                    .position(0)
                    .by_property_name()
                    .set(by_name)
                    .set(user_name)
                    .help("Their names; wildcards are allowed."),
            )
            .parameter(
                parameter("Id", "int[]")
                    .alias("PID")
                    .mandatory()
                    .by_property_name()
                    .set(by_id)
                    .set(user_id)
                    .help("Their ids."),
            )
            .parameter(
                parameter("InputObject", "object[]")
                    .mandatory()
                    .by_value()
                    .set(by_object)
                    .set(user_object)
                    .help("Processes, read anew."),
            )
            .parameter(
                parameter("IncludeUserName", "switch")
                    .mandatory()
                    .set(user_name)
                    .set(user_id)
                    .set(user_object)
                    .help("Says whose they are."),
            )
            .parameter(
                parameter("Module", "switch")
                    .set(by_name)
                    .set(by_id)
                    .set(by_object)
                    .help("Lists the libraries of each: not built."),
            )
            .parameter(
                parameter("FileVersionInfo", "switch")
                    .aliases(&["FV", "FVI"])
                    .set(by_name)
                    .set(by_id)
                    .set(by_object)
                    .help("Gives the versions of their programs: not built, programs here carry none."),
            )
            .output(TYPE)
            .aliases(&["gps", "ps"])
            .example(
                "Get-Process plenum",
                "Shows the servers that run on this computer.",
            ),
        get_process,
    )
}

fn get_process(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    for refused in ["Module", "FileVersionInfo"] {
        if arguments.switch(refused) {
            return Err(not_built(&format!("Get-Process -{refused}")).into());
        }
    }
    let chosen = ["Name", "Id", "InputObject"]
        .iter()
        .any(|name| arguments.has(name));
    let mut found = if chosen {
        given(context, arguments)?
    } else {
        all(context.host())
    };
    found.sort_by_cached_key(|reading| (reading.name.to_lowercase(), reading.id));
    found.dedup_by_key(|reading| reading.id);
    let with_user = arguments.switch("IncludeUserName");
    found.into_iter().try_for_each(|reading| {
        let process = value(context.host(), reading, with_user);
        context.write(process)
    })
}
