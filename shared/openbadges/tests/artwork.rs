//! What a picture must be so that badges are baked into it, and what is left of it. The files are made by hand here,
//! because no encoder writes the wrong ones.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::{Cursor, Write};

use flate2::{Compression, write::ZlibEncoder};
use openbadges::{
    bake::{Artwork, ArtworkError, KEYWORD, UnbakeError, unbake},
    png_chunks::{self, ChunkError},
};

const GREY: u8 = 0;
const RGB: u8 = 2;
const INDEXED: u8 = 3;
const GREY_ALPHA: u8 = 4;
const RGBA: u8 = 6;

/// The sides of each Adam7 pass of a picture of 5×3 pixels; the third pass has none.
const PASSES: [(usize, usize); 6] = [(1, 1), (1, 1), (1, 1), (3, 1), (2, 2), (5, 1)];

fn chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
    let typed = [kind, data].concat();
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], &typed, &crc32fast::hash(&typed).to_be_bytes()].concat()
}

fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn header_of(width: u32, height: u32, depth: u8, colour: u8, interlaced: bool) -> Vec<u8> {
    let rest = [depth, colour, 0, 0, u8::from(interlaced)];
    chunk(b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &rest].concat())
}

fn header(depth: u8, colour: u8) -> Vec<u8> {
    header_of(5, 3, depth, colour, false)
}

/// Unfiltered rows of these sides.
fn rows(depth: u8, colour: u8, sides: &[(usize, usize)], byte: u8) -> Vec<u8> {
    let samples = match colour {
        RGB => 3,
        GREY_ALPHA => 2,
        RGBA => 4,
        _ => 1,
    };
    let row =
        |width: usize| [vec![0], vec![byte; (width * samples * usize::from(depth)).div_ceil(8)]].concat();
    sides.iter().flat_map(|(width, height)| row(*width).repeat(*height)).collect()
}

fn pixels(depth: u8, colour: u8) -> Vec<u8> {
    rows(depth, colour, &[(5, 3)], 0x55)
}

fn data(raw: &[u8]) -> Vec<u8> {
    chunk(b"IDAT", &zlib(raw))
}

fn end() -> Vec<u8> {
    chunk(b"IEND", b"")
}

fn palette(colours: usize) -> Vec<u8> {
    chunk(b"PLTE", &[1, 2, 3].repeat(colours))
}

/// An RGB picture with these chunks between header and data, and between data and end.
fn rgb(before: &[Vec<u8>], after: &[Vec<u8>]) -> Vec<u8> {
    file(&[header(8, RGB), before.concat(), data(&pixels(8, RGB)), after.concat(), end()])
}

/// A palette picture of 8 bits with these rows.
fn indexed(chunks: &[Vec<u8>], raw: &[u8]) -> Vec<u8> {
    file(&[header(8, INDEXED), chunks.concat(), data(raw), end()])
}

/// The pixels, as a decoder sees them that forgives nothing.
fn strictly_decoded(png: &[u8]) -> Vec<u8> {
    let mut options = png::DecodeOptions::default();
    options.set_ignore_checksums(false);
    options.set_skip_ancillary_crc_failures(false);
    let mut decoder = png::Decoder::new_with_options(Cursor::new(png), options);
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut frame = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut frame).unwrap();
    reader.finish().unwrap();
    frame
}

/// The picture is taken, looks the same, bakes, and has exactly these bytes.
fn assert_becomes(what: &str, original: &[u8], expected: &[u8]) {
    let artwork = Artwork::parse(original).unwrap_or_else(|error| unreachable!("{what}: {error}"));
    assert_eq!(artwork.png(), expected, "{what}");
    assert_eq!(strictly_decoded(artwork.png()), strictly_decoded(original), "{what}");
    let baked = artwork.bake("{}");
    assert_eq!(unbake(&baked).unwrap().as_deref(), Some("{}"), "{what}");
    assert_eq!(strictly_decoded(&baked), strictly_decoded(original), "{what}");
    assert_eq!(Artwork::parse(&baked).unwrap(), artwork, "{what}");
}

