//! How the language's own types are shown. Views of the product's types are registered by their cmdlets.

use std::sync::{Arc, OnceLock};

use plenum_lang::cmdlet::Context;
use plenum_lang::error::Result;
use plenum_lang::format::{View, ViewColumn};
use plenum_lang::inspect;
use plenum_lang::value::{Hashtable, TableKind, Value};

use super::error;

/// The view of a value's type, registered or built in.
pub fn view_of(context: &dyn Context, value: &Value) -> Option<Arc<View>> {
    inspect::type_names(value).iter().find_map(|name| {
        let name = name.strip_prefix("Deserialized.").unwrap_or(name);
        if let Some(view) = context.registry().view(name) {
            return Some(view);
        }
        builtin()
            .iter()
            .find(|view| same_type(name, &view.type_name))
            .map(Arc::clone)
    })
}

/// Whether a type name is the one that a view is for; generic arguments do not count.
pub fn same_type(name: &str, view_name: &str) -> bool {
    let name = name.strip_prefix("Deserialized.").unwrap_or(name);
    name.eq_ignore_ascii_case(view_name)
        || name.split(['`', '[']).next().is_some_and(|base| {
            name.len() > base.len() && view_name.split('`').next() == Some(base) && view_name.contains('`')
        })
}

/// The line that stands for a value that has no columns: texts, numbers, enums, errors, objects without properties.
pub fn line_of(context: &mut dyn Context, value: &Value, width: usize) -> Result<Option<String>> {
    if let Some(record) = error::record_of(value) {
        let view = context.variable("ErrorView");
        return Ok(Some(error::layout(record, view.as_ref(), width)));
    }
    if inspect::is_scalar(value)
        || matches!(value.base(), Value::Block(_))
        || inspect::type_name(value) == "System.Security.SecureString"
    {
        return Ok(Some(
            value
                .source_text()
                .map_or_else(|| inspect::display_text(value), ToString::to_string),
        ));
    }
    if let Some(prefix) = stream_record_prefix(value) {
        let message = inspect::property_in(context, value, "Message")?.unwrap_or_default();
        return Ok(Some(format!("{prefix}{}", inspect::text(&message))));
    }
    if view_of(context, value).is_none() && inspect::property_names(value).is_empty() {
        return Ok(Some(inspect::display_text(value)));
    }
    Ok(None)
}

/// Records of the other streams show themselves as their stream does.
fn stream_record_prefix(value: &Value) -> Option<&'static str> {
    match inspect::type_name(value).rsplit('.').next()? {
        "WarningRecord" => Some("WARNING: "),
        "VerboseRecord" => Some("VERBOSE: "),
        "DebugRecord" => Some("DEBUG: "),
        _ => None,
    }
}

/// One entry of a hashtable or dictionary.
pub fn entry(table: &Hashtable, key: Value, value: Value) -> Value {
    if matches!(table.kind, TableKind::Dictionary(..) | TableKind::Sorted(..)) && !table.shows_plain_entries()
    {
        let names = [
            "System.Collections.Generic.KeyValuePair`2",
            "System.ValueType",
            "System.Object",
        ];
        return inspect::object(&names, [("Key", key), ("Value", value)]);
    }
    let names = [
        "System.Collections.DictionaryEntry",
        "System.ValueType",
        "System.Object",
    ];
    inspect::object(&names, [("Name", key), ("Value", value)])
}

fn builtin() -> &'static [Arc<View>] {
    static VIEWS: OnceLock<Vec<Arc<View>>> = OnceLock::new();
    VIEWS.get_or_init(|| tables().into_iter().chain(lists()).map(Arc::new).collect())
}

fn column(label: &'static str) -> ViewColumn {
    ViewColumn::new(label)
}

