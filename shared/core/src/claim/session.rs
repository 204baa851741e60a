//! Being signed in: a link is mailed at that moment, shows whose wallet it opens, and a POST opens it, once.

use super::{
    Asked, Change, Client, Ports, change, letter,
    limits::{self, Purpose},
    owner, stored_wallet,
};
use crate::{
    address::MailAddress,
    letter::Subject,
    ports::Write,
    store::{self, Failure, Stored},
    token::{Token, TokenHash},
    wallet::{AddressHash, SESSION_VALIDITY, Session, SignInGrant, Wallet, WalletId},
};

/// A wallet whose owner is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The wallet.
    pub wallet: Wallet,
    /// The session.
    pub session: Session,
}

/// Who is signed in with a browser's token, if anyone.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn signed_in(ports: Ports<'_>, token: &Token) -> Result<Option<SignedIn>, Failure> {
    let Some(Stored { record: session, .. }) =
        store::load::<Session>(ports.table, &Session::key_of(&token.hash())).await?
    else {
        return Ok(None);
    };
    if session.expires <= ports.clock.now() {
        return Ok(None);
    }
    let wallet = stored_wallet(ports, &session.wallet).await?;
    let opens = |wallet: &Stored<Wallet>| wallet.record.admits(&session.address, session.round);
    Ok(wallet.filter(opens).map(|wallet| SignedIn { wallet: wallet.record, session }))
}

/// Mails a sign-in link to an address, if a wallet knows it. The answer is the same if none does, and so is the work until it,
/// but for one item in the same transaction.
///
/// # Errors
/// As [`signed_in`].
pub async fn ask(ports: Ports<'_>, address: &MailAddress, client: &Client) -> Result<Asked, Failure> {
    change(ports, move || async move {
        let owner = owner(ports, &AddressHash::of(address)).await?;
        let Some(mut writes) = limits::admit(ports, Purpose::SignIn, address, client).await? else {
            return Ok(Change::Nothing(Asked::TooMany));
        };
        if let Some(owner) = owner {
            writes.push(letter(ports, address, Subject::SignIn { wallet: owner.record.wallet })?);
        }
        Ok(Change::Commit(writes, Asked::Noted))
    })
    .await
}

/// Mails a sign-in link to the address that a claimed badge was mailed to, if its wallet still knows it.
///
/// # Errors
/// As [`signed_in`].
pub async fn ask_by_link(ports: Ports<'_>, claim: &Token, client: &Client) -> Result<Asked, Failure> {
    let address = match super::find(ports, claim).await? {
        super::Found::Claimed(badge) => badge.address,
        super::Found::Unclaimed { badge, .. } | super::Found::Expired(badge) => badge.address,
        super::Found::Unknown => return Ok(Asked::Noted),
    };
    ask(ports, &address, client).await
}

/// Whose wallet a sign-in link opens: its main address. None: it was used, is too old, or never was.
///
/// # Errors
/// As [`signed_in`].
pub async fn look(ports: Ports<'_>, token: &Token) -> Result<Option<MailAddress>, Failure> {
    Ok(granted(ports, token).await?.and_then(|(_, wallet)| wallet.main_address().cloned()))
}

/// Opens the wallet behind a sign-in link, once: the browser's token. None as in [`look`].
///
/// # Errors
/// As [`signed_in`].
pub async fn sign_in(ports: Ports<'_>, token: &Token) -> Result<Option<Token>, Failure> {
    change(ports, move || async move {
        let Some((grant, wallet)) = granted(ports, token).await? else { return Ok(Change::Nothing(None)) };
        let (browser, opened) = begin(ports, &wallet, grant.record.address.clone())?;
        Ok(Change::Commit(vec![store::delete(&grant), opened], Some(browser)))
    })
    .await
}

/// A new session of a wallet, by the mail of one of its addresses: the browser's token, and the write that opens it.
pub(crate) fn begin(
    ports: Ports<'_>,
    wallet: &Wallet,
    address: AddressHash,
) -> Result<(Token, Write), Failure> {
    let (browser, since) = (Token::mint(ports.entropy), ports.clock.now());
    let expires = store::after(since, SESSION_VALIDITY)?;
    let session = Session {
        token: browser.hash(),
        wallet: wallet.id.clone(),
        address,
        round: wallet.round,
        since,
        expires,
    };
    Ok((browser, store::create(&session)?))
}

/// Ends one session.
///
/// # Errors
/// As [`signed_in`].
pub async fn sign_out(ports: Ports<'_>, token: &TokenHash) -> Result<(), Failure> {
    change(ports, move || async move {
        let session = store::load::<Session>(ports.table, &Session::key_of(token)).await?;
        Ok(match session {
            Some(session) => Change::Commit(vec![store::delete(&session)], ()),
            None => Change::Nothing(()),
        })
    })
    .await
}

/// Ends all sessions of a wallet.
///
/// # Errors
/// As [`signed_in`].
pub async fn sign_out_everywhere(ports: Ports<'_>, wallet: &WalletId) -> Result<(), Failure> {
    super::addresses::amend(ports, wallet, |wallet| wallet.round = wallet.round.wrapping_add(1)).await
}

async fn granted(ports: Ports<'_>, token: &Token) -> Result<Option<(Stored<SignInGrant>, Wallet)>, Failure> {
    let key = SignInGrant::key_of(&token.hash());
    let Some(grant) = store::load::<SignInGrant>(ports.table, &key).await? else { return Ok(None) };
    if grant.record.expires <= ports.clock.now() {
        return Ok(None);
    }
    let wallet = stored_wallet(ports, &grant.record.wallet).await?;
    let opens = |wallet: &Stored<Wallet>| wallet.record.admits(&grant.record.address, grant.record.round);
    Ok(wallet.filter(opens).map(|wallet| (grant, wallet.record)))
}
