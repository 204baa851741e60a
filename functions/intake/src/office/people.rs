//! Finding a person, the story of the badge, and the forms that correct and resend. What is typed stands in bodies, never in an address.

use lambda_http::http::StatusCode;
use serde::Deserialize;
use shomei_core::{
    address::{MailAddress, Mended},
    candidate::{AnyCandidate, CandidateRef, Correction, Kana, PersonName, Roman},
    office::{
        correct::{self, Holder},
        resend,
        search::{self, Cursor, Found, Hit, Query, Unreadable},
        story::{self, Story},
    },
    order::Reason,
};
use shomei_http::{Cache, Problem, Request, Response, holder::not_our_form, redirect};
use shomei_pages::{
    mail::MailHost,
    office::{
        CorrectFault, CorrectForm, FoundPerson, FoundState, PersonNotice, PersonPage, Place, Reply,
        SearchOutcome, SearchPage, Situation,
    },
};

use super::Colleague;
use crate::Intake;

/// What was typed into the box, and where to go on.
#[derive(Deserialize)]
struct Typed {
    q: String,
    after: Option<String>,
}

/// What has just been done.
#[derive(Deserialize)]
struct Done {
    done: Option<String>,
}

/// The form that corrects.
#[derive(Deserialize)]
struct Corrections {
    address: String,
    /// Not asked for where names stay.
    name: Option<String>,
    #[serde(default)]
    kana: String,
    #[serde(default)]
    roman: String,
    reason: String,
    /// The address is meant as it is, although its domain looks like a slip.
    meant: Option<String>,
    holder: Option<String>,
}

impl Intake {
    pub(super) fn search_form(&self, colleague: &Colleague) -> Result<Response, Problem> {
        self.search_page(colleague, StatusCode::OK, String::new(), None)
    }

    pub(super) async fn search(&self, request: &Request, colleague: &Colleague) -> Result<Response, Problem> {
        let Typed { q, after } = shomei_http::form(request).ok_or_else(not_our_form)?;
        let query = match Query::parse(&q) {
            Ok(query) => query,
            Err(error) => {
                let outcome = match error {
                    Unreadable::Nothing => SearchOutcome::Nothing,
                    Unreadable::TooLong => SearchOutcome::TooLong,
                };
                return self.search_page(colleague, StatusCode::BAD_REQUEST, q, Some(outcome));
            }
        };
        let from = after.as_deref().and_then(Cursor::parse);
        let found = search::search(self.office_ports(), &query, from.as_ref()).await?;
        let Found { hits, near, looked_at, months, next } = found;
        let nobody = hits.is_empty() && next.is_none();
        let reply = nobody.then(|| Box::new(self.reply(Situation::NotRegistered, MailHost::Company)));
        let outcome = SearchOutcome::Looked {
            found: hits.iter().map(found_person).collect(),
            near: near.iter().map(|near| (found_person(&near.hit), near.why)).collect(),
            looked_at,
            months,
            next: next.map(|next| next.to_string()),
            reply,
        };
        self.search_page(colleague, StatusCode::OK, q, Some(outcome))
    }

    fn search_page(
        &self,
        colleague: &Colleague,
        status: StatusCode,
        typed: String,
        outcome: Option<SearchOutcome>,
    ) -> Result<Response, Problem> {
        let desk = colleague.desk(Place::Search);
        let page = SearchPage { issuer: self.issuer(), desk, typed, outcome };
        shomei_http::page(status, colleague.language, page.render(colleague.language), Cache::Private)
    }

    pub(super) async fn whole_story(
        &self,
        request: &Request,
        candidate: &str,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let done = shomei_http::query::<Done>(request).and_then(|query| query.done);
        let notice = done.as_deref().and_then(PersonNotice::parse);
        let story = self.story(candidate).await?;
        let page = self.story_page(colleague, story, notice, None);
        colleague.page(page.render(colleague.language))
    }

    async fn story(&self, candidate: &str) -> Result<Story, Problem> {
        let candidate = CandidateRef::parse(candidate).ok_or_else(Problem::not_found)?;
        story::tell(self.office_ports(), &candidate).await?.ok_or_else(Problem::not_found)
    }

