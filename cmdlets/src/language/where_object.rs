//! Where-Object: a script block, or one property and an operator.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::signature::Membership;
use plenum_lang::value::Value;

use crate::authoring::{Read, cmdlet, current, input_object, parameter, stateful};

/// Switch, alias, and the operator that it stands for.
const OPERATORS: &[(&str, &str)] = &[
    ("EQ", "IEQ"),
    ("CEQ", ""),
    ("NE", "INE"),
    ("CNE", ""),
    ("GT", "IGT"),
    ("CGT", ""),
    ("LT", "ILT"),
    ("CLT", ""),
    ("GE", "IGE"),
    ("CGE", ""),
    ("LE", "ILE"),
    ("CLE", ""),
    ("Like", "ILike"),
    ("CLike", ""),
    ("NotLike", "INotLike"),
    ("CNotLike", ""),
    ("Match", "IMatch"),
    ("CMatch", ""),
    ("NotMatch", "INotMatch"),
    ("CNotMatch", ""),
    ("Contains", "IContains"),
    ("CContains", ""),
    ("NotContains", "INotContains"),
    ("CNotContains", ""),
    ("In", "IIn"),
    ("CIn", ""),
    ("NotIn", "INotIn"),
    ("CNotIn", ""),
    ("Is", ""),
    ("IsNot", ""),
];

/// The command.
pub fn command() -> Arc<dyn Command> {
    let mut signature = cmdlet("Where-Object", super::CORE)
        .synopsis("Keeps the objects that meet a condition.")
        .description(
            "Takes objects from the pipeline and passes on those for which the script block, or the comparison of one \
             property, is true. A missing property counts as $null.",
        )
        .default_set("EqualSet")
        .parameter(input_object())
        .parameter(
            parameter("FilterScript", "scriptblock")
                .mandatory()
                .position(0)
                .set("ScriptBlockSet")
                .help("The condition; $_ is the object."),
        )
        .parameter(
            property_parameter().help("The property to compare, or to test for being true when no operator follows."),
        )
        .parameter(value_parameter().help("What the property is compared with."))
        .parameter(parameter("Not", "switch").mandatory().set("Not").help("Keeps objects whose property is not true."))
        .example("Get-CsUser | Where-Object { $_.EnterpriseVoiceEnabled }", "Shows users that have Enterprise Voice.")
        .example("Get-CsUser | Where-Object LineURI -like 'tel:+1425*'", "Shows users with numbers in area code 425.")
        .link("ForEach-Object")
        .link("Select-Object")
        .alias("?")
        .alias("where");
    for (name, alias) in OPERATORS {
        let mut switch = parameter(*name, "switch").help(format!("Compares with -{}.", name.to_lowercase()));
        switch = if *name == "EQ" {
            switch.set("EqualSet")
        } else {
            switch.mandatory().set(format!("{name}Set"))
        };
        signature = signature.parameter(if alias.is_empty() {
            switch
        } else {
            switch.alias(*alias)
        });
    }
    stateful::<WhereObject>(signature)
}

/// The sets that compare: EqualSet, one for each other operator, and Not.
fn sets() -> impl Iterator<Item = String> {
    std::iter::once("EqualSet".to_owned())
        .chain(OPERATORS.iter().skip(1).map(|(name, _)| format!("{name}Set")))
        .chain(std::iter::once("Not".to_owned()))
}

fn property_parameter() -> crate::authoring::ParameterBuilder {
    let member = |set: String| Membership {
        set: Some(set.into()),
        position: Some(0),
        mandatory: true,
        ..Membership::default()
    };
    sets().fold(parameter("Property", "string"), |parameter, set| {
        parameter.member(member(set))
    })
}

fn value_parameter() -> crate::authoring::ParameterBuilder {
    let member = |set: String| Membership {
        set: Some(set.into()),
        position: Some(1),
        ..Membership::default()
    };
    sets()
        .filter(|set| set != "Not")
        .fold(parameter("Value", "object"), |parameter, set| {
            parameter.member(member(set))
        })
}

#[derive(Default)]
struct WhereObject {
    operator: Option<&'static str>,
}

impl Invocation for WhereObject {
    fn begin(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.operator = OPERATORS
            .iter()
            .map(|(name, _)| *name)
            .find(|name| arguments.switch(name));
        Ok(())
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let item = current(arguments);
        let keep = match arguments.block("FilterScript") {
            Some(block) => {
                let output = context.invoke_block(&block, Some(item.clone()), &[])?;
                output.len() > 1 || output.first().is_some_and(inspect::truth)
            }
            None => self.compare(context, arguments, &item)?,
        };
        if keep { context.write(item) } else { Ok(()) }
    }
}

impl WhereObject {
    fn compare(&self, context: &mut dyn Context, arguments: &Arguments, item: &Value) -> Result<bool> {
        let name = arguments.required_text("Property")?;
        let found = inspect::property_in(context, item, &name)?.unwrap_or_default();
        if arguments.switch("Not") {
            return Ok(!inspect::truth(&found));
        }
        let operator = self.operator.or(arguments.has("Value").then_some("EQ"));
        let Some(operator) = operator else {
            return Ok(inspect::truth(&found));
        };
        let value = arguments.get("Value").cloned().unwrap_or_default();
        Ok(inspect::truth(&inspect::operate(
            context,
            &operator.to_ascii_lowercase(),
            &found,
            &value,
        )?))
    }
}
