//! Get- and Set-PSReadLineOption, Get-, Set- and Remove-PSReadLineKeyHandler: how the prompt is edited.
//!
//! The session keeps what they say; the prompt looks at it before each line. Options of PSReadLine that this editor does
//! not have are refused.

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::Result;
use plenum_lang::line_editor::{
    COLORS, Chord, EditMode, FUNCTIONS, Function, KeyHandler, KeyScript, LineEditor, escape_of,
};
use plenum_lang::registry::Registry;
use plenum_lang::value::Value;

use super::provider::session;
use crate::authoring::{
    ParameterBuilder, Read, SignatureBuilder, cmdlet, invalid_argument, not_built, object, parameter, simple,
    text,
};

const MODULE: &str = "PSReadLine";

/// What PSReadLine has and this editor has not.
const ABSENT: &[&str] = &[
    "AddToHistoryHandler",
    "AnsiEscapeTimeout",
    "BellStyle",
    "CommandValidationHandler",
    "CompletionQueryItems",
    "DingDuration",
    "DingTone",
    "ExtraPromptLineCount",
    "HistoryNoDuplicates",
    "HistorySearchCaseSensitive",
    "HistorySearchCursorMovesToEnd",
    "MaximumKillRingCount",
    "PredictionViewStyle",
    "PromptText",
    "TerminateOrphanedConsoleApps",
    "ViModeChangeHandler",
    "WordDelimiters",
];

/// Registers the cmdlets.
pub fn register(registry: &mut Registry) {
    registry.add(simple(
        cmdlet("Get-PSReadLineOption", MODULE)
            .synopsis("Shows how the prompt is edited.")
            .example("(Get-PSReadLineOption).EditMode", "Tells which keys are used."),
        |context: &mut dyn Context, _: &Arguments| -> Result<()> {
            let shown = options(session(context)?.line_editor());
            context.write(shown)
        },
    ));
    registry.add(simple(set_signature(), set));
    registry.add(simple(
        cmdlet("Get-PSReadLineKeyHandler", MODULE)
            .synopsis("Shows which keys do what at the prompt.")
            .parameter(chord().help("Only these keys."))
            .switch("Bound", "Functions that a key has.")
            .switch("Unbound", "Functions that no key has.")
            .example("Get-PSReadLineKeyHandler -Chord Ctrl+r", "Tells what a key does."),
        get_keys,
    ));
    registry.add(simple(
        cmdlet("Set-PSReadLineKeyHandler", MODULE)
            .synopsis("Binds keys to what they do at the prompt.")
            .parameter(
                chord()
                    .mandatory()
                    .help("The keys, such as Ctrl+k, Alt+Enter or F8."),
            )
            .parameter(
                parameter("Function", "string")
                    .position(1)
                    .help("What they do; Get-PSReadLineKeyHandler lists the functions."),
            )
            .parameter(
                parameter("ScriptBlock", "scriptblock")
                    .help("What they run instead: it changes the line through [Microsoft.PowerShell.PSConsoleReadLine]."),
            )
            .parameter(parameter("BriefDescription", "string").help("With -ScriptBlock: what it is called in lists."))
            .parameter(parameter("Description", "string").help("With -ScriptBlock: what it does."))
            .parameter(parameter("ViMode", "string").help("Not built: keys hold while text is inserted."))
            .example(
                "Set-PSReadLineKeyHandler -Chord Ctrl+u -Function RevertLine",
                "Binds a key.",
            ),
        set_keys,
    ));
    registry.add(simple(
        cmdlet("Remove-PSReadLineKeyHandler", MODULE)
            .synopsis("Takes away what keys do at the prompt.")
            .parameter(chord().mandatory().help("The keys."))
            .parameter(parameter("ViMode", "string").help("Not built: keys hold while text is inserted."))
            .example(
                "Remove-PSReadLineKeyHandler -Chord Ctrl+l",
                "Makes a key do nothing.",
            ),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            refuse(arguments, &["ViMode"])?;
            let chords = chords(arguments)?;
            bind(session(context)?.line_editor(), chords, None, None);
            Ok(())
        },
    ));
}

fn chord() -> ParameterBuilder {
    parameter("Chord", "string[]").alias("Key").position(0)
}

