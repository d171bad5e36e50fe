//! System.IO.Directory, and what it shares with File.

use super::io::{self, combine, full_path, host, io_error};
use super::{Call, Method, fault, file_item};
use crate::error::Result;
use crate::value::Value;

/// System.IO.Directory.
pub static DIRECTORY: &[Method] = &[
    Method::new("Exists", "static bool Exists(string path)", |call| {
        let path = call.text(0)?;
        let status = if path.is_empty() {
            None
        } else {
            call.world
                .host()
                .and_then(|host| host.file_status(&full_path(&path, call.world)))
        };
        Ok(Value::Bool(status.is_some_and(|status| status.is_directory)))
    }),
    Method::new(
        "CreateDirectory",
        "static System.IO.DirectoryInfo CreateDirectory(string path)",
        |call| {
            let path = full_path(&call.text(0)?, call.world);
            host(call)?
                .create_directory(&path)
                .map_err(|error| io_error(&error, &path))?;
            Ok(file_item::of_path(host(call)?, path.trim_end_matches('/'), true))
        },
    ),
    Method::new(
        "Delete",
        "static void Delete(string path, bool recursive)",
        |call| {
            let path = full_path(&call.text(0)?, call.world);
            let recurse = call.count() > 1 && call.flag(1)?;
            host(call)?
                .remove(&path, recurse)
                .map_err(|error| io_error(&error, &path))?;
            Ok(Value::Nothing)
        },
    ),
    Method::new(
        "GetCurrentDirectory",
        "static string GetCurrentDirectory()",
        |call| Ok(Value::from(host(call)?.current_directory())),
    ),
    Method::new(
        "SetCurrentDirectory",
        "static void SetCurrentDirectory(string path)",
        |call| {
            let path = full_path(&call.text(0)?, call.world);
            host(call)?
                .set_current_directory(&path)
                .map_err(|error| io_error(&error, &path))?;
            Ok(Value::Nothing)
        },
    ),
    Method::new("GetFiles", "static string[] GetFiles(string path)", |call| {
        list(call, Some(false))
    }),
    Method::new(
        "GetDirectories",
        "static string[] GetDirectories(string path)",
        |call| list(call, Some(true)),
    ),
    Method::new(
        "GetFileSystemEntries",
        "static string[] GetFileSystemEntries(string path)",
        |call| list(call, None),
    ),
    Method::new(
        "Move",
        "static void Move(string sourceDirName, string destDirName)",
        io::move_entry,
    ),
    Method::new(
        "GetParent",
        "static System.IO.DirectoryInfo GetParent(string path)",
        |call| {
            let path = full_path(&call.text(0)?, call.world);
            Ok(match io::directory(path.trim_end_matches('/')) {
                Some(above) => file_item::of_path(host(call)?, &above, true),
                None => Value::Null,
            })
        },
    ),
    Method::new(
        "GetDirectoryRoot",
        "static string GetDirectoryRoot(string path)",
        |_| Ok(Value::from("/")),
    ),
    Method::new(
        "EnumerateFiles",
        "static System.Collections.Generic.IEnumerable[string] EnumerateFiles(string path)",
        |call| list(call, Some(false)),
    ),
    Method::new(
        "EnumerateDirectories",
        "static System.Collections.Generic.IEnumerable[string] EnumerateDirectories(string path)",
        |call| list(call, Some(true)),
    ),
    Method::new(
        "EnumerateFileSystemEntries",
        "static System.Collections.Generic.IEnumerable[string] EnumerateFileSystemEntries(string path)",
        |call| list(call, None),
    ),
];

