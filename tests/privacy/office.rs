//! What the office stores beside its changes: who is signed in, who did what, who is being erased.

use shomei_core::{
    calendar::Month,
    candidate::BodyNumber,
    claim,
    intake::upload::{self, Budget, Received},
    office::{
        self, Member, Role,
        approval::MonthApproval,
        audit::{self, Deed},
        retention::RetentionProgress,
        rights::{erasure, export, person},
        session,
    },
    order::Reason,
    ports::{AskNobody, Clock as _},
    store,
    token::Token,
    wallet::AddressHash,
};
use shomei_tests::world::World;

use crate::{functions::request::STAFF, orders::REASON, people::PEOPLE};

/// A clerk looks at a list of everybody, and sends it once more, which nobody has read yet; another one has approved of October.
async fn with_lists(ports: office::Ports<'_>, clerk: &Member) {
    let ports = upload::Ports { office: ports, domains: &AskNobody };
    let row = |person: &crate::people::Person| {
        let crate::people::Person { name, kana, roman, address, number, .. } = person;
        format!("pm-foundation,合格,2026/10/5,{name},{kana},{roman},{address},{number}\n")
    };
    let heading = "資格コード,区分,日付,氏名,フリガナ,ローマ字,メールアドレス,会員番号\n";
    let list = format!("{heading}{}", PEOPLE.iter().map(row).collect::<String>());
    for read in [true, false] {
        let received = upload::receive_whole(ports, clerk, "list.csv", list.as_bytes()).await.unwrap();
        let Received::Taken(draft) = received else { panic!("the list was not taken") };
        if read {
            upload::check(ports, &draft.id, Budget::ALL).await.unwrap().unwrap();
        }
    }
    let now = ports.office.clock.now();
    let approval = MonthApproval {
        month: Month::new(2026, 10).unwrap(),
        id: "1".to_owned(),
        up_to: now,
        approved_at: now,
        approved_by: STAFF.to_owned(),
    };
    let approval = store::create(&approval).unwrap();
    store::commit(ports.office.table, ports.office.entropy, vec![approval]).await.unwrap();
}

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
    with_lists(ports, &member).await;
    erasure::begin(ports, &member, &found(1).await, &reason).await.unwrap();
    [browser, link]
}
