//! The badge's own picture: read within bounds, made smaller without flicker, put on the canvas.

use std::io::Cursor;

use resvg::tiny_skia::{FilterQuality, Pixmap, PixmapPaint, PremultipliedColorU8, Transform};

use crate::RenderError;
use crate::svg::Area;

/// The longest side of an artwork, in pixels.
pub const MAX_SIDE: u32 = 2048;
/// The longest file of an artwork.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

pub(crate) fn decode(file: &[u8]) -> Result<Pixmap, RenderError> {
    if file.len() > MAX_BYTES {
        return Err(RenderError::ArtworkTooLarge);
    }
    let limits = png::Limits { bytes: 4 * MAX_BYTES };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(file), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let header = decoder.read_header_info()?;
    let (width, height) = (header.width, header.height);
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(RenderError::ArtworkTooLarge);
    }
    let mut reader = decoder.read_info()?;
    let mut bytes = vec![0; reader.output_buffer_size().ok_or(RenderError::ArtworkTooLarge)?];
    let frame = reader.next_frame(&mut bytes)?;
    if (frame.width, frame.height) != (width, height) {
        // An animation whose first frame covers only a part.
        return Err(RenderError::ArtworkPixels);
    }
    let mut pixmap = Pixmap::new(width, height).ok_or(RenderError::ArtworkPixels)?;
    let pixels = pixmap.pixels_mut().iter_mut();
    match frame.color_type {
        png::ColorType::Rgba => {
            for (pixel, sample) in pixels.zip(bytes.as_chunks::<4>().0) {
                let [red, green, blue, alpha] = *sample;
                *pixel = premultiplied(red, green, blue, alpha);
            }
        }
        png::ColorType::GrayscaleAlpha => {
            for (pixel, sample) in pixels.zip(bytes.as_chunks::<2>().0) {
                let [grey, alpha] = *sample;
                *pixel = premultiplied(grey, grey, grey, alpha);
            }
        }
        _ => return Err(RenderError::ArtworkPixels),
    }
    Ok(pixmap)
}

/// Draws the whole artwork in the middle of `area`, as large as it fits.
pub(crate) fn place(artwork: &Pixmap, canvas: &mut Pixmap, area: Area) {
    let mut halved;
    let mut artwork = artwork;
    // The filter looks at 4×4 pixels only: what is to become much smaller is averaged first.
    while side(artwork) >= 2.0 * area.width.min(area.height) {
        let Some(smaller) = half(artwork) else { break };
        halved = smaller;
        artwork = &halved;
    }
    let (width, height) = (length(artwork.width()), length(artwork.height()));
    let scale = (area.width / width).min(area.height / height);
    let left = area.left + (area.width - width * scale) / 2.0;
    let top = area.top + (area.height - height * scale) / 2.0;
    let paint = PixmapPaint { quality: FilterQuality::Bicubic, ..PixmapPaint::default() };
    canvas.draw_pixmap(
        0,
        0,
        artwork.as_ref(),
        &paint,
        Transform::from_row(scale, 0.0, 0.0, scale, left, top),
        None,
    );
}

/// The mean of every two by two pixels.
fn half(artwork: &Pixmap) -> Option<Pixmap> {
    let mut smaller = Pixmap::new(artwork.width().div_ceil(2), artwork.height().div_ceil(2))?;
    let width = smaller.width();
    for (place, target) in (0_u32..).zip(smaller.pixels_mut()) {
        let (x, y) = (place % width * 2, place / width * 2);
        let (mut sum, mut count) = ([0_u32; 4], 0);
        for (x, y) in [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)] {
            if let Some(pixel) = artwork.pixel(x, y) {
                let samples = [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()];
                for (sum, sample) in sum.iter_mut().zip(samples) {
                    *sum += u32::from(sample);
                }
                count += 1;
            }
        }
        let [red, green, blue, alpha] = sum.map(|sum| mean(sum, count));
        if let Some(pixel) = PremultipliedColorU8::from_rgba(red, green, blue, alpha) {
            *target = pixel;
        }
    }
    Some(smaller)
}

fn mean(sum: u32, count: u32) -> u8 {
    u8::try_from((sum + count / 2) / count.max(1)).unwrap_or(u8::MAX)
}

fn premultiplied(red: u8, green: u8, blue: u8, alpha: u8) -> PremultipliedColorU8 {
    resvg::tiny_skia::ColorU8::from_rgba(red, green, blue, alpha).premultiply()
}

fn side(artwork: &Pixmap) -> f32 {
    length(artwork.width().max(artwork.height()))
}

/// Sides are at most 2048, which a float holds exactly.
fn length(pixels: u32) -> f32 {
    f32::from(u16::try_from(pixels).unwrap_or(u16::MAX))
}
