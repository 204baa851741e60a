//! The hash of a canonical form.

use aws_lc_rs::digest::{Context, SHA256, SHA384};

/// With which hash blank nodes are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hash {
    /// SHA-256, the default of RDFC-1.0.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
}

impl Hash {
    /// The hash of parts as if they were one text, in hexadecimal.
    pub(crate) fn of<'a>(self, parts: impl IntoIterator<Item = &'a str>) -> String {
        let mut context = Context::new(match self {
            Self::Sha256 => &SHA256,
            Self::Sha384 => &SHA384,
        });
        for part in parts {
            context.update(part.as_bytes());
        }
        hex::encode(context.finish())
    }
}
