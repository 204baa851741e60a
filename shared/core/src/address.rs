//! Mail addresses as staff and recipients type them: mended where only one reading is possible, questioned where a
//! slip is likely, refused where no mail could arrive.
//!
//! A mend keeps the meaning and is silent. A suggestion is a guess and is never applied.

mod near;

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The longest part before the `@`, in octets (RFC 5321, section 4.5.3.1.1).
const LOCAL_OCTETS: usize = 64;

/// The longest address, in octets (RFC 5321, section 4.5.3.1.3: a path of 256 with its two brackets).
const ADDRESS_OCTETS: usize = 254;

/// The longest label of a domain, in octets (RFC 1035, section 2.3.4).
const LABEL_OCTETS: usize = 63;

/// Longer raw texts are refused unread.
const RAW_BYTES: usize = 4096;

/// The two carriers that gave out addresses which RFC 5321 does not allow, and still deliver to them.
const OLD_CARRIERS: [&str; 2] = ["docomo.ne.jp", "ezweb.ne.jp"];

/// Slips of Japanese lists and what was probably meant. The left side is compared with the whole domain.
///
/// Real mail domains that only look like slips must never appear on the left: `au.com`, `ymobile.ne.jp`,
/// `outlook.jp`, `hotmail.co.jp`, `*.vodafone.ne.jp`.
const SLIPS: &[(&str, &str)] = &[
    ("gmial.com", "gmail.com"),
    ("gamil.com", "gmail.com"),
    ("gmai.com", "gmail.com"),
    ("gnail.com", "gmail.com"),
    ("gmail.con", "gmail.com"),
    ("gmail.co", "gmail.com"),
    ("gmail.co.jp", "gmail.com"),
    ("gmail.jp", "gmail.com"),
    ("docomo.co.jp", "docomo.ne.jp"),
    ("docomo.jp", "docomo.ne.jp"),
    ("ezwed.ne.jp", "ezweb.ne.jp"),
    ("eweb.ne.jp", "ezweb.ne.jp"),
    ("ezweb.co.jp", "ezweb.ne.jp"),
    ("ezweb.jp", "ezweb.ne.jp"),
    ("softbank.jp", "softbank.ne.jp"),
    ("i.softbank.ne.jp", "i.softbank.jp"),
    ("yahoo.jp", "yahoo.co.jp"),
    ("yahoo.ne.jp", "yahoo.co.jp"),
    ("i.cloud.com", "icloud.com"),
    ("icloud.co.jp", "icloud.com"),
    // Clipped copies whose rest is a possible domain.
    ("docomo.ne", "docomo.ne.jp"),
    ("ezweb.ne", "ezweb.ne.jp"),
    ("softbank.ne", "softbank.ne.jp"),
    ("i.softbank", "i.softbank.jp"),
    ("ymobile.ne", "ymobile.ne.jp"),
    ("yahoo.co", "yahoo.co.jp"),
    ("icloud.co", "icloud.com"),
];

/// An address that mail can be sent to: ASCII, one `@`, the domain in lower case. The part before the `@` is kept as
/// it was typed. [`Debug`](fmt::Debug) does not show it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailAddress(String);

/// What [`MailAddress::mend`] made of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// The address, mended.
    pub address: MailAddress,
    /// What was probably meant, if the domain looks like a slip.
    pub suggestion: Option<MailAddress>,
    /// What the staff should know.
    pub warnings: Vec<AddressWarning>,
}

/// A valid address that deserves a second look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressWarning {
    /// The carrier still delivers to this form, other systems may refuse it.
    OldCarrierForm,
    /// `yahoo.com` exists, but in Japan `yahoo.co.jp` is far more common.
    YahooCom,
}

/// Why a text is no address that mail can be sent to. The text itself is not part of the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum AddressRefusal {
    /// There is nothing.
    #[error("address-missing")]
    AddressMissing,
    /// No `@`: only a part was copied, or this is another column.
    #[error("address-without-at")]
    AddressWithoutAt,
    /// More than one address, or more than one `@`.
    #[error("address-several")]
    AddressSeveral,
    /// A gap inside.
    #[error("address-gap")]
    AddressGap,
    /// Nothing before the `@`, nothing after it, a domain without a dot, or one that breaks off.
    #[error("address-clipped")]
    AddressClipped,
    /// A control character inside.
    #[error("address-control-character")]
    AddressControlCharacter,
    /// Before the `@` stands a character that mail systems do not take.
    #[error("address-local-character")]
    AddressLocalCharacter,
    /// Before the `@`, a dot at the beginning, at the end or beside another dot.
    #[error("address-local-dots")]
    AddressLocalDots,
    /// A domain that is not in ASCII.
    #[error("address-domain-not-ascii")]
    AddressDomainNotAscii,
    /// A domain that cannot exist.
    #[error("address-domain-malformed")]
    AddressDomainMalformed,
    /// Longer than 64 octets before the `@`, or than 254 in all.
    #[error("address-too-long")]
    AddressTooLong,
}

