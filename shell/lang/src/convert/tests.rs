//! Tests of conversion.

use super::*;
use crate::error::Interrupt;
use crate::members::NoWorld;
use crate::types::resolve;

fn cast(value: Value, name: &str) -> String {
    let target = resolve(name).unwrap();
    match to(&value, &target, &mut NoWorld) {
        Ok(value) => value.to_text(),
        Err(Interrupt::Error(error)) => format!("!{}", error.id),
        Err(_) => "!".to_owned(),
    }
}

#[test]
fn casts_round_half_to_even_and_know_their_errors() {
    for (value, name, text) in [
        (Value::Double(2.5), "int", "2"),
        (Value::Double(3.5), "int", "4"),
        (Value::from("0x10"), "int", "16"),
        (Value::from("1kb"), "long", "1024"),
        (Value::from("abc"), "int", "!InvalidCastFromStringToInteger"),
        (Value::Int(300), "byte", "!InvalidCastIConvertible"),
        (Value::from("1.10"), "decimal", "1.1"),
        (Value::from("mon"), "System.DayOfWeek", "Monday"),
        (Value::from("1:02:03"), "timespan", "01:02:03"),
        (Value::from("3/5/2024"), "datetime", "03/05/2024 00:00:00"),
        (
            Value::array([Value::Int(5)]),
            "int",
            "!ConvertToFinalInvalidCastException",
        ),
        (Value::from("abc"), "char[]", "a b c"),
    ] {
        assert_eq!(cast(value, name), text, "{name}");
    }
}
