//! Members whose value the type already decides: written as they must be, refused if they are otherwise.

/// Defines a unit type that stands for one fixed JSON value.
macro_rules! markers {
    ($($(#[$doc:meta])* $name:ident = $value:tt;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct $name;

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(&$value, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::marker::expect(deserializer, &$value)?;
                Ok(Self)
            }
        }
    )*};
}
pub(crate) use markers;

use serde::{Deserialize, Deserializer, de};

/// A value that a marker can stand for.
pub(crate) trait Fixed {
    /// Fails unless exactly this value comes.
    fn expect<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<(), D::Error>;
}

pub(crate) fn expect<'de, D: Deserializer<'de>>(deserializer: D, value: &impl Fixed) -> Result<(), D::Error> {
    value.expect(deserializer)
}

impl Fixed for &str {
    fn expect<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<(), D::Error> {
        let found = String::deserialize(deserializer)?;
        if found == *self { Ok(()) } else { Err(de::Error::custom(format_args!("expected {self:?}"))) }
    }
}

impl Fixed for bool {
    fn expect<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<(), D::Error> {
        let found = bool::deserialize(deserializer)?;
        if found == *self { Ok(()) } else { Err(de::Error::custom(format_args!("expected {self}"))) }
    }
}

impl<const N: usize> Fixed for [&str; N] {
    fn expect<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<(), D::Error> {
        let found = Vec::<String>::deserialize(deserializer)?;
        if found == *self { Ok(()) } else { Err(de::Error::custom(format_args!("expected {self:?}"))) }
    }
}
