//! Test-Json: whether a text is JSON, and what a schema wants it to be (JSON Schema, drafts 4 to 2020-12).
//!
//! A schema may refer to its own parts; what it refers to elsewhere is not fetched.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::signature::Completion;
use plenum_lang::value::Value;
use serde_json::Value as Json;

use super::content::given_paths;
use super::{encoding, path};
use crate::authoring::{ParameterBuilder, Read, cmdlet, parameter, simple, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    let path_sets = ["JsonPath", "JsonPathWithSchemaString", "JsonPathWithSchemaFile"];
    let literal_sets = [
        "JsonLiteralPath",
        "JsonLiteralPathWithSchemaString",
        "JsonLiteralPathWithSchemaFile",
    ];
    let text_sets = [
        "JsonString",
        "JsonStringWithSchemaString",
        "JsonStringWithSchemaFile",
    ];
    let given = |index: usize| [text_sets[index], path_sets[index], literal_sets[index]];
    simple(
        cmdlet("Test-Json", super::UTILITY)
            .synopsis("Says whether a text is JSON, and whether it is as a schema wants it.")
            .default_set("JsonString")
            .parameter(
                in_sets(
                    parameter("Json", "string").mandatory().position(0).by_value(),
                    &text_sets,
                )
                .help("The text."),
            )
            .parameter(
                in_sets(
                    parameter("Path", "string")
                        .mandatory()
                        .position(0)
                        .by_property_name(),
                    &path_sets,
                )
                .complete(Completion::Path)
                .help("A file; wildcards are allowed."),
            )
            .parameter(
                in_sets(
                    parameter("LiteralPath", "string")
                        .aliases(&["PSPath", "LP"])
                        .mandatory()
                        .by_property_name(),
                    &literal_sets,
                )
                .complete(Completion::Path)
                .help("A file, taken as it is."),
            )
            .parameter(
                in_sets(parameter("Schema", "string").mandatory().position(1), &given(1))
                    .help("A schema, as text."),
            )
            .parameter(
                in_sets(
                    parameter("SchemaFile", "string").mandatory().position(1),
                    &given(2),
                )
                .complete(Completion::Path)
                .help("A file with a schema."),
            )
            .example("Test-Json '{\"a\":1}'", "Gives True.")
            .example(
                "plenum topology schema > schema.json; Test-Json -Path change.json -SchemaFile schema.json",
                "Says what is wrong with a topology.",
            ),
        test,
    )
}

fn in_sets(built: ParameterBuilder, sets: &[&'static str]) -> ParameterBuilder {
    sets.iter().fold(built, |built, set| built.set(*set))
}

fn test(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let schema = schema(context, arguments)?;
    let (paths, literal) = given_paths(arguments);
    let document = match arguments.text("Json") {
        Some(json) => json,
        None => {
            let Some(file) = path::resolve(context, &paths, literal)?.into_iter().next() else {
                return Ok(());
            };
            read(context, &file)?
        }
    };
    let document: Json = match serde_json::from_str(&document) {
        Ok(document) => document,
        Err(_) => {
            let message = "Cannot parse the JSON.";
            let record = ErrorRecord::new("InvalidJson", Category::InvalidData, message);
            context.error(record.exception("System.Exception"))?;
            return context.write(Value::Bool(false));
        }
    };
    let mut valid = true;
    for problem in schema.iter().flat_map(|schema| schema.iter_errors(&document)) {
        valid = false;
        let message = format!(
            "The JSON is not valid with the schema: {problem} at '{}'",
            problem.instance_path()
        );
        let record = ErrorRecord::new("InvalidJsonAgainstSchemaDetailed", Category::InvalidData, message);
        context.error(record.exception("System.Exception"))?;
    }
    context.write(Value::Bool(valid))
}

fn read(context: &dyn Context, file: &str) -> Result<String> {
    let bytes = context.host().read_file(file);
    encoding::decode(
        &bytes.map_err(|error| path::failed(file, &error, "FileReadError"))?,
        None,
    )
}

fn schema(context: &mut dyn Context, arguments: &Arguments) -> Result<Option<jsonschema::Validator>> {
    let (written, from) = match (arguments.text("Schema"), arguments.text("SchemaFile")) {
        (Some(schema), _) => (schema, None),
        (None, Some(file)) => {
            let whole = path::full(context, &file);
            let bytes = context.host().read_file(&whole);
            let bytes = bytes.map_err(|error| {
                let message = format!("Cannot open the JSON schema file '{file}': {error}");
                ErrorRecord::new("JsonSchemaFileOpenFailure", Category::OpenError, message)
                    .exception("System.Exception")
                    .about(text(whole.as_str()))
            })?;
            (encoding::decode(&bytes, None)?, Some(file))
        }
        (None, None) => return Ok(None),
    };
    let refused = |why: String| {
        let place = from
            .as_ref()
            .map_or_else(String::new, |file| format!(" of '{file}'"));
        let message = format!("Cannot parse the JSON schema{place}: {why}");
        ErrorRecord::new("InvalidJsonSchema", Category::InvalidData, message).exception("System.Exception")
    };
    let parsed: Json = serde_json::from_str(&written).map_err(|error| refused(error.to_string()))?;
    let compiled = jsonschema::validator_for(&parsed).map_err(|error| refused(error.to_string()))?;
    Ok(Some(compiled))
}
