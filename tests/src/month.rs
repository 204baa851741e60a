//! One month of the programme: a few people, and the use cases that carry them from the list to a claimed badge.

use jiff::{Timestamp, civil::date};
use openbadges::status::StatusIndex;
use shomei_core::address::MailAddress;
use shomei_core::{
    badge::{ConsentVersion, Visibility},
    calendar::{self, Month},
    claim::{self, Accepted},
    intake::{
        AchievementRefusal, NewAchievement, Registered, Registration, RowAnswer, Saved, list::read_csv,
        register_achievement, register_list,
    },
    issuance::{self, AboutOrder, Announced, Call, Issued, Message, Plan, Reconciliation, Swept, Work},
    office::{
        self, Member, Role,
        achievements::{
            self, Typed,
            draft::{self, Base, DraftSaved, NewDraft},
        },
    },
    ports::{Clock, Mail, Table},
    programme::Bilingual,
    status::{self, StatusListId},
    store::{self, Failure},
    token::Token,
};

use crate::{audit::Census, faults::Faulty, world::World};

/// The qualification of the tests.
pub const ACHIEVEMENT: &str = "pm-foundation";

/// The heading that a list of the tests has.
pub const HEADING: &str = "資格コード,区分,日付,氏名,メールアドレス,会員番号\n";

/// October's list: three people who passed, one who renewed.
pub const OCTOBER: &str = "資格コード,区分,日付,氏名,メールアドレス,会員番号\n\
    pm-foundation,合格,2026/10/1,見本 一郎,ichiro@example.jp,A-1\n\
    pm-foundation,合格,2026/10/5,見本 二葉,futaba@example.jp,A-2\n\
    pm-foundation,合格,2026/10/31,髙橋 👩‍💻,mitsu@example.jp,A-3\n\
    pm-foundation,更新,2026/10/20,見本 四季,shiki@example.jp,A-4\n";

/// When October's run is scheduled.
pub fn scheduled() -> Timestamp {
    calendar::scheduled_run(Month::new(2026, 10).unwrap())
}

/// Registers the qualification of the tests, valid for so many months.
///
/// # Errors
/// As the use case.
pub async fn achievement(
    ports: &Faulty<'_>,
    world: &World,
    validity_months: Option<u16>,
) -> Result<Result<Saved, AchievementRefusal>, Failure> {
    let new = NewAchievement { validity_months, ..qualification() };
    register_achievement(claim_ports(ports, world), &clerk(), new).await
}

/// The member of the staff who does what a test says nothing about.
pub fn clerk() -> Member {
    Member { subject: "staff-1".to_owned(), role: Role::Clerk }
}

/// A clerk changes what the qualification of the tests takes, by the office's form: typed, kept as a draft, saved.
///
/// # Errors
/// As the use cases.
pub async fn edit(ports: &Faulty<'_>, world: &World, criteria: &str) -> Result<DraftSaved, Failure> {
    let World { clock, entropy, programme, .. } = world;
    let may = office::Ports { table: ports, clock, entropy, programme };
    let id = shomei_core::candidate::AchievementId::parse(ACHIEVEMENT).unwrap();
    let stands = achievements::one(ports, &id).await?.unwrap();
    let mut typed = Typed::of(&stands);
    typed.criteria.ja = criteria.to_owned();
    let base = Some(Base { achievement: id, version: stands.version });
    let new = NewDraft { typed, base, file: Some(picture()), earlier: None };
    let kept = draft::keep(may, new).await?.unwrap();
    let draft = draft::draft(may, &kept).await?.unwrap();
    draft::save(may, &clerk(), &draft).await
}

/// The qualification of the tests.
pub fn qualification() -> NewAchievement {
    let bilingual = |ja: &str, en: &str| Bilingual { ja: ja.to_owned(), en: en.to_owned() };
    NewAchievement {
        id: shomei_core::candidate::AchievementId::parse(ACHIEVEMENT).unwrap(),
        name: bilingual("基礎", "Foundation"),
        description: bilingual("基本を理解している。", "Understands the basics."),
        criteria: bilingual("試験に合格すること。", "Pass the examination."),
        artwork: picture(),
        validity_months: None,
        first_eligible: date(2026, 4, 1),
        closed: None,
    }
}

/// A small PNG.
pub fn picture() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 2, 2);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[200; 12]).unwrap();
    writer.finish().unwrap();
    file
}

/// Registers a list, and gives every row's answer.
///
/// # Errors
/// As the use case.
pub async fn register(
    ports: &Faulty<'_>,
    world: &World,
    csv: &str,
) -> Result<(Registered, Vec<RowAnswer>), Failure> {
    let mut registration = Registration::new(ports, &world.clock, &world.entropy);
    let mut answers = Vec::new();
    let rows = read_csv(csv.as_bytes()).unwrap();
    let registered = register_list(&mut registration, rows, |answer| answers.push(answer)).await?;
    Ok((registered, answers))
}

