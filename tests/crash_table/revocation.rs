//! The life of revocations: proposed, declined, agreed and done, for a badge in every state, and done again on another ground.

use shomei_core::{
    badge::{AnyBadge, BadgeId, Ground, Visibility},
    candidate::AnyCandidate,
    claim::deletion,
    issuance::{self, Call},
    office::{
        Member, Role,
        revocation::{Decided, Decision, Draft, ProposalId, Raised, decide, execute, propose},
    },
    order::{Addressee, Reason},
    reissue::order::{self, Ordered},
    store::Failure,
};
use shomei_tests::{
    audit::Census,
    faults::Faulty,
    month::{self, OCTOBER, claim_ports, consent},
    world::World,
};

use crate::{
    UseCase, crash_table,
    recipient::{deliver, wallet},
};

/// One shows the badge, one hides it, one has not accepted it, and one has deleted and ordered it.
const PEOPLE: [&str; 4] = ["ichiro@example.jp", "futaba@example.jp", "mitsu@example.jp", "shiki@example.jp"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Revocation {
    ProposeInVain,
    Decline,
    Propose,
    Agree,
    Execute,
    ProposeOnAnotherGround,
    AgreeToThat,
    DoWhatIsOwed,
    Sweep,
}

impl UseCase for Revocation {
    const LIFE: &'static [Self] = &[
        Self::ProposeInVain,
        Self::Decline,
        Self::Propose,
        Self::Agree,
        Self::Execute,
        Self::ProposeOnAnotherGround,
        Self::AgreeToThat,
        Self::DoWhatIsOwed,
        Self::Sweep,
    ];
    const PEOPLE: usize = PEOPLE.len();

    async fn begin(world: &World) {
        let ports = Faulty::new(world, None);
        month::achievement(&ports, world, None).await.unwrap().unwrap();
        month::register(&ports, world, OCTOBER).await.unwrap();
        assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
        let [ichiro, futaba, _, shiki] = PEOPLE;
        for (address, visibility) in
            [(ichiro, Visibility::Public), (futaba, Visibility::Private), (shiki, Visibility::Public)]
        {
            let link = &world.outbox.tokens()[address][0];
            month::accept(&ports, world, link, visibility).await.unwrap();
        }
        let (wallet, badge) = (wallet(world, shiki).await.unwrap(), badge(world, shiki).await);
        deletion::delete(claim_ports(&ports, world), &wallet, &badge).await.unwrap().unwrap();
        let to = Addressee::parse("見本 様").unwrap();
        let ordered = order::place(ports.reissue(), &wallet, &badge, &to, &consent()).await.unwrap();
        assert!(matches!(ordered, Some(Ordered::Order(_))), "{ordered:?}");
        deliver(&ports).await.unwrap();
        issuance::publish_marked(ports.issuance()).await.unwrap();
    }

    fn rest(self) -> Vec<Self> {
        vec![Self::Sweep]
    }

    async fn act(self, ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
        match self {
            Self::ProposeInVain => proposed(ports, world, 1, &PEOPLE[..1], Ground::Misconduct).await?,
            Self::Propose => proposed(ports, world, 2, &PEOPLE, Ground::Misconduct).await?,
            Self::ProposeOnAnotherGround => {
                proposed(ports, world, 3, &PEOPLE[..1], Ground::IssuedInError).await?;
            }
            Self::Decline => {
                let decided = decide(ports.reissue(), &approver(), &id(1), Decision::Decline).await?;
                assert_eq!(decided, Decided::Declined);
            }
            Self::Agree => agreed(ports, 2).await?,
            Self::AgreeToThat => agreed(ports, 3).await?,
            Self::Execute => {
                let (progress, result) = execute(ports.reissue(), &id(2), None).await;
                result?;
                assert_eq!((progress.waiting.len(), progress.left), (0, 0));
                assert_eq!(grounds(world).await, [Some(Ground::Misconduct); 4]);
            }
            Self::DoWhatIsOwed => {
                let call = Call::default();
                issuance::issue_again(ports.issuance(), &month::compose, &call).await?;
                let (changed, same) = (Some(Ground::IssuedInError), Some(Ground::Misconduct));
                assert_eq!(grounds(world).await, [changed, same, same, same]);
            }
            Self::Sweep => {
                let (swept, result) = month::sweep(ports, month::scheduled()).await;
                result?;
                if swept.mails.postponed > 0 {
                    return Err(Failure::TryAgain("mails were postponed".to_owned()));
                }
            }
        }
        Ok(())
    }
}

fn id(number: u8) -> ProposalId {
    ProposalId::parse(&format!("0b06a6e2-5bd5-4a3e-9d0c-6f8b2a7c4d{number:02}")).unwrap()
}

fn approver() -> Member {
    Member { subject: "approver-1".to_owned(), role: Role::Approver }
}

async fn proposed(
    ports: &Faulty<'_>,
    world: &World,
    number: u8,
    people: &[&str],
    ground: Ground,
) -> Result<(), Failure> {
    let clerk = Member { subject: "clerk-1".to_owned(), role: Role::Clerk };
    let mut badges = Vec::new();
    for address in people {
        badges.push(badge(world, address).await);
    }
    let draft = Draft { id: id(number), badges, ground, reason: Reason::parse("内規 第3条").unwrap() };
    let raised = propose(ports.reissue(), &clerk, &draft).await?;
    assert_eq!(raised, Raised::Proposal(id(number)));
    Ok(())
}

async fn agreed(ports: &Faulty<'_>, number: u8) -> Result<(), Failure> {
    let decided = decide(ports.reissue(), &approver(), &id(number), Decision::Agree).await?;
    assert_eq!(decided, Decided::Agreed);
    Ok(())
}

/// On what ground the badge of each of the people is revoked.
async fn grounds(world: &World) -> [Option<Ground>; 4] {
    let census = Census::take(&world.store).await;
    let mut grounds = [None; 4];
    for (ground, address) in grounds.iter_mut().zip(PEOPLE) {
        *ground = match &census.badges[&badge(world, address).await] {
            AnyBadge::Deleted(badge) => badge.revoked.map(|revoked| revoked.ground),
            AnyBadge::Unclaimed(_) | AnyBadge::Claimed(_) => None,
        };
    }
    grounds
}

async fn badge(world: &World, address: &str) -> BadgeId {
    let census = Census::take(&world.store).await;
    let of = |candidate: AnyCandidate| match candidate {
        AnyCandidate::Issued(issued) if issued.details.address.as_str() == address => {
            Some(issued.state.badge)
        }
        _ => None,
    };
    census.candidates.into_values().find_map(of).unwrap()
}

crash_table! { Revocation
    declining_loses_nothing: ProposeInVain, Decline;
    proposing_loses_nothing: Propose, Agree;
    revoking_loses_nothing: Execute;
    mending_a_ground_loses_nothing: ProposeOnAnotherGround, AgreeToThat, DoWhatIsOwed;
    sweeping_loses_nothing: Sweep;
}
