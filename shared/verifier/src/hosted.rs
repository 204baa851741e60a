//! Open Badges 2.0, hosted: nobody signed it; where its parts are found vouches for them.

use serde_json::Value;
use url::Url;

use crate::{
    dates::{Term, moment},
    json::{self, identifier, items, member, names, one, reference, text},
    judge::Lines,
    recipient::{self, Identity},
    report::{Claims, Finding, Form, Reason, Unavailable},
    session::{Session, origin, own_document, own_origin},
    web::WebError,
};

/// The context of Open Badges 2.0.
const CONTEXT: &str = "https://w3id.org/openbadges/v2";

/// Whether it is meant as a badge of before 3.0.
pub(crate) fn is_hosted(document: &Value) -> bool {
    let context = items(document.get("@context")).iter().filter_map(Value::as_str);
    context.into_iter().any(|context| context.starts_with("https://w3id.org/openbadges/"))
}

/// What the documents say together.
struct Badge {
    id: String,
    term: Term,
    class: Value,
    profile: Value,
    issuer: String,
}

/// Judges an assertion that was given, or whose address was.
pub(crate) async fn judge(
    assertion: &Value,
    asked: Option<&str>,
    session: &mut Session<'_>,
) -> (Lines, Option<Claims>) {
    let mut lines = Lines { signature: Finding::HostedNotSigned, ..Lines::unread(asked) };
    let id = match read(assertion) {
        Ok((id, term)) => {
            lines.dates = term.check(session.at);
            (id, term)
        }
        Err(finding) => {
            lines.form = finding;
            lines.signature = Finding::Unread;
            return (lines, None);
        }
    };
    let (id, term) = id;
    lines.form = Finding::Badge(Form::Hosted);
    let identities: Vec<_> =
        one(assertion, "recipient").and_then(Identity::of_recipient).into_iter().collect();
    lines.recipient = recipient::check(&identities, asked);
    (lines.hosted, lines.revocation) = compare(assertion, &id, session).await;
    let claims = match parts(assertion, &id, term, session).await {
        Ok(badge) => {
            lines.issuer = scope(&badge);
            claims(assertion, &badge)
        }
        Err(finding) => {
            match finding {
                Finding::NotABadge(_) => lines.form = finding,
                other => lines.issuer = other,
            }
            claims_alone(assertion, &id, term)
        }
    };
    (lines, Some(claims))
}

/// Address and dates of an assertion, or what keeps it from being one.
fn read(assertion: &Value) -> Result<(String, Term), Finding> {
    let missing = |name: &str| Finding::NotABadge(name.to_owned());
    let contexts = || items(assertion.get("@context")).iter().filter_map(Value::as_str);
    if !contexts().any(|context| context == CONTEXT) {
        return Err(Finding::UnknownForm(contexts().collect::<Vec<_>>().join(" ")));
    }
    if !names(assertion, "type", "Assertion") {
        return Err(missing("type"));
    }
    let verification = one(assertion, "verification").ok_or_else(|| missing("verification"))?;
    let kinds = || items(verification.get("type")).iter().filter_map(Value::as_str);
    if kinds().any(|kind| matches!(kind, "SignedBadge" | "signed")) {
        return Err(Finding::UnknownForm("signed Open Badges 2.0".to_owned()));
    }
    if !kinds().any(|kind| matches!(kind, "HostedBadge" | "hosted")) {
        return Err(missing("verification.type"));
    }
    let id = text(assertion, "id").filter(|id| is_address(id)).ok_or_else(|| missing("id"))?;
    let date = |name: &'static str| match member(assertion, name) {
        None => Ok(None),
        Some(value) => value.as_str().and_then(moment).map(Some).ok_or_else(|| missing(name)),
    };
    let from = date("issuedOn")?.ok_or_else(|| missing("issuedOn"))?;
    let until = date("expires")?;
    let recipient = one(assertion, "recipient").ok_or_else(|| missing("recipient"))?;
    for name in ["type", "identity"] {
        text(recipient, name).ok_or_else(|| missing(&format!("recipient.{name}")))?;
    }
    Ok((id.to_owned(), Term { from, until }))
}

/// Old badges stand at `http://`, too. Nothing is fetched from there, so that nobody can say.
fn is_address(id: &str) -> bool {
    id.starts_with("https://") || id.starts_with("http://")
}

