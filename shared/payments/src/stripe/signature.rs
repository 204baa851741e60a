//! The `Stripe-Signature` header.
//!
//! Source of each rule: Stripe's documentation, "Receive Stripe events in your webhook endpoint"
//! (docs.stripe.com/webhooks), sections "Verify webhook signatures", "Preventing replay attacks" and "Verify manually".

use std::fmt;

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use jiff::Timestamp;

/// How far the signed time may be from the present, either way: the five minutes of Stripe's own libraries.
pub const TOLERANCE_SECONDS: u64 = 300;

/// The most secrets that hold at the same time. Rolling a secret leaves the old one valid for a day at most, so two are
/// usual.
const SECRETS: usize = 8;

/// The longest secret, in characters.
const SECRET_CHARACTERS: usize = 255;

/// What every endpoint's secret begins with. It is a part of the key.
const SECRET_PREFIX: &str = "whsec_";

/// The longest header, in bytes. Stripe's have about 160 with two signatures.
const HEADER_BYTES: usize = 2048;

/// The most signatures of the scheme `v1`: Stripe adds one for each secret that holds.
const CANDIDATES: usize = 16;

/// The most digits of a time in seconds. Eleven last until the year 5138.
const TIME_DIGITS: usize = 11;

/// The secrets of an endpoint. [`fmt::Debug`] prints none.
#[derive(Clone)]
pub struct WebhookSecrets(Vec<hmac::Key>);

/// A text is no list of secrets. Says nothing of what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// None, or more than eight.
    #[error("there must be one to eight webhook secrets, with commas between")]
    Count,
    /// One does not begin with `whsec_`, has nothing after it, is too long, or has other than visible ASCII.
    #[error("each webhook secret must begin with whsec_ and have only visible ASCII characters, at most 255")]
    Form,
}

/// A request is not shown to be Stripe's. The answer to all of them is the same: 400, and nothing is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The header has not one time and at least one signature of the scheme `v1`, or too many, or is too long.
    #[error("the Stripe-Signature header is malformed")]
    Malformed,
    /// Rightly signed, but more than [`TOLERANCE_SECONDS`] ago or ahead: sent again by somebody else, or a clock is wrong.
    #[error("the signature is right, but too old or from the future")]
    Stale,
    /// Not signed with any of the secrets.
    #[error("the signature is wrong")]
    Wrong,
}

impl WebhookSecrets {
    /// Reads one to eight secrets with commas between, with or without spaces around them.
    ///
    /// # Errors
    /// [`SecretsError`] saying what is wrong.
    pub fn parse(text: &str) -> Result<Self, SecretsError> {
        if text.trim().is_empty() || text.split(',').count() > SECRETS {
            return Err(SecretsError::Count);
        }
        let keys = text.split(',').map(|secret| {
            let secret = secret.trim();
            let visible = secret.bytes().all(|byte| byte.is_ascii_graphic());
            let rest = secret.strip_prefix(SECRET_PREFIX).unwrap_or_default();
            if rest.is_empty() || !visible || secret.len() > SECRET_CHARACTERS {
                return Err(SecretsError::Form);
            }
            Ok(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))
        });
        Ok(Self(keys.collect::<Result<_, _>>()?))
    }

    /// Whether Stripe sent this body, and just now. `header` is the `Stripe-Signature` header; `body` is the request's
    /// body before anything was read or changed in it.
    ///
    /// Signed is the header's time, a full stop and the body, by HMAC-SHA256 with the secret as it stands. One fitting
    /// signature is enough, as there is one for each secret while secrets change. Schemes other than `v1` are ignored,
    /// also `v0`, which test events carry: taking a weaker scheme for as good would be a downgrade.
    ///
    /// # Errors
    /// [`SignatureError`]; whatever is unsigned is [`SignatureError::Wrong`], however old it claims to be.
    pub fn verify(&self, header: &str, body: &[u8], now: Timestamp) -> Result<(), SignatureError> {
        let Signed { time, seconds, candidates } = Signed::read(header).ok_or(SignatureError::Malformed)?;
        let mut right = false;
        for key in &self.0 {
            let mut context = hmac::Context::with_key(key);
            context.update(time.as_bytes());
            context.update(b".");
            context.update(body);
            let tag = context.sign();
            // All are compared, so that the time taken tells nothing of which one fits.
            for candidate in &candidates {
                right |= verify_slices_are_equal(candidate, tag.as_ref()).is_ok();
            }
        }
        if !right {
            return Err(SignatureError::Wrong);
        }
        if now.as_second().abs_diff(seconds) > TOLERANCE_SECONDS {
            return Err(SignatureError::Stale);
        }
        Ok(())
    }
}

impl fmt::Debug for WebhookSecrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("WebhookSecrets(…)")
    }
}

/// What the header says.
struct Signed<'a> {
    /// As it stands, because so it was signed.
    time: &'a str,
    seconds: i64,
    candidates: Vec<[u8; 32]>,
}

impl<'a> Signed<'a> {
    /// Elements with commas between, each a scheme, an equals sign and a value.
    fn read(header: &'a str) -> Option<Self> {
        if header.len() > HEADER_BYTES {
            return None;
        }
        let mut time = None;
        let mut candidates = Vec::new();
        for element in header.split(',') {
            match element.split_once('=')? {
                ("t", _) if time.is_some() => return None,
                ("t", value) => time = Some(value),
                ("v1", value) => candidates.push(signature(value)?),
                _ => {}
            }
        }
        if candidates.is_empty() || candidates.len() > CANDIDATES {
            return None;
        }
        let time =
            time.filter(|time| time.len() <= TIME_DIGITS && time.bytes().all(|byte| byte.is_ascii_digit()))?;
        Some(Self { time, seconds: time.parse().ok()?, candidates })
    }
}

/// Lower-case hexadecimal, as Stripe writes it: one signature has one form.
fn signature(value: &str) -> Option<[u8; 32]> {
    if value.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let mut bytes = [0; 32];
    hex::decode_to_slice(value, &mut bytes).ok()?;
    Some(bytes)
}
