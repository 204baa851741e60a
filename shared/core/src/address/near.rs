//! Domains that are one slip of the finger away from one that many people in Japan have.

/// Domains of mail services and carriers, long enough that a slip seldom makes another real one.
pub(super) const COMMON: [&str; 17] = [
    "gmail.com",
    "yahoo.co.jp",
    "ymail.ne.jp",
    "docomo.ne.jp",
    "ezweb.ne.jp",
    "softbank.ne.jp",
    "i.softbank.jp",
    "ymobile.ne.jp",
    "uqmobile.jp",
    "icloud.com",
    "outlook.jp",
    "outlook.com",
    "hotmail.com",
    "hotmail.co.jp",
    "biglobe.ne.jp",
    "nifty.com",
    "nifty.ne.jp",
];

/// Real domains that are one letter away from a common one. Besides, whatever is one letter and `mail.com`: most of them are mail
/// services, and who slips on the first letter sees it.
const REAL: [&str; 9] = [
    "mail.com",
    "email.com",
    "email.ne.jp",
    "emobile.ne.jp",
    "cloud.com",
    "fifty.com",
    "niftys.com",
    "nift.com",
    "outlooks.com",
];

/// The common domain that was probably meant.
pub(super) fn meant(domain: &str) -> Option<&'static str> {
    let first_letter = domain.len() == "gmail.com".len() && domain.ends_with("mail.com");
    if COMMON.contains(&domain) || REAL.contains(&domain) || first_letter {
        return None;
    }
    COMMON.into_iter().find(|common| is_one_slip(domain.as_bytes(), common.as_bytes()))
}

/// Whether one letter too many, too few, another one, or two letters the other way round make one of the other.
#[expect(clippy::match_same_arms, reason = "each arm is another slip")]
fn is_one_slip(one: &[u8], other: &[u8]) -> bool {
    let same = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let (Some(one), Some(other)) = (one.get(same..), other.get(same..)) else { return false };
    match (one, other) {
        ([], []) => false,
        ([first, second, rest @ ..], [other_first, other_second, other_rest @ ..])
            if (first, second, rest) == (other_second, other_first, other_rest) =>
        {
            true
        }
        ([_, rest @ ..], [_, other_rest @ ..]) if rest == other_rest => true,
        (one, [_, rest @ ..]) if one == rest => true,
        ([_, rest @ ..], other) => rest == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_one_slip() {
        for (typed, meant_domain) in [
            ("gmaill.com", "gmail.com"),
            ("gmal.com", "gmail.com"),
            ("gmali.com", "gmail.com"),
            ("gmail.cpm", "gmail.com"),
            ("gmail.comm", "gmail.com"),
            ("yaho.co.jp", "yahoo.co.jp"),
            ("yahooo.co.jp", "yahoo.co.jp"),
            ("yahoo.c.jp", "yahoo.co.jp"),
            ("docmo.ne.jp", "docomo.ne.jp"),
            ("docomo.me.jp", "docomo.ne.jp"),
            ("ezwb.ne.jp", "ezweb.ne.jp"),
            ("softbnak.ne.jp", "softbank.ne.jp"),
            ("i-softbank.jp", "i.softbank.jp"),
            ("iclould.com", "icloud.com"),
            ("outlok.jp", "outlook.jp"),
            ("hotmial.co.jp", "hotmail.co.jp"),
        ] {
            assert_eq!(meant(typed), Some(meant_domain), "{typed}");
        }
    }

    #[test]
    fn real_domains_and_distant_ones_are_left_alone() {
        for domain in COMMON.into_iter().chain(REAL).chain([
            "example.jp",
            "ymail.com",
            "hmail.com",
            "au.com",
            "aol.com",
            "me.com",
            "live.jp",
            "gmx.com",
            "ocn.ne.jp",
            "yahoo.com",
            "d.vodafone.ne.jp",
            "outlook.co.jp",
            "hotmail.co.uk",
            "yahoo.co.uk",
            "gmail.example.com",
            "a.b",
        ]) {
            assert_eq!(meant(domain), None, "{domain}");
        }
    }
}
