//! The mails.

use jiff::{Timestamp, civil::date};
use shomei_core::badge::{BadgeId, Ground, Revoked, Visibility};
use shomei_core::candidate::Kind;
use shomei_core::inquiry::{InquiryText, Proof, Topic};
use shomei_core::issuance::{BadgeStory, MailStory, Standing};
use shomei_core::programme;
use shomei_pages::mail::{
    AddressChange, AddressesChanged, BadgeDeleted, BadgeIssued, BadgeReissued, BadgeRevoked, InquiryMail,
    InquiryReceived, MailContent, MailHost, OrderExpired, OrderPlaced, OrderRefunded, ProveAddressMail,
    Reminder, RestoreWallet, SignInMail, WalletClosed,
};
use shomei_pages::{Occasion, RenderError};

use super::reissue::{PRICE, account};
use super::{Words, body, professional, revoked};

/// One mail: its file name, the links it holds, and its content.
pub(crate) type MailSample = (String, Vec<String>, Result<MailContent, RenderError>);

/// Every mail. Each host is somewhere among them.
pub(crate) fn mails(words: &Words) -> Vec<MailSample> {
    let mut mails = Vec::new();
    for (name, occasion, reminder, host) in [
        ("issued_pass", Occasion::Pass, Reminder::No, MailHost::Company),
        ("issued_renewal", Occasion::Renewal, Reminder::No, MailHost::Gmail),
        ("issued_first_reminder", Occasion::Pass, Reminder::First, MailHost::Docomo),
        ("issued_last_reminder", Occasion::Pass, Reminder::Last, MailHost::Au),
        ("issued_asked", Occasion::Renewal, Reminder::Asked, MailHost::SoftBank),
        ("issued_resent", Occasion::Pass, Reminder::Resent, MailHost::Au),
    ] {
        let mail = issued(words, occasion, reminder, host);
        mails.push(sample(name, &[&mail.claim_url, &mail.wallet_url, &mail.help_url], mail.render()));
    }
    let sign_in = sign_in(words);
    mails.push(sample("sign_in", &[&sign_in.url], sign_in.render()));
    for (name, with_badge) in [("prove_address", false), ("prove_address_badge", true)] {
        let mail = prove(words, with_badge);
        mails.push(sample(name, &[&mail.url], mail.render()));
    }
    for (name, change) in [
        ("address_added", AddressChange::Added),
        ("address_removed", AddressChange::Removed),
        ("main_address", AddressChange::Main),
    ] {
        mails.push(sample(name, &[], changed(words, change).render()));
    }
    mails.push(sample("badge_deleted", &[], deleted(words).render()));
    for (name, ground, order_ended) in
        [("badge_revoked", Ground::IssuedInError, false), ("badge_revoked_ordered", Ground::Misconduct, true)]
    {
        mails.push(sample(name, &[], taken_back(words, ground, order_ended).render()));
    }
    mails.push(sample("wallet_closed", &[], closed(words).render()));
    mails.extend(reissue(words));
    mails.extend(inquiries(words));
    mails
}

fn reissue(words: &Words) -> Vec<MailSample> {
    let mut mails = Vec::new();
    for (name, bank, card) in
        [("order_placed", true, true), ("order_placed_bank", true, false), ("order_placed_card", false, true)]
    {
        let mail = ordered(words, bank, card);
        mails.push(sample(name, &[&mail.url], mail.render()));
    }
    let done = reissued(words, true);
    let links: Vec<&String> = done.url.iter().chain(&done.receipt_url).collect();
    mails.push(sample("badge_reissued", &links, done.render()));
    mails.push(sample("badge_reissued_to_claim", &[], reissued(words, false).render()));
    let ended = ended(words);
    mails.push(sample("order_expired", &[&ended.url], ended.render()));
    for (name, note) in [("order_refunded", true), ("order_refunded_unrecorded", false)] {
        let mail = refunded(words, note);
        let links: Vec<&String> = mail.credit_note_url.iter().collect();
        mails.push(sample(name, &links, mail.render()));
    }
    let restore = restore(words);
    mails.push(sample("restore_wallet", &[&restore.url], restore.render()));
    mails
}

