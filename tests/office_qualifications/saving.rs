//! Saving: every version stays, nobody overwrites anybody, and doing it twice does no more than doing it once.

use futures::future::join_all;
use serde::Serialize;
use shomei_core::{
    achievement::{Achievement, ArtworkFile, ArtworkId},
    candidate::AchievementId,
    intake::{NewAchievement, RowAnswer, Saved, Verdict, register_achievement},
    office::{
        Role,
        achievements::draft::{self, DraftId, DraftSaved},
    },
    order::Actor,
    ports::{Clock, Key},
    store::{self, Record},
};
use shomei_tests::{
    faults::Faulty,
    month::{self, HEADING, OCTOBER},
};

use crate::desk::{Form, HOUR, PAGE, Site};

#[tokio::test]
async fn a_change_is_a_version_and_what_was_said_before_stays() {
    let site = Site::with_qualification().await;
    let clerk = site.person("suzuki", Role::Clerk).await;
    let first = site.qualification().await;
    site.world.clock.jump(HOUR);
    let form = Form::shown(&clerk.open(&format!("{PAGE}/edit")).await);
    let changed = form.with("name_ja", "基礎（改）").with("validity", "endless").with("months", "");
    let draft = clerk.types(&changed).await;
    let preview = clerk.open(&draft).await.text();
    for part in
        ["基礎（改）", "発行済みのバッジは変わりません。", "新しい内容で発行します。", "新しい有効期間は"]
    {
        assert!(preview.contains(part), "{part}");
    }
    assert_eq!(clerk.post(&draft).await.location, format!("{PAGE}?done=saved"));

    let versions = site.versions().await;
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[0].content, first, "the first version is as it was");
    assert_eq!(versions[0].by, Some(Actor::staff("sato")));
    let second = &versions[1];
    assert_eq!(second.by, Some(Actor::staff("suzuki")));
    assert_eq!(second.content, site.qualification().await);
    assert_eq!((second.content.version, second.content.validity_months), (2, None));
    assert_eq!(second.content.changed_at, site.world.clock.now());
    assert_eq!(second.content.artwork, first.artwork, "no other picture was chosen");

    let page = clerk.open(PAGE).await.text();
    for part in ["基礎（改）", "第2版", "第1版", "suzuki", "sato", "変更点：名称（日本語）、有効期間"]
    {
        assert!(page.contains(part), "{part}");
    }
    let before = clerk.open(&format!("{PAGE}?v=1")).await.text();
    assert!(before.contains("3年間") && !before.contains("基礎（改）") && !before.contains("/edit\""));
    for version in ["0", "3", "99999"] {
        assert_eq!(clerk.open(&format!("{PAGE}?v={version}")).await.status, 404, "{version}");
    }
}

#[tokio::test]
async fn two_who_change_one_hear_of_each_other_and_lose_nothing() {
    let site = Site::with_qualification().await;
    let (one, other) = (site.person("sato", Role::Clerk).await, site.person("suzuki", Role::Approver).await);
    let shown = Form::shown(&one.open(&format!("{PAGE}/edit")).await);
    let theirs = shown.clone().with("months", "24").with("description_en", "Theirs.");
    assert_eq!(other.saves(&theirs).await, format!("{PAGE}?done=saved"));

    let mine = shown.with("name_en", "Basics").with("description_en", "Mine.");
    let draft = one.types(&mine).await;
    let before = site.without_drafts().await;
    for _ in 0..2 {
        let conflict = one.open(&draft).await;
        assert_eq!(conflict.status, 200);
        let page = conflict.text();
        for part in ["suzuki", "第2版", "2年間", "Basics", "Theirs.", "Mine.", "二人とも変更"] {
            assert!(page.contains(part), "{part}");
        }
        assert_eq!(page.matches("二人とも変更").count(), 1, "only the description");
        assert!(!page.contains("取得の条件"), "what nobody changed is not asked about");
        assert_eq!(one.post(&draft).await.location, draft, "it cannot be saved over the other one");
    }
    assert_eq!(site.without_drafts().await, before);

    let merged = one.open(&format!("{draft}/edit")).await;
    assert_eq!((merged.field("version"), merged.field("months")), ("2".to_owned(), "24".to_owned()));
    assert_eq!(
        (merged.field("name_en"), merged.field("description_en")),
        ("Basics".to_owned(), "Mine.".to_owned())
    );
    assert_eq!(one.saves(&Form::shown(&merged)).await, format!("{PAGE}?done=saved"));
    let qualification = site.qualification().await;
    assert_eq!((qualification.version, qualification.validity_months), (3, Some(24)));
    assert_eq!((qualification.name.en.as_str(), qualification.description.en.as_str()), ("Basics", "Mine."));
}

