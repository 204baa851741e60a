//! Who a number is, as far as the body knows.

use std::{collections::BTreeSet, fmt};

use futures::StreamExt;

use crate::{
    badge::{AnyBadge, BadgeId},
    calendar::{self, Month},
    candidate::{AchievementId, AnyCandidate, BodyNumber, CandidateRef, Kind, Occasions},
    office::Ports,
    order::{AnyOrder, OrderId},
    ports::Table,
    store::{self, Failure, Stored},
};

/// So many months are looked through side by side.
const IN_FLIGHT: usize = 8;

/// A person of the register.
#[derive(Clone)]
pub struct Person {
    /// The body's own number.
    pub number: BodyNumber,
    /// What the person is registered for, the newest first.
    pub occasions: Vec<PersonOccasion>,
}

/// Prints no number.
impl fmt::Debug for Person {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Person(…, {} occasions)", self.occasions.len())
    }
}

/// One occasion of a person.
#[derive(Debug, Clone)]
pub struct PersonOccasion {
    /// Its name.
    pub candidate: CandidateRef,
    /// What the register says.
    pub record: AnyCandidate,
    /// The badge that it has now, if it has one.
    pub badge: Option<AnyBadge>,
}

impl Person {
    /// The names of all occasions.
    pub fn candidates(&self) -> Vec<CandidateRef> {
        self.occasions.iter().map(|occasion| occasion.candidate.clone()).collect()
    }
}

/// Whoever has a number. None: nobody is registered with it.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn of_number(ports: Ports<'_>, number: &BodyNumber) -> Result<Option<Person>, Failure> {
    let mut occasions: Vec<(Month, AchievementId, Kind)> = Vec::new();
    store::for_each::<Occasions>(ports.table, &Occasions::partition(number), |stored| {
        let Occasions { achievement, kind, months, cancelled, .. } = stored.record;
        let all = months.into_iter().chain(cancelled);
        occasions.extend(all.map(|month| (month, achievement.clone(), kind)));
    })
    .await?;
    occasions.sort();
    let candidates: Vec<_> = occasions
        .into_iter()
        .rev()
        .map(|(month, achievement, kind)| CandidateRef::named(&achievement, kind, month, number))
        .collect();
    let occasions = occasions_of(ports.table, candidates).await?;
    Ok((!occasions.is_empty()).then(|| Person { number: number.clone(), occasions }))
}

/// Whoever an occasion belongs to, with that occasion, even if the number does not lead to it.
///
/// # Errors
/// As [`of_number`].
pub async fn of_candidate(ports: Ports<'_>, candidate: &CandidateRef) -> Result<Option<Person>, Failure> {
    let found = occasions_of(ports.table, vec![candidate.clone()]).await?;
    let Some(occasion) = found.into_iter().next() else { return Ok(None) };
    let number = occasion.record.details().number.clone();
    let mut person =
        of_number(ports, &number).await?.unwrap_or_else(|| Person { number, occasions: Vec::new() });
    if person.occasions.iter().all(|known| known.candidate != *candidate) {
        person.occasions.push(occasion);
    }
    Ok(Some(person))
}

async fn occasions_of(
    table: &dyn Table,
    candidates: Vec<CandidateRef>,
) -> Result<Vec<PersonOccasion>, Failure> {
    let keys: Vec<_> = candidates.iter().map(CandidateRef::key).collect();
    let records = store::load_many::<AnyCandidate>(table, &keys).await?;
    let mut found: Vec<PersonOccasion> = candidates
        .into_iter()
        .zip(records)
        .filter_map(|(candidate, record)| {
            Some(PersonOccasion { candidate, record: record?.record, badge: None })
        })
        .collect();
    let keys: Vec<_> =
        found.iter().filter_map(|occasion| badge_of(&occasion.record)).map(AnyBadge::key_of).collect();
    let badges = store::load_many::<AnyBadge>(table, &keys).await?;
    let with_badges = found.iter_mut().filter(|occasion| badge_of(&occasion.record).is_some());
    for (occasion, badge) in with_badges.zip(badges) {
        occasion.badge = badge.map(|badge| badge.record);
    }
    Ok(found)
}

/// The badge that a candidate has now.
pub(super) fn badge_of(candidate: &AnyCandidate) -> Option<&BadgeId> {
    match candidate {
        AnyCandidate::Issued(candidate) => Some(&candidate.state.badge),
        _ => None,
    }
}

/// The months from the first of these occasions until now: whatever the office did about them, and whatever was ordered, is in one of them.
pub(super) fn months(ports: Ports<'_>, candidates: &[CandidateRef]) -> Vec<Month> {
    let last = Month::of(calendar::japan_date(ports.clock.now()));
    let first = candidates.iter().map(|candidate| candidate.month).min().unwrap_or(last);
    let mut months = vec![first];
    while let Some(month) = months.last().copied().filter(|month| *month < last) {
        months.push(month.next());
    }
    months
}

/// The orders of these occasions, the oldest first. No occasion leads to all of them: they are looked for month by month.
pub(super) async fn orders(
    ports: Ports<'_>,
    candidates: &[CandidateRef],
) -> Result<Vec<Stored<AnyOrder>>, Failure> {
    let wanted: BTreeSet<(Month, &str)> = candidates.iter().map(named).collect();
    let wanted = &wanted;
    let found: Vec<Result<Vec<Stored<AnyOrder>>, Failure>> = futures::stream::iter(months(ports, candidates))
        .map(|month| async move {
            let mut orders = Vec::new();
            store::for_each::<AnyOrder>(ports.table, &OrderId::partition_of(month), |order| {
                if wanted.contains(&named(&order.record.terms().candidate)) {
                    orders.push(order);
                }
            })
            .await?;
            Ok(orders)
        })
        .buffered(IN_FLIGHT)
        .collect()
        .await;
    let mut orders = Vec::new();
    for month in found {
        orders.extend(month?);
    }
    Ok(orders)
}

fn named(candidate: &CandidateRef) -> (Month, &str) {
    (candidate.month, &candidate.id)
}
