//! Pictures of a public badge that are drawn when they are asked for: for link previews, and as a QR code.

use shomei_core::{
    badge::PublicBadge, calendar, candidate::PersonName, ports::Table, programme::Programme, verify,
};
use shomei_http::{Cache, Problem, Response};
use shomei_pages::{Language, Occasion};
use shomei_preview::Preview;

/// Differs when the picture for link previews would. A picture's name is a hash of its content.
pub(crate) fn version(programme: &Programme, badge: &PublicBadge) -> String {
    let lines = lines(badge);
    preview(programme, badge, &lines, badge.artwork.to_string().as_bytes()).version()
}

/// The picture for link previews, as the badge is shown now: an address of an older version never shows more.
pub(crate) async fn link_preview(
    table: &dyn Table,
    programme: &Programme,
    badge: &PublicBadge,
) -> Result<Response, Problem> {
    let artwork = verify::artwork(table, &badge.artwork).await?.ok_or_else(Problem::internal)?;
    let lines = lines(badge);
    let picture = preview(programme, badge, &lines, &artwork.png).render().map_err(|error| {
        tracing::error!(%error, badge = %badge.id, "a link preview could not be drawn");
        Problem::internal()
    })?;
    Ok(shomei_http::png(picture, Cache::Revalidate))
}

/// The badge's address as a QR code.
pub(crate) fn qr_code(programme: &Programme, badge: &PublicBadge) -> Result<Response, Problem> {
    let picture = shomei_preview::qr_code(&programme.badge_url(&badge.id)).map_err(|error| {
        tracing::error!(%error, badge = %badge.id, "a QR code could not be drawn");
        Problem::internal()
    })?;
    Ok(shomei_http::png(picture, Cache::Revalidate))
}

fn preview<'a>(
    programme: &'a Programme,
    badge: &'a PublicBadge,
    lines: &'a [String],
    artwork: &'a [u8],
) -> Preview<'a> {
    Preview {
        achievement: &badge.wording.name.ja,
        achievement_en: &badge.wording.name.en,
        holder_name: badge.holder_name.as_ref().map(PersonName::as_str),
        issuer: &programme.issuer_name.ja,
        issuer_en: &programme.issuer_name.en,
        lines,
        artwork,
    }
}

/// The dates, as they stand on the page.
fn lines(badge: &PublicBadge) -> Vec<String> {
    let japanese = Language::Japanese;
    let occasion = Occasion::from(badge.kind).label(japanese);
    let awarded = format!("{occasion} {}", japanese.date(badge.date));
    let until =
        badge.valid_until.map(|until| format!("有効期限 {}", japanese.date(calendar::japan_date(until))));
    [awarded].into_iter().chain(until).collect()
}
