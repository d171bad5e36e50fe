//! System.Environment, System.Net.WebUtility: through the host.

use super::{Method, fault};
use crate::value::Value;

/// The static methods of Environment.
pub static STATIC: &[Method] = &[
    Method::new(
        "GetEnvironmentVariable",
        "static string GetEnvironmentVariable(string variable)",
        |call| {
            let name = call.text(0)?;
            Ok(call
                .world
                .host()
                .and_then(|host| host.env(&name))
                .map_or(Value::Null, Value::from))
        },
    ),
    Method::new(
        "SetEnvironmentVariable",
        "static void SetEnvironmentVariable(string variable, string value)",
        |call| {
            let (name, value) = (call.text(0)?, call.text(1)?);
            if let Some(host) = call.world.host() {
                host.set_env(&name, (!value.is_empty()).then_some(value.as_str()));
            }
            Ok(Value::Nothing)
        },
    ),
    Method::new(
        "GetEnvironmentVariables",
        "static System.Collections.IDictionary GetEnvironmentVariables()",
        |call| {
            let variables = call.world.host().map(crate::host::Host::envs).unwrap_or_default();
            Ok(Value::hashtable(
                variables
                    .into_iter()
                    .map(|(name, value)| (Value::from(name), Value::from(value))),
            ))
        },
    ),
    Method::new(
        "GetFolderPath",
        "static string GetFolderPath(System.Environment+SpecialFolder folder)",
        |call| {
            let folder = call.text(0)?.to_ascii_lowercase();
            let home = call
                .world
                .host()
                .and_then(|host| host.env("HOME"))
                .unwrap_or_default();
            Ok(Value::from(match folder.as_str() {
                "userprofile" | "personal" | "mydocuments" => home,
                "applicationdata" => format!("{home}/.config"),
                "localapplicationdata" => format!("{home}/.local/share"),
                "commonapplicationdata" => "/usr/share".to_owned(),
                _ => String::new(),
            }))
        },
    ),
    Method::new(
        "ExpandEnvironmentVariables",
        "static string ExpandEnvironmentVariables(string name)",
        |call| {
            let text = call.text(0)?;
            let mut output = String::new();
            let mut rest = text.as_str();
            while let Some(at) = rest.find('%') {
                output.push_str(&rest[..at]);
                rest = &rest[at + 1..];
                match rest.find('%') {
                    Some(end) => match call.world.host().and_then(|host| host.env(&rest[..end])) {
                        Some(value) => {
                            output.push_str(&value);
                            rest = &rest[end + 1..];
                        }
                        None => output.push('%'),
                    },
                    None => output.push('%'),
                }
            }
            output.push_str(rest);
            Ok(Value::from(output))
        },
    ),
    Method::new(
        "GetCommandLineArgs",
        "static string[] GetCommandLineArgs()",
        |_| Ok(Value::strings(["plenum"])),
    ),
    Method::new("Exit", "static void Exit(int exitCode)", |call| {
        let code = call.int(0)?;
        Err(crate::error::Interrupt::Exit(code))
    }),
];

/// The static properties of Environment.
pub fn constant(name: &str, world: &dyn super::World) -> Option<Value> {
    let env = |name: &str| world.host().and_then(|host| host.env(name)).unwrap_or_default();
    Some(match name.to_ascii_lowercase().as_str() {
        "newline" => Value::from("\n"),
        "machinename" => {
            let name = world
                .host()
                .and_then(|host| host.read_file("/etc/hostname").ok())
                .map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
            Value::from(name.unwrap_or_else(|| env("HOSTNAME")))
        }
        "username" => Value::from(env("USER")),
        "userdomainname" => Value::from(env("HOSTNAME")),
        "currentdirectory" => Value::from(
            world
                .host()
                .map(crate::host::Host::current_directory)
                .unwrap_or_default(),
        ),
        "processid" => Value::Int(world.host().map_or(0, |host| host.process_id() as i32)),
        "tickcount" => Value::Int(
            world
                .host()
                .map_or(0, |host| (host.monotonic_nanos() / 1_000_000) as i32),
        ),
        "tickcount64" => Value::Long(
            world
                .host()
                .map_or(0, |host| (host.monotonic_nanos() / 1_000_000) as i64),
        ),
        "is64bitoperatingsystem" | "is64bitprocess" => Value::Bool(true),
        "hasshutdownstarted" => Value::Bool(false),
        "userinteractive" => Value::Bool(true),
        "exitcode" => Value::Int(0),
        "processorcount" => Value::count(world.host().map_or(1, crate::host::Host::processors)),
        "systemdirectory" => Value::from(""),
        "osversion" => Value::typed(
            &["System.OperatingSystem", "System.Object"],
            [
                (
                    "Platform",
                    crate::types::resolve("System.PlatformID")
                        .map_or(Value::from("Unix"), |of| Value::enumeration(of, 4)),
                ),
                ("ServicePack", Value::from("")),
                ("Version", kernel_version(world)),
                (
                    "VersionString",
                    Value::from(format!("Unix {}", kernel_version(world).to_text())),
                ),
            ],
        ),
        "version" => super::version::of_parts(&[10, 0, 0]),
        "commandline" => Value::from("plenum"),
        _ => return None,
    })
}

