//! The office: what the staff do between registering and the day when nobody asks any more. Every change of theirs is committed
//! together with one line of the [audit](audit::AuditLine) that says who did what, when and why.

pub mod achievements;
pub mod approval;
pub mod audit;
pub mod cancellation;
pub mod correct;
pub mod glance;
pub mod member;
mod occasion;
pub mod register;
pub mod resend;
pub mod retention;
pub mod revocation;
pub mod rights;
pub mod search;
pub mod session;
pub mod story;

pub use self::member::{Member, Role, RoleNames};
pub use crate::reissue::Ports;
