//! The pages of the wallet.

use jiff::civil::{Date, date};
use shomei_core::badge::Ground;
use shomei_pages::Occasion;
use shomei_pages::wallet::{
    AddressesPage, ClosePage, Closed, DeletePage, Deleted, HolderBadge, Notice, ProveConfirm, ProveDead,
    ReissueOffer, RevokedPage, SharePage, SignIn, SignInConfirm, SignInDead, SignInSent, WalletAddress,
    WalletBadge, WalletBadgeState, WalletPage,
};

use super::reissue::PRICE;
use super::{Sample, Words, associate, body, description, page, professional, revoked};

const FEE: u32 = 5_500;

pub(crate) fn pages(words: &Words) -> Vec<Sample> {
    let mut pages = sign_in(words);
    pages.extend(overview(words));
    pages.extend(addresses(words));
    pages.extend(badge(words));
    pages.extend(ends(words));
    pages
}

fn sign_in(words: &Words) -> Vec<Sample> {
    let (issuer, contact) = (|| body(words), || words.contact.clone());
    let sent = SignInSent { minutes: 30, sender: words.sender.clone(), issuer: issuer(), contact: contact() };
    let confirm = SignInConfirm {
        main_address: words.address.clone(),
        action: (words.path)("/wallet/sign-in/Zr8t0uJx"),
        days: 30,
        issuer: issuer(),
        contact: contact(),
    };
    vec![
        page("wallet_sign_in", false, SignIn { issuer: issuer(), contact: contact() }),
        page("wallet_sign_in_sent", false, sent),
        page("wallet_sign_in_confirm", false, confirm),
        page("wallet_sign_in_dead", false, SignInDead { issuer: issuer(), contact: contact() }),
    ]
}

fn overview(words: &Words) -> Vec<Sample> {
    let item = |state, kind, day: Date, valid_until, expired, renewed| WalletBadge {
        url: (words.path)("/wallet/badges/5kq2v7d3m9"),
        achievement: professional(words),
        picture_url: (words.url)("/pictures/pm-professional.png"),
        kind,
        date: day,
        valid_until,
        state,
        expired,
        renewed,
    };
    let deleted = WalletBadgeState::Deleted { on: date(2026, 11, 20), again: false };
    let revoked = WalletBadgeState::Revoked { revoked: revoked(Ground::IssuedInError), again: true };
    let (pass, renewal) = (Occasion::Pass, Occasion::Renewal);
    let ends = |year| Some(date(year, 9, 30));
    let badges = vec![
        item(WalletBadgeState::Public, renewal, date(2029, 9, 2), ends(2032), false, false),
        item(WalletBadgeState::PublicWithoutName, pass, date(2026, 9, 14), ends(2029), true, true),
        WalletBadge {
            achievement: associate(words),
            ..item(WalletBadgeState::Private, pass, date(2025, 6, 8), None, false, false)
        },
        WalletBadge {
            picture_url: String::new(),
            ..item(deleted, pass, date(2023, 9, 10), ends(2026), true, true)
        },
        WalletBadge {
            picture_url: String::new(),
            ..item(revoked, pass, date(2022, 9, 10), ends(2025), true, true)
        },
    ];
    let wallet = |badges, address_count, export_pages, next, notice| WalletPage {
        issuer: body(words),
        contact: words.contact.clone(),
        notice,
        main_address: words.address.clone(),
        address_count,
        badges,
        export_pages,
        next,
    };
    let next = Some((words.path)("/wallet?page=2"));
    vec![
        page("wallet", false, wallet(badges.clone(), 2, 1, None, Some(Notice::SignedIn))),
        page("wallet_long", false, wallet(badges, 3, 3, next, None)),
        page("wallet_empty", false, wallet(Vec::new(), 1, 1, None, None)),
    ]
}

fn addresses(words: &Words) -> Vec<Sample> {
    let known = |count| {
        let address = |(main, day)| WalletAddress { address: words.address.clone(), main, proven_on: day };
        let days = [(true, date(2026, 10, 5)), (false, date(2026, 11, 3)), (false, date(2027, 1, 9))];
        days.into_iter().map(address).take(count).collect()
    };
    let list = |count, may_add, notice| AddressesPage {
        issuer: body(words),
        contact: words.contact.clone(),
        notice,
        addresses: known(count),
        may_add,
        most: 3,
    };
    let prove = |badge, merges, signed_in| ProveConfirm {
        issuer: body(words),
        contact: words.contact.clone(),
        address: words.address.clone(),
        main_address: words.address.clone(),
        badge,
        merges,
        signed_in,
        action: (words.path)("/wallet/prove/Zr8t0uJx"),
    };
    let dead = ProveDead { issuer: body(words), contact: words.contact.clone() };
    vec![
        page("wallet_addresses", false, list(2, true, Some(Notice::ProofSent))),
        page("wallet_addresses_only_one", false, list(1, true, None)),
        page("wallet_addresses_full", false, list(3, false, Some(Notice::AddressAdded))),
        page("wallet_prove", false, prove(None, 0, true)),
        page("wallet_prove_badge", false, prove(Some(professional(words)), 2, true)),
        page("wallet_prove_signed_out", false, prove(Some(professional(words)), 2, false)),
        page("wallet_prove_dead", false, dead),
    ]
}

