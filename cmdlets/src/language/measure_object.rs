//! Measure-Object: counts, sums and extremes of numbers, or lines, words and characters of texts.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Interrupt, Result};
use plenum_lang::inspect;
use plenum_lang::property_expression::PropertyExpression;
use plenum_lang::value::Value;

use crate::authoring::{Read, cmdlet, count, current, input_object, object, parameter, stateful, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    let generic = "GenericMeasure";
    let texts = "TextMeasure";
    let number = |name: &'static str, help: &'static str| parameter(name, "switch").set(generic).help(help);
    let characters = |name: &'static str, help: &'static str| parameter(name, "switch").set(texts).help(help);
    stateful::<MeasureObject>(
        cmdlet("Measure-Object", super::UTILITY)
            .synopsis("Counts objects and computes figures of their properties.")
            .description(
                "Counts objects; sums, averages and compares numbers; counts lines, words and characters.",
            )
            .default_set(generic)
            .parameter(input_object())
            .parameter(
                parameter("Property", "object[]")
                    .position(0)
                    .help("The properties; none measures the values."),
            )
            .parameter(number("Sum", "Adds the values up."))
            .parameter(number("Average", "Computes the mean."))
            .parameter(number("Maximum", "Finds the largest."))
            .parameter(number("Minimum", "Finds the smallest."))
            .parameter(number(
                "StandardDeviation",
                "Computes the standard deviation of a sample.",
            ))
            .parameter(number("AllStats", "All figures."))
            .parameter(characters("Line", "Counts lines."))
            .parameter(characters("Word", "Counts words."))
            .parameter(characters("Character", "Counts characters."))
            .parameter(characters(
                "IgnoreWhiteSpace",
                "Leaves white space out of characters.",
            ))
            .example("Get-CsUser | Measure-Object", "Counts users.")
            .example(
                "Import-Csv calls.csv | Measure-Object Seconds -Sum -Average",
                "Adds up a column.",
            )
            .alias("measure"),
    )
}

#[derive(Default)]
struct MeasureObject {
    properties: Vec<PropertyExpression>,
    figures: Vec<Figures>,
}

#[derive(Default)]
struct Figures {
    name: Option<String>,
    count: usize,
    sum: f64,
    numbers: Vec<f64>,
    maximum: Option<Value>,
    minimum: Option<Value>,
    lines: usize,
    words: usize,
    characters: usize,
}

/// Which figures were asked for.
struct Wanted {
    sum: bool,
    average: bool,
    maximum: bool,
    minimum: bool,
    deviation: bool,
    texts: bool,
}

impl Wanted {
    fn of(arguments: &Arguments) -> Wanted {
        let all = arguments.switch("AllStats");
        let any = |name: &str| all || arguments.switch(name);
        Wanted {
            sum: any("Sum"),
            average: any("Average"),
            maximum: any("Maximum"),
            minimum: any("Minimum"),
            deviation: any("StandardDeviation"),
            texts: ["Line", "Word", "Character", "IgnoreWhiteSpace"]
                .iter()
                .any(|name| arguments.switch(name)),
        }
    }

    fn needs_numbers(&self) -> bool {
        self.sum || self.average || self.deviation
    }
}

impl Invocation for MeasureObject {
    fn begin(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.properties = PropertyExpression::parse_all(&arguments.values("Property"))?;
        if self.properties.is_empty() {
            self.figures.push(Figures::default());
        }
        Ok(())
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if !context.expects_input() && !arguments.has("InputObject") {
            return Ok(());
        }
        let item = current(arguments);
        if matches!(item, Value::Null | Value::Nothing) {
            return Ok(());
        }
        let wanted = Wanted::of(arguments);
        if self.properties.is_empty() {
            return measure(context, &mut self.figures[0], &item, &wanted, arguments);
        }
        for property in self
            .properties
            .iter()
            .flat_map(|property| property.expand(context, &item))
            .collect::<Vec<_>>()
        {
            let found = match property.value(context, &item) {
                Err(Interrupt::Error(_)) => None,
                other => other?,
            };
            let Some(found) = found.filter(|found| !matches!(found, Value::Null | Value::Nothing)) else {
                continue;
            };
            let name = property.heading(Some(&item));
            let known = self
                .figures
                .iter()
                .position(|figures| figures.name.as_deref() == Some(name.as_str()));
            let place = known.unwrap_or_else(|| {
                self.figures.push(Figures {
                    name: Some(name),
                    ..Figures::default()
                });
                self.figures.len() - 1
            });
            measure(context, &mut self.figures[place], &found, &wanted, arguments)?;
        }
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let wanted = Wanted::of(arguments);
        if self.figures.is_empty() {
            for property in &self.properties {
                let name = property.heading(None);
                let message =
                    format!("The property \"{name}\" cannot be found in the input for any objects.");
                let record = ErrorRecord::new(
                    "GenericMeasurePropertyNotFound",
                    Category::InvalidArgument,
                    message,
                )
                .exception("System.Management.Automation.PSArgumentException");
                context.error(record)?;
            }
        }
        for figures in std::mem::take(&mut self.figures) {
            let result = if wanted.texts {
                text_info(&figures, arguments)
            } else {
                generic_info(&figures, &wanted)
            };
            context.write(result)?;
        }
        Ok(())
    }
}