fn set_signature() -> SignatureBuilder {
    let signature = cmdlet("Set-PSReadLineOption", MODULE)
        .synopsis("Says how the prompt is edited: keys, colours, suggestions, history.")
        .parameter(
            parameter("EditMode", "string")
                .one_of(EditMode::NAMES)
                .help("Which keys do what: as in Windows' console, as in bash, as in vi."),
        )
        .parameter(
            parameter("Colors", "hashtable")
                .help("Colours by what is coloured: a console colour, #RRGGBB, or an escape sequence."),
        )
        .parameter(parameter("ContinuationPrompt", "string").help("What stands before the lines that go on."))
        .parameter(
            parameter("PredictionSource", "string")
                .one_of(&["None", "History"])
                .help("Where the suggestion behind the cursor comes from."),
        )
        .switch("ShowToolTips", "The menu says what each proposal is.")
        .parameter(
            parameter("ViModeIndicator", "string")
                .one_of(&["None", "Prompt", "Cursor"])
                .help("How vi's command mode is told from its insert mode."),
        )
        .parameter(
            parameter("HistorySaveStyle", "string")
                .one_of(&["SaveIncrementally", "SaveNothing"])
                .help("Whether lines are kept for the next session."),
        )
        .parameter(parameter("HistorySavePath", "string").help("The file that keeps them."))
        .parameter(
            parameter("MaximumHistoryCount", "int")
                .range(1.0, 1_000_000.0)
                .help("How many lines are kept."),
        )
        .example("Set-PSReadLineOption -EditMode Vi", "Edits as vi does.")
        .example(
            "Set-PSReadLineOption -Colors @{ Command = 'Cyan' }",
            "Changes a colour.",
        );
    ABSENT.iter().fold(signature, |signature, name| {
        signature.parameter(parameter(*name, "object").help("Not built."))
    })
}

fn refuse(arguments: &Arguments, names: &[&str]) -> Result<()> {
    match names.iter().find(|name| arguments.has(name)) {
        Some(name) => Err(not_built(&format!("-{name}")).into()),
        None => Ok(()),
    }
}

fn set(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    refuse(arguments, ABSENT)?;
    let mut editor = session(context)?.line_editor().clone();
    if let Some(mode) = arguments.text("EditMode").as_deref().and_then(EditMode::named) {
        editor.edit_mode = mode;
        // A mode brings its own keys, as in PSReadLine.
        editor.handlers.clear();
    }
    if let Some(colors) = arguments.hashtable("Colors") {
        for (name, color) in colors.pairs() {
            set_color(&mut editor, &name.to_text(), &color)?;
        }
    }
    if let Some(prompt) = arguments.text("ContinuationPrompt") {
        editor.continuation_prompt = prompt;
    }
    if let Some(source) = arguments.text("PredictionSource") {
        editor.predicts = source.eq_ignore_ascii_case("History");
    }
    if arguments.has("ShowToolTips") {
        editor.tool_tips = arguments.switch("ShowToolTips");
    }
    if let Some(indicator) = arguments.text("ViModeIndicator") {
        let known = ["None", "Prompt", "Cursor"];
        let named = known
            .into_iter()
            .find(|name| name.eq_ignore_ascii_case(&indicator));
        editor.vi_indicator = named.unwrap_or("Prompt");
    }
    if let Some(style) = arguments.text("HistorySaveStyle") {
        editor.saves_history = !style.eq_ignore_ascii_case("SaveNothing");
    }
    if let Some(path) = arguments.text("HistorySavePath") {
        editor.history_path = Some(super::path::full(context, &path));
    }
    if let Some(count) = arguments
        .int("MaximumHistoryCount")
        .and_then(|count| usize::try_from(count).ok())
    {
        editor.history_count = count;
    }
    *session(context)?.line_editor() = editor;
    Ok(())
}

fn set_color(editor: &mut LineEditor, name: &str, color: &Value) -> Result<()> {
    let known = COLORS.iter().find(|(known, _)| {
        known.eq_ignore_ascii_case(name)
            || known.eq_ignore_ascii_case(name.strip_suffix("Color").unwrap_or(name))
    });
    let Some((known, _)) = known else {
        let names: Vec<&str> = COLORS.iter().map(|(name, _)| *name).collect();
        let message = format!(
            "'{name}' is not a color property. There are {}.",
            names.join(", ")
        );
        return Err(invalid_argument("InvalidColorProperty", text(name), message).into());
    };
    let Some(escape) = escape_of(&color.to_text()) else {
        let message = format!(
            "'{}' is not a valid color value for '{known}': give a console colour such as DarkCyan, #RRGGBB, or an escape \
             sequence.",
            color.to_text()
        );
        return Err(invalid_argument("InvalidColorValue", color.clone(), message).into());
    };
    editor.colors.insert(known.to_ascii_lowercase(), escape);
    Ok(())
}

