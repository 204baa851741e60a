//! The life of a list that a clerk sends: received, judged, mended and registered; one candidate is cancelled, and the month is
//! approved and issued. Besides, somebody of the staff comes in and goes, and another list is thrown away.

use shomei_core::{
    calendar::Month,
    candidate::{AchievementId, AnyCandidate, BodyNumber, CandidateRef, Kind},
    intake::upload::{self, Budget, Mended, Mending, Received, RowRef, Stage, Upload, UploadId},
    issuance,
    office::{
        self, Member, Role,
        approval::{Approved, approve_month, to_approve},
        audit::Deed,
        cancellation::{Cancelling, cancel},
        session,
    },
    order::Reason,
    ports::{AskNobody, Table},
    programme::OfficeTerms,
    store::Failure,
};
use shomei_tests::{
    audit::Census,
    faults::Faulty,
    month::{self, clerk},
    world::World,
};

use crate::{UseCase, crash_table};

/// The second one's address is mended by a click, the third one's number is another's, the fourth one is cancelled later, and the
/// last one is left out.
const LIST: &str = "資格コード,区分,日付,氏名,メールアドレス,会員番号\n\
    pm-foundation,合格,2026/10/1,見本 一郎,ichiro@example.jp,A-1\n\
    pm-foundation,合格,2026/10/5,見本 二葉,futaba@gmial.com,A-2\n\
    pm-foundation,合格,2026/10/9,見本 三月,mitsu@example.jp,A-1\n\
    pm-foundation,合格,2026/10/20,見本 四季,shiki@example.jp,A-4\n\
    pm-foundation,合格,2026/10/31,見本 五美,gomi@example.jp,A-5\n";

/// The row of the third one as it is typed anew, in the order of the columns.
const THIRD: [&str; 8] =
    ["pm-foundation", "合格", "2026/10/9", "見本 三月", "", "", "mitsu@example.jp", "A-3"];

/// What the clerk's files are called.
const FILE: &str = "october.csv";
const WRONG_FILE: &str = "last-year.csv";

/// Where the rows stand that somebody touches.
const OF_FUTABA: RowRef = RowRef { chunk: 0, line: 3 };
const OF_MITSU: RowRef = RowRef { chunk: 0, line: 4 };
const OF_GOMI: RowRef = RowRef { chunk: 0, line: 6 };

/// As little as a step can do, so that every step is one that somebody has to go on from.
const ONE: Budget = Budget { until: None, transactions: 1 };

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lists {
    SignIn,
    SignOut,
    Begin,
    Send,
    Judge,
    TakeSuggestion,
    LeaveOut,
    JudgeAgain,
    Save,
    MendWhatIsLeft,
    SaveTheRest,
    ThrowAway,
    Cancel,
    Approve,
    Issue,
}

