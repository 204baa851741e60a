//! Every check of a badge, in order.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use openbadges::credential::AchievementCredential;
use serde_json::Value;

use crate::{
    credential::{Credential, is_credential},
    faithful,
    file::{self, Carried},
    hosted,
    json::{self, JsonError},
    jwt, page, proof, recipient,
    report::{Check, Claims, Finding, Form, Line, Outcome, Report, Unavailable},
    session::Session,
    signature::{Signature, Vouched, vouch},
    status,
    web::Web,
};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The file, as it was given.
    pub file: &'a [u8],
    /// The mail address that whoever asks has typed.
    pub recipient: Option<&'a str>,
    /// The moment for which the answer holds.
    pub at: Timestamp,
}

/// Judges a file. It never fails: every trouble is a finding.
pub async fn judge(question: Question<'_>, web: &dyn Web) -> Report {
    judge_in(question, &mut Session::new(web, question.at)).await
}

/// Judges what stands at an address, and says where it was found: a redirect leads elsewhere, and a page that names the credential as
/// its alternate form is followed, once.
///
/// # Errors
/// [`Unavailable`] if there is nothing to judge.
pub async fn judge_address(
    url: &str,
    recipient: Option<&str>,
    at: Timestamp,
    web: &dyn Web,
) -> Result<(Report, String), Unavailable> {
    let mut session = Session::new(web, at);
    let mut answer = session.get(url.trim()).await.map_err(Unavailable::Web)?;
    if answer.status == 200 && page::is_page(&answer) {
        let alternate = page::alternate(&answer)
            .ok_or_else(|| Unavailable::NotTheDocument("a page without a badge".to_owned()))?;
        answer = session.get(&alternate).await.map_err(Unavailable::Web)?;
    }
    if answer.status != 200 {
        return Err(Unavailable::Status(answer.status));
    }
    let question = Question { file: &answer.body, recipient, at };
    let report = judge_in(question, &mut session).await;
    Ok((report, answer.url.clone()))
}

/// The findings, before they are a report.
#[derive(Debug)]
pub(crate) struct Lines {
    pub(crate) form: Finding,
    pub(crate) signature: Finding,
    pub(crate) issuer: Finding,
    pub(crate) dates: Finding,
    pub(crate) revocation: Finding,
    pub(crate) hosted: Finding,
    pub(crate) recipient: Finding,
}

impl Lines {
    /// Nothing is known yet.
    pub(crate) fn unread(asked: Option<&str>) -> Self {
        let nobody = asked.is_none_or(|address| address.trim().is_empty());
        Self {
            form: Finding::Unread,
            signature: Finding::Unread,
            issuer: Finding::Unread,
            dates: Finding::Unread,
            revocation: Finding::Unread,
            hosted: Finding::Unread,
            recipient: if nobody { Finding::NotAsked } else { Finding::Unread },
        }
    }

    fn unreadable(form: Finding, asked: Option<&str>) -> (Self, Option<Claims>) {
        (Self { form, ..Self::unread(asked) }, None)
    }
}

async fn judge_in(question: Question<'_>, session: &mut Session<'_>) -> Report {
    let (lines, claims) = judge_file(question, session).await;
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest(&SHA256, question.file).as_ref());
    let line = |check, finding| Line { check, finding };
    let lines = [
        line(Check::Form, lines.form),
        line(Check::Signature, lines.signature),
        line(Check::Issuer, lines.issuer),
        line(Check::Dates, lines.dates),
        line(Check::Revocation, lines.revocation),
        line(Check::HostedCopy, lines.hosted),
        line(Check::Recipient, lines.recipient),
    ];
    Report { lines, claims, sha256, at: question.at }
}

async fn judge_file(question: Question<'_>, session: &mut Session<'_>) -> (Lines, Option<Claims>) {
    let asked = question.recipient;
    match file::read(question.file) {
        Err(finding) => Lines::unreadable(finding, asked),
        Ok(Carried::Json(text)) => judge_json(&text, asked, session).await,
        Ok(Carried::Token(token)) => judge_token(&token, asked, session).await,
        Ok(Carried::Address(url)) => match session.json(&url).await {
            Ok(document) => judge_document(document, asked, session).await,
            Err(why) => {
                let mut lines = Lines::unread(asked);
                lines.form = Finding::UnknownForm("a picture with an address only".to_owned());
                lines.hosted = Finding::HostedUnavailable { url, why };
                (lines, None)
            }
        },
    }
}

