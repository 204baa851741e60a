//! The issuer revokes badges: one member of the staff proposes it with a reason, another one agrees, and badge by badge it is done.
//!
//! ```text
//! Proposed ──agree──▶ Agreed ──each badge settled──▶ Done
//!     └─────decline──▶ Declined
//! ```
//! Laws, each kept by one transaction:
//! * who agrees is an approver, and another person than who proposed it;
//! * a badge is revoked together with everything that follows: strangers see it no more, its links are void, its place in the status
//!   list is set and marked to be published, its mail is owed no more, its holder is written to, the proposal and the audit say so;
//! * an agreed proposal is noted as owed ([`OwedRevocation`]) until its last badge is settled. Whoever executes it again goes on
//!   where it stopped, and the sweep does.
//!
//! What anyone outside learns is a [`Ground`](crate::badge::Ground) and the date. The staff's reason stays inside.
//!
//! A revoked badge cannot be ordered again, and one that its holder deleted can be revoked for that. Its occasion stays in the
//! register as issued, so that the sums agree. After [`Ground::IssuedInError`](crate::badge::Ground::IssuedInError) the staff may have
//! it issued anew ([`favour`](crate::reissue::favour)), otherwise not. A ground that was wrong is mended by revoking again on another
//! one, which takes two people as well. A badge whose order is paid and on its way is not revoked before the money was given back or
//! the order taken back: else the money would have bought nothing.

mod describe;
mod execute;
mod fitness;
mod proposal;
mod propose;

pub use self::{
    describe::{Described, Line, Standing, describe, find},
    execute::{Progress, Resumed, Unfinished, Waiting, execute, resume, unfinished},
    fitness::Unfit,
    proposal::{
        Agreed, AnyProposal, Declined, Done, MOST_BADGES, Outcome, OwedRevocation, Proposal, ProposalId,
        Proposed, Settled, Terms,
    },
    propose::{Decided, Decision, Draft, Raised, decide, list, one, propose},
};
