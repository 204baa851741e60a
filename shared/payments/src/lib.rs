//! What payment services and Japanese banks send, and nothing of anyone's programme: signed events of Stripe, lists of
//! deposits as banks let them be downloaded, and the number by which a deposit is known again.
//!
//! No clock, network, files or settings: the present and every byte are given. Whatever the bytes are, the answer is a
//! value or an error; only that much is read as is needed, so that no buyer's data is held.
#![warn(missing_docs)]

pub mod bank;
pub mod reference;
pub mod stripe;
