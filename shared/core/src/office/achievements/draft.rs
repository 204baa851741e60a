//! Drafts: what a clerk typed of a qualification, kept for a day with the picture that was chosen, so that it can be looked at before
//! it counts and nothing is lost on the way. A draft says which version it was made from; whoever saved another one in between is
//! not overwritten.
//!
//! A draft is never changed: going back to the form and on again makes another one. Saving it twice does no more than saving it once.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    picture::{PictureAdvice, advice},
    typed::Typed,
};
use crate::{
    achievement::{Achievement, ArtworkFile, ArtworkId},
    candidate::AchievementId,
    claim::{Change, change},
    intake::{
        AchievementRefusal, Saved,
        achievement::{checked_artwork, next},
    },
    office::{Member, Ports, achievements},
    order::Actor,
    ports::{Entropy, Key},
    programme::Bilingual,
    store::{self, Failure, Record, Stored, random_uuid},
};

/// How long a draft is kept.
pub const DRAFT_VALIDITY: SignedDuration = SignedDuration::from_hours(24);

/// Names a draft: a random UUID.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DraftId(Uuid);

impl DraftId {
    fn random(entropy: &dyn Entropy) -> Self {
        Self(random_uuid(entropy))
    }

    /// From a URL or a form.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self)
    }
}

impl fmt::Display for DraftId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

/// What a change was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// The achievement.
    pub achievement: AchievementId,
    /// Its version then.
    pub version: u32,
}

/// What a clerk typed, with the picture that was chosen.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AchievementDraft {
    /// Its name.
    pub id: DraftId,
    /// What was typed.
    pub typed: Typed,
    /// What it changes; none: it is to be a new achievement.
    pub base: Option<Base>,
    /// A picture that was chosen, checked and as it would be kept. None: the one that stands.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "serde_bytes")]
    pub picture: Option<Vec<u8>>,
    /// What was wrong with the file that was chosen last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture_fault: Option<Bilingual>,
    /// From this moment on it is of no use. Checked in code.
    pub expires: Timestamp,
}

impl AchievementDraft {
    /// Where a draft stands.
    pub fn key_of(id: &DraftId) -> Key {
        Key::new(format!("ACHIEVEMENTDRAFT#{id}"), "DRAFT")
    }
}

impl fmt::Debug for AchievementDraft {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "AchievementDraft({})", self.id)
    }
}

impl Record for AchievementDraft {
    fn key(&self) -> Key {
        Self::key_of(&self.id)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}

/// What was sent by the form.
#[derive(Debug)]
pub struct NewDraft {
    /// What was typed.
    pub typed: Typed,
    /// What it changes.
    pub base: Option<Base>,
    /// The file that was chosen, if one was.
    pub file: Option<Vec<u8>>,
    /// The draft that the form showed: its picture stays if no other one was chosen.
    pub earlier: Option<DraftId>,
}

/// Keeps what was typed. None: the texts are too long to be kept.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn keep(ports: Ports<'_>, new: NewDraft) -> Result<Option<DraftId>, Failure> {
    if !new.typed.fits() {
        return Ok(None);
    }
    let earlier = match &new.earlier {
        Some(earlier) => draft(ports, earlier).await?.and_then(|draft| draft.picture),
        None => None,
    };
    let (picture, picture_fault) = match new.file.as_deref().map(checked_artwork) {
        Some(Ok(file)) => (Some(file.png), None),
        Some(Err(refusal)) => (earlier, Some(refusal.words())),
        None => (earlier, None),
    };
    let draft = AchievementDraft {
        id: DraftId::random(ports.entropy),
        typed: new.typed,
        base: new.base,
        picture,
        picture_fault,
        expires: store::after(ports.clock.now(), DRAFT_VALIDITY)?,
    };
    let kept = store::create(&draft)?;
    store::commit(ports.table, ports.entropy, vec![kept]).await?;
    Ok(Some(draft.id))
}

/// A draft. None: there is none, or it is too old.
///
/// # Errors
/// As [`keep`].
pub async fn draft(ports: Ports<'_>, id: &DraftId) -> Result<Option<AchievementDraft>, Failure> {
    let found = store::load::<AchievementDraft>(ports.table, &AchievementDraft::key_of(id)).await?;
    let draft = found.map(|stored| stored.record);
    Ok(draft.filter(|draft| draft.expires > ports.clock.now()))
}

/// What stands in the way of a draft, or does not.
#[derive(Debug)]
pub enum Looked {
    /// Something is wrong with it: here is all of it.
    Faulty(Vec<AchievementRefusal>),
    /// It says what is registered.
    Same(AchievementId),
    /// Somebody saved another version in between.
    Conflict(Box<Conflict>),
    /// It can be saved.
    Ready(Box<Ready>),
}

/// Three versions that differ.
#[derive(Debug)]
pub struct Conflict {
    /// What the draft was made from, if that is on record.
    pub before: Option<Achievement>,
    /// What stands now …
    pub now: Achievement,
    /// … and who saved it, if that is on record.
    pub by: Option<Actor>,
    /// What the draft says.
    pub said: Achievement,
}