fn assert_refused(what: &str, original: &[u8], expected: &ArtworkError) {
    assert_eq!(Artwork::parse(original).as_ref(), Err(expected), "{what}");
}

fn bad(kind: &str) -> ArtworkError {
    ArtworkError::BadChunk(kind.to_owned())
}

#[test]
fn every_kind_of_pixel_is_kept_to_the_byte() {
    let mut kinds = 0;
    for (colour, depths) in [
        (GREY, &[1, 2, 4, 8, 16][..]),
        (RGB, &[8, 16]),
        (INDEXED, &[1, 2, 4, 8]),
        (GREY_ALPHA, &[8, 16]),
        (RGBA, &[8, 16]),
    ] {
        for &depth in depths {
            let palette = if colour == INDEXED { palette(usize::min(1 << depth, 0x56)) } else { Vec::new() };
            for (interlaced, sides) in [(false, &[(5, 3)][..]), (true, &PASSES)] {
                let what = format!("colour {colour}, depth {depth}, interlaced {interlaced}");
                let of = |raw: &[u8]| {
                    file(&[header_of(5, 3, depth, colour, interlaced), palette.clone(), data(raw), end()])
                };
                let exact = rows(depth, colour, sides, 0x55);
                assert_becomes(&what, &of(&exact), &of(&exact));
                let surplus = [&exact[..], &[0]].concat();
                assert_refused(&what, &of(&surplus), &ArtworkError::Surplus);
                let (_, short) = exact.split_last().unwrap();
                assert!(
                    matches!(Artwork::parse(&of(&exact[..short.len()])), Err(ArtworkError::Pixels(_))),
                    "{what}"
                );
                kinds += 1;
            }
        }
    }
    assert_eq!(kinds, 30);
}

#[test]
fn what_an_encoder_writes_is_kept_to_the_byte() {
    let mut written = Vec::new();
    let mut encoder = png::Encoder::new(&mut written, 64, 64);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    let noise: Vec<u8> =
        (0..64_u32 * 64 * 4).map(|place| (place.wrapping_mul(place) >> 3).to_le_bytes()[0]).collect();
    encoder.write_header().unwrap().write_image_data(&noise).unwrap();
    assert_becomes("the png crate's", &written, &written);
    assert_eq!(strictly_decoded(&written), noise);
}

#[test]
fn every_chunk_that_says_how_a_picture_looks_is_kept() {
    let white =
        [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6000_u32].map(u32::to_be_bytes).concat();
    let stream = zlib(&pixels(8, INDEXED));
    let (one, other) = stream.split_at(stream.len() / 2);
    let full = file(&[
        header(8, INDEXED),
        chunk(b"pHYs", &[0, 0, 11, 19, 0, 0, 11, 19, 1]),
        chunk(b"gAMA", &45_455_u32.to_be_bytes()),
        chunk(b"cHRM", &white),
        chunk(b"sRGB", &[0]),
        chunk(b"sBIT", &[8, 8, 8]),
        palette(0x56),
        chunk(b"tRNS", &[0, 128]),
        chunk(b"bKGD", &[0x55]),
        chunk(b"IDAT", one),
        chunk(b"IDAT", b""),
        chunk(b"IDAT", other),
        end(),
    ]);
    assert_becomes("all of them", &full, &full);
    // Without a palette, these may stand in any order.
    let gamma = chunk(b"gAMA", &45_455_u32.to_be_bytes());
    let free = rgb(&[chunk(b"tRNS", &[0; 6]), gamma, chunk(b"bKGD", &[0; 6])], &[]);
    assert_becomes("in free order", &free, &free);
    let suggested = rgb(&[palette(256)], &[]);
    assert_becomes("a suggested palette", &suggested, &suggested);
}

