//! Mails that did not arrive.

use serde::Deserialize;
use shomei_core::{
    badge::{AnyBadge, Badge, BadgeId, Unclaimed},
    calendar::Month,
    delivery::{self, Outcome, Released, StopReason, UndeliveredBadge, UnsentBadge},
    office::glance::{months, newest},
    order::Reason,
    store,
};
use shomei_http::{Problem, Request, Response, holder::not_our_form, redirect};
use shomei_pages::office::{self, Place, StoppedMail, UndeliveredNotice, UndeliveredPage, UnsentMail};

use super::Colleague;
use crate::Intake;

/// So many mails that were not sent are shown. Whoever corrects one of them sees the next.
const UNSENT: usize = 50;

/// Where the page before ended, of which month mails that were not sent are shown as well, else of the newest, and what has just been done. None of it names
/// a person.
#[derive(Default, Deserialize)]
struct Asked {
    after: Option<String>,
    month: Option<String>,
    done: Option<String>,
}

/// Mail is to go to the address of a badge again.
#[derive(Deserialize)]
struct Release {
    badge: String,
    reason: String,
}

impl Intake {
    pub(super) async fn undelivered(
        &self,
        request: &Request,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let Asked { after, month, done } = shomei_http::query(request).unwrap_or_default();
        let unsent = match (month.and_then(|month| month.parse().ok()), &after) {
            (Some(month), _) => self.unsent(&[month]).await?,
            (None, None) => self.unsent(newest(&months(&*self.table).await?)).await?,
            (None, Some(_)) => Vec::new(),
        };
        let page = delivery::undelivered(self.claim_ports(), None, after.as_deref()).await?;
        let next = page.next.map(|next| format!("/office/undelivered?after={}", next.replace('#', "%23")));
        let notice = done.and_then(|done| match done.as_str() {
            "released" => Some(UndeliveredNotice::Released),
            "not-stopped" => Some(UndeliveredNotice::NotStopped),
            "reason-missing" => Some(UndeliveredNotice::ReasonMissing),
            _ => None,
        });
        let page = UndeliveredPage {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Undelivered),
            notice,
            refused: unsent.iter().filter(|one| one.stopped.is_none()).map(|one| mail(&one.badge)).collect(),
            stopped: unsent.iter().filter_map(stopped).collect(),
            badges: page.badges.iter().filter_map(shown).collect(),
            next,
        };
        colleague.page(page.render(colleague.language))
    }

    async fn unsent(&self, months: &[Month]) -> Result<Vec<UnsentBadge>, Problem> {
        let mut unsent = Vec::new();
        for month in months {
            unsent.extend(delivery::unsent(&*self.table, *month, UNSENT - unsent.len()).await?);
        }
        Ok(unsent)
    }

    pub(super) async fn release(
        &self,
        request: &Request,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let Release { badge, reason } = shomei_http::form(request).ok_or_else(not_our_form)?;
        let badge = BadgeId::parse(&badge).ok_or_else(not_our_form)?;
        let Some(reason) = Reason::parse(&reason) else {
            return Ok(redirect("/office/undelivered?done=reason-missing"));
        };
        let stored = store::load::<AnyBadge>(&*self.table, &AnyBadge::key_of(&badge)).await;
        let stored = stored.map_err(store::Failure::from)?;
        let Some(AnyBadge::Unclaimed(badge)) = stored.map(|stored| stored.record) else {
            return Ok(redirect("/office/undelivered?done=not-stopped"));
        };
        let actor = colleague.member.actor();
        let done = match delivery::release(self.claim_ports(), &badge.address, &actor, &reason).await? {
            Released::Now => "released",
            Released::NotStopped => "not-stopped",
        };
        Ok(redirect(&format!("/office/undelivered?done={done}")))
    }
}

fn story_url(badge: &Badge<Unclaimed>) -> String {
    format!("/office/people/{}-{}", badge.candidate.month, badge.candidate.id)
}

fn stopped(unsent: &UnsentBadge) -> Option<StoppedMail> {
    let outcome = match unsent.stopped? {
        StopReason::Bounced(by) => Outcome::Bounced(by.what),
        StopReason::Complained(by) => Outcome::Complained(by.what),
    };
    Some(StoppedMail { badge: unsent.badge.id.to_string(), outcome, mail: mail(&unsent.badge) })
}

fn mail(badge: &Badge<Unclaimed>) -> UnsentMail {
    UnsentMail {
        story_url: story_url(badge),
        name: badge.holder_name.as_str().to_owned(),
        address: badge.address.as_str().to_owned(),
        achievement: badge.wording.name.clone().into(),
    }
}

fn shown(undelivered: &UndeliveredBadge) -> Option<office::UndeliveredBadge> {
    let UndeliveredBadge { badge, delivery, stopped } = undelivered;
    let newest = delivery.newest()?;
    Some(office::UndeliveredBadge {
        badge: badge.id.to_string(),
        story_url: story_url(badge),
        name: badge.holder_name.as_str().to_owned(),
        address: badge.address.as_str().to_owned(),
        achievement: badge.wording.name.clone().into(),
        mailed_at: newest.mailed_at,
        outcome: newest.outcome(),
        stopped: stopped.as_ref().is_some_and(|known| known.reason().is_some()),
    })
}
