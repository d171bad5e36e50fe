//! New content for a file. A file that holds something is replaced by renaming over it, so that a failure, a stop or a
//! crash leaves the old one; one that is new or empty is written in place, where whoever follows it sees it grow.
//!
//! Devices and pipes (`/dev/null`, `/dev/stdout`) have nothing to replace, and where the folder takes no new file the
//! old one can only be written over: both are written in place too. Nothing is synchronised with the disk: what
//! survives the loss of power is the file system's promise, as with any other program that writes a file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use plenum_lang::host::NewFile;

/// Numbers the files of this process, so that two threads may replace the same one.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Begins a file's new content.
pub fn create(path: &Path) -> io::Result<Box<dyn NewFile>> {
    let holds_something = fs::metadata(path).is_ok_and(|known| known.is_file() && known.len() > 0);
    if !holds_something {
        return Ok(Box::new(InPlace(over(path)?)));
    }
    match Replacement::of(path) {
        Ok(replacement) => Ok(Box::new(replacement)),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(Box::new(InPlace(over(path)?))),
        Err(error) => Err(error),
    }
}

/// Opens what is there, or makes it, and empties it.
fn over(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
}

struct InPlace(File);

impl Write for InPlace {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl NewFile for InPlace {
    fn keep(self: Box<Self>) -> io::Result<()> {
        Ok(())
    }
}

/// A file beside the one whose place it takes.
struct Replacement {
    target: PathBuf,
    beside: PathBuf,
    file: File,
    kept: bool,
}

impl Replacement {
    fn of(path: &Path) -> io::Result<Replacement> {
        // The file that a link leads to is replaced, not the link. Who may not write to it may not replace it; one that
        // nobody may write to is replaced because somebody said -Force.
        let target = fs::canonicalize(path)?;
        let known = fs::metadata(&target)?;
        if !known.permissions().readonly() {
            OpenOptions::new().append(true).open(&target)?;
        }
        let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let beside = target.with_file_name(format!(
            ".{}.{}.{number}.tmp",
            name.to_string_lossy(),
            std::process::id()
        ));
        let file = OpenOptions::new().write(true).create_new(true).open(&beside)?;
        let replacement = Replacement {
            target,
            beside,
            file,
            kept: false,
        };
        let own = replacement.file.metadata()?;
        if (own.uid(), own.gid()) != (known.uid(), known.gid()) {
            fchown(&replacement.file, Some(known.uid()), Some(known.gid()))?;
        }
        replacement.file.set_permissions(known.permissions())?;
        Ok(replacement)
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl NewFile for Replacement {
    fn keep(mut self: Box<Self>) -> io::Result<()> {
        fs::rename(&self.beside, &self.target)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.beside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of a test's own, taken away with it.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let folder = std::env::temp_dir().join(format!("plenum-file-{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            Folder(folder)
        }

        fn path(&self) -> &Path {
            &self.0
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap();
        names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn what_is_not_kept_leaves_the_old_file_and_nothing_else() {
        let folder = Folder::new("dropped");
        let path = folder.path().join("users.csv");
        fs::write(&path, "old").unwrap();
        let mut file = create(&path).unwrap();
        file.write_all(b"new").unwrap();
        drop(file);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(folder.path()), ["users.csv"]);
    }

    #[test]
    fn what_is_kept_takes_the_place_of_what_a_link_leads_to() {
        let folder = Folder::new("kept");
        let (path, link) = (folder.path().join("users.csv"), folder.path().join("link"));
        fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let mut file = create(&link).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        file.keep().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn a_new_file_grows_where_others_see_it() {
        let folder = Folder::new("grows");
        let path = folder.path().join("users.csv");
        let mut file = create(&path).unwrap();
        file.write_all(b"first").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        file.keep().unwrap();
    }
}
