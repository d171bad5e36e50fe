//! Get-FileHash: what tells files apart, and whether a copy is whole.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::format::{View, ViewColumn};
use plenum_lang::inspect;
use plenum_lang::signature::Completion;
use plenum_lang::value::Value;

use super::content::given_paths;
use super::path;
use crate::authoring::{Read, cmdlet, object, parameter, simple, text};

const TYPE: &str = "Microsoft.PowerShell.Commands.FileHashInfo";

/// The table of hashes.
pub fn view() -> View {
    let columns = vec![
        ViewColumn::new("Algorithm").width(15),
        ViewColumn::new("Hash").width(70),
        ViewColumn::new("Path"),
    ];
    View::table(TYPE, columns)
}

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Get-FileHash", super::UTILITY)
            .synopsis("Computes the hash of a file's content.")
            .default_set("Path")
            .parameter(
                parameter("Path", "string[]")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .set("Path")
                    .complete(Completion::Path)
                    .help("The files; wildcards are allowed."),
            )
            .parameter(
                parameter("LiteralPath", "string[]")
                    .aliases(&["PSPath", "LP"])
                    .mandatory()
                    .by_property_name()
                    .set("LiteralPath")
                    .complete(Completion::Path)
                    .help("The files, taken as they are."),
            )
            .parameter(
                parameter("InputStream", "System.IO.Stream")
                    .mandatory()
                    .position(0)
                    .set("StreamParameterSet")
                    .help("A stream to read to its end."),
            )
            .parameter(
                parameter("Algorithm", "string")
                    .position(1)
                    .one_of(&["SHA1", "SHA256", "SHA384", "SHA512", "MD5"])
                    .default("SHA256")
                    .help("How it is computed."),
            )
            .example("Get-FileHash topology.yaml", "Shows the SHA-256 hash of a file.")
            .example(
                "(Get-FileHash a.xml).Hash -eq (Get-FileHash b.xml).Hash",
                "Says whether two files are the same.",
            ),
        file_hash,
    )
}

fn file_hash(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let algorithm = arguments
        .text("Algorithm")
        .map_or_else(|| "SHA256".to_owned(), |name| name.to_ascii_uppercase());
    if let Some(stream) = arguments.get("InputStream").cloned() {
        let hash = hash_of(context, &algorithm, &stream)?;
        return context.write(result(&algorithm, hash, Value::Null));
    }
    let (paths, literal) = given_paths(arguments);
    for file in path::resolve(context, &paths, literal)? {
        if context
            .host()
            .file_status(&file)
            .is_some_and(|status| status.is_directory)
        {
            continue;
        }
        if let Err(error) = context.host().open_file(&file) {
            context.error(path::failed(&file, &error, "FileReadError"))?;
            continue;
        }
        let opens = inspect::named_type_value("System.IO.File")?;
        let stream = inspect::invoke_static(context, &opens, "OpenRead", &[text(file.as_str())])?;
        let hash = hash_of(context, &algorithm, &stream)?;
        inspect::invoke_method(context, &stream, "Dispose", &[])?;
        context.write(result(&algorithm, hash, text(file)))?;
    }
    Ok(())
}

fn hash_of(context: &mut dyn Context, algorithm: &str, stream: &Value) -> Result<String> {
    let function = inspect::named_type_value(&format!("System.Security.Cryptography.{algorithm}"))?;
    let hash = inspect::invoke_static(context, &function, "HashData", std::slice::from_ref(stream))?;
    let convert = inspect::named_type_value("System.Convert")?;
    let shown = inspect::invoke_static(context, &convert, "ToHexString", &[hash])?;
    Ok(inspect::text(&shown))
}

fn result(algorithm: &str, hash: String, path: Value) -> Value {
    object(
        TYPE,
        [
            ("Algorithm", text(algorithm)),
            ("Hash", text(hash)),
            ("Path", path),
        ],
    )
}
