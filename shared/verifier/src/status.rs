//! Whether the issuer took a credential back.

use openbadges::credential::BitstringStatusListEntry;
use serde_json::Value;

use crate::{
    did::issuer_origin,
    json::{items, member, reference, text},
    report::{Finding, Reason, Unavailable},
    session::{Session, origin},
    status_list,
};

/// More entries than any honest badge has.
const MAX_ENTRIES: usize = 8;

/// What a place in a list says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Revocation,
    Suspension,
}

impl Purpose {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Revocation => "revocation",
            Self::Suspension => "suspension",
        }
    }
}

/// Which specification a list follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Bitstring Status List 1.0.
    Bitstring,
    /// Its draft of 2021.
    List2021,
}

/// A place in a list of bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) kind: Kind,
    pub(crate) purpose: Purpose,
    pub(crate) index: usize,
    pub(crate) list: String,
}

/// A way to ask whether a credential was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    Place(Place),
    /// `1EdTechRevocationList`: the address of a list of identifiers.
    Names(String),
    /// Its type, or what is wrong with it.
    Unknown(String),
}

impl Entry {
    pub(crate) fn of_closed(entry: &BitstringStatusListEntry) -> Self {
        Self::Place(Place {
            kind: Kind::Bitstring,
            purpose: Purpose::Revocation,
            index: usize::try_from(entry.status_list_index.value()).unwrap_or(usize::MAX),
            list: entry.status_list_credential.as_str().to_owned(),
        })
    }

    fn of(entry: &Value) -> Self {
        let of_type = |name| crate::json::names(entry, "type", name);
        let kind = if of_type("BitstringStatusListEntry") {
            Kind::Bitstring
        } else if of_type("StatusList2021Entry") {
            Kind::List2021
        } else if of_type("1EdTechRevocationList") {
            let address = text(entry, "id");
            return address.map_or_else(|| Self::wrong("id"), |address| Self::Names(address.to_owned()));
        } else {
            let name = items(entry.get("type")).iter().find_map(Value::as_str).unwrap_or("type");
            return Self::Unknown(name.to_owned());
        };
        let purpose = match text(entry, "statusPurpose") {
            Some("revocation") => Purpose::Revocation,
            Some("suspension") => Purpose::Suspension,
            other => return Self::Unknown(format!("statusPurpose {}", other.unwrap_or_default())),
        };
        // A place of several bits holds a message, not an answer.
        if member(entry, "statusSize").is_some_and(|size| size.as_u64() != Some(1)) {
            return Self::wrong("statusSize");
        }
        let index = match member(entry, "statusListIndex") {
            // The specification wants a text. A number can mean nothing else.
            Some(Value::Number(number)) => number.as_u64().and_then(|index| usize::try_from(index).ok()),
            Some(Value::String(digits)) if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                digits.parse().ok()
            }
            _ => None,
        };
        match (index, text(entry, "statusListCredential")) {
            (Some(index), Some(list)) => Self::Place(Place { kind, purpose, index, list: list.to_owned() }),
            (None, _) => Self::wrong("statusListIndex"),
            (_, None) => Self::wrong("statusListCredential"),
        }
    }

    fn wrong(name: &str) -> Self {
        Self::Unknown(format!("credentialStatus.{name}"))
    }
}

/// The entries of a credential.
pub(crate) fn entries(document: &Value) -> Vec<Entry> {
    items(document.get("credentialStatus")).iter().map(Entry::of).collect()
}

/// Asks every list. One that says "taken back" decides; one that cannot be asked keeps the others from saying "not".
pub(crate) async fn look_up(
    entries: &[Entry],
    badge: Option<&str>,
    issuer: &str,
    session: &mut Session<'_>,
) -> Finding {
    if entries.len() > MAX_ENTRIES {
        return Finding::TooComplex;
    }
    let mut worst = Finding::NoRevocation;
    for entry in entries {
        let found = match entry {
            Entry::Place(place) => status_list::look_up(place, issuer, session).await,
            Entry::Names(url) => names(url, badge, issuer, session).await,
            Entry::Unknown(kind) => Finding::UnknownStatus(kind.clone()),
        };
        if gravity(&found) > gravity(&worst) {
            worst = found;
        }
    }
    worst
}

fn gravity(finding: &Finding) -> u8 {
    match finding {
        Finding::Revoked { .. } => 4,
        Finding::Suspended { .. } => 3,
        Finding::NoRevocation => 0,
        Finding::NotRevoked { .. } => 1,
        _ => 2,
    }
}

/// A list of the identifiers of revoked credentials (Open Badges 3.0, "1EdTech Revocation List Status Method"). Nobody
/// signs it, so it counts only where the issuer's own origin serves it.
async fn names(url: &str, badge: Option<&str>, issuer: &str, session: &mut Session<'_>) -> Finding {
    let unreliable = |why: &str| Finding::StatusUnreliable { url: url.to_owned(), why: why.to_owned() };
    let at = origin(url);
    if at.is_none() || at != issuer_origin(issuer) {
        return unreliable("it is not signed, and not on the issuer's own host");
    }
    let list = match session.json(url).await {
        Ok(list) => list,
        Err(why) => return Finding::StatusUnavailable { url: url.to_owned(), why },
    };
    if reference(&list, "issuer").is_some_and(|other| other != issuer) {
        return unreliable("it is another issuer's");
    }
    if text(&list, "id").is_some_and(|id| id != url) {
        return unreliable("it is another list");
    }
    let (Some(Value::Array(revoked)), Some(badge)) = (member(&list, "revokedCredential"), badge) else {
        return unreliable("it is not a list of revoked credentials");
    };
    for item in revoked {
        let Some(id) = crate::json::identifier(item) else { return unreliable("an item has no id") };
        let taken_back = item.get("revoked") != Some(&Value::Bool(false));
        if id == badge && taken_back {
            let reason = text(item, "revocationReason").map(Reason::of);
            return Finding::Revoked { source: url.to_owned(), reason };
        }
    }
    Finding::NotRevoked { source: url.to_owned(), index: None }
}

/// That a list is not there.
pub(crate) fn unavailable(url: &str, why: Unavailable) -> Finding {
    Finding::StatusUnavailable { url: url.to_owned(), why }
}
