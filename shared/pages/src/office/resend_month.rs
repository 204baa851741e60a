//! Fresh links to all of a month who have not accepted their badge: a part of the month's page.

use jiff::Timestamp;
use shomei_core::{
    calendar,
    office::{
        glance::Glance,
        resend::{APART, BulkResend},
    },
};

use super::{Desk, month_name};
use crate::Language;

/// What the month's page offers.
#[derive(Debug)]
pub(crate) struct ResendOffer {
    /// How it stands.
    pub(crate) sentence: String,
    /// What the button says. None: there is nothing to press.
    pub(crate) button: Option<&'static str>,
}

impl ResendOffer {
    /// None: everybody has accepted, or nobody was mailed.
    pub(crate) fn of(
        glance: &Glance,
        before: Option<&BulkResend>,
        (desk, now): (Desk, Timestamp),
        language: Language,
    ) -> Option<Self> {
        // While links wait to be sent once more, no mail counts as sent.
        if glance.badges.unclaimed == 0 || (glance.sums.mailed == 0 && before.is_none()) {
            return None;
        }
        let going_on = before.filter(|before| before.finished_at.is_none());
        let done = before.and_then(|before| before.finished_at.map(|at| (before.mails, at)));
        let rests = done.is_some_and(|(_, at)| now.duration_since(at) < APART);
        let unclaimed = glance.badges.unclaimed;
        let month = month_name(glance.sums.month, language);
        let sentence = match (language, going_on, done) {
            (Language::Japanese, Some(before), _) => {
                format!(
                    "送り直しの途中です。ここまでに{}件を送信待ちにしました。「続ける」を押してください。",
                    before.mails
                )
            }
            (Language::English, Some(before), _) => {
                format!("This is under way: {} mails are on their way so far. Press to go on.", before.mails)
            }
            (Language::Japanese, None, Some((mails, at))) => format!(
                "{month}の{unclaimed}件が、まだ受け取られていません。{}に、{mails}件へ新しいリンクを送りました。",
                language.date(calendar::japan_date(at))
            ),
            (Language::English, None, Some((mails, at))) => format!(
                "{unclaimed} of {month} have not accepted their badge. Fresh links went to {mails} on {}.",
                language.date(calendar::japan_date(at))
            ),
            (Language::Japanese, None, None) => {
                format!("{month}の{unclaimed}件が、まだ受け取られていません。")
            }
            (Language::English, None, None) => {
                format!("{unclaimed} of {month} have not accepted their badge.")
            }
        };
        let button = match (going_on, rests) {
            (Some(_), _) => Some(language.say("続ける", "Go on")),
            (None, true) => None,
            (None, false) => Some(language.say(
                "未受取の方全員に、新しいリンクを送る",
                "Send a fresh link to all who have not accepted",
            )),
        };
        Some(Self { sentence, button: button.filter(|_| desk.may_act()) })
    }
}
