//! Whether a name is that of a badge's holder: a form on the badge's page, and the same form with an answer in JSON for programs. What was typed is in no
//! address and no log, and is not kept.

use std::sync::Arc;

use lambda_http::http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use shomei_core::{
    badge::BadgeId,
    limits::Client,
    name_match::{self, Answered, Compared, Ports},
    ports::{Entropy, NameMatchKey},
    verify,
};
use shomei_http::{Cache, Problem, Request, Response};
use shomei_pages::name_match::{NameMatch as Outcome, NameMatchPage};

use crate::{Verify, badge::not_public};

/// What comparing names needs besides.
pub(crate) struct NameMatch {
    pub(crate) key: Arc<dyn NameMatchKey>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    name: String,
}

/// For programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    matches: bool,
    checked_at: String,
}

impl Verify {
    /// Only badges that are public answer at all; one whose holder allows no comparison says so.
    pub(crate) async fn name_match(&self, request: &Request, id: &str) -> Result<Response, Problem> {
        let id = BadgeId::parse(id).unwrap_or_else(BadgeId::of_nothing);
        let question: Question = shomei_http::form(request).ok_or_else(not_our_form)?;
        let Some(NameMatch { key, entropy }) = &self.name_match else {
            let public = verify::badge(&*self.table, &id).await?.is_some();
            return if public { Err(not_offered()) } else { not_public(request) };
        };
        let ports = Ports { table: &*self.table, clock: &*self.clock, entropy: &**entropy, key: &**key };
        let client = Client::of(&shomei_http::network(request));
        match name_match::compare(ports, &id, &question.name, &client).await? {
            None => not_public(request),
            Some(answered) => self.answered(request, answered, question.name),
        }
    }

    fn answered(
        &self,
        request: &Request,
        Answered { compared, badge }: Answered,
        typed: String,
    ) -> Result<Response, Problem> {
        let (status, outcome) = match compared {
            Compared::Matches => (StatusCode::OK, Outcome::Matches),
            Compared::Differs => (StatusCode::OK, Outcome::Differs),
            Compared::Unreadable => (StatusCode::BAD_REQUEST, Outcome::Unreadable),
            Compared::TooMany => (StatusCode::TOO_MANY_REQUESTS, Outcome::TooMany),
            Compared::NotOffered => return Err(not_offered()),
        };
        let at = self.clock.now();
        if !shomei_http::wants_page(request) {
            return match outcome {
                Outcome::Matches | Outcome::Differs => {
                    let answer = Answer { matches: outcome == Outcome::Matches, checked_at: at.to_string() };
                    let text = serde_json::to_string(&answer).map_err(|_| Problem::try_again())?;
                    Ok(shomei_http::json(StatusCode::OK, "application/json", text, Cache::Private))
                }
                Outcome::Unreadable => Err(unreadable()),
                Outcome::TooMany => Err(too_many()),
            };
        }
        let language = shomei_http::language(request);
        let page = NameMatchPage {
            achievement: badge.wording.name.into(),
            issuer: self.programme.issuer_name.clone().into(),
            badge_url: self.programme.badge_url(&badge.id),
            action: self.programme.name_match_url(&badge.id),
            typed,
            outcome,
            checked_at: at,
        };
        let mut page = shomei_http::page(status, language, page.render(language), Cache::Private)?;
        if outcome == Outcome::TooMany {
            page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("3600"));
        }
        Ok(page)
    }
}

fn not_our_form() -> Problem {
    Problem::malformed(
        "氏名を「name」として、application/x-www-form-urlencoded の形式でお送りください。",
        "Please send the name as `name`, in a form of type application/x-www-form-urlencoded.",
    )
}

fn not_offered() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "name-match-not-offered",
        ("氏名の照合は利用できません", "No name check"),
        (
            "このバッジでは、氏名を照合できません。保有者が許可しているバッジだけで利用できます。",
            "No name can be checked with this badge. It takes a holder who allows it.",
        ),
    )
}

fn unreadable() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "name-unreadable",
        ("氏名を読み取れません", "The name cannot be read"),
        ("氏名を200文字以内でお送りください。", "Please send a name of at most 200 characters."),
    )
}

fn too_many() -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-names",
        ("照合の回数が上限に達しました", "Too many names were checked"),
        ("1時間ほどたってから、もう一度お試しください。", "Please try again in an hour."),
    )
}
