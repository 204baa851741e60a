//! The people of these tests, and what they and the staff do.

use jiff::civil::date;
use shomei_core::{
    address::MailAddress,
    badge::{AnyBadge, BadgeId, Visibility},
    calendar::Month,
    candidate::{AchievementId, AnyCandidate, BodyNumber, CandidateRef, Kind},
    claim::{Accepted, deletion},
    intake::{NewAchievement, register_achievement},
    issuance,
    office::{Member, Role, rights::person},
    order::{Actor, Addressee, Amount, AnyOrder, OrderId, PaymentId, Reason, Way},
    ports::Clock,
    reissue::{
        issue,
        order::{self, Ordered},
        pay::{self, Entered, Received},
        refund,
    },
    store,
    wallet::{AddressHash, AddressOwner, WalletId},
};
use shomei_tests::{
    audit::{contents, inconsistencies},
    faults::Faulty,
    month::{self, claim_ports, consent},
    world::World,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) number: &'static str,
    pub(crate) name: &'static str,
    pub(crate) kana: &'static str,
    pub(crate) roman: &'static str,
    pub(crate) address: &'static str,
}

/// Accepts the badge, and shows it.
pub(crate) const ICHIRO: Person = Person {
    number: "ZK-70001",
    name: "架空 一郎",
    kana: "カクウ イチロウ",
    roman: "KAKUU Ichiro",
    address: "ichiro.kakuu@kojin.example.jp",
};
/// Accepts it, and deletes it.
pub(crate) const FUTABA: Person = Person {
    number: "ZK-70002",
    name: "夢想 二葉",
    kana: "ムソウ フタバ",
    roman: "MUSOU Futaba",
    address: "futaba.musou@kojin.example.jp",
};
/// Never accepts it.
pub(crate) const MITSU: Person = Person {
    number: "ZK-70003",
    name: "虚構 三月",
    kana: "キョコウ ミツキ",
    roman: "KYOKOU Mitsuki",
    address: "mitsuki.kyokou@kojin.example.jp",
};
/// Gets none: the achievement begins later than was thought.
pub(crate) const SHIKI: Person = Person {
    number: "ZK-70004",
    name: "仮名 四季",
    kana: "カリナ シキ",
    roman: "KARINA Shiki",
    address: "shiki.karina@kojin.example.jp",
};
/// Passed in November, and waits.
pub(crate) const GOROU: Person = Person {
    number: "ZK-70005",
    name: "幻影 五朗",
    kana: "ゲンエイ ゴロウ",
    roman: "GENEI Gorou",
    address: "gorou.genei@kojin.example.jp",
};

pub(crate) const EVERYBODY: [Person; 5] = [ICHIRO, FUTABA, MITSU, SHIKI, GOROU];

/// The achievement that begins later.
const LATER: &str = "pm-later";

/// When the register of October is kept no more: the 1st of November 2036 in Japan.
pub(crate) const OCTOBER_OVER: &str = "2036-10-31T15:00:00Z";

pub(crate) const HEADING: &str = "資格コード,区分,日付,氏名,フリガナ,ローマ字,メールアドレス,会員番号\n";

pub(crate) fn row(person: Person, achievement: &str, day: &str) -> String {
    let Person { number, name, kana, roman, address } = person;
    format!("{achievement},合格,{day},{name},{kana},{roman},{address},{number}\n")
}

pub(crate) fn october() -> Month {
    Month::new(2026, 10).unwrap()
}

/// The second of November 2026: October is issued, announced, accepted; November has begun.
pub(crate) async fn lived() -> World {
    let world = World::new().await;
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    let later = |first_eligible| NewAchievement {
        id: AchievementId::parse(LATER).unwrap(),
        first_eligible,
        ..month::qualification()
    };
    for (first_eligible, list) in [
        (date(2026, 4, 1), row(SHIKI, LATER, "2026/10/9")),
        (
            date(2026, 11, 1),
            [ICHIRO, FUTABA, MITSU].map(|it| row(it, month::ACHIEVEMENT, "2026/10/5")).concat(),
        ),
    ] {
        let new = later(first_eligible);
        register_achievement(month::claim_ports(&ports, &world), &month::clerk(), new)
            .await
            .unwrap()
            .unwrap();
        register(&world, &list).await;
    }
    assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
    register(&world, &row(GOROU, month::ACHIEVEMENT, "2026/11/1")).await;
    accept(&world, ICHIRO, Visibility::Public).await;
    accept(&world, FUTABA, Visibility::Private).await;
    delete(&world, FUTABA).await;
    sweep(&world).await;
    world
}

pub(crate) async fn register(world: &World, rows: &str) {
    let list = format!("{HEADING}{rows}");
    let (registered, answers) = month::register(&Faulty::new(world, None), world, &list).await.unwrap();
    assert_eq!(registered.summary.refused, 0, "{answers:?}");
}

/// The sweep of now, until nothing fails.
pub(crate) async fn sweep(world: &World) -> issuance::Swept {
    let (swept, result) = month::sweep(&Faulty::new(world, None), world.clock.now()).await;
    result.unwrap();
    swept
}

pub(crate) fn wait_until(world: &World, moment: &str) {
    let missing = moment.parse::<jiff::Timestamp>().unwrap().as_second() - world.clock.now().as_second();
    world.clock.jump(missing.max(0));
}

/// Sweeps hour by hour until a day has passed.
pub(crate) async fn sweep_for_a_day(world: &World) {
    for _ in 0..24 {
        sweep(world).await;
        sums_agree(world).await;
        world.clock.jump(3_600);
    }
}

