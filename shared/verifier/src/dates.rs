//! Dates that others wrote, and the time within which a badge is valid.

use jiff::Timestamp;

use crate::report::Finding;

/// A moment with a zone. Seconds may be missing or have a fraction, as older badges write them; a zone may not, because
/// two readers would take another moment.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    let shape = |form: &str, text: &str| {
        form.len() == text.len()
            && form.bytes().zip(text.bytes()).all(|(form, byte)| match form {
                b'0' => byte.is_ascii_digit(),
                _ => form == byte,
            })
    };
    let (clock, zone) = match text.strip_suffix('Z') {
        Some(clock) => (clock, "Z"),
        None => text.split_at_checked(text.len().checked_sub(6)?)?,
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let whole = shape("0000-00-00T00:00:00", clock);
    let fits = (whole || shape("0000-00-00T00:00", clock))
        && (zone == "Z" || shape("+00:00", zone) || shape("-00:00", zone))
        && (1..=9).contains(&fraction.len())
        && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !fits {
        return None;
    }
    let seconds = if whole { "" } else { ":00" };
    format!("{clock}{seconds}.{fraction}{zone}").parse().ok()
}

/// From when on and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) from: Timestamp,
    pub(crate) until: Option<Timestamp>,
}

impl Term {
    /// The last second named is still within.
    pub(crate) fn check(&self, at: Timestamp) -> Finding {
        match self.until {
            _ if at < self.from => Finding::NotYetValid(self.from),
            Some(until) if at.as_second() > until.as_second() => Finding::Expired(until),
            until => Finding::InForce { from: self.from, until },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_need_a_zone_and_nothing_else() {
        for (text, expected) in [
            ("2026-10-05T00:00:00Z", Some("2026-10-05T00:00:00Z")),
            ("2026-10-05T09:00:00.123+09:00", Some("2026-10-05T00:00:00.123Z")),
            ("2026-10-05T09:00+09:00", Some("2026-10-05T00:00:00Z")),
            ("2026-10-05T00:00:00", None),
            ("2026-10-05", None),
            ("2026-10-05T00:00:00.Z", None),
            ("2026-10-05t00:00:00Z", None),
            ("2026-10-05T00:00:00Z[Asia/Tokyo]", None),
            ("2026-02-30T00:00:00Z", None),
            ("", None),
            ("Z", None),
            ("２026-10-05T00:00:00Z", None),
            ("2026-10-05T00:00:00あ:00", None),
        ] {
            assert_eq!(moment(text), expected.map(|moment| moment.parse().unwrap()), "{text}");
        }
    }
}