impl Conflict {
    /// What the clerk typed, on top of what stands now: what was not touched follows the other one's change, and what both changed
    /// stays as it was typed.
    pub fn merged(&self) -> Typed {
        let typed = Typed::of(&self.said);
        match &self.before {
            Some(before) => typed.on_top_of(&Typed::of(&self.now), &Typed::of(before)),
            None => typed,
        }
    }
}

/// What is about to be saved.
#[derive(Debug)]
pub struct Ready {
    /// What the draft says.
    pub said: Achievement,
    /// What stands now; none: it is new.
    pub before: Option<Achievement>,
    /// What is worth a second look about a picture that was chosen.
    pub advice: Vec<PictureAdvice>,
}

/// What stands in the way of a draft. Changes nothing.
///
/// # Errors
/// As [`keep`].
pub async fn look(ports: Ports<'_>, draft: &AchievementDraft) -> Result<Looked, Failure> {
    Ok(against_what_stands(ports, draft).await?.0)
}

/// What saving came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftSaved {
    /// It counts from now on, as this version.
    Saved {
        /// Which.
        achievement: AchievementId,
        /// Its version.
        version: u32,
    },
    /// It says what is registered: nothing was done.
    Same(AchievementId),
    /// Something stands in its way: [`look`] says what.
    NotReady,
}

/// Saves a draft: as a new achievement, or as the next version of the one it was made from.
///
/// # Errors
/// As [`keep`]. Saving it again is always right.
pub async fn save(
    ports: Ports<'_>,
    member: &Member,
    draft: &AchievementDraft,
) -> Result<DraftSaved, Failure> {
    change(ports.of_claim(), move || async move {
        let (looked, stored) = against_what_stands(ports, draft).await?;
        let said = match looked {
            Looked::Ready(ready) => ready.said,
            Looked::Same(achievement) => return Ok(Change::Nothing(DraftSaved::Same(achievement))),
            Looked::Faulty(_) | Looked::Conflict(_) => return Ok(Change::Nothing(DraftSaved::NotReady)),
        };
        let file = draft.picture.as_ref().map(|png| ArtworkFile { id: ArtworkId::of(png), png: png.clone() });
        let next = next(ports.of_claim(), member, stored.as_ref(), &said, file.as_ref()).await?;
        let achievement = said.id;
        Ok(match next.step.saved {
            Saved::Unchanged => Change::Nothing(DraftSaved::Same(achievement)),
            Saved::Created | Saved::Changed => {
                let version = next.step.version;
                Change::Commit(next.writes, DraftSaved::Saved { achievement, version })
            }
        })
    })
    .await
}

async fn against_what_stands(
    ports: Ports<'_>,
    draft: &AchievementDraft,
) -> Result<(Looked, Option<Stored<Achievement>>), Failure> {
    let id = match &draft.base {
        Some(base) => Some(base.achievement.clone()),
        None => AchievementId::mend(&draft.typed.id).ok(),
    };
    let stored = match &id {
        Some(id) => store::load::<Achievement>(ports.table, &Achievement::key_of(id)).await?,
        None => None,
    };
    let stands = stored.as_ref().map(|stored| &stored.record);
    let base = match &draft.base {
        Some(base) if stands.is_some_and(|stands| stands.version != base.version) => {
            let before = achievements::version(ports.table, &base.achievement, base.version).await?;
            before.map(|before| before.content)
        }
        Some(_) => stands.cloned(),
        None => None,
    };
    let own_picture = draft.picture.as_deref().map(ArtworkId::of);
    let based_on = draft.base.as_ref().and_then(|_| base.as_ref().or(stands));
    let artwork = own_picture.or_else(|| based_on.map(|base| base.artwork.clone()));
    let read = draft.typed.read(draft.base.as_ref().map(|base| &base.achievement), artwork);
    let looked = match (read, stands, &draft.base) {
        (Ok(said), Some(stands), _) if stands.same_content(&said) && draft.picture_fault.is_none() => {
            Looked::Same(said.id)
        }
        (read, Some(_), None) => {
            Looked::Faulty(read.err().into_iter().flatten().chain([AchievementRefusal::IdTaken]).collect())
        }
        (Err(wrong), ..) => Looked::Faulty(wrong),
        (Ok(_), ..) if draft.picture_fault.is_some() => Looked::Faulty(Vec::new()),
        // Only a form that we never showed names what is not there.
        (Ok(_), None, Some(_)) => Looked::Faulty(vec![AchievementRefusal::IdMalformed]),
        (Ok(said), Some(stands), Some(made_from)) if stands.version != made_from.version => {
            let saved = achievements::version(ports.table, &stands.id, stands.version).await?;
            let (now, by) = (stands.clone(), saved.and_then(|saved| saved.by));
            Looked::Conflict(Box::new(Conflict { before: base, now, by, said }))
        }
        (Ok(said), before, _) => {
            let advice = draft.picture.as_deref().map(advice).unwrap_or_default();
            Looked::Ready(Box::new(Ready { said, before: before.cloned(), advice }))
        }
    };
    Ok((looked, stored))
}
