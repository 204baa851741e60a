//! JSON Canonicalization Scheme (RFC 8785): of JSON literals in linked data, and of whole documents that are signed so.

use serde_json::{Number, Value};

use crate::number;

/// The canonical text of a value.
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => write_number(number, text),
        Value::String(string) => write_string(string, text),
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            // Names are sorted as UTF-16, which differs from UTF-8 beyond the basic plane (section 3.2.3).
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            text.push('{');
            for (place, (name, member)) in members.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_string(name, text);
                text.push(':');
                write(member, text);
            }
            text.push('}');
        }
    }
}

/// As ECMAScript prints the number that is nearest (section 3.2.2.3).
fn write_number(number: &Number, text: &mut String) {
    if let Some(value) = number.as_f64() {
        text.push_str(&number::ecma(value));
    }
}

/// Section 3.2.2.2.
fn write_string(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            control if control < ' ' => {
                text.push_str("\\u00");
                let byte = u32::from(control);
                text.extend(
                    [byte >> 4, byte & 0xf].into_iter().filter_map(|digit| char::from_digit(digit, 16)),
                );
            }
            other => text.push(other),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8785, section 3.2.2 and appendix B.
    #[test]
    fn the_examples_of_the_rfc_come_out_as_it_says() {
        for (input, expected) in [
            (
                r#"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#,
                "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
                 \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}",
            ),
            (
                r#"{"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7}"#,
                "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}",
            ),
            (
                "[-0.0, 5e-324, 1.7976931348623157e308, 9007199254740993, 295147905179352830000]",
                "[0,5e-324,1.7976931348623157e+308,9007199254740992,295147905179352830000]",
            ),
            (
                "[1e23, 9.999999999999997e22, 1e21, 999999999999999900000, 0.000001, 9.5e-7, 1424953923781206.2]",
                "[1e+23,9.999999999999997e+22,1e+21,999999999999999900000,0.000001,9.5e-7,1424953923781206.2]",
            ),
        ] {
            assert_eq!(canonical(&serde_json::from_str(input).unwrap()), expected, "{input}");
        }
    }
}
