//! ForEach-Object: script blocks, or one member, for each object.
//!
//! Parallel script blocks are refused: they need engines of their own.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::signature::Validation;
use plenum_lang::value::Value;

use crate::authoring::{Read, cmdlet, current, input_object, not_built, parameter, stateful};

/// The command.
pub fn command() -> Arc<dyn Command> {
    let blocks = "ScriptBlockSet";
    let member = "PropertyAndMethodSet";
    stateful::<ForEachObject>(
        cmdlet("ForEach-Object", super::CORE)
            .synopsis("Does something with each object of the pipeline.")
            .description(
                "Runs a script block for each object, which is $_ there, or reads a property or calls a method of \
                 each. Of several script blocks without a name the first runs before the first object and, from three \
                 on, the last one after the last object.",
            )
            .default_set(blocks)
            .parameter(input_object())
            .parameter(
                parameter("Process", "scriptblock[]")
                    .mandatory()
                    .position(0)
                    .set(blocks)
                    .validate(Validation::AllowNull)
                    .validate(Validation::AllowEmptyCollection)
                    .help("What runs for each object."),
            )
            .parameter(parameter("Begin", "scriptblock").set(blocks).help("What runs before the first object."))
            .parameter(parameter("End", "scriptblock").set(blocks).help("What runs after the last object."))
            .parameter(
                parameter("RemainingScripts", "scriptblock[]")
                    .remaining()
                    .set(blocks)
                    .help("Further script blocks, given without a name."),
            )
            .parameter(
                parameter("MemberName", "string")
                    .mandatory()
                    .position(0)
                    .set(member)
                    .help("The property to read or the method to call."),
            )
            .parameter(
                parameter("ArgumentList", "object[]")
                    .alias("Args")
                    .remaining()
                    .set(member)
                    .help("Arguments for the method."),
            )
            .parameter(parameter("Parallel", "scriptblock").mandatory().set("ParallelParameterSet").help(
                "What runs for several objects at a time. Not built yet.",
            ))
            .parameter(
                parameter("ThrottleLimit", "int").set("ParallelParameterSet").default("5").help("How many at a time."),
            )
            .example("1..3 | ForEach-Object { $_ * 2 }", "Doubles numbers.")
            .example("Get-CsUser | ForEach-Object SipAddress", "Gives the SIP address of each user.")
            .example(
                "Import-Csv users.csv | ForEach-Object { Enable-CsUser -Identity $_.Name -RegistrarPool $_.Pool }",
                "Enables the users of a file. -WhatIf on Enable-CsUser shows what would happen.",
            )
            .link("Where-Object")
            .alias("%")
            .alias("foreach"),
    )
}

#[derive(Default)]
struct ForEachObject {
    process: Vec<Value>,
    end: Option<Value>,
}

impl Invocation for ForEachObject {
    fn begin(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if arguments.has("Parallel") {
            return Err(not_built("ForEach-Object -Parallel")
                .hint("Use a script block without -Parallel; it runs for one object after the other.")
                .into());
        }
        let mut blocks: Vec<Value> = arguments.values("Process");
        blocks.extend(arguments.values("RemainingScripts"));
        let mut begin = arguments.get("Begin").cloned();
        self.end = arguments.get("End").cloned();
        if begin.is_none() && blocks.len() > 1 {
            begin = Some(blocks.remove(0));
        }
        if self.end.is_none() && blocks.len() > 1 {
            self.end = blocks.pop();
        }
        self.process = blocks
            .into_iter()
            .filter(|block| matches!(block, Value::Block(_)))
            .collect();
        run(context, begin.as_ref(), None)
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let item = current(arguments);
        if let Some(member) = arguments.text("MemberName") {
            return call_member(context, &item, &member, arguments);
        }
        for block in &self.process {
            context.stream_block(block, Some(item.clone()), &[])?;
        }
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, _arguments: &Arguments) -> Result<()> {
        run(context, self.end.as_ref(), None)
    }
}

fn run(context: &mut dyn Context, block: Option<&Value>, underscore: Option<Value>) -> Result<()> {
    match block {
        Some(block @ Value::Block(_)) => context.stream_block(block, underscore, &[]),
        _ => Ok(()),
    }
}

fn call_member(context: &mut dyn Context, item: &Value, member: &str, arguments: &Arguments) -> Result<()> {
    let given = arguments.has("ArgumentList");
    if !given {
        if let Some(found) = inspect::property_in(context, item, member)? {
            return context.write_all(found);
        }
        if !inspect::has_method(item, member) {
            return context.write(Value::Null);
        }
    }
    let result = inspect::invoke_method(context, item, member, &arguments.values("ArgumentList"))?;
    context.write_all(result)
}
