//! Select-Xml: nodes of XML documents, by XPath.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Interrupt, Result};
use plenum_lang::format::View;
use plenum_lang::inspect;
use plenum_lang::signature::Completion;
use plenum_lang::value::Value;

use super::content::given_paths;
use super::{encoding, path};
use crate::authoring::{Read, cmdlet, object, parameter, simple, text};

const TYPE: &str = "Microsoft.PowerShell.Commands.SelectXmlInfo";
/// Where a node came from that is in no file.
const STREAM: &str = "InputStream";

/// What is shown of a node that was found.
pub fn view() -> View {
    View::default_properties(TYPE, vec!["Node".into(), "Path".into(), "Pattern".into()])
}

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Select-Xml", super::UTILITY)
            .synopsis("Finds nodes of XML with an XPath.")
            .default_set("Xml")
            .parameter(
                parameter("XPath", "string")
                    .mandatory()
                    .position(0)
                    .help("The path, e.g. //user[@enabled='true']."),
            )
            .parameter(
                parameter("Xml", "System.Xml.XmlNode[]")
                    .alias("Node")
                    .mandatory()
                    .position(1)
                    .by_value()
                    .by_property_name()
                    .set("Xml")
                    .help("Documents or nodes."),
            )
            .parameter(
                parameter("Path", "string[]")
                    .mandatory()
                    .position(1)
                    .by_property_name()
                    .set("Path")
                    .complete(Completion::Path)
                    .help("Files; wildcards are allowed."),
            )
            .parameter(
                parameter("LiteralPath", "string[]")
                    .aliases(&["PSPath", "LP"])
                    .mandatory()
                    .by_property_name()
                    .set("LiteralPath")
                    .complete(Completion::Path)
                    .help("Files, taken as they are."),
            )
            .parameter(
                parameter("Content", "string[]")
                    .mandatory()
                    .by_value()
                    .set("Content")
                    .help("XML as text."),
            )
            .parameter(
                parameter("Namespace", "hashtable")
                    .help("The namespaces that prefixes of the path stand for: @{ t = 'urn:example' }."),
            )
            .example(
                "Select-Xml //Pool -Path topology.xml | ForEach-Object { $_.Node.Fqdn }",
                "Lists the pools of an exported topology.",
            ),
        select,
    )
}

fn select(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    for node in arguments.values("Xml") {
        select_in(context, arguments, &node, STREAM)?;
    }
    for content in arguments.list("Content") {
        select_in_text(context, arguments, &content, STREAM)?;
    }
    let (paths, literal) = given_paths(arguments);
    for file in path::resolve(context, &paths, literal)? {
        match context.host().read_file(&file) {
            Ok(bytes) => {
                let content = encoding::decode(&bytes, None)?;
                select_in_text(context, arguments, &content, &file)?;
            }
            Err(error) => context.error(path::failed(&file, &error, "ProcessingFile"))?,
        }
    }
    Ok(())
}

fn select_in_text(context: &mut dyn Context, arguments: &Arguments, content: &str, from: &str) -> Result<()> {
    match inspect::convert(context, &text(content), "xml") {
        Ok(document) => select_in(context, arguments, &document, from),
        Err(Interrupt::Error(cause)) => {
            let message = format!("The XML of '{from}' cannot be read: {}", cause.message);
            context
                .error(ErrorRecord::new("ProcessingFile", Category::InvalidData, message).about(text(from)))
        }
        Err(other) => Err(other),
    }
}

fn select_in(context: &mut dyn Context, arguments: &Arguments, node: &Value, from: &str) -> Result<()> {
    let pattern = arguments.required_text("XPath")?;
    let mut call = vec![text(pattern.as_str())];
    if let Some(namespaces) = arguments.hashtable("Namespace") {
        call.push(manager(context, node, namespaces.pairs())?);
    }
    let found = inspect::invoke_method(context, node, "SelectNodes", &call)?;
    for node in inspect::elements(&found).unwrap_or_default() {
        context.write(object(
            TYPE,
            [
                ("Node", node),
                ("Path", text(from)),
                ("Pattern", text(pattern.as_str())),
            ],
        ))?;
    }
    Ok(())
}

fn manager(
    context: &mut dyn Context,
    node: &Value,
    namespaces: impl IntoIterator<Item = (Value, Value)>,
) -> Result<Value> {
    let names = inspect::property_in(context, node, "NameTable")?.unwrap_or_default();
    let manager = inspect::construct(context, "System.Xml.XmlNamespaceManager", &[names])?;
    for (prefix, uri) in namespaces {
        inspect::invoke_method(context, &manager, "AddNamespace", &[prefix, uri])?;
    }
    Ok(manager)
}
