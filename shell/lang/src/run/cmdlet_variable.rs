//! `$PSCmdlet` of an advanced function.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::error::{Category, ErrorRecord, Result};
use crate::members::World;
use crate::symbol::Symbol;
use crate::value::{Instance, Value};

use super::Machine;
use super::context::FunctionContext;
use super::path_intrinsics::path_method;
use super::stream::Channel;

impl Machine {
    /// `$PSCmdlet` of a frame.
    pub(super) fn cmdlet_variable(&self, frame: usize) -> Option<Value> {
        let mut frame = frame;
        loop {
            let scope = &self.frames[frame];
            if let Some(context) = &scope.advanced {
                return Some(Value::instance(CmdletValue {
                    context: Arc::clone(context),
                }));
            }
            if frame == 0 {
                return None;
            }
            frame = scope.parent as usize;
        }
    }

    /// A method of `$PSCmdlet`; `None` when the value is something else.
    pub(super) fn call_cmdlet_method(
        &mut self,
        target: &Value,
        name: &str,
        arguments: &[Value],
    ) -> Option<Result<Value>> {
        let context = Arc::clone(&target.downcast::<CmdletValue>()?.context);
        Some(self.cmdlet_method(&context, name, arguments))
    }

    fn cmdlet_method(&mut self, context: &FunctionContext, name: &str, arguments: &[Value]) -> Result<Value> {
        let text = |at: usize| arguments.get(at).map(Value::to_text).unwrap_or_default();
        let settings = Arc::clone(&context.settings);
        match name.to_ascii_lowercase().as_str() {
            "shouldprocess" => match arguments.len() {
                0 | 1 => self.should_process(&settings, settings.impact, &text(0), None).map(Value::Bool),
                2 => self.should_process(&settings, settings.impact, &text(0), Some(&text(1))).map(Value::Bool),
                _ => self.should_process_sentence(&settings, settings.impact, &text(0)).map(Value::Bool),
            },
            "shouldcontinue" => {
                let answer = self.ask(&text(1), &text(0))?;
                Ok(Value::Bool(answer.is_yes()))
            }
            "writeerror" => {
                context.failed.store(true, Ordering::Relaxed);
                let mut record = arguments.first().map(|value| self.thrown(value)).unwrap_or_else(|| self.thrown(&Value::Null));
                record.fatal = false;
                self.own(&mut record, &settings);
                let action = self.error_action(&settings);
                self.report(record, action).map(|()| Value::Nothing)
            }
            "throwterminatingerror" => {
                let mut record = arguments.first().map(|value| self.thrown(value)).unwrap_or_else(|| self.thrown(&Value::Null));
                record.fatal = false;
                self.own(&mut record, &settings);
                if let Some((source, span)) = self.frames[self.call_frame()].call_site.clone() {
                    record.position = Some(source.position(span));
                }
                Err(record.into())
            }
            "writeobject" => {
                let value = arguments.first().cloned().unwrap_or_default();
                if arguments.get(1).is_some_and(Value::is_true) {
                    self.emit_all(context.out, value)?;
                } else {
                    self.emit(context.out, value)?;
                }
                Ok(Value::Nothing)
            }
            "writeverbose" => {
                let action = self.verbose_action(&settings);
                self.message(Channel::Verbose, &text(0), action).map(|()| Value::Nothing)
            }
            "writedebug" => {
                let action = self.debug_action(&settings);
                self.message(Channel::Debug, &text(0), action).map(|()| Value::Nothing)
            }
            "writewarning" => {
                let action = settings.warning.unwrap_or_else(|| self.preference("WarningPreference"));
                self.message(Channel::Warning, &text(0), action).map(|()| Value::Nothing)
            }
            "writeinformation" => {
                let action = settings.information.unwrap_or_else(|| self.preference("InformationPreference"));
                let tags: Vec<String> = arguments.get(1).map(|tags| tags.iter().map(|tag| tag.to_text()).collect()).unwrap_or_default();
                let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
                let data = arguments.first().cloned().unwrap_or_default();
                self.information_record(data, &tags, action).map(|()| Value::Nothing)
            }
            "getvariablevalue" => {
                let found = Symbol::find(&text(0)).and_then(|symbol| self.read_named(symbol));
                Ok(found.or_else(|| arguments.get(1).cloned()).unwrap_or_default())
            }
            "writeprogress" | "writecommanddetail" => Ok(Value::Nothing),
            "gettype" => Ok(Value::type_literal(crate::types::Type::Named(Arc::from("System.Management.Automation.PSScriptCmdlet")))),
            method @ ("getunresolvedproviderpathfrompspath"
            | "getresolvedproviderpathfrompspath"
            | "currentproviderlocation") => path_method(method, arguments, self).unwrap_or_else(|| {
                Err(crate::members::fault::no_overload(name, arguments.len()))
            }),
            _ => Err(ErrorRecord::new(
                "MethodNotFound",
                Category::InvalidOperation,
                format!("Method invocation failed because [System.Management.Automation.PSScriptCmdlet] does not contain a method named '{name}'."),
            )
            .about(Value::str(name))
            .into()),
        }
    }
}

/// System.Management.Automation.PSScriptCmdlet, as `$PSCmdlet`.
pub(super) struct CmdletValue {
    context: Arc<FunctionContext>,
}

impl CmdletValue {
    /// Where the function's output goes.
    pub(super) fn out(&self) -> super::Out {
        self.context.out
    }
}

impl Instance for CmdletValue {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.PSScriptCmdlet")
    }

    fn to_text(&self) -> String {
        "System.Management.Automation.PSScriptCmdlet".to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "ParameterSetName",
            "MyInvocation",
            "CommandOrigin",
            "SessionState",
            "Host",
            "Stopping",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "parametersetname" => Value::str(self.context.set.as_ref()),
            "stopping" => Value::Bool(false),
            "commandorigin" => Value::str("Internal"),
            _ => return None,
        })
    }

    /// What the automatic variables of the function's scope hold too.
    fn property_by(&self, name: &str, world: &mut dyn World) -> Option<Result<Value>> {
        let text = match name.to_ascii_lowercase().as_str() {
            "myinvocation" => "$MyInvocation",
            "sessionstate" => "$ExecutionContext.SessionState",
            "invokecommand" => "$ExecutionContext.InvokeCommand",
            "invokeprovider" => "$ExecutionContext.InvokeProvider",
            "host" => "$Host",
            _ => return None,
        };
        let read = world
            .parse_block(text)
            .and_then(|block| world.call_block(&block, None, None, &[]));
        Some(read.map(Machine::as_value))
    }
}
