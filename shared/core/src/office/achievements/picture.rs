//! What is worth a second look about a picture that can be used.

use openbadges::bake::{Artwork, Measures};

/// What is worth a second look about a picture. Nothing of it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureAdvice {
    /// Its sides are not equal: other sites cut or squeeze it.
    NotSquare {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// Less than [`LEAST_SIDE`] pixels: it looks coarse when it is printed.
    Small {
        /// The shorter side, in pixels.
        side: u32,
    },
    /// More than [`MOST_SIDE`] pixels: pages load slower, and nothing looks better.
    Large {
        /// The longer side, in pixels.
        side: u32,
    },
    /// Nothing shows through: it stands on dark ground in a box.
    Opaque,
}

/// A side that is enough for every use on a page.
pub const LEAST_SIDE: u32 = 400;

/// A side beyond which nothing looks better.
pub const MOST_SIDE: u32 = 1200;

/// What is worth a second look about a picture.
pub fn advice(png: &[u8]) -> Vec<PictureAdvice> {
    let measures = Artwork::from_checked(png.to_vec()).ok().and_then(|artwork| artwork.measures());
    let Some(Measures { width, height, transparent }) = measures else { return Vec::new() };
    let (shorter, longer) = (width.min(height), width.max(height));
    let all = [
        (width != height, PictureAdvice::NotSquare { width, height }),
        (shorter < LEAST_SIDE, PictureAdvice::Small { side: shorter }),
        (longer > MOST_SIDE, PictureAdvice::Large { side: longer }),
        (!transparent, PictureAdvice::Opaque),
    ];
    all.into_iter().filter_map(|(applies, advice)| applies.then_some(advice)).collect()
}
