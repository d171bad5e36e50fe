//! Get-, Set-, Add- and Clear-Content: files as lines.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::property_expression::has_wildcard;
use plenum_lang::signature::{Completion, Impact, Validation};
use plenum_lang::value::Value;

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
        .switch("Wait", "Goes on as the file grows: not built yet.")
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
    if arguments.switch("Wait") {
        return Err(crate::authoring::not_built("Get-Content -Wait").into());
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
        let bytes = match context.host().read_file(&file) {
            Ok(bytes) => bytes,
            Err(error) => {
                context.error(path::failed(&file, &error, "GetContentReaderError"))?;
                continue;
            }
        };
        write_content(context, arguments, &bytes)?;
    }
    Ok(())
}

/// Whether hidden files were only met by a wildcard: a file that is named is read in any case.
fn has_pattern(paths: &[String], literal: bool) -> bool {
    !literal && paths.iter().any(|path| has_wildcard(path))
}

fn write_content(context: &mut dyn Context, arguments: &Arguments, bytes: &[u8]) -> Result<()> {
    if arguments.switch("AsByteStream") {
        if arguments.switch("Raw") {
            return context.write(Value::bytes(bytes));
        }
        return bytes
            .iter()
            .try_for_each(|byte| context.write(Value::Byte(*byte)));
    }
    let content = encoding::decode(bytes, arguments.text("Encoding").as_deref())?;
    if arguments.switch("Raw") {
        return if content.is_empty() {
            Ok(())
        } else {
            context.write(text(content))
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
    let size = |name: &str| arguments.int(name).and_then(|size| usize::try_from(size).ok());
    let pieces = match (size("TotalCount"), size("Tail")) {
        (Some(head), _) => &pieces[..head.min(pieces.len())],
        (None, Some(tail)) => &pieces[pieces.len().saturating_sub(tail)..],
        (None, None) => &pieces[..],
    };
    match size("ReadCount").unwrap_or(1) {
        1 => {
            for piece in pieces {
                context.check_stop()?;
                context.write(text(*piece))?;
            }
            Ok(())
        }
        size => {
            let size = if size == 0 { pieces.len().max(1) } else { size };
            pieces
                .chunks(size)
                .try_for_each(|chunk| context.write(array(chunk.iter().map(|piece| text(*piece)).collect())))
        }
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

#[derive(Default)]
struct Writing {
    values: Vec<Value>,
}

impl Invocation for SetContent {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.0.take(context, arguments)
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.0.write(context, arguments, "Set Content", false)
    }
}

impl Invocation for AddContent {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.0.take(context, arguments)
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.0.write(context, arguments, "Add Content", true)
    }
}

impl Writing {
    fn take(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let values = arguments.values("Value");
        if arguments.switch("PassThru") {
            values.iter().try_for_each(|value| context.write(value.clone()))?;
        }
        self.values.extend(values);
        Ok(())
    }

    fn write(
        &mut self,
        context: &mut dyn Context,
        arguments: &Arguments,
        action: &str,
        append: bool,
    ) -> Result<()> {
        let values = std::mem::take(&mut self.values);
        let (paths, literal) = given_paths(arguments);
        for name in paths {
            if let Some((drive, name)) = path::drive(context, &name) {
                let value = if values.len() == 1 {
                    values[0].clone()
                } else {
                    array(values.clone())
                };
                if context.should_process(&format!("Path: {name}"), Some(action))? {
                    provider::set(context, drive, &name, value)?;
                }
                continue;
            }
            let targets = if literal {
                vec![path::full(context, &name)]
            } else {
                path::expand(context, &name)
            };
            for target in targets {
                if !path::passes(arguments, path::leaf(&target))
                    || !path::may_change(context, arguments, &target, false)?
                {
                    continue;
                }
                if !context.should_process(&format!("Path: {target}"), Some(action))? {
                    continue;
                }
                let bytes = bytes(arguments, &values)?;
                path::write(context, &target, &bytes, append)?;
            }
        }
        Ok(())
    }
}

fn bytes(arguments: &Arguments, values: &[Value]) -> Result<Vec<u8>> {
    if arguments.switch("AsByteStream") {
        let byte = |value: &Value| crate::authoring::to_int(value).and_then(|byte| u8::try_from(byte).ok());
        return Ok(values.iter().filter_map(byte).collect());
    }
    let line_end = if arguments.switch("NoNewline") { "" } else { "\n" };
    let mut content = String::new();
    for value in values {
        content.push_str(&inspect::text(value));
        content.push_str(line_end);
    }
    encoding::encode(&content, arguments.text("Encoding").as_deref())
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
