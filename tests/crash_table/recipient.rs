//! The life of a wallet: every use case of recipients, and what issuance does for them.

use shomei_core::{
    address::MailAddress,
    badge::{AnyBadge, BadgeId, Visibility},
    claim::{
        self, Accepted, Asked, Client,
        addresses::{self, Changed, Proved},
        closing, deletion,
        inquiry::{self, Inquiry, Named},
        name_match, session, visibility,
    },
    inquiry::{FormStamp, InquiryText, Topic},
    issuance::{self, Call},
    name_match::{Compared, compare},
    ports::{Clock, MailKind},
    programme::Locale,
    store::{self, Failure},
    token::Token,
    wallet::{AddressHash, AddressOwner, Wallet, WalletId},
};
use shomei_tests::{
    audit::Census,
    faults::Faulty,
    month::{self, claim_ports, consent},
    world::{World, link_in},
};

use crate::{UseCase, crash_table};

/// One person with two badges of one achievement, and three with one; each on a day of their own.
const LIST: &str = "資格コード,区分,日付,氏名,メールアドレス,会員番号\n\
    pm-foundation,合格,2026/10/1,見本 一郎,ichiro@example.jp,A-1\n\
    pm-foundation,更新,2026/10/20,見本 一郎,ichiro@example.jp,A-5\n\
    pm-foundation,合格,2026/10/5,見本 二葉,futaba@example.jp,A-2\n\
    pm-foundation,合格,2026/10/25,見本 三月,mitsu@example.jp,A-3\n\
    pm-foundation,合格,2026/10/31,見本 四季,shiki@example.jp,A-4\n";

const ICHIRO: &str = "ichiro@example.jp";
const FUTABA: &str = "futaba@example.jp";
const MITSU: &str = "mitsu@example.jp";

/// The days of the badges.
const FIRST: i8 = 1;
const RENEWAL: i8 = 20;
const OF_FUTABA: i8 = 5;
const OF_MITSU: i8 = 25;
const OF_SHIKI: i8 = 31;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recipient {
    AcceptIntoNewWallet,
    AcceptIntoKnownWallet,
    AskToSignIn,
    SignIn,
    AskToAddAddress,
    MergeWallets,
    AskToJoin,
    Join,
    Publish,
    AllowNameMatch,
    CompareName,
    LeaveOutName,
    StopNameMatch,
    Hide,
    MakeMain,
    RemoveAddress,
    ChooseLanguage,
    SignOutEverywhere,
    Delete,
    Remind,
    SendReminders,
    AskForLink,
    Inquire,
    Close,
    Sweep,
}