impl MailAddress {
    /// Reads an address as people type, paste and export it.
    ///
    /// Mended: white space around, zero-width characters, full-width forms (NFKC), a comma or 。 for a dot in the
    /// domain, capitals in the domain, and what mail programs put around an address: `mailto:…`, `<…>`,
    /// `Name <…>`, quotation marks.
    ///
    /// # Errors
    /// [`AddressRefusal`] with the one thing to correct first.
    pub fn mend(raw: &str) -> Result<Mended, AddressRefusal> {
        if raw.len() > RAW_BYTES {
            return Err(AddressRefusal::AddressTooLong);
        }
        let visible: String = raw.chars().filter(|&character| !is_zero_width(character)).collect();
        let normal: String = visible.nfkc().filter(|&character| !is_zero_width(character)).collect();
        let bare = unwrapped(normal.trim())?;
        check_whole(bare)?;
        let (local, domain) = bare.split_once('@').ok_or(AddressRefusal::AddressWithoutAt)?;
        let local = unquoted(local);
        let domain = mended_domain(domain)?;
        let old_form = check_local(local, &domain)?;
        if local.len() + 1 + domain.len() > ADDRESS_OCTETS {
            return Err(AddressRefusal::AddressTooLong);
        }

        let slip = SLIPS.iter().find(|(slip, _)| *slip == domain).map(|(_, meant)| *meant);
        let suggestion = slip
            .or_else(|| near::meant(&domain))
            .map(|meant| Self(format!("{local}@{meant}")))
            .filter(|meant| meant.0.len() <= ADDRESS_OCTETS);
        let mut warnings = Vec::new();
        if old_form {
            warnings.push(AddressWarning::OldCarrierForm);
        }
        if domain == "yahoo.com" {
            warnings.push(AddressWarning::YahooCom);
        }
        Ok(Mended { address: Self(format!("{local}@{domain}")), suggestion, warnings })
    }

    /// The address as it is stored and shown to its owner.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the `@`, in lower case.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Equal for two spellings of one mailbox. Mail systems may tell capitals apart before the `@`, but none in use
    /// does, and staff lists mix them.
    pub fn comparison_key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// The address as it goes into a mail: the part before the `@` is quoted where its dots demand it (RFC 5321,
    /// section 4.1.2).
    pub fn for_sending(&self) -> String {
        match self.0.rsplit_once('@') {
            Some((local, domain)) if has_loose_dots(local) => format!("\"{local}\"@{domain}"),
            _ => self.0.clone(),
        }
    }
}

/// Whether so many people have an address there that nobody need ask whether mail arrives.
pub fn is_common_domain(domain: &str) -> bool {
    near::COMMON.contains(&domain)
}

/// Shows nothing of the address: it is personal.
impl fmt::Debug for MailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MailAddress(…)")
    }
}

/// From the store: was mended before, so only the form that everything relies on is checked.
impl TryFrom<String> for MailAddress {
    type Error = AddressRefusal;

    fn try_from(text: String) -> Result<Self, AddressRefusal> {
        if text.len() > ADDRESS_OCTETS {
            return Err(AddressRefusal::AddressTooLong);
        }
        let (local, domain) = text.split_once('@').ok_or(AddressRefusal::AddressWithoutAt)?;
        if local.is_empty() || !local.bytes().all(|byte| byte == b'.' || is_atom_octet(byte)) {
            return Err(AddressRefusal::AddressLocalCharacter);
        }
        let possible =
            |byte: u8| matches!(byte, b'.' | b'-') || byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if domain.is_empty() || !domain.bytes().all(possible) {
            return Err(AddressRefusal::AddressDomainMalformed);
        }
        Ok(Self(text))
    }
}

impl From<MailAddress> for String {
    fn from(address: MailAddress) -> Self {
        address.0
    }
}

