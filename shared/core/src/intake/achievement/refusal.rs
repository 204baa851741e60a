//! Why an achievement cannot be registered so: stable codes for programs, sentences for the clerk.

use std::fmt;

use openbadges::{
    bake::{ArtworkError, MAX_SIDE},
    png_chunks::ChunkError,
};

use super::{MAX_MONTHS, TEXT_BYTES};
use crate::{achievement::ARTWORK_BYTES, programme::Bilingual};

/// What an achievement consists of. `Display` is its name in JSON, such as `name.ja`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The short name in lists and addresses.
    Id,
    /// Its name in Japanese …
    NameJa,
    /// … and in English.
    NameEn,
    /// What it attests, in Japanese …
    DescriptionJa,
    /// … and in English.
    DescriptionEn,
    /// What one has to do to earn it, in Japanese …
    CriteriaJa,
    /// … and in English.
    CriteriaEn,
    /// Its picture.
    Artwork,
    /// How long a badge is valid.
    Validity,
    /// The first day that earns a badge.
    FirstEligible,
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Id => "id",
            Self::NameJa => "name.ja",
            Self::NameEn => "name.en",
            Self::DescriptionJa => "description.ja",
            Self::DescriptionEn => "description.en",
            Self::CriteriaJa => "criteria.ja",
            Self::CriteriaEn => "criteria.en",
            Self::Artwork => "artwork",
            Self::Validity => "validityMonths",
            Self::FirstEligible => "firstEligible",
        })
    }
}

/// An achievement cannot be registered so. `Display` is the stable code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AchievementRefusal {
    /// The id is missing, too long, or holds other than lower-case letters, digits and hyphens.
    IdMalformed,
    /// The id is that of a page of the office.
    IdReserved,
    /// Another achievement has this id.
    IdTaken,
    /// A text is missing.
    TextMissing {
        /// Which.
        part: Part,
    },
    /// A text is too long.
    TextTooLong {
        /// Which.
        part: Part,
    },
    /// A text holds a control character.
    TextControlCharacter {
        /// Which.
        part: Part,
    },
    /// There is no picture.
    ArtworkMissing,
    /// The picture is larger than 256 KiB.
    ArtworkTooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The picture is a file of another kind.
    ArtworkNotPng {
        /// Of which, if it is a common one.
        kind: Option<&'static str>,
    },
    /// The picture is no usable PNG file.
    ArtworkNotUsable(ArtworkError),
    /// The validity is no number, or 0, or more than 600 months.
    ValidityOutOfRange,
    /// The first eligible day is no day of the calendar.
    DateUnreadable,
}