impl UseCase for Recipient {
    const LIFE: &'static [Self] = &[
        Self::AcceptIntoNewWallet,
        Self::AcceptIntoKnownWallet,
        Self::AskToSignIn,
        Self::SignIn,
        Self::AskToAddAddress,
        Self::MergeWallets,
        Self::AskToJoin,
        Self::Join,
        Self::Publish,
        Self::AllowNameMatch,
        Self::CompareName,
        Self::LeaveOutName,
        Self::StopNameMatch,
        Self::Hide,
        Self::MakeMain,
        Self::RemoveAddress,
        Self::ChooseLanguage,
        Self::SignOutEverywhere,
        Self::Delete,
        Self::Remind,
        Self::SendReminders,
        Self::AskForLink,
        Self::Inquire,
        Self::Close,
        Self::Sweep,
    ];
    const PEOPLE: usize = 5;

    /// Everything is issued and mailed, one badge by several links, and one of the others has a wallet with a public badge.
    async fn begin(world: &World) {
        let ports = Faulty::new(world, None);
        month::achievement(&ports, world, None).await.unwrap().unwrap();
        month::register(&ports, world, LIST).await.unwrap();
        assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
        for _ in 0..2 {
            let may = claim_ports(&ports, world);
            claim::ask_link(may, &link(world, FIRST).await, &client()).await.unwrap();
            deliver(&ports).await.unwrap();
        }
        accept(&ports, world, OF_FUTABA, Visibility::Public).await.unwrap();
    }

    /// A wallet may stay as it is for ever: only what is owed is left to be done.
    fn rest(self) -> Vec<Self> {
        vec![Self::Sweep]
    }

    async fn act(self, ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
        let may = claim_ports(ports, world);
        match self {
            Self::AcceptIntoNewWallet => accept(ports, world, FIRST, Visibility::Public).await?,
            Self::AcceptIntoKnownWallet => accept(ports, world, RENEWAL, Visibility::Private).await?,
            Self::AskToSignIn => ask_to_sign_in(ports, world).await?,
            Self::SignIn => sign_in(ports, world).await?,
            Self::AskToAddAddress => ask_to_add(ports, world).await?,
            Self::MergeWallets => {
                // A link that is too old by now is asked for again.
                while !prove(ports, world, FUTABA).await? {
                    ask_to_add(ports, world).await?;
                }
                assert_eq!(held(world, &[FIRST, RENEWAL, OF_FUTABA]).await, 3);
            }
            Self::AskToJoin => ask_to_join(ports, world).await?,
            Self::Join => {
                while !prove(ports, world, MITSU).await? {
                    ask_to_join(ports, world).await?;
                }
                assert_eq!(held(world, &[FIRST, RENEWAL, OF_FUTABA, OF_MITSU]).await, 4);
            }
            Self::Publish => show(ports, world, RENEWAL, Visibility::Public).await?,
            Self::AllowNameMatch => {
                let (wallet, badge) = (wallet(world, MITSU).await.unwrap(), badge(world, RENEWAL).await);
                assert!(name_match::allow(may, ports, &wallet, &badge).await?);
            }
            Self::CompareName => {
                let badge = badge(world, RENEWAL).await;
                assert_eq!(compared(ports, &badge, "見本一郎").await?, Some(Compared::Matches));
                assert_eq!(compared(ports, &badge, "見本二郎").await?, Some(Compared::Differs));
            }
            Self::StopNameMatch => {
                let (wallet, badge) = (wallet(world, MITSU).await.unwrap(), badge(world, RENEWAL).await);
                assert!(name_match::stop(may, &wallet, &badge).await?);
            }
            Self::LeaveOutName => show(ports, world, RENEWAL, Visibility::PublicWithoutName).await?,
            Self::Hide => show(ports, world, OF_FUTABA, Visibility::Private).await?,
            Self::MakeMain => {
                let wallet = wallet(world, MITSU).await.unwrap();
                let changed = addresses::make_main(may, &wallet, &address(MITSU)).await?;
                assert_eq!(changed, Changed::Done);
            }
            Self::RemoveAddress => {
                let wallet = wallet(world, MITSU).await.unwrap();
                addresses::remove(may, &wallet, &address(FUTABA)).await?;
                assert_eq!(self::wallet(world, FUTABA).await, None);
            }
            Self::ChooseLanguage => {
                let wallet = wallet(world, MITSU).await.unwrap();
                addresses::choose_locale(may, &wallet, Locale::En).await?;
            }
            Self::SignOutEverywhere => {
                let wallet = wallet(world, MITSU).await.unwrap();
                session::sign_out_everywhere(may, &wallet).await?;
            }
            Self::Delete => {
                let wallet = wallet(world, MITSU).await.unwrap();
                deletion::delete(may, &wallet, &badge(world, FIRST).await).await?;
                assert!(is_deleted(world, FIRST).await);
            }
            Self::Remind => {
                wait_until(world, "2026-11-09T01:00:00Z");
                let today = world.clock.now();
                issuance::remind(ports.issuance(), today, &Call::default()).await?;
            }
            Self::SendReminders => {
                let plan = issuance::plan(world.table(), month::scheduled()).await?;
                let sent = month::announce(ports, &plan).await?;
                all_sent(sent.iter().map(|sent| sent.mails.postponed).sum())?;
                let mails = world.outbox.mails();
                assert!(mails.iter().any(|mail| mail.kind == MailKind::FirstReminder));
            }
            Self::AskForLink => {
                let asked = claim::ask_link(may, &link(world, OF_SHIKI).await, &client()).await?;
                assert_eq!(asked, Asked::Noted);
                deliver(ports).await?;
            }
            Self::Inquire => inquire(ports, world).await?,
            Self::Close => {
                // Whoever closed it and was not told finds nobody signed in.
                if let Some(wallet) = wallet(world, MITSU).await {
                    closing::close(may, &wallet).await?;
                }
                for day in [FIRST, RENEWAL, OF_FUTABA, OF_MITSU] {
                    assert!(is_deleted(world, day).await, "the badge of the {day}th");
                }
                assert_eq!(Census::take(&world.store).await.wallets, []);
            }
            Self::Sweep => {
                let (swept, result) = month::sweep(ports, month::scheduled()).await;
                result?;
                all_sent(swept.mails.postponed)?;
            }
        }
        Ok(())
    }
}

