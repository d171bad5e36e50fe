//! System.IO.FileInfo and System.IO.DirectoryInfo: a path, and what was there when the object was made or refreshed.
//! The methods are those of File and Directory over that path.
//!
//! The provider's note properties (`PSPath` and its kin) are found by name and not listed. A file system here tells
//! only when a file was last written: that is its other two times as well.

use std::sync::Arc;

use parking_lot::RwLock;

use super::{Call, Method, World, fault, io, statics};
use crate::datetime::TICKS_PER_MINUTE;
use crate::error::{Category, ErrorRecord, Result};
use crate::format_string::format_value;
use crate::host::{FileStatus, Host};
use crate::types::Type;
use crate::value::{DateTimeKind, Instance, Value};

/// The UTC ticks of the times of a file that is not there: 1601-01-01.
const NEVER: i64 = 504_911_232_000_000_000;

/// A file or a folder.
pub struct FileItem {
    is_directory: bool,
    place: RwLock<Place>,
}

struct Place {
    path: String,
    /// As the constructor was given it.
    given: String,
    status: Option<FileStatus>,
    /// Minutes east of UTC when it was last written.
    offset: i64,
}

/// The item of a path of which the status is known.
pub fn of_status(host: &dyn Host, path: &str, status: &FileStatus) -> Value {
    Value::instance(FileItem {
        is_directory: status.is_directory,
        place: RwLock::new(Place::new(host, path, path, Some(status.clone()))),
    })
}

/// The item of an absolute path, whether something is there or not.
pub fn of_path(host: &dyn Host, path: &str, is_directory: bool) -> Value {
    Value::instance(FileItem {
        is_directory,
        place: RwLock::new(Place::found(host, path, path, is_directory)),
    })
}

/// `[IO.FileInfo]::new(path)` and `[IO.DirectoryInfo]::new(path)`.
pub fn construct(is_directory: bool, call: &mut Call<'_>) -> Result<Value> {
    call.expect(1, 1)?;
    let given = call.text(0)?;
    if given.is_empty() {
        return Err(fault::argument("The path is empty. (Parameter 'path')"));
    }
    let path = io::full_path(&given, call.world);
    let trimmed = match path.trim_end_matches('/') {
        "" => "/",
        trimmed if is_directory => trimmed,
        _ => &path,
    };
    let place = Place::found(io::host(call)?, trimmed, &given, is_directory);
    Ok(Value::instance(FileItem {
        is_directory,
        place: RwLock::new(place),
    }))
}

impl Place {
    fn new(host: &dyn Host, path: &str, given: &str, status: Option<FileStatus>) -> Place {
        let ticks = status.as_ref().map_or(NEVER, |status| status.modified_ticks);
        Place {
            path: path.to_owned(),
            given: given.to_owned(),
            offset: i64::from(host.utc_offset_minutes(ticks)),
            status,
        }
    }

    fn found(host: &dyn Host, path: &str, given: &str, is_directory: bool) -> Place {
        let status = host
            .file_status(path)
            .filter(|status| status.is_directory == is_directory);
        Place::new(host, path, given, status)
    }

    fn name(&self) -> &str {
        match self.path.as_str() {
            "/" => "/",
            path => io::file_name(path),
        }
    }

    fn folder(&self) -> String {
        io::directory(&self.path).unwrap_or_default()
    }

    fn written(&self, utc: bool) -> Value {
        let ticks = self.status.as_ref().map_or(NEVER, |status| status.modified_ticks);
        match utc {
            true => Value::datetime(ticks, DateTimeKind::Utc),
            false => Value::datetime(ticks + self.offset * TICKS_PER_MINUTE, DateTimeKind::Local),
        }
    }

    /// Of what is known of a file here; -1 where nothing is.
    fn attributes(&self) -> Value {
        let name = self.name();
        let bits = match &self.status {
            None => -1,
            Some(status) => {
                let hidden = name.starts_with('.') && name.len() > 1;
                let bits = i64::from(status.read_only)
                    | i64::from(hidden) << 1
                    | i64::from(status.is_directory) << 4;
                // A file of which there is nothing to say.
                if bits == 0 { 128 } else { bits }
            }
        };
        let of = crate::types::resolve("System.IO.FileAttributes");
        of.map_or(Value::Null, |of| Value::enumeration(of, bits))
    }

