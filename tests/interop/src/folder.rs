//! A temporary folder.

use std::path::{Path, PathBuf};

/// A folder that is removed with everything in it.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A new folder of the system's temporary one, named after what it is for.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn new(what: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("plenum-{what}-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(&path).expect("the temporary folder can be written");
        Folder(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
