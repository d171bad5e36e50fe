//! Automatic variables, made when they are read, and the preference variables of a fresh session.

use std::sync::Arc;

use crate::error::{Result, as_error};
use crate::members::path_info::path_info;
use crate::symbol::Symbol;
use crate::value::Value;

use super::Machine;

/// The PowerShell version whose language this is.
pub(super) const VERSION: &str = "7.6.5";

impl Machine {
    /// An automatic variable's value in the current scope.
    pub(super) fn automatic(&self, symbol: Symbol) -> Option<Value> {
        let call = self.call_frame();
        let frame = &self.frames[call];
        Some(match symbol {
            Symbol::ARGS => Value::array(frame.arguments.iter().cloned()),
            Symbol::INPUT => match &frame.input {
                Some(input) => input.enumerator(),
                None => crate::members::enumerator(Vec::new()),
            },
            Symbol::BOUND_PARAMETERS => return frame.bound.clone(),
            Symbol::CMDLET => return self.cmdlet_variable(call),
            Symbol::MY_INVOCATION => self.my_invocation(call),
            Symbol::SCRIPT_ROOT => self.current_file().map_or_else(
                || Value::str(""),
                |file| Value::str(file.rsplit_once('/').map_or("", |(folder, _)| folder)),
            ),
            Symbol::COMMAND_PATH => self
                .current_file()
                .map_or_else(|| Value::str(""), |file| Value::str(file.as_ref())),
            Symbol::QUESTION => Value::Bool(self.question),
            Symbol::ERROR => self.errors.clone(),
            Symbol::LAST_EXIT_CODE => self.last_exit_code.map_or(Value::Null, Value::Int),
            Symbol::VERSION_TABLE => version_table(),
            Symbol::PID => Value::Int(self.host.process_id() as i32),
            Symbol::HOME => self.host.env("HOME").map_or(Value::Null, Value::from),
            Symbol::PWD => self.location(),
            Symbol::PS_HOME => Value::str("/usr/share/plenum"),
            Symbol::NESTED_PROMPT_LEVEL => Value::Int(0),
            Symbol::IS_LINUX | Symbol::IS_CORE_CLR => Value::Bool(true),
            Symbol::IS_WINDOWS | Symbol::IS_MAC_OS => Value::Bool(false),
            Symbol::SHELL_ID => Value::str("Microsoft.PowerShell"),
            Symbol::EDITION => Value::str("Core"),
            Symbol::CULTURE | Symbol::UI_CULTURE => Value::str("en-US"),
            Symbol::STACK_TRACE => {
                let newest = self.errors.iter().next();
                let stack = newest
                    .as_ref()
                    .and_then(as_error)
                    .and_then(|record| record.stack.clone());
                stack.map_or_else(|| Value::str(""), |stack| Value::str(stack.as_ref()))
            }
            Symbol::HOST => self.host_value.clone(),
            Symbol::STYLE => self.style.clone(),
            Symbol::EXECUTION_CONTEXT => Value::typed(
                &["System.Management.Automation.EngineIntrinsics", "System.Object"],
                [
                    ("Host", self.host_value.clone()),
                    (
                        "InvokeCommand",
                        Value::instance(super::invoke_command::InvokeCommand),
                    ),
                    ("SessionState", self.session_state()),
                ],
            ),
            Symbol::EXPERIMENTAL_FEATURES => Value::array([]),
            Symbol::PROFILE => self.host.env("HOME").map_or(Value::Null, |home| {
                Value::from(format!("{home}/.config/plenum/profile.ps1"))
            }),
            Symbol::TRUE => Value::Bool(true),
            Symbol::FALSE => Value::Bool(false),
            _ => return None,
        })
    }

    /// `$ExecutionContext.SessionState`, as far as its path and variables.
    fn session_state(&self) -> Value {
        let paths = Value::instance(super::path_intrinsics::PathIntrinsics {
            location: self.location_path(),
            folder: self.host.current_directory(),
        });
        Value::typed(
            &["System.Management.Automation.SessionState", "System.Object"],
            [
                ("Path", paths),
                (
                    "InvokeCommand",
                    Value::instance(super::invoke_command::InvokeCommand),
                ),
                (
                    "PSVariable",
                    Value::instance(super::session_variables::SessionVariables),
                ),
                ("LanguageMode", Value::from("FullLanguage")),
                ("Module", self.running_module()),
            ],
        )
    }

    /// The frame of the function or script block that runs.
    pub(super) fn call_frame(&self) -> usize {
        let mut frame = self.frame;
        while !self.frames[frame].is_call && frame != 0 {
            frame = self.frames[frame].parent as usize;
        }
        frame
    }

    pub(super) fn current_file(&self) -> Option<Arc<str>> {
        self.frames[self.frame].source.file.clone()
    }

    /// Where the session is: a folder, or a place on another drive.
    pub(super) fn location_path(&self) -> String {
        self.drive_location
            .as_ref()
            .map_or_else(|| self.host.current_directory(), ToString::to_string)
    }

    pub(super) fn location(&self) -> Value {
        path_info(&self.location_path())
    }

