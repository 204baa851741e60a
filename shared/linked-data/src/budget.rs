//! What one document may cost before it is too complex.

use serde_json::Value;

use crate::LinkedDataError;

/// Term definitions copied or made for contexts that the document itself brings.
const DEFINITIONS: usize = 400_000;

/// Bytes of IRIs put together from a prefix or a vocabulary, and of the statements: a short document can
/// repeat a long name very often.
pub(crate) const BYTES: usize = 16 << 20;

#[derive(Debug)]
pub(crate) struct Budget {
    definitions: usize,
    bytes: usize,
}

impl Budget {
    pub(crate) fn new() -> Self {
        Self { definitions: DEFINITIONS, bytes: BYTES }
    }

    pub(crate) fn spend_definitions(&mut self, count: usize) -> Result<(), LinkedDataError> {
        spend(&mut self.definitions, count)
    }

    pub(crate) fn spend_bytes(&mut self, count: usize) -> Result<(), LinkedDataError> {
        spend(&mut self.bytes, count)
    }
}

pub(crate) fn spend(left: &mut usize, count: usize) -> Result<(), LinkedDataError> {
    *left = left.checked_sub(count).ok_or(LinkedDataError::TooComplex)?;
    Ok(())
}

/// Everything that walks a document recurses no deeper than this admits.
pub(crate) fn check_depth(value: &Value, left: usize) -> Result<(), LinkedDataError> {
    let left = left.checked_sub(1).ok_or(LinkedDataError::TooComplex);
    match value {
        Value::Array(items) => {
            let left = left?;
            items.iter().try_for_each(|item| check_depth(item, left))
        }
        Value::Object(members) => {
            let left = left?;
            members.values().try_for_each(|member| check_depth(member, left))
        }
        _ => Ok(()),
    }
}