async fn judge_json(text: &[u8], asked: Option<&str>, session: &mut Session<'_>) -> (Lines, Option<Claims>) {
    if let Some((badge, signature)) = proof::closed::<AchievementCredential>(text) {
        let signed = Signed {
            credential: Credential::of_closed(&badge),
            form: Form::EmbeddedProof,
            signatures: vec![signature],
            doubt: None,
            refused: None,
        };
        return signed.judge(asked, session).await;
    }
    match json::read(text) {
        Ok(document) => judge_document(document, asked, session).await,
        Err(JsonError::TooLong) => Lines::unreadable(Finding::TooLong, asked),
        Err(JsonError::Malformed) => Lines::unreadable(Finding::NotReadable, asked),
    }
}

async fn judge_document(
    document: Value,
    asked: Option<&str>,
    session: &mut Session<'_>,
) -> (Lines, Option<Claims>) {
    if is_credential(&document) {
        let proven = proof::read(document, session.at);
        // A form that failed stays so: going through a hopeless document once more would tell nothing.
        let canonical = proven.canonical.as_ref().filter(|_| proven.form.is_none());
        let hidden = canonical.and_then(|text| faithful::check(&proven.document, text));
        let signed = Signed {
            credential: Credential::of(&proven.document),
            form: Form::EmbeddedProof,
            signatures: proven.signatures,
            doubt: proven.form.or(hidden),
            refused: proven.refused,
        };
        signed.judge(asked, session).await
    } else if hosted::is_hosted(&document) {
        hosted::judge(&document, asked, session).await
    } else {
        Lines::unreadable(Finding::NotABadge("@context".to_owned()), asked)
    }
}

async fn judge_token(token: &str, asked: Option<&str>, session: &mut Session<'_>) -> (Lines, Option<Claims>) {
    let token = match jwt::read(token, session) {
        Ok(token) => token,
        Err(finding) => return Lines::unreadable(finding, asked),
    };
    if hosted::is_hosted(&token.document) && !is_credential(&token.document) {
        let form = Finding::UnknownForm("signed Open Badges 2.0".to_owned());
        return Lines::unreadable(form, asked);
    }
    let (signatures, refused) = match token.signature {
        Ok(signature) => (vec![signature], None),
        Err(finding) => (Vec::new(), Some(finding)),
    };
    let signed = Signed {
        credential: Credential::of(&token.document),
        form: Form::Jwt,
        signatures,
        doubt: token.form,
        refused,
    };
    signed.judge(asked, session).await
}

/// A credential with its signatures.
struct Signed {
    credential: Credential,
    form: Form,
    signatures: Vec<Signature>,
    /// Why the form does not pass, whatever the credential says.
    doubt: Option<Finding>,
    /// Why the signature does not pass, whatever the others are.
    refused: Option<Finding>,
}

impl Signed {
    async fn judge(self, asked: Option<&str>, session: &mut Session<'_>) -> (Lines, Option<Claims>) {
        let Credential { claims, issuer, term, identities, statuses, problem } = self.credential;
        let mut vouched = Vouched { signature: Finding::NotSigned, issuer: Finding::Unread };
        if issuer.is_empty() {
            vouched.signature = Finding::Unread;
        } else if !self.signatures.is_empty() {
            vouched = vouch(&self.signatures, &issuer, session).await;
        }
        if let Some(refused) = self.refused {
            vouched.signature = refused;
        }
        // Whatever an unsigned document names is not worth a look.
        let counts = matches!(vouched.signature, Finding::SignatureFits { .. })
            && matches!(vouched.issuer, Finding::KeyListed { .. });
        let revocation = if counts {
            status::look_up(&statuses, claims.id.as_deref(), &issuer, session).await
        } else {
            Finding::Unread
        };
        let lines = Lines {
            // What failed says more than what could not be checked.
            form: match (problem, self.doubt) {
                (Some(problem), Some(doubt))
                    if problem.outcome() == Outcome::Failed || doubt.outcome() != Outcome::Failed =>
                {
                    problem
                }
                (_, Some(doubt)) => doubt,
                (Some(problem), None) => problem,
                (None, None) => Finding::Badge(self.form),
            },
            signature: vouched.signature,
            issuer: vouched.issuer,
            dates: term.map_or(Finding::Unread, |term| term.check(session.at)),
            revocation,
            hosted: Finding::NeedsNoHost,
            recipient: recipient::check(&identities, asked),
        };
        (lines, Some(claims))
    }
}
