//! Static methods of classes of which scripts use one or two: Thread, Process, Activator, Dns, RuntimeInformation.

use super::{Call, Method, World, construct, fault};
use crate::error::Result;
use crate::host::Host;
use crate::types::Type;
use crate::value::Value;

/// System.Threading.Thread.
pub static THREAD: &[Method] = &[Method::new(
    "Sleep",
    "static void Sleep(int millisecondsTimeout)",
    |call| {
        let milliseconds = match call.value(0)?.base() {
            Value::TimeSpan(ticks) => ticks / crate::datetime::TICKS_PER_MILLISECOND,
            _ => i64::from(call.int(0)?),
        };
        let milliseconds = u64::try_from(milliseconds).map_err(|_| {
            fault::out_of_range(
                "millisecondsTimeout",
                "Number must be either non-negative and less than or equal to Int32.MaxValue or -1.",
            )
        })?;
        if let Some(host) = call.world.host() {
            host.sleep(milliseconds);
        }
        Ok(Value::Nothing)
    },
)];

/// System.Activator.
pub static ACTIVATOR: &[Method] = &[Method::new(
    "CreateInstance",
    "static System.Object CreateInstance(type type, Params System.Object[] args)",
    |call| {
        let Value::Type(of) = call.to(0, &Type::TYPE)? else {
            return Err(call.no_overload());
        };
        // The second argument is `params`: an array is all of them.
        match &call.arguments[1..] {
            [Value::Array(all)] => construct(&of, &all.items.read().clone(), call.world),
            rest => construct(&of, rest, call.world),
        }
    },
)];

/// System.Net.Dns: the computer's own name. Looking names up is the network's matter and not here.
pub static DNS: &[Method] = &[Method::new(
    "GetHostName",
    "static string GetHostName()",
    |call| Ok(super::environment::constant("MachineName", call.world).unwrap_or_default()),
)];

/// System.Diagnostics.Process: the shell's own.
pub static PROCESS: &[Method] = &[Method::new(
    "GetCurrentProcess",
    "static System.Diagnostics.Process GetCurrentProcess()",
    |call| current_process(call),
)];

fn current_process(call: &Call<'_>) -> Result<Value> {
    let id = call.world.host().map_or(0, Host::process_id);
    Ok(Value::typed(
        &[
            "System.Diagnostics.Process",
            "System.ComponentModel.Component",
            "System.Object",
        ],
        [
            ("Id", Value::Int(id as i32)),
            ("ProcessName", Value::from("plenum")),
        ],
    ))
}

/// The static properties of Thread and RuntimeInformation.
pub fn constant(type_name: &str, name: &str, world: &dyn World) -> Option<Value> {
    match (type_name, name.to_ascii_lowercase().as_str()) {
        ("System.Threading.Thread", "currentthread") => Some(Value::typed(
            &["System.Threading.Thread", "System.Object"],
            [("ManagedThreadId", Value::Int(1)), ("IsAlive", Value::Bool(true))],
        )),
        ("System.Runtime.InteropServices.RuntimeInformation", property) => {
            let kernel = || {
                let release = world.host()?.read_file("/proc/sys/kernel/osrelease").ok()?;
                Some(format!("Linux {}", String::from_utf8_lossy(&release).trim()))
            };
            Some(match property {
                "osdescription" => Value::from(kernel().unwrap_or_else(|| "Linux".to_owned())),
                "frameworkdescription" => Value::from("Plenum"),
                "osarchitecture" | "processarchitecture" => Value::from(match std::env::consts::ARCH {
                    "x86_64" => "X64",
                    "aarch64" => "Arm64",
                    other => other,
                }),
                _ => return None,
            })
        }
        _ => None,
    }
}
