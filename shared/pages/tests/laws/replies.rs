//! Answers to copy: whole whatever the situation and wherever the mails are kept.

use shomei_pages::mail::MailHost;

use crate::samples::{ordinary, people};
use crate::{BOTH, say};

const ADDRESS: &str = "hanako.yamada";

#[test]
fn an_answer_says_who_answers_and_where_to_ask_and_leaves_out_the_address() {
    let words = ordinary();
    for (name, situation) in people::situations() {
        for (_, host) in people::HOSTS {
            for language in BOTH {
                let reply = people::reply(&words, situation, host);
                let text = reply.text(language).unwrap();
                let issuer = reply.issuer.in_language(language);
                assert!(text.contains(issuer) && text.trim_end().ends_with(issuer), "{name}: {text}");
                assert!(text.contains(&words.contact), "{name}: {text}");
                // It may be sent to another address than the one on record.
                assert!(!text.contains(ADDRESS), "{name}: {text}");
                let greeting = say(language, "様", "Dear");
                assert!(text.lines().next().unwrap().contains(greeting), "{name}: {text}");
                assert!(!text.contains("\n\n\n") && !text.contains("  \n"), "{name}: {text}");
            }
        }
    }
}

#[test]
fn whoever_waits_for_a_mail_learns_how_to_let_it_through_and_nobody_else() {
    let words = ordinary();
    for (name, situation) in people::situations() {
        for language in BOTH {
            let text = |host| people::reply(&words, situation, host).text(language).unwrap();
            let waits = situation.waits_for_mail();
            assert_eq!(text(MailHost::Docomo).contains(&words.sender), waits, "{name}");
            let heading = say(language, "■ メールが届かないときは", "If our mail does not arrive");
            let end = say(language, "ご不明な点がございましたら", "If you have any questions");
            // Only what stands between the heading and the end depends on who keeps the mails.
            let parts = |text: &str| {
                let before = text.split(heading).next().unwrap().split(end).next().unwrap().to_owned();
                (before, text.split(end).nth(1).unwrap().to_owned())
            };
            let whole: Vec<String> = people::HOSTS.into_iter().map(|(_, host)| text(host)).collect();
            assert!(whole.iter().all(|other| parts(other) == parts(&whole[0])), "{name}");
            assert!(whole.iter().all(|other| other.contains(heading) == waits), "{name}");
            let mut different = whole.clone();
            different.sort();
            different.dedup();
            assert_eq!(different.len(), if waits { people::HOSTS.len() } else { 1 }, "{name}");
        }
    }
}
