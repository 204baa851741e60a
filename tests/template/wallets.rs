//! What recipients do, each thing once, and what issuance does about it: signing in, showing, hiding, deleting, joining,
//! merging, closing.

use serde_json::{Value, json};
use shomei_claim::Claim;
use shomei_core::{
    badge::{AnyBadge, BadgeId, OwedMail, SentMail},
    letter::Letter,
    ports::Key,
    status::StaleList,
    store,
};
use shomei_issuance::Issuance;
use shomei_tests::{
    audit::Census,
    cloud::{Asked, Cloud},
    world::{World, link_in},
};

use crate::browser::{Browser, choice};

/// The recipients, and who serves them.
pub(crate) struct Recipients<'a> {
    pub(crate) world: &'a World,
    pub(crate) cloud: &'a Cloud,
    pub(crate) claim: &'a Claim,
    pub(crate) issuance: &'a Issuance,
}

impl Recipients<'_> {
    /// Ichirō's wallet takes up Futaba's badge and Shiki's wallet, and is closed. Mitsu's badge stays, for strangers to see.
    pub(crate) async fn live(&self) {
        let mut browser = Browser::new(self.claim);
        let people = ["mitsu@example.jp", "ichiro@example.jp", "shiki@example.jp"];
        for (address, visibility) in people.into_iter().zip(["public", "public", "private"]) {
            let link = self.link(address, "/claim/");
            assert_eq!(browser.open(&link).await.status(), 200);
            assert_eq!(browser.post(&link, &choice(visibility)).await.status(), 200);
        }
        self.sign_in(&mut browser).await;
        self.show_and_hide(&mut browser).await;
        self.take_up(&mut browser).await;
        self.ask_the_office(&mut browser).await;
        self.delete(&mut browser).await;
        self.sign_out(&mut browser).await;
        self.sign_in(&mut browser).await;
        self.mitsu_lets_names_be_compared().await;
        assert_eq!(browser.post("/wallet/close", "confirm=close").await.status(), 200);
        self.told(Letter::PARTITION).await;
        self.told(StaleList::PARTITION).await;

        let census = Census::take(&self.world.store).await;
        let deleted = census.badges.values().filter(|badge| matches!(badge, AnyBadge::Deleted(_))).count();
        let left = (census.wallets.len(), census.holdings.len(), census.letters.len(), census.stale.len());
        assert_eq!(
            (deleted, left),
            (3, (1, 1, 0, 0)),
            "deleted; wallets, badges in them, letters, marks left"
        );
    }

    async fn sign_in(&self, browser: &mut Browser<'_>) {
        assert_eq!(browser.open("/wallet/sign-in").await.status(), 200);
        assert_eq!(browser.post("/wallet/sign-in", "address=ichiro@example.jp").await.status(), 303);
        self.told(Letter::PARTITION).await;
        let link = self.link("ichiro@example.jp", "/wallet/sign-in/");
        assert_eq!(browser.open(&link).await.status(), 200);
        assert_eq!(browser.post(&link, "").await.status(), 303);
        for path in ["/wallet", "/wallet/addresses", "/wallet/export", "/wallet/close"] {
            assert_eq!(browser.open(path).await.status(), 200, "{path}");
        }
        assert_eq!(browser.post("/wallet/language", "language=en").await.status(), 303);
    }

    async fn show_and_hide(&self, browser: &mut Browser<'_>) {
        let badge = self.badge_of("ichiro@example.jp").await;
        for page in ["", "/preview?visibility=public-without-name", "/share", "/delete"] {
            let path = format!("/wallet/badges/{badge}{page}");
            assert_eq!(browser.open(&path).await.status(), 200, "{path}");
        }
        for visibility in ["private", "public"] {
            self.choose(browser, &badge, visibility).await;
        }
        self.allow_name_match(browser, &badge, "yes").await;
        self.allow_name_match(browser, &badge, "no").await;
    }

    /// A badge that waits for another address, and another wallet.
    async fn take_up(&self, browser: &mut Browser<'_>) {
        let futaba = "futaba.mihon@example.jp";
        let link = self.link(futaba, "/claim/");
        assert_eq!(browser.post(&format!("{link}/join"), "").await.status(), 303);
        self.prove(browser, futaba).await;
        // Of the same achievement as the one that is public.
        let badge = self.badge_of(futaba).await;
        self.choose(browser, &badge, "public").await;

        let shiki = "address=shiki@example.jp";
        assert_eq!(browser.post("/wallet/addresses", shiki).await.status(), 303);
        self.prove(browser, "shiki@example.jp").await;
        assert_eq!(browser.post("/wallet/addresses/main", shiki).await.status(), 303);
        let remove = format!("address={futaba}");
        assert_eq!(browser.post("/wallet/addresses/remove", &remove).await.status(), 303);
    }

    async fn prove(&self, browser: &mut Browser<'_>, address: &str) {
        self.told(Letter::PARTITION).await;
        let link = self.link(address, "/wallet/prove/");
        assert_eq!(browser.open(&link).await.status(), 200);
        assert_eq!(browser.post(&link, "").await.status(), 303);
    }

    /// About a badge of the wallet, about one that waits, and about none.
    async fn ask_the_office(&self, browser: &mut Browser<'_>) {
        let badge = self.badge_of("ichiro@example.jp").await;
        let waiting = self.link("p1@example.jp", "/claim/").replace("/claim/", "claim=");
        for (named, number) in [(format!("badge={badge}"), 1), (waiting, 2), (String::new(), 3)] {
            assert_eq!(browser.open(&format!("/inquiry?{named}")).await.status(), 200);
            let form = format!("1793577000-0000000000000000000000000000000{number}");
            let filled = format!("topic=other&message=x&address=ichiro@example.jp&form={form}&{named}");
            let filled = filled.trim_end_matches('&');
            assert_eq!(browser.post("/inquiry", filled).await.status(), 303, "{filled}");
        }
        self.told(Letter::PARTITION).await;
        let asked = self.cloud.asked();
        let answers = |asked: &&Asked| asked.body["ReplyToAddresses"][0] == "ichiro@example.jp";
        assert_eq!(
            asked.iter().filter(answers).count(),
            3,
            "each inquiry is a mail with its own address for answers"
        );
    }

    /// A badge whose mail was sent and not recorded as sent.
    async fn delete(&self, browser: &mut Browser<'_>) {
        let badge = self.badge_of("ichiro@example.jp").await;
        self.forget_sending(&badge).await;
        let path = format!("/wallet/badges/{badge}/delete");
        assert_eq!(browser.post(&path, "confirm=delete").await.status(), 303);
        assert_eq!(browser.open("/wallet/export").await.status(), 200);
    }

    /// The mail of a badge was sent, and is not recorded as sent.
    pub(crate) async fn forget_sending(&self, badge: &BadgeId) {
        let sent = Census::take(&self.world.store).await.sent.remove(badge).unwrap();
        let key = Key::new(SentMail::partition(sent.shard), badge.to_string());
        let stored = store::load::<SentMail>(self.world.table(), &key).await.unwrap();
        let owed = OwedMail::new(badge.clone(), sent.shard);
        let writes = vec![store::delete(&stored.unwrap()), store::create(&owed).unwrap()];
        store::commit(self.world.table(), &self.world.entropy, writes).await.unwrap();
    }

    /// In another browser here, and then everywhere. Meanwhile somebody asks for a fresh link.
    async fn sign_out(&self, browser: &mut Browser<'_>) {
        let waiting = self.link("p1@example.jp", "/claim/");
        assert_eq!(browser.post(&format!("{waiting}/mail"), "").await.status(), 303);
        let claimed = self.link("shiki@example.jp", "/claim/");
        assert_eq!(browser.post(&format!("{claimed}/sign-in"), "").await.status(), 303);
        self.told(Letter::PARTITION).await;
        assert_ne!(self.link("p1@example.jp", "/claim/"), waiting);
        let mut other = Browser::new(self.claim);
        let link = self.link("shiki@example.jp", "/wallet/sign-in/");
        assert_eq!(other.post(&link, "").await.status(), 303);
        let mut tab = Browser::keeping(self.claim, &other.session().unwrap());
        assert_eq!(tab.open("/wallet").await.status(), 200);
        assert_eq!(other.post("/wallet/sign-out", "where=here").await.status(), 303);
        assert!(other.session().is_none());
        assert_eq!(tab.open("/wallet").await.status(), 303, "the session is over, not only forgotten here");
        assert_eq!(browser.post("/wallet/sign-out", "where=everywhere").await.status(), 303);
        assert_eq!(browser.open("/wallet").await.status(), 303, "to the page that asks for an address");
    }

    async fn choose(&self, browser: &mut Browser<'_>, badge: &BadgeId, visibility: &str) {
        let path = format!("/wallet/badges/{badge}/visibility");
        assert_eq!(browser.post(&path, &choice(visibility)).await.status(), 303);
    }

    /// The badge that strangers see in the end.
    async fn mitsu_lets_names_be_compared(&self) {
        let mut browser = Browser::new(self.claim);
        assert_eq!(browser.post("/wallet/sign-in", "address=mitsu@example.jp").await.status(), 303);
        self.told(Letter::PARTITION).await;
        let link = self.link("mitsu@example.jp", "/wallet/sign-in/");
        assert_eq!(browser.post(&link, "").await.status(), 303);
        let badge = self.badge_of("mitsu@example.jp").await;
        self.allow_name_match(&mut browser, &badge, "yes").await;
    }

    async fn allow_name_match(&self, browser: &mut Browser<'_>, badge: &BadgeId, allowed: &str) {
        let path = format!("/wallet/badges/{badge}/name-match");
        assert_eq!(browser.post(&path, &format!("allowed={allowed}")).await.status(), 303);
    }

    /// As the table's stream tells it.
    pub(crate) async fn told(&self, partition: &str) {
        let keys = json!({ "pk": { "S": partition }, "sk": { "S": "1" } });
        let records = json!({ "Records": [{ "eventName": "INSERT", "dynamodb": { "Keys": keys } }] });
        self.issuance.receive(records, None).await.unwrap();
    }

    async fn badge_of(&self, address: &str) -> BadgeId {
        let badges = Census::take(&self.world.store).await.badges.into_values();
        let mut claimed = badges.filter_map(|badge| match badge {
            AnyBadge::Claimed(badge) => Some(badge),
            _ => None,
        });
        claimed.find(|badge| badge.address.as_str() == address).unwrap().id
    }

    /// The path of the newest link of this kind that was mailed to an address.
    pub(crate) fn link(&self, address: &str, path: &str) -> String {
        let asked = self.cloud.asked();
        let mut texts = asked.iter().rev().flat_map(|asked| texts_to(address, &asked.body));
        let token = texts.find_map(|text| link_in(&text, path)).unwrap();
        format!("{path}{}", token.text())
    }
}

/// The texts of the mails to this address in what SES was asked to send: one mail, or many. The newest first.
pub(crate) fn texts_to(address: &str, body: &Value) -> Vec<String> {
    if let Some(entries) = body["BulkEmailEntries"].as_array() {
        let to_it = entries.iter().rev().filter(|entry| entry["Destination"]["ToAddresses"][0] == address);
        let data = to_it.map(|entry| {
            let data = &entry["ReplacementEmailContent"]["ReplacementTemplate"]["ReplacementTemplateData"];
            serde_json::from_str::<Value>(data.as_str().unwrap()).unwrap()
        });
        return data.map(|data| data["text"].as_str().unwrap().to_owned()).collect();
    }
    let text = body["Content"]["Simple"]["Body"]["Text"]["Data"].as_str();
    let text = text.filter(|_| body["Destination"]["ToAddresses"][0] == address);
    text.map(str::to_owned).into_iter().collect()
}
