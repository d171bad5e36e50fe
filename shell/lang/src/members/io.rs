//! System.IO.Path (text only), File and Directory (through the host).

use super::{Call, Method, World, encoding, fault, reader, streams, writer};
use crate::error::{Interrupt, Result};
use crate::host::Host;
use crate::value::Value;

pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn extension(path: &str) -> &str {
    let name = file_name(path);
    name.rfind('.')
        .filter(|at| at + 1 < name.len())
        .map_or("", |at| &name[at..])
}

pub(super) fn directory(path: &str) -> Option<String> {
    if path.is_empty() || path == "/" {
        return None;
    }
    Some(match path.rfind('/') {
        Some(0) => "/".to_owned(),
        Some(at) => path[..at].trim_end_matches('/').to_owned(),
        None => String::new(),
    })
}

/// Joins parts; a rooted part begins anew.
pub(super) fn combine(parts: &[String]) -> String {
    let mut joined = String::new();
    for part in parts {
        if part.starts_with('/') || joined.is_empty() {
            joined = part.clone();
        } else if !part.is_empty() {
            if !joined.ends_with('/') {
                joined.push('/');
            }
            joined.push_str(part);
        }
    }
    joined
}

fn texts(call: &mut Call<'_>) -> Result<Vec<String>> {
    let items = if call.count() == 1 {
        call.items(0)?
    } else {
        call.arguments.to_vec()
    };
    Ok(items.iter().map(Value::to_text).collect())
}

/// A full path without `.` and `..`.
pub(super) fn full_path(path: &str, world: &dyn World) -> String {
    let absolute = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!(
            "{}/{path}",
            world.host().map(Host::current_directory).unwrap_or_default()
        )
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in absolute.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    let end = if absolute.ends_with('/') && !parts.is_empty() {
        "/"
    } else {
        ""
    };
    format!("/{}{end}", parts.join("/"))
}

/// System.IO.Path.
pub static PATH: &[Method] = &[
    Method::new(
        "ChangeExtension",
        "static string ChangeExtension(string path, string extension)",
        |call| {
            let (path, new) = (call.text(0)?, call.text(1)?);
            let stem = &path[..path.len() - extension(&path).len()];
            let stem = stem.strip_suffix('.').unwrap_or(stem);
            Ok(Value::from(if call.arguments[1].is_null() {
                stem.to_owned()
            } else {
                format!("{stem}.{}", new.trim_start_matches('.'))
            }))
        },
    ),
    Method::new(
        "Combine",
        "static string Combine(string path1, string path2)",
        |call| Ok(Value::from(combine(&texts(call)?))),
    ),
    Method::new("Join", "static string Join(string path1, string path2)", |call| {
        let mut joined = String::new();
        for part in texts(call)?.iter().filter(|part| !part.is_empty()) {
            if !joined.is_empty() && !joined.ends_with('/') && !part.starts_with('/') {
                joined.push('/');
            }
            joined.push_str(part);
        }
        Ok(Value::from(joined))
    }),
    Method::new(
        "GetDirectoryName",
        "static string GetDirectoryName(string path)",
        |call| Ok(directory(&call.text(0)?).map_or(Value::Null, Value::from)),
    ),
    Method::new(
        "GetExtension",
        "static string GetExtension(string path)",
        |call| Ok(Value::from(extension(&call.text(0)?))),
    ),
    Method::new("GetFileName", "static string GetFileName(string path)", |call| {
        Ok(Value::from(file_name(&call.text(0)?)))
    }),
    Method::new(
        "GetFileNameWithoutExtension",
        "static string GetFileNameWithoutExtension(string path)",
        |call| {
            let path = call.text(0)?;
            let name = file_name(&path);
            Ok(Value::from(name.rfind('.').map_or(name, |at| &name[..at])))
        },
    ),
    Method::new("GetFullPath", "static string GetFullPath(string path)", |call| {
        let path = call.text(0)?;
        if path.is_empty() {
            return Err(fault::argument("The path is empty. (Parameter 'path')"));
        }
        Ok(Value::from(full_path(&path, call.world)))
    }),
    Method::new("GetPathRoot", "static string GetPathRoot(string path)", |call| {
        Ok(Value::from(if call.text(0)?.starts_with('/') { "/" } else { "" }))
    }),
    Method::new("GetTempPath", "static string GetTempPath()", |call| {
        let folder = call
            .world
            .host()
            .and_then(|host| host.env("TMPDIR"))
            .unwrap_or_else(|| "/tmp/".to_owned());
        Ok(Value::from(if folder.ends_with('/') {
            folder
        } else {
            folder + "/"
        }))
    }),
    Method::new("GetRandomFileName", "static string GetRandomFileName()", |call| {
        Ok(Value::from(random_name(call, 8) + "." + &random_name(call, 3)))
    }),
    Method::new("GetTempFileName", "static string GetTempFileName()", |call| {
        let path = format!("/tmp/tmp{}.tmp", random_name(call, 6));
        let written = host(call)?.write_file(&path, &[]);
        written.map_err(|error| io_error(&error, &path))?;
        Ok(Value::from(path))
    }),
    Method::new("HasExtension", "static bool HasExtension(string path)", |call| {
        Ok(Value::Bool(!extension(&call.text(0)?).is_empty()))
    }),
    Method::new("IsPathRooted", "static bool IsPathRooted(string path)", |call| {
        Ok(Value::Bool(call.text(0)?.starts_with('/')))
    }),
    Method::new(
        "IsPathFullyQualified",
        "static bool IsPathFullyQualified(string path)",
        |call| Ok(Value::Bool(call.text(0)?.starts_with('/'))),
    ),
    Method::new(
        "GetInvalidFileNameChars",
        "static char[] GetInvalidFileNameChars()",
        |_| {
            Ok(Value::array_of(
                crate::types::Type::CHAR,
                vec![Value::Char(0), Value::Char(u16::from(b'/'))],
            ))
        },
    ),
    Method::new(
        "GetInvalidPathChars",
        "static char[] GetInvalidPathChars()",
        |_| Ok(Value::array_of(crate::types::Type::CHAR, vec![Value::Char(0)])),
    ),
];