#[test]
fn all_else_is_left_out() {
    let plain = rgb(&[], &[]);
    let bomb = zlib(&vec![0; 4 << 20]);
    for (kind, data) in [
        (b"tEXt", b"Author\0someone".to_vec()),
        (b"zTXt", [b"Comment\0\0", &bomb[..]].concat()),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>".to_vec()),
        (b"eXIf", b"MM\0*\0\0\0\x08\0\0\0\0\0\0".to_vec()),
        (b"tIME", vec![7, 234, 11, 1, 0, 0, 0]),
        (b"hIST", vec![0; 2]),
        (b"sPLT", b"name\0\x08".to_vec()),
        (b"caBX", b"who made it".to_vec()),
        (b"prVt", vec![0; 100]),
    ] {
        let extra = [chunk(kind, &data)];
        let what = String::from_utf8_lossy(kind);
        let artwork = Artwork::parse(&rgb(&extra, &[])).unwrap();
        assert_eq!(artwork.png(), plain, "{what} before the pixels");
        let artwork = Artwork::parse(&rgb(&[], &extra)).unwrap();
        assert_eq!(artwork.png(), plain, "{what} after the pixels");
    }
}

#[test]
fn of_an_animation_the_first_frame_stays() {
    let mut animated = Vec::new();
    let mut encoder = png::Encoder::new(&mut animated, 5, 3);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[1; 15]).unwrap();
    writer.write_image_data(&[2; 15]).unwrap();
    writer.finish().unwrap();
    assert!(animated.windows(4).any(|kind| kind == b"fdAT"));
    let artwork = Artwork::parse(&animated).unwrap();
    for kind in [b"acTL", b"fcTL", b"fdAT"] {
        assert!(!artwork.png().windows(4).any(|place| place == kind));
    }
    assert_eq!(strictly_decoded(artwork.png()), [1; 15]);
}

#[test]
fn a_credential_of_another_system_is_left_out() {
    let plain = rgb(&[], &[]);
    let foreign = "{\"foreign\":true}";
    let compressed = zlib(foreign.as_bytes());
    let mut all = Vec::new();
    for keyword in ["openbadges", "openbadgecredential"] {
        let with = |between: &[u8], text: &[u8]| [keyword.as_bytes(), between, text].concat();
        all.extend([
            chunk(b"tEXt", &with(&[0], foreign.as_bytes())),
            chunk(b"zTXt", &with(&[0, 0], &compressed)),
            chunk(b"iTXt", &with(&[0; 5], foreign.as_bytes())),
            chunk(b"iTXt", &with(&[0, 1, 0, 0, 0], &compressed)),
        ]);
    }
    assert_eq!(all.len(), 8);
    for one in &all {
        assert_becomes("one", &rgb(std::slice::from_ref(one), &[]), &plain);
        assert_becomes("one, at the end", &rgb(&[], std::slice::from_ref(one)), &plain);
    }
    assert_becomes("all of them", &rgb(&all, &all), &plain);
}