    /// The column of a listing.
    fn shown_time(&self) -> String {
        let local = self.written(false);
        let part = |format: &str| {
            let text = format_value(&local, format).unwrap_or_default();
            text.replace('\u{202f}', " ")
        };
        format!("{:>10} {:>9}", part("M/d/yyyy"), part("h:mm tt"))
    }
}

impl FileItem {
    fn listed(&self) -> &'static [&'static str] {
        if self.is_directory {
            &[
                "Mode",
                "Name",
                "Exists",
                "FullName",
                "Extension",
                "Attributes",
                "LastWriteTime",
                "LastWriteTimeUtc",
            ]
        } else {
            &[
                "Mode",
                "Name",
                "Length",
                "DirectoryName",
                "IsReadOnly",
                "Exists",
                "FullName",
                "Extension",
                "Attributes",
                "LastWriteTime",
                "LastWriteTimeUtc",
            ]
        }
    }

    fn of_file(&self, place: &Place, name: &str) -> Option<Value> {
        Some(match name {
            "length" => Value::Long(i64::try_from(place.status.as_ref()?.length).unwrap_or(i64::MAX)),
            "directoryname" => Value::from(place.folder()),
            "isreadonly" => Value::Bool(place.status.as_ref().is_some_and(|status| status.read_only)),
            _ => return None,
        })
    }

    fn of_provider(&self, place: &Place, name: &str) -> Option<Value> {
        const PROVIDER: &str = "Microsoft.PowerShell.Core\\FileSystem::";
        Some(match name {
            "pspath" => Value::from(format!("{PROVIDER}{}", place.path)),
            "psparentpath" => Value::from(format!("{PROVIDER}{}", place.folder())),
            "pschildname" => Value::from(place.name()),
            "psdrive" => super::path_info::drive("/", "FileSystem"),
            "psprovider" => super::path_info::provider("FileSystem"),
            "psiscontainer" => Value::Bool(self.is_directory),
            "parentpath" => Value::from(place.folder()),
            "lastwritetimestring" => Value::from(place.shown_time()),
            "namestring" => Value::from(place.name()),
            "lengthstring" => match &place.status {
                Some(status) if !self.is_directory => Value::from(status.length.to_string()),
                _ => Value::from(""),
            },
            _ => return None,
        })
    }

    fn neighbour(&self, name: &str, world: &dyn World) -> Option<Value> {
        let place = self.place.read();
        let host = world.host()?;
        match (name.to_ascii_lowercase().as_str(), self.is_directory) {
            ("parent", true) | ("directory", false) => Some(match io::directory(&place.path) {
                Some(above) => of_path(host, &above, true),
                None => Value::Null,
            }),
            ("root", true) => Some(of_path(host, "/", true)),
            _ => None,
        }
    }
}

impl Instance for FileItem {
    fn type_name(&self) -> Arc<str> {
        Arc::from(match self.is_directory {
            true => "System.IO.DirectoryInfo",
            false => "System.IO.FileInfo",
        })
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        let above = [
            "System.IO.FileSystemInfo",
            "System.MarshalByRefObject",
            "System.Object",
        ];
        std::iter::once(self.type_name())
            .chain(above.into_iter().map(Arc::from))
            .collect()
    }

    fn to_text(&self) -> String {
        self.place.read().given.clone()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        self.listed().iter().map(|name| Arc::from(*name)).collect()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let place = &*self.place.read();
        let own = place.name();
        let dot = own
            .rfind('.')
            .filter(|_| !self.is_directory && !own.ends_with('.'));
        let lower = name.to_ascii_lowercase();
        Some(match lower.as_str() {
            "name" => Value::from(own),
            "fullname" => Value::from(place.path.as_str()),
            "exists" => Value::Bool(place.status.is_some()),
            "extension" => Value::from(dot.map_or("", |at| &own[at..])),
            "basename" => Value::from(dot.map_or(own, |at| &own[..at])),
            "attributes" => place.attributes(),
            "mode" => Value::from(match (self.is_directory, own.starts_with('.')) {
                (true, true) => "d--h-",
                (true, false) => "d----",
                (false, true) => "-a-h-",
                (false, false) => "-a---",
            }),
            "lastwritetime" | "creationtime" | "lastaccesstime" => place.written(false),
            "lastwritetimeutc" | "creationtimeutc" | "lastaccesstimeutc" => place.written(true),
            other => {
                let of_file = (!self.is_directory).then(|| self.of_file(place, other)).flatten();
                return of_file.or_else(|| self.of_provider(place, other));
            }
        })
    }

