//! What the mail service told of the mails about a badge, as the story tells it.

use jiff::Timestamp;

use super::{Delivery, Report};
use crate::{
    address::MailAddress,
    badge::BadgeId,
    candidate::Shard,
    delivery::{self, BadgeDelivery, BounceClass, MailReport, Outcome, Standings, StopReason},
    ports::Table,
    store::Failure,
};

/// What is known of the mails about a badge, and of the address that they go to.
pub(super) async fn of(
    table: &dyn Table,
    shard: Shard,
    badge: &BadgeId,
    address: &MailAddress,
) -> Result<Delivery, Failure> {
    let heard = delivery::of_badge(table, shard, badge).await?;
    let reports = heard.iter().flat_map(|heard| &heard.mails).filter_map(report).collect();
    let standings = Standings::of(table, [address]).await?;
    let stopped_at = standings.reason(address).map(|reason| match reason {
        StopReason::Bounced(by) => by.what.at,
        StopReason::Complained(by) => by.what.at,
    });
    let known = standings.known(address);
    let released_at = known.and_then(|known| known.released.as_ref()).map(|release| release.at);
    let mut newest = heard.iter().filter_map(BadgeDelivery::newest);
    let newest = newest.find_map(|mail| Some((mail.mailed_at, report(mail)?.1)));
    Ok(Delivery { reports, stopped_at, released_at, newest })
}

fn report(mail: &MailReport) -> Option<(Timestamp, Report)> {
    Some(match mail.outcome() {
        Outcome::Sent => return None,
        Outcome::Delivered { at } => (at, Report::Delivered),
        Outcome::Delayed(delay) => (delay.at, Report::Delayed),
        Outcome::Bounced(bounce) => {
            (bounce.at, Report::Bounced { for_good: bounce.class == BounceClass::Permanent })
        }
        Outcome::Rejected | Outcome::NotRendered => (mail.mailed_at, Report::Rejected),
        Outcome::Complained(complaint) => (complaint.at, Report::Complained),
    })
}
