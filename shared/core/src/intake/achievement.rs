//! Registering an achievement: what staff send, what is refused, what is kept. A change makes a new version; every version stays on
//! record with who saved it, and badges keep what was signed.

mod refusal;

use jiff::{Timestamp, civil::Date};
use openbadges::{Text, bake::Artwork};

pub use self::refusal::{AchievementRefusal, Part};
use crate::{
    achievement::{
        ARTWORK_BYTES, Achievement, AchievementVersion, ArtworkFile, ArtworkId, FIRST_VERSION,
        ListedAchievement, PastWording,
    },
    candidate::AchievementId,
    claim::{Change, Ports, change},
    office::{
        Member,
        audit::{self, Deed},
    },
    ports::Write,
    programme::Bilingual,
    store::{self, Failure, Record, Stored},
};

/// The longest text of an achievement, in bytes. All of them go into every signed badge.
pub const TEXT_BYTES: usize = 4_000;

/// The longest validity: fifty years.
pub const MAX_MONTHS: u16 = 600;

/// Names that no achievement can have: its page in the office would stand at the address of another one.
const RESERVED: [&str; 1] = ["new"];

/// An achievement as staff send it.
#[derive(Debug, Clone)]
pub struct NewAchievement {
    /// The short name in lists and addresses.
    pub id: AchievementId,
    /// Its name.
    pub name: Bilingual,
    /// What it attests.
    pub description: Bilingual,
    /// What one has to do to earn it.
    pub criteria: Bilingual,
    /// A PNG file.
    pub artwork: Vec<u8>,
    /// Months of validity, or none.
    pub validity_months: Option<u16>,
    /// The first day whose occasions earn a badge.
    pub first_eligible: Date,
    /// Whether nobody new is registered for it; none: as it stands.
    pub closed: Option<bool>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is new.
    Created,
    /// It was changed. Issued badges keep what was signed.
    Changed,
    /// It was registered exactly so.
    Unchanged,
}

/// Registers an achievement, or changes it.
///
/// # Errors
/// The outer one as every use case; the inner one says what is wrong with the achievement.
pub async fn register_achievement(
    ports: Ports<'_>,
    member: &Member,
    new: NewAchievement,
) -> Result<Result<Saved, AchievementRefusal>, Failure> {
    let closed = new.closed;
    let (said, file) = match checked(new) {
        Ok(checked) => checked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (said, file) = (&said, &file);
    let saved = change(ports, move || async move {
        let stored = store::load::<Achievement>(ports.table, &Achievement::key_of(&said.id)).await?;
        let was_closed = stored.as_ref().is_some_and(|stored| stored.record.closed);
        let said = Achievement { closed: closed.unwrap_or(was_closed), ..said.clone() };
        Ok(next(ports, member, stored.as_ref(), &said, Some(file)).await?.change())
    })
    .await?;
    Ok(Ok(saved.saved))
}

fn checked(new: NewAchievement) -> Result<(Achievement, ArtworkFile), AchievementRefusal> {
    let id = checked_id(new.id.as_str())?;
    let texts = Texts { name: &new.name, description: &new.description, criteria: &new.criteria };
    if let Some(refusal) = text_refusals(texts).next() {
        return Err(refusal);
    }
    let validity_months = checked_validity(new.validity_months)?;
    let file = checked_artwork(&new.artwork)?;
    let said = Achievement {
        id,
        name: new.name,
        description: new.description,
        criteria: new.criteria,
        artwork: file.id.clone(),
        validity_months,
        first_eligible: new.first_eligible,
        closed: false,
        version: FIRST_VERSION,
        changed_at: Timestamp::UNIX_EPOCH,
    };
    Ok((said, file))
}

/// What follows on what stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    /// What becomes of it.
    pub(crate) saved: Saved,
    /// The version that it has then.
    pub(crate) version: u32,
}

/// A step with the writes that take it; none: nothing is to be written.
pub(crate) struct Next {
    pub(crate) step: Step,
    pub(crate) writes: Vec<Write>,
}

impl Next {
    fn change(self) -> Change<Step> {
        let Self { step, writes } = self;
        if writes.is_empty() { Change::Nothing(step) } else { Change::Commit(writes, step) }
    }
}