async fn compared(ports: &Faulty<'_>, badge: &BadgeId, name: &str) -> Result<Option<Compared>, Failure> {
    let answered = compare(ports.name_match(), badge, name, &client()).await?;
    Ok(answered.map(|answered| answered.compared))
}

pub(crate) fn client() -> Client {
    Client::of("203.0.113.9")
}

pub(crate) fn address(text: &str) -> MailAddress {
    MailAddress::mend(text).unwrap().address
}

pub(crate) fn wait_until(world: &World, moment: &str) {
    let missing = moment.parse::<jiff::Timestamp>().unwrap().as_second() - world.clock.now().as_second();
    world.clock.jump(missing.max(0));
}

fn all_sent(postponed: usize) -> Result<(), Failure> {
    if postponed == 0 { Ok(()) } else { Err(Failure::TryAgain("mails were postponed".to_owned())) }
}

pub(crate) async fn deliver(ports: &Faulty<'_>) -> Result<(), Failure> {
    let mails = issuance::deliver(ports.issuance(), &month::compose, &Call::default()).await?;
    all_sent(mails.postponed)
}

/// The wallet that knows an address.
pub(crate) async fn wallet(world: &World, of: &str) -> Option<WalletId> {
    let key = AddressOwner::key_of(&AddressHash::of(&address(of)));
    let owner = store::load::<AddressOwner>(world.table(), &key).await.unwrap()?;
    let wallet = store::load::<Wallet>(world.table(), &Wallet::key_of(&owner.record.wallet)).await.unwrap();
    Some(wallet.unwrap().record.id)
}

/// The badge of an occasion on this day of October.
async fn badge(world: &World, day: i8) -> BadgeId {
    let census = Census::take(&world.store).await;
    let on_day = |badge: &&AnyBadge| match badge {
        AnyBadge::Unclaimed(badge) => badge.date.day() == day,
        AnyBadge::Claimed(badge) => badge.date.day() == day,
        AnyBadge::Deleted(badge) => badge.date.day() == day,
    };
    match census.badges.values().find(on_day).unwrap() {
        AnyBadge::Unclaimed(badge) => badge.id.clone(),
        AnyBadge::Claimed(badge) => badge.id.clone(),
        AnyBadge::Deleted(badge) => badge.id.clone(),
    }
}

async fn is_deleted(world: &World, day: i8) -> bool {
    let badge = badge(world, day).await;
    matches!(Census::take(&world.store).await.badges[&badge], AnyBadge::Deleted(_))
}

/// How many of these days' badges are in the first person's wallet.
async fn held(world: &World, days: &[i8]) -> usize {
    let wallet = wallet(world, ICHIRO).await.unwrap();
    let census = Census::take(&world.store).await;
    let of_wallet = census.holdings.iter().filter(|holding| holding.wallet == wallet);
    of_wallet.filter(|holding| days.contains(&holding.date.day())).count()
}

/// The first link that was mailed to a badge.
async fn link(world: &World, day: i8) -> Token {
    let badge = badge(world, day).await;
    let mails = world.outbox.mails();
    let mail = mails.iter().find(|mail| mail.badge.as_ref() == Some(&badge)).unwrap();
    link_in(&mail.text, "/claim/").unwrap()
}

async fn accept(ports: &Faulty<'_>, world: &World, day: i8, visibility: Visibility) -> Result<(), Failure> {
    match month::accept(ports, world, &link(world, day).await, visibility).await? {
        Accepted::Now(badge) | Accepted::Before(badge) => {
            assert_eq!(badge.state.visibility, visibility);
            Ok(())
        }
        other => panic!("{other:?}"),
    }
}

async fn show(ports: &Faulty<'_>, world: &World, day: i8, visibility: Visibility) -> Result<(), Failure> {
    let wallet = wallet(world, ICHIRO).await.or(self::wallet(world, MITSU).await).unwrap();
    let badge = badge(world, day).await;
    let ports = claim_ports(ports, world);
    assert!(visibility::choose(ports, &wallet, &badge, visibility, &consent()).await?);
    Ok(())
}

