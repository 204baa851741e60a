//! What a use case's failure looks like from outside.

use shomei_core::store::Failure;

use crate::Problem;

/// The cause goes to the operator's log, not to the reader.
impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TryAgain(cause) => {
                tracing::warn!(%cause, "a request could not be finished");
                Self::try_again()
            }
            Failure::NeedsPerson(cause) => {
                tracing::error!(%cause, "a request needs a person");
                Self::internal()
            }
        }
    }
}