/// What it takes to say this of an achievement from now on: the version after the one that stands, the record of who saved it, and
/// what the version before said, for those whose badges name it. Version and time of `said` do not count.
pub(crate) async fn next(
    ports: Ports<'_>,
    member: &Member,
    stored: Option<&Stored<Achievement>>,
    said: &Achievement,
    file: Option<&ArtworkFile>,
) -> Result<Next, Failure> {
    let mut writes = listed(ports, stored, said).await?;
    if let Some(same) = stored.filter(|stored| stored.record.same_content(said)) {
        let step = Step { saved: Saved::Unchanged, version: same.record.version };
        return Ok(Next { step, writes });
    }
    let now = ports.clock.now();
    let version = stored.map_or(FIRST_VERSION, |stored| stored.record.version.saturating_add(1));
    let content = Achievement { version, changed_at: now, ..said.clone() };
    let saved = if let Some(stored) = stored {
        writes.push(store::replace(stored.version, &content)?);
        writes.push(store::create(&PastWording::of(&stored.record))?);
        Saved::Changed
    } else {
        writes.push(store::create(&content)?);
        Saved::Created
    };
    if let Some(file) = file
        && store::load::<ArtworkFile>(ports.table, &file.key()).await?.is_none()
    {
        writes.push(store::create(file)?);
    }
    let deed = Deed::AchievementSaved { achievement: content.id.clone(), version };
    writes.push(store::create(&AchievementVersion { content, by: Some(member.actor()) })?);
    writes.push(audit::line(ports.entropy, now, member.actor(), deed)?);
    Ok(Next { step: Step { saved, version }, writes })
}

/// What puts an achievement on the list that is not there yet. One that stands all the same was registered before there was a list:
/// its version begins the history.
async fn listed(
    ports: Ports<'_>,
    stored: Option<&Stored<Achievement>>,
    said: &Achievement,
) -> Result<Vec<Write>, Failure> {
    let listed = ListedAchievement { achievement: said.id.clone() };
    if store::load::<ListedAchievement>(ports.table, &listed.key()).await?.is_some() {
        return Ok(Vec::new());
    }
    let mut writes = vec![store::create(&listed)?];
    if let Some(stored) = stored {
        writes.push(store::create(&AchievementVersion { content: stored.record.clone(), by: None })?);
    }
    Ok(writes)
}

/// The id that staff typed, if an achievement may have it.
pub(crate) fn checked_id(typed: &str) -> Result<AchievementId, AchievementRefusal> {
    let id = AchievementId::mend(typed).map_err(|_| AchievementRefusal::IdMalformed)?;
    if RESERVED.contains(&id.as_str()) { Err(AchievementRefusal::IdReserved) } else { Ok(id) }
}

/// What is wrong with the texts of an achievement, in the order of a form.
pub(crate) fn text_refusals(texts: Texts<'_>) -> impl Iterator<Item = AchievementRefusal> {
    let Texts { name, description, criteria } = texts;
    let parts = [
        (Part::NameJa, &name.ja),
        (Part::DescriptionJa, &description.ja),
        (Part::CriteriaJa, &criteria.ja),
        (Part::NameEn, &name.en),
        (Part::DescriptionEn, &description.en),
        (Part::CriteriaEn, &criteria.en),
    ];
    parts.into_iter().filter_map(|(part, text)| text_refusal(part, text))
}

/// The texts of an achievement.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    pub(crate) name: &'a Bilingual,
    pub(crate) description: &'a Bilingual,
    pub(crate) criteria: &'a Bilingual,
}

fn text_refusal(part: Part, text: &str) -> Option<AchievementRefusal> {
    if text.trim().is_empty() {
        Some(AchievementRefusal::TextMissing { part })
    } else if text.len() > TEXT_BYTES {
        Some(AchievementRefusal::TextTooLong { part })
    } else if Text::parse(text).is_err() {
        Some(AchievementRefusal::TextControlCharacter { part })
    } else {
        None
    }
}

/// A validity that badges can have.
pub(crate) fn checked_validity(months: Option<u16>) -> Result<Option<u16>, AchievementRefusal> {
    match months {
        Some(months) if months == 0 || months > MAX_MONTHS => Err(AchievementRefusal::ValidityOutOfRange),
        months => Ok(months),
    }
}

/// How files begin that people take for a badge's picture.
const OTHER_PICTURES: [(&[u8], &str); 6] = [
    (&[0xff, 0xd8, 0xff], "JPEG"),
    (b"GIF8", "GIF"),
    (b"RIFF", "WebP"),
    (b"<svg", "SVG"),
    (b"<?xml", "SVG"),
    (b"%PDF", "PDF"),
];

/// A picture that badges can be baked into, as it is kept.
///
/// # Errors
/// [`AchievementRefusal`] saying what is wrong with the file.
pub(crate) fn checked_artwork(file: &[u8]) -> Result<ArtworkFile, AchievementRefusal> {
    if let Some((_, kind)) = OTHER_PICTURES.iter().find(|(beginning, _)| file.starts_with(beginning)) {
        return Err(AchievementRefusal::ArtworkNotPng { kind: Some(kind) });
    }
    if !file.starts_with(&openbadges::png_chunks::SIGNATURE) {
        return Err(AchievementRefusal::ArtworkNotPng { kind: None });
    }
    if file.len() > ARTWORK_BYTES {
        return Err(AchievementRefusal::ArtworkTooLarge { bytes: file.len() });
    }
    let artwork = Artwork::parse(file).map_err(AchievementRefusal::ArtworkNotUsable)?;
    Ok(ArtworkFile { id: ArtworkId::of(artwork.png()), png: artwork.png().to_vec() })
}
