//! The register of a month, as the staff look through it.

use super::Ports;
use crate::{
    calendar::Month,
    candidate::{AnyCandidate, BodyNumber, CandidateRef, Occasions, SHARDS, Shard},
    store::{self, Failure},
};

/// How much of a candidate's name says where to go on: enough to go on near there, too little to tell people apart.
const PLACE_DIGITS: usize = 6;

/// A place in the register of a month, behind which a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterPlace(String);

impl RegisterPlace {
    /// From a link: six hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let fits =
            text.len() == PLACE_DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Self(text.to_owned()))
    }

    /// As it stands in a link.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(candidate: &CandidateRef) -> Self {
        Self(candidate.id.chars().take(PLACE_DIGITS).collect())
    }

    fn shard(&self) -> u8 {
        let first = self.0.chars().next().and_then(|digit| digit.to_digit(16)).unwrap_or(0);
        u8::try_from(first).unwrap_or(0) % SHARDS
    }
}

/// One page of a month's candidates, in no order that means anything: so many, and where the next page begins.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn candidates(
    ports: Ports<'_>,
    month: Month,
    from: Option<&RegisterPlace>,
    most: usize,
) -> Result<(Vec<AnyCandidate>, Option<RegisterPlace>), Failure> {
    let mut found = Vec::new();
    let mut after = from.map(|place| place.0.clone());
    for number in from.map_or(0, RegisterPlace::shard)..SHARDS {
        let partition = AnyCandidate::partition(Shard { month, number });
        loop {
            let (page, next) =
                store::load_page::<AnyCandidate>(ports.table, &partition, after.as_deref()).await?;
            for candidate in page {
                if found.len() == most {
                    let next = CandidateRef::of(candidate.record.details());
                    return Ok((found, Some(RegisterPlace::of(&next))));
                }
                found.push(candidate.record);
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
    }
    Ok((found, None))
}

/// What one person is registered for in a month.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn of_person(
    ports: Ports<'_>,
    month: Month,
    number: &BodyNumber,
) -> Result<Vec<AnyCandidate>, Failure> {
    let mut keys = Vec::new();
    store::for_each::<Occasions>(ports.table, &Occasions::partition(number), |known| {
        let known = known.record;
        if known.months.contains(&month) {
            keys.push(CandidateRef::named(&known.achievement, known.kind, month, number).key());
        }
    })
    .await?;
    let found = store::load_many::<AnyCandidate>(ports.table, &keys).await?;
    Ok(found.into_iter().flatten().map(|stored| stored.record).collect())
}