async fn ask_to_sign_in(ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
    let asked = session::ask(claim_ports(ports, world), &address(ICHIRO), &client()).await?;
    assert_eq!(asked, Asked::Noted);
    deliver(ports).await
}

async fn sign_in(ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
    loop {
        let mails = world.outbox.mails();
        let mail = mails.iter().rfind(|mail| mail.kind == MailKind::SignIn).unwrap();
        let token = link_in(&mail.text, "/wallet/sign-in/").unwrap();
        let may = claim_ports(ports, world);
        if let Some(browser) = session::sign_in(may, &token).await? {
            let owner = session::signed_in(may, &browser).await?;
            assert!(owner.is_some(), "the browser has a session");
            return Ok(());
        }
        // It was used, or is too old: another one is asked for.
        ask_to_sign_in(ports, world).await?;
    }
}

async fn ask_to_add(ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
    let wallet = wallet(world, ICHIRO).await.unwrap();
    let may = claim_ports(ports, world);
    assert_eq!(addresses::ask(may, &wallet, &address(FUTABA), &client()).await?, Asked::Noted);
    deliver(ports).await
}

async fn ask_to_join(ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
    let wallet = wallet(world, ICHIRO).await.unwrap();
    let may = claim_ports(ports, world);
    let token = link(world, OF_MITSU).await;
    assert_eq!(addresses::ask_by_link(may, &wallet, &token, &client()).await?, Some(Asked::Noted));
    deliver(ports).await
}

/// The same form, however often it is sent.
async fn inquire(ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
    let badge = badge(world, RENEWAL).await;
    let wallet =
        Census::take(&world.store).await.wallets.into_iter().find(|wallet| wallet.knows(&address(MITSU)));
    let inquiry = Inquiry {
        topic: Topic::Sharing,
        message: InquiryText::mend("どうすればよいですか。").unwrap(),
        reply_to: address(MITSU),
        named: Named { badge: Some(badge), link: None },
        form: FormStamp::parse("1794184200-0102030405064708890a0b0c0d0e0f10").unwrap(),
    };
    let office = world.programme.office_mailbox()?;
    let may = claim_ports(ports, world);
    assert_eq!(inquiry::send(may, &office, wallet.as_ref(), &inquiry, &client()).await?, Asked::Noted);
    // Whoever is told that it was sent is not forgotten, though the office's mailbox may refuse it for a while.
    let mailed = world.outbox.mails().iter().any(|mail| mail.kind == MailKind::Inquiry);
    let letters = Census::take(&world.store).await.letters;
    assert!(mailed || letters.iter().any(|letter| letter.subject.is_for_the_office()));
    deliver(ports).await
}

/// Whether the last link that was mailed to an address has brought it into the first person's wallet, now or before.
async fn prove(ports: &Faulty<'_>, world: &World, to: &str) -> Result<bool, Failure> {
    let mails = world.outbox.mails();
    let proof =
        |mail: &&shomei_core::ports::Mail| mail.kind == MailKind::AddressProof && mail.to.as_str() == to;
    let token = link_in(&mails.iter().rfind(proof).unwrap().text, "/wallet/prove/").unwrap();
    let wallet = wallet(world, ICHIRO).await.unwrap();
    match addresses::prove(claim_ports(ports, world), &wallet, &token, &consent()).await? {
        Proved::Added { .. } => Ok(true),
        Proved::Dead => Ok(self::wallet(world, to).await == Some(wallet)),
        other => panic!("{other:?}"),
    }
}

crash_table! { Recipient
    accepting_loses_nothing: AcceptIntoNewWallet, AcceptIntoKnownWallet;
    signing_in_loses_nothing: AskToSignIn, SignIn;
    merging_loses_nothing: AskToAddAddress, MergeWallets;
    joining_loses_nothing: AskToJoin, Join;
    showing_loses_nothing: Publish;
    comparing_names_loses_nothing: AllowNameMatch, CompareName;
    hiding_loses_nothing: LeaveOutName, StopNameMatch, Hide;
    changing_a_wallet_loses_nothing: MakeMain, RemoveAddress, ChooseLanguage, SignOutEverywhere;
    deleting_loses_nothing: Delete;
    reminding_loses_nothing: Remind, SendReminders;
    asking_loses_nothing: AskForLink, Inquire;
    closing_loses_nothing: Close;
    sweeping_loses_nothing: Sweep;
}
