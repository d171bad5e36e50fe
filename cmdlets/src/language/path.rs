//! Paths as the item cmdlets take them: relative to the current folder, `~`, wildcards, and drives that are not files
//! (`Env:`, `Variable:`, `Function:`, `Alias:`, `Cs:`).

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::host::FileStatus;
use plenum_lang::inspect;
use plenum_lang::members::file_item;
use plenum_lang::property_expression::has_wildcard;
use plenum_lang::value::Value;

use crate::authoring::{Read, not_found, text};

/// Which store a path is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    /// Aliases.
    Alias,
    /// The deployment.
    Deployment,
    /// Environment variables.
    Env,
    /// Functions.
    Function,
    /// Variables.
    Variable,
}

impl Drive {
    /// All of them, in order of name.
    pub const ALL: [Drive; 5] = [
        Drive::Alias,
        Drive::Deployment,
        Drive::Env,
        Drive::Function,
        Drive::Variable,
    ];

    /// Its name, without the colon.
    pub fn name(self) -> &'static str {
        match self {
            Drive::Alias => "Alias",
            Drive::Deployment => "Cs",
            Drive::Env => "Env",
            Drive::Function => "Function",
            Drive::Variable => "Variable",
        }
    }

    /// What it is over.
    pub fn provider(self) -> &'static str {
        match self {
            Drive::Env => "Environment",
            Drive::Deployment => "Deployment",
            other => other.name(),
        }
    }

    /// The full path of a place on it: `Cs:\Policies\Voice`.
    pub fn full(self, place: &str) -> String {
        format!("{}:\\{}", self.name(), place.replace('/', "\\"))
    }
}

/// What the drive of a name is over.
pub fn provider_of(name: &str) -> &'static str {
    let known = Drive::ALL.into_iter().find(|known| known.name() == name);
    known.map_or("FileSystem", Drive::provider)
}

/// The drive and place of a path that is not a file: `Env:PATH`, `Cs:\Policies`, and `Policies` when the session is in
/// `Cs:`. A path from the root (`/`) or from home (`~`) is always a file's. The place has `/` between its parts.
pub fn drive(context: &mut dyn Context, path: &str) -> Option<(Drive, String)> {
    if let Some((drive, rest)) = qualified(path) {
        return Some((drive, folded(rest)));
    }
    if path.starts_with(['/', '~']) || path.contains("::") {
        return None;
    }
    let here = context.session()?.drive_location()?;
    let (drive, place) = qualified(&here)?;
    let rest = if path.starts_with('\\') {
        folded(path)
    } else {
        folded(&format!("{place}/{path}"))
    };
    Some((drive, rest))
}

/// Paths that are on a drive, and those that are files'.
pub fn by_drive(context: &mut dyn Context, paths: Vec<String>) -> (Vec<(Drive, String)>, Vec<String>) {
    let (mut drives, mut files) = (Vec::new(), Vec::new());
    for path in paths {
        match drive(context, &path) {
            Some(place) => drives.push(place),
            None => files.push(path),
        }
    }
    (drives, files)
}

fn qualified(path: &str) -> Option<(Drive, &str)> {
    let (name, rest) = path.split_once(':')?;
    let drive = Drive::ALL
        .into_iter()
        .find(|drive| drive.name().eq_ignore_ascii_case(name))?;
    Some((drive, rest))
}

fn folded(place: &str) -> String {
    normal(place).trim_start_matches('/').to_owned()
}

/// A path from the root, without `.` and `..`; what is there does not matter.
pub fn full(context: &dyn Context, path: &str) -> String {
    let path = path.strip_prefix("FileSystem::").unwrap_or(path);
    let path = path
        .strip_prefix("Microsoft.PowerShell.Core\\FileSystem::")
        .unwrap_or(path);
    if let Some((name, place)) = path.split_once(':')
        && let Some(root) = context.folder_drive(name)
    {
        // Nothing leads above the drive's root.
        return normal(&format!("{root}{}", normal(place)));
    }
    let home = || context.host().env("HOME").unwrap_or_else(|| "/".to_owned());
    let joined = match path {
        "~" => home(),
        _ => match path.strip_prefix("~/").or_else(|| path.strip_prefix("~\\")) {
            Some(rest) => format!("{}/{rest}", home()),
            None if path.starts_with('/') => path.to_owned(),
            None => format!("{}/{path}", context.host().current_directory()),
        },
    };
    normal(&joined)
}

/// Folds `.`, `..` and doubled separators; a backslash separates too, as scripts from Windows write it.
pub fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The way from a folder to a path, both from the root: `./a`, `../b`.
pub fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| {
        path.split('/')
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (from, to): (Vec<String>, Vec<String>) = (parts(from), parts(to));
    let shared = from
        .iter()
        .zip(&to)
        .take_while(|(one, other)| one == other)
        .count();
    let up = vec![".."; from.len() - shared];
    let start = if up.is_empty() { vec!["."] } else { up };
    let down = to[shared..].iter().map(String::as_str);
    start.into_iter().chain(down).collect::<Vec<_>>().join("/")
}

/// The folder above a path.
pub fn parent(path: &str) -> &str {
    match path.rfind(['/', '\\']) {
        Some(0) if path.len() > 1 => "/",
        Some(at) => &path[..at],
        None => "",
    }
}

