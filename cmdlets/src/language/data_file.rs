//! Import-PowerShellDataFile: a table of plain values from a `.psd1` file, without running anything.

use std::sync::Arc;

use plenum_lang::ast::walk::{Node, walk};
use plenum_lang::ast::{Expr, ExprKind, Part, Script, Source, StatementKind, UnaryOperator, VariableScope};
use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::session::BlockCall;
use plenum_lang::signature::Completion;
use plenum_lang::value::Value;

use super::content::given_paths;
use super::provider::session;
use super::{encoding, path};
use crate::authoring::{cmdlet, parameter, simple, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Import-PowerShellDataFile", super::UTILITY)
            .synopsis("Reads the values of a data file without running it.")
            .default_set("ByPath")
            .parameter(
                parameter("Path", "string[]")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .set("ByPath")
                    .complete(Completion::Path)
                    .help("The files; wildcards are allowed."),
            )
            .parameter(
                parameter("LiteralPath", "string[]")
                    .aliases(&["PSPath", "LP"])
                    .mandatory()
                    .by_property_name()
                    .set("ByLiteralPath")
                    .complete(Completion::Path)
                    .help("The files, taken as they are."),
            )
            .switch("SkipLimitCheck", "Takes more than 500 keys.")
            .example(
                "$settings = Import-PowerShellDataFile ./provisioning.psd1",
                "Reads the settings of a script.",
            ),
        import,
    )
}

/// The most keys of a table that is read without `-SkipLimitCheck`.
const MOST_KEYS: usize = 500;

fn import(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let (paths, literal) = given_paths(arguments);
    for file in path::resolve(context, &paths, literal)? {
        let bytes = match context.host().read_file(&file) {
            Ok(bytes) => bytes,
            Err(error) => {
                context.error(path::failed(&file, &error, "FileOpenFailure"))?;
                continue;
            }
        };
        let content = encoding::decode(&bytes, None)?;
        let script = plenum_lang::parse::parse(&Source::new(Some(&file), &content));
        if let Some(wrong) = script.errors.first() {
            let id = "CouldNotParseAsPowerShellDataFile";
            context.error(broken(id, &file, &wrong.message))?;
        } else if let Err(why) = judge(&script, arguments.switch("SkipLimitCheck")) {
            let id = "CouldNotParseAsPowerShellDataFileNoHashtableRoot";
            context.error(broken(id, &file, &why))?;
        } else {
            let session = session(context)?;
            let block = session.parse_block(&content, Some(&file))?;
            let call = BlockCall {
                new_scope: true,
                ..BlockCall::default()
            };
            let table = session.call_block(&block, call)?.into_iter().next();
            context.write(table.unwrap_or(Value::Null))?;
        }
    }
    Ok(())
}

fn broken(id: &str, file: &str, why: &str) -> ErrorRecord {
    let message = format!("The data file '{file}' cannot be read: {why}");
    ErrorRecord::new(id, Category::InvalidData, message)
        .exception("System.InvalidOperationException")
        .about(text(file))
}

/// Whether a script is a table of plain values or the texts of ConvertFrom-StringData.
pub fn judge_texts(script: &Script, content: &str) -> std::result::Result<(), String> {
    let mut problem = None;
    let outer = Arc::as_ptr(&script.body);
    walk(&script.body, &mut |node| {
        let is_fine = match node {
            Node::Body(body) => std::ptr::eq(body, outer),
            Node::Command(_, span) => {
                let text = content.get(span.start as usize..).unwrap_or_default();
                let name = text.split_whitespace().next().unwrap_or_default();
                name.eq_ignore_ascii_case("ConvertFrom-StringData")
            }
            Node::Statement(statement) => matches!(statement.kind, StatementKind::Pipeline(_)),
            Node::Function(_) | Node::Class(_) | Node::Enum(_) => false,
            Node::Expr(expression) => is_plain(expression),
        };
        if !is_fine {
            problem = Some("it has more than a table of plain values or ConvertFrom-StringData.".to_owned());
        }
    });
    problem.map_or(Ok(()), Err)
}

/// Whether a script is one table of plain values: nothing in it runs, and nothing can make it large.
fn judge(script: &Script, any_size: bool) -> std::result::Result<(), String> {
    let (mut problem, mut first, mut keys) = (None, true, 0);
    let outer = Arc::as_ptr(&script.body);
    walk(&script.body, &mut |node| {
        let (what, is_plain) = match node {
            Node::Body(body) => ("a script block", std::ptr::eq(body, outer)),
            Node::Command(..) => ("a command", false),
            Node::Statement(statement) => (
                "a statement",
                matches!(statement.kind, StatementKind::Pipeline(_)),
            ),
            Node::Function(_) | Node::Class(_) | Node::Enum(_) => ("a definition", false),
            Node::Expr(expression) => {
                let is_table = matches!(expression.kind, ExprKind::Hashtable(_));
                let is_root = std::mem::take(&mut first);
                if let ExprKind::Hashtable(entries) = &expression.kind {
                    keys += entries.len();
                }
                (
                    "an expression that is not plain",
                    is_plain(expression) && (!is_root || is_table),
                )
            }
        };
        if !is_plain && problem.is_none() {
            problem = Some(format!(
                "it has {what}, where only one table of plain values may stand."
            ));
        }
    });
    match problem {
        Some(problem) => Err(problem),
        None if first => Err("it has no table.".to_owned()),
        None if keys > MOST_KEYS && !any_size => Err(format!(
            "it has {keys} keys, which is more than {MOST_KEYS}; -SkipLimitCheck takes them."
        )),
        None => Ok(()),
    }
}

/// Constants, and what holds constants; what is inside is visited by itself.
fn is_plain(expression: &Expr) -> bool {
    match &expression.kind {
        ExprKind::Number(_)
        | ExprKind::String(..)
        | ExprKind::List(_)
        | ExprKind::Array(_)
        | ExprKind::Paren(_)
        | ExprKind::Hashtable(_) => true,
        ExprKind::Expandable(parts, _) => parts.iter().all(|part| match part {
            Part::Text(_) => true,
            Part::Expr(inner) => is_plain(inner),
        }),
        ExprKind::Variable(VariableScope::None, name) => {
            let known = ["true", "false", "null", "PSScriptRoot", "PSCommandPath"];
            known.iter().any(|known| known.eq_ignore_ascii_case(name))
        }
        ExprKind::Unary(operator, _) => matches!(operator, UnaryOperator::Plus | UnaryOperator::Minus),
        _ => false,
    }
}
