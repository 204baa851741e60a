//! Mails that did not arrive.

use serde::Deserialize;
use shomei_core::{
    badge::{Badge, Unclaimed},
    calendar::Month,
    candidate::{AnyCandidate, CandidateRef},
    delivery::{self, Outcome, StopReason, UndeliveredBadge, UnsentBadge},
    office::glance::{months, newest},
    order::Reason,
    store,
};
use shomei_http::{Problem, Request, Response, holder::not_our_form};
use shomei_pages::office::{self, PersonNotice, Place, StoppedMail, UndeliveredPage, UnsentMail};

use super::{Colleague, people::back_to};
use crate::Intake;

/// So many mails that were not sent are shown. Whoever corrects one of them sees the next.
const UNSENT: usize = 50;

/// Where the page before ended, and of which month mails that were not sent are shown as well, else of the newest. None of it names a
/// person.
#[derive(Default, Deserialize)]
struct Asked {
    after: Option<String>,
    month: Option<String>,
}

/// Mail is to go again to the address that is on record for an occasion, however its badge stands.
#[derive(Deserialize)]
struct Release {
    candidate: String,
    reason: String,
}

impl Intake {
    pub(super) async fn undelivered(
        &self,
        request: &Request,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let Asked { after, month } = shomei_http::query(request).unwrap_or_default();
        let unsent = match (month.and_then(|month| month.parse().ok()), &after) {
            (Some(month), _) => self.unsent(&[month]).await?,
            (None, None) => self.unsent(newest(&months(&*self.table).await?)).await?,
            (None, Some(_)) => Vec::new(),
        };
        let page = delivery::undelivered(self.claim_ports(), None, after.as_deref()).await?;
        let next = page.next.map(|next| format!("/office/undelivered?after={}", next.replace('#', "%23")));
        let page = UndeliveredPage {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Undelivered),
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
        let Release { candidate, reason } = shomei_http::form(request).ok_or_else(not_our_form)?;
        let occasion = CandidateRef::parse(&candidate).ok_or_else(not_our_form)?;
        let Some(reason) = Reason::parse(&reason) else {
            return Ok(back_to(&occasion, PersonNotice::ReasonMissing));
        };
        let stored = store::load::<AnyCandidate>(&*self.table, &occasion.key()).await;
        let stored = stored.map_err(store::Failure::from)?.ok_or_else(Problem::not_found)?;
        let (address, actor) = (&stored.record.details().address, colleague.member.actor());
        let released = delivery::release(self.claim_ports(), address, &actor, &reason).await?;
        Ok(back_to(&occasion, PersonNotice::of_release(released)))
    }
}

fn story_url(badge: &Badge<Unclaimed>) -> String {
    format!("/office/people/{}", badge.candidate)
}

fn stopped(unsent: &UnsentBadge) -> Option<StoppedMail> {
    let outcome = match unsent.stopped? {
        StopReason::Bounced(by) => Outcome::Bounced(by.what),
        StopReason::Complained(by) => Outcome::Complained(by.what),
    };
    Some(StoppedMail { candidate: unsent.badge.candidate.to_string(), outcome, mail: mail(&unsent.badge) })
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
        candidate: badge.candidate.to_string(),
        story_url: story_url(badge),
        name: badge.holder_name.as_str().to_owned(),
        address: badge.address.as_str().to_owned(),
        achievement: badge.wording.name.clone().into(),
        mailed_at: newest.mailed_at,
        outcome: newest.outcome(),
        stopped: stopped.as_ref().is_some_and(|known| known.reason().is_some()),
    })
}
