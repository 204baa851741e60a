//! The crash table: every use case × every operation of its ports × every way to fail → repeat → audit of the whole
//! store. Nothing is lost, doubled or half-made, and the rest of the month goes on as if nothing had been.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

#[path = "crash_table/correcting.rs"]
mod correcting;
#[path = "crash_table/delivery.rs"]
mod delivery;
#[path = "crash_table/lists.rs"]
mod lists;
#[path = "crash_table/order.rs"]
mod order;
#[path = "crash_table/recipient.rs"]
mod recipient;
#[path = "crash_table/revocation.rs"]
mod revocation;
#[path = "crash_table/rights.rs"]
mod rights;

use std::fmt::Debug;

use jiff::Timestamp;
use shomei_core::{
    badge::Visibility,
    claim::{self, Accepted, Opened},
    intake::Registered,
    issuance,
    office::achievements::draft::DraftSaved,
    ports::Clock,
    status::StatusListId,
    store::Failure,
    verify,
};
use shomei_tests::{
    audit::{Census, Contents, contents, incompleteness, inconsistencies},
    faults::{Faulty, Plan},
    month,
    world::World,
};

/// A use case in a life of many, one after the other.
trait UseCase: Copy + Debug + PartialEq + 'static {
    /// The whole life.
    const LIFE: &'static [Self];

    /// So many people are on the list.
    const PEOPLE: usize;

    /// What the programme is like.
    fn settings(_: &mut World) {}

    /// Where the life begins.
    async fn begin(world: &World);

    /// Does it once. `Ok` means that the caller was told it is done.
    async fn act(self, ports: &Faulty<'_>, world: &World) -> Result<(), Failure>;

    /// What is done after it, so that nothing is left over.
    fn rest(self) -> Vec<Self>;

    /// So many badges are left in the end, beside those that were replaced.
    fn left(self) -> usize {
        Self::PEOPLE
    }

    /// Whether it does other things after a read that failed. If not, a failed read is as good as death.
    fn goes_on(self) -> bool {
        true
    }
}

/// The life of October's badges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Month {
    RegisterAchievement,
    ChangeAchievement,
    RegisterList,
    AmendList,
    EditAchievement,
    Plan,
    Issue,
    Announce,
    Reconcile,
    OpenLink,
    ClaimPublic,
    ClaimPrivate,
    ShowBadge,
    BakePicture,
    Sweep,
}

/// The corrected row of one person.
const CORRECTION: &str = "pm-foundation,合格,2026/10/5,見本 二葉,futaba.mihon@example.jp,A-2\n";