#[tokio::test]
async fn of_many_who_save_at_once_one_wins_and_the_others_are_told() {
    let site = Site::with_qualification().await;
    let clerk = site.clerk().await;
    let form = Form::shown(&clerk.open(&format!("{PAGE}/edit")).await);
    let mut drafts = Vec::new();
    for number in 0..8 {
        drafts.push(clerk.types(&form.clone().with("name_en", &format!("Number {number}"))).await);
    }
    let answers = join_all(drafts.iter().map(|draft| clerk.post(draft))).await;
    let saved = answers.iter().filter(|answer| answer.location.ends_with("?done=saved")).count();
    let told = answers.iter().zip(&drafts).filter(|(answer, draft)| answer.location == **draft).count();
    assert_eq!((saved, told), (1, 7));
    assert_eq!(site.qualification().await.version, 2);

    // The same draft, by a finger that slipped.
    let draft =
        clerk.types(&Form::shown(&clerk.open(&format!("{PAGE}/edit")).await).with("months", "12")).await;
    let answers = join_all((0..8).map(|_| clerk.post(&draft))).await;
    let saved = answers.iter().filter(|answer| answer.location.ends_with("?done=saved")).count();
    let same = answers.iter().filter(|answer| answer.location.ends_with("?done=unchanged")).count();
    assert_eq!((saved, same), (1, 7));
    assert_eq!(site.qualification().await.version, 3);
    assert_eq!(site.census().await.audit.len(), 3);

    // Two who register one of the same code.
    let (one, other) =
        (Form::filled().with("id", "pm-x"), Form::filled().with("id", "pm-x").with("months", "1"));
    let drafts = [clerk.types(&one).await, clerk.types(&other).await];
    let answers = join_all(drafts.iter().map(|draft| clerk.post(draft))).await;
    assert_eq!(answers.iter().filter(|answer| answer.location.ends_with("?done=saved")).count(), 1);
    assert_eq!(site.census().await.achievements.len(), 2);
}

#[tokio::test]
async fn without_a_change_nothing_is_written() {
    let site = Site::with_qualification().await;
    let clerk = site.clerk().await;
    let before = site.without_drafts().await;
    let same = Form::shown(&clerk.open(&format!("{PAGE}/edit")).await);
    let draft = clerk.types(&same.with("first_eligible", "令和8年4月1日").with("months", " ３６ ")).await;
    assert_eq!(clerk.open(&draft).await.location, format!("{PAGE}?done=unchanged"));
    assert_eq!(clerk.post(&draft).await.location, format!("{PAGE}?done=unchanged"));
    assert!(clerk.open(&format!("{PAGE}?done=unchanged")).await.text().contains("何も変更していません"));
    assert_eq!(site.without_drafts().await, before);
}

#[tokio::test]
async fn a_draft_is_of_use_for_a_day() {
    let site = Site::with_qualification().await;
    let clerk = site.clerk().await;
    let form = Form::shown(&clerk.open(&format!("{PAGE}/edit")).await).with("name_en", "Basics");
    let draft = clerk.types(&form).await;
    let id = DraftId::parse(draft.rsplit('/').next().unwrap()).unwrap();
    assert!(draft::draft(site.ports(), &id).await.unwrap().is_some());
    site.world.clock.jump(24 * HOUR - 1);
    assert!(draft::draft(site.ports(), &id).await.unwrap().is_some());
    site.world.clock.jump(1);
    let clerk = site.clerk().await;
    let before = site.contents().await;
    for path in [draft.clone(), format!("{draft}/edit"), format!("{draft}/picture")] {
        let gone = clerk.open(&path).await;
        assert_eq!(gone.status, 404, "{path}");
        assert!(gone.text().contains("下書きは24時間で消えます"));
    }
    assert_eq!(clerk.post(&draft).await.status, 404);
    assert_eq!(clerk.open("/office/achievement-drafts/x").await.status, 404);
    assert_eq!(site.contents().await, before);
}