/// The kernel's version.
fn kernel_version(world: &dyn super::World) -> Value {
    let release = world
        .host()
        .and_then(|host| host.read_file("/proc/sys/kernel/osrelease").ok());
    let release = String::from_utf8_lossy(&release.unwrap_or_default()).into_owned();
    let numbers = release
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|part| !part.is_empty());
    let mut parts: Vec<i32> = numbers.take(4).filter_map(|part| part.parse().ok()).collect();
    parts.resize(4, 0);
    super::version::of_parts(&parts)
}

/// Percent-encodes all but letters, digits and the given marks.
pub fn percent_encoded(text: &str, keep: &str) -> String {
    text.bytes()
        .map(|byte| {
            let character = char::from(byte);
            if character.is_ascii_alphanumeric() || character.is_ascii() && keep.contains(character) {
                character.to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// Takes percent escapes back.
pub fn percent_decoded(text: &str) -> String {
    let (bytes, mut output, mut at) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        let value = escaped
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match value {
            Some(byte) => {
                output.push(byte);
                at += 3;
            }
            None => {
                output.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&output).into_owned()
}

/// System.Net.WebUtility.
pub static WEB: &[Method] = &[
    Method::new("UrlEncode", "static string UrlEncode(string value)", |call| {
        Ok(Value::from(
            percent_encoded(&call.text(0)?, "-_.!*() ").replace(' ', "+"),
        ))
    }),
    Method::new(
        "UrlDecode",
        "static string UrlDecode(string encodedValue)",
        |call| Ok(Value::from(percent_decoded(&call.text(0)?.replace('+', " ")))),
    ),
    Method::new("HtmlEncode", "static string HtmlEncode(string value)", |call| {
        let text = call.text(0)?;
        Ok(Value::from(
            text.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;")
                .replace('\'', "&#39;"),
        ))
    }),
    Method::new("HtmlDecode", "static string HtmlDecode(string value)", |call| {
        let text = call.text(0)?;
        Ok(Value::from(
            text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&"),
        ))
    }),
];

/// System.GC: nothing to do.
pub static GC: &[Method] = &[
    Method::new("Collect", "static void Collect()", |_| Ok(Value::Nothing)),
    Method::new(
        "WaitForPendingFinalizers",
        "static void WaitForPendingFinalizers()",
        |_| Ok(Value::Nothing),
    ),
    Method::new(
        "GetTotalMemory",
        "static long GetTotalMemory(bool forceFullCollection)",
        |call| {
            let status = call
                .world
                .host()
                .and_then(|host| host.read_file("/proc/self/statm").ok());
            let text = status
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .unwrap_or_default();
            let pages: i64 = text
                .split_whitespace()
                .nth(1)
                .and_then(|pages| pages.parse().ok())
                .unwrap_or(0);
            Ok(Value::Long(pages * 4096))
        },
    ),
];

/// System.Console, as far as scripts use it.
pub static CONSOLE: &[Method] = &[
    Method::new("WriteLine", "static void WriteLine(string value)", |call| {
        write(call, true)
    }),
    Method::new("Write", "static void Write(string value)", |call| {
        write(call, false)
    }),
    Method::new("ReadLine", "static string ReadLine()", |call| {
        Ok(call
            .world
            .host()
            .and_then(|host| host.read_line("", false))
            .map_or(Value::Null, Value::from))
    }),
    Method::new("Beep", "static void Beep()", |_| Ok(Value::Nothing)),
];

fn write(call: &mut super::Call<'_>, line: bool) -> crate::error::Result<Value> {
    let mut text = match call.arguments {
        [] => String::new(),
        [only] => crate::convert::to_text_current(only),
        [pattern, rest @ ..] => crate::format_string::format(&pattern.to_text(), rest)?,
    };
    if line {
        text.push('\n');
    }
    match call.world.host() {
        Some(host) => host.write(crate::host::Stream::Output, &text),
        None => {
            return Err(fault::raised(
                "System.PlatformNotSupportedException",
                "There is no console.",
            ));
        }
    }
    Ok(Value::Nothing)
}
