//! What the pages and the script of lists are answered.

use lambda_http::http::StatusCode;
use serde_json::json;
use shomei_core::{
    intake::upload::{MAX_PARTS, NotReceived, PART_BYTES, Received, Stage, Upload, UploadId},
    programme::Bilingual,
};
use shomei_http::{Cache, Problem, Request, Response, redirect};
use shomei_pages::office::DraftStage;

pub(super) fn url(id: &UploadId) -> String {
    format!("/office/uploads/{id}")
}

pub(super) fn stage(draft: &Upload) -> DraftStage {
    match &draft.stage {
        Stage::Receiving => DraftStage::Receiving,
        Stage::Checking { .. } | Stage::Rechecking { .. } => DraftStage::Checking,
        Stage::Checked => DraftStage::Checked,
        Stage::Saving { .. } => DraftStage::Saving,
        Stage::Saved => DraftStage::Saved,
        Stage::Unreadable { .. } => DraftStage::Unreadable,
        Stage::Discarded { .. } => DraftStage::Discarded,
    }
}

/// How much of what is going on is done, of how much.
pub(super) fn progress(draft: &Upload) -> (u64, u64) {
    let blocks = u64::from(draft.blocks);
    match &draft.stage {
        Stage::Checking { bookmark } => {
            (bookmark.as_ref().map_or(0, |bookmark| bookmark.octets), draft.bytes())
        }
        Stage::Rechecking { block } | Stage::Discarded { block } => (u64::from(*block), blocks),
        Stage::Saving { .. } => (draft.saved.rows as u64, (draft.saved.rows + draft.tally.rows()) as u64),
        _ => (1, 1),
    }
}

/// Where to go on: a script is told, a form is led there.
pub(super) fn answer(request: &Request, draft: Option<&Upload>) -> Response {
    let by_script = shomei_http::accepts(request, &["application/json"]);
    match draft {
        Some(draft) if by_script => told(draft),
        Some(draft) => redirect(&url(&draft.id)),
        None => {
            let away = "/office/uploads?done=thrown-away";
            if by_script { json(&json!({ "url": away, "working": false })) } else { redirect(away) }
        }
    }
}

pub(super) fn told(draft: &Upload) -> Response {
    let (done, whole) = progress(draft);
    let working = matches!(stage(draft), DraftStage::Checking | DraftStage::Saving | DraftStage::Discarded);
    json(&json!({ "url": url(&draft.id), "working": working, "done": done, "whole": whole }))
}

pub(super) fn json(document: &serde_json::Value) -> Response {
    shomei_http::json(StatusCode::OK, "application/json", document.to_string(), Cache::Private)
}

pub(super) fn taken(received: Received) -> Result<Upload, Problem> {
    let why = match received {
        Received::Taken(draft) => return Ok(*draft),
        Received::Not(why) => why,
    };
    Err(match why {
        NotReceived::Unknown => Problem::not_found(),
        NotReceived::Complete | NotReceived::OutOfOrder { .. } => Problem::new(
            StatusCode::CONFLICT,
            "part-out-of-order",
            ("名簿の受信をやり直してください", "Please send the list again"),
            (
                "送る順番が違うか、送信が終わっています。名簿を破棄して、もう一度お送りください。",
                "The parts came in another order, or the list is complete. Throw it away and send it again.",
            ),
        ),
        NotReceived::Size => Problem::body_too_large(PART_BYTES),
        NotReceived::TooLong => Problem::body_too_large(PART_BYTES * MAX_PARTS),
    })
}

pub(super) fn not_our_form() -> Problem {
    Problem::malformed(
        "ページを開き直して、もう一度お試しください。",
        "Please open the page again and try once more.",
    )
}

/// Who began a list answers for what it registers.
pub(super) fn of_another() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "list-of-another",
        ("ほかの担当者の名簿です", "This is somebody else's list"),
        (
            "名簿を直したり登録したりできるのは、送った人だけです。ご自分で登録する場合は、名簿を送り直してください。",
            "Only whoever sent a list can change or register it. To register it yourself, send it again.",
        ),
    )
}

pub(super) fn bilingual(ja: &str, en: &str) -> Bilingual {
    Bilingual { ja: ja.to_owned(), en: en.to_owned() }
}