fn badge(words: &Words) -> Vec<Sample> {
    let badge = |state, notice, name_match, expired, newer| HolderBadge {
        issuer: body(words),
        contact: words.contact.clone(),
        notice,
        id: "5kq2v7d3m9".to_owned(),
        achievement: professional(words),
        description: description(words),
        picture_url: (words.url)("/pictures/pm-professional.png"),
        kind: Occasion::Pass,
        date: date(2026, 9, 14),
        issued: date(2026, 10, 1),
        claimed_on: date(2026, 10, 5),
        valid_until: Some(date(2029, 9, 30)),
        expired,
        holder_name: words.name.clone(),
        state,
        public_url: (words.url)("/badges/5kq2v7d3m9"),
        name_match,
        inquiry_url: (words.path)("/inquiry?badge=5kq2v7d3m9"),
        newer,
    };
    let newer = Some((words.path)("/wallet/badges/8xw4n2p6t0"));
    let share = |valid_until| SharePage {
        issuer: body(words),
        contact: words.contact.clone(),
        back: (words.path)("/wallet/badges/5kq2v7d3m9"),
        achievement: professional(words),
        badge_id: "5kq2v7d3m9".to_owned(),
        url: (words.url)("/badges/5kq2v7d3m9"),
        png_url: (words.url)("/badges/5kq2v7d3m9.png"),
        json_url: (words.url)("/badges/5kq2v7d3m9.json"),
        qr_url: (words.url)("/badges/5kq2v7d3m9/qr.svg"),
        issued: date(2026, 10, 1),
        valid_until,
    };
    vec![
        page("wallet_badge_private", false, badge(WalletBadgeState::Private, None, None, false, None)),
        page(
            "wallet_badge_public",
            false,
            badge(WalletBadgeState::Public, Some(Notice::NameMatchAllowed), Some(true), false, None),
        ),
        page(
            "wallet_badge_private_name_match",
            false,
            badge(WalletBadgeState::Private, Some(Notice::Hidden), Some(true), false, None),
        ),
        page(
            "wallet_badge_without_name",
            false,
            badge(WalletBadgeState::PublicWithoutName, None, Some(false), true, newer),
        ),
        page("wallet_share", false, share(Some(date(2029, 9, 30)))),
        page("wallet_share_without_end", false, share(None)),
    ]
}

fn ends(words: &Words) -> Vec<Sample> {
    let (issuer, contact) = (|| body(words), || words.contact.clone());
    let delete = |public, wrong| DeletePage {
        issuer: issuer(),
        contact: contact(),
        achievement: professional(words),
        picture_url: (words.url)("/pictures/pm-professional.png"),
        public,
        fee_yen: Some(FEE),
        action: (words.path)("/wallet/badges/5kq2v7d3m9/delete"),
        back: (words.path)("/wallet/badges/5kq2v7d3m9"),
        wrong,
    };
    let deleted = |valid_until, reissue| Deleted {
        issuer: issuer(),
        contact: contact(),
        achievement: professional(words),
        valid_until,
        price: PRICE,
        order_url: matches!(reissue, ReissueOffer::IssuedAgain { .. })
            .then(|| (words.path)("/reissue/orders/7hn3w9c2x5")),
        reissue,
    };
    let revoked = |ground, again: bool| RevokedPage {
        issuer: issuer(),
        contact: contact(),
        achievement: professional(words),
        revoked: revoked(ground),
        order_url: again.then(|| (words.path)("/reissue/orders/7hn3w9c2x5")),
        again: again.then(|| (words.path)("/wallet/badges/8xw4n2p6t0")),
    };
    let (path, end) = (words.path, Some(date(2029, 9, 30)));
    let order = || ReissueOffer::Order { url: path("/reissue/badges/5kq2v7d3m9") };
    let running = ReissueOffer::Running { url: path("/reissue/orders/7hn3w9c2x5") };
    let again = ReissueOffer::IssuedAgain { url: path("/wallet/badges/8xw4n2p6t0") };
    let close =
        |badges, wrong| ClosePage { issuer: issuer(), contact: contact(), badges, fee_yen: FEE, wrong };
    let closed = |badges| Closed { issuer: issuer(), contact: contact(), badges };
    vec![
        page("wallet_delete_public", false, delete(true, false)),
        page("wallet_delete_wrong", false, delete(false, true)),
        page("wallet_delete_off_record", false, DeletePage { fee_yen: None, ..delete(false, false) }),
        page("wallet_deleted", false, deleted(end, order())),
        page("wallet_deleted_without_end", false, deleted(None, order())),
        page("wallet_deleted_ordered", false, deleted(end, running)),
        page("wallet_deleted_issued_again", false, deleted(end, again)),
        page("wallet_deleted_expired", false, deleted(Some(date(2026, 9, 30)), ReissueOffer::Expired)),
        page("wallet_deleted_no_order", false, deleted(end, ReissueOffer::NotOffered)),
        page("wallet_revoked", false, revoked(Ground::Misconduct, false)),
        page("wallet_revoked_issued_anew", false, revoked(Ground::IssuedInError, true)),
        page("wallet_deleted_off_record", false, deleted(end, ReissueOffer::OffRecord)),
        page("wallet_close", false, close(3, false)),
        page("wallet_close_one", false, close(1, true)),
        page("wallet_close_empty", false, close(0, false)),
        page("wallet_closed", false, closed(3)),
        page("wallet_closed_empty", false, closed(0)),
    ]
}
