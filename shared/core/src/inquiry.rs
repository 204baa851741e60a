//! What somebody asks the office: about what, in which words, and from which form.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    badge::BadgeId,
    ports::Entropy,
    store::{Failure, random_uuid},
};

/// The longest inquiry, in characters.
pub const INQUIRY_CHARACTERS: usize = 2_000;

/// Nobody reads a form, writes a sentence and sends it faster than this; programs do.
const FASTEST: SignedDuration = SignedDuration::from_secs(3);

/// A form that was shown longer ago is shown again, with all that was typed.
const FORM_VALIDITY: SignedDuration = SignedDuration::from_hours(24);

/// What an inquiry is about, as its sender sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// A mail did not arrive.
    Mail,
    /// A badge cannot be accepted, or a wallet not be opened.
    Claiming,
    /// The name or something else in a badge is wrong.
    Correction,
    /// Who sees a badge, and sharing it.
    Sharing,
    /// Deleting, ordering again, paying.
    Reissue,
    /// Somebody was shown a badge and wants to be sure of it.
    Verifying,
    /// Anything else.
    Other,
}

impl Topic {
    /// Every topic, in the order of the form.
    pub const ALL: [Self; 7] = [
        Self::Mail,
        Self::Claiming,
        Self::Correction,
        Self::Sharing,
        Self::Reissue,
        Self::Verifying,
        Self::Other,
    ];

    /// Its name, in kebab-case, as forms write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Claiming => "claiming",
            Self::Correction => "correction",
            Self::Sharing => "sharing",
            Self::Reissue => "reissue",
            Self::Verifying => "verifying",
            Self::Other => "other",
        }
    }

    /// The topic of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }
}

/// Why a text is no inquiry. The text itself is not part of the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InquiryRefusal {
    /// There is nothing to read.
    #[error("there is no text")]
    Missing,
    /// Longer than [`INQUIRY_CHARACTERS`].
    #[error("the text is too long")]
    TooLong,
}

/// What somebody wrote: 1 to [`INQUIRY_CHARACTERS`] characters on one or more lines, with no other control character than the line
/// feed. [`Debug`](fmt::Debug) does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InquiryText(String);

impl fmt::Debug for InquiryText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("InquiryText(…)")
    }
}

impl InquiryText {
    /// Reads it as a form sends it. Silently mended: line ends; tabs become spaces; control characters and marks of direction, which
    /// could make a text read as another one, are left out; white space around.
    ///
    /// # Errors
    /// [`InquiryRefusal`] if nothing is left, or too much.
    pub fn mend(raw: &str) -> Result<Self, InquiryRefusal> {
        let lines =
            raw.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n").replace('\t', " ");
        let turns = |character| matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        let kept = |character: &char| *character == '\n' || !(character.is_control() || turns(*character));
        let text: String = lines.chars().filter(kept).collect();
        let text = text.trim();
        let visible =
            |character: char| !character.is_whitespace() && !crate::address::is_zero_width(character);
        if !text.contains(visible) {
            Err(InquiryRefusal::Missing)
        } else if text.chars().nth(INQUIRY_CHARACTERS).is_some() {
            Err(InquiryRefusal::TooLong)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// By what the sender of an inquiry has shown that a badge is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// Signed in to the wallet that holds it.
    Wallet,
    /// By a link that was mailed to claim it.
    Link,
}

/// The badge of an inquiry. Its sender has proved to hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutBadge {
    /// The badge.
    pub badge: BadgeId,
    /// How that was proved.
    pub by: Proof,
}

/// Names one showing of the form: when, and a random part. The form sends it back.
///
/// It is not signed, for claim has no secret to sign with, and so it proves nothing. It makes a form that is sent twice one inquiry,
/// makes each copy of a recorded form worthless after its first use and after a day, and shuts out what fills in forms faster than
/// anyone can read. The limits do the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormStamp {
    shown_at: Timestamp,
    random: Uuid,
}

/// How long ago a form was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormAge {
    /// A person may have filled it in.
    Fits,
    /// Less than anyone needs.
    TooFresh,
    /// So long that it should be shown again.
    TooOld,
}

impl FormStamp {
    /// Of a form that is shown now.
    pub fn new(entropy: &dyn Entropy, now: Timestamp) -> Self {
        Self { shown_at: now, random: random_uuid(entropy) }
    }