impl UseCase for Lists {
    const LIFE: &'static [Self] = &[
        Self::SignIn,
        Self::SignOut,
        Self::Begin,
        Self::Send,
        Self::Judge,
        Self::TakeSuggestion,
        Self::LeaveOut,
        Self::JudgeAgain,
        Self::Save,
        Self::MendWhatIsLeft,
        Self::SaveTheRest,
        Self::ThrowAway,
        Self::Cancel,
        Self::Approve,
        Self::Issue,
    ];
    /// One of the five is left out, and one is cancelled.
    const PEOPLE: usize = 3;

    fn settings(world: &mut World) {
        world.programme.office = OfficeTerms { second_approval: true };
    }

    async fn begin(world: &World) {
        let ports = Faulty::new(world, None);
        month::achievement(&ports, world, None).await.unwrap().unwrap();
    }

    /// Before a list is sent, nobody is registered.
    fn left(self) -> usize {
        if self.is_of_the_door() { 0 } else { Self::PEOPLE }
    }

    fn rest(self) -> Vec<Self> {
        if self.is_of_the_door() {
            return Vec::new();
        }
        let later = Self::LIFE.iter().skip_while(|later| **later != self).skip(1);
        later.filter(|later| ![Self::JudgeAgain, Self::ThrowAway].contains(later)).copied().collect()
    }

    fn goes_on(self) -> bool {
        self == Self::Issue
    }

    async fn act(self, ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
        let may = ports_of(ports, world);
        match self {
            Self::SignIn => sign_in(ports, world).await?,
            Self::SignOut => sign_out(ports, world).await?,
            Self::Begin => {
                // Whoever comes back to the page finds the list that was begun.
                if begun(world, FILE).await.is_none() {
                    upload::begin(may, &clerk(), FILE).await?;
                }
            }
            Self::Send => send(may, &draft(world).await.id).await?,
            Self::Judge => {
                let judged = judged(may, &draft(world).await.id).await?;
                let tally = judged.tally;
                assert_eq!((tally.accepted, tally.warned, tally.refused, tally.rows()), (3, 1, 1, 5));
            }
            Self::TakeSuggestion => {
                // Where it was taken before, there is none any more.
                let mended =
                    upload::mend(may, &clerk(), &draft(world).await.id, OF_FUTABA, &Mending::TakeSuggestion)
                        .await?;
                assert!(matches!(mended, Mended::Done(_) | Mended::Unknown), "{mended:?}");
                assert_eq!(draft(world).await.tally.warned, 0);
            }
            Self::LeaveOut => {
                mend(may, &draft(world).await.id, OF_GOMI, &Mending::Drop).await?;
                assert_eq!(draft(world).await.tally.dropped, 1);
            }
            Self::JudgeAgain => {
                let before = draft(world).await;
                upload::recheck(may, &clerk(), &before.id).await?.unwrap();
                assert_eq!(judged(may, &before.id).await?.tally, before.tally);
            }
            Self::Save => {
                let draft = saved(may, &draft(world).await.id).await?;
                assert_eq!((draft.saved.accepted, draft.saved.rows), (3, 3), "the refused row is left");
                assert_eq!((draft.stage, draft.tally.refused, draft.tally.rows()), (Stage::Checked, 1, 1));
                assert_eq!(registered(world).await, (3, vec![3]));
            }
            Self::MendWhatIsLeft => {
                let cells = Mending::Cells(Box::new(THIRD.map(str::to_owned)));
                mend(may, &draft(world).await.id, OF_MITSU, &cells).await?;
                assert_eq!(draft(world).await.tally.accepted, 1);
            }
            Self::SaveTheRest => {
                // The clerk says so and goes; the sweep registers.
                let mut left = draft(world).await;
                while left.stage == Stage::Checked && left.tally.rows() > 0 {
                    left = upload::save(may, &clerk(), &left.id, Some(left.changes), ONE).await?.unwrap();
                }
                resume(may).await?;
                let draft = draft(world).await;
                assert_eq!((draft.saved.accepted, draft.saved.rows), (4, 4));
                assert_eq!(draft.stage, Stage::Saved);
                assert_eq!(registered(world).await, (4, vec![1, 3]));
            }
            Self::ThrowAway => throw_away(may, world).await?,
            Self::Cancel => {
                let reason = Reason::parse("申込みの取消し").unwrap();
                let done = cancel(may.office, &clerk(), &fourth(), &reason).await?;
                assert!([Cancelling::Done, Cancelling::Before].contains(&done), "{done:?}");
            }
            Self::Approve => approve(ports, world).await?,
            Self::Issue => {
                let plan = issuance::plan(world.table(), month::scheduled()).await?;
                month::issue(ports, &plan).await?;
                // The mails and the sums are of the life of a month.
                let sums = month::run(&Faulty::new(world, None), month::scheduled()).await?;
                assert!(sums.agrees(), "{sums}");
                all_is_as_if_nobody_ever_died(world).await;
            }
        }
        Ok(())
    }
}

impl Lists {
    /// Whether it is about who comes in and goes, and about no list.
    fn is_of_the_door(self) -> bool {
        matches!(self, Self::SignIn | Self::SignOut)
    }
}

fn ports_of<'a>(table: &'a dyn Table, world: &'a World) -> upload::Ports<'a> {
    let World { clock, entropy, programme, .. } = world;
    upload::Ports { office: office::Ports { table, clock, entropy, programme }, domains: &AskNobody }
}

fn october() -> Month {
    Month::new(2026, 10).unwrap()
}

/// The fourth one's occasion.
fn fourth() -> CandidateRef {
    let achievement = AchievementId::parse(month::ACHIEVEMENT).unwrap();
    CandidateRef::named(&achievement, Kind::Pass, october(), &BodyNumber::mend("A-4").unwrap())
}