#[test]
fn a_colour_profile_is_kept_if_it_is_no_bomb() {
    let profile = |between: &[u8], stream: &[u8]| chunk(b"iCCP", &[between, stream].concat());
    let plain = rgb(&[], &[]);
    // What it says is not looked at, only how much it is.
    let largest = rgb(&[profile(b"name\0\0", &zlib(&vec![7; 1 << 20]))], &[]);
    let artwork = Artwork::parse(&largest).unwrap();
    assert_eq!(artwork.png(), largest, "1 MiB");
    strictly_decoded(artwork.png());
    let small = zlib(b"profile");
    for (what, left_out) in [
        ("1 MiB and a byte", profile(b"name\0\0", &zlib(&vec![7; (1 << 20) + 1]))),
        ("a bomb", profile(b"name\0\0", &zlib(&vec![0; 16 << 20]))),
        ("cut off", profile(b"name\0\0", &small[..small.len() - 1])),
        ("something behind it", profile(b"name\0\0", &[&small[..], b"x"].concat())),
        ("another method", profile(b"name\0\x01", &small)),
        ("no name", profile(b"\0\0", &small)),
        ("a long name", profile(&[&[b'n'; 80][..], b"\0\0"].concat(), &small)),
        ("no end of the name", chunk(b"iCCP", b"name")),
    ] {
        assert_eq!(Artwork::parse(&rgb(&[left_out], &[])).unwrap().png(), plain, "{what}");
    }
    // It says more than sRGB, and both at once are against the standard.
    let kept = profile(b"name\0\0", &small);
    let both = rgb(&[chunk(b"sRGB", &[0]), kept.clone()], &[]);
    assert_eq!(Artwork::parse(&both).unwrap().png(), rgb(std::slice::from_ref(&kept), &[]));
    assert_refused("two", &rgb(&[kept.clone(), kept.clone()], &[]), &bad("iCCP"));
    assert_refused("late", &rgb(&[], &[kept]), &bad("iCCP"));
}

#[test]
fn a_palette_is_there_in_time_and_has_every_colour() {
    let raw = pixels(8, INDEXED);
    assert_refused("none", &indexed(&[], &raw), &ArtworkError::PaletteMissing);
    assert_refused("one colour too few", &indexed(&[palette(0x55)], &raw), &ArtworkError::PaletteIndex);
    let late = file(&[header(8, INDEXED), data(&raw), palette(0x56), end()]);
    assert_refused("after the pixels", &late, &bad("PLTE"));
    assert_refused("two", &indexed(&[palette(0x56), palette(0x56)], &raw), &bad("PLTE"));
    for (what, bytes) in [("empty", 0), ("too long", 257 * 3), ("a broken colour", 0x56 * 3 + 1)] {
        let plte = chunk(b"PLTE", &vec![9; bytes]);
        assert!(Artwork::parse(&indexed(&[plte], &raw)).is_err(), "{what}");
    }
    // Only the last of five pixels has colour 3; the bits that fill up the byte are no pixels.
    let two_bits = |last: u8| {
        let raw = [[0, 0, 0], [0, 0, 0], [0, 0, last]].concat();
        file(&[header(2, INDEXED), palette(3), data(&raw), end()])
    };
    assert_refused("two bits", &two_bits(0b1100_0000), &ArtworkError::PaletteIndex);
    assert_becomes("filling", &two_bits(0b1011_1111), &two_bits(0b1011_1111));
    let interlaced = rows(8, INDEXED, &PASSES, 0x55);
    let interlaced = file(&[header_of(5, 3, 8, INDEXED, true), palette(0x55), data(&interlaced), end()]);
    assert_refused("interlaced", &interlaced, &ArtworkError::PaletteIndex);
    let grey = file(&[header(8, GREY), palette(2), data(&pixels(8, GREY)), end()]);
    assert_refused("grey", &grey, &bad("PLTE"));
    let one_bit = file(&[header(1, INDEXED), palette(3), data(&pixels(1, INDEXED)), end()]);
    assert!(Artwork::parse(&one_bit).is_err(), "three colours in one bit");
}

