//! The mails to recipients: Japanese first, the whole in English below.
//!
//! No mail holds a picture, a tracking link or anything loaded from elsewhere. Each says who sends
//! it, where to ask, and how to let the next one through; not so the one that asks the office.

mod addresses_changed;
mod badge_deleted;
mod badge_issued;
mod badge_reissued;
mod badge_revoked;
mod host;
mod inquiry;
mod inquiry_received;
mod order_expired;
mod order_placed;
mod order_refunded;
mod prove_address;
mod restore_wallet;
mod sign_in;
mod wallet_closed;

pub use addresses_changed::{AddressChange, AddressesChanged};
pub use badge_deleted::BadgeDeleted;
pub use badge_issued::{BadgeIssued, Reminder};
pub use badge_reissued::BadgeReissued;
pub use badge_revoked::BadgeRevoked;
pub use host::MailHost;
pub use inquiry::InquiryMail;
pub use inquiry_received::InquiryReceived;
pub use order_expired::OrderExpired;
pub use order_placed::OrderPlaced;
pub use order_refunded::OrderRefunded;
pub use prove_address::ProveAddressMail;
pub use restore_wallet::RestoreWallet;
pub use sign_in::SignInMail;
pub use wallet_closed::WalletClosed;

use crate::Bilingual;
pub use crate::Occasion;
use crate::layout::silent_debug;

silent_debug!(MailContent);

/// One mail, ready to be sent as UTF-8 with `text` first and `html` beside it.
#[derive(Clone, PartialEq, Eq)]
pub struct MailContent {
    /// The subject, one line.
    pub subject: String,
    /// The plain text, folded.
    pub text: String,
    /// The same in HTML, with no picture and nothing loaded from elsewhere.
    pub html: String,
}

/// The two templates of a mail and its `render`. `$on_single_lines` is a method that returns the
/// mail with its line breaks made spaces, and `$subject` one that returns the subject.
macro_rules! mail_templates {
    ($mail:ty, $text:tt, $html:tt) => {
        #[derive(Debug, askama::Template)]
        #[template(path = $text)]
        struct Text<'a> {
            mail: &'a $mail,
            ja: $crate::Language,
            en: $crate::Language,
        }

        #[derive(Debug, askama::Template)]
        #[template(path = $html)]
        struct Html<'a> {
            mail: &'a $mail,
            ja: $crate::Language,
            en: $crate::Language,
        }

        impl $mail {
            /// The whole mail. Line breaks and other control characters in the fields become
            /// spaces, so that no field can add a header or a line of its own.
            ///
            /// # Errors
            /// [`RenderError`](crate::RenderError) when a template fails to write.
            pub fn render(&self) -> Result<$crate::mail::MailContent, $crate::RenderError> {
                let mail = &self.on_single_lines();
                let (ja, en) = ($crate::Language::Japanese, $crate::Language::English);
                Ok($crate::mail::MailContent {
                    subject: mail.subject(),
                    text: $crate::wrap::wrap(&$crate::layout::document(&Text { mail, ja, en })?),
                    html: $crate::layout::document(&Html { mail, ja, en })?,
                })
            }
        }
    };
}
use mail_templates;

fn both(text: &Bilingual) -> Bilingual {
    Bilingual { ja: single_line(&text.ja), en: single_line(&text.en) }
}

fn single_line(text: &str) -> String {
    let breaks = |character: char| character.is_control() || "\u{2028}\u{2029}".contains(character);
    text.trim().chars().map(|character| if breaks(character) { ' ' } else { character }).collect()
}
