//! One field of an event, read so that no error repeats what stands in it.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::EventError;

/// The longest text. Stripe's identifiers have 255 characters at most ("API upgrades", section "Backward-compatible
/// changes"), and a `client_reference_id` has 200 ("Track a payment link").
const TEXT_CHARACTERS: usize = 255;

/// One field, whatever stands there. Texts that are too long, and arrays and objects, are passed over and not kept.
#[derive(Default)]
pub(super) enum Field {
    #[default]
    Missing,
    Text(String),
    Whole(u64),
    Other,
}

impl Field {
    /// One to 255 visible ASCII characters or spaces.
    pub(super) fn text(&self, name: &'static str) -> Result<String, EventError> {
        match self {
            Self::Text(text) if !text.is_empty() => Ok(text.clone()),
            _ => Err(EventError::Field(name)),
        }
    }

    /// None if it is missing, `null` or empty.
    pub(super) fn optional_text(&self, name: &'static str) -> Result<Option<String>, EventError> {
        match self {
            Self::Missing => Ok(None),
            Self::Text(text) if text.is_empty() => Ok(None),
            _ => self.text(name).map(Some),
        }
    }

    /// An identifier: letters, digits, `_` and `-`, and a letter at first. Its prefix may change at any time ("API
    /// upgrades", section "Backward-compatible changes"), so none is asked for.
    pub(super) fn id(&self, name: &'static str) -> Result<String, EventError> {
        let id = self.text(name)?;
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if id.starts_with(|first: char| first.is_ascii_alphabetic()) && id.bytes().all(inner) {
            Ok(id)
        } else {
            Err(EventError::Field(name))
        }
    }

    pub(super) fn optional_id(&self, name: &'static str) -> Result<Option<String>, EventError> {
        match self {
            Self::Missing => Ok(None),
            _ => self.id(name).map(Some),
        }
    }

    pub(super) fn whole(&self, name: &'static str) -> Result<u64, EventError> {
        match self {
            Self::Whole(number) => Ok(*number),
            _ => Err(EventError::Field(name)),
        }
    }

    pub(super) fn currency(&self) -> Result<String, EventError> {
        let currency = self.text("data.object.currency")?;
        if currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_lowercase()) {
            Ok(currency)
        } else {
            Err(EventError::Field("data.object.currency"))
        }
    }

    pub(super) fn is(&self, expected: &str, name: &'static str) -> Result<(), EventError> {
        match self {
            Self::Text(text) if text == expected => Ok(()),
            _ => Err(EventError::Field(name)),
        }
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor)
    }
}

struct FieldVisitor;

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = Field;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a field")
    }

    fn visit_str<E>(self, text: &str) -> Result<Field, E> {
        let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        Ok(if printable && text.len() <= TEXT_CHARACTERS {
            Field::Text(text.to_owned())
        } else {
            Field::Other
        })
    }

    fn visit_u64<E>(self, number: u64) -> Result<Field, E> {
        Ok(Field::Whole(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Field, E> {
        Ok(Field::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Field, E> {
        Ok(Field::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Field, E> {
        Ok(Field::Other)
    }

    fn visit_unit<E>(self) -> Result<Field, E> {
        Ok(Field::Missing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Field, A::Error> {
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Field::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Field, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Field::Other)
    }
}