#[test]
fn image_data_is_what_the_pixels_need() {
    let raw = pixels(8, RGB);
    let stream = zlib(&raw);
    let with = |chunks: &[Vec<u8>]| file(&[header(8, RGB), chunks.concat(), end()]);
    let (one, other) = stream.split_at(stream.len() / 2);
    let halves = [chunk(b"IDAT", one), chunk(b"IDAT", other)];
    assert_becomes("halves", &with(&halves), &with(&halves));
    let [one, other] = halves;
    for between in [chunk(b"tEXt", b"Comment\0between"), chunk(b"prVt", b"")] {
        assert_refused("apart", &with(&[one.clone(), between, other.clone()]), &bad("IDAT"));
    }
    let huge = data(&[&raw[..], &vec![0; 16 << 20]].concat());
    assert_refused("far too much", &with(&[huge]), &ArtworkError::Surplus);
    let behind = chunk(b"IDAT", &[&stream[..], b"behind"].concat());
    assert_refused("behind the stream", &with(&[behind]), &ArtworkError::Surplus);
    let behind = [chunk(b"IDAT", &stream), chunk(b"IDAT", b"behind")];
    assert_refused("another chunk behind it", &with(&behind), &ArtworkError::Surplus);
    let mut damaged = stream.clone();
    *damaged.last_mut().unwrap() ^= 1;
    for broken in [&damaged[..], &stream[..stream.len() - 1], b""] {
        let refused = Artwork::parse(&with(&[chunk(b"IDAT", broken)]));
        assert!(matches!(refused, Err(ArtworkError::Pixels(_))), "{refused:?}");
    }
    assert!(Artwork::parse(&with(&[])).is_err(), "no pixels");
    let mut filter = raw;
    *filter.first_mut().unwrap() = 5;
    assert!(
        matches!(Artwork::parse(&with(&[data(&filter)])), Err(ArtworkError::Pixels(_))),
        "unknown filter"
    );
}

#[test]
fn chunks_are_known_well_formed_and_in_order() {
    let unknown = ArtworkError::UnknownChunk("CgBI".to_owned());
    assert_refused("critical", &rgb(&[chunk(b"CgBI", &[0; 4])], &[]), &unknown);
    assert_refused("critical, late", &rgb(&[], &[chunk(b"CgBI", &[0; 4])]), &unknown);
    assert_refused("two headers", &rgb(&[header(8, RGB)], &[]), &bad("IHDR"));
    let filled = file(&[header(8, RGB), data(&pixels(8, RGB)), chunk(b"IEND", b"hidden")]);
    assert!(Artwork::parse(&filled).is_err(), "something in the end");
    for (kind, data) in [
        (b"gAMA", &[0, 0, 177, 143][..]),
        (b"sRGB", &[0]),
        (b"pHYs", &[0, 0, 11, 19, 0, 0, 11, 19, 1]),
        (b"sBIT", &[8, 8, 8]),
        (b"tRNS", &[0; 6]),
        (b"bKGD", &[0; 6]),
        (b"cHRM", &[1; 32]),
    ] {
        let good = chunk(kind, data);
        let name = String::from_utf8_lossy(kind);
        let alone = rgb(std::slice::from_ref(&good), &[]);
        assert_becomes(&name, &alone, &alone);
        assert_refused("late", &rgb(&[], std::slice::from_ref(&good)), &bad(&name));
        assert_refused("doubled", &rgb(&[good.clone(), good.clone()], &[]), &bad(&name));
        let long = chunk(kind, &[data, &[1]].concat());
        assert!(Artwork::parse(&rgb(&[long], &[])).is_err(), "{name} too long");
        let needs_palette = matches!(kind, b"tRNS" | b"bKGD");
        let order = if needs_palette { [good, palette(2)] } else { [palette(2), good] };
        if kind != b"pHYs" {
            assert!(Artwork::parse(&rgb(&order, &[])).is_err(), "{name} on the wrong side of the palette");
        }
    }
    let alpha = |chunks: &[Vec<u8>]| {
        file(&[header(8, GREY_ALPHA), chunks.concat(), data(&pixels(8, GREY_ALPHA)), end()])
    };
    assert!(Artwork::parse(&alpha(&[chunk(b"tRNS", &[0, 0])])).is_err(), "transparency twice");
    let raw = pixels(8, INDEXED);
    let colours = palette(0x56);
    assert!(Artwork::parse(&indexed(&[colours.clone(), chunk(b"bKGD", &[0x56])], &raw)).is_err());
    assert!(Artwork::parse(&indexed(&[colours, chunk(b"tRNS", &[0; 0x57])], &raw)).is_err());
}

