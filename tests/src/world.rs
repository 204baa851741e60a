//! The programme on the real embedded store, with a key, an outbox, a clock and randomness that a test controls.

use std::{
    collections::BTreeMap,
    fs,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use aws_lc_rs::{
    digest::{SHA256, digest},
    hmac,
};
use jiff::Timestamp;
use openbadges::{jwt::SecretTokenKey, keys::SecretKey};
use payments::stripe::WebhookSecrets;
use shomei_core::{
    badge::BadgeId,
    name_match,
    ports::{Clock, Entropy, Mail, MailError, Mailer, NameMatchKey, SignError, Signer, Table, TokenSigner},
    programme::{BankAccount, Bilingual, IssuerKey, IssuerTokenKey, PaymentLink, Programme, ReissueTerms},
    token::Token,
};
use shomei_local::embedded::Store;
use tempfile::TempDir;

/// The name of the signing key.
pub const KEY: &str = "key-1";

/// Everything a use case needs, in one folder that goes with it.
pub struct World {
    /// The store, opened.
    pub store: Store,
    /// The issuer's key.
    pub key: TestKey,
    /// The issuer's key for signed tokens, in worlds that give them out.
    pub token_key: Option<TestTokenKey>,
    /// Mails that were accepted.
    pub outbox: Outbox,
    /// The time.
    pub clock: TestClock,
    /// Randomness that is the same in every run.
    pub entropy: TestEntropy,
    /// The programme's facts.
    pub programme: Programme,
    /// Removed with the world.
    pub folder: TempDir,
}

impl std::fmt::Debug for World {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "World({})", self.folder.path().display())
    }
}

impl World {
    /// An empty programme on 2 November 2026, a day after October's run was due.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let key = TestKey(Arc::new(SecretKey::from_seed(&[7; 32]).unwrap()));
        let keys = vec![IssuerKey { fragment: KEY.to_owned(), public: key.0.public(), revoked: None }];
        Self {
            store,
            outbox: Outbox::default(),
            clock: TestClock::at("2026-11-02T00:00:00Z"),
            entropy: TestEntropy::default(),
            programme: programme(keys),
            key,
            token_key: None,
            folder,
        }
    }

    /// A world of its own that begins where this one stands.
    pub async fn copy(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Nothing is being written: what the store's files hold is whole.
        for entry in fs::read_dir(self.folder.path()).unwrap() {
            let file = entry.unwrap().path();
            let name = file.file_name().unwrap();
            if name.to_string_lossy().starts_with("store.sqlite") {
                fs::copy(&file, folder.path().join(name)).unwrap();
            }
        }
        Self {
            store: Store::open(folder.path()).await.unwrap(),
            key: TestKey(self.key.0.clone()),
            token_key: self.token_key.clone(),
            outbox: Outbox(Mutex::new(self.outbox.mails())),
            clock: TestClock(AtomicI64::new(self.clock.now().as_second())),
            entropy: TestEntropy(AtomicU64::new(self.entropy.0.load(Ordering::SeqCst))),
            programme: self.programme.clone(),
            folder,
        }
    }

    /// From now on, badges are given out as signed tokens too: with a fresh key of this name, which takes the place of another one.
    pub fn give_out_tokens(&mut self, fragment: &str) {
        let key = SecretTokenKey::from_pkcs8(&SecretTokenKey::generate().unwrap()).unwrap();
        let listed = IssuerTokenKey { fragment: fragment.to_owned(), public: key.public().unwrap() };
        self.programme = self.programme.clone().with_token_keys(vec![listed]).unwrap();
        self.token_key = Some(TestTokenKey { fragment: fragment.to_owned(), key: Arc::new(key) });
    }

    /// The port of the store, without faults.
    pub fn table(&self) -> &dyn Table {
        &self.store.table
    }
}

/// A key by which names are compared. Worlds have the one of 7s.
#[derive(Debug, Clone, Copy)]
pub struct TestNameMatchKey(pub [u8; 32]);

/// The key by which the names of a world are compared.
pub const NAME_MATCH_KEY: TestNameMatchKey = TestNameMatchKey([7; 32]);

#[async_trait]
impl NameMatchKey for TestNameMatchKey {
    async fn of_badge(&self, badge: &BadgeId) -> Result<[u8; 32], SignError> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let tag = hmac::sign(&key, name_match::derivation(badge).as_bytes());
        Ok(tag.as_ref().try_into().unwrap())
    }
}

/// What the payment service of the tests signs its events with: the secret of this month, and that of the last.
pub const WEBHOOK_SECRETS: [&str; 2] = ["whsec_of_this_month_0001", "whsec_of_last_month_0002"];

