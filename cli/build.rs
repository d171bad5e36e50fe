//! The manual's pages, which the golden tests run, become part of the program: a table of names and texts.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a build script reads files and speaks to cargo"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let pages = fs::canonicalize(Path::new(&root).join("../tests/golden/pages"))?;
    println!("cargo:rerun-if-changed={}", pages.display());
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(&pages)? {
        let path = entry?.path();
        if let Some(name) = path
            .file_stem()
            .filter(|_| path.extension().is_some_and(|end| end == "md"))
        {
            files.insert(name.to_string_lossy().into_owned(), path);
        }
    }
    let mut table = String::from("&[\n");
    for (name, path) in files {
        let _ = writeln!(
            table,
            "    ({name:?}, include_str!({:?})),",
            path.to_string_lossy()
        );
    }
    table.push(']');
    let output = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&output).join("manual.rs"), table)
}
