//! What holds for every mail.

use shomei_pages::Bilingual;

use crate::samples::{Words, mails, ordinary};
use crate::{HOSTILE, hostile, values};

/// The hostile words with nothing left in them that could end a line.
fn tame() -> Words {
    let flat = || HOSTILE.replace(['\r', '\n'], " ");
    Words {
        name: flat(),
        contact: format!("javascript:alert(1)@{}", flat()),
        address: flat(),
        sender: flat(),
        text: |_, _| {
            let flat = HOSTILE.replace(['\r', '\n'], " ");
            Bilingual { ja: flat.clone(), en: flat }
        },
        ..hostile()
    }
}

#[test]
fn no_field_of_a_mail_can_end_a_line() {
    for ((name, _, content), (.., expected)) in mails(&hostile()).into_iter().zip(mails(&tame())) {
        let content = content.unwrap();
        assert!(content == expected.unwrap(), "{name}");
        assert!(!content.subject.contains(char::is_control), "{name}");
        assert!(content.text.lines().all(|line| !line.contains(char::is_control)), "{name}");
    }
}

#[test]
fn hostile_text_in_a_mail_stays_text() {
    for (name, _, content) in mails(&hostile()) {
        let html = content.unwrap().html;
        assert!(!html.contains("<script") && !html.contains("\"'>"), "{name}");
        assert!(values(&html, "href").iter().all(|target| !target.contains("javascript:")), "{name}");
    }
}

#[test]
fn a_mail_fits_its_width_and_keeps_its_links_whole() {
    for (name, links, content) in mails(&ordinary()) {
        let content = content.unwrap();
        for line in content.text.lines() {
            let columns: usize = line.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum();
            assert!(columns <= 78 || links.iter().any(|link| link == line), "{name}: {line}");
        }
        for link in &links {
            assert_eq!(content.text.lines().filter(|line| line == link).count(), 2, "{name}: {link}");
        }
        assert_eq!(content.text.matches("https://").count(), 2 * links.len(), "{name}");
    }
}

#[test]
fn a_mail_loads_nothing_and_links_nowhere_else() {
    for (name, links, content) in mails(&ordinary()) {
        let html = content.unwrap().html;
        for forbidden in ["<img", "url(", "<script", "<link", " src=", "<form"] {
            assert!(!html.contains(forbidden), "{name}: {forbidden}");
        }
        let mut leads_to = values(&html, "href");
        leads_to.dedup();
        assert_eq!(leads_to, links, "{name}");
    }
}

#[test]
fn a_mail_says_in_both_languages_who_sends_it_and_where_to_ask() {
    let words = ordinary();
    for (name, _, content) in mails(&words) {
        let content = content.unwrap();
        assert!(content.subject.starts_with("【日本プロジェクトマネジメント資格協会】"), "{name}");
        assert!(content.subject.contains(" / "), "{name}");
        let folded = content.text.replace('\n', " ");
        for text in [&folded, &content.html] {
            assert_eq!(text.matches(&words.sender).count(), 2, "{name}");
            assert_eq!(text.matches(&words.contact).count(), 2, "{name}");
            assert!(text.contains("迷惑メールフォルダー") && text.contains("junk folder"), "{name}");
            assert!(text.contains("日本プロジェクトマネジメント資格協会"), "{name}");
            assert!(text.contains("Japan Project Management Certification Association"), "{name}");
        }
    }
}

#[test]
fn the_advice_fits_whoever_keeps_the_mails() {
    let hosts = [
        ("issued_first_reminder", ["受信リスト設定", "Docomo Mail"]),
        ("issued_last_reminder", ["必ず受信", "au and UQ mobile"]),
        ("issued_asked", ["受信許可リスト", "SoftBank and Y!mobile"]),
        ("issued_renewal", ["迷惑メールにしない", "Never send it to Spam"]),
        ("sign_in", ["Yahoo!メール", "Yahoo! Mail"]),
        ("prove_address", ["差出人セーフ リスト", "safe senders"]),
        ("address_added", ["iCloudメール", "iCloud Mail"]),
        ("issued_pass", ["システム管理者", "administrator"]),
    ];
    for (name, _, content) in mails(&ordinary()) {
        let html = content.unwrap().html;
        let Some((_, own)) = hosts.iter().find(|(host, _)| *host == name) else { continue };
        for (_, advice) in hosts {
            for words in advice {
                assert_eq!(html.contains(words), own.contains(&words), "{name}: {words}");
            }
        }
    }
    let names: Vec<String> = mails(&ordinary()).into_iter().map(|(name, ..)| name).collect();
    assert!(hosts.iter().all(|(host, _)| names.iter().any(|name| name == host)));
}

#[test]
fn only_the_first_mail_congratulates_and_only_the_last_reminder_says_so() {
    for (name, _, content) in mails(&ordinary()) {
        let content = content.unwrap();
        let greets = content.text.contains("おめでとう") || content.text.contains("ありがとうございます");
        assert_eq!(greets, ["issued_pass", "issued_renewal"].contains(&name.as_str()), "{name}");
        assert_eq!(content.text.contains("これが最後です"), name == "issued_last_reminder", "{name}");
        assert_eq!(content.text.contains("the last mail about it"), name == "issued_last_reminder", "{name}");
    }
}