    fn story_page(
        &self,
        colleague: &Colleague,
        story: Story,
        notice: Option<PersonNotice>,
        form: Option<CorrectForm>,
    ) -> PersonPage {
        let Story { candidate, details, achievement, badge, events, next, stopped } = story;
        let host = MailHost::of(details.address.as_str());
        let (name, address) = (details.name.as_str().to_owned(), details.address.as_str().to_owned());
        let kana = details.kana.map(|kana| kana.as_str().to_owned());
        let roman = details.roman.map(|roman| roman.as_str().to_owned());
        let reply = Reply {
            holder_name: Some(name.clone()),
            achievement: Some(achievement.clone().into()),
            ..self.reply(Situation::of(&next), host)
        };
        let as_registered = || CorrectForm {
            address: address.clone(),
            name: name.clone(),
            kana: kana.clone().unwrap_or_default(),
            roman: roman.clone().unwrap_or_default(),
            ..CorrectForm::default()
        };
        PersonPage {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Search),
            candidate: candidate.to_string(),
            number: details.number.as_str().to_owned(),
            form: form.unwrap_or_else(as_registered),
            name,
            kana,
            roman,
            address,
            achievement: achievement.into(),
            occasion: details.kind.into(),
            date: details.date,
            events,
            next,
            stopped,
            names_stay: self.programme.office.second_approval && badge.is_some(),
            notice,
            reply,
        }
    }

    fn reply(&self, situation: Situation, host: MailHost) -> Reply {
        let base = self.programme.base_url();
        Reply {
            holder_name: None,
            achievement: None,
            issuer: self.issuer(),
            sender: self.programme.sender.clone(),
            contact: self.programme.contact.clone(),
            sign_in_url: format!("{base}/wallet/sign-in"),
            reissue_url: format!("{base}/reissue/ask"),
            fee_yen: self.programme.reissue.fee.total.0,
            host,
            situation,
        }
    }

    pub(super) async fn correct(
        &self,
        request: &Request,
        candidate: &str,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let form: Corrections = shomei_http::form(request).ok_or_else(not_our_form)?;
        let occasion = CandidateRef::parse(candidate).ok_or_else(Problem::not_found)?;
        let holder = match form.holder.as_deref() {
            None => Holder::Keeps,
            Some("asks") => Holder::Asks,
            Some("another") => Holder::IsAnother,
            Some(_) => return Err(not_our_form()),
        };
        let (correction, reason) = match read(&form) {
            Ok(read) => read,
            Err(wrong) => return self.wrong_correction(candidate, form, wrong, colleague).await,
        };
        let (ports, member) = (self.office_ports(), &colleague.member);
        let corrected = correct::correct(ports, member, &occasion, &correction, &reason, holder).await?;
        let notice = PersonNotice::of_correction(&corrected).ok_or_else(Problem::not_found)?;
        Ok(back_to(&occasion, notice))
    }

    async fn wrong_correction(
        &self,
        candidate: &str,
        form: Corrections,
        wrong: CorrectFault,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let story = self.story(candidate).await?;
        let Corrections { address, name, kana, roman, reason, .. } = form;
        let name = name.unwrap_or_default();
        let form = CorrectForm { address, name, kana, roman, reason, wrong: Some(wrong) };
        let page = self.story_page(colleague, story, None, Some(form));
        let language = colleague.language;
        shomei_http::page(StatusCode::BAD_REQUEST, language, page.render(language), Cache::Private)
    }

    pub(super) async fn resend(&self, candidate: &str, colleague: &Colleague) -> Result<Response, Problem> {
        let occasion = CandidateRef::parse(candidate).ok_or_else(Problem::not_found)?;
        let resent = resend::resend(self.office_ports(), &colleague.member, &occasion).await?;
        Ok(back_to(&occasion, PersonNotice::of_resending(resent)))
    }
}

pub(super) fn back_to(occasion: &CandidateRef, notice: PersonNotice) -> Response {
    redirect(&format!("/office/people/{occasion}?done={}", notice.name()))
}

fn found_person(hit: &Hit) -> FoundPerson {
    let details = hit.record.details();
    FoundPerson {
        candidate: hit.candidate.to_string(),
        name: details.name.as_str().to_owned(),
        number: details.number.as_str().to_owned(),
        address: details.address.as_str().to_owned(),
        achievement: details.achievement.as_str().to_owned(),
        occasion: details.kind.into(),
        date: details.date,
        state: match hit.record {
            AnyCandidate::Registered(_) | AnyCandidate::Prepared(_) => FoundState::Waiting,
            AnyCandidate::Issued(_) => FoundState::Issued,
            AnyCandidate::Refused(_) => FoundState::Refused,
            AnyCandidate::Cancelled(_) => FoundState::Cancelled,
        },
    }
}

/// What the form says is right. An empty reading stays as it was: nothing is taken away here.
fn read(form: &Corrections) -> Result<(Correction, Reason), CorrectFault> {
    let Mended { address, suggestion, .. } =
        MailAddress::mend(&form.address).map_err(|_| CorrectFault::Address)?;
    if let Some(suggestion) = suggestion.filter(|_| form.meant.is_none()) {
        return Err(CorrectFault::AddressDoubtful(suggestion.as_str().to_owned()));
    }
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let name = form.name.as_deref().map(PersonName::new).transpose();
    let kana = given(&form.kana).map(|kana| Kana::new(&kana)).transpose();
    let roman = given(&form.roman).map(|roman| Roman::new(&roman)).transpose();
    let correction = Correction {
        address: Some(address),
        name: name.map_err(|_| CorrectFault::Name)?,
        kana: kana.map_err(|_| CorrectFault::Kana)?,
        roman: roman.map_err(|_| CorrectFault::Roman)?,
    };
    let reason = Reason::parse(&form.reason).ok_or(CorrectFault::Reason)?;
    Ok((correction, reason))
}