impl UseCase for Month {
    const LIFE: &'static [Self] = &[
        Self::RegisterAchievement,
        Self::ChangeAchievement,
        Self::RegisterList,
        Self::AmendList,
        Self::EditAchievement,
        Self::Plan,
        Self::Issue,
        Self::Announce,
        Self::Reconcile,
        Self::OpenLink,
        Self::ClaimPublic,
        Self::ClaimPrivate,
        Self::ShowBadge,
        Self::BakePicture,
        Self::Sweep,
    ];
    const PEOPLE: usize = 4;

    async fn begin(_: &World) {}

    fn rest(self) -> Vec<Self> {
        let only_reads = [Self::Plan, Self::Reconcile, Self::OpenLink, Self::ShowBadge, Self::BakePicture];
        let later = Self::LIFE.iter().skip_while(|later| **later != self).skip(1);
        later.filter(|later| !only_reads.contains(later)).copied().collect()
    }

    async fn act(self, ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
        match self {
            Self::RegisterAchievement => month::achievement(ports, world, None).await?.map(|_| ()).unwrap(),
            Self::ChangeAchievement => month::achievement(ports, world, Some(36)).await?.map(|_| ()).unwrap(),
            Self::RegisterList => all_taken(&month::register(ports, world, month::OCTOBER).await?.0)?,
            Self::AmendList => {
                let list = format!("{}{CORRECTION}", month::HEADING);
                all_taken(&month::register(ports, world, &list).await?.0)?;
            }
            Self::EditAchievement => {
                let saved = month::edit(ports, world, "試験と面接に合格すること。").await?;
                assert_ne!(saved, DraftSaved::NotReady);
            }
            Self::Plan => {
                issuance::plan(ports, month::scheduled()).await?;
            }
            Self::Issue => {
                let plan = issuance::plan(world.table(), month::scheduled()).await?;
                month::issue(ports, &plan).await?;
            }
            Self::Announce => {
                let plan = issuance::plan(world.table(), month::scheduled()).await?;
                let sent = month::announce(ports, &plan).await?;
                if sent.iter().any(|sent| sent.mails.postponed > 0) {
                    return Err(Failure::TryAgain("mails were postponed".to_owned()));
                }
            }
            Self::Reconcile => {
                let sums =
                    issuance::reconcile(ports, &world.programme.office, month::scheduled(), None).await?;
                assert!(sums.agrees(), "{sums}");
            }
            Self::OpenLink => {
                let token = &world.outbox.tokens()["ichiro@example.jp"][0];
                let opened = claim::open(month::claim_ports(ports, world), token).await?;
                assert!(matches!(opened, Opened::Offer(_)), "{opened:?}");
            }
            Self::ClaimPublic => accepted(ports, world, "ichiro@example.jp", Visibility::Public).await?,
            Self::ClaimPrivate => accepted(ports, world, "shiki@example.jp", Visibility::Private).await?,
            Self::ShowBadge => {
                let census = Census::take(&world.store).await;
                let id = census.public.keys().next().unwrap();
                let now = world.clock.now();
                let examined = verify::examine(ports, &world.programme, id, now).await?;
                assert!(examined.is_some());
            }
            Self::BakePicture => {
                let census = Census::take(&world.store).await;
                let id = census.public.keys().next().unwrap();
                let picture = verify::baked_picture(ports, &world.programme, id).await?.unwrap();
                let baked = openbadges::bake::unbake(&picture).unwrap().unwrap();
                assert_eq!(baked, census.public[id].signed);
            }
            Self::Sweep => {
                let list = StatusListId::parse("2026-10-0").unwrap();
                revoke_an_unused_index(world, &list).await;
                month::sweep(ports, month::scheduled()).await.1?;
            }
        }
        Ok(())
    }
}

/// A row that was not saved says so, and the clerk sends the list again.
fn all_taken(registered: &Registered) -> Result<(), Failure> {
    if registered.summary.refused == 0 {
        Ok(())
    } else {
        Err(Failure::TryAgain("some rows were not saved".to_owned()))
    }
}

async fn accepted(
    ports: &Faulty<'_>,
    world: &World,
    address: &str,
    visibility: Visibility,
) -> Result<(), Failure> {
    let token = &world.outbox.tokens()[address][0];
    match month::accept(ports, world, token, visibility).await? {
        Accepted::Now(badge) | Accepted::Before(badge) => {
            assert_eq!(badge.state.visibility, visibility);
            Ok(())
        }
        other => panic!("{other:?}"),
    }
}

async fn revoke_an_unused_index(world: &World, list: &StatusListId) {
    let census = Census::take(&world.store).await;
    if !census.revoked.is_empty() {
        return;
    }
    let index = month::free_places(world, 1).await[0];
    month::revoke(world, list, index).await;
}

async fn lived_until<U: UseCase>(use_case: U) -> World {
    let mut world = World::new().await;
    U::settings(&mut world);
    U::begin(&world).await;
    live(&world, U::LIFE.iter().take_while(|earlier| **earlier != use_case)).await;
    world
}

async fn live<U: UseCase>(world: &World, use_cases: impl Iterator<Item = &U>) {
    for use_case in use_cases {
        let ports = Faulty::new(world, None);
        use_case.act(&ports, world).await.unwrap_or_else(|failure| panic!("{use_case:?}: {failure}"));
    }
}

