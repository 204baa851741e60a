//! Pictures of a public badge: the preview that a link shows elsewhere (Open Graph, 1200×630), and QR codes.
//!
//! Everything that is drawn is in the crate or in the arguments: no file, no network, no font of the machine, no clock.
//! The same input gives the same bytes.

mod artwork;
mod drawing;
mod font;
mod glyphs;
mod lines;
mod portable;
mod qr;
mod svg;

use std::sync::LazyLock;

use aws_lc_rs::digest;
use resvg::{tiny_skia, usvg};

pub use artwork::{MAX_BYTES, MAX_SIDE};
pub use drawing::{HEIGHT, WIDTH};
pub use glyphs::{MAX_CHARACTERS, legible};
pub use qr::{QrError, qr_code};

/// Changes whenever the drawing or a font changes, so that a picture under an old address is never taken for a new one.
pub const DESIGN: &str = "2026-11-24";

/// What the preview of a badge shows. Any text may be empty; nothing is drawn for it then.
#[derive(Debug, Clone, Copy)]
pub struct Preview<'a> {
    /// The achievement's Japanese name.
    pub achievement: &'a str,
    /// Its English name.
    pub achievement_en: &'a str,
    /// The holder's name, if the holder shows it.
    pub holder_name: Option<&'a str>,
    /// The issuer's Japanese name.
    pub issuer: &'a str,
    /// Its English name.
    pub issuer_en: &'a str,
    /// Further facts, one a line, such as `合格日 2026年10月5日`.
    pub lines: &'a [String],
    /// The badge's artwork, a PNG.
    pub artwork: &'a [u8],
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The artwork is none.
    #[error("the artwork is not a PNG that can be read")]
    Artwork(#[from] png::DecodingError),
    /// It would take too much memory.
    #[error("the artwork is larger than {MAX_SIDE} by {MAX_SIDE} pixels or {MAX_BYTES} bytes")]
    ArtworkTooLarge,
    /// It has no pixel that could be drawn.
    #[error("the artwork's pixels could not be read")]
    ArtworkPixels,
    /// The renderer refused the drawing.
    #[error("the drawing was refused")]
    Drawing(#[from] usvg::Error),
    /// There was no room for the pixels.
    #[error("there is no canvas of this size")]
    Canvas,
    /// The picture could not be written.
    #[error("the picture could not be encoded")]
    Encoding(#[from] png::EncodingError),
}

impl Preview<'_> {
    /// The picture, a PNG of 1200 by 630 pixels.
    ///
    /// # Errors
    /// The artwork is no PNG or too large. No text is an error: what the fonts lack is drawn as 〓, what is too long is
    /// set smaller, in more lines, and at last with an ellipsis at its end.
    pub fn render(&self) -> Result<Vec<u8>, RenderError> {
        let artwork = artwork::decode(self.artwork)?;
        let tree = usvg::Tree::from_str(&drawing::svg(self), &OPTIONS)?;
        let mut canvas = tiny_skia::Pixmap::new(WIDTH, HEIGHT).ok_or(RenderError::Canvas)?;
        resvg::render(&tree, tiny_skia::Transform::identity(), &mut canvas.as_mut());
        artwork::place(&artwork, &mut canvas, drawing::ARTWORK);
        Ok(portable::opaque(&canvas)?)
    }

    /// 16 hexadecimal digits that differ when the picture would. They stand in its address.
    pub fn version(&self) -> String {
        let mut context = digest::Context::new(&digest::SHA256);
        // Every part is preceded by its length, so that no two inputs run together alike.
        let mut part = |bytes: &[u8]| {
            context.update(&(bytes.len() as u64).to_be_bytes());
            context.update(bytes);
        };
        part(DESIGN.as_bytes());
        part(self.achievement.as_bytes());
        part(self.achievement_en.as_bytes());
        part(&[u8::from(self.holder_name.is_some())]);
        part(self.holder_name.unwrap_or_default().as_bytes());
        part(self.issuer.as_bytes());
        part(self.issuer_en.as_bytes());
        part(self.artwork);
        for line in self.lines {
            part(line.as_bytes());
        }
        let digest = context.finish();
        hex::encode(digest.as_ref().get(..8).unwrap_or_default())
    }
}

static OPTIONS: LazyLock<usvg::Options<'static>> = LazyLock::new(|| usvg::Options {
    font_resolver: font::resolver(),
    fontdb: font::database(),
    ..usvg::Options::default()
});