/// DirectorySeparatorChar and its kin.
pub fn path_constant(name: &str) -> Option<Value> {
    Some(Value::Char(u16::from(match name.to_ascii_lowercase().as_str() {
        "directoryseparatorchar" | "altdirectoryseparatorchar" => b'/',
        "pathseparator" => b':',
        "volumeseparatorchar" => b'/',
        _ => return None,
    })))
}

fn random_name(call: &Call<'_>, length: usize) -> String {
    let mut bits = call.world.host().map_or(0, Host::random);
    (0..length)
        .map(|_| {
            let digit = char::from_digit((bits % 36) as u32, 36).unwrap_or('a');
            bits /= 36;
            digit
        })
        .collect()
}

pub(super) fn host<'c>(call: &'c Call<'_>) -> Result<&'c dyn Host> {
    call.world
        .host()
        .ok_or_else(|| fault::raised("System.PlatformNotSupportedException", "There are no files here."))
}

/// `Move` of files and of folders.
pub(super) fn move_entry(call: &mut Call<'_>) -> Result<Value> {
    call.expect(2, 3)?;
    let (from, to) = (
        full_path(&call.text(0)?, call.world),
        full_path(&call.text(1)?, call.world),
    );
    host(call)?
        .rename(&from, &to)
        .map_err(|error| io_error(&error, &from))?;
    Ok(Value::Nothing)
}

pub(super) fn io_error(error: &std::io::Error, path: &str) -> Interrupt {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => fault::raised(
            "System.IO.FileNotFoundException",
            format!("Could not find file '{path}'."),
        ),
        ErrorKind::PermissionDenied => fault::raised(
            "System.UnauthorizedAccessException",
            format!("Access to the path '{path}' is denied."),
        ),
        _ => fault::raised("System.IO.IOException", format!("{error} : '{path}'")),
    }
}

fn read(call: &mut Call<'_>) -> Result<Vec<u8>> {
    let path = full_path(&call.text(0)?, call.world);
    host(call)?
        .read_file(&path)
        .map_err(|error| io_error(&error, &path))
}

