//! The words of each mail.

use shomei_core::{
    address::MailAddress,
    calendar,
    issuance::{AboutOrder, Announcement, Message},
    letter::AddressChange,
    ports::{Mail, MailKind},
    programme::Programme,
    store::Failure,
    wallet::LINK_MINUTES,
};
use shomei_pages::{
    RenderError,
    mail::{
        self, AddressesChanged, BadgeDeleted, BadgeIssued, BadgeReissued, BadgeRevoked, InquiryMail,
        InquiryReceived, MailContent, MailHost, OrderExpired, OrderPlaced, OrderRefunded, ProveAddressMail,
        Reminder, RestoreWallet, SignInMail, WalletClosed,
    },
};

/// A mail with its words.
pub(crate) fn compose(
    programme: &Programme,
    to: MailAddress,
    message: &Message<'_>,
) -> Result<Mail, Failure> {
    let MailContent { subject, text, html } = content(programme, &to, message)
        .map_err(|error| Failure::NeedsPerson(format!("a mail could not be written: {error}")))?;
    let (kind, badge, reply_to) = (message.kind(), message.badge().cloned(), message.reply_to().cloned());
    Ok(Mail { kind, badge, to, reply_to, subject, text, html })
}

fn content(
    programme: &Programme,
    to: &MailAddress,
    message: &Message<'_>,
) -> Result<MailContent, RenderError> {
    let issuer = programme.issuer_name.clone().into();
    let (contact, sender) = (programme.contact.clone(), programme.sender.clone());
    let host = MailHost::of(to.as_str());
    let minutes = LINK_MINUTES;
    match *message {
        Message::Announcement(ref announcement) => announced(programme, host, announcement).render(),
        Message::SignIn { url } => {
            SignInMail { issuer, url: url.to_owned(), minutes, contact, sender, host }.render()
        }
        Message::AddressProof { url, achievement } => ProveAddressMail {
            issuer,
            url: url.to_owned(),
            minutes,
            contact,
            sender,
            host,
            achievement: achievement.cloned().map(Into::into),
        }
        .render(),
        Message::AddressesChanged { change, address, at } => AddressesChanged {
            issuer,
            change: match change {
                AddressChange::Added => mail::AddressChange::Added,
                AddressChange::Removed => mail::AddressChange::Removed,
                AddressChange::Main => mail::AddressChange::Main,
            },
            address: address.as_str().to_owned(),
            at,
            contact,
            sender,
            host,
        }
        .render(),
        Message::BadgeDeleted { holder_name, achievement, at, .. } => BadgeDeleted {
            issuer,
            holder_name: holder_name.as_str().to_owned(),
            achievement: achievement.clone().into(),
            at,
            fee_yen: programme.reissue.fee.total.0,
            contact,
            sender,
            host,
        }
        .render(),
        Message::BadgeRevoked { holder_name, achievement, revoked, order_ended, .. } => BadgeRevoked {
            issuer,
            holder_name: holder_name.as_str().to_owned(),
            achievement: achievement.clone().into(),
            revoked,
            order_ended,
            contact,
            sender,
            host,
        }
        .render(),
        Message::Order(about) => about_order(programme, host, about),
        Message::RestoreWallet { url } => {
            RestoreWallet { issuer, url: url.to_owned(), minutes, contact, sender, host }.render()
        }
        Message::WalletClosed { badges, at } => {
            WalletClosed { issuer, at, badges, contact, sender, host }.render()
        }
        Message::Inquiry(ref asked) => InquiryMail {
            issuer,
            reference: asked.reference.to_string(),
            topic: asked.topic,
            message: asked.message.clone(),
            reply_to: asked.reply_to.as_str().to_owned(),
            proven: asked.proven,
            at: asked.at,
            badge: asked.badge.cloned(),
        }
        .render(),
        Message::InquiryReceived { reference, topic, at } => {
            let reference = reference.to_string();
            InquiryReceived { issuer, reference, topic, at, contact, sender, host }.render()
        }
    }
}

fn about_order(
    programme: &Programme,
    host: MailHost,
    about: AboutOrder<'_>,
) -> Result<MailContent, RenderError> {
    let issuer = programme.issuer_name.clone().into();
    let (contact, sender) = (programme.contact.clone(), programme.sender.clone());
    match about {
        AboutOrder::Placed(order) => OrderPlaced {
            issuer,
            achievement: order.terms.name.clone().into(),
            reference: order.terms.reference.to_string(),
            price: order.terms.fee.into(),
            pay_by: calendar::japan_date(order.state.pay_by),
            bank: programme.reissue.bank.clone().map(Into::into),
            card: programme.reissue.payment_link.is_some(),
            url: programme.order_url(&order.terms.id),
            contact,
            sender,
            host,
        }
        .render(),
        AboutOrder::Expired(order) => OrderExpired {
            issuer,
            achievement: order.name.clone().into(),
            reference: order.reference.to_string(),
            url: programme.order_url(&order.id),
            contact,
            sender,
            host,
        }
        .render(),
        AboutOrder::Reissued(order) => {
            let receipt = order.state.settlement.paid().map(|(_, receipt)| receipt);
            let order_url = programme.order_url(&order.terms.id);
            BadgeReissued {
                issuer,
                achievement: order.terms.name.clone().into(),
                url: order.terms.wallet.as_ref().map(|_| programme.wallet_badge_url(&order.state.badge)),
                receipt_number: receipt.map(ToString::to_string),
                receipt_url: receipt.map(|_| format!("{order_url}/receipt")),
                contact,
                sender,
                host,
            }
            .render()
        }
        AboutOrder::Refunded(order) => OrderRefunded {
            issuer,
            achievement: order.terms.name.clone().into(),
            price: order.terms.fee.into(),
            on: calendar::japan_date(order.state.refunded_at),
            credit_note_url: Some(format!("{}/credit-note", programme.order_url(&order.terms.id))),
            contact,
            sender,
            host,
        }
        .render(),
    }
}

fn announced(programme: &Programme, host: MailHost, announcement: &Announcement<'_>) -> BadgeIssued {
    BadgeIssued {
        holder_name: announcement.holder_name.as_str().to_owned(),
        achievement: announcement.achievement.clone().into(),
        issuer: programme.issuer_name.clone().into(),
        occasion: announcement.kind.into(),
        date: announcement.date,
        claim_url: announcement.claim_url.to_owned(),
        expires: calendar::japan_date(announcement.expires),
        contact: programme.contact.clone(),
        sender: programme.sender.clone(),
        host,
        wallet_url: programme.wallet_url(),
        help_url: programme.help_url(),
        reminder: match announcement.mail {
            MailKind::FirstReminder => Reminder::First,
            MailKind::LastReminder => Reminder::Last,
            MailKind::ClaimLink => Reminder::Asked,
            MailKind::LinkResent => Reminder::Resent,
            _ => Reminder::No,
        },
    }
}
