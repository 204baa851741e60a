//! Lists of candidates: sent, looked through, mended, registered.
//!
//! What takes long is done in steps, so that no request lasts longer than the gateway allows: the page's form posts `continue` until the
//! work is done, and its script does so by itself.

use lambda_http::http::StatusCode;
use serde::Deserialize;
use shomei_core::{
    intake::{
        Column,
        upload::{self, Budget, Mended, Mending, Ports, RowRef, Stage, Upload, UploadId},
    },
    office::Role,
    programme::Bilingual,
};
use shomei_http::{Cache, Limits, Problem, Request, Response, redirect};
use shomei_pages::office::{
    Draft, DraftLine, End, Place, RowLine, RowNotice, UPLOAD_ROWS, UploadChecked, UploadEnded,
    UploadProgress, UploadRowPage, UploadsPage, filter_name,
};

use super::{
    Colleague,
    list_answers::{answer, bilingual, not_our_form, of_another, progress, stage, taken, told, url},
    list_forms::{RowForm, RowQuery, Seen, View},
};
use crate::Intake;

/// How long one step works, in seconds: the gateway gives up after 30.
const STEP_SECONDS: i64 = 8;

/// Refused rows of one file: the platform passes on no more than 6 MB.
const FILE_ROWS: usize = 10_000;

/// The largest list that a form sends at once, as the page says it.
const FORM_BYTES: usize = 5 * 1024 * 1024;

/// What can be done with lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListDeed {
    /// The lists that were sent, and the form for another one.
    Lists,
    /// Send one at once.
    Send,
    /// Begin to send one in parts.
    Begin,
    /// Send a part.
    Part,
    /// All parts are sent.
    Finish,
    /// Look at a list.
    Look,
    /// Do the next step of what is going on with it.
    Continue,
    /// Judge its rows again.
    Recheck,
    /// Look at a row.
    Row,
    /// Change a row.
    Mend,
    /// Register it.
    Save,
    /// Throw it away.
    ThrowAway,
    /// Keep the refused rows.
    Refused,
}

impl ListDeed {
    /// The least role that may do it.
    pub(super) fn role(self) -> Role {
        match self {
            Self::Lists | Self::Look | Self::Refused => Role::Viewer,
            _ => Role::Clerk,
        }
    }

    /// Whether it changes nothing, and anybody's list may be meant.
    fn looks(self) -> bool {
        matches!(self, Self::Look | Self::Refused)
    }
}

impl Intake {
    pub(super) async fn lists(
        &self,
        deed: ListDeed,
        request: &Request,
        id: &str,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        match deed {
            ListDeed::Lists => self.all_lists(request, colleague, None).await,
            ListDeed::Send => self.send_list(request, colleague).await,
            ListDeed::Begin => self.begin_list(request, colleague).await,
            _ => {
                let id = UploadId::parse(id).ok_or_else(Problem::not_found)?;
                self.list(deed, request, &id, colleague).await
            }
        }
    }

    async fn list(
        &self,
        deed: ListDeed,
        request: &Request,
        id: &UploadId,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let (ports, member) = (self.upload_ports(), &colleague.member);
        if !deed.looks() {
            let found = upload::upload(ports, id).await?.ok_or_else(Problem::not_found)?;
            found.is_of(member).then_some(()).ok_or_else(of_another)?;
        }
        match deed {
            ListDeed::Part => self.receive_part(request, id, colleague).await,
            ListDeed::Finish => self.finish_list(request, id, colleague).await,
            ListDeed::Row => self.row(request, id, colleague).await,
            ListDeed::Mend => self.mend_row(request, id, colleague).await,
            ListDeed::Refused => self.refused(request, id).await,
            ListDeed::Recheck => {
                upload::recheck(ports, member, id).await?.ok_or_else(Problem::not_found)?;
                self.go_on(request, id, colleague).await
            }
            ListDeed::Save => {
                let Seen { changes } = shomei_http::form(request).ok_or_else(not_our_form)?;
                let draft = upload::save(ports, member, id, Some(changes), self.step()).await?;
                Ok(match &draft {
                    Some(draft) if draft.stage == Stage::Checked && draft.changes != changes => {
                        redirect(&format!("{}?done=changed", url(id)))
                    }
                    _ => answer(request, draft.as_ref()),
                })
            }
            ListDeed::ThrowAway => {
                upload::throw_away(ports, member, id).await?.ok_or_else(Problem::not_found)?;
                self.go_on(request, id, colleague).await
            }
            ListDeed::Continue => self.go_on(request, id, colleague).await,
            _ => self.look_list(request, id, colleague).await,
        }
    }