/// What File and Directory both have: times and attributes.
pub static SHARED: &[Method] = &[
    Method::new(
        "GetAttributes",
        "static System.IO.FileAttributes GetAttributes(string path)",
        |call| {
            let path = full_path(&call.text(0)?, call.world);
            let host = host(call)?;
            let status = host
                .file_status(&path)
                .ok_or_else(|| io_error(&missing(), &path))?;
            let item = file_item::of_status(host, &path, &status);
            Ok(super::plain_property(&item, "Attributes").unwrap_or_default())
        },
    ),
    Method::new(
        "GetCreationTime",
        "static datetime GetCreationTime(string path)",
        |call| time(call, "CreationTime"),
    ),
    Method::new(
        "GetCreationTimeUtc",
        "static datetime GetCreationTimeUtc(string path)",
        |call| time(call, "CreationTimeUtc"),
    ),
    Method::new(
        "GetLastAccessTime",
        "static datetime GetLastAccessTime(string path)",
        |call| time(call, "LastAccessTime"),
    ),
    Method::new(
        "GetLastAccessTimeUtc",
        "static datetime GetLastAccessTimeUtc(string path)",
        |call| time(call, "LastAccessTimeUtc"),
    ),
    Method::new(
        "GetLastWriteTime",
        "static datetime GetLastWriteTime(string path)",
        |call| time(call, "LastWriteTime"),
    ),
    Method::new(
        "GetLastWriteTimeUtc",
        "static datetime GetLastWriteTimeUtc(string path)",
        |call| time(call, "LastWriteTimeUtc"),
    ),
    Method::new(
        "SetLastWriteTime",
        "static void SetLastWriteTime(string path, datetime lastWriteTime)",
        |call| set_time(call, "LastWriteTime"),
    ),
    Method::new(
        "SetLastWriteTimeUtc",
        "static void SetLastWriteTimeUtc(string path, datetime lastWriteTimeUtc)",
        |call| set_time(call, "LastWriteTimeUtc"),
    ),
];

fn missing() -> std::io::Error {
    std::io::ErrorKind::NotFound.into()
}

/// A path as a file, or as a folder where one is there.
fn item_at(call: &mut Call<'_>) -> Result<(String, Value)> {
    let path = full_path(&call.text(0)?, call.world);
    let host = host(call)?;
    let is_directory = host.file_status(&path).is_some_and(|status| status.is_directory);
    let item = file_item::of_path(host, &path, is_directory);
    Ok((path, item))
}

fn time(call: &mut Call<'_>, name: &str) -> Result<Value> {
    call.expect(1, 1)?;
    let (_, item) = item_at(call)?;
    Ok(super::plain_property(&item, name).unwrap_or_default())
}

fn set_time(call: &mut Call<'_>, name: &str) -> Result<Value> {
    call.expect(2, 2)?;
    let (path, item) = item_at(call)?;
    if host(call)?.file_status(&path).is_none() {
        return Err(io_error(&missing(), &path));
    }
    let moment = call.value(1)?.clone();
    super::set(&item, name, moment, call.world)?;
    Ok(Value::Nothing)
}

/// The paths in a folder that fit a pattern; with `AllDirectories` those in the folders under it too.
fn list(call: &mut Call<'_>, directories: Option<bool>) -> Result<Value> {
    call.expect(1, 3)?;
    let path = call.text(0)?.to_string();
    let pattern = if call.count() > 1 {
        call.text(1)?.to_string()
    } else {
        "*".to_owned()
    };
    let deep = call.count() > 2 && call.enumeration(2, "System.IO.SearchOption")? == 1;
    let wildcard = crate::operator::Wildcard::new(&pattern, true);
    let fits = |name: &str| wildcard.as_ref().is_none_or(|wildcard| wildcard.is_match(name));
    let mut found = Vec::new();
    let mut folders = vec![path];
    while let Some(folder) = folders.pop() {
        let mut below = Vec::new();
        for name in names_in(call, &folder)? {
            let whole = combine(&[folder.clone(), name.clone()]);
            let status = host(call)?.file_status(&full_path(&whole, call.world));
            let is_directory = status.is_some_and(|status| status.is_directory);
            if fits(&name) && directories.is_none_or(|wanted| is_directory == wanted) {
                found.push(whole.clone());
            }
            if deep && is_directory {
                below.push(whole);
            }
        }
        folders.extend(below.into_iter().rev());
    }
    Ok(Value::strings(found))
}

fn names_in(call: &Call<'_>, folder: &str) -> Result<Vec<String>> {
    let absolute = full_path(folder, call.world);
    let names = host(call)?.list_directory(&absolute);
    names.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => fault::raised(
            "System.IO.DirectoryNotFoundException",
            format!("Could not find a part of the path '{absolute}'."),
        ),
        _ => io_error(&error, &absolute),
    })
}
