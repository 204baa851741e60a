//! Mails that did not arrive.

use serde::Deserialize;
use shomei_core::{
    badge::{AnyBadge, Badge, BadgeId, Unclaimed},
    delivery::{self, Released, UndeliveredBadge},
    order::Reason,
    store,
};
use shomei_http::{Problem, Request, Response, holder::not_our_form, redirect};
use shomei_pages::office::{self, Place, RefusedMail, UndeliveredNotice, UndeliveredPage};

use super::Colleague;
use crate::Intake;

/// So many mails that were not taken are shown. Whoever corrects one of them sees the next.
const REFUSED: usize = 50;

/// Where the page before ended, of which month mails that were not taken are shown as well, and what has just been done. None of it names
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
        let refused = match month.and_then(|month| month.parse().ok()) {
            Some(month) => delivery::refused(&*self.table, month, REFUSED).await?,
            None => Vec::new(),
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
            refused: refused.iter().map(not_taken).collect(),
            badges: page.badges.iter().filter_map(shown).collect(),
            next,
        };
        colleague.page(page.render(colleague.language))
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

fn not_taken(badge: &Badge<Unclaimed>) -> RefusedMail {
    RefusedMail {
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
