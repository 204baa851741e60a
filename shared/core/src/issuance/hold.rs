//! Who makes a mail ready holds it for a while, so that calls side by side do not both send it.

use jiff::{SignedDuration, Timestamp};

use super::Call;
use crate::{badge::OwedMail, letter::Letter, ports::Clock};

/// So many times a hold is doubled at the most: sixteen hours, if it is a quarter of an hour.
const DOUBLINGS: u32 = 6;

/// Clocks of two machines differ by less.
const CLOCKS: SignedDuration = SignedDuration::from_mins(1);

/// The last try to send a mail.
#[derive(Clone, Copy)]
pub(super) struct Attempt {
    attempts: u32,
    at: Option<Timestamp>,
}

impl Attempt {
    /// That of a letter.
    pub(super) fn of(letter: &Letter) -> Self {
        Self { attempts: letter.attempts, at: letter.attempted_at }
    }

    /// That of an owed mail. One that the mail service refused is in nobody's hands.
    pub(super) fn to_announce(owed: &OwedMail) -> Self {
        Self { attempts: owed.attempts, at: owed.attempted_at.filter(|_| !owed.refused) }
    }
}

impl Call {
    /// Whether another call made the mail ready so recently that it may still be sending it. Each further try holds it twice
    /// as long: a mail whose answer is lost again and again may have arrived each time.
    pub(super) fn holds(&self, clock: &dyn Clock, attempt: Attempt) -> bool {
        let Some(since) = attempt.at else { return false };
        // A clock that was set back by more must not hold a mail.
        let age = clock.now().duration_since(since);
        let doublings = attempt.attempts.saturating_sub(1).min(DOUBLINGS);
        let hold = self.hold * 2_i32.pow(doublings);
        !self.hold.is_zero() && (-CLOCKS..hold).contains(&age)
    }
}