fn tables() -> Vec<View> {
    let name_value = || vec![column("Name").width(30), column("Value")];
    vec![
        View::table("System.Collections.DictionaryEntry", name_value()),
        View::table("System.Management.Automation.PSVariable", name_value()),
        View::table(
            "System.Management.Automation.PSMethod",
            vec![column("OverloadDefinitions").shows("OverloadLines")],
        )
        .wrapped(),
        View::table("System.Management.Automation.EnvironmentVariable", name_value()),
        View::table(
            "System.Collections.Generic.KeyValuePair`2",
            vec![automatic("Key"), automatic("Value")],
        ),
        View::table(
            "Microsoft.PowerShell.Commands.GroupInfo",
            vec![
                column("Count").width(5).right(),
                column("Name").width(25),
                column("Group"),
            ],
        ),
        View::table(
            "Microsoft.PowerShell.Commands.GroupInfoNoElement",
            vec![column("Count").width(5).right(), column("Name")],
        ),
        View::table(
            "System.Management.Automation.CommandInfo",
            vec![
                column("CommandType").width(15),
                column("Name").shows("DisplayName").width(50),
                column("Version").width(10),
                column("Source"),
            ],
        ),
        View::table(
            "Microsoft.PowerShell.Commands.MemberDefinition",
            vec![
                automatic("Name"),
                automatic("MemberType").left(),
                automatic("Definition"),
            ],
        )
        .grouped("TypeName", "TypeName"),
        View::table(
            "System.Version",
            vec![
                column("Major").width(6),
                column("Minor").width(6),
                column("Build").width(6),
                column("Revision").width(8),
            ],
        ),
        View::table("System.Guid", vec![column("Guid")]),
        View::table(
            "System.Type",
            vec![
                column("IsPublic").width(8),
                column("IsSerial").shows("IsSerializable").width(8),
                column("Name").width(40),
                column("BaseType"),
            ],
        ),
        View::table(
            "System.IO.FileSystemInfo",
            vec![
                column("Mode").width(7),
                column("LastWriteTime")
                    .shows("LastWriteTimeString")
                    .width(26)
                    .right(),
                column("Length").shows("LengthString").width(14).right(),
                column("Name").shows("NameString"),
            ],
        )
        .grouped(" Directory", "ParentPath"),
        View::table(
            "Microsoft.PowerShell.Commands.HistoryInfo",
            vec![
                column("Id").width(4).right(),
                column("Duration").right().width(12),
                column("CommandLine"),
            ],
        ),
        View::table(
            "Microsoft.PowerShell.Commands.TextMeasureInfo",
            vec![
                automatic("Lines"),
                automatic("Words"),
                automatic("Characters"),
                automatic("Property"),
            ],
        ),
        View::table(
            "System.Management.Automation.PSDriveInfo",
            vec![
                column("Name").width(10),
                column("Used (GB)").shows("Used").width(13).right(),
                column("Free (GB)").shows("Free").width(13).right(),
                column("Provider").shows("ProviderName").width(13),
                column("Root").width(50),
                column("CurrentLocation").right(),
            ],
        ),
        View::table(
            "System.Management.Automation.PSModuleInfo",
            vec![
                column("ModuleType").width(10),
                column("Version").width(10),
                column("PreRelease").width(10),
                column("Name").width(35),
                column("ExportedCommands").shows("ExportedNames"),
            ],
        ),
        View::table(
            "System.Management.Automation.ProviderInfo",
            vec![
                column("Name").width(20),
                column("Capabilities").width(54),
                column("Drives"),
            ],
        ),
        View::table("System.Management.Automation.PathInfo", vec![column("Path")]),
        View::table(
            "System.Management.Automation.CallStackFrame",
            vec![
                automatic("Command"),
                automatic("Arguments"),
                automatic("Location"),
            ],
        ),
        View::table(
            "System.Globalization.CultureInfo",
            vec![
                column("LCID").width(16),
                column("Name").width(16),
                column("DisplayName"),
            ],
        ),
        View::table(
            "System.Management.Automation.Job",
            vec![
                column("Id").width(6),
                column("Name").width(15),
                column("PSJobTypeName").width(15),
                column("State").width(13),
                column("HasMoreData").width(15),
                column("Location").width(20),
                column("Command"),
            ],
        ),
        View::table(
            "System.Management.Automation.VerbInfo",
            vec![
                automatic("Verb"),
                automatic("AliasPrefix"),
                automatic("Group"),
                automatic("Description"),
            ],
        ),
        View::table(
            "System.Management.Automation.PSCredential",
            vec![automatic("UserName"), automatic("Password")],
        ),
        View {
            layout: plenum_lang::format::Layout::Line("DateTime".into()),
            ..View::table("System.DateTime", vec![])
        },
        View {
            layout: plenum_lang::format::Layout::Line("DisplayText".into()),
            ..View::table("Microsoft.PowerShell.Commands.MatchInfo", vec![])
        },
    ]
}

fn lists() -> Vec<View> {
    let lines = |names: &[&'static str]| names.iter().map(|name| column(name)).collect::<Vec<_>>();
    vec![
        View::list(
            "Microsoft.PowerShell.Commands.GenericMeasureInfo",
            lines(&[
                "Count",
                "Average",
                "Sum",
                "Maximum",
                "Minimum",
                "StandardDeviation",
                "Property",
            ]),
        ),
        View::list(
            "System.TimeSpan",
            lines(&[
                "Days",
                "Hours",
                "Minutes",
                "Seconds",
                "Milliseconds",
                "Ticks",
                "TotalDays",
                "TotalHours",
                "TotalMinutes",
                "TotalSeconds",
                "TotalMilliseconds",
            ]),
        ),
    ]
}

/// A column that is as wide as its rows need and aligned by its values.
fn automatic(label: &'static str) -> ViewColumn {
    column(label).by_value()
}
