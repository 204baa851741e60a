//! Asking the office: the form, what is wrong with what was typed, and sending it.

use lambda_http::http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use shomei_core::{
    address::MailAddress,
    badge::BadgeId,
    claim::{
        Asked,
        inquiry::{self, Inquiry, Named},
    },
    inquiry::{AboutBadge as Proven, FormAge, FormStamp, InquiryRefusal, InquiryText, Proof, Topic},
    token::Token,
    wallet::Wallet,
};
use shomei_http::{
    Problem, Request, Response,
    metrics::{self, Metric},
};
use shomei_pages::inquiry::{AboutBadge, InquiryDraft, InquiryFault, InquiryPage, InquirySentPage};

use crate::{Claim, not_our_form, page, reader::Reader};

const FORM: &str = "/inquiry";

/// Where whoever has sent the form is told so.
const SENT: &str = "/inquiry?sent=yes";

/// More bytes than the longest inquiry has, each character of it as long as can be in a form.
const FORM_BYTES: usize = 32 * 1024;

/// The form, as the page of a badge leads to it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Led {
    badge: String,
    claim: String,
    sent: Option<String>,
}

/// What is sent. Hidden fields are left out where they do not apply.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    topic: String,
    message: String,
    address: String,
    form: String,
    #[serde(default)]
    homepage: String,
    #[serde(default)]
    badge: String,
    #[serde(default)]
    claim: String,
    /// An address that looks like a slip, and that was sent once more all the same.
    #[serde(default)]
    sure: String,
}

/// Why a form is shown again.
struct Again {
    /// The showing: the same, unless it is too old.
    form: FormStamp,
    /// All that is wrong.
    wrong: Vec<InquiryFault>,
    /// The address that was probably meant.
    suggestion: Option<MailAddress>,
}

impl Claim {
    pub(crate) async fn inquiry_form(&self, request: &Request, reader: &Reader) -> Result<Response, Problem> {
        let led: Led = shomei_http::query(request).unwrap_or_default();
        if led.sent.is_some() {
            let view = InquirySentPage { issuer: self.issuer(), contact: self.contact() };
            return page(StatusCode::OK, reader.language, view.render(reader.language));
        }
        let known = wallet(reader).and_then(Wallet::main_address).map(|main| main.as_str().to_owned());
        let draft = InquiryDraft { address: known.unwrap_or_default(), ..InquiryDraft::default() };
        let first = Again { form: self.fresh(), wrong: Vec::new(), suggestion: None };
        self.inquiry_page(&named(&led.badge, &led.claim), draft, first, reader).await
    }

    pub(crate) async fn inquire(&self, request: &Request, reader: &Reader) -> Result<Response, Problem> {
        if shomei_http::bytes(request).len() > FORM_BYTES {
            return Err(not_our_form());
        }
        let typed: Typed = shomei_http::form(request).ok_or_else(not_our_form)?;
        let named = named(&typed.badge, &typed.claim);
        match self.read(&typed) {
            Ok((topic, message, reply_to, form)) => {
                let inquiry = Inquiry { topic, message, reply_to, named, form };
                self.send_inquiry(inquiry, typed, reader).await
            }
            Err(again) => self.inquiry_page(&named, draft(typed), again, reader).await,
        }
    }

    async fn send_inquiry(
        &self,
        inquiry: Inquiry,
        typed: Typed,
        reader: &Reader,
    ) -> Result<Response, Problem> {
        let office = self.programme.office_mailbox()?;
        match inquiry::send(self.ports(), &office, wallet(reader), &inquiry, &reader.client).await? {
            Asked::Noted => Ok(shomei_http::redirect(SENT)),
            Asked::TooMany => {
                let wrong = vec![InquiryFault::TooMany];
                let again = Again { form: inquiry.form, wrong, suggestion: None };
                self.inquiry_page(&inquiry.named, draft(typed), again, reader).await
            }
        }
    }