fn inquiries(words: &Words) -> Vec<MailSample> {
    let claimed = Standing::Claimed { at: noon(), visibility: Visibility::PublicWithoutName };
    let reminded = MailStory {
        announced_at: Some(noon()),
        reminders: 2,
        reminded_at: Some(noon()),
        ..MailStory::default()
    };
    let refused = MailStory { owed: true, refused: true, ..MailStory::default() };
    let stopped = MailStory { owed: true, stopped: true, ..MailStory::default() };
    let revoked = Standing::Revoked(Revoked { ground: Ground::IssuedInError, at: noon() });
    let mut mails = vec![sample("inquiry", &[], inquiry(words, None, false).render())];
    for (name, by, standing, story) in [
        ("inquiry_of_holder", Proof::Wallet, claimed, reminded),
        ("inquiry_by_link", Proof::Link, Standing::Waits, refused),
        ("inquiry_stopped", Proof::Wallet, Standing::Waits, stopped),
        ("inquiry_revoked", Proof::Wallet, revoked, MailStory::default()),
        ("inquiry_deleted", Proof::Wallet, Standing::Deleted { at: noon() }, MailStory::default()),
    ] {
        let mail = inquiry(words, Some(story_of(words, by, standing, story)), by == Proof::Wallet);
        mails.push(sample(name, &[], mail.render()));
    }
    let received = InquiryReceived {
        issuer: body(words),
        reference: "01020304".to_owned(),
        topic: Topic::Claiming,
        at: noon(),
        contact: words.contact.clone(),
        sender: words.sender.clone(),
        host: MailHost::Docomo,
    };
    mails.push(sample("inquiry_received", &[], received.render()));
    mails
}

pub(crate) fn inquiry(words: &Words, badge: Option<BadgeStory>, proven: bool) -> InquiryMail {
    let message = "案内のメールが見当たりません。\r\n迷惑メールフォルダーも見ました。\r\n\r\n■ バッジ\r\n・状態：<b>削除済み</b>";
    InquiryMail {
        issuer: body(words),
        reference: "01020304".to_owned(),
        topic: Topic::Claiming,
        message: InquiryText::mend(message).unwrap(),
        reply_to: words.address.clone(),
        proven,
        at: noon(),
        badge,
    }
}

fn story_of(words: &Words, by: Proof, standing: Standing, mails: MailStory) -> BadgeStory {
    let name = professional(words);
    BadgeStory {
        id: BadgeId::parse("8f5f3b0e-6f0a-4b7e-9a53-0d6f7f1c2b3a").unwrap(),
        by,
        achievement: programme::Bilingual { ja: name.ja, en: name.en },
        kind: Kind::Renewal,
        date: date(2026, 9, 14),
        issued_at: noon(),
        valid_until: (standing == Standing::Waits).then(noon),
        standing,
        mails,
    }
}

fn sample(name: &str, links: &[&String], content: Result<MailContent, RenderError>) -> MailSample {
    (name.to_owned(), links.iter().copied().cloned().collect(), content)
}

fn issued(words: &Words, occasion: Occasion, reminder: Reminder, host: MailHost) -> BadgeIssued {
    BadgeIssued {
        holder_name: words.name.clone(),
        achievement: professional(words),
        issuer: body(words),
        occasion,
        date: date(2026, 9, 14),
        claim_url: (words.url)("/claim/Zr8t0uJx1wK5mQ3vN7yB2cD6fG9hL4pS8aE0iO1uT3k"),
        wallet_url: (words.url)("/wallet"),
        help_url: (words.url)("/help"),
        expires: date(2026, 12, 31),
        contact: words.contact.clone(),
        sender: words.sender.clone(),
        host,
        reminder,
    }
}

fn sign_in(words: &Words) -> SignInMail {
    SignInMail {
        issuer: body(words),
        url: (words.url)("/wallet/sign-in/Zr8t0uJx1wK5mQ3vN7yB2cD6fG9hL4pS8aE0iO1uT3k"),
        minutes: 30,
        contact: words.contact.clone(),
        sender: words.sender.clone(),
        host: MailHost::Yahoo,
    }
}

