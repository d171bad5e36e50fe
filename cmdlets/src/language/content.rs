//! Get-, Set-, Add- and Clear-Content: files as lines.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::property_expression::has_wildcard;
use plenum_lang::signature::{Completion, Impact, Validation};
use plenum_lang::value::Value;

use super::output_file::OutputFile;
use super::{encoding, path, provider};
use crate::authoring::{
    ParameterBuilder, Read, SignatureBuilder, array, cmdlet, parameter, simple, stateful, text,
};

/// `-Path` and `-LiteralPath`, of one or several paths.
pub fn path_parameters(by_value: bool) -> Vec<ParameterBuilder> {
    let path = parameter("Path", "string[]")
        .mandatory()
        .position(0)
        .by_property_name()
        .set("Path");
    let path = if by_value { path.by_value() } else { path };
    vec![
        path.complete(Completion::Path)
            .help("The paths; wildcards are allowed."),
        parameter("LiteralPath", "string[]")
            .aliases(&["PSPath", "LP"])
            .mandatory()
            .by_property_name()
            .set("LiteralPath")
            .complete(Completion::Path)
            .help("The paths, taken as they are."),
    ]
}

/// The paths that a cmdlet was given, and whether they are literal.
pub fn given_paths(arguments: &Arguments) -> (Vec<String>, bool) {
    if arguments.has("LiteralPath") {
        (arguments.list("LiteralPath"), true)
    } else {
        (arguments.list("Path"), false)
    }
}

fn filters(signature: SignatureBuilder) -> SignatureBuilder {
    signature
        .parameter(parameter("Filter", "string").help("A wildcard that names must match."))
        .parameter(parameter("Include", "string[]").help("Wildcards of which one must match."))
        .parameter(parameter("Exclude", "string[]").help("Wildcards that must not match."))
        .switch("Force", "Works on hidden and read-only files too.")
}

/// Get-Content.
pub fn get() -> Arc<dyn Command> {
    let whole = f64::from(i32::MAX);
    let signature = cmdlet("Get-Content", super::MANAGEMENT)
        .synopsis("Reads a file, line by line or whole.")
        .default_set("Path")
        .parameters(path_parameters(false))
        .parameter(
            parameter("ReadCount", "long")
                .by_property_name()
                .default("1")
                .help("How many lines go on together; 0 is all."),
        )
        .parameter(
            parameter("TotalCount", "long")
                .aliases(&["First", "Head"])
                .range(0.0, whole)
                .help("Only so many lines from the beginning."),
        )
        .parameter(
            parameter("Tail", "int")
                .alias("Last")
                .range(0.0, whole)
                .help("Only so many lines from the end."),
        )
        .parameter(parameter("Delimiter", "string").help("What ends a piece; a line end by default."))
        .switch("Raw", "Gives the file as one text.")
        .switch("AsByteStream", "Gives bytes.")
        .switch(
            "Wait",
            "Goes on as the file grows, until Ctrl-C or the pipeline has enough.",
        )
        .parameter(encoding::encoding_parameter());
    simple(
        filters(signature)
            .example(
                "Get-Content users.txt | ForEach-Object { Get-CsUser $_ }",
                "Reads a user from each line.",
            )
            .example("Get-Content server.log -Tail 20", "Shows the last lines.")
            .alias("gc")
            .alias("cat")
            .alias("type"),
        get_content,
    )
}

