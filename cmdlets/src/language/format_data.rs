//! Update-, Get- and Export-FormatData: how types are shown, from files and to files.
//!
//! Tables, lists and wide views with properties, script blocks, formats, groups and selection sets. Custom controls and
//! conditions of entries are not built: of several entries the one without a condition counts.

mod read;
mod write;

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::format::{Layout, View};
use plenum_lang::inspect;
use plenum_lang::signature::{Completion, Impact};
use plenum_lang::value::Value;

use super::{clixml, encoding, path};
use crate::authoring::{
    Read, array, cmdlet, current, exists, object, parameter, simple, stateful, text, text_array,
};

const TYPE: &str = "System.Management.Automation.ExtendedTypeDefinition";

/// Update-FormatData.
pub fn update() -> Arc<dyn Command> {
    simple(
        cmdlet("Update-FormatData", super::UTILITY)
            .synopsis("Reads from files how types are shown.")
            .description(
                "A file's views come behind those that are there (-AppendPath) or before them (-PrependPath). Custom controls \
                 and conditions of entries are not built.",
            )
            .parameter(
                parameter("AppendPath", "string[]")
                    .aliases(&["PSPath", "Path"])
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .complete(Completion::Path)
                    .help("Files whose views count where a type has none."),
            )
            .parameter(
                parameter("PrependPath", "string[]")
                    .complete(Completion::Path)
                    .help("Files whose views count before all others."),
            )
            .should_process(Impact::Medium)
            .example("Update-FormatData -PrependPath users.format.ps1xml", "Shows a type in another way."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            for (parameter, before) in [("AppendPath", false), ("PrependPath", true)] {
                for file in path::resolve(context, &arguments.list(parameter), false)? {
                    if !file.to_ascii_lowercase().ends_with(".ps1xml") {
                        let message = format!(
                            "Cannot read the file {file} because it does not have a .ps1xml file name extension."
                        );
                        context.error(wrong_file(&file, message))?;
                    } else if context.should_process(&file, Some("Update-FormatData"))? {
                        take(context, &file, before)?;
                    }
                }
            }
            Ok(())
        },
    )
}

fn wrong_file(file: &str, message: String) -> ErrorRecord {
    ErrorRecord::new("WrongExtension", Category::InvalidArgument, message)
        .exception("System.Management.Automation.PSInvalidOperationException")
        .about(text(file))
}

