//! Asking the office: what it is told, by whom it may be told what of a badge, and what keeps programs and strangers from misusing
//! the form.

use std::net::{IpAddr, Ipv4Addr};

use async_trait::async_trait;
use shomei_core::{
    claim::{INQUIRIES_BY_A_CLIENT, INQUIRIES_WITH_AN_ADDRESS},
    delivery::{self, Applied},
    inquiry::INQUIRY_CHARACTERS,
    issuance::{Call, Ports, deliver},
    ports::{Cause, Clock, Mail, MailError, MailKind, Mailer},
};
use shomei_tests::{audit::Census, faults::Faulty, mails, month};

use crate::{
    browser::{Answer, Browser, SIGN_IN_MAILED},
    site::{DAY, HOUR, Site},
};

const OFFICE: &str = "ask@example.jp";
const OWNER: &str = "ichiro@example.jp";
const WAITING: &str = "futaba@example.jp";
const ASKER: &str = "visitor@example.net";
const SENT: &str = "/inquiry?sent=yes";
const MESSAGE: &str = "案内のメールが見当たりません。";

/// A form that was shown, with what somebody types into it.
#[derive(Clone)]
struct Filled(Vec<(String, String)>);

impl Filled {
    /// Filled in as it should be, a little while after it was shown.
    async fn shown(site: &Site, browser: &mut Browser<'_>, path: &str) -> Self {
        let page = browser.get(path).await.page(200, "Ask us");
        site.world.clock.jump(20);
        let hidden =
            ["form", "badge", "claim"].into_iter().filter_map(|name| Some((name, hidden(&page, name)?)));
        let typed =
            [("topic", "mail".to_owned()), ("message", MESSAGE.to_owned()), ("address", ASKER.to_owned())];
        let all = hidden.chain(typed).chain([("homepage", String::new())]);
        Self(all.map(|(name, value)| (name.to_owned(), value)).collect())
    }

    fn with(&self, name: &str, value: &str) -> Self {
        let others = self.0.iter().filter(|(field, _)| field != name).cloned();
        Self(others.chain([(name.to_owned(), value.to_owned())]).collect())
    }

    fn encoded(&self) -> String {
        serde_urlencoded::to_string(&self.0).unwrap()
    }

    async fn send(&self, browser: &mut Browser<'_>) -> Answer {
        browser.post("/inquiry", &self.encoded()).await
    }
}

/// The value of a hidden field.
fn hidden(page: &Answer, name: &str) -> Option<String> {
    let text = page.text();
    let rest = text.split(&format!("<input type=\"hidden\" name=\"{name}\" value=\"")).nth(1)?;
    Some(rest.split('"').next()?.to_owned())
}

/// October, and the first recipient has a public badge.
async fn site() -> Site {
    let site = Site::october().await;
    assert_eq!(Browser::new(&site).accept(OWNER, "public").await.status, 200);
    site
}

/// The one mail that the office gets, and to whom the others go.
async fn asked(site: &Site) -> (Mail, Vec<String>) {
    let (to_office, others): (Vec<_>, Vec<_>) =
        site.deliver().await.into_iter().partition(|mail| mail.kind == MailKind::Inquiry);
    let [mail] = to_office.as_slice() else { panic!("{} mails to the office", to_office.len()) };
    assert_eq!(mail.to.as_str(), OFFICE);
    assert_eq!(mail.badge, None, "a report of this mail's delivery is none of the badge's");
    assert!(others.iter().all(|mail| mail.kind == MailKind::InquiryReceived && mail.reply_to.is_none()));
    (mail.clone(), others.iter().map(|mail| mail.to.as_str().to_owned()).collect())
}

fn reply_to(mail: &Mail) -> &str {
    mail.reply_to.as_ref().unwrap().as_str()
}

#[tokio::test]
async fn an_inquiry_goes_to_the_office_and_its_answer_to_whoever_asked() {
    let site = site().await;
    let mut browser = Browser::new(&site);
    let filled = Filled::shown(&site, &mut browser, "/inquiry").await;
    filled.send(&mut browser).await.leads_to(SENT);
    browser.get(SENT).await.page(200, "Your inquiry has been sent").page(200, OFFICE);
    let (mail, others) = asked(&site).await;
    assert_eq!(reply_to(&mail), ASKER);
    assert!(mail.subject.contains("お問い合わせ") && mail.subject.contains("メールが届かない"));
    assert!(mail.text.contains(&format!("\n> {MESSAGE}\n")), "{}", mail.text);
    assert!(mail.text.contains("バッジの保有者であることを示していません"), "{}", mail.text);
    assert_eq!(others, Vec::<String>::new(), "the form is no way to send mail to a stranger");
    assert_eq!(Census::take(&site.world.store).await.letters, []);
    site.is_sound().await;
}

