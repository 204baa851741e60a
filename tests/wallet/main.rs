//! The recipient's wallet as its owner, strangers and programs meet it: through the functions, on the real store, with the
//! mails as they are sent.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod accepting;
mod addresses;
mod browser;
mod closing;
mod deleting;
mod exporting;
mod inquiring;
mod letters;
mod limits;
mod name_match;
mod ordering;
mod paying;
mod refunding;
mod reminders;
mod renewing;
mod restoring;
mod revoked;
mod routes;
mod sessions;
mod showing;
mod site;
mod strangers;