/// The elements of a file; what cannot be read is an error of its own.
pub fn elements(context: &mut dyn Context, file: &str) -> Result<Option<clixml::Node>> {
    let bytes = context
        .host()
        .read_file(file)
        .map_err(|error| path::failed(file, &error, "FileOpenFailure"))?;
    let content = encoding::decode(&bytes, None)?;
    match clixml::parse(content.trim_start_matches('\u{feff}')) {
        Ok(root) => Ok(Some(root)),
        Err(plenum_lang::error::Interrupt::Error(record)) => {
            let message = format!("There were errors in loading the file {file}: {}", record.message);
            let record = ErrorRecord::new("FormatXmlUpdateException", Category::InvalidData, message);
            context.error(record.about(text(file)))?;
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

fn take(context: &mut dyn Context, file: &str, before: bool) -> Result<()> {
    let Some(root) = elements(context, file)? else {
        return Ok(());
    };
    let (views, refused) = read::views(context, &root)?;
    for why in refused {
        let message = format!("There were errors in loading the format data file {file}: {why}");
        let record = ErrorRecord::new("FormatXmlUpdateException", Category::InvalidData, message);
        context.error(
            record
                .exception("System.Management.Automation.RuntimeException")
                .about(text(file)),
        )?;
    }
    // Of a file's views of one type the first counts.
    let views = views.into_iter();
    for view in if before {
        views.rev().collect::<Vec<_>>()
    } else {
        views.collect()
    } {
        add(context, view, before);
    }
    Ok(())
}

fn add(context: &dyn Context, mut view: View, before: bool) {
    let registry = context.registry();
    match registry.view(&view.type_name) {
        None => registry.add_view(view),
        Some(known) if before => {
            view.others.push(Arc::clone(&known));
            view.others.extend(known.others.iter().cloned());
            registry.add_view(view);
        }
        Some(known) => {
            let mut known = (*known).clone();
            known.others.push(Arc::new(view));
            registry.add_view(known);
        }
    }
}

/// Get-FormatData.
pub fn get() -> Arc<dyn Command> {
    simple(
        cmdlet("Get-FormatData", super::UTILITY)
            .synopsis("Shows which views types have.")
            .parameter(
                parameter("TypeName", "string[]")
                    .position(0)
                    .help("The types; wildcards are allowed."),
            )
            .parameter(
                parameter("PowerShellVersion", "version")
                    .help("Taken for scripts that pass it: views are the same for every version."),
            )
            .example("Get-FormatData Plenum.*", "Shows the views of types of ours."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let _ = arguments.get("PowerShellVersion");
            let wanted = arguments.list("TypeName");
            for view in context.registry().views() {
                let fits =
                    wanted.is_empty() || wanted.iter().any(|name| inspect::like(&view.type_name, name));
                if fits {
                    context.write(definition(&view))?;
                }
            }
            Ok(())
        },
    )
}

fn definition(view: &Arc<View>) -> Value {
    let views: Vec<Value> = std::iter::once(view)
        .chain(&view.others)
        .map(|view| {
            let control = match &view.layout {
                Layout::Table(_) => "TableControl",
                Layout::List(_) => "ListControl",
                Layout::Wide(..) => "WideControl",
                Layout::Default(_) | Layout::Line(_) => "CustomControl",
            };
            object(
                "System.Management.Automation.FormatViewDefinition",
                [
                    ("Name", text(view.shown_name().to_string())),
                    ("Control", text(control)),
                ],
            )
        })
        .collect();
    object(
        TYPE,
        [
            ("TypeNames", text_array([view.type_name.to_string()])),
            ("FormatViewDefinition", array(views)),
        ],
    )
}

/// Export-FormatData.
pub fn export() -> Arc<dyn Command> {
    stateful::<Export>(
        cmdlet("Export-FormatData", super::UTILITY)
            .synopsis("Writes to a file how types are shown.")
            .default_set("ByPath")
            .parameter(
                parameter("InputObject", "psobject[]")
                    .mandatory()
                    .by_value()
                    .help("What Get-FormatData gives."),
            )
            .parameter(
                parameter("Path", "string")
                    .alias("FilePath")
                    .mandatory()
                    .set("ByPath")
                    .complete(Completion::Path)
                    .help("The file."),
            )
            .parameter(
                parameter("LiteralPath", "string")
                    .aliases(&["PSPath", "LP"])
                    .mandatory()
                    .set("ByLiteralPath")
                    .complete(Completion::Path)
                    .help("The file, taken as it is."),
            )
            .switch("Force", "Writes to a read-only file.")
            .parameter(
                parameter("NoClobber", "switch")
                    .alias("NoOverwrite")
                    .help("Refuses to replace a file."),
            )
            .switch("IncludeScriptBlock", "Writes views with script blocks too.")
            .example(
                "Get-FormatData Plenum.* | Export-FormatData -Path our.format.ps1xml -IncludeScriptBlock",
                "Keeps views in a file.",
            ),
    )
}

#[derive(Default)]
struct Export {
    types: Vec<String>,
}

impl Invocation for Export {
    fn process(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let names = current(arguments).property("TypeNames");
        self.types.extend(
            names
                .iter()
                .flat_map(|names| names.iter())
                .map(|name| inspect::text(&name)),
        );
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let file = arguments
            .text("Path")
            .or_else(|| arguments.text("LiteralPath"))
            .unwrap_or_default();
        let whole = path::full(context, &file);
        if arguments.switch("NoClobber") && context.host().file_status(&whole).is_some() {
            let message = format!("The file '{whole}' already exists.");
            return Err(exists("NoClobber", text(whole), message)
                .exception("System.IO.IOException")
                .into());
        }
        let scripts = arguments.switch("IncludeScriptBlock");
        let mut views = Vec::new();
        for name in &self.types {
            let Some(view) = context.registry().view(name) else {
                continue;
            };
            let all = std::iter::once(&view).chain(&view.others);
            views.extend(all.filter(|view| scripts || !has_script(view)).cloned());
        }
        if !path::may_change(context, arguments, &whole, false)? {
            return Ok(());
        }
        path::write(context, &file, write::document(&views).as_bytes(), false)
    }
}

fn has_script(view: &View) -> bool {
    match &view.layout {
        Layout::Table(columns) | Layout::List(columns) => {
            columns.iter().any(|column| column.expression.is_some())
        }
        Layout::Wide(column, _) => column.expression.is_some(),
        _ => false,
    }
}