pub(crate) async fn sums_agree(world: &World) {
    let sums = issuance::reconcile(
        world.table(),
        &world.programme.office,
        world.clock.now(),
        Some(world.clock.now()),
    )
    .await
    .unwrap();
    // November is never run in these tests.
    assert!(
        sums.months
            .iter()
            .filter(|sums| sums.month == october())
            .all(shomei_core::issuance::MonthSums::agrees),
        "{sums}"
    );
}

pub(crate) async fn consistent(world: &World) {
    assert_eq!(inconsistencies(world).await, Vec::<String>::new());
}

pub(crate) fn occasion(person: Person) -> CandidateRef {
    let (achievement, month) = match person {
        SHIKI => (LATER, "2026-10"),
        GOROU => (month::ACHIEVEMENT, "2026-11"),
        _ => (month::ACHIEVEMENT, "2026-10"),
    };
    let achievement = AchievementId::parse(achievement).unwrap();
    CandidateRef::named(&achievement, Kind::Pass, month.parse().unwrap(), &number(person))
}

pub(crate) fn number(person: Person) -> BodyNumber {
    BodyNumber::mend(person.number).unwrap()
}

pub(crate) fn address(person: Person) -> MailAddress {
    MailAddress::mend(person.address).unwrap().address
}

/// What the register says of a person's occasion.
pub(crate) async fn candidate(world: &World, person: Person) -> Option<AnyCandidate> {
    store::load(world.table(), &occasion(person).key()).await.unwrap().map(|stored| stored.record)
}

/// The badge that the register names.
pub(crate) async fn badge_id(world: &World, person: Person) -> BadgeId {
    match candidate(world, person).await {
        Some(AnyCandidate::Issued(candidate)) => candidate.state.badge,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn badge(world: &World, id: &BadgeId) -> Option<AnyBadge> {
    store::load(world.table(), &AnyBadge::key_of(id)).await.unwrap().map(|stored| stored.record)
}

pub(crate) async fn wallet(world: &World, person: Person) -> Option<WalletId> {
    let key = AddressOwner::key_of(&AddressHash::of(&address(person)));
    Some(store::load::<AddressOwner>(world.table(), &key).await.unwrap()?.record.wallet)
}

pub(crate) async fn accept(world: &World, person: Person, visibility: Visibility) {
    let token = world.outbox.tokens().remove(person.address).unwrap().remove(0);
    let accepted = month::accept(&Faulty::new(world, None), world, &token, visibility).await.unwrap();
    assert!(matches!(accepted, Accepted::Now(_)), "{accepted:?}");
}

pub(crate) async fn delete(world: &World, person: Person) {
    let (wallet, badge) = (wallet(world, person).await.unwrap(), badge_id(world, person).await);
    let ports = claim_ports(world.table(), world);
    assert!(deletion::delete(ports, &wallet, &badge).await.unwrap().is_some());
}

/// Orders the deleted badge. The receipt is to be made out to nobody of these tests.
pub(crate) async fn order(world: &World, person: Person) -> OrderId {
    let (wallet, badge) = (wallet(world, person).await.unwrap(), badge_id(world, person).await);
    let ports = Faulty::new(world, None);
    let to = Addressee::parse("見本商事").unwrap();
    match order::place(ports.reissue(), &wallet, &badge, &to, &consent()).await.unwrap() {
        Some(Ordered::Order(order)) => order,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn pay(world: &World, order: &OrderId) {
    let received = Received {
        id: PaymentId::of_checkout("cs_1"),
        way: Way::PaymentService,
        amount: Amount::yen(5_500),
        paid_on: shomei_core::calendar::japan_date(world.clock.now()),
        order: Some(order.clone()),
        intent: Some("pi_1".to_owned()),
        event: Some("evt_1".to_owned()),
        actor: Actor::PaymentService,
    };
    let entered = pay::receive(Faulty::new(world, None).reissue(), &received).await.unwrap();
    assert_eq!(entered, Entered::Settled(order.clone()));
}

pub(crate) async fn issue_again(world: &World, order: &OrderId) {
    let ports = Faulty::new(world, None);
    issue::issue(ports.issuance().signing(), order, &Actor::PaymentService).await.unwrap();
}

pub(crate) async fn refund(world: &World, order: &OrderId) {
    let (ports, reason) = (Faulty::new(world, None), Reason::parse("依頼による").unwrap());
    refund::refund(ports.reissue(), order, &Actor::staff("clerk-1"), &reason).await.unwrap();
}

pub(crate) async fn stored_order(world: &World, order: &OrderId) -> Option<AnyOrder> {
    store::load(world.table(), &AnyOrder::key_of(order)).await.unwrap().map(|stored| stored.record)
}

pub(crate) fn member(role: Role) -> Member {
    Member { subject: format!("{role}-1"), role }
}

pub(crate) async fn person(world: &World, person: Person) -> Option<person::Person> {
    person::of_number(Faulty::new(world, None).reissue(), &number(person)).await.unwrap()
}

/// The kinds of items, the first part of their keys, that hold one of these texts anywhere, keys included.
pub(crate) async fn holders(world: &World, texts: &[&str]) -> Vec<String> {
    let mut kinds = Vec::new();
    for ((partition, sort), attributes) in contents(&world.store.client()).await {
        let all = format!("{partition} {sort} {attributes:?}");
        if texts.iter().any(|text| all.contains(text)) {
            kinds.push(partition.split('#').next().unwrap().to_owned());
        }
    }
    kinds.sort();
    kinds.dedup();
    kinds
}

/// Everything that names a person: what the staff registered, and what is made of it.
pub(crate) async fn naming(world: &World, person: Person) -> Vec<String> {
    let Person { number, name, kana, roman, address } = person;
    let hash = AddressHash::of(&self::address(person)).to_string();
    let id = occasion(person).id;
    let texts = [number, name, kana, roman, address, &hash, &id];
    holders(world, &texts).await
}