/// What the issuer's server says at the assertion's address: the lines of the copy and of revocation.
async fn compare(assertion: &Value, id: &str, session: &mut Session<'_>) -> (Finding, Finding) {
    let url = || id.to_owned();
    let unavailable = |why: Unavailable| {
        let hosted = Finding::HostedUnavailable { url: url(), why: why.clone() };
        (hosted, Finding::StatusUnavailable { url: url(), why })
    };
    let answer = match session.get(id).await {
        Ok(answer) => answer,
        Err(why) => return unavailable(Unavailable::Web(why)),
    };
    if let Err(why) = own_origin(id, &answer) {
        return unavailable(why);
    }
    let hosted = json::read(&answer.body);
    let reason = || {
        let hosted = hosted.as_ref().ok()?;
        text(hosted, "revocationReason").map(Reason::of)
    };
    let revoked = || Finding::Revoked { source: url(), reason: reason() };
    match answer.status {
        200 => {}
        410 => return (Finding::Gone { url: url() }, revoked()),
        404 => {
            let unknown = Finding::StatusUnavailable { url: url(), why: Unavailable::Status(404) };
            return (Finding::Gone { url: url() }, unknown);
        }
        status => return unavailable(Unavailable::Status(status)),
    }
    let Ok(hosted) = &hosted else {
        return unavailable(Unavailable::NotTheDocument("not JSON".to_owned()));
    };
    // The badge class is compared with its own document later.
    let copy = if same(assertion, hosted, &["badge"]) {
        Finding::SameAsHosted { url: url() }
    } else {
        Finding::DiffersFromHosted { url: url() }
    };
    // Whatever else than `false` it says.
    let taken_back = [assertion, hosted]
        .iter()
        .any(|one| member(one, "revoked").is_some_and(|it| *it != Value::Bool(false)));
    let standing = Finding::NotRevoked { source: url(), index: None };
    (copy, if taken_back { revoked() } else { standing })
}

/// Whether a document that was given says what the hosted one says: members in any order, one value alone or in an array, `null`
/// or nothing. A part may be given by its address alone; where the hosted one has only the address, nothing more may be given,
/// because nobody would vouch for it, except in the parts named `elsewhere`, which are compared with documents of their own.
fn same(given: &Value, hosted: &Value, elsewhere: &[&str]) -> bool {
    match (given, hosted) {
        (Value::Object(one), Value::Object(other)) => {
            let revocation = |name: &str| matches!(name, "revoked" | "revocationReason");
            one.keys().chain(other.keys()).all(|name| {
                revocation(name)
                    || match (one.get(name), other.get(name)) {
                        (Some(part @ Value::Object(_)), Some(Value::String(id)))
                            if elsewhere.contains(&name.as_str()) =>
                        {
                            text(part, "id") == Some(id)
                        }
                        (Some(one), Some(other)) => same(one, other, &[]),
                        (alone, None) | (None, alone) => items(alone).is_empty(),
                    }
            })
        }
        (Value::String(id), part @ Value::Object(_)) => text(part, "id") == Some(id),
        (part @ Value::Object(members), Value::String(id)) => {
            text(part, "id") == Some(id) && members.keys().all(|name| name == "id" || name == "type")
        }
        (Value::Array(_), _) | (_, Value::Array(_)) => {
            let (one, other) = (items(Some(given)), items(Some(hosted)));
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other, &[]))
        }
        _ => given == hosted,
    }
}

/// Badge class and profile, each from its own address. What stands in place of them must say the same.
async fn parts(assertion: &Value, id: &str, term: Term, session: &mut Session<'_>) -> Result<Badge, Finding> {
    let missing = |name: &str| Finding::NotABadge(name.to_owned());
    let class = part(assertion, "badge", &["issuer"], session).await?;
    for name in ["name", "description"] {
        text(&class, name).ok_or_else(|| missing(&format!("badge.{name}")))?;
    }
    if !names(&class, "type", "BadgeClass") {
        return Err(missing("badge.type"));
    }
    if member(&class, "criteria").is_none() {
        return Err(missing("badge.criteria"));
    }
    let profile = part(&class, "issuer", &[], session).await?;
    let given = one(assertion, "badge").and_then(|badge| one(badge, "issuer")).filter(|it| it.is_object());
    if given.is_some_and(|given| !same(given, &profile, &[])) {
        return Err(Finding::NotHostedByIssuer("badge.issuer".to_owned()));
    }
    if !(names(&profile, "type", "Issuer") || names(&profile, "type", "Profile")) {
        return Err(missing("badge.issuer.type"));
    }
    text(&profile, "name").ok_or_else(|| missing("badge.issuer.name"))?;
    let issuer = text(&profile, "id").unwrap_or_default().to_owned();
    Ok(Badge { id: id.to_owned(), term, class, profile, issuer })
}