    fn my_invocation(&self, call: usize) -> Value {
        let frame = &self.frames[call];
        let position = frame
            .call_site
            .as_ref()
            .map(|(source, span)| source.position(*span))
            .unwrap_or_default();
        let name = frame.name.clone();
        let text =
            crate::block::as_block(&frame.block).map_or_else(String::new, |block| block.text().to_owned());
        let file = frame.source.file.clone();
        let is_file = name.as_deref().is_some_and(|name| {
            file.as_deref().is_some_and(|file| file.ends_with(name)) && name.ends_with(".ps1")
        });
        let (type_name, kind) = match (&name, is_file) {
            (Some(_), true) => ("ExternalScriptInfo", "ExternalScript"),
            (Some(_), false) => ("FunctionInfo", "Function"),
            (None, _) => ("ScriptInfo", "Script"),
        };
        let type_name = format!("System.Management.Automation.{type_name}");
        let my_command = Value::typed(
            &[
                type_name.as_str(),
                "System.Management.Automation.CommandInfo",
                "System.Object",
            ],
            [
                (
                    "Name",
                    name.as_ref()
                        .map_or_else(|| Value::str(""), |name| Value::str(name.as_ref())),
                ),
                ("CommandType", Value::str(kind)),
                ("Definition", Value::from(text)),
                ("ScriptBlock", frame.block.clone()),
                (
                    "Path",
                    file.as_ref()
                        .map_or(Value::Null, |file| Value::str(file.as_ref())),
                ),
            ],
        );
        let text_of =
            |text: Option<&Arc<str>>| text.map_or_else(|| Value::str(""), |text| Value::str(text.as_ref()));
        Value::typed(
            &["System.Management.Automation.InvocationInfo", "System.Object"],
            [
                ("MyCommand", my_command),
                (
                    "BoundParameters",
                    frame.bound.clone().unwrap_or_else(|| Value::hashtable([])),
                ),
                ("UnboundArguments", Value::array(frame.arguments.iter().cloned())),
                ("ScriptLineNumber", Value::count(position.line as usize)),
                ("OffsetInLine", Value::count(position.column as usize)),
                ("ScriptName", text_of(position.file.as_ref())),
                ("Line", Value::str(position.source_line.as_ref())),
                (
                    "PSScriptRoot",
                    Value::str(
                        position
                            .file
                            .as_deref()
                            .and_then(|file| file.rsplit_once('/'))
                            .map_or("", |(folder, _)| folder),
                    ),
                ),
                ("PSCommandPath", text_of(position.file.as_ref())),
                (
                    "InvocationName",
                    text_of(frame.invocation_name.as_ref().or(frame.name.as_ref())),
                ),
                ("HistoryId", Value::Int(1)),
                ("DisplayScriptPosition", Value::Null),
                ("PipelineLength", Value::Int(1)),
                ("PipelinePosition", Value::Int(1)),
                ("ExpectingInput", Value::Bool(frame.input.is_some())),
                ("CommandOrigin", Value::str("Internal")),
            ],
        )
    }

    /// The preference variables of a fresh session.
    pub(super) fn preferences(&mut self) {
        let action = |name: &str| preference_value("System.Management.Automation.ActionPreference", name);
        let values = [
            ("ErrorActionPreference", action("Continue")),
            ("WarningPreference", action("Continue")),
            ("VerbosePreference", action("SilentlyContinue")),
            ("DebugPreference", action("SilentlyContinue")),
            ("InformationPreference", action("SilentlyContinue")),
            ("ProgressPreference", action("Continue")),
            (
                "ConfirmPreference",
                preference_value("System.Management.Automation.ConfirmImpact", "High"),
            ),
            ("WhatIfPreference", Value::Bool(false)),
            ("FormatEnumerationLimit", Value::Int(4)),
            (
                "ErrorView",
                preference_value("System.Management.Automation.ErrorView", "ConciseView"),
            ),
            ("MaximumHistoryCount", Value::Int(4096)),
            ("PSDefaultParameterValues", Value::hashtable([])),
            ("PSNativeCommandUseErrorActionPreference", Value::Bool(false)),
            (
                "PSNativeCommandArgumentPassing",
                preference_value(
                    "System.Management.Automation.NativeArgumentPassingStyle",
                    "Standard",
                ),
            ),
            ("OutputEncoding", Value::str("utf-8")),
        ];
        for (name, value) in values {
            self.put_in(0, Symbol::of(name), value);
        }
    }

    /// Variables that the engine sets for a script that runs.
    pub(super) fn set_exit_code(&mut self, code: i32) -> Result<()> {
        self.last_exit_code = Some(code);
        self.remove_in(0, Symbol::LAST_EXIT_CODE);
        Ok(())
    }
}

fn preference_value(type_name: &str, name: &str) -> Value {
    match crate::types::resolve(type_name) {
        Some(of) => Value::str(name).convert(&of).unwrap_or_else(|_| Value::str(name)),
        None => Value::str(name),
    }
}

fn version_table() -> Value {
    let version = |text: &str| match crate::types::resolve("version") {
        Some(of) => Value::str(text).convert(&of).unwrap_or_else(|_| Value::str(text)),
        None => Value::str(text),
    };
    Value::ordered([
        (Value::str("PSVersion"), version(VERSION)),
        (Value::str("PSEdition"), Value::str("Core")),
        (Value::str("GitCommitId"), Value::str(VERSION)),
        (Value::str("OS"), Value::str("Plenum")),
        (Value::str("Platform"), Value::str("Unix")),
        (
            Value::str("PSCompatibleVersions"),
            Value::array(["1.0", "2.0", "3.0", "4.0", "5.0", "5.1", "6.0", "7.0"].map(version)),
        ),
        (Value::str("PSRemotingProtocolVersion"), version("2.4")),
        (Value::str("SerializationVersion"), version("1.1.0.1")),
        (Value::str("WSManStackVersion"), version("3.0")),
    ])
}
