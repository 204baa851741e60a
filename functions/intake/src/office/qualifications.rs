//! Qualifications: the list, one with its history, the form, the draft as it will look, and saving it.

use lambda_http::http::{Method, StatusCode};
use serde::Deserialize;
use shomei_core::{
    achievement::Achievement,
    candidate::AchievementId,
    office::{
        Role,
        achievements::{
            self, Typed,
            draft::{self, AchievementDraft, Base, Conflict, DraftId, DraftSaved, Looked, NewDraft, Ready},
        },
    },
    programme::Bilingual,
};
use shomei_http::{Cache, Limits, Problem, Request, Response, Route, Uploads, redirect};
use shomei_pages::office::{
    Place, QualificationConflict, QualificationForm, QualificationNotice, QualificationPage,
    QualificationPreview, QualificationsPage, SaidOf,
};

use super::{AtTheDesk, Colleague, desk};
use crate::{Intake, Operation};

/// What staff can do with qualifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Qualifications {
    /// See all.
    List,
    /// See one, and what it said before.
    One,
    /// The form of a new one.
    New,
    /// The form of a change.
    Edit,
    /// Send the form: a draft is kept.
    Keep,
    /// See how a draft will look.
    Preview,
    /// The form of a draft.
    EditDraft,
    /// The picture that was chosen for a draft.
    Picture,
    /// Save a draft.
    Save,
}

impl Qualifications {
    /// The least role that may do it.
    pub(super) fn role(self) -> Role {
        match self {
            Self::List | Self::One => Role::Viewer,
            Self::New
            | Self::Edit
            | Self::Keep
            | Self::Preview
            | Self::EditDraft
            | Self::Picture
            | Self::Save => Role::Clerk,
        }
    }

    pub(crate) const fn at(self, method: Method, path: &'static str) -> Route<Operation> {
        desk(method, path, AtTheDesk::Qualifications(self))
    }
}

#[derive(Deserialize)]
struct Version {
    v: u32,
}

#[derive(Deserialize)]
struct Done {
    done: String,
}

impl Intake {
    pub(super) async fn qualifications(
        &self,
        operation: Qualifications,
        request: &Request,
        parameter: &str,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        match operation {
            Qualifications::List => self.all_qualifications(colleague).await,
            Qualifications::One => self.one_qualification(request, parameter, colleague).await,
            Qualifications::New => self.form(Typed::default(), None, colleague),
            Qualifications::Edit => {
                let achievement = self.qualification(parameter).await?;
                self.form(Typed::of(&achievement), Some(&achievement), colleague)
            }
            Qualifications::Keep => self.keep_draft(request).await,
            Qualifications::Preview => self.preview(&self.draft(parameter).await?, colleague).await,
            Qualifications::EditDraft => self.edit_draft(self.draft(parameter).await?, colleague).await,
            Qualifications::Picture => {
                let picture = self.draft(parameter).await?.picture.ok_or_else(Problem::not_found)?;
                Ok(shomei_http::png(picture, Cache::Private))
            }
            Qualifications::Save => self.save_draft(&self.draft(parameter).await?, colleague).await,
        }
    }