fn get_content(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let (waits, pieces) = (arguments.switch("Wait"), Pieces::asked(arguments));
    if waits && arguments.switch("Raw") {
        let message = "The Raw and Wait parameters cannot be specified in same command.";
        return Err(not_together("InvalidOperation", message).into());
    }
    if pieces.head.is_some() && pieces.tail.is_some() {
        let message =
            "The parameters TotalCount and Tail cannot be used together. Please specify only one parameter.";
        return context.error(not_together("TailAndHeadCannotCoexist", message));
    }
    let (paths, literal) = given_paths(arguments);
    let (drives, files) = path::by_drive(context, paths);
    for (drive, name) in drives {
        let found = provider::get(context, drive, &name)?;
        context.write_all(found)?;
    }
    for file in path::chosen(context, arguments, &files, literal)? {
        if !arguments.switch("Force") && path::is_hidden(&file) && has_pattern(&files, literal) {
            continue;
        }
        if context
            .host()
            .file_status(&file)
            .is_some_and(|status| status.is_directory)
        {
            let message = format!(
                "Unable to get content because it is a directory: '{file}'. Please use 'Get-ChildItem' instead."
            );
            context.error(not_together("GetContainerContentException", &message).about(text(file)))?;
            continue;
        }
        let done = if waits {
            follow(context, arguments, &file, pieces)?
        } else {
            match context.host().read_file(&file) {
                Ok(bytes) => write_content(context, arguments, &bytes, pieces).map(|_| Ok(()))?,
                Err(error) => Err(error),
            }
        };
        if let Err(error) = done {
            context.error(path::failed(&file, &error, "GetContentReaderError"))?;
        }
    }
    Ok(())
}

fn not_together(id: &str, message: &str) -> ErrorRecord {
    ErrorRecord::new(id, Category::InvalidOperation, message).exception("System.InvalidOperationException")
}

/// How many pieces of a file are wanted, from its beginning or its end.
#[derive(Clone, Copy)]
struct Pieces {
    head: Option<usize>,
    tail: Option<usize>,
}

impl Pieces {
    fn asked(arguments: &Arguments) -> Pieces {
        let size = |name: &str| arguments.int(name).and_then(|size| usize::try_from(size).ok());
        Pieces {
            head: size("TotalCount"),
            tail: size("Tail"),
        }
    }
}

/// Gives what a file has, and then what is added to it, a line when its end has been written. A file that became
/// shorter is read anew.
fn follow(
    context: &mut dyn Context,
    arguments: &Arguments,
    file: &str,
    wanted: Pieces,
) -> Result<std::io::Result<()>> {
    const STEP: u64 = 100;
    let mut pending = Vec::new();
    let mut left = wanted;
    let mut at = 0;
    let mut reader = match context.host().open_file(file) {
        Ok(reader) => reader,
        Err(error) => return Ok(Err(error)),
    };
    loop {
        match reader.read_to_end(&mut pending) {
            Ok(read) => at += read as u64,
            Err(error) => return Ok(Err(error)),
        }
        let first = left.tail.is_some();
        let whole = if first || arguments.switch("AsByteStream") {
            pending.len()
        } else {
            complete(&pending, arguments)
        };
        let bytes: Vec<u8> = pending.drain(..whole).collect();
        let written = write_content(context, arguments, &bytes, left)?;
        left = Pieces {
            head: left.head.map(|head| head.saturating_sub(written)),
            tail: None,
        };
        if left.head == Some(0) {
            return Ok(Ok(()));
        }
        context.host().sleep(STEP);
        context.check_stop()?;
        let length = context
            .host()
            .file_status(file)
            .map_or(at, |status| status.length);
        if length < at {
            pending.clear();
            at = 0;
            reader = match context.host().open_file(file) {
                Ok(reader) => reader,
                Err(error) => return Ok(Err(error)),
            };
        }
    }
}

/// How many bytes are whole pieces.
fn complete(bytes: &[u8], arguments: &Arguments) -> usize {
    let delimiter = arguments
        .text("Delimiter")
        .filter(|delimiter| !delimiter.is_empty());
    let delimiter = delimiter.unwrap_or_else(|| "\n".to_owned());
    let windows = bytes.windows(delimiter.len());
    windows
        .rev()
        .position(|window| window == delimiter.as_bytes())
        .map_or(0, |from_end| bytes.len() - from_end)
}

/// Whether hidden files were only met by a wildcard: a file that is named is read in any case.
fn has_pattern(paths: &[String], literal: bool) -> bool {
    !literal && paths.iter().any(|path| has_wildcard(path))
}

