//! A term's `@container`.

use serde_json::Value;

use crate::{LinkedDataError, keyword::Keyword};

/// The set of its keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Container(u32);

impl Container {
    pub(crate) fn has(self, keyword: Keyword) -> bool {
        self.0 & keyword.bit() != 0
    }

    fn only(self, keywords: &[Keyword]) -> bool {
        self.0 & !keywords.iter().fold(0, |bits, keyword| bits | keyword.bit()) == 0
    }

    pub(super) fn read(value: &Value, reverse: bool) -> Result<Self, LinkedDataError> {
        use Keyword::{Graph, Id, Index, Language, List, Set, Type};

        let invalid = || LinkedDataError::malformed("invalid container mapping");
        let names = match value {
            // Absent, as processors read it.
            Value::Null => &[],
            Value::Array(names) => names.as_slice(),
            name => std::slice::from_ref(name),
        };
        let mut container = Self::default();
        for name in names {
            let keyword = name.as_str().and_then(Keyword::of).ok_or_else(invalid)?;
            if container.has(keyword) || !matches!(keyword, Graph | Id | Index | Language | List | Set | Type)
            {
                return Err(invalid());
            }
            container.0 |= keyword.bit();
        }
        let besides_set = names.len() - usize::from(container.has(Set));
        let valid = if container.has(List) {
            names.len() == 1
        } else if container.has(Graph) {
            container.only(&[Graph, Id, Index, Set]) && !(container.has(Id) && container.has(Index))
        } else {
            besides_set <= 1
        };
        if !valid {
            return Err(invalid());
        }
        if reverse && !container.only(&[Index, Set]) {
            return Err(LinkedDataError::malformed("invalid reverse property"));
        }
        Ok(container)
    }
}