    async fn all_qualifications(&self, colleague: &Colleague) -> Result<Response, Problem> {
        let all = achievements::all(&*self.table).await?;
        let page = QualificationsPage {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Achievements),
            qualifications: all.into_iter().map(|achievement| self.said(achievement)).collect(),
        };
        colleague.page(page.render(colleague.language))
    }

    async fn one_qualification(
        &self,
        request: &Request,
        id: &str,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let achievement = self.qualification(id).await?;
        let newest = achievement.version;
        let wanted = shomei_http::query::<Version>(request).map_or(newest, |query| query.v);
        let history = achievements::versions(&*self.table, &achievement.id, wanted.min(newest)).await?;
        let content = match history.first().filter(|first| first.content.version == wanted) {
            Some(version) => version.content.clone(),
            None if wanted == newest => achievement,
            None => return Err(Problem::not_found()),
        };
        let notice =
            shomei_http::query::<Done>(request).and_then(|query| QualificationNotice::parse(&query.done));
        let page = QualificationPage {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Achievements),
            notice,
            public_url: self.programme.achievement_url(&content.id),
            said: self.said(content),
            newest,
            history,
        };
        colleague.page(page.render(colleague.language))
    }

    async fn qualification(&self, id: &str) -> Result<Achievement, Problem> {
        let id = AchievementId::parse(id).ok_or_else(Problem::not_found)?;
        achievements::one(&*self.table, &id).await?.ok_or_else(Problem::not_found)
    }

    /// The form as nobody has sent it yet.
    fn form(
        &self,
        typed: Typed,
        of: Option<&Achievement>,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let page = QualificationForm {
            base: of.map(base),
            picture_url: of.map(|of| self.programme.artwork_url(&of.artwork)),
            ..self.empty_form(typed, colleague)
        };
        colleague.page(page.render(colleague.language))
    }

    fn empty_form(&self, typed: Typed, colleague: &Colleague) -> QualificationForm {
        QualificationForm {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Achievements),
            base: None,
            typed,
            draft: None,
            wrong: Vec::new(),
            picture_fault: None,
            picture_url: None,
            merged: false,
        }
    }

    async fn keep_draft(&self, request: &Request) -> Result<Response, Problem> {
        let limits = Limits { files: 1, ..Limits::default() };
        let new = sent(shomei_http::uploads(request, limits)?)?;
        let kept = draft::keep(self.office_ports(), new).await?;
        Ok(redirect(&path(&kept.ok_or_else(too_long)?)))
    }

    async fn draft(&self, id: &str) -> Result<AchievementDraft, Problem> {
        let id = DraftId::parse(id).ok_or_else(draft_gone)?;
        draft::draft(self.office_ports(), &id).await?.ok_or_else(draft_gone)
    }

    async fn preview(&self, draft: &AchievementDraft, colleague: &Colleague) -> Result<Response, Problem> {
        let rendered = match draft::look(self.office_ports(), draft).await? {
            Looked::Faulty(_) => return Ok(redirect(&format!("{}/edit", path(&draft.id)))),
            Looked::Same(achievement) => return Ok(done(&achievement, QualificationNotice::Unchanged)),
            Looked::Conflict(conflict) => {
                let Conflict { before, now, by, said } = *conflict;
                let page = QualificationConflict {
                    issuer: self.issuer(),
                    desk: colleague.desk(Place::Achievements),
                    draft: draft.id.clone(),
                    before: before.map(|before| self.said(before)),
                    now: self.said(now),
                    by,
                    said: self.said_by(draft, said),
                };
                page.render(colleague.language)
            }
            Looked::Ready(ready) => {
                let Ready { said, before, advice } = *ready;
                let page = QualificationPreview {
                    issuer: self.issuer(),
                    desk: colleague.desk(Place::Achievements),
                    draft: draft.id.clone(),
                    said: self.said_by(draft, said),
                    before: before.map(|before| self.said(before)),
                    advice,
                };
                page.render(colleague.language)
            }
        };
        colleague.page(rendered)
    }

    /// The form of a draft. If somebody else saved another version in between, on top of that one.
    async fn edit_draft(&self, draft: AchievementDraft, colleague: &Colleague) -> Result<Response, Problem> {
        let looked = draft::look(self.office_ports(), &draft).await?;
        let AchievementDraft { id, typed, base: made_from, picture, picture_fault, .. } = draft;
        let stands = match &made_from {
            Some(base) => achievements::one(&*self.table, &base.achievement).await?,
            None => None,
        };
        let chosen = picture.is_some().then(|| picture_path(&id));
        let (merged, wrong) = match looked {
            Looked::Conflict(conflict) => (Some(conflict), Vec::new()),
            Looked::Faulty(wrong) => (None, wrong),
            Looked::Same(_) | Looked::Ready(_) => (None, Vec::new()),
        };
        let page = QualificationForm {
            base: merged.as_ref().map(|conflict| base(&conflict.now)).or(made_from),
            draft: Some(id),
            wrong,
            picture_fault,
            picture_url: chosen.or_else(|| stands.map(|stands| self.programme.artwork_url(&stands.artwork))),
            merged: merged.is_some(),
            ..self.empty_form(merged.map_or(typed, |conflict| conflict.merged()), colleague)
        };
        colleague.page(page.render(colleague.language))
    }

    async fn save_draft(&self, draft: &AchievementDraft, colleague: &Colleague) -> Result<Response, Problem> {
        Ok(match draft::save(self.office_ports(), &colleague.member, draft).await? {
            DraftSaved::Saved { achievement, .. } => done(&achievement, QualificationNotice::Saved),
            DraftSaved::Same(achievement) => done(&achievement, QualificationNotice::Unchanged),
            DraftSaved::NotReady => redirect(&path(&draft.id)),
        })
    }

    fn said(&self, content: Achievement) -> SaidOf {
        SaidOf { picture_url: self.programme.artwork_url(&content.artwork), content }
    }

    /// A picture that was chosen for a draft stands nowhere else yet.
    fn said_by(&self, draft: &AchievementDraft, content: Achievement) -> SaidOf {
        match draft.picture {
            Some(_) => SaidOf { picture_url: picture_path(&draft.id), content },
            None => self.said(content),
        }
    }
}

