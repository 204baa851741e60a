//! What is shown of the office before anybody is signed in.

use shomei_core::office::Role;
use shomei_pages::office::{OfficeEnter, OfficeEnterDead, OfficeSignIn, SignInFailed};

use super::{Sample, Words, body, page};

pub(crate) fn pages(words: &Words) -> Vec<Sample> {
    let sign_in = |service, failed| OfficeSignIn { issuer: body(words), service, failed };
    let enter = OfficeEnter {
        issuer: body(words),
        subject: (words.text)("hanako", "hanako").ja,
        role: Role::Approver,
        action: (words.path)("/office/enter/Zr8t0uJx"),
    };
    vec![
        page("door_sign_in", false, sign_in(true, None)),
        page("door_sign_in_no_service", false, sign_in(false, None)),
        page("door_sign_in_unavailable", false, sign_in(true, Some(SignInFailed::Unavailable))),
        page("door_sign_in_refused", false, sign_in(true, Some(SignInFailed::Refused))),
        page("door_sign_in_no_role", false, sign_in(true, Some(SignInFailed::NoRole))),
        page("door_enter", false, enter),
        page("door_enter_dead", false, OfficeEnterDead { issuer: body(words) }),
    ]
}