/// The last part of a path.
pub fn leaf(path: &str) -> &str {
    let path = path.trim_end_matches(['/', '\\']);
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The full paths that a path with wildcards means; without wildcards, the path itself whether it exists or not.
pub fn expand(context: &dyn Context, path: &str) -> Vec<String> {
    if !has_wildcard(path) {
        return vec![full(context, path)];
    }
    let whole = full(context, path);
    let mut found = vec![String::new()];
    for part in whole.split('/').filter(|part| !part.is_empty()) {
        if !has_wildcard(part) {
            for path in &mut found {
                path.push('/');
                path.push_str(part);
            }
            found.retain(|path| context.host().file_status(path).is_some());
            continue;
        }
        let mut next = Vec::new();
        for folder in &found {
            let folder = if folder.is_empty() { "/" } else { folder };
            for name in context.host().list_directory(folder).unwrap_or_default() {
                let hidden = name.starts_with('.') && !part.starts_with('.');
                if !hidden && inspect::like(&name, part) {
                    next.push(format!("{}/{name}", folder.trim_end_matches('/')));
                }
            }
        }
        found = next;
    }
    found
}

/// The existing paths that `-Path` and `-LiteralPath` mean; what is missing is an error of its own, and left out.
pub fn resolve(context: &mut dyn Context, paths: &[String], literal: bool) -> Result<Vec<String>> {
    let mut resolved = Vec::new();
    for path in paths {
        let found = if literal {
            vec![full(context, path)]
        } else {
            expand(context, path)
        };
        let existing: Vec<String> = found
            .into_iter()
            .filter(|path| context.host().file_status(path).is_some())
            .collect();
        if existing.is_empty() && (literal || !has_wildcard(path)) {
            let whole = full(context, path);
            context.error(missing(&whole))?;
        }
        resolved.extend(existing);
    }
    Ok(resolved)
}

/// Whether a name passes -Filter, -Include and -Exclude.
pub fn passes(arguments: &Arguments, name: &str) -> bool {
    let matches = |patterns: &[String]| patterns.iter().any(|pattern| inspect::like(name, pattern));
    let include = arguments.list("Include");
    arguments
        .text("Filter")
        .is_none_or(|filter| inspect::like(name, &filter))
        && (include.is_empty() || matches(&include))
        && !matches(&arguments.list("Exclude"))
}

/// The existing paths that the arguments mean and that pass -Filter, -Include and -Exclude.
pub fn chosen(
    context: &mut dyn Context,
    arguments: &Arguments,
    paths: &[String],
    literal: bool,
) -> Result<Vec<String>> {
    let mut found = resolve(context, paths, literal)?;
    found.retain(|path| passes(arguments, leaf(path)));
    Ok(found)
}

/// Whether a name is one that lists leave out.
pub fn is_hidden(path: &str) -> bool {
    leaf(path).starts_with('.')
}

/// Reports what only `-Force` changes: a read-only file, or a hidden one where `hidden` says that those count.
/// Gives whether to go on.
pub fn may_change(
    context: &mut dyn Context,
    arguments: &Arguments,
    path: &str,
    hidden: bool,
) -> Result<bool> {
    let read_only = context
        .host()
        .file_status(path)
        .is_some_and(|status| status.read_only && !status.is_directory);
    if arguments.switch("Force") || !(read_only || (hidden && is_hidden(path))) {
        return Ok(true);
    }
    let message = format!(
        "You do not have sufficient access rights to perform this operation on '{path}', or the item is hidden or \
         read only."
    );
    let record = ErrorRecord::new("InsufficientAccessRights", Category::PermissionDenied, message)
        .exception("System.IO.IOException")
        .about(text(path))
        .hint("-Force does it nevertheless.");
    context.error(record)?;
    Ok(false)
}

/// The error of a path where nothing is.
pub fn missing(path: &str) -> ErrorRecord {
    not_found(
        "PathNotFound",
        text(path),
        format!("Cannot find path '{path}' because it does not exist."),
    )
    .exception("System.Management.Automation.ItemNotFoundException")
}

/// An operation on a file that the system refused.
pub fn failed(path: &str, error: &std::io::Error, id: &str) -> ErrorRecord {
    let (category, message, exception) = match error.kind() {
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::IsADirectory => (
            Category::PermissionDenied,
            format!("Access to the path '{path}' is denied."),
            "System.UnauthorizedAccessException",
        ),
        std::io::ErrorKind::NotFound => (
            Category::ObjectNotFound,
            format!("Could not find a part of the path '{path}'."),
            "System.IO.DirectoryNotFoundException",
        ),
        _ => (
            Category::WriteError,
            format!("{error}: '{path}'"),
            "System.IO.IOException",
        ),
    };
    ErrorRecord::new(id, category, message)
        .exception(exception)
        .about(text(path))
}

/// Writes a file's new content, or adds to it.
pub fn write(context: &mut dyn Context, path: &str, bytes: &[u8], append: bool) -> Result<()> {
    let whole = full(context, path);
    let host = context.host();
    let done = if append {
        host.append_file(&whole, bytes)
    } else {
        host.write_file(&whole, bytes)
    };
    done.map_err(|error| failed(&whole, &error, "FileOpenFailure").into())
}

/// A FileInfo or DirectoryInfo.
pub fn item(context: &dyn Context, path: &str, status: &FileStatus) -> Value {
    file_item::of_status(context.host(), path, status)
}

/// The item of an existing path.
pub fn existing(context: &dyn Context, path: &str) -> Option<Value> {
    let status = context.host().file_status(path)?;
    Some(item(context, path, &status))
}
