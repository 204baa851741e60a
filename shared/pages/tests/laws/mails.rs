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

/// These go to the office itself: it needs no advice about its own mail.
fn is_for_the_office(name: &str) -> bool {
    name.starts_with("inquiry") && name != "inquiry_received"
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
        let mut leads_to: Vec<&str> = Vec::new();
        for target in values(&html, "href") {
            if !leads_to.contains(&target) {
                leads_to.push(target);
            }
        }
        assert_eq!(leads_to, links, "{name}");
    }
}

#[test]
fn a_mail_says_in_both_languages_who_sends_it_and_where_to_ask() {
    let words = ordinary();
    for (name, _, content) in mails(&words).into_iter().filter(|(name, ..)| !is_for_the_office(name)) {
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

/// Whatever somebody writes to the office, it looks like their words, and goes nowhere but into the body.
#[test]
fn an_inquiry_is_told_from_what_the_system_says_of_it() {
    let words = ordinary();
    let mut told = 0;
    for (name, _, content) in mails(&words).into_iter().filter(|(name, ..)| is_for_the_office(name)) {
        let content = content.unwrap();
        assert!(content.subject.starts_with("【日本プロジェクトマネジメント資格協会】お問い合わせ 01020304"));
        assert!(!content.subject.contains("見当たりません"), "{name}");
        let (written, own): (Vec<_>, Vec<_>) = content.text.lines().partition(|line| line.starts_with('>'));
        assert_eq!(written.len(), 5, "{name}");
        assert!(written.contains(&"> ・状態：<b>削除済み</b>"), "{name}");
        assert_eq!(own.iter().filter(|line| **line == "■ バッジ").count(), 1, "{name}");
        assert!(content.html.contains("・状態：&#60;b&#62;削除済み"), "{name}");
        for text in [&content.text, &content.html] {
            assert_eq!(text.matches(&words.address).count(), 2, "{name}");
            // Its sender may have shown to hold the badge, and is told nothing of it: the office alone is.
            assert_eq!(
                text.matches("8f5f3b0e-6f0a-4b7e-9a53-0d6f7f1c2b3a").count(),
                if name == "inquiry" { 0 } else { 2 }
            );
        }
        told += 1;
    }
    assert_eq!(told, 6);
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
