//! How JSON may spell a member: objects as objects, names as texts, and nothing empty or `null` that says nothing.
//!
//! Derived readers take an array for an object (its members in order) and an object for a name. A JSON-LD processor
//! reads those as something else, so they would be unsigned content that verifies.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, IntoDeserializer, MapAccess, Visitor, value::MapAccessDeserializer},
};

/// For optional members: present means a value. `null` is refused, because JSON-LD would drop it unsigned.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// A member that is an object.
pub(crate) fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Object::deserialize(deserializer).map(|Object(value)| value)
}

/// [`object`] for an optional member.
pub(crate) fn present_object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    object(deserializer).map(Some)
}

/// An array of exactly one object.
pub(crate) fn one_object<'de, D, T>(deserializer: D) -> Result<[T; 1], D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    <[Object<T>; 1]>::deserialize(deserializer).map(|[Object(value)]| [value])
}

/// An array of objects. An absent array is the only empty one: JSON-LD would drop `[]` unsigned.
pub(crate) fn objects<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let values: Vec<Object<T>> = some(deserializer)?;
    Ok(values.into_iter().map(|Object(value)| value).collect())
}

/// An array that holds something.
pub(crate) fn some<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let values = Vec::deserialize(deserializer)?;
    if values.is_empty() { Err(de::Error::custom("an empty array must be left out")) } else { Ok(values) }
}

/// One of some names, if the member is present.
pub(crate) fn present_name<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let name: Cow<'de, str> = Cow::deserialize(deserializer)?;
    T::deserialize(name.into_deserializer()).map(Some)
}

/// Reads its content from a JSON object and from nothing else.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Self)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}
