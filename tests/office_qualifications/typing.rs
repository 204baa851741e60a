//! What is typed is looked at before it counts; what is wrong stands beside its field, and nothing typed is lost.

use shomei_core::office::Role;
use shomei_tests::{
    faults::Faulty,
    month::{self, OCTOBER},
};

use crate::desk::{Form, ORIGIN, PAGE, Site};

#[tokio::test]
async fn a_qualification_is_typed_looked_at_and_registered() {
    let site = Site::new().await;
    let clerk = site.clerk().await;
    assert!(clerk.open("/office/achievements").await.text().contains("まだ登録されていません"));
    assert_eq!(clerk.open("/office/achievements/new").await.status, 200);
    let before = site.without_drafts().await;
    let draft = clerk.types(&Form::filled()).await;

    let preview = clerk.open(&draft).await.text();
    for part in ["基礎", "Foundation", "基本を理解している。", "Pass the examination.", "3年間", "3 years"]
    {
        assert!(preview.contains(part), "{part}");
    }
    for side in [400, 200, 88, 48] {
        let shown = format!("<img src=\"{draft}/picture\" alt=\"\" width=\"{side}\" height=\"{side}\">");
        assert_eq!(preview.matches(&shown).count(), 2, "on light and on dark ground: {side}");
    }
    let picture = clerk.open(&format!("{draft}/picture")).await;
    assert_eq!((picture.media_type.as_str(), picture.cache.as_str()), ("image/png", "no-store"));
    assert!(openbadges::bake::Artwork::parse(&picture.body).is_ok());
    assert_eq!(site.without_drafts().await, before, "looking changes nothing");

    let saved = clerk.post(&draft).await;
    assert_eq!(
        (saved.status, saved.location.as_str()),
        (303, "/office/achievements/pm-foundation?done=saved")
    );
    assert!(clerk.open(&saved.location).await.text().contains("保存しました。"));
    assert!(clerk.open("/office/achievements").await.text().contains("Foundation"));
    let [version] = site.versions().await.try_into().unwrap();
    assert_eq!(version.content, site.qualification().await);
    assert_eq!(version.content.version, 1);
    assert_eq!(version.content.criteria.ja, "試験に合格すること。\n面接に合格すること。");
    let census = site.census().await;
    assert_eq!(census.artwork[0].png, picture.body);
    assert_eq!(census.audit.len(), 1);
    let (registered, _) =
        month::register(&Faulty::new(&site.world, None), &site.world, OCTOBER).await.unwrap();
    assert_eq!(registered.summary.accepted, 4);
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() {
    let site = Site::new().await;
    let before = site.without_drafts().await;
    let wrong = Form::filled()
        .with("id", "PM Foundation!")
        .with("name_en", " \u{3000} ")
        .with("description_ja", "\"<b>一\u{7}二</b>\"")
        .with("criteria_en", &"long ".repeat(801))
        .with("months", "三年")
        .with("first_eligible", "2026/2/30")
        .with_picture(None);
    for (clerk, words) in [
        (
            site.clerk().await,
            [
                "英小文字・数字・ハイフン",
                "入力してください。",
                "制御文字",
                "長すぎます",
                "月数を数字で",
                "日付が読み取れません",
                "画像を選んでください。",
            ],
        ),
        (
            site.clerk().await.in_english(),
            [
                "lower-case letters",
                "Please fill this in.",
                "invisible control",
                "too long",
                "in digits",
                "no date",
                "choose a picture",
            ],
        ),
    ] {
        let draft = clerk.types(&wrong).await;
        let answer = clerk.open(&draft).await;
        assert_eq!((answer.status, &answer.location), (303, &format!("{draft}/edit")));
        let page = clerk.open(&answer.location).await;
        let fields = ["id", "name_en", "description_ja", "criteria_en", "months", "day", "picture"];
        for (field, words) in fields.into_iter().zip(words) {
            let html = page.text();
            let beside = html.split(&format!("id=\"{field}-wrong\">")).nth(1);
            let beside = beside.unwrap_or_else(|| panic!("{field}: {html}")).split('<').next().unwrap();
            assert!(beside.contains(words), "{field}: {beside}");
            assert!(html.contains(&format!("{field}-wrong ")), "{field} is not described by what is wrong");
        }
        assert!(page.text().contains(clerk_words(&clerk)), "how many");
        for (name, typed) in [
            ("id", "PM Foundation!"),
            ("description_ja", "\"<b>一\u{7}二</b>\""),
            ("months", "三年"),
            ("first_eligible", "2026/2/30"),
            ("name_ja", "基礎"),
        ] {
            assert_eq!(page.field(name), typed);
        }
        assert_eq!(page.field("criteria_en"), "long ".repeat(801));
        // Saving it is no way around that.
        assert_eq!(clerk.post(&draft).await.location, draft);
    }
    assert_eq!(site.without_drafts().await, before);
}

fn clerk_words(clerk: &crate::desk::Person<'_>) -> &'static str {
    if clerk.is_english() { "(fields: 7)" } else { "7か所に" }
}

#[tokio::test]
async fn what_was_mended_goes_on_and_a_picture_that_was_chosen_stays() {
    let site = Site::new().await;
    let clerk = site.clerk().await;
    let draft = clerk.types(&Form::filled().without("name_en")).await;
    let page = clerk.open(&format!("{draft}/edit")).await;
    assert!(page.text().contains(&format!("{draft}/picture")));
    let mended = Form::shown(&page).with("name_en", "Foundation");
    assert_eq!(clerk.saves(&mended).await, format!("{PAGE}?done=saved"));
    // Going back to the form and on again is the same.
    let draft =
        clerk.types(&Form::shown(&clerk.open(&format!("{PAGE}/edit")).await).with("name_en", "Basics")).await;
    let again = Form::shown(&clerk.open(&format!("{draft}/edit")).await);
    assert_eq!(clerk.saves(&again).await, format!("{PAGE}?done=saved"));
    assert_eq!(site.qualification().await.name.en, "Basics");
}

#[tokio::test]
async fn the_code_is_mended_and_belongs_to_one() {
    let site = Site::new().await;
    let clerk = site.clerk().await;
    let wide = Form::filled().with("id", " ＰＭ－Ｆｏｕｎｄａｔｉｏｎ ");
    assert_eq!(clerk.saves(&wide).await, format!("{PAGE}?done=saved"));
    let before = site.without_drafts().await;
    // The same once more is no harm; another one of this code is a conflict, not a change.
    let draft = clerk.types(&Form::filled()).await;
    assert_eq!(clerk.open(&draft).await.location, format!("{PAGE}?done=unchanged"));
    assert_eq!(clerk.post(&draft).await.location, format!("{PAGE}?done=unchanged"));
    let draft = clerk.types(&Form::filled().with("name_ja", "応用")).await;
    assert_eq!(clerk.post(&draft).await.location, draft);
    let page = clerk.open(&clerk.open(&draft).await.location).await.text();
    assert!(page.contains("このコードの資格は、すでに登録されています。"));
    // The form of a new one stands where the page of this one would.
    let reserved = clerk.types(&Form::filled().with("id", "new")).await;
    let page = clerk.open(&clerk.open(&reserved).await.location).await.text();
    assert!(page.contains("システムが使っているため"));
    assert_eq!(site.without_drafts().await, before);
}

#[tokio::test]
async fn texts_that_no_draft_can_hold_are_not_kept() {
    let site = Site::new().await;
    let clerk = site.clerk().await;
    let before = site.contents().await;
    let answer =
        clerk.send_form(&Form::filled().with("criteria_ja", &"長".repeat(40_000)), Some(ORIGIN)).await;
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains("文章が長すぎます"));
    for field in ["version", "achievement"] {
        let edit =
            Form::filled().with("achievement", "pm-foundation").with("version", "1").with(field, "one!");
        assert_eq!(clerk.send_form(&edit, Some(ORIGIN)).await.status, 400, "{field}");
    }
    assert_eq!(site.contents().await, before);
}

#[tokio::test]
async fn whoever_only_looks_sees_all_and_changes_nothing() {
    let site = Site::with_qualification().await;
    let (clerk, viewer) = (site.clerk().await, site.person("ono", Role::Viewer).await);
    let draft = clerk.types(&Form::filled().with("name_en", "Basics")).await;
    for path in ["/office/achievements", PAGE, "/office/achievements/pm-foundation?v=1", "/office/audit"] {
        let page = viewer.open(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.text().contains("/edit") && !page.text().contains("/new"), "{path}");
    }
    let before = site.contents().await;
    for path in [
        "/office/achievements/new",
        "/office/achievements/pm-foundation/edit",
        &draft,
        &format!("{draft}/picture"),
    ] {
        assert_eq!(viewer.open(path).await.status, 403, "{path}");
        assert_eq!(site.nobody().open(path).await.location, "/office/sign-in", "{path}");
    }
    assert_eq!(viewer.post(&draft).await.status, 403);
    assert_eq!(viewer.send_form(&Form::filled(), Some(ORIGIN)).await.status, 403);
    assert_eq!(site.nobody().send_form(&Form::filled(), Some(ORIGIN)).await.status, 401);
    assert_eq!(site.nobody().post(&draft).await.status, 401);
    for origin in [None, Some("https://evil.example")] {
        assert_eq!(clerk.send_form(&Form::filled(), origin).await.status, 403);
    }
    for path in
        ["/office/achievements/pm-unknown", "/office/achievements/PM", "/office/achievements/pm-unknown/edit"]
    {
        assert_eq!(clerk.open(path).await.status, 404, "{path}");
    }
    assert_eq!(site.contents().await, before);
}