/// All that the rest of a life depends on, but for the random names of what is to come.
#[derive(PartialEq)]
struct Left {
    stored: Contents,
    /// To whom they went, and what they said.
    mails: Vec<(String, String)>,
    now: Timestamp,
}

impl Left {
    async fn of(world: &World) -> Self {
        let mails = world.outbox.mails().into_iter().map(|mail| (mail.to.as_str().to_owned(), mail.text));
        Self { stored: contents(&world.store.client()).await, mails: mails.collect(), now: world.clock.now() }
    }
}

/// Lives on after a fault, unless that was done already from where it left things.
async fn strike<U: UseCase>(before: &World, use_case: U, plan: Plan, known: &mut Vec<Left>) {
    let world = before.copy().await;
    let ports = Faulty::new(&world, Some(plan));
    let outcome = use_case.act(&ports, &world).await;
    let struck = ports.struck().unwrap_or_else(|| panic!("{use_case:?} has no operation {}", plan.at));
    let case =
        format!("{use_case:?}, operation {} ({struck}), {:?}, dies: {}", plan.at, plan.fault, plan.dies);
    let left = Left::of(&world).await;
    if known.contains(&left) {
        return;
    }
    known.push(left);
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new(), "{case}: at once ({outcome:?})");
    // Someone tries again, an hour later.
    world.clock.jump(3_600);
    live(&world, [use_case].iter()).await;
    live(&world, use_case.rest().iter()).await;
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new(), "{case}: in the end");
    assert_eq!(incompleteness(&world, use_case.left()).await, Vec::<String>::new(), "{case}: in the end");
    let Census { letters, stale, .. } = Census::take(&world.store).await;
    assert_eq!((letters.len(), stale.len()), (0, 0), "{case}: in the end");
}

async fn strike_everywhere<U: UseCase>(use_cases: &[U]) {
    let mut lived: Option<World> = None;
    for (place, &use_case) in use_cases.iter().enumerate() {
        let before = match lived.take() {
            Some(world) => world,
            None => lived_until(use_case).await,
        };
        let faultless = before.copy().await;
        let ports = Faulty::new(&faultless, None);
        use_case.act(&ports, &faultless).await.unwrap();
        let operations = ports.operations();
        assert!(!operations.is_empty(), "{use_case:?} uses no port");
        let mut known = Vec::new();
        for plan in Plan::everywhere(&operations, use_case.goes_on()) {
            strike(&before, use_case, plan, &mut known).await;
        }
        // What comes next in the life goes on from here.
        let next = U::LIFE.iter().skip_while(|it| **it != use_case).nth(1);
        lived = (next == use_cases.get(place + 1)).then_some(faultless);
    }
}

/// One test a group, so that they run side by side.
macro_rules! crash_table {
    ($life:ident $($name:ident: $($use_case:ident),+;)+) => {
        $(
            #[tokio::test]
            async fn $name() {
                crate::strike_everywhere(&[$($life::$use_case),+]).await;
            }
        )+

        #[test]
        fn the_table_has_every_use_case() {
            let struck = [$($($life::$use_case),+),+];
            assert_eq!(struck, <$life as crate::UseCase>::LIFE);
        }
    };
}
use crash_table;

crash_table! { Month
    intake_loses_nothing: RegisterAchievement, ChangeAchievement, RegisterList, AmendList, EditAchievement;
    planning_loses_nothing: Plan;
    issuing_loses_nothing: Issue;
    announcing_loses_nothing: Announce;
    reconciling_loses_nothing: Reconcile;
    claiming_loses_nothing: OpenLink, ClaimPublic, ClaimPrivate;
    verifying_loses_nothing: ShowBadge, BakePicture;
    sweeping_loses_nothing: Sweep;
}