    fn property_in(&self, name: &str, world: &dyn World) -> Option<Value> {
        self.property(name).or_else(|| self.neighbour(name, world))
    }

    fn property_by(&self, name: &str, _world: &mut dyn World) -> Option<Result<Value>> {
        let place = self.place.read();
        let lacks = !self.is_directory && place.status.is_none() && name.eq_ignore_ascii_case("Length");
        lacks.then(|| {
            let message = format!(
                "Exception getting \"Length\": \"Could not find file '{}'.\"",
                place.path
            );
            Err(
                ErrorRecord::new("FileNotFoundException", Category::NotSpecified, message)
                    .exception("System.Management.Automation.GetValueInvocationException")
                    .into(),
            )
        })
    }

    fn set_property(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<()>> {
        let lower = name.to_ascii_lowercase();
        let wanted = match lower.as_str() {
            "isreadonly" if !self.is_directory => Type::BOOLEAN,
            "lastwritetime" | "lastwritetimeutc" => Type::DATETIME,
            _ => return None,
        };
        let value = match crate::convert::to(value, &wanted, world) {
            Ok(value) => value,
            Err(failed) => return Some(Err(failed)),
        };
        let mut place = self.place.write();
        let host = world.host()?;
        let done = match value {
            Value::Bool(read_only) => host.set_read_only(&place.path, read_only),
            Value::DateTime(moment) => {
                let local = moment.kind != DateTimeKind::Utc && !lower.ends_with("utc");
                let offset = if local {
                    host.local_offset_minutes(moment.ticks)
                } else {
                    0
                };
                host.set_modified(&place.path, moment.ticks - i64::from(offset) * TICKS_PER_MINUTE)
            }
            _ => return None,
        };
        *place = Place::found(host, &place.path, &place.given, self.is_directory);
        Some(done.map_err(|error| io::io_error(&error, &place.path)))
    }

    fn methods(&self) -> &'static [Method] {
        if self.is_directory { FOLDER } else { FILE }
    }

    fn equals(&self, _other: &Value) -> Option<bool> {
        None
    }
}

fn own<'c>(call: &Call<'c>) -> &'c FileItem {
    let own = call.target.downcast::<FileItem>();
    own.expect("the tables of files are used for files only")
}

/// A static method of File or Directory with this path before the arguments.
fn by_path(call: &mut Call<'_>, method: &str) -> Result<Value> {
    let item = own(call);
    let of = if item.is_directory {
        Type::DIRECTORY
    } else {
        Type::FILE
    };
    let mut arguments = vec![Value::from(item.place.read().path.as_str())];
    arguments.extend(call.arguments.iter().cloned());
    statics::static_call(&of, method, &arguments, call.world)
}

fn refresh(call: &mut Call<'_>) -> Result<Value> {
    let item = own(call);
    let host = io::host(call)?;
    let mut place = item.place.write();
    *place = Place::found(host, &place.path, &place.given, item.is_directory);
    Ok(Value::Nothing)
}

/// What changes the file system and leaves the object with what is there now.
fn changing(call: &mut Call<'_>, method: &str) -> Result<Value> {
    let result = by_path(call, method)?;
    refresh(call)?;
    Ok(result)
}

fn move_to(call: &mut Call<'_>) -> Result<Value> {
    call.expect(1, 2)?;
    by_path(call, "Move")?;
    let to = io::full_path(&call.text(0)?, call.world);
    let item = own(call);
    *item.place.write() = Place::found(io::host(call)?, &to, &to, item.is_directory);
    Ok(Value::Nothing)
}

/// The items of the paths that a method of Directory gives.
fn inside(call: &mut Call<'_>, method: &str, type_name: &'static str) -> Result<Value> {
    let paths = by_path(call, method)?;
    let host = io::host(call)?;
    let mut items = Vec::new();
    for path in paths.iter() {
        let path = path.to_text();
        items.extend(
            host.file_status(&path)
                .map(|status| of_status(host, &path, &status)),
        );
    }
    let element = crate::types::resolve(type_name).unwrap_or(Type::OBJECT);
    Ok(Value::array_of(element, items))
}

