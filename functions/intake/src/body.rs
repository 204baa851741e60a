//! The bodies that staff send: one achievement, or a list of candidates.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::civil::Date;
use lambda_http::http::{StatusCode, header};
use serde::Deserialize;
use shomei_core::{
    candidate::AchievementId,
    intake::{
        AchievementRefusal, NewAchievement,
        list::{self, ListError, RawRow, RowError},
    },
    programme::Bilingual,
};
use shomei_http::{Problem, Request, bytes};

/// An achievement as JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct AchievementBody {
    id: String,
    name: Bilingual,
    description: Bilingual,
    criteria: Bilingual,
    /// A PNG file in base64.
    artwork: String,
    validity_months: Option<u16>,
    first_eligible: Date,
    /// Left out: as it stands.
    #[serde(default)]
    closed: Option<bool>,
}

/// Reads one achievement.
pub(crate) fn achievement(request: &Request) -> Result<NewAchievement, Problem> {
    let body: AchievementBody = serde_json::from_slice(bytes(request)).map_err(|error| {
        // The reader's own message quotes the body.
        let (line, column) = (error.line(), error.column());
        Problem::malformed(
            &format!("資格のJSONを読み取れません（{line}行{column}列）。"),
            &format!("The achievement is not the JSON that is expected (line {line}, column {column})."),
        )
    })?;
    let id = AchievementId::mend(&body.id).map_err(|_| {
        Problem::malformed(
            "資格コード（id）は英小文字・数字・ハイフンで 40 文字までにしてください。",
            "The id must be lower-case letters, digits and hyphens, at most 40.",
        )
    })?;
    let artwork = STANDARD.decode(body.artwork.trim()).map_err(|_| {
        Problem::malformed("画像（artwork）を Base64 として読み取れません。", "The artwork is not base64.")
    })?;
    Ok(NewAchievement {
        id,
        name: body.name,
        description: body.description,
        criteria: body.criteria,
        artwork,
        validity_months: body.validity_months,
        first_eligible: body.first_eligible,
        closed: body.closed,
    })
}

/// What is wrong with an achievement, as a problem.
pub(crate) fn achievement_problem(refusal: &AchievementRefusal) -> Problem {
    let Bilingual { ja, en } = refusal.sentence();
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        refusal.code(),
        ("資格を登録できません", "The achievement cannot be registered"),
        (&ja, &en),
    )
}

/// The rows of a list, one by one.
pub(crate) type Rows<'a> = Box<dyn Iterator<Item = Result<RawRow, RowError>> + Send + 'a>;

/// Names for bytes as they are. API Gateway hands a body of type `text/*` on as UTF-8 text, which destroys CP932; any
/// other body comes in base64.
const BYTES: [&str; 2] = ["application/octet-stream", "application/vnd.ms-excel"];

/// Reads a list: JSON under `application/json`, CSV under `text/csv` (in UTF-8) or as bytes (in any encoding).
pub(crate) fn candidates(request: &Request) -> Result<Rows<'_>, Problem> {
    let media_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("application/json");
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media_type.as_str() {
        csv if csv == "text/csv" || BYTES.contains(&csv) => match list::read_csv(bytes(request)) {
            Ok(rows) => Ok(Box::new(rows)),
            Err(error) => Err(list_problem(&error)),
        },
        "application/json" => Ok(Box::new(list::read_json(bytes(request)))),
        _ => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "list-media-type",
            ("リストの形式が違います", "The list has another form"),
            (
                "JSON（application/json）か、CSV で送ってください。Shift_JIS の CSV は application/octet-stream、UTF-8 の CSV は text/csv でも構いません。",
                "Send JSON (application/json) or CSV. Shift_JIS needs application/octet-stream; text/csv does for UTF-8.",
            ),
        )),
    }
}

fn list_problem(error: &ListError) -> Problem {
    let Bilingual { ja, en } = error.sentence();
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "list-unreadable",
        ("リストを読み取れません", "The list cannot be read"),
        (&ja, &en),
    )
}

/// More rows than one request may have.
pub(crate) fn too_many_rows() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-many-rows",
        ("行が多すぎます", "Too many rows"),
        (
            "1 回に送れるのは 10,000 行までです。そこまでの行は登録されています。分けて送り直してください。",
            "One request takes 10,000 rows. The rows up to there are registered; send the list in parts.",
        ),
    )
}
