//! Writes the first inputs of every target into `corpus/`, from the golden files and vectors of the project.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use fuzz::world::{self, GOLDEN, GOLDEN_LIST, badge, badge_with_status, hosted, list, payload, proven};
use openbadges::{
    bake::Artwork,
    jwt::SecretTokenKey,
    status::{StatusIndex, StatusList},
};

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let project = root.join("../..");
    let put = |target: &str, name: &str, bytes: &[u8]| {
        let folder = root.join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("seed-{name}")), bytes)
    };

    let stranger = proven(&badge()).expect("a badge").to_string();
    for (place, file) in world::valid_files().iter().enumerate() {
        put("credential", &format!("valid-{place}"), file)?;
        put("token", &format!("valid-{place}"), file)?;
    }
    for (place, document) in hosted().iter().enumerate() {
        put("credential", &format!("hosted-{place}"), document.to_string().as_bytes())?;
    }
    put("credential", "list", GOLDEN_LIST.as_bytes())?;
    put("credential", "svg", svg(&stranger).as_bytes())?;
    put("credential", "did", &fs::read(project.join("shared/openbadges/tests/golden/did.json"))?)?;

    for (name, document) in [("badge", badge()), ("status", badge_with_status(7)), ("list", list("uAAAA"))] {
        put("canonicalise", name, document.to_string().as_bytes())?;
    }
    for name in ["badge.nq", "proof-options.nq"] {
        put("canonicalise", name, &fs::read(project.join("shared/openbadges/tests/golden").join(name))?)?;
    }
    for path in files(&project.join("shared/linked-data/tests/rdf-canon/rdfc10"), "-in.nq")? {
        put("canonicalise", &name_of(&path), &fs::read(&path)?)?;
    }
    let agreed = fs::read_to_string(project.join("shared/linked-data/tests/agreed.jsonl"))?;
    for (place, line) in agreed.lines().enumerate() {
        let sample: serde_json::Value = serde_json::from_str(line)?;
        put("canonicalise", &format!("agreed-{place}"), sample["document"].to_string().as_bytes())?;
    }

    let mut marked = StatusList::new();
    put("status_list", "none", marked.encode().as_bytes())?;
    for step in [1_u64, 3, 997] {
        (0..200).for_each(|place| marked.set(StatusIndex::wrapping(place * step * 7919)));
        put("status_list", &format!("some-{step}"), marked.encode().as_bytes())?;
    }
    for length in [0_u8, 1, 4, 17, 90] {
        put("status_list", &format!("bytes-{length}"), &(0..length).collect::<Vec<_>>())?;
    }
    // Stored and empty blocks, as `deflate` writes them.
    put("status_list", "stored", &[0, 4, 0, 0xfb, 0xff, 1, 2, 3, 4, 1, 0, 0, 0xff, 0xff])?;
    put("status_list", "fixed", &[0x4b, 4, 0])?;

    let secret = SecretTokenKey::from_pkcs8(&SecretTokenKey::generate().expect("a key")).expect("a key");
    put("token", "p256.spki", &secret.public().expect("a key").spki())?;
    let rsa = openbadges::jwt::TokenKey::Rsa { modulus: vec![0xc5; 256], exponent: vec![1, 0, 1] };
    put("token", "rsa.spki", &rsa.spki())?;
    put("token", "signature.der", &[0x30, 7, 2, 1, 7, 2, 2, 0, 0xff])?;
    for (name, document) in [("badge", badge()), ("status", badge_with_status(9))] {
        put("token", &format!("payload-{name}"), payload(&document).to_string().as_bytes())?;
        let wrapped =
            serde_json::json!({"iss": document["issuer"]["id"], "nbf": 1_790_812_800, "vc": document});
        put("token", &format!("payload-vc-{name}"), wrapped.to_string().as_bytes())?;
    }
    put(
        "token",
        "parts",
        b"{\"alg\":\"EdDSA\",\"kid\":\"did:web:stranger.example#key-1\"}\n{\"iss\":\"x\"}\n0",
    )?;

    put("csv_list", "cp932", &fs::read(project.join("events/candidates-2026-10.csv"))?)?;
    for (name, text) in LISTS {
        put("csv_list", name, text.as_bytes())?;
        let wide: Vec<u8> =
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        put("csv_list", &format!("{name}-utf16"), &wide)?;
        put("csv_list", &format!("{name}-mark"), format!("\u{feff}{text}").as_bytes())?;
    }

    for (place, text) in ADDRESSES.iter().enumerate() {
        put("mail_address", &place.to_string(), text.as_bytes())?;
    }
    pictures(&stranger, &put)
}