#[tokio::test]
async fn whoever_is_signed_in_may_have_their_badge_told_of() {
    let site = site().await;
    let badge = site.badge(OWNER).await;
    let mut browser = Browser::signed_in(&site, OWNER).await;
    let path = format!("/inquiry?badge={badge}");
    browser.get(&format!("/wallet/badges/{badge}")).await.page(200, &format!("href=\"{path}\""));
    browser.get(&path).await.page(200, "Foundation").page(200, &format!("value=\"{OWNER}\""));
    let filled = Filled::shown(&site, &mut browser, &path).await;
    assert!(filled.0.contains(&("badge".to_owned(), badge.to_string())));
    filled.with("address", "Ichiro@EXAMPLE.jp").send(&mut browser).await.leads_to(SENT);
    let (mail, others) = asked(&site).await;
    assert_eq!(reply_to(&mail), OWNER, "the address as it was proved");
    for told in [
        &badge.to_string(),
        "基礎",
        "ウォレットにログインして送信",
        "公開（氏名あり）",
        "ご案内メール：2026年",
    ] {
        assert!(mail.text.contains(told), "{told} is missing in {}", mail.text);
    }
    assert!(!mail.text.contains("見本 一郎"), "the story names nobody");
    assert_eq!(others, [OWNER], "a proven address is told that the inquiry came");
    // To an address that is not proven, no word.
    let filled = Filled::shown(&site, &mut browser, &path).await;
    filled.with("address", "ichiro@example.com").send(&mut browser).await.leads_to(SENT);
    assert_eq!(asked(&site).await.1, Vec::<String>::new());
    // What is left of a deleted badge stays its holder's to ask about.
    browser.delete(&badge).await;
    site.deliver().await;
    let filled = Filled::shown(&site, &mut browser, &path).await;
    filled.send(&mut browser).await.leads_to(SENT);
    let (mail, _) = asked(&site).await;
    assert!(mail.text.contains(&badge.to_string()) && mail.text.contains("に削除済み"), "{}", mail.text);
}

#[tokio::test]
async fn a_claim_link_is_enough_to_have_its_badge_told_of() {
    let site = site().await;
    for (address, state) in [(WAITING, "まだ受け取られていません"), (OWNER, "受け取り済み、公開（氏名あり）")]
    {
        let badge = site.badge(address).await;
        let mut browser = Browser::new(&site);
        let link = site.claim_link(address);
        let token = link.rsplit('/').next().unwrap();
        let path = format!("/inquiry?claim={token}");
        browser.get(&link).await.page(200, &format!("href=\"{path}\""));
        let shown = browser.get(&path).await.page(200, "Foundation");
        assert!(!shown.shows("value=\"ichiro") && !shown.shows(address), "a link tells no address");
        let filled = Filled::shown(&site, &mut browser, &path).await;
        filled.send(&mut browser).await.leads_to(SENT);
        let (mail, others) = asked(&site).await;
        for told in [&badge.to_string(), state, "受け取り用リンクから送信"] {
            assert!(mail.text.contains(told), "{told} is missing in {}", mail.text);
        }
        assert_eq!(others, Vec::<String>::new());
    }
    // A link that is too old to accept the badge still proves whose it is.
    site.world.clock.jump(181 * DAY);
    let mut browser = Browser::new(&site);
    let link = site.claim_link(WAITING);
    let expired = browser.get(&link).await.page(410, "/inquiry?claim=");
    assert!(expired.shows("href=\"/help\""));
    let path = format!("/inquiry?claim={}", link.rsplit('/').next().unwrap());
    Filled::shown(&site, &mut browser, &path).await.send(&mut browser).await.leads_to(SENT);
    assert!(asked(&site).await.0.text.contains(&site.badge(WAITING).await.to_string()));
}