#[test]
fn sides_are_2048_at_most() {
    let line = |width: u32, height: u32| {
        let sides = (usize::try_from(width).unwrap(), usize::try_from(height).unwrap());
        file(&[header_of(width, height, 16, RGBA, false), data(&rows(16, RGBA, &[sides], 0)), end()])
    };
    assert_becomes("2048 wide", &line(2048, 1), &line(2048, 1));
    assert_becomes("2048 high", &line(1, 2048), &line(1, 2048));
    assert_refused("2049 wide", &line(2049, 1), &ArtworkError::TooLarge { width: 2049, height: 1 });
    assert_refused("2049 high", &line(1, 2049), &ArtworkError::TooLarge { width: 1, height: 2049 });
    assert!(Artwork::parse(&line(0, 1)).is_err());
}

/// The text has a signature of its own; how the picture looks is none of its business.
#[test]
fn damaged_pixels_leave_the_credential_as_it_is_and_all_other_damage_is_refused() {
    let text = "{\"credential\":1}";
    let baked = Artwork::parse(&rgb(&[], &[])).unwrap().bake(text);
    let chunks = png_chunks::chunks(&baked).unwrap();
    let is_pixels: Vec<bool> = std::iter::repeat_n(false, 8)
        .chain(chunks.iter().flat_map(|chunk| {
            let pixels = &chunk.kind == b"IDAT";
            (0..chunk.whole.len()).map(move |place| pixels && place >= 8)
        }))
        .collect();
    assert!(is_pixels.len() == baked.len() && is_pixels.contains(&true));
    for (place, is_pixels) in is_pixels.into_iter().enumerate() {
        for bit in 0..8 {
            let mut damaged = baked.clone();
            *damaged.get_mut(place).unwrap() ^= 1 << bit;
            let read = unbake(&damaged);
            if is_pixels {
                assert_eq!(read.as_ref().map(Option::as_deref), Ok(Some(text)), "bit {bit} of byte {place}");
            } else {
                assert!(matches!(read, Err(UnbakeError::Chunks(_))), "bit {bit} of byte {place}: {read:?}");
            }
            assert!(Artwork::parse(&damaged).is_err(), "bit {bit} of byte {place}");
        }
    }
}

#[test]
fn a_picture_is_read_to_its_end_before_its_credential_counts() {
    let text = |text: &str| chunk(b"iTXt", &[KEYWORD.as_bytes(), &[0; 5], text.as_bytes()].concat());
    let pixels = || data(&pixels(8, RGB));
    let read = |chunks: &[Vec<u8>]| unbake(&file(chunks));
    let found = Ok(Some("{}".to_owned()));
    assert_eq!(read(&[header(8, RGB), text("{}"), pixels(), end()]), found);
    assert_eq!(read(&[header(8, RGB), pixels(), text("{}"), end()]), found, "after the pixels");
    let twice = [header(8, RGB), text("{}"), pixels(), text("{}"), end()];
    assert_eq!(read(&twice), Err(UnbakeError::Doubled), "one after the pixels too");
    let refused = Err(ChunkError::Length.into());
    assert_eq!(read(&[text("{}"), pixels(), end()]), refused, "no header");
    assert_eq!(read(&[header(8, RGB), text("{}"), pixels()]), refused, "no end");
    assert_eq!(read(&[header(8, RGB), text("{}"), pixels(), end(), end()]), refused, "two ends");
    assert_eq!(read(&[header(8, RGB), text("{}"), pixels(), end(), vec![0]]), refused, "appended");
    assert_eq!(read(&[]), refused, "nothing");
    let many = vec![chunk(b"IDAT", b""); 100_000];
    assert_eq!(read(&[header(8, RGB), many.concat(), end()]), refused, "too many");
}
