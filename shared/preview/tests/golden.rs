//! What a preview looks like, pixel for pixel. Look at the files in `tests/golden` before you keep them:
//! `UPDATE_GOLDEN=1 cargo test -p shomei-preview` rewrites them. `DESIGN` changes with them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use shomei_preview::{DESIGN, HEIGHT, Preview, WIDTH};

const ISSUER: &str = "一般社団法人 日本プロジェクトマネジメント資格協会";
const ISSUER_EN: &str = "Japan Project Management Certification Association";

struct Case {
    file: &'static str,
    achievement: &'static str,
    achievement_en: &'static str,
    holder: Option<&'static str>,
    lines: &'static [&'static str],
    artwork: &'static str,
}

const CASES: [Case; 7] = [
    Case {
        file: "usual.png",
        achievement: "プロジェクトマネジメント専門",
        achievement_en: "Project Management Professional",
        holder: Some("山田 太郎"),
        lines: &["合格日 2026年10月5日 · 有効期限 2029年10月4日"],
        artwork: "pm-professional.png",
    },
    Case {
        file: "without_name.png",
        achievement: "プロジェクトマネジメント基礎",
        achievement_en: "Project Management Foundation",
        holder: None,
        lines: &["合格日 2026年10月5日 · 有効期限なし"],
        artwork: "pm-foundation.png",
    },
    Case {
        file: "long.png",
        achievement: "グローバルプロジェクトマネジメント・プロフェッショナル(情報システム開発および組織変革領域)上級実務者認定試験",
        achievement_en: "Certified Global Project Management Professional, Information Systems Development and \
                         Organisational Change, Advanced Practitioner",
        holder: Some(
            "Maximilian Alexander Konstantin von Hohenlohe-Waldenburg-Schillingsfürst de Saint-Exupéry",
        ),
        lines: &[
            "合格日 2026年10月5日 · 有効期限 2029年10月4日 · 更新 3回",
            "有効期限が過ぎています",
            "新しいバッジがあります",
            "再発行",
        ],
        artwork: "pm-executive.png",
    },
    Case {
        file: "too_long.png",
        achievement: "検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定検定",
        achievement_en: "A name that goes on and on, and on and on, and on and on, and on and on, and on and on, and on and \
                         on, and on and on, and on and on, and on and on, and on and on, and on and on, and on and on",
        holder: Some(
            "寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末食う寝る処に住む処藪ら柑子の藪柑子パイポパイポパイポのシューリンガンシューリンガンのグーリンダイ",
        ),
        lines: &["一", "二", "三", "四", "五"],
        artwork: "pm-executive.png",
    },
    Case {
        file: "rare_kanji.png",
        achievement: "個人情報の保護に関する実務検定 2級",
        achievement_en: "Practical Examination in the Protection of Personal Information, Grade 2",
        holder: Some("髙﨑 𠮷邉　濵神 葛󠄀葛󠄁 𡈽祇か\u{3099}"),
        lines: &["合格日 2026年10月5日", "髙橋 﨑人 草彅 德川 栁澤 増﨑 辻󠄀辻󠄁 𥔎 禱 頴 顗 㟢"],
        artwork: "pm-professional.png",
    },
    Case {
        file: "foreign_script.png",
        achievement: "プロジェクトマネジメント専門 🎓",
        achievement_en: "Project <Management> & \"Professional\"",
        holder: Some("김철수 محمد 👩‍💻 Łukasz"),
        lines: &["Nguyễn Thị Ánh · Şahin Işık · Дмитро Їжак · Ελένη · 张伟"],
        artwork: "pm-professional.png",
    },
    Case {
        file: "bare.png",
        achievement: "検定",
        achievement_en: "",
        holder: Some(""),
        lines: &[],
        artwork: "pm-foundation.png",
    },
];

#[test]
fn every_preview_looks_as_agreed() {
    let mut differing = Vec::new();
    let mut all = digest::Context::new(&digest::SHA256);
    for case in CASES {
        let rendered = render(&case);
        let path = folder().join(case.file);
        if updating() {
            fs::write(&path, &rendered).unwrap();
        }
        let (header, pixels) = decode(&rendered);
        all.update(&pixels);
        assert_eq!(header, (WIDTH, HEIGHT, png::ColorType::Rgb));
        let agreed = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if decode(&agreed) != (header, pixels) {
            differing.push(case.file);
        }
    }
    assert!(differing.is_empty(), "differ from tests/golden: {differing:?}");
    assert_design_names(&hex::encode(all.finish()));
}

/// A picture's address holds `DESIGN`: it may not stay while the pictures change.
fn assert_design_names(pixels: &str) {
    let path = folder().join("design.txt");
    let current = format!("{DESIGN} {pixels}\n");
    let agreed = fs::read_to_string(&path).unwrap_or_default();
    if updating() && !agreed.starts_with(&format!("{DESIGN} ")) {
        fs::write(&path, &current).unwrap();
        return;
    }
    assert_eq!(agreed, current, "the pictures changed: give DESIGN in src/lib.rs a new value, then update");
}

#[test]
fn a_preview_is_the_same_bytes_every_time_and_small() {
    for case in CASES {
        let rendered = render(&case);
        assert_eq!(rendered, render(&case), "{}", case.file);
        assert!(rendered.len() < 300_000, "{}: {} bytes", case.file, rendered.len());
    }
}

fn render(case: &Case) -> Vec<u8> {
    let lines: Vec<String> = case.lines.iter().map(|line| (*line).to_owned()).collect();
    let artwork = fs::read(folder().join("../../../../events/artwork").join(case.artwork)).unwrap();
    Preview {
        achievement: case.achievement,
        achievement_en: case.achievement_en,
        holder_name: case.holder,
        issuer: ISSUER,
        issuer_en: ISSUER_EN,
        lines: &lines,
        artwork: &artwork,
    }
    .render()
    .unwrap()
}

fn decode(file: &[u8]) -> ((u32, u32, png::ColorType), Vec<u8>) {
    let mut reader = png::Decoder::new(Cursor::new(file)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    ((frame.width, frame.height, frame.color_type), pixels)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

#[expect(clippy::disallowed_methods, reason = "a switch for the developer, read in this test only")]
fn updating() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}
