//! What a use case's failure looks like from outside.

use shomei_core::store::Failure;

use crate::Problem;

/// The problem that a failure is answered with. The cause goes to the operator's log, not to the reader.
pub fn failure(failure: &Failure) -> Problem {
    match failure {
        Failure::TryAgain(cause) => {
            tracing::warn!(%cause, "a request could not be finished");
            Problem::try_again()
        }
        Failure::NeedsPerson(cause) => {
            tracing::error!(%cause, "a request needs a person");
            Problem::internal()
        }
    }
}

/// Logs go to standard output as JSON lines, one an event, where the platform picks them up.
pub fn log() {
    lambda_http::tracing::init_default_subscriber();
}
