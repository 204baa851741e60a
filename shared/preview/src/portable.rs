//! Writing PNG files: three bytes a pixel for pictures, one bit for codes.

use resvg::tiny_skia::Pixmap;

/// A canvas without transparent pixels.
pub(crate) fn opaque(canvas: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let samples: Vec<u8> =
        canvas.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    encode(canvas.width(), canvas.height(), png::ColorType::Rgb, png::BitDepth::Eight, &samples)
}

/// Rows of whole bytes, a bit a pixel, 1 for white.
pub(crate) fn bilevel(width: u32, height: u32, rows: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    encode(width, height, png::ColorType::Grayscale, png::BitDepth::One, rows)
}

fn encode(
    width: u32,
    height: u32,
    color: png::ColorType,
    depth: png::BitDepth,
    samples: &[u8],
) -> Result<Vec<u8>, png::EncodingError> {
    // A picture takes twice as long to pack well as to draw, for a third off its size; a code takes no time.
    let compression = match depth {
        png::BitDepth::One => png::Compression::High,
        _ => png::Compression::Fast,
    };
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.set_compression(compression);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(samples)?;
    writer.finish()?;
    Ok(file)
}