/// Gives what a file has; how many pieces that was.
fn write_content(
    context: &mut dyn Context,
    arguments: &Arguments,
    bytes: &[u8],
    wanted: Pieces,
) -> Result<usize> {
    if arguments.switch("AsByteStream") {
        if arguments.switch("Raw") {
            return context.write(Value::bytes(bytes)).map(|()| 1);
        }
        let bytes = chosen_pieces(bytes, wanted);
        bytes
            .iter()
            .try_for_each(|byte| context.write(Value::Byte(*byte)))?;
        return Ok(bytes.len());
    }
    let content = encoding::decode(bytes, arguments.text("Encoding").as_deref())?;
    if arguments.switch("Raw") {
        return if content.is_empty() {
            Ok(0)
        } else {
            context.write(text(content)).map(|()| 1)
        };
    }
    let pieces: Vec<&str> = match arguments.text("Delimiter") {
        Some(delimiter) if !delimiter.is_empty() => {
            let mut pieces: Vec<&str> = content.split(delimiter.as_str()).collect();
            if pieces.last() == Some(&"") {
                pieces.pop();
            }
            pieces
        }
        _ => content.lines().collect(),
    };
    let pieces = chosen_pieces(&pieces, wanted);
    let together = arguments
        .int("ReadCount")
        .and_then(|size| usize::try_from(size).ok());
    match together.unwrap_or(1) {
        1 => {
            for piece in pieces {
                context.check_stop()?;
                context.write(text(*piece))?;
            }
        }
        size => {
            let size = if size == 0 { pieces.len().max(1) } else { size };
            pieces.chunks(size).try_for_each(|chunk| {
                context.write(array(chunk.iter().map(|piece| text(*piece)).collect()))
            })?;
        }
    }
    Ok(pieces.len())
}

fn chosen_pieces<T>(pieces: &[T], wanted: Pieces) -> &[T] {
    match (wanted.head, wanted.tail) {
        (Some(head), _) => &pieces[..head.min(pieces.len())],
        (None, Some(tail)) => &pieces[pieces.len().saturating_sub(tail)..],
        (None, None) => pieces,
    }
}

fn writer(name: &'static str, synopsis: &'static str) -> SignatureBuilder {
    let signature = cmdlet(name, super::MANAGEMENT)
        .synopsis(synopsis)
        .default_set("Path")
        .parameters(path_parameters(false))
        .parameter(
            parameter("Value", "object[]")
                .mandatory()
                .position(1)
                .by_value()
                .by_property_name()
                .validate(Validation::AllowNull)
                .validate(Validation::AllowEmptyString)
                .validate(Validation::AllowEmptyCollection)
                .help("What to write; each object by its text."),
        )
        .switch("PassThru", "Gives what was written.")
        .switch("NoNewline", "Puts no line ends between.")
        .switch("AsByteStream", "Values are bytes.")
        .parameter(encoding::encoding_parameter())
        .should_process(Impact::Medium);
    filters(signature)
}

/// Set-Content.
pub fn set() -> Arc<dyn Command> {
    stateful::<SetContent>(
        writer("Set-Content", "Writes a file anew.")
            .example(
                "Set-Content banner.txt 'Maintenance at 22:00'",
                "Writes one line.",
            )
            .alias("sc"),
    )
}

/// Add-Content.
pub fn add() -> Arc<dyn Command> {
    stateful::<AddContent>(
        writer("Add-Content", "Adds to the end of a file.")
            .example(
                "Add-Content done.log \"$(Get-Date -Format s) moved\"",
                "Adds a line.",
            )
            .alias("ac"),
    )
}

#[derive(Default)]
struct SetContent(Writing);

#[derive(Default)]
struct AddContent(Writing);

impl Invocation for SetContent {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.0.take(context, arguments, "Set Content", false)
    }

    fn end(&mut self, context: &mut dyn Context, _arguments: &Arguments) -> Result<()> {
        self.0.close(context)
    }
}

