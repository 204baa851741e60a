//! What holds for any input.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::HashSet;
use std::io::Cursor;

use proptest::prelude::*;
use shomei_preview::{MAX_BYTES, MAX_SIDE, Preview, QrError, RenderError, qr_code};

const ARTWORK: &[u8] = include_bytes!("../../../events/artwork/pm-foundation.png");

fn preview(artwork: &[u8]) -> Preview<'_> {
    Preview {
        achievement: "検定",
        achievement_en: "Examination",
        holder_name: None,
        issuer: "協会",
        issuer_en: "Association",
        lines: &[],
        artwork,
    }
}

fn picture(width: u32, height: u32, color: png::ColorType, depth: png::BitDepth) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.set_palette(vec![200, 30, 30]);
    let mut writer = encoder.write_header().unwrap();
    let bits = color.samples() * depth as usize * width as usize;
    writer.write_image_data(&vec![0; bits.div_ceil(8) * height as usize]).unwrap();
    writer.finish().unwrap();
    file
}

fn small(side: u32) -> Vec<u8> {
    picture(side, side, png::ColorType::Rgba, png::BitDepth::Eight)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_is_drawn(texts in proptest::collection::vec(".{0,80}", 5), lines in proptest::collection::vec(any::<String>(), 0..7)) {
        let drawn = Preview {
            achievement: &texts[0],
            achievement_en: &texts[1],
            holder_name: Some(&texts[2]),
            issuer: &texts[3],
            issuer_en: &texts[4],
            lines: &lines,
            artwork: &small(4),
        };
        prop_assert!(drawn.render().is_ok());
    }

    #[test]
    fn any_bytes_are_an_artwork_or_an_error(at in 0..ARTWORK.len(), byte: u8, length in 0..ARTWORK.len()) {
        let mut bytes = ARTWORK.to_vec();
        bytes[at] = byte;
        let _ = preview(&bytes).render();
        bytes.truncate(length);
        prop_assert!(preview(&bytes).render().is_err());
    }

    #[test]
    fn what_is_written_as_a_code_is_read_from_it(text in any::<String>()) {
        prop_assert_eq!(read(&qr_code(&text).unwrap()), text);
    }
}

#[test]
fn every_kind_of_png_is_an_artwork() {
    use png::{BitDepth, ColorType};
    for color in [ColorType::Grayscale, ColorType::GrayscaleAlpha, ColorType::Rgb, ColorType::Rgba] {
        for depth in [BitDepth::Eight, BitDepth::Sixteen] {
            preview(&picture(40, 30, color, depth)).render().unwrap();
        }
    }
    preview(&picture(40, 30, ColorType::Indexed, BitDepth::Two)).render().unwrap();
    preview(&picture(MAX_SIDE, MAX_SIDE, ColorType::Rgba, BitDepth::Sixteen)).render().unwrap();
    preview(&picture(MAX_SIDE, 1, ColorType::Rgba, BitDepth::Eight)).render().unwrap();
}

#[test]
fn an_artwork_that_is_too_large_or_none_is_refused() {
    for (width, height) in [(MAX_SIDE + 1, 1), (1, MAX_SIDE + 1), (60_000, 60_000)] {
        // Only the header is there: no pixel is asked for.
        let mut file = small(1);
        let mut header = b"IHDR".to_vec();
        header.extend(width.to_be_bytes());
        header.extend(height.to_be_bytes());
        header.extend([8, 6, 0, 0, 0]);
        let check = crc32fast::hash(&header);
        file.splice(12..33, header.into_iter().chain(check.to_be_bytes()));
        assert!(matches!(preview(&file).render(), Err(RenderError::ArtworkTooLarge)), "{width}×{height}");
    }
    assert!(matches!(preview(&vec![0; MAX_BYTES + 1]).render(), Err(RenderError::ArtworkTooLarge)));
    for none in [&b""[..], b"GIF89a", b"\x89PNG\r\n\x1a\n"] {
        assert!(matches!(preview(none).render(), Err(RenderError::Artwork(_))));
    }
}

#[test]
fn a_version_names_everything_that_is_drawn() {
    let (lines, other_lines) = (["a".to_owned(), "b".to_owned()], ["ab".to_owned()]);
    let artwork = small(1);
    let usual = Preview { lines: &lines, ..preview(ARTWORK) };
    let all = [
        usual,
        Preview { achievement: "検", ..usual },
        Preview { achievement_en: "E", ..usual },
        Preview { achievement: "", achievement_en: "検定Examination", ..usual },
        Preview { holder_name: Some("山田"), ..usual },
        Preview { holder_name: Some(""), ..usual },
        Preview { issuer: "会", ..usual },
        Preview { issuer_en: "A", ..usual },
        Preview { lines: &other_lines, ..usual },
        Preview { lines: &[], ..usual },
        Preview { artwork: &artwork, ..usual },
    ];
    let versions: HashSet<String> = all.iter().map(Preview::version).collect();
    assert_eq!(versions.len(), all.len());
    assert!(
        versions
            .iter()
            .all(|version| version.len() == 16 && version.bytes().all(|byte| byte.is_ascii_hexdigit()))
    );
    assert_eq!(usual.version(), usual.clone().version());
}

#[test]
fn a_code_is_as_agreed() {
    let code = qr_code("https://badges.example.jp/b/6f1c2d3e").unwrap();
    let reader = png::Decoder::new(Cursor::new(&code)).read_info().unwrap();
    let info = reader.info();
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Grayscale, png::BitDepth::One));
    // Version 3 has 29 modules: 37 with the quiet zone.
    assert_eq!((info.width, info.height), (37 * 8, 37 * 8));
    let (side, pixels) = grey(&code);
    let dark: Vec<_> =
        (0..pixels.len()).filter(|&at| pixels[at] == 0).map(|at| (at % side, at / side)).collect();
    assert!(dark.iter().all(|(x, y)| (32..side - 32).contains(x) && (32..side - 32).contains(y)));
    assert!(dark.contains(&(32, 32)));
    assert!(code.len() < 2_000, "{} bytes", code.len());
}

#[test]
fn a_code_holds_as_much_as_the_standard_says() {
    let most = "é".repeat(1165) + "x";
    assert_eq!(read(&qr_code(&most).unwrap()), most);
    assert!(matches!(qr_code(&(most + "x")), Err(QrError::TooLong)));
    assert_eq!(read(&qr_code("").unwrap()), "");
}

/// By another implementation, which also tells the level of error correction.
fn read(code: &[u8]) -> String {
    let (side, pixels) = grey(code);
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| *pixels.get(y * side + x).unwrap());
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    let (meta, text) = grids.first().unwrap().decode().unwrap();
    // The standard's two bits for level M.
    assert_eq!(meta.ecc_level, 0);
    text
}

fn grey(code: &[u8]) -> (usize, Vec<u8>) {
    let mut decoder = png::Decoder::new(Cursor::new(code));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    (frame.width as usize, pixels)
}
