//! Addresses that are known already: as another person's.

use shomei_core::{badge::Visibility, claim::Accepted};
use shomei_tests::{
    faults::Faulty,
    month::{self, HEADING, OCTOBER},
    world::World,
};

use crate::desk::{checked, list, ports, told, world};

/// October's people have their badges, and the first of them has accepted hers.
async fn accepted() -> World {
    let world = world().await;
    let faulty = Faulty::new(&world, None);
    month::register(&faulty, &world, OCTOBER).await.unwrap();
    assert!(month::run(&faulty, month::scheduled()).await.unwrap().agrees());
    let token = &world.outbox.tokens()["ichiro@example.jp"][0];
    let accepted = month::accept(&faulty, &world, token, Visibility::Private).await.unwrap();
    assert!(matches!(accepted, Accepted::Now(_)), "{accepted:?}");
    world
}

#[tokio::test]
async fn an_address_whose_wallet_holds_another_person_s_badges_is_looked_at_twice() {
    let world = accepted().await;
    let ports = ports(world.table(), &world);
    let rows = "pm-foundation,更新,2026/10/20,見本 一郎,ichiro@example.jp,A-1\n\
        pm-foundation,合格,2026/10/6,見本 六実,Ichiro@Example.jp,A-6\n\
        pm-foundation,合格,2026/10/6,見本 七海,nanami@example.jp,A-7\n\
        pm-foundation,合格,2026/10/6,見本 八重,futaba@example.jp,A-8\n";
    let draft = checked(ports, &list(rows)).await;
    // The second row shares its address with the first as well, and is told so once. Nobody has a wallet at the last address.
    assert_eq!(told(ports, &draft).await, ["accepted", "accepted address-shared", "accepted", "accepted"]);
    let alone = list("pm-foundation,合格,2026/10/6,見本 六実,ichiro@example.jp,A-6\n");
    let draft = checked(ports, &alone).await;
    assert_eq!(told(ports, &draft).await, ["accepted address-shared"]);
}

#[tokio::test]
async fn a_list_that_is_too_long_for_it_is_judged_without_looking_into_wallets() {
    let world = accepted().await;
    let faulty = Faulty::new(&world, None);
    let ports = ports(&faulty, &world);
    let remark = "あ".repeat(2_700);
    for (rows, looks) in [(30, true), (40, false)] {
        let heading = HEADING.replace("会員番号", "会員番号,備考");
        let rows = (10..10 + rows).map(|row| {
            format!(
                "pm-foundation,合格,2026/10/6,見本 人,{}@example.jp,A-{row},{remark}\n",
                if row == 10 { "ichiro".to_owned() } else { format!("p{row}") }
            )
        });
        let list: String = std::iter::once(heading).chain(rows).collect();
        let before = faulty.operations().len();
        let draft = checked(ports, list.as_bytes()).await;
        assert_eq!(told(ports, &draft).await[0] == "accepted address-shared", looks, "{} bytes", list.len());
        assert_eq!(draft.is_short(), looks, "the page tells by it");
        assert!(faulty.operations().len() - before < 60, "a call for every row");
    }
}
