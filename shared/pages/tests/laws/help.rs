//! What holds for the help pages.

use shomei_pages::help::{HelpPage, HelpTopic, HelpView};
use shomei_pages::reissue::Price;

use crate::samples::help::help;
use crate::samples::ordinary;
use crate::{BOTH, documents, say, values};

fn rendered(view: HelpView) -> HelpPage {
    help(&ordinary(), view)
}

#[test]
fn every_topic_is_listed_and_leads_to_the_others() {
    for (name, _, _, html) in documents(&ordinary()) {
        let targets = values(&html, "href");
        for topic in HelpTopic::ALL {
            let (page, place) = (format!("/help/{}", topic.name()), format!("#{}", topic.name()));
            let own = name == format!("help_{}", topic.name())
                || name.starts_with(&format!("help_{}_", topic.name()));
            let lists = name.starts_with("help") && name != "help_all" && !own;
            assert!(!lists || targets.contains(&page.as_str()), "{name}: {page}");
            assert!(name != "help_all" || targets.contains(&place.as_str()), "{name}: {place}");
        }
        let place = targets.iter().filter_map(|target| target.strip_prefix('#'));
        for target in place.filter(|_| name == "help_all") {
            assert!(values(&html, "id").contains(&target), "{name}: #{target}");
        }
    }
}

#[test]
fn the_whole_guide_says_what_the_topics_say() {
    for language in BOTH {
        let all = rendered(HelpView::All).render(language).unwrap();
        for topic in HelpTopic::ALL {
            let page = rendered(HelpView::Topic(topic)).render(language).unwrap();
            let article = page.split("</h1>").nth(1).unwrap().split("</article>").next().unwrap();
            let paragraphs = article.split("<p>").skip(1).map(|rest| rest.split("</p>").next().unwrap());
            for paragraph in paragraphs.filter(|paragraph| !paragraph.contains("/help/")) {
                assert!(all.contains(paragraph), "{topic:?}: {paragraph}");
            }
        }
    }
}

#[test]
fn what_the_programme_says_is_not_said_otherwise() {
    for language in BOTH {
        let page = rendered(HelpView::Topic(HelpTopic::Reissue));
        let price = Price { total_yen: 7_700, tax_percent: 10, tax_yen: 700 };
        let html = HelpPage { price, ..page.clone() }.render(language).unwrap();
        assert!(html.contains(say(language, "7,700円（税込）", "7,700 yen (tax included)")));
        assert!(!html.contains("5,500"));
        let transfer = say(language, "振込", "transfer");
        assert!(page.render(language).unwrap().contains(transfer));
        let card = HelpPage { bank: false, ..page };
        assert!(!card.render(language).unwrap().contains(transfer));
        let mail = rendered(HelpView::Topic(HelpTopic::Mail)).render(language).unwrap();
        assert!(mail.contains("no-reply@badges.example.jp") && mail.contains("badges.example.jp</strong>"));
    }
}

#[test]
fn what_is_not_offered_is_not_explained() {
    for language in BOTH {
        let check = say(language, "照合", "Name check");
        for topic in [HelpTopic::Publish, HelpTopic::Verify] {
            let words = if topic == HelpTopic::Publish {
                check
            } else {
                say(language, "氏名を照合する", "Check a name")
            };
            let page = rendered(HelpView::Topic(topic));
            assert!(page.render(language).unwrap().contains(words), "{topic:?}");
            let without = HelpPage { name_match: false, ..page };
            assert!(!without.render(language).unwrap().contains(words), "{topic:?}");
        }
    }
}

/// The buttons and fields that the steps name are those of the real pages.
#[test]
fn the_steps_name_what_the_pages_show() {
    let all = documents(&ordinary());
    let pages = |language| {
        let shown =
            all.iter().filter(move |(name, _, shown, _)| *shown == language && !name.starts_with("help"));
        shown.map(|(.., html)| html.as_str()).collect::<String>()
    };
    for language in BOTH {
        let (guide, pages) = (rendered(HelpView::All).render(language).unwrap(), pages(language));
        // What providers of mail call their menus is theirs.
        let (before, rest) = guide.split_once("id=\"mail-allow\"").unwrap();
        let guide = format!("{before}{}", rest.split_once("<h3").unwrap().1);
        let (open, close) = if say(language, "j", "e") == "j" { ('「', '」') } else { ('“', '”') };
        let named: Vec<&str> = guide
            .split(open)
            .skip(1)
            .filter_map(|rest| rest.split(close).next())
            .filter(|words| !words.contains('<'))
            .collect();
        assert!(named.len() > 30, "{named:?}");
        // What stands in mails, on other sites, and what is no button at all.
        let elsewhere = if open == '「' {
            &[
                "Open Badges 3.0",
                "受け取りページを開く",
                "プロモーション",
                "ブロックチェーン",
                "どの団体が認めたか",
            ][..]
        } else {
            &["Open the page", "Promotions", "blockchain"][..]
        };
        let networks = if open == '「' {
            &[
                "ライセンスまたは認定資格の追加",
                "保存",
                "認証情報を表示",
                "投稿",
                "ポストする",
                "シェアする",
                "送信",
                "シェア",
            ][..]
        } else {
            &["Add license or certification", "Save", "Show credential", "Post", "Share", "Send"][..]
        };
        for words in named {
            let known = elsewhere.contains(&words) || networks.contains(&words);
            let quoted =
                words.starts_with(say(language, "資格をお持ちの方は", "If you hold the qualification"));
            assert!(known || quoted || pages.contains(words), "no page says {words}");
        }
    }
}
