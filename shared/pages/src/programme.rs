//! The programme's words for what the pages show.

use shomei_core::{candidate::Kind, programme};

use crate::{Bilingual, Occasion};

impl From<programme::Bilingual> for Bilingual {
    fn from(text: programme::Bilingual) -> Self {
        Self { ja: text.ja, en: text.en }
    }
}

impl From<Kind> for Occasion {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Pass => Self::Pass,
            Kind::Renewal => Self::Renewal,
        }
    }
}