/// Writes an input: its target, its name, its bytes.
type Put<'a> = &'a dyn Fn(&str, &str, &[u8]) -> io::Result<()>;

/// Small pictures of every colour type, bare, baked, and with further chunks.
fn pictures(stranger: &str, put: Put<'_>) -> io::Result<()> {
    use png::{BitDepth, ColorType};
    for (name, colour, depth, row) in [
        ("grey", ColorType::Grayscale, BitDepth::One, 1),
        ("grey-alpha", ColorType::GrayscaleAlpha, BitDepth::Eight, 8),
        ("rgb", ColorType::Rgb, BitDepth::Sixteen, 24),
        ("rgba", ColorType::Rgba, BitDepth::Eight, 16),
        ("palette", ColorType::Indexed, BitDepth::Two, 1),
    ] {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, 4, 3);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        if colour == ColorType::Indexed {
            encoder.set_palette(vec![0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
            encoder.set_trns(vec![0, 128]);
        } else {
            encoder.set_source_gamma(png::ScaledFloat::new(0.45));
        }
        encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: 9, yppu: 9, unit: png::Unit::Meter }));
        encoder.add_itxt_chunk("Title".to_owned(), "A picture".to_owned()).expect("a text");
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(&vec![0; row * 3]).expect("pixels");
        writer.finish().expect("an end");
        put("unbake", name, &file)?;
        let artwork = Artwork::parse(&file).expect("a picture");
        put("unbake", &format!("{name}-stranger"), &artwork.bake(stranger))?;
        put("unbake", &format!("{name}-both"), &artwork.bake_both(GOLDEN, &hosted()[0].to_string()))?;
    }
    put("unbake", "svg", svg(stranger).as_bytes())?;
    put("unbake", "svg-verify", br#"<svg xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><openbadges:credential verify="https://old.example/assertions/1"/></svg>"#)
}

fn svg(credential: &str) -> String {
    format!(
        "<svg xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\"><openbadges:credential><![CDATA[{credential}]]></openbadges:credential></svg>"
    )
}

fn files(folder: &Path, end: &str) -> io::Result<Vec<PathBuf>> {
    let paths: io::Result<Vec<_>> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
    Ok(paths?.into_iter().filter(|path| name_of(path).ends_with(end)).collect())
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

const LISTS: [(&str, &str); 4] = [
    (
        "plain",
        "achievement,kind,date,name,kana,roman,address,number\r\npm,pass,2026/10/1,佐藤 花子,サトウ ハナコ,SATO Hanako,hanako@example.jp,1\r\n",
    ),
    (
        "tabs",
        "資格コード\t区分\t合格日\t氏名\tメールアドレス\t会員番号\nfe\t合格\t令和8年10月1日\t\"山田\n太郎\"\ttaro@example.jp\t2\n\nfe\t更新\t20261002\t髙橋\tx\t3",
    ),
    (
        "semicolons",
        "氏名;資格;区分;日付;メール;番号;備考\n\"a\"\"b\";fe;合格;2026-10-03;a@b.jp;4;\n;;;;;;\n\"lost;fe;合格\nc;fe;renewal;2026-10-03;c@b.jp;5;n\n",
    ),
    ("missing", "name,address\nA,a@example.jp\n"),
];

const ADDRESSES: [&str; 20] = [
    "taro@example.jp",
    "  Taro.Yamada@EXAMPLE.Co.JP\u{3000}",
    "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ",
    "taro@example,co。jp",
    "山田 太郎 <taro@example.jp>",
    "\"Yamada, Taro\" < taro@example.jp >",
    "MAILTO: taro@example.jp?subject=Hi@you",
    "「taro@example.jp」",
    "\"taro\"@example.jp",
    "taro..y@docomo.ne.jp",
    "taro.@ezweb.ne.jp",
    "\"taro.\"@ezweb.ne.jp",
    "a@gmial.com",
    "a@yahoo.com",
    "a@yahoo.ne.jp",
    "\u{feff}ta\u{200b}ro@exam\u{ad}ple.jp\u{202c}",
    "o'hara_1/a=b+c@xn--wgv71a119e.jp",
    "a@b@c.jp",
    "a b@example.jp",
    "a@icloud.co",
];
