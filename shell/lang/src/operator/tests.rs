//! Tests of operators.

use super::*;
use crate::members::NoWorld;

fn show(value: Result<Value>) -> String {
    match value {
        Ok(value) => value.to_text(),
        Err(Interrupt::Error(error)) => format!("!{}", error.id),
        Err(_) => "!".to_owned(),
    }
}

#[test]
fn numbers_promote_and_overflow_to_double() {
    let world = &mut NoWorld;
    assert_eq!(
        show(add(&Value::Int(i32::MAX), &Value::Int(1), world)),
        "2147483648"
    );
    assert_eq!(show(divide(&Value::Int(7), &Value::Int(2), world)), "3.5");
    assert_eq!(
        show(divide(&Value::Int(1), &Value::Int(0), world)),
        "!RuntimeException"
    );
    assert_eq!(show(add(&Value::Int(1), &"0x10".into(), world)), "17");
    assert_eq!(
        show(add(&Value::Int(1), &"x".into(), world)),
        "!InvalidCastFromStringToInteger"
    );
    assert_eq!(show(multiply(&"ab".into(), &Value::Int(2), world)), "abab");
}

#[test]
fn collections_on_the_left_filter() {
    let world = &mut NoWorld;
    let list = Value::array([1.into(), 2.into(), 1.into()]);
    assert_eq!(
        show(compare(Comparison::Equal, &list, &Value::Int(1), false, world)),
        "1 1"
    );
    assert_eq!(
        show(like(
            &Value::array(["ab".into(), "c".into()]),
            &"a*".into(),
            false,
            false,
            world
        )),
        "ab"
    );
    assert!(contains(&list, &"2".into(), false, world).unwrap());
}

#[test]
fn split_takes_limits_from_either_end() {
    let world = &mut NoWorld;
    let with = |limit: i32| Value::array([",".into(), limit.into()]);
    let separator = Value::from("|");
    let mut parts = |limit| {
        show(join(
            &split(&"a,b,c".into(), &with(limit), false, world).unwrap(),
            &separator,
            world,
        ))
    };
    assert_eq!(parts(2), "a|b,c");
    assert_eq!(parts(-2), "a,b|c");
    assert_eq!(parts(0), "a|b|c");
}