/// A list that was begun, as whoever looks at the page finds it.
async fn begun(world: &World, file: &str) -> Option<Upload> {
    let known = upload::uploads(ports_of(world.table(), world)).await.unwrap();
    let mut of_file = known.into_iter().filter(|draft| draft.file == file);
    let found = of_file.next();
    assert!(of_file.next().is_none(), "a list was begun twice");
    found
}

async fn draft(world: &World) -> Upload {
    begun(world, FILE).await.unwrap()
}

/// In two parts, as the page's script sends a list, and from the beginning, as it does after it died.
async fn send(ports: upload::Ports<'_>, id: &UploadId) -> Result<(), Failure> {
    let middle = LIST.len() / 2;
    for (number, part) in (0..).zip([&LIST.as_bytes()[..middle], &LIST.as_bytes()[middle..]]) {
        let received = upload::receive(ports, &clerk(), id, number, part).await?;
        assert!(matches!(received, Received::Taken(_)), "{received:?}");
    }
    let received = upload::finish(ports, &clerk(), id, 2).await?;
    assert!(matches!(received, Received::Taken(_)), "{received:?}");
    Ok(())
}

/// Judged to its end, step by step.
async fn judged(ports: upload::Ports<'_>, id: &UploadId) -> Result<Upload, Failure> {
    loop {
        let draft = upload::check(ports, id, ONE).await?.unwrap();
        match draft.stage {
            Stage::Checking { .. } | Stage::Rechecking { .. } => {}
            Stage::Checked => return Ok(draft),
            other => panic!("{other:?}"),
        }
    }
}

/// Registered to its end, step by step, until only what is refused is left.
async fn saved(ports: upload::Ports<'_>, id: &UploadId) -> Result<Upload, Failure> {
    loop {
        let seen = upload::upload(ports, id).await?.map(|draft| draft.changes);
        let draft = upload::save(ports, &clerk(), id, seen, ONE).await?.unwrap();
        let waits = draft.tally.rows() > draft.tally.refused;
        if !waits && !matches!(draft.stage, Stage::Saving { .. }) {
            return Ok(draft);
        }
    }
}

/// What the sweep does with lists whose clerk has gone.
async fn resume(ports: upload::Ports<'_>) -> Result<(), Failure> {
    upload::resume(ports.office, None).await.1
}

async fn mend(
    ports: upload::Ports<'_>,
    id: &UploadId,
    row: RowRef,
    mending: &Mending,
) -> Result<(), Failure> {
    let mended = upload::mend(ports, &clerk(), id, row, mending).await?;
    assert!(matches!(mended, Mended::Done(_)), "{mended:?}");
    Ok(())
}

/// How many candidates there are, and how many rows the audit tells of, list by list.
async fn registered(world: &World) -> (usize, Vec<usize>) {
    let census = Census::take(&world.store).await;
    let rows = |deed: Deed| if let Deed::ListRegistered { rows } = deed { Some(rows) } else { None };
    let mut told: Vec<usize> = census.deeds().into_iter().filter_map(|line| rows(line.deed)).collect();
    told.sort_unstable();
    (census.candidates.len(), told)
}

/// A list that nobody wants, judged by then.
async fn throw_away(ports: upload::Ports<'_>, world: &World) -> Result<(), Failure> {
    let id = if let Some(draft) = begun(world, WRONG_FILE).await {
        draft.id
    } else {
        let faultless = ports_of(world.table(), world);
        let sent = upload::receive_whole(faultless, &clerk(), WRONG_FILE, LIST.as_bytes()).await?;
        let Received::Taken(draft) = sent else { panic!("{sent:?}") };
        judged(faultless, &draft.id).await?.id
    };
    upload::throw_away(ports, &clerk(), &id).await?;
    upload::clear(ports, &id, ONE).await?;
    resume(ports).await?;
    assert!(begun(world, WRONG_FILE).await.is_none());
    assert_eq!(Census::take(&world.store).await.draft_rows.len(), 0);
    Ok(())
}

