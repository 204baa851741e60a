//! The month at a glance counts what became of the badges, and reads no more of them than that takes.

use shomei_core::{
    badge::{AnyBadge, BadgeStanding, Visibility},
    calendar,
    office::glance,
    ports::Clock as _,
    store,
};

use crate::desk::{self, DAY, october, ports};

const NUMBERS: [&str; 4] = ["A-1", "A-2", "A-3", "A-4"];

#[tokio::test]
async fn what_is_read_of_a_badge_says_what_the_badge_says() {
    let world = desk::mailed().await;
    desk::claim(&world, "ichiro@example.jp", Visibility::Private).await;
    world.clock.jump(DAY);
    desk::claim(&world, "futaba@example.jp", Visibility::PublicWithoutName).await;
    desk::claim(&world, "shiki@example.jp", Visibility::Public).await;
    desk::delete(&world, "shiki@example.jp", "A-4").await;

    for number in NUMBERS {
        let badge = desk::badge(&world, number).await;
        let (id, said) = match &badge {
            AnyBadge::Unclaimed(badge) => (&badge.id, BadgeStanding::Unclaimed),
            AnyBadge::Claimed(badge) => {
                let (claimed_at, visibility) = (badge.state.claimed_at, badge.state.visibility);
                (&badge.id, BadgeStanding::Claimed { claimed_at, visibility })
            }
            AnyBadge::Deleted(badge) => (&badge.id, BadgeStanding::Deleted),
        };
        let read = store::load_views::<BadgeStanding>(world.table(), &[AnyBadge::key_of(id)]).await.unwrap();
        assert_eq!(read, [Some(said)], "{number}");
    }

    let badges = glance::glance(ports(&world), october()).await.unwrap().badges;
    assert_eq!((badges.unclaimed, badges.private, badges.public, badges.ended), (1, 1, 1, 1));
    let today = calendar::japan_date(world.clock.now());
    assert_eq!(badges.claims, [(today.yesterday().unwrap(), 1), (today, 1)].into());
}
