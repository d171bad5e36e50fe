//! Tests of format strings.

use super::*;

#[test]
fn composite_formats_align_and_escape() {
    let arguments = [Value::Int(5), Value::from("ab")];
    for (pattern, text) in [
        ("{0,4}|", "   5|"),
        ("{1,-4}|", "ab  |"),
        ("{{{0}}}", "{5}"),
        ("{0:D3}{1}", "005ab"),
    ] {
        assert_eq!(format(pattern, &arguments).unwrap(), text);
    }
    for pattern in ["{0", "{2}", "}", "{a}"] {
        assert!(format(pattern, &arguments).is_err(), "{pattern}");
    }
}

#[test]
fn numbers_follow_standard_and_custom_formats() {
    for (value, pattern, text) in [
        (Value::Double(1_234_567.891), "N2", "1,234,567.89"),
        (Value::Double(2.5), "N0", "3"),
        (Value::Int(255), "X4", "00FF"),
        (Value::Int(-5), "X", "FFFFFFFB"),
        (Value::Double(0.12345), "P1", "12.3%"),
        (Value::Int(-5), "000.0", "-005.0"),
        (Value::Double(1_234_567.891), "#,##0.##", "1,234,567.89"),
        (Value::Int(0), "0.0;(0.0);zero", "zero"),
        (Value::Int(-5), "0.0;(0.0);zero", "(5.0)"),
        (Value::Int(5), "00.0E+00", "50.0E-01"),
        (Value::Int(1234), "0,.0", "1.2"),
        (Value::Double(0.5), "0%", "50%"),
        (Value::Int(5), "'n'0", "n5"),
    ] {
        assert_eq!(format_value(&value, pattern).unwrap(), text, "{pattern}");
    }
}