#[tokio::test]
async fn a_closed_qualification_takes_nobody_new_and_keeps_whom_it_has() {
    let site = Site::with_qualification().await;
    let clerk = site.clerk().await;
    let register = async |rows: &str| -> Vec<RowAnswer> {
        let list = format!("{HEADING}{rows}");
        month::register(&Faulty::new(&site.world, None), &site.world, &list).await.unwrap().1
    };
    register(OCTOBER.strip_prefix(HEADING).unwrap()).await;
    let edit = async || Form::shown(&clerk.open(&format!("{PAGE}/edit")).await);
    let draft = clerk.types(&edit().await.with("closed", "yes")).await;
    assert!(clerk.open(&draft).await.text().contains("新しい対象者は登録できなくなります。"));
    assert_eq!(clerk.post(&draft).await.location, format!("{PAGE}?done=saved"));

    let new = "pm-foundation,合格,2026/10/9,見本 五郎,goro@example.jp,A-5\n";
    let refused = serde_json::to_value(&register(new).await[0]).unwrap();
    assert_eq!(refused["refusals"][0]["code"], "achievement-closed");
    let corrected = register("pm-foundation,合格,2026/10/5,見本 二葉,futaba.m@example.jp,A-2\n").await;
    assert!(matches!(corrected[0].verdict, Verdict::Amended { .. }));
    assert!(month::run(&Faulty::new(&site.world, None), month::scheduled()).await.unwrap().agrees());
    assert_eq!(site.census().await.badges.len(), 4, "who was registered gets a badge");

    // A program that knows nothing of closing leaves it closed.
    let content = NewAchievement { validity_months: Some(36), ..month::qualification() };
    let saved =
        register_achievement(site.ports().of_claim(), &month::clerk(), content).await.unwrap().unwrap();
    assert_eq!(saved, Saved::Changed);
    assert!(site.qualification().await.closed);
    assert_eq!(clerk.saves(&edit().await.without("closed")).await, format!("{PAGE}?done=saved"));
    assert!(matches!(register(new).await[0].verdict, Verdict::Accepted { .. }));
}

/// An achievement as it was stored before versions were counted.
#[derive(Serialize, serde::Deserialize)]
struct Unversioned {
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

impl Record for Unversioned {
    fn key(&self) -> Key {
        Achievement::key_of(&AchievementId::parse(month::ACHIEVEMENT).unwrap())
    }
}

#[tokio::test]
async fn what_was_registered_before_there_were_versions_begins_its_history() {
    let old = Site::with_qualification().await;
    let content = old.qualification().await;
    let artwork = store::load::<ArtworkFile>(old.world.table(), &ArtworkFile::key_of(&content.artwork)).await;
    let serde_json::Value::Object(mut rest) = serde_json::to_value(&content).unwrap() else { panic!() };
    for member in ["version", "closed"] {
        assert!(rest.remove(member).is_some());
    }
    let site = Site::new().await;
    let writes = vec![
        store::create(&Unversioned { rest }).unwrap(),
        store::create(&artwork.unwrap().unwrap().record).unwrap(),
    ];
    store::commit(site.world.table(), &site.world.entropy, writes).await.unwrap();
    let clerk = site.clerk().await;
    let page = clerk.open(PAGE).await;
    assert_eq!(page.status, 200);
    let form = Form::shown(&clerk.open(&format!("{PAGE}/edit")).await).with("name_en", "Basics");
    assert_eq!(clerk.saves(&form).await, format!("{PAGE}?done=saved"));
    let versions = site.versions().await;
    assert_eq!(versions.len(), 2);
    assert_eq!((versions[0].content.clone(), versions[0].by.clone()), (content, None));
    assert!(clerk.open(PAGE).await.text().contains("記録なし"));

    // Sent once more as it stands, it is listed and not changed.
    let site = Site::new().await;
    let new = month::qualification();
    let register = async || {
        register_achievement(site.ports().of_claim(), &month::clerk(), new.clone()).await.unwrap().unwrap()
    };
    assert_eq!(register().await, Saved::Created);
    let before = site.contents().await;
    assert_eq!(register().await, Saved::Unchanged);
    assert_eq!(site.contents().await, before);
}

#[tokio::test]
async fn a_draft_of_the_core_knows_what_stands_in_its_way() {
    let site = Site::with_qualification().await;
    let clerk = site.clerk().await;
    let draft =
        clerk.types(&Form::shown(&clerk.open(&format!("{PAGE}/edit")).await).with("months", "600")).await;
    let id = DraftId::parse(draft.rsplit('/').next().unwrap()).unwrap();
    let draft = draft::draft(site.ports(), &id).await.unwrap().unwrap();
    let saved = draft::save(site.ports(), &month::clerk(), &draft).await.unwrap();
    let achievement = AchievementId::parse(month::ACHIEVEMENT).unwrap();
    assert_eq!(saved, DraftSaved::Saved { achievement: achievement.clone(), version: 2 });
    let again = draft::save(site.ports(), &month::clerk(), &draft).await.unwrap();
    assert_eq!(again, DraftSaved::Same(achievement));
    assert_eq!(site.qualification().await.artwork, ArtworkId::of(&site.census().await.artwork[0].png));
}
