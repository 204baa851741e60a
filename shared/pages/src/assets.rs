//! The files that pages load besides themselves.

/// The one stylesheet of all pages (`text/css; charset=utf-8`).
pub const STYLESHEET: &str = include_str!("../assets/style.css");

/// Where [`STYLESHEET`] is served. The name holds a hash of the content, so the file may be
/// cached for ever.
pub const STYLESHEET_PATH: &str = text(&STYLESHEET_PATH_BYTES);

const STYLESHEET_PATH_BYTES: [u8; 26] = hashed::<26, 4>(*b"/assets/style-00000000.css", STYLESHEET);

/// The copy buttons of the page for sharing (`text/javascript; charset=utf-8`).
pub const SCRIPT: &str = include_str!("../assets/copy.js");

/// Where [`SCRIPT`] is served, its hash in the name as well.
pub const SCRIPT_PATH: &str = text(&SCRIPT_PATH_BYTES);

const SCRIPT_PATH_BYTES: [u8; 24] = hashed::<24, 3>(*b"/assets/copy-00000000.js", SCRIPT);

/// What the pages of `/verify` can do beyond the form itself (`text/javascript; charset=utf-8`).
pub const VERIFY_SCRIPT: &str = include_str!("../assets/verify.js");

/// Where [`VERIFY_SCRIPT`] is served, its hash in the name as well.
pub const VERIFY_SCRIPT_PATH: &str = text(&VERIFY_SCRIPT_PATH_BYTES);

const VERIFY_SCRIPT_PATH_BYTES: [u8; 26] = hashed::<26, 3>(*b"/assets/verify-00000000.js", VERIFY_SCRIPT);

/// What the office's pages for lists can do beyond their forms: sending a large list in parts, and going on by themselves
/// (`text/javascript; charset=utf-8`).
pub const UPLOAD_SCRIPT: &str = include_str!("../assets/upload.js");

/// Where [`UPLOAD_SCRIPT`] is served, its hash in the name as well.
pub const UPLOAD_SCRIPT_PATH: &str = text(&UPLOAD_SCRIPT_PATH_BYTES);

const UPLOAD_SCRIPT_PATH_BYTES: [u8; 26] = hashed::<26, 3>(*b"/assets/upload-00000000.js", UPLOAD_SCRIPT);

/// The site's icon (`image/svg+xml`).
pub const ICON: &str = include_str!("../assets/icon.svg");

/// Where [`ICON`] is served, its hash in the name as well.
pub const ICON_PATH: &str = text(&ICON_PATH_BYTES);

const ICON_PATH_BYTES: [u8; 25] = hashed::<25, 4>(*b"/assets/icon-00000000.svg", ICON);

/// [`ICON`] drawn at 48 × 48 pixels (`image/png`), for `/favicon.ico`: browsers and link previews
/// that draw no SVG ask there, and so does a browser that shows a bare picture or document.
pub const ICON_PNG: &[u8] = include_bytes!("../assets/icon.png");

/// FNV-1a, 32 bits: enough to tell two versions of one file apart.
const fn fnv1a(mut bytes: &[u8]) -> u32 {
    let mut hash: u32 = 0x811c_9dc5;
    while let Some((byte, rest)) = bytes.split_first() {
        hash = (hash ^ *byte as u32).wrapping_mul(0x0100_0193);
        bytes = rest;
    }
    hash
}

/// Writes the hash of `content` over the eight digits before a suffix of `SUFFIX` bytes.
const fn hashed<const LENGTH: usize, const SUFFIX: usize>(
    mut path: [u8; LENGTH],
    content: &str,
) -> [u8; LENGTH] {
    let Some((name, _)) = path.split_last_chunk_mut::<SUFFIX>() else { return path };
    let Some((_, digits)) = name.split_last_chunk_mut::<8>() else { return path };
    let mut digits: &mut [u8] = digits;
    let mut bits = fnv1a(content.as_bytes());
    while let Some((digit, rest)) = digits.split_first_mut() {
        bits = bits.rotate_left(4);
        let [nibble, ..] = (bits & 0xf).to_le_bytes();
        *digit = if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
        digits = rest;
    }
    path
}

/// A path is ASCII throughout.
const fn text(path: &'static [u8]) -> &'static str {
    match str::from_utf8(path) {
        Ok(path) => path,
        Err(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_holds_the_hash_of_the_content() {
        let hash = |content: &str| {
            let step = |hash, byte| ((hash ^ u64::from(byte)) * 16_777_619) % (1 << 32);
            content.bytes().fold(2_166_136_261_u64, step)
        };
        assert_eq!(STYLESHEET_PATH, format!("/assets/style-{:08x}.css", hash(STYLESHEET)));
        assert_eq!(SCRIPT_PATH, format!("/assets/copy-{:08x}.js", hash(SCRIPT)));
        assert_eq!(VERIFY_SCRIPT_PATH, format!("/assets/verify-{:08x}.js", hash(VERIFY_SCRIPT)));
        assert_eq!(UPLOAD_SCRIPT_PATH, format!("/assets/upload-{:08x}.js", hash(UPLOAD_SCRIPT)));
        assert_eq!(ICON_PATH, format!("/assets/icon-{:08x}.svg", hash(ICON)));
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(fnv1a(b""), 0x811c_9dc5);
        assert_eq!(fnv1a(b"foobar"), 0xbf9c_f968);
    }

    #[test]
    fn the_drawn_icon_is_a_square_of_48_pixels() {
        let head = ICON_PNG.first_chunk::<24>().unwrap();
        assert_eq!(head, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x30\0\0\0\x30");
        assert!(ICON_PNG.len() < 2_000, "{} bytes", ICON_PNG.len());
    }
}
