//! The pages behind a claim link.

use jiff::civil::{Date, date};
use shomei_pages::Occasion;
use shomei_pages::claim::{Claimed, Expired, LinkSent, Offer, SignedIn, Unknown};

use super::{Sample, Words, body, description, page, professional};

pub(crate) fn pages(words: &Words) -> Vec<Sample> {
    let end = Some(date(2029, 9, 30));
    let main_address = words.address.clone();
    let same = SignedIn::SameWallet { main_address: main_address.clone() };
    let other = SignedIn::OtherWallet { main_address, action: (words.path)("/claim/Zr8t0uJx/join") };
    let contact = || words.contact.clone();
    vec![
        page("claim_offer", false, offer(words, Occasion::Pass, end, SignedIn::No)),
        page("claim_offer_renewal", false, offer(words, Occasion::Renewal, None, SignedIn::No)),
        page("claim_offer_same_wallet", false, offer(words, Occasion::Pass, end, same)),
        page("claim_offer_other_wallet", false, offer(words, Occasion::Pass, end, other)),
        page("claim_claimed_public", false, claimed(words, true, true, false)),
        page("claim_claimed_private", false, claimed(words, true, false, false)),
        page("claim_claimed_signed_in", false, claimed(words, true, false, true)),
        page("claim_claimed_earlier", false, claimed(words, false, false, false)),
        page(
            "claim_expired",
            false,
            Expired {
                action: (words.path)("/claim/Zr8t0uJx/mail"),
                contact: contact(),
                inquiry_url: (words.path)("/inquiry?claim=Zr8t0uJx"),
            },
        ),
        page("claim_link_sent", false, LinkSent { contact: contact(), sender: words.sender.clone() }),
        page("claim_unknown", false, Unknown { contact: contact() }),
    ]
}

fn offer(words: &Words, kind: Occasion, valid_until: Option<Date>, signed_in: SignedIn) -> Offer {
    Offer {
        achievement: professional(words),
        description: description(words),
        picture_url: (words.url)("/pictures/pm-professional.png"),
        issuer: body(words),
        kind,
        date: date(2026, 9, 14),
        valid_until,
        holder_name: words.name.clone(),
        action: (words.path)("/claim/Zr8t0uJx"),
        link_expires: date(2026, 12, 31),
        contact: words.contact.clone(),
        signed_in,
        inquiry_url: (words.path)("/inquiry?claim=Zr8t0uJx"),
    }
}

fn claimed(words: &Words, just_now: bool, public: bool, signed_in: bool) -> Claimed {
    Claimed {
        just_now,
        achievement: professional(words),
        picture_url: (words.url)("/pictures/pm-professional.png"),
        issuer: body(words),
        claimed_on: date(2026, 10, 5),
        badge_url: public.then(|| (words.url)("/badges/5kq2v7d3m9")),
        contact: words.contact.clone(),
        wallet_url: signed_in.then(|| (words.path)("/wallet/badges/5kq2v7d3m9")),
        sign_in_action: (words.path)("/claim/Zr8t0uJx/sign-in"),
        inquiry_url: (words.path)("/inquiry?claim=Zr8t0uJx"),
    }
}