/// The same, as the function takes them.
pub fn webhook_secrets() -> WebhookSecrets {
    WebhookSecrets::parse(&WEBHOOK_SECRETS.join(",")).unwrap()
}

/// The header of a body that the payment service signed at a moment (Stripe, "Verify webhook signatures").
pub fn signature(secret: &str, body: &[u8], at: Timestamp) -> String {
    let at = at.as_second();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signed = [format!("{at}.").as_bytes(), body].concat();
    let tag = hmac::sign(&key, &signed);
    tag.as_ref().iter().fold(format!("t={at},v1="), |text, byte| format!("{text}{byte:02x}"))
}

/// The programme of the tests, with these keys. A deleted badge can be paid for by transfer and at the payment service.
pub fn programme(keys: Vec<IssuerKey>) -> Programme {
    let name = Bilingual { ja: "見本資格協会".to_owned(), en: "Sample Association".to_owned() };
    Programme::new(
        "https://badges.example.jp",
        name,
        "https://www.example.jp/",
        "ask@example.jp",
        "no-reply@example.jp",
        keys,
    )
    .unwrap()
    .with_reissue(
        ReissueTerms {
            issuer_address: Some("東京都千代田区見本町1-2-3".to_owned()),
            bank: Some(BankAccount::parse("見本銀行|本店|普通|0123456|ミホンシカクキヨウカイ").unwrap()),
            payment_link: Some(PaymentLink::parse("https://buy.example.com/reissue").unwrap()),
            ..ReissueTerms::default()
        }
        .with_registration("T1234567890123")
        .unwrap(),
    )
}

/// A key in memory.
#[derive(Debug, Clone)]
pub struct TestKey(Arc<SecretKey>);

#[async_trait]
impl Signer for TestKey {
    fn fragment(&self) -> &str {
        KEY
    }

    async fn sign(&self, hash_data: &[u8; 64]) -> Result<[u8; 64], SignError> {
        Ok(self.0.sign(hash_data))
    }
}

/// A key for signed tokens in memory.
#[derive(Debug, Clone)]
pub struct TestTokenKey {
    fragment: String,
    key: Arc<SecretTokenKey>,
}

#[async_trait]
impl TokenSigner for TestTokenKey {
    fn fragment(&self) -> &str {
        &self.fragment
    }

    async fn sign(&self, signing_input: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(self.key.sign(signing_input).unwrap())
    }
}

/// A mailer that accepts everything and keeps it.
#[derive(Debug, Default)]
pub struct Outbox(Mutex<Vec<Mail>>);

impl Outbox {
    /// Every accepted mail, in order.
    pub fn mails(&self) -> Vec<Mail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The claim link in the so-manieth mail, counted around.
    pub fn token(&self, place: usize) -> Option<Token> {
        let mails = self.mails();
        mails.get(place.checked_rem(mails.len())?).map(|mail| token_in(&mail.text))
    }

    /// The claim links of every address, in the order of their mails.
    pub fn tokens(&self) -> BTreeMap<String, Vec<Token>> {
        let mut tokens: BTreeMap<String, Vec<Token>> = BTreeMap::new();
        for mail in self.mails() {
            let address = mail.to.as_str().to_owned();
            tokens.entry(address).or_default().extend(link_in(&mail.text, "/claim/"));
        }
        tokens
    }
}

/// The token of the claim link in a mail's text.
pub fn token_in(text: &str) -> Token {
    link_in(text, "/claim/").unwrap()
}

/// The token of the link in a mail's text whose path begins so.
pub fn link_in(text: &str, path: &str) -> Option<Token> {
    let link = text.split_whitespace().find(|word| word.contains(path))?;
    Token::parse(link.rsplit('/').next()?)
}

#[async_trait]
impl Mailer for Outbox {
    async fn ready(&self) -> Result<usize, MailError> {
        Ok(3)
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(mails);
        mails.iter().map(|_| Ok(())).collect()
    }
}

/// A clock that stands until it is set.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// Stands at this moment.
    pub fn at(moment: &str) -> Self {
        Self(AtomicI64::new(moment.parse::<Timestamp>().unwrap().as_second()))
    }

    /// Jumps, in either direction.
    pub fn jump(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// The SHA-256 of a counter: looks random, and is the same in every run.
#[derive(Debug, Default)]
pub struct TestEntropy(AtomicU64);

impl Entropy for TestEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        for part in buffer.chunks_mut(32) {
            let counter = self.0.fetch_add(1, Ordering::SeqCst);
            let random = digest(&SHA256, &counter.to_le_bytes());
            part.iter_mut().zip(random.as_ref()).for_each(|(place, byte)| *place = *byte);
        }
    }
}
