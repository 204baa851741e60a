//! What the office stores beside its changes: who is signed in, who did what, who is being erased.

use shomei_core::{
    candidate::BodyNumber,
    claim,
    office::{
        self, Member, Role,
        audit::{self, Deed},
        retention::RetentionProgress,
        rights::{erasure, export, person},
        session,
    },
    order::Reason,
    ports::Clock as _,
    store,
    token::Token,
    wallet::AddressHash,
};
use shomei_tests::world::World;

use crate::{functions::request::STAFF, orders::REASON, people::PEOPLE};

/// A colleague signs in and prints a link for another one, hands out a copy of the first person, releases an address, and begins to erase
/// the second person. Gives what browsers and links keep.
pub(crate) async fn at_work(world: &World) -> [Token; 2] {
    let member = Member { subject: STAFF.to_owned(), role: Role::Approver };
    let World { clock, entropy, programme, .. } = world;
    let ports = office::Ports { table: world.table(), clock, entropy, programme };
    let claim: claim::Ports<'_> = ports.of_claim();
    let browser = session::begin(claim, &member).await.unwrap();
    let link = session::grant(claim, &member).await.unwrap();
    let found = async |place: usize| {
        let number = BodyNumber::mend(PEOPLE[place].number).unwrap();
        person::of_number(ports, &number).await.unwrap().unwrap()
    };
    let first = found(0).await;
    export::export(ports, &member, &first).await.unwrap();
    let reason = Reason::parse(REASON).unwrap();
    let address = AddressHash::of(&first.occasions[0].record.details().address);
    let deed = Deed::AddressReleased { address, reason: reason.clone() };
    let line = audit::line(entropy, clock.now(), member.actor(), deed).unwrap();
    let progress = store::create(&RetentionProgress::default()).unwrap();
    store::commit(ports.table, entropy, vec![line, progress]).await.unwrap();
    erasure::begin(ports, &member, &found(1).await, &reason).await.unwrap();
    [browser, link]
}