#[tokio::test]
async fn nothing_is_told_of_a_badge_that_the_sender_has_not_proved_to_hold() {
    let site = site().await;
    let (own, foreign) = (site.badge(OWNER).await, site.badge(WAITING).await);
    let mut owner = Browser::signed_in(&site, OWNER).await;
    let mut stranger = Browser::new(&site);
    let half = site.claim_link(WAITING);
    let half = half.rsplit('/').next().unwrap().get(..30).unwrap();
    for (signed_in, named) in [
        (true, format!("badge={foreign}")),
        (false, format!("badge={own}")),
        (false, format!("badge={foreign}")),
        (false, format!("claim={foreign}")),
        (false, format!("claim={half}")),
        (false, "badge=../x&claim=%00".to_owned()),
    ] {
        let browser = if signed_in { &mut owner } else { &mut stranger };
        let path = format!("/inquiry?{named}");
        let page = browser.get(&path).await.page(200, "Ask us");
        assert!(!page.shows("Foundation") && hidden(&page, "badge").is_none(), "{named}");
        // Nor by a form that was made up.
        let filled = Filled::shown(&site, browser, "/inquiry").await;
        let (name, value) = named.split_once('=').unwrap();
        filled.with(name, value).send(browser).await.leads_to(SENT);
        let (mail, _) = asked(&site).await;
        for secret in [own.to_string(), foreign.to_string(), "基礎".to_owned()] {
            assert!(!mail.text.contains(&secret) && !mail.html.contains(&secret), "{named}: {secret}");
        }
        site.world.clock.jump(HOUR);
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_and_what_was_typed_is_kept() {
    let site = site().await;
    let mut browser = Browser::new(&site);
    let filled = Filled::shown(&site, &mut browser, "/inquiry").await;
    let before = site.contents().await;
    let long = "字".repeat(INQUIRY_CHARACTERS + 1);
    for (name, value, told) in [
        ("topic", "", "Please choose one."),
        ("topic", "everything", "Please choose one."),
        ("message", " \r\n　", "There is no message yet."),
        ("message", &long, "at most 2000 characters"),
        ("address", "nobody", "This is not an e-mail address."),
        ("address", "a@example.jp\r\nBcc: b@example.jp", "This is not an e-mail address."),
        ("address", "a@example.jp, b@example.jp", "This is not an e-mail address."),
        ("address", "visitor@gmial.com", "visitor@gmail.com"),
        ("homepage", "http://example.net/", "It tells programs from people."),
        ("form", "", "opened a long time ago"),
        ("form", "1-2", "opened a long time ago"),
    ] {
        let answer = filled.with(name, value).send(&mut browser).await.page(400, told);
        if name != "message" {
            assert!(answer.shows(MESSAGE), "{name}={value}: the message is lost");
        }
        if name != "topic" {
            assert!(answer.shows("value=\"mail\" selected"), "{name}={value}: the topic is lost");
        }
        let same = hidden(&answer, "form").as_deref() == filled.0.first().map(|(_, form)| form.as_str());
        assert_eq!(same, name != "form", "{name}={value}: it is the same form");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(site.contents().await, before, "{name}={value}");
    }
    // Whoever insists on an address that looks like a slip is believed.
    let insisted = filled.with("address", "visitor@gmial.com").with("sure", "visitor@gmial.com");
    insisted.send(&mut browser).await.leads_to(SENT);
    assert_eq!(reply_to(&asked(&site).await.0), "visitor@gmial.com");
    // Other forms, or more than any inquiry holds, are not read.
    for form in ["topic=mail".to_owned(), format!("message={}", "x".repeat(40_000))] {
        browser.post("/inquiry", &form).await.page(400, "open the page again");
    }
}

#[tokio::test]
async fn no_text_of_a_stranger_becomes_a_header_or_html() {
    let site = site().await;
    let mut browser = Browser::new(&site);
    let filled = Filled::shown(&site, &mut browser, "/inquiry").await;
    let hostile = "一行目\r\nBcc: victim@example.jp\r\n\r\n<script>alert(1)</script>\u{0}\u{202e}\r\n■ バッジ\r\n・状態：削除済み";
    filled.with("message", hostile).send(&mut browser).await.leads_to(SENT);
    let (mail, _) = asked(&site).await;
    assert!(!mail.subject.contains(char::is_control) && !mail.subject.contains("Bcc"));
    assert!(!mail.html.contains("<script") && !mail.text.contains(['\u{0}', '\r', '\u{202e}']));
    for line in ["> Bcc: victim@example.jp", "> ■ バッジ", "> ・状態：削除済み"] {
        assert!(mail.text.lines().any(|written| written == line), "{line} is not quoted in {}", mail.text);
    }
}

#[tokio::test]
async fn a_form_is_sent_once_and_neither_at_once_nor_days_later() {
    let site = site().await;
    let mut browser = Browser::new(&site);
    let filled = Filled::shown(&site, &mut browser, "/inquiry").await;
    // A double tap, or a program that has recorded the form and sends it from elsewhere.
    let mut elsewhere = Browser::new(&site);
    elsewhere.network = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));
    let other = filled.with("message", "Buy!").with("address", "other@example.net");
    filled.send(&mut browser).await.leads_to(SENT);
    filled.send(&mut browser).await.leads_to(SENT);
    other.send(&mut elsewhere).await.leads_to(SENT);
    assert!(asked(&site).await.0.text.contains(MESSAGE));
    for hours in [1, 22] {
        site.world.clock.jump(hours * HOUR);
        filled.send(&mut browser).await.leads_to(SENT);
        assert_eq!(site.deliver().await.len(), 0, "sent again");
    }
    site.world.clock.jump(2 * HOUR);
    let late = filled.send(&mut browser).await.page(400, "opened a long time ago");
    assert!(late.shows(MESSAGE));
    let fresh = filled.with("form", &hidden(&late, "form").unwrap());
    let early = fresh.send(&mut browser).await.page(400, "cannot be sent at once");
    assert!(early.shows(MESSAGE));
    site.world.clock.jump(3);
    fresh.send(&mut browser).await.leads_to(SENT);
    asked(&site).await;
}

