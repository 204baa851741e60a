//! The keywords of JSON-LD 1.1.

/// A keyword. Those that mean nothing as a member of a node are [`Keyword::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keyword {
    Context,
    Direction,
    Graph,
    Id,
    Included,
    Index,
    Json,
    Language,
    List,
    Nest,
    None,
    Reverse,
    Set,
    Type,
    Value,
    Vocab,
    /// Of contexts and frames.
    Other,
}

impl Keyword {
    pub(crate) fn of(text: &str) -> Option<Self> {
        if !text.starts_with('@') {
            return None;
        }
        Some(match text {
            "@context" => Self::Context,
            "@direction" => Self::Direction,
            "@graph" => Self::Graph,
            "@id" => Self::Id,
            "@included" => Self::Included,
            "@index" => Self::Index,
            "@json" => Self::Json,
            "@language" => Self::Language,
            "@list" => Self::List,
            "@nest" => Self::Nest,
            "@none" => Self::None,
            "@reverse" => Self::Reverse,
            "@set" => Self::Set,
            "@type" => Self::Type,
            "@value" => Self::Value,
            "@vocab" => Self::Vocab,
            "@base" | "@container" | "@default" | "@embed" | "@explicit" | "@import" | "@omitDefault"
            | "@prefix" | "@preserve" | "@propagate" | "@protected" | "@requireAll" | "@version" => {
                Self::Other
            }
            _ => return None,
        })
    }

    /// Its place in a set of those seen.
    pub(crate) fn bit(self) -> u32 {
        1 << (self as u32)
    }
}

/// `@` and letters: reserved for keywords to come.
pub(crate) fn looks_like_keyword(text: &str) -> bool {
    text.strip_prefix('@')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphabetic()))
}