impl Invocation for AddContent {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.0.take(context, arguments, "Add Content", true)
    }

    fn end(&mut self, context: &mut dyn Context, _arguments: &Arguments) -> Result<()> {
        self.0.close(context)
    }
}

/// What Set- and Add-Content have open: from the first value on, or while the pipeline gives the same paths.
#[derive(Default)]
struct Writing {
    paths: Vec<String>,
    files: Vec<OutputFile>,
    /// Items of drives without files, which take all values at once.
    items: Vec<(path::Drive, String)>,
    values: Vec<Value>,
}

impl Writing {
    fn take(
        &mut self,
        context: &mut dyn Context,
        arguments: &Arguments,
        action: &str,
        append: bool,
    ) -> Result<()> {
        let (paths, literal) = given_paths(arguments);
        if paths != self.paths {
            self.close(context)?;
            for name in &paths {
                self.open(context, arguments, name, literal, action, append)?;
            }
            self.paths = paths;
        }
        let values = arguments.values("Value");
        if arguments.switch("PassThru") {
            values.iter().try_for_each(|value| context.write(value.clone()))?;
        }
        for file in &mut self.files {
            write(context, arguments, file, &values)?;
        }
        if !self.items.is_empty() {
            self.values.extend(values);
        }
        Ok(())
    }

    fn open(
        &mut self,
        context: &mut dyn Context,
        arguments: &Arguments,
        name: &str,
        literal: bool,
        action: &str,
        append: bool,
    ) -> Result<()> {
        if let Some((drive, name)) = path::drive(context, name) {
            if context.should_process(&format!("Path: {name}"), Some(action))? {
                self.items.push((drive, name));
            }
            return Ok(());
        }
        let targets = if literal {
            vec![path::full(context, name)]
        } else {
            path::expand(context, name)
        };
        for target in targets {
            if path::passes(arguments, path::leaf(&target))
                && path::may_change(context, arguments, &target, false)?
                && context.should_process(&format!("Path: {target}"), Some(action))?
            {
                let encoding = arguments.text("Encoding");
                self.files
                    .push(OutputFile::open(context, target, encoding, append)?);
            }
        }
        Ok(())
    }

    fn close(&mut self, context: &mut dyn Context) -> Result<()> {
        for file in std::mem::take(&mut self.files) {
            file.close(context)?;
        }
        let mut values = std::mem::take(&mut self.values);
        let value = match values.len() {
            1 => values.remove(0),
            _ => array(values),
        };
        for (drive, name) in std::mem::take(&mut self.items) {
            provider::set(context, drive, &name, value.clone())?;
        }
        Ok(())
    }
}

/// Writes values as lines, or as bytes.
fn write(
    context: &mut dyn Context,
    arguments: &Arguments,
    file: &mut OutputFile,
    values: &[Value],
) -> Result<()> {
    if arguments.switch("AsByteStream") {
        let byte = |value: &Value| crate::authoring::to_int(value).and_then(|byte| u8::try_from(byte).ok());
        let bytes: Vec<u8> = values.iter().filter_map(byte).collect();
        return file.bytes(context, &bytes);
    }
    let line_end = if arguments.switch("NoNewline") { "" } else { "\n" };
    for value in values {
        let mut line = inspect::text(value);
        line.push_str(line_end);
        file.text(context, &line)?;
    }
    Ok(())
}

/// Clear-Content.
pub fn clear() -> Arc<dyn Command> {
    let signature = cmdlet("Clear-Content", super::MANAGEMENT)
        .synopsis("Empties a file.")
        .default_set("Path")
        .parameters(path_parameters(false))
        .should_process(Impact::Medium);
    simple(
        filters(signature)
            .example("Clear-Content debug.log", "Empties a log.")
            .alias("clc"),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let (paths, literal) = given_paths(arguments);
            for target in path::chosen(context, arguments, &paths, literal)? {
                if path::may_change(context, arguments, &target, false)?
                    && context.should_process(&format!("Item: {target}"), Some("Clear Content"))?
                {
                    path::write(context, &target, b"", false)?;
                }
            }
            Ok(())
        },
    )
}
