//! Forms with files, as browsers, programs and mischief send them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use lambda_http::{Body, http::header};
use proptest::prelude::*;
use shomei_http::{Limits, Problem, Request, Uploads, uploads};

const BOUNDARY: &str = "----form-7d1f";

fn posted(media_type: &str, body: impl Into<Body>) -> Request {
    lambda_http::http::Request::builder()
        .method("POST")
        .header(header::CONTENT_TYPE, media_type)
        .body(body.into())
        .unwrap()
}

/// A form of parts: the rest of `Content-Disposition`, and the content.
fn form(parts: &[(String, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (disposition, content) in parts {
        body.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n").into_bytes(),
        );
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    body
}

fn read(body: Vec<u8>, limits: Limits) -> Result<Uploads, Problem> {
    uploads(&posted(&format!("multipart/form-data; boundary={BOUNDARY}"), body), limits)
}

fn file(name: &str) -> String {
    format!("name=\"files\"; filename=\"{name}\"")
}

fn code(result: Result<Uploads, Problem>) -> (u16, &'static str) {
    let problem = result.unwrap_err();
    (problem.status.as_u16(), problem.code)
}

#[test]
fn fields_and_files_arrive_to_the_byte() {
    let every_byte: Vec<u8> = (0..=255).chain(*b"\r\n--").collect();
    let body = form(&[
        ("name=\"link\"".to_owned(), "https://example.jp/badges/1?a=b&c".as_bytes()),
        (file("証明書.png"), &every_byte),
        ("name=\"name\"".to_owned(), "山田 太郎\r\n二行目".as_bytes()),
        (file(""), b""),
        (file("b.json"), b""),
        ("name=\"link\"".to_owned(), b"second"),
    ]);
    let read = read(body, Limits::default()).unwrap();
    assert_eq!(read.field("link"), Some("https://example.jp/badges/1?a=b&c"));
    assert_eq!(read.field("name"), Some("山田 太郎\r\n二行目"));
    assert_eq!(read.field("other"), None);
    assert_eq!(read.fields.len(), 3);
    let files: Vec<_> = read.files.iter().map(|file| (&*file.field, &*file.name, &*file.bytes)).collect();
    assert_eq!(files, [("files", "証明書.png", &*every_byte), ("files", "b.json", b"")]);
    // What was posted is in no log.
    assert_eq!(
        format!("{read:?}"),
        "Uploads { fields: 3, files: [Upload { bytes: 260, .. }, Upload { bytes: 0, .. }] }"
    );
}

#[test]
fn a_plain_form_has_fields_only() {
    for media_type in
        ["application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded; charset=UTF-8"]
    {
        for body in [
            Body::Text("link=a%26b&name=%E5%B1%B1+x&&link=c".into()),
            Body::Binary(b"link=a%26b&name=%E5%B1%B1+x&link=c".to_vec()),
        ] {
            let read = uploads(&posted(media_type, body), Limits::default()).unwrap();
            assert_eq!((read.field("link"), read.field("name")), (Some("a&b"), Some("山 x")));
            assert_eq!((read.fields.len(), read.files.len()), (3, 0));
        }
    }
    assert_eq!(
        uploads(&posted("application/x-www-form-urlencoded", ()), Limits::default()).unwrap().fields.len(),
        0
    );
}

#[test]
fn names_of_files_are_fit_to_be_shown() {
    let long = format!("{}.png", "署".repeat(120));
    for (sent, shown) in [
        ("badge.png", "badge.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\yamada\\badge.png", "badge.png"),
        ("C:\\Users/yamada\\", "file"),
        ("a\tb\u{85}c.png", "abc.png"),
        ("gnp\u{202e}exe.png", "gnpexe.png"),
        ("\u{200b}\u{feff} ", "file"),
        ("  spaced name.json ", "spaced name.json"),
        ("<b>&.svg", "<b>&.svg"),
        ("..", ".."),
        (&long, &"署".repeat(100)),
    ] {
        let read = read(form(&[(file(sent), b"x")]), Limits::default()).unwrap();
        assert_eq!(read.files[0].name, shown, "{sent:?}");
    }
}

#[test]
fn a_file_is_a_file_whatever_its_name_is_written_in() {
    // Shift_JIS, and the form that only a header of a reply should have.
    for name in [&b"filename=\"\x8f\x91.png\""[..], b"FileName*=UTF-8''a.png"] {
        let body = form(&[("name=\"files\"; ?".to_owned(), b"\xff\xfe")]);
        let place = body.iter().position(|byte| *byte == b'?').unwrap();
        let body = [&body[..place], name, &body[place + 1..]].concat();
        let read = read(body, Limits::default()).unwrap();
        assert_eq!((read.files[0].name.as_str(), &*read.files[0].bytes), ("file", &b"\xff\xfe"[..]));
    }
    // A field that is called so is none.
    let read = read(form(&[("name=\"filename\"".to_owned(), b"x")]), Limits::default()).unwrap();
    assert_eq!((read.field("filename"), read.files.len()), (Some("x"), 0));
}

#[test]
fn too_much_is_refused_and_exactly_enough_is_not() {
    let small = Limits { bytes: 2_000, files: 3, fields: 2 };
    let of = |files: usize, fields: usize| {
        let mut parts = vec![(file("a"), &b"x"[..]); files];
        parts.extend(vec![("name=\"f\"".to_owned(), &b"x"[..]); fields]);
        read(form(&parts), small)
    };
    let enough = of(3, 2).unwrap();
    assert_eq!((enough.files.len(), enough.fields.len()), (3, 2));
    assert_eq!(code(of(4, 0)), (413, "too-many-files"));
    assert_eq!(code(of(0, 3)), (413, "too-many-fields"));
    let plain = |body: &str| uploads(&posted("application/x-www-form-urlencoded", body), small);
    assert_eq!(plain("&&&a=1&&b=2&").unwrap().fields.len(), 2);
    assert_eq!(code(plain("a&b&c")), (413, "too-many-fields"));
    assert_eq!(plain(&"a".repeat(2_000)).unwrap().fields.len(), 1);
    assert_eq!(code(plain(&"a".repeat(2_001))), (413, "body-too-large"));
    let whole = form(&[(file("a"), &[7; 100])]);
    let exactly = Limits { bytes: whole.len(), ..small };
    assert_eq!(read(whole.clone(), exactly).unwrap().files[0].bytes, [7; 100]);
    assert_eq!(code(read(whole, Limits { bytes: exactly.bytes - 1, ..small })), (413, "body-too-large"));
    assert_eq!(Limits::default(), Limits { bytes: 6 * 1024 * 1024, files: 200, fields: 20 });
}

#[test]
fn what_is_no_form_is_said_to_be_none() {
    let whole = form(&[(file("a.png"), b"abc")]);
    let multipart = format!("multipart/form-data; boundary={BOUNDARY}");
    for (media_type, body, expected) in [
        ("", whole.clone(), (415, "not-a-form")),
        ("application/json", whole.clone(), (415, "not-a-form")),
        ("multipart/mixed; boundary=a", whole.clone(), (415, "not-a-form")),
        ("multipart/form-data", whole.clone(), (400, "malformed")),
        ("multipart/form-data; boundary=other", whole.clone(), (400, "malformed")),
        (&multipart, Vec::new(), (400, "malformed")),
        (&multipart, form(&[("filename=\"a\"".to_owned(), b"")]), (400, "malformed")),
        (&multipart, form(&[("name=\"a\"".to_owned(), b"\xff")]), (400, "malformed")),
    ] {
        assert_eq!(code(uploads(&posted(media_type, body), Limits::default())), expected, "{media_type}");
    }
    // Cut off anywhere before its end. Only the last line break may be missing.
    for end in 0..whole.len() - 2 {
        assert_eq!(code(read(whole[..end].to_vec(), Limits::default())), (400, "malformed"), "{end}");
    }
    // In both languages.
    let problem = uploads(&posted("text/plain", whole), Limits::default()).unwrap_err();
    let reply = problem.reply(&posted("text/plain", ()));
    let body = String::from_utf8(reply.body().to_vec()).unwrap();
    assert!(body.contains("\"code\":\"not-a-form\"") && body.contains("受け付けていません"), "{body}");
}

proptest! {
    #[test]
    fn whatever_is_posted_is_read_or_refused(
        body in proptest::collection::vec(any::<u8>(), 0..300),
        cut in 0..400_usize,
    ) {
        // Pure noise, and noise in a form that is cut somewhere.
        let mut noisy = form(&[(file("a"), &body), ("name=\"b\"".to_owned(), b"c")]);
        noisy.truncate(cut);
        for sent in [body, noisy] {
            if let Ok(read) = read(sent, Limits::default()) {
                prop_assert!(read.files.len() <= 1 && read.fields.len() <= 1);
            }
        }
    }

    #[test]
    fn any_content_arrives_to_the_byte(
        contents in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 0..6),
    ) {
        let parts: Vec<(String, &[u8])> = contents.iter().map(|content| (file("a"), content.as_slice())).collect();
        let read = read(form(&parts), Limits::default()).unwrap();
        let arrived: Vec<_> = read.files.into_iter().map(|file| file.bytes).collect();
        prop_assert_eq!(arrived, contents);
    }
}