fn measure(
    context: &mut dyn Context,
    figures: &mut Figures,
    value: &Value,
    wanted: &Wanted,
    arguments: &Arguments,
) -> Result<()> {
    if wanted.texts {
        measure_text(
            figures,
            &inspect::text(value),
            arguments.switch("IgnoreWhiteSpace"),
        );
        return Ok(());
    }
    figures.count += 1;
    if wanted.needs_numbers() {
        let Some(number) = inspect::number(value) else {
            let message = format!("Input object \"{}\" is not numeric.", inspect::text(value));
            let record = ErrorRecord::new("NonNumericInputObject", Category::InvalidType, message)
                .exception("System.Management.Automation.PSInvalidOperationException")
                .about(value.clone());
            return context.error(record);
        };
        figures.sum += number;
        if wanted.deviation {
            figures.numbers.push(number);
        }
    }
    if wanted.maximum
        && figures
            .maximum
            .as_ref()
            .is_none_or(|known| inspect::order_in(context, value, known, false).is_gt())
    {
        figures.maximum = Some(value.clone());
    }
    if wanted.minimum
        && figures
            .minimum
            .as_ref()
            .is_none_or(|known| inspect::order_in(context, value, known, false).is_lt())
    {
        figures.minimum = Some(value.clone());
    }
    Ok(())
}

fn measure_text(figures: &mut Figures, text: &str, ignore_blank: bool) {
    figures.count += 1;
    figures.lines += text.lines().count();
    figures.words += text.split_whitespace().count();
    figures.characters += text
        .chars()
        .filter(|c| !(ignore_blank && c.is_whitespace()))
        .map(char::len_utf16)
        .sum::<usize>();
}

fn generic_info(figures: &Figures, wanted: &Wanted) -> Value {
    #[allow(clippy::cast_precision_loss)] // a count of objects in memory
    let number = figures.count as f64;
    let has_any = figures.count > 0;
    let figure = |on: bool, value: f64| {
        if on && has_any {
            Value::Double(value)
        } else {
            Value::Null
        }
    };
    let extreme = |value: &Option<Value>| match value {
        Some(value) => match inspect::number(value) {
            Some(number) if !matches!(value, Value::Str(_)) => Value::Double(number),
            _ => value.clone(),
        },
        None => Value::Null,
    };
    let mean = figures.sum / number;
    let deviation = if figures.count > 1 {
        (figures
            .numbers
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f64>()
            / (number - 1.0))
            .sqrt()
    } else {
        0.0
    };
    object(
        "Microsoft.PowerShell.Commands.GenericMeasureInfo",
        [
            ("Count", count(figures.count)),
            ("Average", figure(wanted.average, mean)),
            ("Sum", figure(wanted.sum, figures.sum)),
            ("Maximum", extreme(&figures.maximum)),
            ("Minimum", extreme(&figures.minimum)),
            ("StandardDeviation", figure(wanted.deviation, deviation)),
            ("Property", figures.name.as_ref().map_or(Value::Null, text)),
        ],
    )
}

fn text_info(figures: &Figures, arguments: &Arguments) -> Value {
    let figure = |on: bool, number: usize| if on { count(number) } else { Value::Null };
    object(
        "Microsoft.PowerShell.Commands.TextMeasureInfo",
        [
            ("Lines", figure(arguments.switch("Line"), figures.lines)),
            ("Words", figure(arguments.switch("Word"), figures.words)),
            (
                "Characters",
                figure(
                    arguments.switch("Character") || arguments.switch("IgnoreWhiteSpace"),
                    figures.characters,
                ),
            ),
            ("Property", figures.name.as_ref().map_or(Value::Null, text)),
        ],
    )
}
