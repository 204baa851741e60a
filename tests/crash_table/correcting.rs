//! The life of what the office corrects and sends again.

use shomei_core::{
    badge::{AnyBadge, Visibility},
    calendar::Month,
    candidate::{AchievementId, AnyCandidate, BodyNumber, CandidateRef, Correction, Kind},
    issuance::{self, Call},
    office::{
        Member, Role,
        audit::Deed,
        correct::{self, Corrected, Holder},
        resend::{self, Resent},
    },
    order::Reason,
    ports::{Clock, MailKind},
    store::Failure,
};
use shomei_tests::{
    audit::Census,
    faults::Faulty,
    month::{self, OCTOBER},
    world::World,
};

use crate::{
    UseCase, accepted, crash_table,
    recipient::{address, deliver, wait_until},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Office {
    CorrectRegistered,
    CorrectUnclaimed,
    IssueAgain,
    CorrectForStranger,
    IssueForStranger,
    Resend,
    SendLetter,
    ResendMonth,
    SendMonth,
    Sweep,
}

const AMENDED: &str = "ichiro.mihon@example.jp";
const RIGHT: &str = "futaba.mihon@example.jp";

fn member(role: Role) -> Member {
    Member { subject: "clerk-1".to_owned(), role }
}

fn october() -> Month {
    Month::new(2026, 10).unwrap()
}

fn occasion(number: &str) -> CandidateRef {
    let achievement = AchievementId::parse(month::ACHIEVEMENT).unwrap();
    CandidateRef::named(&achievement, Kind::Pass, october(), &BodyNumber::mend(number).unwrap())
}

impl UseCase for Office {
    const LIFE: &'static [Self] = &[
        Self::CorrectRegistered,
        Self::CorrectUnclaimed,
        Self::IssueAgain,
        Self::CorrectForStranger,
        Self::IssueForStranger,
        Self::Resend,
        Self::SendLetter,
        Self::ResendMonth,
        Self::SendMonth,
        Self::Sweep,
    ];
    const PEOPLE: usize = 4;

    async fn begin(world: &World) {
        let ports = Faulty::new(world, None);
        month::achievement(&ports, world, None).await.unwrap().unwrap();
        month::register(&ports, world, OCTOBER).await.unwrap();
    }

    /// How letters are sent after a read that failed is of the life of a wallet.
    fn goes_on(self) -> bool {
        matches!(self, Self::IssueAgain | Self::IssueForStranger | Self::Sweep)
    }

    /// A badge may wait to be accepted for ever: only what is owed is left to be done.
    fn rest(self) -> Vec<Self> {
        vec![Self::Sweep]
    }

    async fn act(self, ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
        match self {
            Self::CorrectRegistered => {
                let done = corrected(ports, "A-1", AMENDED, Holder::Keeps).await?;
                assert!(matches!(done, Corrected::Amended | Corrected::Unchanged), "{done:?}");
                // What dies in a run is of the life of a month.
                let sums = month::run(&Faulty::new(world, None), month::scheduled()).await?;
                assert!(sums.agrees(), "{sums}");
                let mailed = world.outbox.tokens();
                assert!(mailed.contains_key(AMENDED) && !mailed.contains_key("ichiro@example.jp"));
            }
            Self::CorrectUnclaimed => {
                let done = corrected(ports, "A-2", RIGHT, Holder::Keeps).await?;
                assert!(matches!(done, Corrected::Reissued(_) | Corrected::Unchanged), "{done:?}");
                let lines = Census::take(&world.store).await.audit;
                let of_two = |deed: &Deed| matches!(deed, Deed::AddressCorrected { candidate, .. } if *candidate == occasion("A-2"));
                assert_eq!(lines.iter().filter(|line| of_two(&line.deed)).count(), 1);
            }
            Self::IssueAgain | Self::IssueForStranger => issued_again(self, ports, world).await?,
            Self::CorrectForStranger => {
                if Census::take(&world.store).await.wallets.is_empty() {
                    accepted(&Faulty::new(world, None), world, "mitsu@example.jp", Visibility::Public)
                        .await?;
                }
                let done = corrected(ports, "A-3", "right.mitsu@example.jp", Holder::IsAnother).await?;
                let done_or_on_its_way =
                    matches!(done, Corrected::Reissued(_) | Corrected::Running(_) | Corrected::Unchanged);
                assert!(done_or_on_its_way, "{done:?}");
            }
            Self::Resend => {
                let sent = resend::resend(ports.reissue(), &member(Role::Clerk), &occasion("A-2")).await?;
                assert_eq!(sent, Resent::Owed);
            }
            Self::SendLetter => deliver(ports).await?,
            Self::ResendMonth => {
                wait_until(world, "2026-11-06T00:00:00Z");
                loop {
                    let clerk = member(Role::Clerk);
                    let at = resend::resend_month(ports.reissue(), &clerk, october()).await?;
                    if at.finished_at.is_some() {
                        assert_eq!(at.mails, 4, "each once");
                        break;
                    }
                }
                let lines = Census::take(&world.store).await.audit;
                let all = lines.iter().filter(|line| matches!(line.deed, Deed::LinksResent { .. })).count();
                assert_eq!(all, 1);
            }
            Self::SendMonth | Self::Sweep => {
                let (swept, result) = month::sweep(ports, month::scheduled()).await;
                result?;
                if swept.mails.postponed > 0 {
                    return Err(Failure::TryAgain("mails were postponed".to_owned()));
                }
                if self == Self::SendMonth {
                    let mails = world.outbox.mails();
                    let to = |address: &str| {
                        let resent = |mail: &&shomei_core::ports::Mail| {
                            mail.kind == MailKind::LinkResent && mail.to.as_str() == address
                        };
                        mails.iter().filter(resent).count()
                    };
                    assert!(to("shiki@example.jp") > 0 && to(RIGHT) > 1);
                }
            }
        }
        Ok(())
    }
}

async fn corrected(ports: &Faulty<'_>, number: &str, to: &str, holder: Holder) -> Result<Corrected, Failure> {
    let correction = Correction { address: Some(address(to)), ..Correction::default() };
    let (approver, reason) = (member(Role::Approver), Reason::parse("電話で確認").unwrap());
    correct::correct(ports.reissue(), &approver, &occasion(number), &correction, &reason, holder).await
}

async fn issued_again(office: Office, ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
    let done = issuance::issue_again(ports.issuance(), &month::compose, &Call::default()).await?;
    issuance::publish_marked(ports.issuance()).await?;
    if done.mails.postponed > 0 {
        return Err(Failure::TryAgain("mails were postponed".to_owned()));
    }
    let (number, to) = match office {
        Office::IssueAgain => ("A-2", RIGHT),
        _ => ("A-3", "right.mitsu@example.jp"),
    };
    let census = Census::take(&world.store).await;
    let AnyCandidate::Issued(candidate) = &census.candidates[&occasion(number).key()] else { panic!() };
    match &census.badges[&candidate.state.badge] {
        AnyBadge::Unclaimed(badge) => assert_eq!(badge.address.as_str(), to),
        other => panic!("{other:?}"),
    }
    assert!(census.orders.values().all(|order| order.terms().asked_at <= world.clock.now()));
    Ok(())
}

crash_table! { Office
    amending_loses_nothing: CorrectRegistered;
    correcting_loses_nothing: CorrectUnclaimed, IssueAgain;
    correcting_for_a_stranger_loses_nothing: CorrectForStranger, IssueForStranger;
    resending_loses_nothing: Resend, SendLetter;
    resending_to_all_loses_nothing: ResendMonth, SendMonth;
    sweeping_loses_nothing: Sweep;
}
