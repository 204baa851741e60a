//! Pictures: what cannot be used is refused in plain words, and what could be better is said and taken all the same.

use png::ColorType;
use shomei_core::achievement::ARTWORK_BYTES;

use crate::desk::{Form, PAGE, Site, picture};

/// A file with one chunk more, right after its header.
fn with_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let file = picture(4, 4, ColorType::Rgba);
    let (head, tail) = file.split_at(33);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    let typed = [&kind[..], data].concat();
    let checksum = crc(&typed).to_be_bytes();
    [head, &length, &typed, &checksum, tail].concat()
}

/// CRC-32 (PNG, annex D).
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

fn without_end(file: Vec<u8>) -> Vec<u8> {
    let length = file.len() - 20;
    file.into_iter().take(length).collect()
}

fn blemished(mut file: Vec<u8>) -> Vec<u8> {
    let place = file.len() - 20;
    file[place] ^= 1;
    file
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_in_plain_words() {
    let site = Site::with_qualification().await;
    let before = site.without_drafts().await;
    let whole = || picture(640, 640, ColorType::Rgba);
    let too_many_bytes = with_chunk(b"tEXt", &vec![b'x'; ARTWORK_BYTES]);
    let cases: [(Vec<u8>, &str, &str); 12] = [
        (b"\xff\xd8\xff\xe0 a photograph".to_vec(), "JPEGの画像です", "picture is JPEG."),
        (b"GIF89a".to_vec(), "GIFの画像です", "picture is GIF."),
        (b"RIFF\0\0\0\0WEBP".to_vec(), "WebPの画像です", "picture is WebP."),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), "SVGの画像です", "picture is SVG."),
        (b"PK\x03\x04".to_vec(), "PNG画像ではありません", "no PNG picture"),
        (Vec::new(), "PNG画像ではありません", "no PNG picture"),
        (too_many_bytes, "256 KB（262144バイト）まで", "at most 256 KB"),
        (picture(2049, 1, ColorType::Rgba), "2049×1ピクセル", "2049×1 pixels"),
        (without_end(whole()), "途中で切れている", "cut off"),
        ([whole(), b"more".to_vec()].concat(), "別のデータが付いています", "appended"),
        (blemished(whole()), "壊れています", "damaged"),
        (with_chunk(b"ABCD", b"?"), "表示できないソフトがある", "Not every program"),
    ];
    for (file, ja, en) in cases {
        for (clerk, words) in [(site.clerk().await, ja), (site.clerk().await.in_english(), en)] {
            let form = Form::shown(&clerk.open(&format!("{PAGE}/edit")).await);
            let draft = clerk.types(&form.with("name_en", "Typed").with_picture(Some(file.clone()))).await;
            let faulty = clerk.open(&draft).await;
            assert_eq!(faulty.location, format!("{draft}/edit"), "{en}");
            let page = clerk.open(&faulty.location).await;
            let html = page.text();
            let beside = html.split("id=\"picture-wrong\">").nth(1).unwrap().split('<').next().unwrap();
            assert!(beside.contains(words), "{beside}");
            assert_eq!(page.field("name_en"), "Typed");
            assert!(html.contains("/artwork/"), "the picture that stands is shown");
            assert_eq!(clerk.post(&draft).await.location, draft);
            assert_eq!(clerk.open(&format!("{draft}/picture")).await.status, 404);
        }
    }
    assert_eq!(site.without_drafts().await, before);
}

#[tokio::test]
async fn a_file_that_cannot_be_used_takes_nothing_away() {
    let site = Site::new().await;
    let clerk = site.clerk().await;
    let good = clerk.types(&Form::filled()).await;
    let form = Form::shown(&clerk.open(&format!("{good}/edit")).await);
    let bad = clerk.types(&form.with_picture(Some(b"GIF89a".to_vec()))).await;
    let page = clerk.open(&format!("{bad}/edit")).await;
    assert!(page.text().contains("picture-wrong"));
    let (one, other) =
        (clerk.open(&format!("{good}/picture")).await, clerk.open(&format!("{bad}/picture")).await);
    assert_eq!(one.body, other.body, "the picture that was chosen before stays");
    assert_eq!(clerk.saves(&Form::shown(&page)).await, format!("{PAGE}?done=saved"));
    assert_eq!(site.census().await.artwork[0].png, one.body);
}

#[tokio::test]
async fn what_could_be_better_is_said_and_taken() {
    let site = Site::new().await;
    let clerk = site.clerk().await.in_english();
    let all = ["not square", "rather small", "rather large", "transparent"];
    for (width, height, colour, expected) in [
        (640, 640, ColorType::Rgba, &[][..]),
        (400, 400, ColorType::GrayscaleAlpha, &[]),
        (1200, 1200, ColorType::Rgba, &[]),
        (640, 480, ColorType::Rgba, &["not square"]),
        (399, 399, ColorType::Rgba, &["rather small"]),
        (1201, 1201, ColorType::Rgba, &["rather large"]),
        (640, 640, ColorType::Rgb, &["transparent"]),
        (300, 1300, ColorType::Grayscale, &all),
    ] {
        let form = Form::filled().with("id", &format!("pm-{width}-{height}-{}", colour.samples()));
        let draft = clerk.types(&form.with_picture(Some(picture(width, height, colour)))).await;
        let page = clerk.open(&draft).await.text();
        for advice in all {
            let said = page
                .split("class=\"claimed\">")
                .skip(1)
                .any(|part| part.split("</p>").next().unwrap().contains(advice));
            assert_eq!(said, expected.contains(&advice), "{width}×{height}: {advice}");
        }
        assert!(clerk.post(&draft).await.location.ends_with("?done=saved"));
    }
    assert_eq!(site.census().await.achievements.len(), 8);
}