    /// What was typed, or why the form is shown again.
    fn read(&self, typed: &Typed) -> Result<(Topic, InquiryText, MailAddress, FormStamp), Again> {
        let (topic, message) = (Topic::parse(&typed.topic), InquiryText::mend(&typed.message));
        let mended = MailAddress::mend(&typed.address).ok();
        let form = FormStamp::parse(&typed.form);
        let age = form.as_ref().map_or(FormAge::TooOld, |form| form.age(self.clock.now()));
        let (form, late) = match (form, age) {
            (Some(form), FormAge::Fits) => (form, None),
            (Some(form), FormAge::TooFresh) => (form, Some(InquiryFault::TooFresh)),
            _ => (self.fresh(), Some(InquiryFault::TooOld)),
        };
        // Whoever insists on an address has it.
        let doubt = mended.as_ref().filter(|_| typed.sure != typed.address);
        let suggestion = doubt.and_then(|mended| mended.suggestion.clone());
        let unread = message.as_ref().err().map(|refusal| match refusal {
            InquiryRefusal::Missing => InquiryFault::MessageMissing,
            InquiryRefusal::TooLong => InquiryFault::MessageTooLong,
        });
        let faults = [
            topic.is_none().then_some(InquiryFault::TopicMissing),
            unread,
            mended.is_none().then_some(InquiryFault::AddressWrong),
            suggestion.is_some().then_some(InquiryFault::AddressDoubtful),
            (!typed.homepage.is_empty()).then_some(InquiryFault::NotEmpty),
        ];
        let mut wrong: Vec<_> = faults.into_iter().flatten().collect();
        // Whoever has something to mend is not told to wait as well.
        wrong.extend(late.filter(|late| wrong.is_empty() || *late == InquiryFault::TooOld));
        match (topic, message, mended) {
            (Some(topic), Ok(message), Some(mended)) if wrong.is_empty() => {
                Ok((topic, message, mended.address, form))
            }
            _ => Err(Again { form, wrong, suggestion }),
        }
    }

    async fn inquiry_page(
        &self,
        named: &Named,
        draft: InquiryDraft,
        again: Again,
        reader: &Reader,
    ) -> Result<Response, Problem> {
        let Again { form, wrong, suggestion } = again;
        let about = inquiry::about(self.ports(), wallet(reader), named).await?;
        let many = wrong.contains(&InquiryFault::TooMany);
        let status = match wrong.is_empty() {
            true => StatusCode::OK,
            false if many => StatusCode::TOO_MANY_REQUESTS,
            false => StatusCode::BAD_REQUEST,
        };
        let view = InquiryPage {
            issuer: self.issuer(),
            contact: self.contact(),
            draft,
            form: form.to_string(),
            about: about.map(|(about, achievement)| AboutBadge {
                achievement: achievement.into(),
                named: field_of(&about, named),
            }),
            wrong,
            suggestion: suggestion.map(|address| address.as_str().to_owned()),
        };
        let mut response = page(status, reader.language, view.render(reader.language))?;
        if many {
            metrics::count_as(Metric::Refused, "too-many-inquiries", 1);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("3600"));
        }
        Ok(response)
    }

    fn fresh(&self) -> FormStamp {
        FormStamp::new(&*self.entropy, self.clock.now())
    }
}

/// The form about a badge, for whoever has a link to it.
pub(crate) fn by_link(token: &Token) -> String {
    format!("{FORM}?claim={}", token.text())
}

/// The form about a badge, for whoever has it in the wallet.
pub(crate) fn about(badge: &BadgeId) -> String {
    format!("{FORM}?badge={badge}")
}

fn wallet(reader: &Reader) -> Option<&Wallet> {
    reader.signed_in.as_ref().map(|signed_in| &signed_in.wallet)
}

fn named(badge: &str, claim: &str) -> Named {
    Named { badge: BadgeId::parse(badge), link: Token::parse(claim) }
}

/// The field by which the form names the badge again.
fn field_of(about: &Proven, named: &Named) -> (&'static str, String) {
    match (about.by, &named.link) {
        (Proof::Link, Some(link)) => ("claim", link.text().to_owned()),
        _ => ("badge", about.badge.to_string()),
    }
}

fn draft(typed: Typed) -> InquiryDraft {
    InquiryDraft {
        topic: Topic::parse(&typed.topic),
        message: typed.message,
        address: typed.address,
        homepage: typed.homepage,
    }
}
