//! Badges as the staff see them before they decide: found by number, link or name of the badge, each with what it is and how it
//! stands.

use jiff::civil::Date;

use super::{Unfit, fitness::fitness};
use crate::{
    badge::{AnyBadge, BadgeId, Ground, Revoked},
    calendar::Month,
    candidate::{AchievementId, AnyCandidate, BodyNumber, CandidateRef, Kind, Occasions, PersonName},
    office::Ports,
    programme::Bilingual,
    store::{self, Failure},
};

/// One badge, for the staff.
#[derive(Clone)]
pub struct Described {
    /// The badge.
    pub badge: BadgeId,
    /// Whose it is, as the register has it. None: the register has nothing of it any more.
    pub person: Option<(PersonName, BodyNumber)>,
    /// What it attests.
    pub achievement: Bilingual,
    /// Pass or renewal.
    pub kind: Kind,
    /// The day of the occasion.
    pub date: Date,
    /// How it stands.
    pub standing: Standing,
    /// Why it cannot be revoked now, if it cannot.
    pub unfit: Option<Unfit>,
}

/// Prints no content: it names a person.
impl std::fmt::Debug for Described {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Described({}, {:?}, {:?})", self.badge, self.standing, self.unfit)
    }
}

/// How a badge stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has accepted it.
    Unclaimed,
    /// Accepted, and seen by its holder only.
    Private,
    /// Accepted, and seen by anyone who has its address.
    Public,
    /// Its holder deleted it, or another badge took its place.
    Deleted,
    /// The issuer revoked it.
    Revoked(Revoked),
}

/// The badges of these names, in this order, without those that are not there. Whether a badge can be revoked is said for a
/// ground, if one is chosen.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn describe(
    ports: Ports<'_>,
    badges: &[BadgeId],
    ground: Option<Ground>,
) -> Result<Vec<Described>, Failure> {
    let keys: Vec<_> = badges.iter().map(AnyBadge::key_of).collect();
    let badges: Vec<_> = store::load_many::<AnyBadge>(ports.table, &keys).await?;
    let badges: Vec<AnyBadge> = badges.into_iter().flatten().map(|stored| stored.record).collect();
    let register: Vec<_> = badges.iter().map(|badge| badge.candidate().key()).collect();
    let register = store::load_many::<AnyCandidate>(ports.table, &register).await?;
    let mut described = Vec::new();
    for (badge, candidate) in badges.iter().zip(register) {
        let details = candidate.map(|stored| stored.record.details().clone());
        let (id, achievement, kind, date, standing) = summary(badge);
        described.push(Described {
            badge: id.clone(),
            person: details.map(|details| (details.name, details.number)),
            achievement,
            kind,
            date,
            standing,
            unfit: fitness(ports, id, ground).await?.err(),
        });
    }
    Ok(described)
}

fn summary(badge: &AnyBadge) -> (&BadgeId, Bilingual, Kind, Date, Standing) {
    match badge {
        AnyBadge::Unclaimed(badge) => {
            (&badge.id, badge.wording.name.clone(), badge.kind, badge.date, Standing::Unclaimed)
        }
        AnyBadge::Claimed(badge) => {
            let public = badge.state.visibility.is_public();
            let standing = if public { Standing::Public } else { Standing::Private };
            (&badge.id, badge.wording.name.clone(), badge.kind, badge.date, standing)
        }
        AnyBadge::Deleted(badge) => {
            let standing = badge.revoked.map_or(Standing::Deleted, Standing::Revoked);
            (&badge.id, badge.name.clone(), badge.kind, badge.date, standing)
        }
    }
}

/// What one line of a list leads to.
#[derive(Debug, Clone)]
pub struct Line {
    /// As it was typed, trimmed.
    pub typed: String,
    /// The badges: one, if the line names a badge; all that a person has now, if it is a person's number; none, if there is none.
    pub badges: Vec<BadgeId>,
}

/// What the lines of a list lead to: each is a badge's name, its address, or the body's own number of a person. Empty lines and doubles
/// are left out.
///
/// # Errors
/// As [`describe`].
pub async fn find(ports: Ports<'_>, typed: &str) -> Result<Vec<Line>, Failure> {
    let mut lines: Vec<Line> = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if lines.iter().any(|before| before.typed == line) {
            continue;
        }
        let badges = match named(ports, line) {
            Some(badge) => there(ports, &badge).await?,
            None => match BodyNumber::mend(line) {
                Ok(number) => of_person(ports, &number).await?,
                Err(_) => Vec::new(),
            },
        };
        lines.push(Line { typed: line.to_owned(), badges });
    }
    Ok(lines)
}

/// The badge that a line names, by itself or by one of its addresses.
fn named(ports: Ports<'_>, line: &str) -> Option<BadgeId> {
    let ours = line.strip_prefix(ports.programme.base_url());
    let name = match ours {
        Some(path) => path.strip_prefix("/badges/").or_else(|| path.strip_prefix("/wallet/badges/"))?,
        None => line,
    };
    let name = name.split(['.', '?', '#', '/']).next().unwrap_or_default();
    BadgeId::parse(&name.to_ascii_lowercase())
}

async fn there(ports: Ports<'_>, badge: &BadgeId) -> Result<Vec<BadgeId>, Failure> {
    let stored = store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(badge)).await?;
    Ok(stored.map(|_| badge.clone()).into_iter().collect())
}

async fn of_person(ports: Ports<'_>, number: &BodyNumber) -> Result<Vec<BadgeId>, Failure> {
    let mut occasions: Vec<(AchievementId, Kind, Month)> = Vec::new();
    store::for_each::<Occasions>(ports.table, &Occasions::partition(number), |stored| {
        let Occasions { achievement, kind, months, .. } = stored.record;
        occasions.extend(months.into_iter().map(|month| (achievement.clone(), kind, month)));
    })
    .await?;
    let keys: Vec<_> = occasions
        .iter()
        .map(|(achievement, kind, month)| CandidateRef::named(achievement, *kind, *month, number).key())
        .collect();
    let found = store::load_many::<AnyCandidate>(ports.table, &keys).await?;
    let badges = found.into_iter().flatten().filter_map(|stored| match stored.record {
        AnyCandidate::Issued(candidate) => Some(candidate.state.badge),
        _ => None,
    });
    Ok(badges.collect())
}