/// Characters that take no room and come along when copying from pages and mails: zero-width spaces and joiners, soft
/// hyphens, marks of direction, the byte order mark.
pub(crate) fn is_zero_width(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// What people put around an address that stands in a text.
const QUOTES: [(char, char); 4] = [('"', '"'), ('“', '”'), ('「', '」'), ('(', ')')];

/// Takes off what mail programs put around one address.
fn unwrapped(text: &str) -> Result<&str, AddressRefusal> {
    let text = match text.split_once('<') {
        Some((name, rest)) => {
            let inner = rest.strip_suffix('>').ok_or(AddressRefusal::AddressClipped)?;
            if name.contains('@') || inner.contains(['<', '>']) {
                return Err(AddressRefusal::AddressSeveral);
            }
            inner.trim()
        }
        None if text.ends_with('>') => return Err(AddressRefusal::AddressClipped),
        None => text,
    };
    let text = match text.split_at_checked("mailto:".len()) {
        Some((scheme, link)) if scheme.eq_ignore_ascii_case("mailto:") => {
            let link = link.split_once('?').map_or(link, |(address, _)| address).trim();
            // A link may hide any character behind a percent sign; what it meant is for its author to say.
            if link.contains('%') {
                return Err(AddressRefusal::AddressLocalCharacter);
            }
            link
        }
        _ => text,
    };
    let quoted = QUOTES.iter().find_map(|&(open, close)| text.strip_prefix(open)?.strip_suffix(close));
    Ok(quoted.map_or(text, str::trim))
}

fn check_whole(text: &str) -> Result<(), AddressRefusal> {
    if text.is_empty() {
        return Err(AddressRefusal::AddressMissing);
    }
    match text.matches('@').count() {
        0 => return Err(AddressRefusal::AddressWithoutAt),
        1 => {}
        _ => return Err(AddressRefusal::AddressSeveral),
    }
    if text.contains(char::is_whitespace) {
        return Err(AddressRefusal::AddressGap);
    }
    if text.contains(char::is_control) {
        return Err(AddressRefusal::AddressControlCharacter);
    }
    Ok(())
}

/// `"name"@…` is the same mailbox as `name@…` (RFC 5321, section 4.1.2).
fn unquoted(local: &str) -> &str {
    local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(local)
}

fn mended_domain(raw: &str) -> Result<String, AddressRefusal> {
    let domain: String = raw
        .chars()
        .map(|character| if matches!(character, ',' | '。') { '.' } else { character.to_ascii_lowercase() })
        .collect();
    if !domain.is_ascii() {
        return Err(AddressRefusal::AddressDomainNotAscii);
    }
    let (_, top) = domain.rsplit_once('.').ok_or(AddressRefusal::AddressClipped)?;
    // No top-level domain has one letter: `.j` and `.c` were `.jp` and `.com`.
    if domain.starts_with('.')
        || top.is_empty()
        || (top.len() == 1 && top.bytes().all(|byte| byte.is_ascii_alphabetic()))
    {
        return Err(AddressRefusal::AddressClipped);
    }
    let label = |label: &str| {
        (1..=LABEL_OCTETS).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte == b'-' || byte.is_ascii_alphanumeric())
    };
    if !domain.split('.').all(label) || !top.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Err(AddressRefusal::AddressDomainMalformed);
    }
    Ok(domain)
}

/// Whether the part before the `@` has the old form of a carrier that still delivers to it.
fn check_local(local: &str, domain: &str) -> Result<bool, AddressRefusal> {
    if local.is_empty() {
        return Err(AddressRefusal::AddressClipped);
    }
    if local.len() > LOCAL_OCTETS {
        return Err(AddressRefusal::AddressTooLong);
    }
    if !local.bytes().all(|byte| byte == b'.' || is_atom_octet(byte)) {
        return Err(AddressRefusal::AddressLocalCharacter);
    }
    if !has_loose_dots(local) {
        return Ok(false);
    }
    if OLD_CARRIERS.contains(&domain) && !local.starts_with('.') {
        return Ok(true);
    }
    Err(AddressRefusal::AddressLocalDots)
}

/// A dot at an end or beside another dot: not a dot-string of RFC 5321, section 4.1.2.
fn has_loose_dots(local: &str) -> bool {
    local.split('.').any(str::is_empty)
}

/// `atext` of RFC 5322, section 3.2.3.
fn is_atom_octet(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

#[cfg(test)]
mod tests;
