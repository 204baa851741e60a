//! The programme's own facts: where it lives on the web, who the issuer is, which keys are its.

mod office;
mod reissue;
mod retention;

use std::fmt;

use openbadges::{
    DateTime, Iri, Text,
    did::{self, DidDocument, ListedKey},
    jwt::TokenKey,
    keys::PublicKey,
};
use serde::{Deserialize, Serialize};

pub use self::office::OfficeTerms;
pub use self::reissue::{BankAccount, PaymentLink, ReissueTerms, Written};
pub use self::retention::Retention;
use crate::{address::MailAddress, store::Failure};

/// A text in both languages of the programme.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Japanese: what is signed, and what stands first.
    pub ja: String,
    /// English.
    pub en: String,
}

/// One of the programme's two languages, as a person chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Locale {
    /// Japanese.
    Ja,
    /// English.
    En,
}

/// One of the issuer's keys, as `did.json` lists it. Retired keys stay listed, or old badges stop verifying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerKey {
    /// The fragment of the key's URL, such as `key-1`. Numbers are never used again.
    pub fragment: String,
    /// The public half.
    pub public: PublicKey,
    /// From when on its signatures are refused, because somebody else may have it.
    pub revoked: Option<DateTime>,
}

impl IssuerKey {
    fn listed(&self) -> ListedKey<'_> {
        ListedKey { fragment: &self.fragment, public: &self.public, revoked: self.revoked.as_ref() }
    }
}

/// One of the issuer's keys for signed tokens. They only repeat what a badge's own signature says: a key that is not to be trusted
/// any more is left out, and the tokens that it signed are signed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerTokenKey {
    /// The last part of the key's URL, such as `token-1`. Numbers are never used again.
    pub fragment: String,
    /// The public half.
    pub public: TokenKey,
}

/// What is fixed for one installation. It goes into every signed document, so `base_url` never changes.
#[derive(Debug, Clone)]
pub struct Programme {
    base_url: String,
    did: Iri,
    /// The issuer's name, as signed (ja) and as shown (both).
    pub issuer_name: Bilingual,
    /// The issuer's own web site.
    pub issuer_url: String,
    /// Where recipients and verifiers ask. Shown on pages and in mails, and part of the signed issuer profile.
    pub contact: String,
    /// The address that mails come from, to be allowed by the recipient's mail program.
    pub sender: String,
    /// On what terms a deleted badge is issued again.
    pub reissue: ReissueTerms,
    /// How the office works.
    pub office: OfficeTerms,
    /// For how long what is kept.
    pub retention: Retention,
    keys: Vec<IssuerKey>,
    token_keys: Vec<IssuerTokenKey>,
}

impl Programme {
    /// Checks the parts that everything else relies on: a base URL that `did:web` can express, at least one key, and
    /// texts and addresses that can be signed.
    ///
    /// # Errors
    /// [`Failure::NeedsPerson`] with the setting that is wrong.
    pub fn new(
        base_url: &str,
        issuer_name: Bilingual,
        issuer_url: &str,
        contact: &str,
        sender: &str,
        keys: Vec<IssuerKey>,
    ) -> Result<Self, Failure> {
        let base_url = base_url.trim_end_matches('/').to_owned();
        let did = did::did_web(&base_url).map_err(|error| {
            Failure::NeedsPerson(format!("the base URL {base_url} does not fit: {error}"))
        })?;
        if keys.is_empty() {
            return Err(Failure::NeedsPerson("no issuer key is configured".to_owned()));
        }
        // All of these go into every signed badge: a slip is found here, not by refusing a month of candidates.
        let wrong = |setting: &str, why: &dyn fmt::Display| {
            Failure::NeedsPerson(format!("the issuer's {setting} does not fit: {why}"))
        };
        Iri::parse(issuer_url).map_err(|error| wrong("web site", &error))?;
        for name in [&issuer_name.ja, &issuer_name.en] {
            Text::parse(name.as_str()).map_err(|error| wrong("name", &error))?;
            if name.trim().is_empty() {
                return Err(wrong("name", &"it is empty"));
            }
        }
        for (setting, address) in [("contact", contact), ("sender", sender)] {
            let mended = MailAddress::mend(address).map_err(|error| wrong(setting, &error))?;
            if mended.address.as_str() != address {
                return Err(wrong(setting, &"it is not written as a mail address"));
            }
        }
        Ok(Self {
            base_url,
            did,
            issuer_name,
            issuer_url: issuer_url.to_owned(),
            contact: contact.to_owned(),
            sender: sender.to_owned(),
            reissue: ReissueTerms::default(),
            office: OfficeTerms::default(),
            retention: Retention::default(),
            keys,
            token_keys: Vec::new(),
        })
    }

