//! `xsd:dateTime` as the Open Badges schema wants it: with a zone, in whole seconds.

use std::fmt;

use jiff::{Timestamp, tz::Offset};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment and the way it is written. The written form is what is signed, so it is kept to the byte.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DateTime {
    lexical: String,
    timestamp: Timestamp,
}

/// A text is not a date and time of the accepted form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a date and time must look like 2026-11-01T09:00:00+09:00 or 2026-11-01T00:00:00Z")]
pub struct DateTimeError;

impl DateTime {
    /// The moment in UTC, ending in `Z`. A fraction of a second is cut off.
    pub fn utc(timestamp: Timestamp) -> Self {
        let mut written = Self::with_offset(timestamp, Offset::UTC);
        written.lexical.truncate(written.lexical.len().saturating_sub("+00:00".len()));
        written.lexical.push('Z');
        written
    }

    /// The moment as a clock at a fixed offset shows it. A fraction of a second is cut off.
    pub fn with_offset(timestamp: Timestamp, offset: Offset) -> Self {
        let timestamp = Timestamp::from_second(timestamp.as_second()).unwrap_or(timestamp);
        let local = offset.to_datetime(timestamp);
        let minutes = offset.seconds() / 60;
        let lexical = format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{:02}:{:02}",
            local.year(),
            local.month(),
            local.day(),
            local.hour(),
            local.minute(),
            local.second(),
            if minutes < 0 { '-' } else { '+' },
            minutes.abs() / 60,
            minutes.abs() % 60,
        );
        Self { lexical, timestamp }
    }

    /// Reads the one accepted form: no fraction, upper-case `T` and `Z`, a zone.
    ///
    /// # Errors
    /// [`DateTimeError`] for anything else, and for dates that do not exist.
    pub fn parse(text: impl Into<String>) -> Result<Self, DateTimeError> {
        let lexical = text.into();
        if !has_form(lexical.as_bytes()) {
            return Err(DateTimeError);
        }
        let timestamp: Timestamp = lexical.parse().map_err(|_| DateTimeError)?;
        Ok(Self { lexical, timestamp })
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.lexical
    }

    /// The moment.
    pub fn timestamp(&self) -> Timestamp {
        self.timestamp
    }
}

/// `0` stands for a digit.
fn has_form(text: &[u8]) -> bool {
    ["0000-00-00T00:00:00Z", "0000-00-00T00:00:00+00:00", "0000-00-00T00:00:00-00:00"].iter().any(|form| {
        form.len() == text.len()
            && form.bytes().zip(text).all(|(form, byte)| match form {
                b'0' => byte.is_ascii_digit(),
                _ => form == *byte,
            })
    }) && text.get(17..19) != Some(b"60") // no leap second: two readers would disagree
        && !text.starts_with(b"0000") // nor the year 0, which XML Schema 1.0 and 1.1 take differently
        && text.get(20..25).is_none_or(|offset| offset <= b"14:00") // the furthest zone that XML Schema knows
}

impl fmt::Display for DateTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.lexical)
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.lexical)
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.lexical)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_form_is_kept() {
        let moment: Timestamp = "2026-10-04T15:00:00.9Z".parse().unwrap();
        assert_eq!(DateTime::utc(moment).as_str(), "2026-10-04T15:00:00Z");
        let japan = DateTime::with_offset(moment, Offset::constant(9));
        assert_eq!(japan.as_str(), "2026-10-05T00:00:00+09:00");
        assert_eq!(DateTime::parse(japan.as_str()).unwrap(), japan);
        let west = DateTime::with_offset(moment, Offset::from_seconds(-12_600).unwrap());
        assert_eq!(west.as_str(), "2026-10-04T11:30:00-03:30");
        assert_eq!(DateTime::parse(west.as_str()).unwrap(), west);
    }

    #[test]
    fn every_other_form_is_refused() {
        for text in [
            "",
            "2026-10-05",
            "2026-10-05T00:00:00",
            "2026-10-05T00:00:00.0Z",
            "2026-10-05t00:00:00Z",
            "2026-10-05T00:00:00z",
            "2026-02-30T00:00:00Z",
            "2026-10-05 00:00:00Z",
            "2026-10-05T00:00:60Z",
            "2026-10-05T00:00:00+0900",
            "2026-10-05T25:00:00Z",
            "2026-10-05T24:00:00Z",
            "2026-10-05T00:00:00+14:01",
            "2026-10-05T00:00:00-23:00",
            "2026-10-05T00:00:00+09:60",
            "0000-10-05T00:00:00Z",
            "２026-10-05T00:00:00Z",
        ] {
            assert!(DateTime::parse(text).is_err(), "{text}");
        }
    }
}
