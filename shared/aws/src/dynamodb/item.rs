//! The shape of an item: key, version and expiry beside the record's own attributes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use shomei_core::ports::{Cause, Guard, Item, Key, ReadError, Wanted};

/// The partition key.
pub const PARTITION_KEY: &str = "pk";
/// The sort key.
pub const SORT_KEY: &str = "sk";
/// The number that guards name.
pub const VERSION: &str = "version";
/// The TTL attribute.
pub const EXPIRES: &str = "expires";

/// A record's own attributes live under names of their own, so that a field may be called `expires` as well.
const BODY: &str = "body";

pub(super) type Attributes = HashMap<String, AttributeValue>;

/// What a batch is asked for, and the names in that. None: for whole items.
pub(super) fn projection(wanted: Wanted) -> (Option<String>, Option<HashMap<String, String>>) {
    let Wanted::Only(attributes) = wanted else { return (None, None) };
    let around = [PARTITION_KEY, SORT_KEY, VERSION, EXPIRES];
    let mut names: HashMap<String, String> =
        around.iter().map(|name| (format!("#{name}"), (*name).to_owned())).collect();
    let mut paths = vec![format!("#{PARTITION_KEY}, #{SORT_KEY}, #{VERSION}, #{EXPIRES}")];
    for (place, attribute) in attributes.iter().enumerate() {
        // A name that no path has is refused.
        names.insert(format!("#{BODY}"), BODY.to_owned());
        names.insert(format!("#a{place}"), (*attribute).to_owned());
        paths.push(format!("#{BODY}.#a{place}"));
    }
    (Some(paths.join(", ")), Some(names))
}

pub(super) fn key_attributes(key: &Key) -> Attributes {
    HashMap::from([
        (PARTITION_KEY.to_owned(), AttributeValue::S(key.partition.clone())),
        (SORT_KEY.to_owned(), AttributeValue::S(key.sort.clone())),
    ])
}

pub(super) fn item_attributes(
    key: &Key,
    expires: Option<Timestamp>,
    attributes: &serde_dynamo::Item,
    guard: Guard,
) -> Attributes {
    let version = match guard {
        Guard::Absent => 1,
        Guard::Version(version) => version + 1,
    };
    let mut whole = key_attributes(key);
    whole.insert(VERSION.to_owned(), AttributeValue::N(version.to_string()));
    if let Some(expires) = expires {
        whole.insert(EXPIRES.to_owned(), AttributeValue::N(expires.as_second().to_string()));
    }
    whole.insert(BODY.to_owned(), AttributeValue::M(attributes.clone().into()));
    whole
}

pub(super) fn item(mut attributes: Attributes) -> Result<Item, ReadError> {
    let corrupt = |what: &str| ReadError::Corrupt(Cause::new(format!("an item without {what}")));
    let key = Key::new(take_text(&mut attributes, PARTITION_KEY)?, take_text(&mut attributes, SORT_KEY)?);
    let version = match attributes.remove(VERSION) {
        Some(AttributeValue::N(number)) => number.parse().map_err(|_| corrupt(VERSION))?,
        _ => return Err(corrupt(VERSION)),
    };
    let expires = match attributes.remove(EXPIRES) {
        Some(AttributeValue::N(number)) => {
            let seconds = number.parse().map_err(|_| corrupt("a readable expiry"))?;
            Some(Timestamp::from_second(seconds).map_err(|_| corrupt("a readable expiry"))?)
        }
        Some(_) => return Err(corrupt("a readable expiry")),
        None => None,
    };
    match attributes.remove(BODY) {
        Some(AttributeValue::M(body)) => Ok(Item { key, version, expires, attributes: body.into() }),
        _ => Err(corrupt(BODY)),
    }
}

/// An item of which not all was asked for: the service leaves the record's own attributes out if none of them was.
pub(super) fn part(mut attributes: Attributes) -> Result<Item, ReadError> {
    attributes.entry(BODY.to_owned()).or_insert_with(|| AttributeValue::M(HashMap::new()));
    item(attributes)
}

pub(super) fn take_text(attributes: &mut Attributes, name: &str) -> Result<String, ReadError> {
    match attributes.remove(name) {
        Some(AttributeValue::S(text)) => Ok(text),
        _ => Err(ReadError::Corrupt(Cause::new(format!("an item without {name}")))),
    }
}
