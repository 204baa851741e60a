//! The two fonts of the crate. A character is drawn with the first that has it.

use std::sync::{Arc, LazyLock};

use resvg::usvg::{FontFamily, FontResolver, fontdb};
use skrifa::charmap::{Charmap, MapVariant};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, GlyphId, MetadataProvider};

/// Japanese: the kanji of Adobe-Japan1 and JIS X 0213, kana, and the commoner Latin.
static GOTHIC: &[u8] = include_bytes!("../font/ShomeiPreviewGothic.otf");
/// The letters of Europe's other languages.
static LATIN: &[u8] = include_bytes!("../font/ShomeiPreviewLatin.ttf");

/// What measuring needs of one font.
struct Face {
    characters: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    em: f32,
}

static FACES: LazyLock<Vec<Face>> = LazyLock::new(|| {
    [GOTHIC, LATIN]
        .into_iter()
        .filter_map(|bytes| FontRef::new(bytes).ok())
        .map(|font| Face {
            characters: font.charmap(),
            metrics: font.glyph_metrics(Size::unscaled(), LocationRef::default()),
            em: font.metrics(Size::unscaled(), LocationRef::default()).units_per_em.into(),
        })
        .collect()
});

/// Whether a font has this character.
pub(crate) fn has(character: char) -> bool {
    FACES.iter().any(|face| glyph(face, character).is_some())
}

/// Whether the Japanese font has this registered variant of a kanji.
pub(crate) fn has_variant(character: char, selector: char) -> bool {
    FACES.first().is_some_and(|face| {
        matches!(
            face.characters.map_variant(character, selector),
            Some(MapVariant::Variant(_) | MapVariant::UseDefault)
        )
    })
}

/// How far this character moves the pen, in ems; nothing for what has no width of its own.
pub(crate) fn advance(character: char) -> f32 {
    FACES
        .iter()
        .find_map(|face| Some(face.metrics.advance_width(glyph(face, character)?)? / face.em))
        .unwrap_or_default()
}

fn glyph(face: &Face, character: char) -> Option<GlyphId> {
    face.characters.map(character).filter(|&glyph| glyph != GlyphId::NOTDEF)
}

/// Both fonts, read where they lie in the program.
pub(crate) fn database() -> Arc<fontdb::Database> {
    let mut database = fontdb::Database::new();
    for bytes in [GOTHIC, LATIN] {
        database.load_font_source(fontdb::Source::Binary(Arc::new(bytes)));
    }
    Arc::new(database)
}

/// The family by which a drawing asks for the second font. Anything else is drawn with the first.
pub(crate) const SECOND: &str = "Second";

/// Whether this character is drawn with the second font.
pub(crate) fn needs_second(character: char) -> bool {
    FACES.first().is_some_and(|face| glyph(face, character).is_none()) && has(character)
}

/// Exactly the font that was asked for. A renderer's own search for missing letters takes them apart into marks.
pub(crate) fn resolver() -> FontResolver<'static> {
    FontResolver {
        select_font: Box::new(|font, database| {
            let second = font.families().contains(&FontFamily::Named(SECOND.to_owned()));
            database.faces().nth(usize::from(second)).map(|face| face.id)
        }),
        select_fallback: Box::new(|_, _, _| None),
    }
}
