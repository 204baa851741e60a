//! QR codes (ISO/IEC 18004).

use qrcode::{Color, EcLevel, QrCode};

use crate::portable;

/// The margin that scanners need, in modules.
const QUIET: usize = 4;
/// The side of a module, in pixels. A row of pixels is then whole bytes: one a module.
const SCALE: usize = 8;

/// Why there is no code.
#[derive(Debug, thiserror::Error)]
pub enum QrError {
    /// The largest code holds 2331 bytes at this level.
    #[error("the text is too long for a QR code")]
    TooLong,
    /// The picture could not be written.
    #[error("the code could not be encoded as a picture")]
    Encoding(#[from] png::EncodingError),
}

/// The code of a text, black on white, as a PNG of one bit a pixel: error correction M, a quiet zone of 4 modules,
/// 8 pixels a module.
///
/// # Errors
/// The text is too long.
pub fn qr_code(text: &str) -> Result<Vec<u8>, QrError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| QrError::TooLong)?;
    let modules = code.to_colors();
    let side = code.width() + 2 * QUIET;
    let blank = vec![0xff; side * SCALE];
    let mut rows = Vec::with_capacity(side * side * SCALE);
    for _ in 0..QUIET {
        rows.extend_from_slice(&blank);
    }
    for line in modules.chunks(code.width()) {
        let mut row = vec![0xff; QUIET];
        row.extend(line.iter().map(|module| if *module == Color::Dark { 0x00 } else { 0xff }));
        row.extend_from_slice(&[0xff; QUIET]);
        for _ in 0..SCALE {
            rows.extend_from_slice(&row);
        }
    }
    for _ in 0..QUIET {
        rows.extend_from_slice(&blank);
    }
    // At most 185 modules: 1480 pixels.
    let pixels = u32::try_from(side * SCALE).map_err(|_| QrError::TooLong)?;
    Ok(portable::bilevel(pixels, pixels, &rows)?)
}