async fn part(
    whole: &Value,
    name: &str,
    elsewhere: &[&str],
    session: &mut Session<'_>,
) -> Result<Value, Finding> {
    let stated = one(whole, name).ok_or_else(|| Finding::NotABadge(name.to_owned()))?;
    let url = identifier(stated)
        .filter(|url| is_address(url))
        .ok_or_else(|| Finding::NotABadge(format!("{name}.id")))?;
    let unavailable = |why| Finding::IssuerUnavailable { url: url.to_owned(), why };
    let answer = session.get(url).await.map_err(|why| unavailable(Unavailable::Web(why)))?;
    own_document(url, &answer).map_err(unavailable)?;
    let document = json::read(&answer.body)
        .map_err(|_| unavailable(Unavailable::NotTheDocument("not JSON".to_owned())))?;
    if text(&document, "id") != Some(url) {
        return Err(Finding::NotHostedByIssuer(format!("{name}.id")));
    }
    if !same(stated, &document, elsewhere) {
        return Err(Finding::NotHostedByIssuer(name.to_owned()));
    }
    Ok(document)
}

/// Whether the profile allows the assertion to stand where it stands (Open Badges 2.0, "`VerificationObject`"). Unless it
/// says otherwise, only its own origin counts.
fn scope(badge: &Badge) -> Finding {
    if origin(&badge.id).is_none() {
        let why = Unavailable::Web(WebError::Forbidden);
        return Finding::IssuerUnavailable { url: badge.id.clone(), why };
    }
    let verification = one(&badge.profile, "verification").unwrap_or(&Value::Null);
    let starts = items(verification.get("startsWith"));
    let origins = items(verification.get("allowedOrigins"));
    let texts =
        |values: &'_ [Value], fits: &dyn Fn(&str) -> bool| values.iter().filter_map(Value::as_str).any(fits);
    let in_scope = starts.is_empty() || texts(starts, &|start| is_within(&badge.id, start));
    let at_origin = if origins.is_empty() {
        !starts.is_empty() || origin(&badge.id) == origin(&badge.issuer)
    } else {
        texts(origins, &|allowed| is_origin(&badge.id, allowed))
    };
    if !in_scope || !at_origin {
        return Finding::NotHostedByIssuer(badge.id.clone());
    }
    let host = Url::parse(&badge.id).ok().and_then(|url| url.host_str().map(str::to_owned));
    Finding::HostedByIssuer { issuer: badge.issuer.clone(), host: host.unwrap_or_default() }
}

/// A prefix that is not cut within the host: `https://good.example` would begin `https://good.example.evil.example`.
fn is_within(id: &str, start: &str) -> bool {
    id.starts_with(start) && origin(start).is_some() && origin(id) == origin(start)
}

/// An origin, or the name of a host.
fn is_origin(id: &str, allowed: &str) -> bool {
    let Some(at) = origin(id) else { return false };
    if allowed.contains("://") {
        origin(allowed) == Some(at)
    } else {
        origin(&format!("https://{allowed}")) == Some(at)
    }
}

fn claims(assertion: &Value, badge: &Badge) -> Claims {
    let criteria = one(&badge.class, "criteria");
    Claims {
        name: text(&badge.class, "name").unwrap_or_default().to_owned(),
        description: text(&badge.class, "description").map(str::to_owned),
        criteria: criteria.and_then(|criteria| text(criteria, "narrative")).map(str::to_owned),
        criteria_url: criteria.and_then(identifier).map(str::to_owned),
        issuer_id: badge.issuer.clone(),
        issuer_name: text(&badge.profile, "name").map(str::to_owned),
        ..claims_alone(assertion, &badge.id, badge.term)
    }
}

/// What the assertion says by itself.
fn claims_alone(assertion: &Value, id: &str, term: Term) -> Claims {
    let class = one(assertion, "badge").unwrap_or(&Value::Null);
    Claims {
        id: Some(id.to_owned()),
        name: text(class, "name").unwrap_or_default().to_owned(),
        issuer_id: reference(class, "issuer").unwrap_or_default().to_owned(),
        awarded: Some(term.from),
        from: Some(term.from),
        until: term.until,
        ..Claims::default()
    }
}
