//! Being signed in to the office: by the sign-in service of the body, or, on one machine, by a link that its console prints and that
//! opens once. A session lasts a working day; whoever loses a role there loses it here with the next sign-in.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Member, Role};
use crate::{
    claim::{self, Change, change},
    ports::{Key, Write},
    store::{self, Failure, Record, Stored},
    token::{Token, TokenHash},
};

/// How long a session lasts.
pub const SESSION_VALIDITY: SignedDuration = SignedDuration::from_hours(10);

/// How long a printed link works.
pub const LINK_VALIDITY: SignedDuration = SignedDuration::from_mins(15);

/// Knows a browser of the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeSession {
    /// The hash of what the browser keeps.
    pub token: TokenHash,
    /// Whose it is, as the sign-in service names this person.
    pub subject: String,
    /// What this person may do.
    pub role: Role,
    /// From this moment on it opens nothing. Checked in code.
    pub expires: Timestamp,
}

impl OfficeSession {
    /// Where a session stands.
    pub fn key_of(token: &TokenHash) -> Key {
        Key::new(format!("OFFICE#{token}"), "SESSION")
    }

    /// Who is signed in by it.
    pub fn member(&self) -> Member {
        Member { subject: self.subject.clone(), role: self.role }
    }
}

impl Record for OfficeSession {
    fn key(&self) -> Key {
        Self::key_of(&self.token)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}

/// What a printed link opens: one session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeGrant {
    /// The hash of what stands in the link.
    pub token: TokenHash,
    /// For whom it was printed.
    pub subject: String,
    /// What this person may do.
    pub role: Role,
    /// From this moment on it opens nothing. Checked in code.
    pub expires: Timestamp,
}

impl OfficeGrant {
    /// Where a grant stands.
    pub fn key_of(token: &TokenHash) -> Key {
        Key::new(format!("OFFICE#{token}"), "GRANT")
    }
}

impl Record for OfficeGrant {
    fn key(&self) -> Key {
        Self::key_of(&self.token)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}

/// Who is signed in with a browser's token, if anyone.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn signed_in(ports: claim::Ports<'_>, token: &Token) -> Result<Option<OfficeSession>, Failure> {
    let session = store::load::<OfficeSession>(ports.table, &OfficeSession::key_of(&token.hash())).await?;
    let session = session.map(|stored| stored.record);
    Ok(session.filter(|session| session.expires > ports.clock.now()))
}

/// Opens a session for a person whom the sign-in service has named: the browser's token.
///
/// # Errors
/// As [`signed_in`].
pub async fn begin(ports: claim::Ports<'_>, member: &Member) -> Result<Token, Failure> {
    change(ports, move || async move {
        let (browser, opened) = opened(ports, member)?;
        Ok(Change::Commit(vec![opened], browser))
    })
    .await
}

/// Makes a link's token for a person: what the console of one machine prints.
///
/// # Errors
/// As [`signed_in`].
pub async fn grant(ports: claim::Ports<'_>, member: &Member) -> Result<Token, Failure> {
    change(ports, move || async move {
        let token = Token::mint(ports.entropy);
        let grant = OfficeGrant {
            token: token.hash(),
            subject: member.subject.clone(),
            role: member.role,
            expires: store::after(ports.clock.now(), LINK_VALIDITY)?,
        };
        Ok(Change::Commit(vec![store::create(&grant)?], token))
    })
    .await
}

/// Whom a printed link lets in. None: it was used, is too old, or never was.
///
/// # Errors
/// As [`signed_in`].
pub async fn look(ports: claim::Ports<'_>, token: &Token) -> Result<Option<Member>, Failure> {
    let granted = granted(ports, token).await?;
    Ok(granted.map(|Stored { record, .. }| Member { subject: record.subject, role: record.role }))
}

/// Opens a session by a printed link, once: the browser's token. None as in [`look`].
///
/// # Errors
/// As [`signed_in`].
pub async fn enter(ports: claim::Ports<'_>, token: &Token) -> Result<Option<Token>, Failure> {
    change(ports, move || async move {
        let Some(grant) = granted(ports, token).await? else { return Ok(Change::Nothing(None)) };
        let member = Member { subject: grant.record.subject.clone(), role: grant.record.role };
        let (browser, opened) = opened(ports, &member)?;
        Ok(Change::Commit(vec![store::delete(&grant), opened], Some(browser)))
    })
    .await
}

/// Ends a session.
///
/// # Errors
/// As [`signed_in`].
pub async fn sign_out(ports: claim::Ports<'_>, token: &TokenHash) -> Result<(), Failure> {
    change(ports, move || async move {
        let session = store::load::<OfficeSession>(ports.table, &OfficeSession::key_of(token)).await?;
        Ok(match session {
            Some(session) => Change::Commit(vec![store::delete(&session)], ()),
            None => Change::Nothing(()),
        })
    })
    .await
}

async fn granted(ports: claim::Ports<'_>, token: &Token) -> Result<Option<Stored<OfficeGrant>>, Failure> {
    let grant = store::load::<OfficeGrant>(ports.table, &OfficeGrant::key_of(&token.hash())).await?;
    Ok(grant.filter(|grant| grant.record.expires > ports.clock.now()))
}

fn opened(ports: claim::Ports<'_>, member: &Member) -> Result<(Token, Write), Failure> {
    let browser = Token::mint(ports.entropy);
    let session = OfficeSession {
        token: browser.hash(),
        subject: member.subject.clone(),
        role: member.role,
        expires: store::after(ports.clock.now(), SESSION_VALIDITY)?,
    };
    Ok((browser, store::create(&session)?))
}
