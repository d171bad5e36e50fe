//! ForEach-Object: script blocks, or one member, for each object.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::signature::Validation;
use plenum_lang::value::Value;

use super::for_each_parallel::Parallel;
use crate::authoring::{Read, cmdlet, current, input_object, parameter, stateful};

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
                "What runs for several objects at a time, each in a session of its own; $using:name is the caller's variable.",
            ))
            .parameter(
                parameter("ThrottleLimit", "int")
                    .set("ParallelParameterSet")
                    .range(1.0, 1000.0)
                    .default("5")
                    .help("How many at a time."),
            )
            .parameter(
                parameter("TimeoutSeconds", "int").set("ParallelParameterSet").help("How long at most: not built yet."),
            )
            .parameter(
                parameter("AsJob", "switch").set("ParallelParameterSet").help("As a job: not built yet; use Start-ThreadJob."),
            )
            .example(
                "$pools | ForEach-Object -Parallel { Test-CsRegistration -TargetFqdn $_ } -ThrottleLimit 4",
                "Asks four pools at a time.",
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
    parallel: Option<Parallel>,
    process: Vec<Value>,
    end: Option<Value>,
}

impl Invocation for ForEachObject {
    fn begin(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if let Some(block) = arguments.block("Parallel") {
            self.parallel = Some(Parallel::new(context, arguments, &block)?);
            return Ok(());
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
        if let Some(parallel) = &mut self.parallel {
            return parallel.take(context, item);
        }
        if let Some(member) = arguments.text("MemberName") {
            return call_member(context, &item, &member, arguments);
        }
        for block in &self.process {
            context.stream_block(block, Some(item.clone()), &[])?;
        }
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, _arguments: &Arguments) -> Result<()> {
        if let Some(parallel) = self.parallel.take() {
            return parallel.finish(context);
        }
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