/// By somebody else, after the run found nothing that was approved.
async fn approve(ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
    if Census::take(&world.store).await.approvals.is_empty() {
        let plan = issuance::plan(world.table(), month::scheduled()).await?;
        month::issue(&Faulty::new(world, None), &plan).await?;
        assert_eq!(Census::take(&world.store).await.badges.len(), 0, "nobody approved of the month");
    }
    world.clock.jump(120);
    let office = ports_of(ports, world).office;
    let approver = Member { subject: "approver-1".to_owned(), role: Role::Approver };
    let seen = to_approve(office, &approver, october()).await?;
    assert_eq!((seen.open + seen.approved, seen.own, seen.fresh), (3, 0, 0));
    let done = approve_month(office, &approver, october(), seen.seen).await?;
    assert!([Approved::Now { candidates: 3 }, Approved::Nothing].contains(&done), "{done:?}");
    Ok(())
}

/// Each once: who was registered, who was told of, and what the audit says of it.
async fn all_is_as_if_nobody_ever_died(world: &World) {
    let census = Census::take(&world.store).await;
    let state = |candidate: &AnyCandidate| match candidate {
        AnyCandidate::Issued(_) => "issued",
        AnyCandidate::Cancelled(_) => "cancelled",
        _ => "waiting",
    };
    let of = |candidate: &AnyCandidate| (candidate.details().address.as_str().to_owned(), state(candidate));
    let mut people: Vec<_> = census.candidates.values().map(of).collect();
    people.sort();
    let expected = [
        ("futaba@gmail.com", "issued"),
        ("ichiro@example.jp", "issued"),
        ("mitsu@example.jp", "issued"),
        ("shiki@example.jp", "cancelled"),
    ];
    assert_eq!(people, expected.map(|(address, state)| (address.to_owned(), state)));
    let deeds: Vec<Deed> = census.deeds().into_iter().map(|line| line.deed).collect();
    let reason = Reason::parse("申込みの取消し").unwrap();
    let expected = [
        Deed::ListRegistered { rows: 3 },
        Deed::ListRegistered { rows: 1 },
        Deed::CandidateCancelled { candidate: fourth(), reason },
        Deed::MonthApproved { month: october(), candidates: 3 },
    ];
    assert_eq!(deeds.len(), expected.len(), "{deeds:?}");
    assert!(expected.iter().all(|deed| deeds.contains(deed)), "{deeds:?}");
    assert_eq!(census.approvals.len(), 1);
    let Upload { stage, saved, .. } = draft(world).await;
    assert_eq!((stage, saved.accepted, saved.rows, saved.refused), (Stage::Saved, 4, 4, 0));
    let mails = world.outbox.tokens();
    assert!(!mails.contains_key("shiki@example.jp") && !mails.contains_key("gomi@example.jp"));
}

/// By a printed link, which opens once.
async fn sign_in(ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
    let (may, faultless) = (month::claim_ports(ports, world), month::claim_ports(world.table(), world));
    let before = Census::take(&world.store).await.office_sessions.len();
    let link = session::grant(may, &clerk()).await?;
    assert_eq!(session::look(may, &link).await?, Some(clerk()));
    let entered = session::enter(may, &link).await;
    let census = Census::take(&world.store).await;
    let opens = census.office_grants.iter().any(|grant| grant.token == link.hash());
    let sessions = census.office_sessions.len() - before;
    assert_eq!(usize::from(opens) + sessions, 1, "the link still opens, or has opened: never both");
    let browser = entered?.unwrap();
    assert!(session::signed_in(may, &browser).await?.is_some());
    assert!(session::enter(faultless, &link).await?.is_none());
    Ok(())
}

async fn sign_out(ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
    let (may, faultless) = (month::claim_ports(ports, world), month::claim_ports(world.table(), world));
    let browser = session::begin(may, &clerk()).await?;
    session::sign_out(may, &browser.hash()).await?;
    assert!(session::signed_in(faultless, &browser).await?.is_none());
    Ok(())
}

crash_table! { Lists
    coming_and_going_loses_nothing: SignIn, SignOut;
    sending_a_list_loses_nothing: Begin, Send, Judge;
    mending_a_list_loses_nothing: TakeSuggestion, LeaveOut, JudgeAgain;
    registering_a_list_loses_nothing: Save, MendWhatIsLeft, SaveTheRest;
    throwing_a_list_away_loses_nothing: ThrowAway;
    cancelling_loses_nothing: Cancel;
    approving_loses_nothing: Approve;
    issuing_what_was_approved_loses_nothing: Issue;
}