    fn upload_ports(&self) -> Ports<'_> {
        Ports { office: self.office_ports(), domains: &*self.domains }
    }

    fn step(&self) -> Budget {
        Budget::seconds(&*self.clock, STEP_SECONDS)
    }

    async fn all_lists(
        &self,
        request: &Request,
        colleague: &Colleague,
        wrong: Option<Bilingual>,
    ) -> Result<Response, Problem> {
        let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let view: View = shomei_http::query(request).unwrap_or_default();
        let drafts = upload::uploads(self.upload_ports()).await?;
        let line = |draft: Upload| DraftLine {
            url: url(&draft.id),
            stage: stage(&draft),
            rows: draft.tally.rows() + draft.saved.rows,
            file: draft.file,
            by: draft.begun_by,
            at: draft.begun_at,
        };
        let page = UploadsPage {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Lists),
            wrong: wrong.map(Into::into),
            thrown_away: view.done.as_deref() == Some("thrown-away"),
            drafts: drafts.into_iter().map(line).collect(),
        };
        let language = colleague.language;
        let page = shomei_http::page(status, language, page.render(language), Cache::Private)?;
        Ok(shomei_http::connecting(page))
    }

    async fn send_list(&self, request: &Request, colleague: &Colleague) -> Result<Response, Problem> {
        let limits = Limits { files: 1, fields: 0, ..Limits::default() };
        let Some(file) = shomei_http::uploads(request, limits)?.files.pop() else {
            let wrong = bilingual("ファイルが選ばれていません。", "No file was chosen.");
            return self.all_lists(request, colleague, Some(wrong)).await;
        };
        if file.bytes.len() > FORM_BYTES {
            return Err(Problem::body_too_large(FORM_BYTES));
        }
        let ports = self.upload_ports();
        let received = upload::receive_whole(ports, &colleague.member, &file.name, &file.bytes).await?;
        let draft = taken(received)?;
        let draft = upload::check(ports, &draft.id, self.step()).await?;
        Ok(answer(request, draft.as_ref()))
    }

    async fn begin_list(&self, request: &Request, colleague: &Colleague) -> Result<Response, Problem> {
        #[derive(Deserialize)]
        struct Begin {
            file: String,
        }
        let begin: Begin = shomei_http::form(request).ok_or_else(not_our_form)?;
        let name = shomei_http::file_name(&begin.file);
        let draft = upload::begin(self.upload_ports(), &colleague.member, &name).await?;
        Ok(told(&draft))
    }

    async fn receive_part(
        &self,
        request: &Request,
        id: &UploadId,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        #[derive(Deserialize)]
        struct Part {
            number: u32,
        }
        let part: Part = shomei_http::query(request).ok_or_else(not_our_form)?;
        let bytes = shomei_http::bytes(request);
        let (ports, member) = (self.upload_ports(), &colleague.member);
        let received = upload::receive(ports, member, id, part.number, bytes).await?;
        Ok(told(&taken(received)?))
    }

    async fn finish_list(
        &self,
        request: &Request,
        id: &UploadId,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        #[derive(Deserialize)]
        struct Finish {
            parts: u32,
        }
        let finish: Finish = shomei_http::form(request).ok_or_else(not_our_form)?;
        let (ports, member) = (self.upload_ports(), &colleague.member);
        Ok(told(&taken(upload::finish(ports, member, id, finish.parts).await?)?))
    }

    /// Does the next step of what is going on.
    async fn go_on(
        &self,
        request: &Request,
        id: &UploadId,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let ports = self.upload_ports();
        let draft = upload::upload(ports, id).await?.ok_or_else(Problem::not_found)?;
        let draft = match draft.stage {
            Stage::Checking { .. } | Stage::Rechecking { .. } => {
                upload::check(ports, id, self.step()).await?
            }
            Stage::Saving { .. } => upload::save(ports, &colleague.member, id, None, self.step()).await?,
            Stage::Discarded { .. } => upload::clear(ports, id, self.step()).await?,
            _ => Some(draft),
        };
        Ok(answer(request, draft.as_ref()))
    }

    async fn look_list(
        &self,
        request: &Request,
        id: &UploadId,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let found = upload::upload(self.upload_ports(), id).await?.ok_or_else(Problem::not_found)?;
        let language = colleague.language;
        let draft = Draft {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Lists),
            url: url(id),
            file: found.file.clone(),
            another: (!found.is_of(&colleague.member)).then(|| found.begun_by.clone()),
        };
        let end = match &found.stage {
            Stage::Checked => return self.checked(request, found, draft, colleague).await,
            Stage::Saved => End::Saved(found.saved),
            Stage::Unreadable { sentence, .. } => End::Unreadable(sentence.clone().into()),
            _ => {
                let (done, whole) = progress(&found);
                let page = UploadProgress { draft, stage: stage(&found), done, whole };
                return Ok(shomei_http::connecting(colleague.page(page.render(language))?));
            }
        };
        let approval = self.programme.office.second_approval;
        colleague.page(UploadEnded { draft, end, approval }.render(language))
    }

    async fn checked(
        &self,
        request: &Request,
        found: Upload,
        draft: Draft,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let view: View = shomei_http::query(request).unwrap_or_default();
        let (ports, filter, mut page) = (self.upload_ports(), view.filter(), view.page());
        let from = |page: usize| (page - 1).saturating_mul(UPLOAD_ROWS);
        let mut shown = upload::rows(ports, &found, filter, from(page), UPLOAD_ROWS).await?;
        let pages = shown.count.div_ceil(UPLOAD_ROWS);
        if shown.rows.is_empty() && pages > 0 {
            // The only row of the last page needs nobody any more, but those before it do.
            page = pages;
            shown = upload::rows(ports, &found, filter, from(page), UPLOAD_ROWS).await?;
        }
        let notice = match view.done.as_deref() {
            Some("mended") => Some(RowNotice::Mended),
            Some("dropped") => Some(RowNotice::Dropped),
            Some("put-back") => Some(RowNotice::PutBack),
            Some("not-now") => Some(RowNotice::NotNow),
            Some("changed") => Some(RowNotice::Changed),
            _ => None,
        };
        let page = UploadChecked {
            draft,
            notice,
            tally: found.tally,
            wallets: found.is_short(),
            changes: found.changes,
            saved: (found.saved.rows > 0).then_some(found.saved),
            unknown_columns: found.unknown_columns,
            filter,
            rows: shown.rows.into_iter().map(|(row, content)| RowLine { row, content }).collect(),
            page,
            pages,
            refused_files: found.tally.refused.div_ceil(FILE_ROWS),
        };
        colleague.page(page.render(colleague.language))
    }

    async fn row(
        &self,
        request: &Request,
        id: &UploadId,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let asked: RowQuery = shomei_http::query(request).ok_or_else(Problem::not_found)?;
        let row = RowRef::parse(&asked.row).ok_or_else(Problem::not_found)?;
        let view = View { show: asked.show, page: asked.page, done: None };
        self.row_page(id, row, &view, None, colleague).await
    }

    /// The form of a row. `typed`: what was typed into it and did not fit.
    async fn row_page(
        &self,
        id: &UploadId,
        row: RowRef,
        view: &View,
        typed: Option<[String; Column::ALL.len()]>,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let ports = self.upload_ports();
        let draft = upload::upload(ports, id).await?.ok_or_else(Problem::not_found)?;
        let mut content = upload::find_row(ports, &draft, row).await?.ok_or_else(Problem::not_found)?;
        let too_long = typed.is_some();
        if let Some(typed) = typed {
            content.cells = typed.map(Some).into();
        }
        let page = UploadRowPage {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Lists),
            url: url(id),
            line: RowLine { row, content },
            filter: view.filter(),
            page: view.page(),
            too_long,
        };
        let status = if too_long { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let language = colleague.language;
        shomei_http::page(status, language, page.render(language), Cache::Private)
    }

    async fn mend_row(
        &self,
        request: &Request,
        id: &UploadId,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let form: RowForm = shomei_http::form(request).ok_or_else(not_our_form)?;
        let row = RowRef::parse(&form.row).ok_or_else(not_our_form)?;
        let (mending, done) = form.mending().ok_or_else(not_our_form)?;
        let view = View { show: Some(form.show), page: Some(form.page), done: None };
        let done = match upload::mend(self.upload_ports(), &colleague.member, id, row, &mending).await? {
            Mended::Done(_) => done,
            Mended::NotNow => "not-now",
            Mended::Unknown => return Err(Problem::not_found()),
            Mended::TooLong => {
                let typed = match mending {
                    Mending::Cells(cells) => Some(*cells),
                    _ => None,
                };
                return self.row_page(id, row, &view, typed, colleague).await;
            }
        };
        let (show, page) = (filter_name(view.filter()), view.page());
        Ok(redirect(&format!("{}?show={show}&page={page}&done={done}", url(id))))
    }

    async fn refused(&self, request: &Request, id: &UploadId) -> Result<Response, Problem> {
        #[derive(Deserialize)]
        struct File {
            part: Option<usize>,
        }
        let ports = self.upload_ports();
        let file: Option<File> = shomei_http::query(request);
        let part = file.and_then(|file| file.part).unwrap_or(1).max(1);
        let draft = upload::upload(ports, id).await?.ok_or_else(Problem::not_found)?;
        let from = (part - 1).saturating_mul(FILE_ROWS);
        let table = upload::refused_as_csv(ports, &draft, from, FILE_ROWS).await?;
        Ok(shomei_http::csv(&format!("refused-{part}.csv"), table, Cache::Private))
    }
}