fn options(editor: &LineEditor) -> Value {
    let colors: Vec<(String, Value)> = COLORS
        .iter()
        .map(|(name, _)| {
            (
                format!("{name}Color"),
                text(editor.color(name).unwrap_or_default()),
            )
        })
        .collect();
    let plain = [
        ("EditMode", text(editor.edit_mode.name())),
        ("ContinuationPrompt", text(editor.continuation_prompt.as_str())),
        (
            "HistorySavePath",
            editor.history_path.as_deref().map_or(Value::Null, text),
        ),
        (
            "HistorySaveStyle",
            text(if editor.saves_history {
                "SaveIncrementally"
            } else {
                "SaveNothing"
            }),
        ),
        ("MaximumHistoryCount", Value::count(editor.history_count)),
        (
            "PredictionSource",
            text(if editor.predicts { "History" } else { "None" }),
        ),
        ("ShowToolTips", Value::Bool(editor.tool_tips)),
        ("ViModeIndicator", text(editor.vi_indicator)),
    ];
    object(
        "Microsoft.PowerShell.PSConsoleReadLineOptions",
        plain
            .into_iter()
            .chain(colors.iter().map(|(name, value)| (name.as_str(), value.clone()))),
    )
}

fn chords(arguments: &Arguments) -> Result<Vec<Chord>> {
    let read = |written: String| {
        Chord::parse(&written).ok_or_else(|| {
            let message =
                format!("'{written}' is not a key: write Ctrl+k, Alt+Enter, Shift+Tab, F8 or a letter.");
            invalid_argument("InvalidChord", text(written), message).into()
        })
    };
    arguments.list("Chord").into_iter().map(read).collect()
}

fn set_keys(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    refuse(arguments, &["ViMode"])?;
    let chords = chords(arguments)?;
    if let Some(block) = arguments.get("ScriptBlock") {
        let script = KeyScript {
            block: block.clone(),
            brief: arguments
                .text("BriefDescription")
                .unwrap_or_else(|| "CustomAction".to_owned()),
            description: arguments
                .text("Description")
                .unwrap_or_else(|| "User defined action".to_owned()),
        };
        bind(session(context)?.line_editor(), chords, None, Some(&script));
        return Ok(());
    }
    let wanted = arguments.required_text("Function")?;
    let Some(function) = Function::named(&wanted) else {
        let message =
            format!("There is no function '{wanted}'. Get-PSReadLineKeyHandler -Bound -Unbound lists them.");
        return Err(invalid_argument("InvalidFunction", text(wanted), message).into());
    };
    bind(session(context)?.line_editor(), chords, Some(function.name), None);
    Ok(())
}

fn bind(
    editor: &mut LineEditor,
    chords: Vec<Chord>,
    function: Option<&'static str>,
    script: Option<&KeyScript>,
) {
    for chord in chords {
        editor.handlers.retain(|handler| handler.chord != chord);
        let script = script.cloned();
        editor.handlers.push(KeyHandler {
            chord,
            function,
            script,
        });
    }
}

fn get_keys(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let wanted = chords(arguments)?;
    let keys = session(context)?.line_editor().keys();
    let handlers = session(context)?.line_editor().handlers.clone();
    let everything = !arguments.switch("Bound") && !arguments.switch("Unbound");
    let row = |key: &str, function: &Function| {
        object(
            "Microsoft.PowerShell.KeyHandler",
            [
                ("Key", text(key)),
                ("Function", text(function.name)),
                ("Description", text(function.description)),
            ],
        )
    };
    if everything || arguments.switch("Bound") {
        for handler in &handlers {
            let Some(script) = handler.script.as_ref() else {
                continue;
            };
            if wanted.is_empty() || wanted.contains(&handler.chord) {
                context.write(object(
                    "Microsoft.PowerShell.KeyHandler",
                    [
                        ("Key", text(handler.chord.to_string())),
                        ("Function", text(script.brief.as_str())),
                        ("Description", text(script.description.as_str())),
                    ],
                ))?;
            }
        }
        for (chord, function) in &keys {
            if wanted.is_empty() || wanted.contains(chord) {
                context.write(row(&chord.to_string(), function))?;
            }
        }
    }
    if wanted.is_empty() && (everything || arguments.switch("Unbound")) {
        let bound = |function: &Function| keys.iter().any(|(_, own)| own.name == function.name);
        for function in FUNCTIONS.iter().filter(|function| !bound(function)) {
            context.write(row("Unbound", function))?;
        }
    }
    Ok(())
}
