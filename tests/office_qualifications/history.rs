//! Whatever is saved in whatever order, the history is what was saved.

use jiff::civil::date;
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use shomei_core::{
    achievement::Achievement,
    candidate::AchievementId,
    intake::{NewAchievement, Saved, register_achievement},
    office::achievements::{
        self, Typed, VERSIONS_AT_ONCE,
        draft::{self, Base, DraftSaved, NewDraft},
    },
};
use shomei_tests::month;

use crate::desk::Site;

/// One edit: which name, which validity, whether it is closed, and whether a program or a clerk makes it.
type Edit = (u8, Option<u16>, bool, bool);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    vec(
        (0..3_u8, prop_oneof![Just(None), Just(Some(12)), Just(Some(36))], any::<bool>(), any::<bool>()),
        1..9,
    )
}

/// What an achievement says, apart from its place in history.
type Said = (String, Option<u16>, bool);

fn said(achievement: &Achievement) -> Said {
    (achievement.name.en.clone(), achievement.validity_months, achievement.closed)
}

async fn make(site: &Site, (name, months, closed, by_program): Edit) -> bool {
    let id = AchievementId::parse(month::ACHIEVEMENT).unwrap();
    let ports = site.ports();
    let stands = achievements::one(ports.table, &id).await.unwrap();
    let mut new = month::qualification();
    new.name.en = format!("Name {name}");
    let new = NewAchievement { validity_months: months, closed: Some(closed), ..new };
    let Some(stands) = stands.filter(|_| !by_program) else {
        let saved = register_achievement(ports.of_claim(), &month::clerk(), new).await.unwrap().unwrap();
        return saved != Saved::Unchanged;
    };
    let typed = Typed {
        name: new.name.clone(),
        endless: months.is_none(),
        months: months.map(|months| months.to_string()).unwrap_or_default(),
        closed,
        ..Typed::of(&stands)
    };
    let base = Base { achievement: id, version: stands.version };
    let new = NewDraft { typed, base: Some(base), file: None, earlier: None };
    let draft = draft::keep(ports, new).await.unwrap().unwrap();
    let draft = draft::draft(ports, &draft).await.unwrap().unwrap();
    match draft::save(ports, &month::clerk(), &draft).await.unwrap() {
        DraftSaved::Saved { version, .. } => {
            assert_eq!(version, stands.version + 1);
            true
        }
        DraftSaved::Same(_) => false,
        DraftSaved::NotReady => panic!("nothing was in its way"),
    }
}

#[test]
fn the_history_is_the_sequence_of_what_was_saved() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(ProptestConfig { cases: 24, ..ProptestConfig::default() });
    runner
        .run(&edits(), |edits| {
            runtime.block_on(async {
                let site = Site::new().await;
                let mut expected: Vec<Said> = Vec::new();
                for edit in edits {
                    let (name, months, closed, _) = edit;
                    let says = (format!("Name {name}"), months, closed);
                    let changes = expected.last() != Some(&says);
                    assert_eq!(make(&site, edit).await, changes, "{edit:?}");
                    if changes {
                        expected.push(says);
                    }
                    site.world.clock.jump(60);
                }
                let versions = site.versions().await;
                let history: Vec<Said> = versions.iter().map(|version| said(&version.content)).collect();
                assert_eq!(history, expected);
                assert_eq!(said(&site.qualification().await), *expected.last().unwrap());
                assert!(
                    versions.is_sorted_by(|one, other| one.content.changed_at < other.content.changed_at)
                );
            });
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn a_long_history_is_shown_in_parts() {
    let site = Site::new().await;
    for number in 0..45 {
        let edit = (0, Some(number + 1), false, true);
        assert!(make(&site, edit).await);
    }
    let id = AchievementId::parse(month::ACHIEVEMENT).unwrap();
    let mut newest = 45;
    let mut seen = Vec::new();
    while newest > 0 {
        let part = achievements::versions(site.world.table(), &id, newest).await.unwrap();
        assert!(part.len() <= usize::try_from(VERSIONS_AT_ONCE).unwrap());
        seen.extend(part.iter().map(|version| version.content.version));
        newest = seen.last().unwrap() - 1;
    }
    assert_eq!(seen, (1..=45).rev().collect::<Vec<_>>());
    let clerk = site.clerk().await;
    let page = clerk.open("/office/achievements/pm-foundation").await.text();
    assert!(page.contains("?v=45") && page.contains("?v=25") && !page.contains("?v=24\">第"));
    let older = clerk.open("/office/achievements/pm-foundation?v=25").await.text();
    assert!(older.contains("?v=6\">") && !older.contains("?v=26"));
    assert_eq!(site.qualification().await.first_eligible, date(2026, 4, 1));
}
