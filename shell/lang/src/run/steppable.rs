//! `{ … }.GetSteppablePipeline()`: a pipeline that its caller feeds item by item, as proxy functions do.
//!
//! Between two steps its stages rest in the object; for a step they are put on the stack in the scope of whoever steps.
//! A stage that is a function has a scope of its own, which cannot rest: such a pipeline takes all items first and runs
//! at its end.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::block::as_block;
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::program::{Code, PipelineCode, StmtKind};
use crate::value::{Instance, Value};

use super::cmdlet_variable::CmdletValue;
use super::pipeline::{Stage, StageKind};
use super::{Machine, Out};

/// System.Management.Automation.SteppablePipeline.
struct Steppable {
    block: Value,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    stages: Vec<Option<Box<Stage>>>,
    /// What was given to a pipeline that runs at its end.
    held: Option<Vec<Value>>,
    /// `$PSCmdlet` of the function whose output it writes to.
    cmdlet: Option<Value>,
    /// Whether it takes no more.
    over: bool,
}

impl Instance for Steppable {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.SteppablePipeline")
    }
}

/// The only pipeline of a script block's code.
fn pipeline_of(code: &Code) -> Result<&PipelineCode> {
    let lines = code.end.as_ref().map(|lines| lines.statements.as_slice());
    match lines {
        Some([only]) if code.process.is_none() => match &only.kind {
            StmtKind::Pipeline(pipeline) => Ok(pipeline),
            _ => Err(only_one()),
        },
        _ => Err(only_one()),
    }
}

fn only_one() -> Interrupt {
    ErrorRecord::new(
        "CantConvertScriptBlockToPowerShell",
        Category::InvalidOperation,
        "Only a script block that contains exactly one pipeline or command can be converted. Expressions or control structures are \
         not permitted. Verify that the script block contains exactly one pipeline or command.",
    )
    .exception("System.Management.Automation.PSInvalidOperationException")
    .into()
}

impl Machine {
    /// The steppable pipeline of a script block.
    pub(super) fn steppable(&mut self, block: &Value) -> Result<Value> {
        let Some(script) = as_block(block) else {
            return Ok(Value::Null);
        };
        pipeline_of(script.code_in_found_scope())?;
        Ok(Value::instance(Steppable {
            block: block.clone(),
            state: Mutex::default(),
        }))
    }

    /// A method of a steppable pipeline; `None` when the value is something else.
    pub(super) fn call_steppable(
        &mut self,
        target: &Value,
        name: &str,
        arguments: &[Value],
    ) -> Option<Result<Value>> {
        let own = target.downcast::<Steppable>()?;
        Some(match (name.to_ascii_lowercase().as_str(), arguments) {
            ("begin", [how, ..]) => self.begin_steps(own, how),
            ("process", items) => self.step_with(own, items.first().cloned()),
            ("end", []) => self.end_steps(own),
            ("dispose" | "clean", []) => {
                own.state.lock().stages.clear();
                Ok(Value::Nothing)
            }
            _ => return None,
        })
    }

    fn begin_steps(&mut self, own: &Steppable, how: &Value) -> Result<Value> {
        let cmdlet = how.downcast::<CmdletValue>().map(|_| how.clone());
        *own.state.lock() = State {
            cmdlet,
            ..State::default()
        };
        self.stepping(own, |machine, pipe, out| {
            machine.open_pipeline(own, pipe, out)?;
            let has_scopes = machine.pipes[pipe as usize]
                .stages
                .iter()
                .flatten()
                .any(|stage| matches!(stage.kind, StageKind::Function(_) | StageKind::Native(_)));
            if has_scopes {
                machine.pipes[pipe as usize].stages.clear();
                own.state.lock().held = Some(Vec::new());
                return Ok(());
            }
            machine.begin_stages(pipe)
        })
    }

    fn open_pipeline(&mut self, own: &Steppable, pipe: u32, out: Out) -> Result<()> {
        let Some(script) = as_block(&own.block) else {
            return Ok(());
        };
        let code = Arc::clone(script.code_in_found_scope());
        let pipeline = pipeline_of(&code)?;
        self.open_stages(pipe, pipeline, out)
    }

    fn step_with(&mut self, own: &Steppable, item: Option<Value>) -> Result<Value> {
        {
            let mut state = own.state.lock();
            if state.over {
                return Ok(Value::Nothing);
            }
            if let Some(held) = &mut state.held {
                held.extend(item);
                return Ok(Value::Nothing);
            }
        }
        self.stepping(own, |machine, pipe, _| match item {
            Some(item) => machine.emit(Out::Stage(pipe, 0), item),
            None => machine.process_first(pipe),
        })
    }

    fn end_steps(&mut self, own: &Steppable) -> Result<Value> {
        let held = own.state.lock().held.take();
        if let Some(items) = held {
            return self.stepping(own, |machine, pipe, out| {
                machine.open_pipeline(own, pipe, out)?;
                machine.begin_stages(pipe)?;
                items
                    .into_iter()
                    .try_for_each(|item| machine.emit(Out::Stage(pipe, 0), item))?;
                machine.end_stages(pipe)?;
                machine.pipes[pipe as usize].stages.clear();
                Ok(())
            });
        }
        let ended = self.stepping(own, |machine, pipe, _| machine.end_stages(pipe));
        own.state.lock().stages.clear();
        ended
    }

    /// Puts the stages on the stack for a step, and takes them off again; gives what the step put out.
    fn stepping(
        &mut self,
        own: &Steppable,
        step: impl FnOnce(&mut Self, u32, Out) -> Result<()>,
    ) -> Result<Value> {
        let cmdlet = own.state.lock().cmdlet.clone();
        let into = cmdlet
            .as_ref()
            .and_then(Value::downcast::<CmdletValue>)
            .map(CmdletValue::out);
        let mut output = Vec::new();
        let result = match into {
            Some(out) => self.step_into(own, out, step),
            None => self
                .collect(|machine, out| machine.step_into(own, out, step))
                .map(|items| output = items),
        };
        match result {
            Ok(()) => {}
            Err(Interrupt::Enough(_)) => own.state.lock().over = true,
            Err(other) => return Err(other),
        }
        Ok(if output.is_empty() {
            Value::Nothing
        } else {
            Value::array(output)
        })
    }

    fn step_into(
        &mut self,
        own: &Steppable,
        out: Out,
        step: impl FnOnce(&mut Self, u32, Out) -> Result<()>,
    ) -> Result<()> {
        let heights = self.heights();
        let pipe = self.pipes.len() as u32;
        let mut stages = std::mem::take(&mut own.state.lock().stages);
        let count = stages.len();
        for (at, stage) in stages.iter_mut().enumerate() {
            let Some(stage) = stage else { continue };
            stage.frame = self.frame;
            stage.streams = self.streams;
            stage.out = if at + 1 == count {
                out
            } else {
                Out::Stage(pipe, at as u16 + 1)
            };
        }
        self.push_pipe(stages);
        let result = step(self, pipe, out);
        own.state.lock().stages = std::mem::take(&mut self.pipes[pipe as usize].stages);
        let restored = self.restore(heights);
        result.and(restored)
    }
}