fn base(achievement: &Achievement) -> Base {
    Base { achievement: achievement.id.clone(), version: achievement.version }
}

/// The fields of the form. What is missing counts as empty; what is changed must be one that can be.
fn sent(form: Uploads) -> Result<NewDraft, Problem> {
    let field = |name: &str| form.field(name).unwrap_or_default().to_owned();
    let both = |name: &str| Bilingual { ja: field(&format!("{name}_ja")), en: field(&format!("{name}_en")) };
    let typed = Typed {
        id: field("id"),
        name: both("name"),
        description: both("description"),
        criteria: both("criteria"),
        endless: field("validity") == "endless",
        months: field("months"),
        first_eligible: field("first_eligible"),
        closed: field("closed") == "yes",
    };
    let base = match form.field("achievement") {
        Some(achievement) => {
            let achievement = AchievementId::parse(achievement).ok_or_else(not_our_form)?;
            let version = form.field("version").and_then(|version| version.parse().ok());
            Some(Base { achievement, version: version.ok_or_else(not_our_form)? })
        }
        None => None,
    };
    let earlier = form.field("draft").and_then(DraftId::parse);
    let file = form.files.into_iter().find(|file| file.field == "picture").map(|file| file.bytes);
    Ok(NewDraft { typed, base, file, earlier })
}

/// The page of a draft.
fn path(draft: &DraftId) -> String {
    format!("/office/achievement-drafts/{draft}")
}

fn picture_path(draft: &DraftId) -> String {
    format!("{}/picture", path(draft))
}

/// Shows a qualification, and what was done.
fn done(achievement: &AchievementId, notice: QualificationNotice) -> Response {
    redirect(&format!("/office/achievements/{achievement}?done={}", notice.name()))
}

fn not_our_form() -> Problem {
    Problem::malformed(
        "ページを開き直して、もう一度お試しください。",
        "Please open the page again and try once more.",
    )
}

fn too_long() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "texts-too-long",
        ("文章が長すぎます", "The texts are too long"),
        (
            "ブラウザの「戻る」で入力画面に戻り、文章を短くしてください。1つの欄に、全角で約1,300文字まで入力できます。",
            "Go back with your browser and shorten them. Each field takes 4,000 letters.",
        ),
    )
}

fn draft_gone() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "draft-gone",
        ("この下書きはありません", "There is no such draft"),
        (
            "下書きは24時間で消えます。資格の一覧から、もう一度入力してください。",
            "Drafts are kept for 24 hours. Please begin again from the list.",
        ),
    )
    .with_link("/office/achievements", ("資格の一覧を見る", "See all qualifications"))
}