    /// The same programme, whose badges can be had as signed tokens too.
    ///
    /// # Errors
    /// [`Failure::NeedsPerson`] if a key's name does not fit a URL, or stands for two keys.
    pub fn with_token_keys(self, token_keys: Vec<IssuerTokenKey>) -> Result<Self, Failure> {
        for (place, key) in token_keys.iter().enumerate() {
            let fits = !key.fragment.is_empty()
                && key.fragment.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            if !fits || token_keys.iter().skip(place + 1).any(|other| other.fragment == key.fragment) {
                return Err(Failure::NeedsPerson(format!(
                    "the token key's name {:?} does not fit",
                    key.fragment
                )));
            }
        }
        Ok(Self { token_keys, ..self })
    }

    /// The same programme, on other terms of reissue.
    #[must_use]
    pub fn with_reissue(self, reissue: ReissueTerms) -> Self {
        Self { reissue, ..self }
    }

    /// The same programme, whose office works by other rules.
    #[must_use]
    pub fn with_office(self, office: OfficeTerms) -> Self {
        Self { office, ..self }
    }

    /// The same programme, which keeps things for other times.
    #[must_use]
    pub fn with_retention(self, retention: Retention) -> Self {
        Self { retention, ..self }
    }

    /// The origin that everything public is served from, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The issuer's identifier: `did:web` of the base URL.
    pub fn did(&self) -> &Iri {
        &self.did
    }

    /// All keys, retired ones too.
    pub fn keys(&self) -> &[IssuerKey] {
        &self.keys
    }

    /// The absolute URL of a key.
    pub fn key_url(&self, fragment: &str) -> String {
        format!("{}#{fragment}", self.did)
    }

    /// The public half of a key.
    ///
    /// # Errors
    /// [`Failure::NeedsPerson`] if no such key is listed: signing with it would make badges that nobody can verify.
    pub fn public_key(&self, fragment: &str) -> Result<&PublicKey, Failure> {
        self.keys.iter().find(|key| key.fragment == fragment).map(|key| &key.public).ok_or_else(|| {
            Failure::NeedsPerson(format!("the signer's key {fragment} is not among the programme's keys"))
        })
    }

    /// The keys of signed tokens. Empty: there are no tokens.
    pub fn token_keys(&self) -> &[IssuerTokenKey] {
        &self.token_keys
    }

    /// The public half of a token key.
    pub fn token_key(&self, fragment: &str) -> Option<&TokenKey> {
        self.token_keys.iter().find(|key| key.fragment == fragment).map(|key| &key.public)
    }

    /// The address of a token key: `kid` in the token's header, and on this site the key itself.
    ///
    /// # Errors
    /// [`Failure::NeedsPerson`] if the name does not fit a URL.
    pub fn token_key_url(&self, fragment: &str) -> Result<Iri, Failure> {
        Iri::parse(format!("{}/keys/{fragment}", self.base_url))
            .map_err(|error| Failure::NeedsPerson(format!("the token key's name: {error}")))
    }

    /// Whether the key that signed a token is listed. A token of another key verifies nowhere.
    pub fn lists_signer(&self, token: &str) -> bool {
        let named = openbadges::jwt::key_name(token);
        self.token_keys.iter().any(|key| {
            let url = self.token_key_url(&key.fragment).ok();
            url.is_some_and(|url| named.as_deref() == Some(url.as_str()))
        })
    }

    /// The document at `/.well-known/did.json`.
    ///
    /// # Errors
    /// [`Failure::NeedsPerson`] if a key's name does not fit a URL.
    pub fn did_document(&self) -> Result<DidDocument, Failure> {
        let keys: Vec<_> = self.keys.iter().map(IssuerKey::listed).collect();
        did::did_document(&self.base_url, &keys)
            .map_err(|error| Failure::NeedsPerson(format!("the keys have no DID document: {error}")))
    }

    /// The public address of a badge: its page, and its `id` in the signed credential.
    pub fn badge_url(&self, badge: &crate::badge::BadgeId) -> String {
        format!("{}/badges/{badge}", self.base_url)
    }

    /// The signed credential of a public badge, whatever the request prefers.
    pub fn credential_url(&self, badge: &crate::badge::BadgeId) -> String {
        format!("{}/badges/{badge}.json", self.base_url)
    }

    /// The picture of a public badge with its credential baked in.
    pub fn baked_url(&self, badge: &crate::badge::BadgeId) -> String {
        format!("{}/badges/{badge}.png", self.base_url)
    }

    /// A public badge as a signed token.
    pub fn token_url(&self, badge: &crate::badge::BadgeId) -> String {
        format!("{}/badges/{badge}.jwt", self.base_url)
    }