impl AchievementRefusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::IdMalformed => "id-malformed",
            Self::IdReserved => "id-reserved",
            Self::IdTaken => "id-taken",
            Self::TextMissing { .. } => "text-missing",
            Self::TextTooLong { .. } => "text-too-long",
            Self::TextControlCharacter { .. } => "text-control-character",
            Self::ArtworkMissing => "artwork-missing",
            Self::ArtworkTooLarge { .. } => "artwork-too-large",
            Self::ArtworkNotPng { .. } => "artwork-not-png",
            Self::ArtworkNotUsable(_) => "artwork-not-usable",
            Self::ValidityOutOfRange => "validity-out-of-range",
            Self::DateUnreadable => "date-unreadable",
        }
    }

    /// What it is about.
    pub fn part(&self) -> Part {
        match self {
            Self::IdMalformed | Self::IdReserved | Self::IdTaken => Part::Id,
            Self::TextMissing { part } | Self::TextTooLong { part } | Self::TextControlCharacter { part } => {
                *part
            }
            Self::ArtworkMissing
            | Self::ArtworkTooLarge { .. }
            | Self::ArtworkNotPng { .. }
            | Self::ArtworkNotUsable(_) => Part::Artwork,
            Self::ValidityOutOfRange => Part::Validity,
            Self::DateUnreadable => Part::FirstEligible,
        }
    }

    /// What to do, for a program's author: with the name of the part.
    pub fn sentence(&self) -> Bilingual {
        let (part, Bilingual { ja, en }) = (self.part(), self.words());
        Bilingual { ja: format!("{part}：{ja}"), en: format!("{part}: {en}") }
    }

    /// What to do, for whoever sees it beside the field.
    pub fn words(&self) -> Bilingual {
        match self {
            Self::IdMalformed => both(
                "英小文字・数字・ハイフン（-）を使い、40文字までで入力してください。",
                "Use lower-case letters, digits and hyphens, at most 40.",
            ),
            Self::IdReserved => both(
                "このコードは、システムが使っているため登録できません。別のコードにしてください。",
                "The system uses this code itself. Please choose another one.",
            ),
            Self::IdTaken => both(
                "このコードの資格は、すでに登録されています。別のコードにするか、資格の一覧から、登録済みの資格を編集してください。",
                "A qualification with this code is registered already. Choose another code, or edit that one from the list.",
            ),
            Self::TextMissing { .. } => both("入力してください。", "Please fill this in."),
            Self::TextTooLong { .. } => both(
                format!(
                    "長すぎます。全角で約{}文字（{TEXT_BYTES}バイト）までにしてください。",
                    TEXT_BYTES / 3
                ),
                format!("This is too long. At most {TEXT_BYTES} letters (bytes) are taken."),
            ),
            Self::TextControlCharacter { .. } => both(
                "目に見えない制御文字が含まれています。この欄を消して、入力し直してください。",
                "There is an invisible control character in it. Please empty the field and type it again.",
            ),
            Self::ArtworkMissing => both("画像を選んでください。", "Please choose a picture."),
            Self::ArtworkTooLarge { bytes } => both(
                format!(
                    "画像が{} KBあります。{} KB（{ARTWORK_BYTES}バイト）までにしてください。縦横を小さくするか、色数を減らして保存し直すと小さくなります。",
                    bytes.div_ceil(1024),
                    ARTWORK_BYTES / 1024
                ),
                format!(
                    "The picture has {} KB; at most {} KB ({ARTWORK_BYTES} bytes) are taken. Fewer pixels or fewer colours make it smaller.",
                    bytes.div_ceil(1024),
                    ARTWORK_BYTES / 1024
                ),
            ),
            Self::ArtworkNotPng { kind: Some(kind) } => both(
                format!("{kind}の画像です。PNG形式で書き出してから、選び直してください。"),
                format!("This picture is {kind}. Please export it as PNG and choose it again."),
            ),
            Self::ArtworkNotPng { kind: None } => both(
                "PNG画像ではありません。PNG形式の画像を選んでください。",
                "This is no PNG picture. Please choose one.",
            ),
            Self::ArtworkNotUsable(error) => of_artwork(error),
            Self::ValidityOutOfRange => both(
                format!(
                    "有効期間は、1～{MAX_MONTHS}の月数を数字で入力してください。期限がない資格では「期限なし」を選んでください。"
                ),
                format!(
                    "Give the validity as 1 to {MAX_MONTHS} months in digits, or choose that it does not expire."
                ),
            ),
            Self::DateUnreadable => both(
                "日付が読み取れません。2026/10/5のように入力してください。",
                "This is no date. Write it like 2026-10-05.",
            ),
        }
    }
}

/// The code alone, such as `text-too-long`.
impl fmt::Display for AchievementRefusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl std::error::Error for AchievementRefusal {}

fn of_artwork(error: &ArtworkError) -> Bilingual {
    match error {
        ArtworkError::TooLarge { width, height } => both(
            format!("画像が{width}×{height}ピクセルあります。縦横とも{MAX_SIDE}ピクセルまでにしてください。"),
            format!("The picture is {width}×{height} pixels; at most {MAX_SIDE}×{MAX_SIDE} are taken."),
        ),
        ArtworkError::Chunks(ChunkError::Length) => both(
            "画像のファイルが途中で切れているか、後ろに別のデータが付いています。元の画像を書き出し直してください。",
            "The file is cut off, or something is appended to it. Please export the picture again.",
        ),
        ArtworkError::Chunks(_) | ArtworkError::Pixels(_) => both(
            "画像のファイルが壊れています。元の画像を書き出し直してください。",
            "The file is damaged. Please export the picture again.",
        ),
        ArtworkError::UnknownChunk(_)
        | ArtworkError::BadChunk(_)
        | ArtworkError::PaletteMissing
        | ArtworkError::PaletteIndex
        | ArtworkError::Surplus => both(
            format!(
                "このPNGは、表示できないソフトがあるため使えません（{error}）。別の画像ソフトで書き出し直してください。"
            ),
            format!("Not every program could show this PNG ({error}). Please export it with another one."),
        ),
    }
}

fn both(ja: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual { ja: ja.into(), en: en.into() }
}
