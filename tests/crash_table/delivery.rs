//! The life of a mail after it was sent: what the mail service tells of it, what then is not sent, and the person who decides.

use jiff::Timestamp;
use shomei_core::{
    badge::Visibility,
    claim::{self, Asked},
    delivery::{self, Applied, Happened, Released},
    issuance::{self, Call},
    order::{Actor, Reason},
    ports::Clock,
    store::Failure,
};
use shomei_tests::{
    audit::Census,
    faults::Faulty,
    mails,
    month::{self, claim_ports},
    world::World,
};

use crate::{
    UseCase, crash_table,
    recipient::{address, client, wait_until},
};

const ICHIRO: &str = "ichiro@example.jp";
const FUTABA: &str = "futaba@example.jp";
const MITSU: &str = "mitsu@example.jp";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Delivery {
    HearThatItIsLate,
    HearThatItArrived,
    HearThatItCameBack,
    HearOfJunk,
    Remind,
    StopReminders,
    StopLetter,
    List,
    Release,
    Sweep,
}

impl UseCase for Delivery {
    const LIFE: &'static [Self] = &[
        Self::HearThatItIsLate,
        Self::HearThatItArrived,
        Self::HearThatItCameBack,
        Self::HearOfJunk,
        Self::Remind,
        Self::StopReminders,
        Self::StopLetter,
        Self::List,
        Self::Release,
        Self::Sweep,
    ];
    const PEOPLE: usize = 4;

    /// October is announced. One mail came back because the mailbox was full, and then the badge was accepted by it all the same.
    async fn begin(world: &World) {
        let ports = Faulty::new(world, None);
        month::achievement(&ports, world, None).await.unwrap().unwrap();
        month::register(&ports, world, month::OCTOBER).await.unwrap();
        assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
        hear(&ports, world, MITSU, mails::soft).await.unwrap();
        let link = &world.outbox.tokens()[MITSU][0];
        month::accept(&ports, world, link, Visibility::Private).await.unwrap();
    }

    fn goes_on(self) -> bool {
        matches!(self, Self::StopReminders | Self::StopLetter | Self::Sweep)
    }

    /// A person decides at last, and then nothing is owed any more.
    fn rest(self) -> Vec<Self> {
        vec![Self::Release, Self::Sweep]
    }

    async fn act(self, ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
        match self {
            Self::HearThatItIsLate => {
                let late = |at: Timestamp| {
                    let (at, kind) = (at + delivery::LONG_DELAY, delivery::DelayKind::MailboxFull);
                    Happened::Delayed(delivery::Delay { at, kind, code: None })
                };
                hear(ports, world, ICHIRO, late).await?;
                assert_eq!(marks(world).await, [ICHIRO, MITSU]);
            }
            Self::HearThatItArrived => {
                hear(ports, world, ICHIRO, |at| Happened::Delivered { at }).await?;
                assert_eq!(marks(world).await, [MITSU]);
            }
            Self::HearThatItCameBack => {
                hear(ports, world, FUTABA, mails::hard).await?;
                assert_eq!(marks(world).await, [FUTABA, MITSU]);
            }
            Self::HearOfJunk => {
                hear(ports, world, ICHIRO, mails::junk).await?;
                assert_eq!(Census::take(&world.store).await.stopped.len(), 2);
            }
            Self::Remind => {
                wait_until(world, "2026-11-09T01:00:00Z");
                issuance::remind(ports.issuance(), world.clock.now(), &Call::default()).await?;
            }
            Self::StopReminders => {
                let plan = issuance::plan(world.table(), month::scheduled()).await?;
                let announced = month::announce(ports, &plan).await?;
                all_sent(announced.iter().map(|done| done.mails.postponed).sum())?;
                assert_eq!((mails_to(world, ICHIRO), mails_to(world, FUTABA)), (1, 1));
            }
            Self::StopLetter => {
                let link = &world.outbox.tokens()[FUTABA][0];
                let asked = claim::ask_link(claim_ports(ports, world), link, &client()).await?;
                assert_eq!(asked, Asked::Noted);
                let done = issuance::deliver(ports.issuance(), &month::compose, &Call::default()).await?;
                assert_eq!((done.sent, mails_to(world, FUTABA)), (0, 1));
            }
            Self::List => {
                let page = delivery::undelivered(claim_ports(ports, world), None, None).await?;
                let listed: Vec<_> = page.badges.iter().map(|one| one.badge.address.as_str()).collect();
                // The pages of a test are short.
                assert!(listed.iter().all(|address| [ICHIRO, FUTABA].contains(address)), "{listed:?}");
            }
            Self::Release => {
                for of in [ICHIRO, FUTABA] {
                    let reason = Reason::parse("it works again").unwrap();
                    let ports = claim_ports(ports, world);
                    let done =
                        delivery::release(ports, &address(of), &Actor::staff("clerk-1"), &reason).await?;
                    assert!([Released::Now, Released::NotStopped].contains(&done));
                }
                let census = Census::take(&world.store).await;
                assert!(census.stopped.iter().all(|stopped| stopped.reason().is_none()));
                assert_eq!(census.deeds().len(), census.stopped.len(), "one line for each decision");
            }
            Self::Sweep => {
                let (swept, result) = month::sweep(ports, month::scheduled()).await;
                result?;
                all_sent(swept.mails.postponed)?;
                assert_eq!(swept.mails.stopped, 0);
            }
        }
        Ok(())
    }
}

/// What happened to the announcement that an address got, at the moment at which it was sent.
async fn hear(
    ports: &Faulty<'_>,
    world: &World,
    to: &str,
    happened: impl Fn(Timestamp) -> Happened,
) -> Result<Applied, Failure> {
    let mails = world.outbox.mails();
    let mail = mails.iter().find(|mail| mail.to.as_str() == to).unwrap();
    let sent = "2026-11-02T00:00:00Z".parse().unwrap();
    let event = mails::event(mail, &format!("m-{}", to.len()), sent, happened(sent));
    delivery::apply(claim_ports(ports, world), &event).await
}

/// To whom the mails went whose badges are marked.
async fn marks(world: &World) -> Vec<String> {
    let census = Census::take(&world.store).await;
    let mails = world.outbox.mails();
    let marked =
        mails.iter().filter(|mail| mail.badge.as_ref().is_some_and(|id| census.undelivered.contains(id)));
    let mut to: Vec<_> = marked.map(|mail| mail.to.as_str().to_owned()).collect();
    to.sort();
    to.dedup();
    to
}

fn mails_to(world: &World, to: &str) -> usize {
    world.outbox.mails().iter().filter(|mail| mail.to.as_str() == to).count()
}

fn all_sent(postponed: usize) -> Result<(), Failure> {
    if postponed == 0 { Ok(()) } else { Err(Failure::TryAgain("mails were postponed".to_owned())) }
}

crash_table! { Delivery
    hearing_of_mails_loses_nothing: HearThatItIsLate, HearThatItArrived, HearThatItCameBack, HearOfJunk;
    stopping_mails_loses_nothing: Remind, StopReminders, StopLetter;
    deciding_loses_nothing: List, Release;
    sweeping_loses_nothing: Sweep;
}