fn prove(words: &Words, with_badge: bool) -> ProveAddressMail {
    ProveAddressMail {
        issuer: body(words),
        url: (words.url)("/wallet/prove/Zr8t0uJx1wK5mQ3vN7yB2cD6fG9hL4pS8aE0iO1uT3k"),
        minutes: 30,
        contact: words.contact.clone(),
        sender: words.sender.clone(),
        host: MailHost::Outlook,
        achievement: with_badge.then(|| professional(words)),
    }
}

fn changed(words: &Words, change: AddressChange) -> AddressesChanged {
    AddressesChanged {
        issuer: body(words),
        change,
        address: words.address.clone(),
        at: noon(),
        contact: words.contact.clone(),
        sender: words.sender.clone(),
        host: MailHost::ICloud,
    }
}

fn deleted(words: &Words) -> BadgeDeleted {
    BadgeDeleted {
        issuer: body(words),
        holder_name: words.name.clone(),
        achievement: professional(words),
        at: noon(),
        fee_yen: 5_500,
        contact: words.contact.clone(),
        sender: words.sender.clone(),
        host: MailHost::Gmail,
    }
}

fn taken_back(words: &Words, ground: Ground, order_ended: bool) -> BadgeRevoked {
    BadgeRevoked {
        issuer: body(words),
        holder_name: words.name.clone(),
        achievement: professional(words),
        revoked: revoked(ground),
        order_ended,
        contact: words.contact.clone(),
        sender: words.sender.clone(),
        host: MailHost::Docomo,
    }
}

fn closed(words: &Words) -> WalletClosed {
    WalletClosed {
        issuer: body(words),
        at: noon(),
        badges: 3,
        contact: words.contact.clone(),
        sender: words.sender.clone(),
        host: MailHost::Gmail,
    }
}

fn ordered(words: &Words, bank: bool, card: bool) -> OrderPlaced {
    OrderPlaced {
        issuer: body(words),
        achievement: professional(words),
        reference: "40718265".to_owned(),
        price: PRICE,
        pay_by: date(2026, 12, 21),
        bank: bank.then(|| account(words)),
        card,
        url: (words.url)("/reissue/orders/7hn3w9c2x5"),
        contact: words.contact.clone(),
        sender: words.sender.clone(),
        host: MailHost::Yahoo,
    }
}

/// Into the wallet and paid, or to be claimed and free of charge.
fn reissued(words: &Words, paid: bool) -> BadgeReissued {
    BadgeReissued {
        issuer: body(words),
        achievement: professional(words),
        url: paid.then(|| (words.url)("/wallet/badges/8xw4n2p6t0")),
        receipt_number: paid.then(|| "R-2026-000123".to_owned()),
        receipt_url: paid.then(|| (words.url)("/reissue/orders/7hn3w9c2x5/receipt")),
        contact: words.contact.clone(),
        sender: words.sender.clone(),
        host: MailHost::Gmail,
    }
}

fn ended(words: &Words) -> OrderExpired {
    OrderExpired {
        issuer: body(words),
        achievement: professional(words),
        reference: "40718265".to_owned(),
        url: (words.url)("/reissue/orders/7hn3w9c2x5"),
        contact: words.contact.clone(),
        sender: words.sender.clone(),
        host: MailHost::Gmail,
    }
}

fn refunded(words: &Words, note: bool) -> OrderRefunded {
    OrderRefunded {
        issuer: body(words),
        achievement: professional(words),
        price: PRICE,
        on: date(2026, 12, 1),
        credit_note_url: note.then(|| (words.url)("/reissue/orders/7hn3w9c2x5/credit-note")),
        contact: words.contact.clone(),
        sender: words.sender.clone(),
        host: MailHost::Gmail,
    }
}

fn restore(words: &Words) -> RestoreWallet {
    RestoreWallet {
        issuer: body(words),
        url: (words.url)("/reissue/restore/Zr8t0uJx1wK5mQ3vN7yB2cD6fG9hL4pS8aE0iO1uT3k"),
        minutes: 30,
        contact: words.contact.clone(),
        sender: words.sender.clone(),
        host: MailHost::Gmail,
    }
}

/// Noon in Japan on 5 October 2026.
fn noon() -> Timestamp {
    Timestamp::constant(1_791_169_200, 0)
}
