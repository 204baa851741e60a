//! Numbers as JSON-LD and JCS write them: both are defined by ECMAScript.

use serde_json::{Number, Value};

use crate::LinkedDataError;

/// From here on not every integer has a number of its own, so two documents could become one statement.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// From here on ECMAScript writes an exponent, and JSON-LD a double.
const EXPONENT: f64 = 1e21;

/// A number's lexical form, and whether it is a double.
pub(crate) fn lexical(number: &Number, as_double: bool) -> Result<(String, bool), LinkedDataError> {
    let value = finite(number)?;
    let whole = value.fract() == 0.0;
    if whole && value.abs() < EXPONENT {
        if value.abs() >= EXACT {
            return Err(unequal(number));
        }
        if !as_double {
            // Minus zero is zero.
            return Ok((format!("{:.0}", value + 0.0), false));
        }
    } else if !whole && !ecma(value).contains('.') {
        // 1e-7 is a double by the specification and an integer for a processor that looks for the point.
        return Err(unequal(number));
    }
    Ok((double(value), true))
}

/// The canonical form of an `xsd:double`: 16 digits, of which the zeros at the end go.
pub(crate) fn double(value: f64) -> String {
    let exact = format!("{:.40e}", value.abs());
    let (digits, exponent) = exact.split_once('e').unwrap_or((&exact, "0"));
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let (kept, rest) = digits.split_at(16);
    let mut kept: u64 = kept.parse().unwrap_or(0);
    let mut exponent: i32 = exponent.parse().unwrap_or(0);
    // Half goes up in ECMAScript, and to even in Rust.
    if rest.starts_with(['5', '6', '7', '8', '9']) {
        kept += 1;
    }
    if kept == 10_000_000_000_000_000 {
        kept /= 10;
        exponent += 1;
    }
    let kept = format!("{kept:016}");
    let (first, rest) = kept.split_at(1);
    let rest = rest.trim_end_matches('0');
    let sign = if value < 0.0 { "-" } else { "" };
    format!("{sign}{first}.{}E{exponent}", if rest.is_empty() { "0" } else { rest })
}

/// Fails if a JSON literal holds a number that programs read differently.
pub(crate) fn all_equal(literal: &Value) -> Result<(), LinkedDataError> {
    match literal {
        Value::Number(number) => {
            let value = finite(number)?;
            let unequal_ones = value.fract() == 0.0 && value.abs() >= EXACT && value.abs() < EXPONENT;
            if unequal_ones { Err(unequal(number)) } else { Ok(()) }
        }
        Value::Array(items) => items.iter().try_for_each(all_equal),
        Value::Object(members) => members.values().try_for_each(all_equal),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

/// `Number::toString` of ECMAScript (RFC 8785, section 3.2.2.3).
pub(crate) fn ecma(value: f64) -> String {
    ryu_js::Buffer::new().format(value).to_owned()
}

fn finite(number: &Number) -> Result<f64, LinkedDataError> {
    number.as_f64().filter(|value| value.is_finite()).ok_or_else(|| unequal(number))
}

fn unequal(number: &Number) -> LinkedDataError {
    LinkedDataError::Unsupported(format!("the number {number}, which programs read differently,"))
}

#[cfg(test)]
mod tests {
    use super::{double, ecma};

    #[test]
    fn doubles_as_ecmascript_rounds_them() {
        for (value, text) in [
            (3.5, "3.5E0"),
            (100.0, "1.0E2"),
            (-0.1, "-1.0E-1"),
            (0.0, "0.0E0"),
            (1e21, "1.0E21"),
            (5e-324, "4.940656458412465E-324"),
            (f64::MAX, "1.797693134862316E308"),
            (1_234_567_890_123_456.5, "1.234567890123457E15"),
            (9_999_999_999_999_999.0, "1.0E16"),
        ] {
            assert_eq!(double(value), text);
        }
    }

    #[test]
    fn numbers_as_rfc_8785_lists_them() {
        for (bits, text) in [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        ] {
            assert_eq!(ecma(f64::from_bits(bits)), text);
        }
    }
}
