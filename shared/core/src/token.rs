//! Secrets that travel by mail. A token has 256 bits; only its hash is ever stored.

use std::fmt;

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    badge::BadgeId,
    ports::{Entropy, Key},
    store::Record,
};

/// How long a claim link opens the door. Long enough for a leave of absence; an expired link says where to ask.
pub const CLAIM_VALIDITY: SignedDuration = SignedDuration::from_hours(24 * 180);

/// How long after its expiry a token is still known, so that an old link is answered with "expired", not "unknown".
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 180);

/// 32 random bytes, base64url: 43 characters.
const TOKEN_BYTES: usize = 32;

/// A secret as it stands in a link. It exists between minting and mailing, and again while a request carries it.
pub struct Token(String);

impl Token {
    /// A fresh token.
    pub fn mint(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; TOKEN_BYTES];
        entropy.fill(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The token of a link, if it has a token's form at all. Mail programs that append a dot or a bracket are forgiven.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_end_matches(['.', ',', ')', '>', '。', '、', '）', '」']);
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == TOKEN_BYTES).then(|| Self(text.to_owned()))
    }

    /// What goes into the link.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is stored: the SHA-256 of the text, in hexadecimal.
    pub fn hash(&self) -> TokenHash {
        TokenHash(hex::encode(digest::digest(&digest::SHA256, self.0.as_bytes())))
    }
}

/// Prints nothing of the secret.
impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

/// A token's hash: finds the grant, opens nothing by itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenHash(String);

/// Prints nothing: a hash is for finding its grant, not for logs.
impl fmt::Debug for TokenHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenHash(…)")
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What a claim token opens: one badge, until a time. Committed before the mail that carries the token is sent;
/// earlier grants of the same badge stay valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimGrant {
    /// The hash by which the grant is found.
    pub token: TokenHash,
    /// The badge it opens.
    pub badge: BadgeId,
    /// From this moment on the link says "expired". Checked in code.
    pub expires: Timestamp,
}

impl ClaimGrant {
    /// Where the grant of a token stands.
    pub fn key_of(token: &TokenHash) -> Key {
        Key::new(format!("CLAIM#{token}"), "CLAIM")
    }
}

impl Record for ClaimGrant {
    fn key(&self) -> Key {
        Self::key_of(&self.token)
    }

    fn expires(&self) -> Option<Timestamp> {
        self.expires.checked_add(REMEMBERED).ok()
    }
}

/// Lists a badge's tokens beside the badge, so that deleting the badge finds and erases them all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantOfBadge {
    /// The badge.
    pub badge: BadgeId,
    /// One of its tokens.
    pub token: TokenHash,
    /// As in [`ClaimGrant`].
    pub expires: Timestamp,
}

impl Record for GrantOfBadge {
    fn key(&self) -> Key {
        Key::new(self.badge.partition(), format!("CLAIM#{}", self.token))
    }

    fn expires(&self) -> Option<Timestamp> {
        self.expires.checked_add(REMEMBERED).ok()
    }
}
