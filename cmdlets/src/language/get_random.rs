//! Get-Random, Get-SecureRandom and New-Guid: randomness, from the system's own source unless a seed is given.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::value::Value;

use crate::authoring::{Read, SignatureBuilder, cmdlet, parameter, simple, stateful, text};

/// Get-Random.
pub fn command() -> Arc<dyn Command> {
    stateful::<GetRandom>(
        signature("Get-Random", "Gives a random number, or random items of a list.")
            .parameter(parameter("SetSeed", "int").help("Makes the numbers repeatable."))
            .example("Get-Random -Maximum 10", "Gives a number from 0 to 9.")
            .example("'a', 'b', 'c' | Get-Random", "Gives one of three."),
    )
}

/// Get-SecureRandom: the same without a seed.
pub fn secure() -> Arc<dyn Command> {
    stateful::<GetRandom>(
        signature(
            "Get-SecureRandom",
            "Gives a random number, or random items of a list, that nobody can foretell.",
        )
        .example("Get-SecureRandom -Maximum 10", "Gives a number from 0 to 9."),
    )
}

fn signature(name: &'static str, synopsis: &'static str) -> SignatureBuilder {
    let (number, list, shuffle) = (
        "RandomNumberParameterSet",
        "RandomListItemParameterSet",
        "ShuffleParameterSet",
    );
    cmdlet(name, super::UTILITY)
        .synopsis(synopsis)
        .default_set(number)
        .parameter(
            parameter("Maximum", "object")
                .position(0)
                .set(number)
                .help("The numbers are below this; 2147483647 by default."),
        )
        .parameter(
            parameter("Minimum", "object")
                .set(number)
                .default("0")
                .help("The smallest number."),
        )
        .parameter(
            parameter("InputObject", "object[]")
                .mandatory()
                .position(0)
                .by_value()
                .set(list)
                .set(shuffle)
                .help("The items to choose from."),
        )
        .parameter(
            parameter("Count", "int")
                .set(number)
                .set(list)
                .range(1.0, f64::from(i32::MAX))
                .default("1")
                .help("How many."),
        )
        .parameter(
            parameter("Shuffle", "switch")
                .mandatory()
                .set(shuffle)
                .help("Gives all items in random order."),
        )
}

#[derive(Default)]
struct GetRandom {
    items: Vec<Value>,
    state: Option<u64>,
}

impl GetRandom {
    /// 64 random bits; a seeded run is a SplitMix64 sequence.
    fn next(&mut self, context: &dyn Context) -> u64 {
        let Some(state) = &mut self.state else {
            return context.host().random();
        };
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound, without bias.
    fn below(&mut self, context: &dyn Context, bound: u64) -> u64 {
        let limit = u64::MAX - u64::MAX % bound;
        loop {
            let number = self.next(context);
            if number < limit {
                return number % bound;
            }
        }
    }

    fn number(&mut self, context: &dyn Context, low: &Value, high: &Value) -> Option<Value> {
        let fraction = |value: &Value| {
            matches!(
                value.base(),
                Value::Double(_) | Value::Single(_) | Value::Decimal(_)
            )
        };
        let (from, to) = (inspect::number(low)?, inspect::number(high)?);
        if from >= to {
            return None;
        }
        if fraction(low) || fraction(high) {
            #[allow(clippy::cast_precision_loss)] // 53 bits fit
            let unit = (self.next(context) >> 11) as f64 / (1u64 << 53) as f64;
            return Some(Value::Double(from + unit * (to - from)));
        }
        #[allow(clippy::cast_possible_truncation)] // whole numbers of an argument
        let (from, to) = (from as i64, to as i64);
        let picked = from.wrapping_add_unsigned(self.below(context, to.abs_diff(from)));
        Some(i32::try_from(picked).map_or(Value::Long(picked), Value::Int))
    }
}

impl Invocation for GetRandom {
    fn begin(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.state = arguments.int("SetSeed").map(i64::cast_unsigned);
        Ok(())
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if arguments.has("InputObject") {
            self.items.extend(arguments.values("InputObject"));
            return Ok(());
        }
        let low = arguments.get("Minimum").cloned().unwrap_or(Value::Int(0));
        let high = arguments.get("Maximum").cloned().unwrap_or(Value::Int(i32::MAX));
        for _ in 0..arguments.int("Count").unwrap_or(1) {
            let Some(number) = self.number(context, &low, &high) else {
                let message = format!(
                    "The Minimum value ({}) cannot be greater than or equal to the Maximum value ({}).",
                    inspect::text(&low),
                    inspect::text(&high)
                );
                return Err(
                    ErrorRecord::new("MinGreaterThanOrEqualMax", Category::InvalidArgument, message)
                        .exception("System.ArgumentException")
                        .into(),
                );
            };
            context.write(number)?;
        }
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let mut items = std::mem::take(&mut self.items);
        let wanted = if arguments.switch("Shuffle") {
            items.len()
        } else {
            usize::try_from(arguments.int("Count").unwrap_or(1))
                .unwrap_or(1)
                .min(items.len())
        };
        for place in 0..wanted {
            let left = u64::try_from(items.len() - place).unwrap_or(1);
            let other = place + usize::try_from(self.below(context, left)).unwrap_or(0);
            items.swap(place, other);
            context.write(items[place].clone())?;
        }
        Ok(())
    }
}

/// New-Guid.
pub fn new_guid() -> Arc<dyn Command> {
    simple(
        cmdlet("New-Guid", super::UTILITY)
            .synopsis("Makes a random GUID.")
            .default_set("Default")
            .parameter(
                parameter("Empty", "switch")
                    .set("Empty")
                    .help("Gives the GUID of zeros."),
            )
            .parameter(
                parameter("InputObject", "string")
                    .position(0)
                    .by_value()
                    .set("InputObject")
                    .help("A text to read as a GUID."),
            )
            .example("(New-Guid).ToString()", "Gives a new id as text."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let shown = if let Some(given) = arguments.text("InputObject") {
                let Ok(guid) = inspect::convert(context, &text(given.as_str()), "guid") else {
                    let record = ErrorRecord::new(
                        "StringNotRecognizedAsGuid",
                        Category::InvalidArgument,
                        "Unrecognized Guid format.",
                    );
                    return context.error(record.exception("System.FormatException").about(text(given)));
                };
                return context.write(guid);
            } else if arguments.switch("Empty") {
                "00000000-0000-0000-0000-000000000000".to_owned()
            } else {
                let (high, low) = (context.host().random(), context.host().random());
                let high = high & !0xF000 | 0x4000;
                let low = low & !(0b11 << 62) | (0b10 << 62);
                format!(
                    "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
                    high >> 32,
                    (high >> 16) & 0xFFFF,
                    high & 0xFFFF,
                    low >> 48,
                    low & 0xFFFF_FFFF_FFFF
                )
            };
            let guid = inspect::convert(context, &text(shown), "guid")?;
            context.write(guid)
        },
    )
}