#[tokio::test]
async fn so_many_inquiries_come_from_one_network_and_with_one_address() {
    let site = site().await;
    let mut browser = Browser::new(&site);
    let mut count = 0;
    let mut ask = async |browser: &mut Browser<'_>, address: &str| {
        count += 1;
        let filled = Filled::shown(&site, browser, "/inquiry").await;
        filled.with("address", address).send(browser).await
    };
    for _ in 0..INQUIRIES_WITH_AN_ADDRESS {
        ask(&mut browser, ASKER).await.leads_to(SENT);
    }
    let mut elsewhere = Browser::new(&site);
    elsewhere.network = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));
    let refused = ask(&mut elsewhere, "Visitor@EXAMPLE.net").await.page(429, "Too many inquiries");
    assert_eq!(refused.header("retry-after"), Some("3600"));
    assert!(refused.shows(MESSAGE), "what was typed is kept");
    for number in INQUIRIES_WITH_AN_ADDRESS..INQUIRIES_BY_A_CLIENT {
        ask(&mut browser, &format!("visitor{number}@example.net")).await.leads_to(SENT);
    }
    ask(&mut browser, "another@example.net").await.page(429, "Too many inquiries");
    ask(&mut elsewhere, "another@example.net").await.leads_to(SENT);
    // Mails that are asked for are counted apart.
    browser.ask_for_sign_in(OWNER).await.leads_to(SIGN_IN_MAILED);
    site.world.clock.jump(HOUR);
    ask(&mut browser, ASKER).await.leads_to(SENT);
}

/// Refuses what goes to the office.
struct FullMailbox<'a>(&'a dyn Mailer);

#[async_trait]
impl Mailer for FullMailbox<'_> {
    async fn ready(&self) -> Result<usize, MailError> {
        self.0.ready().await
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        let refuse = |mail: &Mail| match mail.to.as_str() {
            OFFICE => Err(MailError::Refused(Cause::new("no such mailbox"))),
            _ => Ok(()),
        };
        mails.iter().map(refuse).collect()
    }
}

#[tokio::test]
async fn an_inquiry_waits_while_the_office_can_be_sent_none() {
    let site = site().await;
    let mut browser = Browser::new(&site);
    Filled::shown(&site, &mut browser, "/inquiry").await.send(&mut browser).await.leads_to(SENT);
    let ports = Faulty::new(&site.world, None);
    let full = FullMailbox(&site.world.outbox);
    for _ in 0..2 {
        let tried = deliver(Ports { mailer: &full, ..ports.issuance() }, &month::compose, &Call::default())
            .await
            .unwrap();
        assert_eq!((tried.sent, tried.refused), (0, 1));
    }
    site.world.clock.jump(2 * DAY);
    assert!(asked(&site).await.0.text.contains(MESSAGE));
}

#[tokio::test]
async fn the_offices_own_mailbox_is_never_stopped() {
    let site = site().await;
    let mut browser = Browser::new(&site);
    let ask = async |browser: &mut Browser<'_>| {
        Filled::shown(&site, browser, "/inquiry").await.send(browser).await.leads_to(SENT);
        asked(&site).await.0
    };
    let first = ask(&mut browser).await;
    let hear = async |mail: &Mail, message: &str| {
        let now = site.world.clock.now();
        let event = mails::event(mail, message, now, mails::hard(now));
        delivery::apply(month::claim_ports(site.world.table(), &site.world), &event).await.unwrap()
    };
    assert_eq!(hear(&first, "m-1").await, Applied::NotKept);
    assert_eq!(Census::take(&site.world.store).await.stopped.len(), 0);
    // Nor by a mail of another kind that came back from there.
    let sign_in = Mail { kind: MailKind::SignIn, ..first };
    assert_eq!(hear(&sign_in, "m-2").await, Applied::Now);
    assert_eq!(Census::take(&site.world.store).await.stopped.len(), 1);
    ask(&mut browser).await;
}