/// The steps of a run, one after the other, as a scheduler drives them.
///
/// # Errors
/// That of the first shard or step that failed; the others are done all the same.
pub async fn run(ports: &Faulty<'_>, scheduled: Timestamp) -> Result<Reconciliation, Failure> {
    let plan = issuance::plan(ports, scheduled).await?;
    issue(ports, &plan).await?;
    announce(ports, &plan).await?;
    issuance::reconcile(ports, &ports.issuance().programme.office, scheduled, None).await
}

/// Issues every shard of a plan.
///
/// # Errors
/// That of the first shard that failed; the others are done all the same.
pub async fn issue(ports: &Faulty<'_>, plan: &Plan) -> Result<Vec<Issued>, Failure> {
    let mut done = Vec::new();
    for work in &plan.work {
        done.push(issuance::issue(ports.issuance(), *work, &Call::default()).await);
    }
    done.into_iter().map(|done| done.map_err(Failure::from)).collect()
}

/// Sends the mails of every shard of a plan.
///
/// # Errors
/// That of the first shard that failed; the others are done all the same.
pub async fn announce(ports: &Faulty<'_>, plan: &Plan) -> Result<Vec<Announced>, Failure> {
    let mut done = Vec::new();
    for work in &plan.work {
        done.push(announce_shard(ports, *work).await);
    }
    done.into_iter().collect()
}

/// Sends the mails of one shard.
///
/// # Errors
/// As the use case.
pub async fn announce_shard(ports: &Faulty<'_>, work: Work) -> Result<Announced, Failure> {
    Ok(issuance::announce(ports.issuance(), work, &compose, &Call::default()).await?)
}

/// The shortest mail that says what it must.
///
/// # Errors
/// None.
pub fn compose(to: MailAddress, message: &Message<'_>) -> Result<Mail, Failure> {
    let text = match message {
        Message::Announcement(announcement) => {
            format!("{} {}", announcement.holder_name.as_str(), announcement.claim_url)
        }
        Message::SignIn { url } | Message::AddressProof { url, .. } | Message::RestoreWallet { url } => {
            (*url).to_owned()
        }
        Message::AddressesChanged { address, .. } => address.as_str().to_owned(),
        Message::BadgeDeleted { achievement, .. } => achievement.ja.clone(),
        Message::BadgeRevoked { achievement, revoked, .. } => {
            format!("{} {}", achievement.ja, revoked.ground.name())
        }
        Message::Order(AboutOrder::Placed(order)) => order.terms.reference.to_string(),
        Message::Order(AboutOrder::Expired(order)) => order.reference.to_string(),
        Message::Order(AboutOrder::Reissued(order)) => order.state.badge.to_string(),
        Message::Order(AboutOrder::Refunded(order)) => order.state.credit_note.to_string(),
        Message::WalletClosed { badges, .. } => badges.to_string(),
        Message::Inquiry(asked) => asked.message.as_str().to_owned(),
        Message::InquiryReceived { reference, .. } => reference.to_string(),
    };
    let subject = message.kind().name().to_owned();
    let (kind, badge, reply_to) = (message.kind(), message.badge().cloned(), message.reply_to().cloned());
    Ok(Mail { kind, badge, to, reply_to, subject, html: text.clone(), text })
}

/// Accepts the badge behind a link.
///
/// # Errors
/// As the use case.
pub async fn accept(
    ports: &Faulty<'_>,
    world: &World,
    token: &Token,
    visibility: Visibility,
) -> Result<Accepted, Failure> {
    claim::accept(claim_ports(ports, world), token, visibility, &consent()).await
}

/// What recipients' use cases may use of a world.
pub fn claim_ports<'a>(table: &'a dyn Table, world: &'a World) -> claim::Ports<'a> {
    claim::Ports { table, clock: &world.clock, entropy: &world.entropy }
}

/// A wording that holders agree to.
pub fn consent() -> ConsentVersion {
    ConsentVersion("2026-11".to_owned())
}

/// What happens between the runs.
pub async fn sweep(ports: &Faulty<'_>, scheduled: Timestamp) -> (Swept, Result<(), Failure>) {
    issuance::sweep(ports.issuance(), scheduled, &compose, &Call::default()).await
}

/// So many places of the first status lists that no badge has.
pub async fn free_places(world: &World, count: usize) -> Vec<StatusIndex> {
    let used: Vec<_> = Census::take(&world.store).await.slots.iter().map(|slot| slot.index).collect();
    (0..).map(StatusIndex::wrapping).filter(|index| !used.contains(index)).take(count).collect()
}

/// Sets a bit for ever, as whoever revokes a badge does.
pub async fn revoke(world: &World, list: &StatusListId, index: StatusIndex) {
    let writes = status::set_bit(list, index, world.clock.now()).unwrap();
    store::commit(world.table(), &world.entropy, writes.into()).await.unwrap();
}
