//! JSON that others wrote, read so that there is one way to take it.

use std::{fmt, slice};

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use crate::web::MAX_BYTES;

/// How deep arrays and objects may be nested.
pub(crate) const DEPTH: usize = 64;

/// A text is no JSON that is read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonError {
    /// Longer than [`MAX_BYTES`].
    TooLong,
    /// Not JSON, nested too deep, or with a member twice: which one would be meant?
    Malformed,
}

/// Reads one value. A byte order mark in front is allowed.
pub(crate) fn read(text: &[u8]) -> Result<Value, JsonError> {
    if text.len() > MAX_BYTES {
        return Err(JsonError::TooLong);
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Strict { depth: DEPTH }.deserialize(&mut reader).map_err(|_| JsonError::Malformed)?;
    reader.end().map_err(|_| JsonError::Malformed)?;
    Ok(value)
}

struct Strict {
    depth: usize,
}

impl Strict {
    fn inner<E: de::Error>(&self) -> Result<Self, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| E::custom("nested too deep"))?;
        Ok(Self { depth })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON without doubled members")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self.inner()?)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self.inner()?)?;
            if object.insert(name, value).is_some() {
                return Err(de::Error::custom("a member stands twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

/// A member that is there: `null` says nothing.
pub(crate) fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.get(name).filter(|member| !member.is_null())
}

/// A member that is a text.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    member(value, name).and_then(Value::as_str)
}

/// The items of an array, one value as if it stood in one, or nothing.
pub(crate) fn items(value: Option<&Value>) -> &[Value] {
    match value {
        None | Some(Value::Null) => &[],
        Some(Value::Array(items)) => items,
        Some(one) => slice::from_ref(one),
    }
}

/// The one value of a member, alone or in an array.
pub(crate) fn one<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match items(value.get(name)) {
        [one] => Some(one),
        _ => None,
    }
}

/// Whether `type` (or another member) is or holds this name.
pub(crate) fn names(value: &Value, member: &str, name: &str) -> bool {
    items(value.get(member)).iter().any(|item| item.as_str() == Some(name))
}

/// What a member points to: an identifier, or the `id` of an object.
pub(crate) fn reference<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    identifier(member(value, name)?)
}

/// A text, or the `id` of an object.
pub(crate) fn identifier(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| text(value, "id"))
}
