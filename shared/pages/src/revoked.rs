//! That the issuer revoked a badge, in the same words wherever it is said.

use shomei_core::{badge::Revoked, calendar::japan_date};

use crate::{Bilingual, Language};

/// One sentence: when the issuer revoked it, and why in general words.
pub fn revocation(revoked: &Revoked) -> Bilingual {
    let (day, why) = (japan_date(revoked.at), revoked.ground.words());
    Bilingual {
        ja: format!("{}に、発行者が取り消しました。理由：{}。", Language::Japanese.date(day), why.ja),
        en: format!("The issuer revoked it on {}: {}.", Language::English.date(day), why.en),
    }
}