    /// From the form.
    pub fn parse(text: &str) -> Option<Self> {
        let (seconds, random) = text.split_once('-')?;
        let shown_at = Timestamp::from_second(seconds.parse().ok()?).ok()?;
        let stamp = Self { shown_at, random: Uuid::try_parse(random).ok()? };
        (stamp.to_string() == text).then_some(stamp)
    }

    /// How long ago the form was shown. A form from the future was made up.
    pub fn age(&self, now: Timestamp) -> FormAge {
        let age = now.duration_since(self.shown_at);
        if age > FORM_VALIDITY {
            FormAge::TooOld
        } else if age < FASTEST {
            FormAge::TooFresh
        } else {
            FormAge::Fits
        }
    }

    /// By what sender and office call the inquiry: eight digits and letters.
    pub fn reference(&self) -> Reference {
        let (first, ..) = self.random.as_fields();
        Reference(format!("{first:08x}"))
    }

    /// Names the counter of this form, and the last moment at which it counts.
    pub(crate) fn counter(&self) -> Result<(String, Timestamp), Failure> {
        let until = crate::store::after(self.shown_at, FORM_VALIDITY)?;
        Ok((format!("FORM#{}", self.random.simple()), until))
    }
}

impl fmt::Display for FormStamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.shown_at.as_second(), self.random.simple())
    }
}

/// By what sender and office call an inquiry: eight hexadecimal digits. It finds nothing, it only tells one mail from another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reference(String);

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;

    impl Entropy for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.iter_mut().zip(1..).for_each(|(place, byte)| *place = byte);
        }
    }

    #[test]
    fn a_topic_is_found_by_its_name() {
        for topic in Topic::ALL {
            assert_eq!(Topic::parse(topic.name()), Some(topic));
            assert_eq!(serde_json::to_value(topic).unwrap(), topic.name());
        }
        assert_eq!(Topic::parse(""), None);
        assert_eq!(Topic::parse("Mail"), None);
    }

    #[test]
    fn a_text_keeps_its_lines_and_nothing_that_acts() {
        let text = |raw: &str| InquiryText::mend(raw).map(|text| text.as_str().to_owned());
        assert_eq!(
            text(" 届きません。\r\n二行目\r三行目\tです \n\n").unwrap(),
            "届きません。\n二行目\n三行目 です"
        );
        assert_eq!(text("a\u{0}b\u{1b}[31mc\u{202e}d\u{2066}e").unwrap(), "ab[31mcde");
        assert_eq!(text("a\u{2028}Bcc: x@example.jp").unwrap(), "a\nBcc: x@example.jp");
        for nothing in ["", " \r\n\t ", "\u{200b}", "　\u{feff}", "\u{202e}"] {
            assert_eq!(text(nothing), Err(InquiryRefusal::Missing), "{nothing:?}");
        }
        assert!(text(&"字".repeat(INQUIRY_CHARACTERS)).is_ok());
        assert_eq!(text(&"字".repeat(INQUIRY_CHARACTERS + 1)), Err(InquiryRefusal::TooLong));
        assert!(!format!("{:?}", InquiryText::mend("秘密").unwrap()).contains('秘'));
    }

    #[test]
    fn a_stamp_comes_back_as_it_was_shown() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let stamp = FormStamp::new(&Counting, at("2026-11-24T00:00:00Z"));
        let text = stamp.to_string();
        assert_eq!(text, "1795478400-0102030405064708890a0b0c0d0e0f10");
        assert_eq!(FormStamp::parse(&text), Some(stamp.clone()));
        assert_eq!(stamp.reference().to_string(), "01020304");
        let (capitals, signed) = (text.to_uppercase(), format!("+{text}"));
        for wrong in ["", "-", "1795478400", "1795478400-", "x-0102", &capitals, &signed] {
            assert_eq!(FormStamp::parse(wrong), None, "{wrong}");
        }
        for (now, age) in [
            ("2026-11-23T23:59:59Z", FormAge::TooFresh),
            ("2026-11-24T00:00:02Z", FormAge::TooFresh),
            ("2026-11-24T00:00:03Z", FormAge::Fits),
            ("2026-11-25T00:00:00Z", FormAge::Fits),
            ("2026-11-25T00:00:01Z", FormAge::TooOld),
        ] {
            assert_eq!(stamp.age(at(now)), age, "{now}");
        }
    }
}
