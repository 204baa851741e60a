//! Who did what: a month's lines, the newest first, in pages and as a file that no spreadsheet takes for formulas.

use std::collections::BTreeSet;

use shomei_core::{
    office::{
        Role,
        audit::{self, Deed},
    },
    order::{Actor, Reason},
    ports::{Clock, TRANSACTION_WRITES},
    store,
};

use crate::desk::Site;

/// So many revocations were declined, one a second, by a person whose name is a formula.
async fn declined(site: &Site, lines: usize) {
    let world = &site.world;
    let mut writes = Vec::new();
    for number in 0..lines {
        let deed = Deed::RevocationDeclined { proposal: format!("proposal-{number:05}") };
        writes.push(
            audit::line(&world.entropy, world.clock.now(), Actor::staff("=cmd|' /C calc'!A0"), deed).unwrap(),
        );
        world.clock.jump(1);
        if writes.len() == TRANSACTION_WRITES || number + 1 == lines {
            store::commit(world.table(), &world.entropy, std::mem::take(&mut writes)).await.unwrap();
        }
    }
}

fn proposals(text: &str) -> Vec<String> {
    text.split("proposal-").skip(1).map(|rest| rest.chars().take(5).collect()).collect()
}

#[tokio::test]
async fn a_month_is_read_from_its_end_page_by_page() {
    let site = Site::new().await;
    declined(&site, 250).await;
    let viewer = site.person("ono", Role::Viewer).await;
    let (mut path, mut seen) = ("/office/audit".to_owned(), Vec::new());
    loop {
        let page = viewer.open(&path).await;
        assert_eq!(page.status, 200, "{path}");
        let found = proposals(&page.text());
        assert!(found.len() <= 100);
        seen.extend(found);
        let html = page.text();
        let Some(next) = html.split("href=\"/office/audit?after=").nth(1) else { break };
        path = format!("/office/audit?after={}", next.split('"').next().unwrap());
    }
    let expected: Vec<String> = (0..250).rev().map(|number| format!("{number:05}")).collect();
    assert_eq!(seen, expected);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 250);
    let empty = viewer.open("/office/audit?month=2026-10").await.text();
    assert!(empty.contains("この月の記録はありません") && empty.contains("2026年10月"));
    for nowhere in ["?month=2026-13", "?month=x", "?after=x", "?after=2026-11.x.y", "?after=2026-11.1.2"] {
        for page in ["/office/audit", "/office/audit/csv"] {
            assert_eq!(viewer.open(&format!("{page}{nowhere}")).await.status, 404, "{page}{nowhere}");
        }
    }
}

#[tokio::test]
async fn the_file_holds_every_line_and_no_formula() {
    let site = Site::with_qualification().await;
    let world = &site.world;
    let reason = Reason::parse("＝HYPERLINK(\"https://evil.example\")").unwrap();
    let deed = Deed::PersonErased { candidates: 2, reason };
    let line = audit::line(&world.entropy, world.clock.now(), Actor::staff("suzuki, \"T\""), deed).unwrap();
    store::commit(world.table(), &world.entropy, vec![line]).await.unwrap();
    world.clock.jump(1);
    declined(&site, 5_003).await;
    let viewer = site.person("ono", Role::Viewer).await;
    let file = viewer.open("/office/audit/csv?month=2026-11").await;
    assert_eq!(
        (file.status, file.media_type.as_str(), file.cache.as_str()),
        (200, "text/csv; charset=utf-8", "no-store")
    );
    let text = file.text();
    let text = text.strip_prefix('\u{feff}').unwrap();
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines[0], "日時（日本時間）,操作した人,操作,内容,理由");
    assert_eq!(lines.len(), 1 + 5_000 + 1);
    assert!(lines[1..5_001].iter().all(|line| line.contains(",'=cmd|' /C calc'!A0,取消しの見送り,")));
    let more = lines[5_001].split("/office/audit/csv?after=").nth(1).unwrap();
    let rest =
        viewer.open(&format!("/office/audit/csv?after={}", more.split(',').next().unwrap())).await.text();
    assert_eq!(proposals(text).len() + proposals(&rest).len(), 5_003);
    let lines: Vec<&str> = rest.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 1 + 3 + 2);
    assert!(lines.iter().any(|line| {
        line.contains("\"suzuki, \"\"T\"\"\"")
            && line.contains(",\"'＝HYPERLINK(\"\"https://evil.example\"\")\"")
    }));
    assert!(
        lines.iter().any(|line| line.contains(",sato,資格の登録・変更,資格 pm-foundation を登録しました。,"))
    );
    let english = site.person("ono", Role::Viewer).await.in_english();
    let text = english.open("/office/audit/csv?month=2026-11").await.text();
    assert!(text.starts_with("\u{feff}When (Japan time),Who,What,In words,Why\r\n"));
}
