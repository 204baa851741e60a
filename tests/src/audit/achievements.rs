//! Qualifications and their history: every version stands once, with who saved it, and what it said for the badges that name it.

use shomei_core::{
    achievement::{Achievement, AchievementVersion, ArtworkId, PastWording, Wording},
    badge::AnyBadge,
    candidate::AchievementId,
    office::audit::Deed,
};

use super::{Census, Findings};

pub(super) fn check(census: &Census, findings: &mut Findings) {
    for achievement in &census.achievements {
        let id = &achievement.id;
        findings.unless(census.listed.iter().any(|listed| listed.achievement == *id), || {
            format!("achievement {id} is not on the list")
        });
        let wanted: Vec<u32> = (1..=achievement.version).collect();
        findings.unless(numbers(census, id) == wanted, || {
            format!("achievement {id}: its history is {:?}", numbers(census, id))
        });
        for version in wanted {
            check_version(census, achievement, version, findings);
        }
    }
    let known = |id: &AchievementId| census.achievements.iter().any(|achievement| achievement.id == *id);
    let of_nothing = census.versions.iter().map(|version| &version.content.id);
    let of_nothing = of_nothing.chain(census.listed.iter().map(|listed| &listed.achievement));
    for id in of_nothing.chain(census.past_wordings.iter().map(|past| &past.achievement)) {
        findings.unless(known(id), || format!("achievement {id} is told of and not there"));
    }
    for badge in census.badges.values() {
        let (id, wording, artwork) = match badge {
            AnyBadge::Unclaimed(badge) => (&badge.achievement, &badge.wording, &badge.artwork),
            AnyBadge::Claimed(badge) => (&badge.achievement, &badge.wording, &badge.artwork),
            AnyBadge::Deleted(_) => continue,
        };
        badge_says_its_version(census, id, wording, artwork, findings);
    }
}

fn of<'a>(census: &'a Census, id: &'a AchievementId) -> impl Iterator<Item = &'a AchievementVersion> {
    census.versions.iter().filter(move |version| version.content.id == *id)
}

fn numbers(census: &Census, id: &AchievementId) -> Vec<u32> {
    let mut numbers: Vec<u32> = of(census, id).map(|version| version.content.version).collect();
    numbers.sort_unstable();
    numbers
}

fn check_version(census: &Census, achievement: &Achievement, number: u32, findings: &mut Findings) {
    let id = &achievement.id;
    let Some(version) = of(census, id).find(|version| version.content.version == number) else { return };
    if number == achievement.version {
        findings.unless(version.content == *achievement, || {
            format!("achievement {id} says something else than its version {number}")
        });
    }
    let artwork = &version.content.artwork;
    findings.unless(census.artwork.iter().any(|file| file.id == *artwork), || {
        format!("achievement {id}: the picture of version {number} is missing")
    });
    let past = census.past_wordings.iter().filter(|past| past.achievement == *id);
    let past: Vec<_> = past.filter(|past| past.wording.version == number).collect();
    let wanted = (number < achievement.version).then(|| PastWording::of(&version.content));
    findings.unless(past == wanted.iter().collect::<Vec<_>>(), || {
        format!("achievement {id}: version {number} is told of in another way than it was saved")
    });
    let saved = census.audit.iter().filter(|line| {
        let deed = Deed::AchievementSaved { achievement: id.clone(), version: number };
        line.deed == deed && Some(&line.actor) == version.by.as_ref() && line.at == version.content.changed_at
    });
    let saved = saved.count();
    // The sweep takes lines whose years are over.
    let forgotten = saved == 0 && census.retention.is_some();
    findings.unless(forgotten || saved == usize::from(version.by.is_some()), || {
        format!("achievement {id}: nobody, or several, saved version {number}")
    });
}

/// A badge shows what its achievement said when it was prepared.
fn badge_says_its_version(
    census: &Census,
    id: &AchievementId,
    wording: &Wording,
    artwork: &ArtworkId,
    findings: &mut Findings,
) {
    let version = of(census, id).find(|version| version.content.version == wording.version);
    let says = version
        .is_some_and(|version| version.content.wording() == *wording && version.content.artwork == *artwork);
    findings.unless(says, || format!("a badge of {id} says what version {} does not", wording.version));
}
