//! One box finds whoever is meant, goes only so far, and can be gone on with.

use shomei_core::{
    badge::Visibility,
    claim::addresses::{self, Proved},
    office::search::{self, Cursor, Found, HITS, Near, Nearness, Query},
    ports::MailKind,
    store,
    wallet::{AddressHash, AddressOwner},
};
use shomei_tests::{
    faults::Faulty,
    month::{self, HEADING},
    world::{World, link_in},
};

use crate::desk::{self, october, ports};

async fn search(world: &World, text: &str) -> Found {
    search::search(ports(world), &Query::parse(text).unwrap(), None).await.unwrap()
}

/// The numbers of whoever is found.
fn numbers(found: &Found) -> Vec<String> {
    let number = |hit: &search::Hit| hit.record.details().number.as_str().to_owned();
    let mut numbers: Vec<_> = found.hits.iter().map(number).collect();
    numbers.sort();
    numbers
}

fn near(found: &Found) -> Vec<(Nearness, String)> {
    let one = |Near { hit, why }: &Near| (*why, hit.record.details().number.as_str().to_owned());
    found.near.iter().map(one).collect()
}

#[tokio::test]
async fn a_person_is_found_by_number_name_and_address() {
    let world = desk::mailed().await;
    for text in ["A-3", "ａ－３", "高橋", "mitsu@example.jp", "MITSU@EXAMPLE.JP", "髙橋 A-3"] {
        let found = search(&world, text).await;
        assert_eq!(numbers(&found), ["A-3"], "{text}");
        assert_eq!((found.next, found.near.len()), (None, 0), "{text}");
    }
    assert_eq!(numbers(&search(&world, "見本").await), ["A-1", "A-2", "A-4"], "by the surname alone");
    let at_once = search(&world, "A-3").await;
    assert_eq!((at_once.looked_at, at_once.months), (0, None), "who has the number need not be looked for");
    let through = search(&world, "高橋").await;
    assert_eq!((through.looked_at, through.months), (4, Some((october(), october()))));
}

#[tokio::test]
async fn nobody_found_is_an_answer_too() {
    let world = desk::mailed().await;
    let nobody = search(&world, "Z-9").await;
    assert_eq!((nobody.hits.len(), nobody.near.len()), (0, 0));
    assert_eq!(nobody.months, Some((october(), october())), "it says where nobody is registered");
    for (text, why, number) in [
        ("A-1 佐藤花子", Nearness::OtherName, "A-1"),
        ("見本一郎 B-77777", Nearness::OtherNumber, "A-1"),
        ("見本一郎 somebody@example.jp", Nearness::OtherAddress, "A-1"),
        ("見本一朗", Nearness::SimilarName, "A-1"),
        ("ichiroo@example.jp", Nearness::SimilarAddress, "A-1"),
    ] {
        let found = search(&world, text).await;
        assert_eq!(numbers(&found), Vec::<String>::new(), "{text}");
        assert_eq!(near(&found), [(why, number.to_owned())], "{text}");
    }
}

#[tokio::test]
async fn an_address_of_the_wallet_finds_its_badges() {
    let world = desk::mailed().await;
    desk::claim(&world, "ichiro@example.jp", Visibility::Private).await;
    let may = month::claim_ports(world.table(), &world);
    let key = AddressOwner::key_of(&AddressHash::of(&desk::mail_address("ichiro@example.jp")));
    let wallet = store::load::<AddressOwner>(world.table(), &key).await.unwrap().unwrap().record.wallet;
    let client = shomei_core::claim::Client::of("192.0.2.1");
    addresses::ask(may, &wallet, &desk::mail_address("new@example.jp"), &client).await.unwrap();
    desk::follow(&world).await;
    let mails = world.outbox.mails();
    let proof = mails.iter().rfind(|mail| mail.kind == MailKind::AddressProof).unwrap();
    let token = link_in(&proof.text, "/wallet/prove/").unwrap();
    let proved = addresses::prove(may, &wallet, &token, &month::consent()).await.unwrap();
    assert!(matches!(proved, Proved::Added { .. }), "{proved:?}");
    assert_eq!(numbers(&search(&world, "new@example.jp").await), ["A-1"]);
    assert_eq!(numbers(&search(&world, "ichiro@example.jp").await), ["A-1"], "found once");
}

/// So many people of one name, in two months.
async fn many(people: usize) -> World {
    let world = World::new().await;
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    for month in [9, 10] {
        let row = |number| {
            format!("pm-foundation,合格,2026/{month}/5,山田 太郎,p{number}@example.jp,M{month}-{number}\n")
        };
        let list: String = (0..people).map(row).collect();
        month::register(&ports, &world, &format!("{HEADING}{list}")).await.unwrap();
    }
    world
}

#[tokio::test]
async fn looking_goes_on_where_it_stopped_and_gives_everyone_once() {
    let world = many(70).await;
    let query = Query::parse("山田").unwrap();
    let (mut all, mut from, mut answers) = (Vec::new(), None::<Cursor>, 0);
    loop {
        let found = search::search(ports(&world), &query, from.as_ref()).await.unwrap();
        answers += 1;
        assert!(found.hits.len() <= HITS);
        all.extend(numbers(&found));
        // As a form carries it.
        let Some(next) = found.next else { break };
        from = Some(Cursor::parse(&next.to_string()).unwrap());
        assert_eq!(from.as_ref(), Some(&next));
    }
    assert_eq!(answers, 3);
    let found = all.len();
    all.sort();
    all.dedup();
    assert_eq!((found, all.len()), (140, 140));
    assert!(Cursor::parse("2026-10.16.").is_none() && Cursor::parse("2026-10.3.x").is_none());
}