const FOLDER_TYPE: &str = "System.IO.DirectoryInfo";
const FILE_TYPE: &str = "System.IO.FileInfo";

static FILE: &[Method] = &[
    Method::new("AppendText", "System.IO.StreamWriter AppendText()", |call| {
        by_path(call, "AppendText")
    }),
    Method::new(
        "CopyTo",
        "System.IO.FileInfo CopyTo(string destFileName), System.IO.FileInfo CopyTo(string destFileName, bool overwrite)",
        |call| {
            call.expect(1, 2)?;
            by_path(call, "Copy")?;
            let to = io::full_path(&call.text(0)?, call.world);
            Ok(of_path(io::host(call)?, &to, false))
        },
    ),
    Method::new("Create", "System.IO.FileStream Create()", |call| {
        changing(call, "Create")
    }),
    Method::new("CreateText", "System.IO.StreamWriter CreateText()", |call| {
        by_path(call, "CreateText")
    }),
    Method::new("Delete", "void Delete()", |call| changing(call, "Delete")),
    Method::new("MoveTo", "void MoveTo(string destFileName)", move_to),
    Method::new(
        "Open",
        "System.IO.FileStream Open(System.IO.FileMode mode)",
        |call| by_path(call, "Open"),
    ),
    Method::new("OpenRead", "System.IO.FileStream OpenRead()", |call| {
        by_path(call, "OpenRead")
    }),
    Method::new("OpenText", "System.IO.StreamReader OpenText()", |call| {
        by_path(call, "OpenText")
    }),
    Method::new("OpenWrite", "System.IO.FileStream OpenWrite()", |call| {
        by_path(call, "OpenWrite")
    }),
    Method::new("Refresh", "void Refresh()", refresh),
];

static FOLDER: &[Method] = &[
    Method::new("Create", "void Create()", |call| {
        changing(call, "CreateDirectory")?;
        Ok(Value::Nothing)
    }),
    Method::new(
        "CreateSubdirectory",
        "System.IO.DirectoryInfo CreateSubdirectory(string path)",
        |call| {
            call.expect(1, 1)?;
            let path = format!(
                "{}/{}",
                own(call).place.read().path.trim_end_matches('/'),
                call.text(0)?
            );
            statics::static_call(
                &Type::DIRECTORY,
                "CreateDirectory",
                &[Value::from(path)],
                call.world,
            )
        },
    ),
    Method::new("Delete", "void Delete(), void Delete(bool recursive)", |call| {
        changing(call, "Delete")
    }),
    Method::new(
        "EnumerateDirectories",
        "System.Collections.Generic.IEnumerable[System.IO.DirectoryInfo] EnumerateDirectories()",
        |call| inside(call, "GetDirectories", FOLDER_TYPE),
    ),
    Method::new(
        "EnumerateFiles",
        "System.Collections.Generic.IEnumerable[System.IO.FileInfo] EnumerateFiles()",
        |call| inside(call, "GetFiles", FILE_TYPE),
    ),
    Method::new(
        "EnumerateFileSystemInfos",
        "System.Collections.Generic.IEnumerable[System.IO.FileSystemInfo] EnumerateFileSystemInfos()",
        |call| inside(call, "GetFileSystemEntries", "System.IO.FileSystemInfo"),
    ),
    Method::new(
        "GetDirectories",
        "System.IO.DirectoryInfo[] GetDirectories(), System.IO.DirectoryInfo[] GetDirectories(string searchPattern)",
        |call| inside(call, "GetDirectories", FOLDER_TYPE),
    ),
    Method::new(
        "GetFiles",
        "System.IO.FileInfo[] GetFiles(), System.IO.FileInfo[] GetFiles(string searchPattern)",
        |call| inside(call, "GetFiles", FILE_TYPE),
    ),
    Method::new(
        "GetFileSystemInfos",
        "System.IO.FileSystemInfo[] GetFileSystemInfos()",
        |call| inside(call, "GetFileSystemEntries", "System.IO.FileSystemInfo"),
    ),
    Method::new("MoveTo", "void MoveTo(string destDirName)", move_to),
    Method::new("Refresh", "void Refresh()", refresh),
];