/// The text of a file: by its mark, else by the encoding given, else UTF-8.
fn read_text(call: &mut Call<'_>) -> Result<String> {
    let bytes = read(call)?;
    for name in ["utf8", "unicode", "bigendianunicode"] {
        if let Some(value) = encoding::named(name)
            && let Some(encoding) = value.downcast::<encoding::Encoding>()
            && let Some(rest) = bytes.strip_prefix(encoding.preamble())
        {
            return Ok(encoding.decode(rest));
        }
    }
    match call
        .arguments
        .get(1)
        .and_then(|argument| argument.downcast::<encoding::Encoding>())
    {
        Some(encoding) => Ok(encoding.decode(&bytes)),
        None => Ok(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

/// Writes a text; the third argument may be an encoding.
fn write_text(call: &mut Call<'_>, text: &str, append: bool) -> Result<Value> {
    let path = full_path(&call.text(0)?, call.world);
    let bytes = match call
        .arguments
        .get(2)
        .and_then(|argument| argument.downcast::<encoding::Encoding>())
    {
        Some(encoding) if append => encoding.encode(text),
        Some(encoding) => [encoding.preamble(), &encoding.encode(text)].concat(),
        None => text.as_bytes().to_vec(),
    };
    let host = host(call)?;
    let written = if append {
        host.append_file(&path, &bytes)
    } else {
        host.write_file(&path, &bytes)
    };
    written.map_err(|error| io_error(&error, &path))?;
    Ok(Value::Nothing)
}

fn joined_lines(call: &mut Call<'_>) -> Result<String> {
    Ok(call.items(1)?.iter().map(|line| line.to_text() + "\n").collect())
}

/// System.IO.File.
pub static FILE: &[Method] = &[
    Method::new("Exists", "static bool Exists(string path)", |call| {
        let path = call.text(0)?;
        let status = if path.is_empty() {
            None
        } else {
            call.world
                .host()
                .and_then(|host| host.file_status(&full_path(&path, call.world)))
        };
        Ok(Value::Bool(status.is_some_and(|status| !status.is_directory)))
    }),
    Method::new("ReadAllText", "static string ReadAllText(string path)", |call| {
        Ok(Value::from(read_text(call)?))
    }),
    Method::new(
        "ReadAllLines",
        "static string[] ReadAllLines(string path)",
        |call| Ok(Value::strings(lines(&read_text(call)?))),
    ),
    Method::new(
        "ReadLines",
        "static System.Collections.Generic.IEnumerable[string] ReadLines(string path)",
        |call| Ok(Value::strings(lines(&read_text(call)?))),
    ),
    Method::new(
        "ReadAllBytes",
        "static byte[] ReadAllBytes(string path)",
        |call| Ok(Value::bytes(&read(call)?)),
    ),
    Method::new(
        "WriteAllText",
        "static void WriteAllText(string path, string contents)",
        |call| {
            let text = call.text(1)?;
            write_text(call, &text, false)
        },
    ),
    Method::new(
        "WriteAllLines",
        "static void WriteAllLines(string path, string[] contents)",
        |call| {
            let text = joined_lines(call)?;
            write_text(call, &text, false)
        },
    ),
    Method::new(
        "WriteAllBytes",
        "static void WriteAllBytes(string path, byte[] bytes)",
        |call| {
            let (path, bytes) = (full_path(&call.text(0)?, call.world), call.bytes(1)?);
            host(call)?
                .write_file(&path, &bytes)
                .map_err(|error| io_error(&error, &path))?;
            Ok(Value::Nothing)
        },
    ),
    Method::new(
        "AppendAllText",
        "static void AppendAllText(string path, string contents)",
        |call| {
            let text = call.text(1)?;
            write_text(call, &text, true)
        },
    ),
    Method::new(
        "AppendAllLines",
        "static void AppendAllLines(string path, string[] contents)",
        |call| {
            let text = joined_lines(call)?;
            write_text(call, &text, true)
        },
    ),
    Method::new(
        "Open",
        "static System.IO.FileStream Open(string path, System.IO.FileMode mode)",
        streams::open_with,
    ),
    Method::new(
        "OpenRead",
        "static System.IO.FileStream OpenRead(string path)",
        |call| {
            let path = full_path(&call.text(0)?, call.world);
            streams::open(&path, call.world)
        },
    ),
    Method::new(
        "OpenWrite",
        "static System.IO.FileStream OpenWrite(string path)",
        |call| {
            let path = full_path(&call.text(0)?, call.world);
            streams::create(&path, true, call.world)
        },
    ),
    Method::new(
        "Create",
        "static System.IO.FileStream Create(string path)",
        |call| {
            let path = full_path(&call.text(0)?, call.world);
            streams::create(&path, false, call.world)
        },
    ),
    Method::new(
        "OpenText",
        "static System.IO.StreamReader OpenText(string path)",
        |call| {
            let path = full_path(&call.text(0)?, call.world);
            reader::open(&path, call.world)
        },
    ),
    Method::new(
        "CreateText",
        "static System.IO.StreamWriter CreateText(string path)",
        |call| {
            let path = full_path(&call.text(0)?, call.world);
            writer::open(&path, false, call.world)
        },
    ),
    Method::new(
        "AppendText",
        "static System.IO.StreamWriter AppendText(string path)",
        |call| {
            let path = full_path(&call.text(0)?, call.world);
            writer::open(&path, true, call.world)
        },
    ),
    Method::new("Delete", "static void Delete(string path)", |call| {
        let path = full_path(&call.text(0)?, call.world);
        let host = host(call)?;
        if host.file_status(&path).is_some() {
            host.remove(&path, false)
                .map_err(|error| io_error(&error, &path))?;
        }
        Ok(Value::Nothing)
    }),
    Method::new(
        "Copy",
        "static void Copy(string sourceFileName, string destFileName, bool overwrite)",
        |call| {
            let bytes = read(call)?;
            let path = full_path(&call.text(1)?, call.world);
            let overwrite = call.count() > 2 && call.flag(2)?;
            let host = host(call)?;
            if host.file_status(&path).is_some() && !overwrite {
                return Err(fault::raised(
                    "System.IO.IOException",
                    format!("The file '{path}' already exists."),
                ));
            }
            host.write_file(&path, &bytes)
                .map_err(|error| io_error(&error, &path))?;
            Ok(Value::Nothing)
        },
    ),
    Method::new(
        "Move",
        "static void Move(string sourceFileName, string destFileName)",
        move_entry,
    ),
    Method::new(
        "Replace",
        "static void Replace(string sourceFileName, string destinationFileName, string destinationBackupFileName)",
        |call| {
            call.expect(3, 4)?;
            let (from, to) = (
                full_path(&call.text(0)?, call.world),
                full_path(&call.text(1)?, call.world),
            );
            let backup = call.text(2)?;
            let host = host(call)?;
            if !backup.is_empty() {
                let backup = full_path(&backup, call.world);
                host.rename(&to, &backup).map_err(|error| io_error(&error, &to))?;
            }
            host.rename(&from, &to).map_err(|error| io_error(&error, &from))?;
            Ok(Value::Nothing)
        },
    ),
];