    /// A public badge as a hosted Open Badges 2.0 assertion.
    pub fn assertion_url(&self, badge: &crate::badge::BadgeId) -> String {
        format!("{}/badges/{badge}.v2.json", self.base_url)
    }

    /// An achievement as an Open Badges 2.0 badge class.
    pub fn badge_class_url(&self, achievement: &crate::candidate::AchievementId) -> String {
        format!("{}/achievements/{achievement}.v2.json", self.base_url)
    }

    /// One version of an achievement as an Open Badges 2.0 badge class.
    pub fn badge_class_version_url(
        &self,
        achievement: &crate::candidate::AchievementId,
        version: u32,
    ) -> String {
        format!("{}/achievements/{achievement}.{version}.v2.json", self.base_url)
    }

    /// The issuer as an Open Badges 2.0 profile.
    pub fn hosted_issuer_url(&self) -> String {
        format!("{}/issuer.v2.json", self.base_url)
    }

    /// Where anyone's badge is judged.
    pub fn verify_url(&self) -> String {
        format!("{}/verify", self.base_url)
    }

    /// Where a name is compared with that of a badge's holder.
    pub fn name_match_url(&self, badge: &crate::badge::BadgeId) -> String {
        format!("{}/badges/{badge}/name-match", self.base_url)
    }

    /// The picture of a public badge in link previews. Its address changes with what it shows.
    pub fn preview_url(&self, badge: &crate::badge::BadgeId, version: &str) -> String {
        format!("{}/badges/{badge}.preview-{version}.png", self.base_url)
    }

    /// The address of a public badge as a QR code.
    pub fn qr_url(&self, badge: &crate::badge::BadgeId) -> String {
        format!("{}/badges/{badge}.qr.png", self.base_url)
    }

    /// The public address of an achievement.
    pub fn achievement_url(&self, achievement: &crate::candidate::AchievementId) -> String {
        format!("{}/achievements/{achievement}", self.base_url)
    }

    /// The public address of a picture that no badge is baked into.
    pub fn artwork_url(&self, artwork: &crate::achievement::ArtworkId) -> String {
        format!("{}/artwork/{artwork}.png", self.base_url)
    }

    /// The public address of a status list.
    pub fn status_url(&self, list: &crate::status::StatusListId) -> String {
        format!("{}/status/{list}", self.base_url)
    }

    /// The link in a mail by which a badge is claimed.
    pub fn claim_url(&self, token: &crate::token::Token) -> String {
        format!("{}/claim/{}", self.base_url, token.text())
    }

    /// Where wallets are opened.
    pub fn wallet_url(&self) -> String {
        format!("{}/wallet", self.base_url)
    }

    /// The link in a mail that opens a wallet.
    pub fn sign_in_url(&self, token: &crate::token::Token) -> String {
        format!("{}/wallet/sign-in/{}", self.base_url, token.text())
    }

    /// The link in a mail that adds an address to a wallet.
    pub fn proof_url(&self, token: &crate::token::Token) -> String {
        format!("{}/wallet/prove/{}", self.base_url, token.text())
    }

    /// The page of a badge in its owner's wallet.
    pub fn wallet_badge_url(&self, badge: &crate::badge::BadgeId) -> String {
        format!("{}/wallet/badges/{badge}", self.base_url)
    }

    /// The page of an order, for the owner of its wallet.
    pub fn order_url(&self, order: &crate::order::OrderId) -> String {
        format!("{}/reissue/orders/{order}", self.base_url)
    }

    /// The link in a mail that opens the wallet of an address on record.
    pub fn restore_url(&self, token: &crate::token::Token) -> String {
        format!("{}/reissue/restore/{}", self.base_url, token.text())
    }

    /// Where the sign-in service sends the staff's browsers back to.
    pub fn office_return_url(&self) -> String {
        format!("{}/office/sign-in/finish", self.base_url)
    }

    /// The link that lets a member of the staff into the office of one machine.
    pub fn office_enter_url(&self, token: &crate::token::Token) -> String {
        format!("{}/office/enter/{}", self.base_url, token.text())
    }

    /// The help pages.
    pub fn help_url(&self) -> String {
        format!("{}/help", self.base_url)
    }

    /// Where the office reads mail: the contact.
    ///
    /// # Errors
    /// [`Failure::NeedsPerson`] if the contact is no mail address, which [`Programme::new`] does not let through.
    pub fn office_mailbox(&self) -> Result<MailAddress, Failure> {
        MailAddress::mend(&self.contact)
            .map(|mended| mended.address)
            .map_err(|error| Failure::NeedsPerson(format!("the issuer's contact does not fit: {error}")))
    }

    /// The issuer's public profile page.
    pub fn issuer_page_url(&self) -> String {
        format!("{}/issuer", self.base_url)
    }
}
