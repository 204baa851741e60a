//! A clerk at work in a world.

use async_trait::async_trait;
use shomei_core::{
    intake::{
        Judged,
        upload::{self, Budget, DraftRow, Filter, Ports, Received, RowRef, Stage, Upload, UploadId},
    },
    office::{self, Member, Role},
    ports::{AskNobody, MailDomains, Table, TakesMail},
};
use shomei_tests::{
    audit::inconsistencies,
    faults::Faulty,
    month::{self, HEADING},
    world::World,
};

/// One block and a transaction at a time.
pub(crate) const ONE: Budget = Budget { until: None, transactions: 1 };

/// Who registers.
pub(crate) fn clerk() -> Member {
    Member { subject: "clerk".to_owned(), role: Role::Clerk }
}

/// Who approves.
pub(crate) fn approver(name: &str) -> Member {
    Member { subject: name.to_owned(), role: Role::Approver }
}

/// Knows of one domain that it takes no mail.
pub(crate) struct NoMailAt(pub(crate) &'static str);

#[async_trait]
impl MailDomains for NoMailAt {
    async fn ask(&self, domains: &[String]) -> Vec<TakesMail> {
        let answer = |domain: &String| if domain == self.0 { TakesMail::No } else { TakesMail::Yes };
        domains.iter().map(answer).collect()
    }
}

/// What drafts may use of a world.
pub(crate) fn ports<'a>(table: &'a dyn Table, world: &'a World) -> Ports<'a> {
    Ports { office: office_ports(table, world), domains: &AskNobody }
}

/// What the office may use of a world.
pub(crate) fn office_ports<'a>(table: &'a dyn Table, world: &'a World) -> office::Ports<'a> {
    office::Ports { table, clock: &world.clock, entropy: &world.entropy, programme: &world.programme }
}

/// A world with the qualification of the tests.
pub(crate) async fn world() -> World {
    let world = World::new().await;
    month::achievement(&Faulty::new(&world, None), &world, None).await.unwrap().unwrap();
    world
}

/// A list with these rows, in CSV.
pub(crate) fn list(rows: &str) -> Vec<u8> {
    format!("{HEADING}{rows}").into_bytes()
}

/// So many people, one row each.
pub(crate) fn people(count: usize) -> String {
    let row =
        |number| format!("pm-foundation,合格,2026/10/5,見本 {number},p{number}@example.jp,A-{number}\n");
    (0..count).map(row).collect()
}

/// A draft of this list, checked step by step.
pub(crate) async fn checked(ports: Ports<'_>, list: &[u8]) -> Upload {
    let received = upload::receive_whole(ports, &clerk(), "list.csv", list).await.unwrap();
    let Received::Taken(draft) = received else { panic!("{received:?}") };
    check(ports, &draft.id, ONE).await
}

/// Checks a draft to its end, by so much at a time.
pub(crate) async fn check(ports: Ports<'_>, id: &UploadId, budget: Budget) -> Upload {
    loop {
        let draft = upload::check(ports, id, budget).await.unwrap().unwrap();
        if !matches!(draft.stage, Stage::Checking { .. } | Stage::Rechecking { .. }) {
            return draft;
        }
    }
}

/// Saves a draft to its end, by so much at a time.
pub(crate) async fn save(ports: Ports<'_>, id: &UploadId, budget: Budget) -> Upload {
    loop {
        let seen = seen(ports, id).await;
        let draft = upload::save(ports, &clerk(), id, seen, budget).await.unwrap().unwrap();
        if !matches!(draft.stage, Stage::Saving { .. }) {
            return draft;
        }
    }
}

/// How often a draft was changed, as its page shows it now.
pub(crate) async fn seen(ports: Ports<'_>, id: &UploadId) -> Option<u32> {
    upload::upload(ports, id).await.unwrap().map(|draft| draft.changes)
}

/// All rows of a draft, in the order of the list.
pub(crate) async fn all_rows(ports: Ports<'_>, draft: &Upload) -> Vec<(RowRef, DraftRow)> {
    upload::rows(ports, draft, Filter::All, 0, usize::MAX).await.unwrap().rows
}

/// What every row came to: the verdict and its codes.
pub(crate) async fn told(ports: Ports<'_>, draft: &Upload) -> Vec<String> {
    all_rows(ports, draft).await.iter().map(|(_, row)| in_short(&row.judged)).collect()
}

/// A verdict and its codes.
pub(crate) fn in_short(judged: &Judged) -> String {
    let codes: Vec<String> = match judged {
        Judged::Accepted { warnings } | Judged::Amended { warnings } => {
            warnings.iter().map(ToString::to_string).collect()
        }
        Judged::Unchanged => Vec::new(),
        Judged::Refused { refusals } => refusals.iter().map(ToString::to_string).collect(),
    };
    let verdict = match judged {
        Judged::Accepted { .. } => "accepted",
        Judged::Amended { .. } => "amended",
        Judged::Unchanged => "unchanged",
        Judged::Refused { .. } => "refused",
    };
    [&[verdict.to_owned()], codes.as_slice()].concat().join(" ")
}

/// Nothing in the store contradicts itself.
pub(crate) async fn is_sound(world: &World) {
    assert_eq!(inconsistencies(world).await, Vec::<String>::new());
}
