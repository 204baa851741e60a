//! What becomes of agreed proposals, whatever happens in between.

use super::*;

#[tokio::test]
async fn a_badge_that_nobody_was_told_of_goes_without_a_word() {
    let world = World::new().await;
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    month::register(&ports, &world, OCTOBER).await.unwrap();
    let plan = issuance::plan(&ports, month::scheduled()).await.unwrap();
    month::issue(&ports, &plan).await.unwrap();
    let badge = badge(&world, ICHIRO).await;
    revoked(&world, std::slice::from_ref(&badge), Ground::IssuedInError).await;
    let census = Census::take(&world.store).await;
    assert!(census.letters.is_empty() && !census.owed.contains_key(&badge));
    // The others are mailed, and both sums agree.
    month::announce(&ports, &plan).await.unwrap();
    assert_eq!(world.outbox.mails().len(), 3);
    let sums =
        issuance::reconcile(world.table(), &world.programme.office, month::scheduled(), None).await.unwrap();
    assert!(sums.agrees(), "{sums}");
    is_sound(&world).await;
}

#[tokio::test]
async fn whatever_dies_the_sweep_finishes_what_was_agreed() {
    let world = october().await;
    let badges = [badge(&world, ICHIRO).await, badge(&world, FUTABA).await, badge(&world, MITSU).await];
    let id = agreed(&world, &badges, Ground::Misconduct).await;
    // It dies after its second commit, or is cut short by its time.
    let dying = Faulty::new(&world, None);
    execute(dying.reissue(), &id, Some(world.clock.now())).await.1.unwrap();
    assert!(!dying.operations().contains(&"transact"), "no time, no change");
    let whole = world.copy().await;
    let counted = Faulty::new(&whole, None);
    execute(counted.reissue(), &id, None).await.1.unwrap();
    let operations = counted.operations();
    let second = operations.iter().enumerate().filter(|(_, name)| **name == "transact").nth(1).unwrap().0;
    let dying = Faulty::new(&world, Some(Plan { at: second, fault: Fault::After, dies: true }));
    let (progress, result) = execute(dying.reissue(), &id, None).await;
    assert!(matches!(result, Err(Failure::TryAgain(_))), "{result:?}");
    assert_eq!((progress.revoked, progress.left), (1, 2), "as far as the one who died knows");
    is_sound(&world).await;
    let AnyProposal::Agreed(proposal) = Census::take(&world.store).await.proposals.remove(&id).unwrap()
    else {
        panic!("it is not done")
    };
    assert_eq!(proposal.pending().len(), 1);

    let (swept, result) = month::sweep(&Faulty::new(&world, None), month::scheduled()).await;
    result.unwrap();
    // In the same sweep its list is published and its holder is told.
    assert_eq!((swept.revoked, swept.lists, swept.mails.sent), (1, 1, 3));
    let census = Census::take(&world.store).await;
    assert!(matches!(census.proposals[&id], AnyProposal::Done(_)));
    assert!(census.stale.is_empty() && census.letters.is_empty());
    is_sound(&world).await;
}

#[tokio::test]
async fn a_badge_is_found_in_whatever_wallet_holds_it() {
    let world = october().await;
    let (first, second) = (badge(&world, ICHIRO).await, badge(&world, FUTABA).await);
    let (into, from) = (wallet(&world, ICHIRO).await, wallet(&world, FUTABA).await);
    // The second wallet joins the first; then its address, to which that badge was mailed, leaves.
    let ports = Faulty::new(&world, None);
    let may = claim_ports(&ports, &world);
    let futaba = shomei_core::address::MailAddress::mend(FUTABA).unwrap().address;
    let client = shomei_core::claim::Client::of("203.0.113.9");
    addresses::ask(may, &into, &futaba, &client).await.unwrap();
    issuance::deliver(ports.issuance(), &month::compose, &Call::default()).await.unwrap();
    let mails = world.outbox.mails();
    let proof = mails.iter().rfind(|mail| mail.kind == MailKind::AddressProof).unwrap();
    let token = shomei_tests::world::link_in(&proof.text, "/wallet/prove/").unwrap();
    let proved = addresses::prove(may, &into, &token, &month::consent()).await.unwrap();
    assert!(matches!(proved, addresses::Proved::Added { .. }), "{proved:?}");
    assert_ne!(into, from);
    assert_eq!(addresses::remove(may, &into, &futaba).await.unwrap(), addresses::Changed::Done);
    is_sound(&world).await;

    revoked(&world, std::slice::from_ref(&second), Ground::Misconduct).await;
    let census = Census::take(&world.store).await;
    let letter = census.letters.iter().find(|letter| matches!(letter.subject, Subject::BadgeRevoked { .. }));
    assert_eq!(letter.unwrap().to.as_str(), ICHIRO, "the wallet's main address");
    assert!(holdings::one(may, &into, &second).await.unwrap().is_some(), "its place stays");
    is_sound(&world).await;
    // Deleting it or closing the wallet is as ever.
    assert_eq!(deletion::delete(may, &into, &second).await.unwrap(), None);
    assert_eq!(closing::close(may, &into).await.unwrap(), 1);
    assert!(matches!(state(&world, &first).await, AnyBadge::Deleted(badge) if badge.revoked.is_none()));
    assert!(matches!(state(&world, &second).await, AnyBadge::Deleted(badge) if badge.revoked.is_some()));
    is_sound(&world).await;
}

#[tokio::test]
async fn only_an_error_is_issued_anew_and_a_wrong_ground_is_mended_by_two_people() {
    let world = october().await;
    let old = badge(&world, FUTABA).await;
    let AnyBadge::Claimed(claimed) = state(&world, &old).await else { panic!("it is claimed") };
    let occasion = claimed.candidate;
    revoked(&world, std::slice::from_ref(&old), Ground::Misconduct).await;
    let ports = Faulty::new(&world, None);
    let (nothing, why) = (Correction::default(), Reason::parse("本人に責任なし").unwrap());
    let staff = Actor::staff("clerk-1");
    let favour = async || favour::favour(ports.reissue(), &occasion, &nothing, &staff, &why).await.unwrap();
    assert_eq!(favour().await, Favoured::Revoked(Ground::Misconduct));

    // Another ground takes two people again. Since when it is revoked stays, and the holder is told.
    let AnyBadge::Deleted(before) = state(&world, &old).await else { panic!("it is revoked") };
    world.clock.jump(86_400);
    revoked(&world, std::slice::from_ref(&old), Ground::IssuedInError).await;
    let AnyBadge::Deleted(after) = state(&world, &old).await else { panic!("it is revoked") };
    let (before, after) = (before.revoked.unwrap(), after.revoked.unwrap());
    assert_eq!((after.ground, after.at), (Ground::IssuedInError, before.at));
    assert_eq!(Census::take(&world.store).await.told[&old], after);
    is_sound(&world).await;

    let Favoured::Order(order) = favour().await else { panic!("it may be issued anew") };
    let waits =
        describe(ports.reissue(), std::slice::from_ref(&old), Some(Ground::Misconduct)).await.unwrap();
    assert_eq!(waits[0].unfit, Some(Unfit::OnItsWay(order)), "what is on its way is taken back first");
    let (swept, result) = month::sweep(&ports, month::scheduled()).await;
    result.unwrap();
    assert_eq!(swept.orders.reissued, 1);
    let new = badge(&world, FUTABA).await;
    assert!(matches!(state(&world, &new).await, AnyBadge::Unclaimed(_)));
    let replaced = describe(ports.reissue(), &[old], Some(Ground::Misconduct)).await.unwrap();
    assert_eq!(replaced[0].unfit, Some(Unfit::Replaced(new)));
    is_sound(&world).await;
    assert_eq!(incompleteness(&world, 4).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_happened_since_it_was_proposed_is_told_and_keeps_nothing_else_waiting() {
    let world = october().await;
    let (replaced, other) = (badge(&world, MITSU).await, badge(&world, ICHIRO).await);
    let id = proposed(&world, &[replaced.clone(), other.clone()], Ground::IssuedInError).await;
    // Meanwhile the staff have the first one issued anew, and another proposal revokes the second.
    let ports = Faulty::new(&world, None);
    let AnyBadge::Unclaimed(unclaimed) = state(&world, &replaced).await else { panic!("it waits") };
    let why = Reason::parse("届かない").unwrap();
    let (candidate, staff) = (&unclaimed.candidate, Actor::staff("clerk-1"));
    let correction = Correction::default();
    favour::favour(ports.reissue(), candidate, &correction, &staff, &why).await.unwrap();
    let decided = decide(ports.reissue(), &approver(), &id, Decision::Agree).await.unwrap();
    assert_eq!(decided, Decided::Agreed);
    revoked(&world, std::slice::from_ref(&other), Ground::IssuedInError).await;
    let (progress, result) = execute(ports.reissue(), &id, None).await;
    result.unwrap();
    assert_eq!((progress.revoked, progress.waiting.len(), progress.left), (0, 1, 0));
    assert_eq!(Census::take(&world.store).await.owed_revocations.len(), 1);
    is_sound(&world).await;
    // The sweep issues what is on its way, then settles what is left.
    let (_, result) = month::sweep(&ports, month::scheduled()).await;
    result.unwrap();
    let census = Census::take(&world.store).await;
    let AnyProposal::Done(proposal) = &census.proposals[&id] else { panic!("it is done") };
    let outcomes: Vec<_> = proposal.state.settled.iter().map(|settled| &settled.outcome).collect();
    let by = badge(&world, MITSU).await;
    assert_eq!(outcomes, [&Outcome::Already, &Outcome::Replaced { by }]);
    assert!(census.orders.values().all(|order| matches!(order, AnyOrder::Reissued(_))));
    is_sound(&world).await;
}

#[tokio::test]
async fn a_list_of_numbers_links_and_names_leads_to_badges() {
    let world = october().await;
    let (ichiro, shiki) = (badge(&world, ICHIRO).await, badge(&world, SHIKI).await);
    let ports = Faulty::new(&world, None);
    let typed = format!(
        "A-1\r\n\n  https://badges.example.jp/badges/{ichiro}.json \nhttps://badges.example.jp/wallet/badges/{ichiro}\n\
         {shiki}\nA-1\nA-99\nhttps://elsewhere.example/badges/{shiki}\nだれか\n"
    );
    let lines = find(ports.reissue(), &typed).await.unwrap();
    let found: Vec<_> = lines.iter().map(|line| line.badges.clone()).collect();
    let one = |badge: &BadgeId| vec![badge.clone()];
    let (none, of) = (Vec::new, &ichiro);
    assert_eq!(found, [one(of), one(of), one(of), one(&shiki), none(), none(), none()]);
    let described = describe(ports.reissue(), &[shiki, ichiro], Some(Ground::Misconduct)).await.unwrap();
    let standings: Vec<_> = described.iter().map(|badge| badge.standing).collect();
    assert_eq!(standings, [Standing::Unclaimed, Standing::Public]);
    let (name, number) = described[1].person.clone().unwrap();
    assert_eq!((name.as_str(), number.as_str()), ("見本 一郎", "A-1"));
    // More than fifty are for two proposals.
    let many: Vec<_> = (0..51).map(|_| BadgeId::random(&world.entropy)).collect();
    let raised = propose(ports.reissue(), &clerk(), &draft(&world, &many, Ground::Misconduct)).await;
    assert_eq!(raised.unwrap(), Raised::WrongNumber(51));
    let raised = propose(ports.reissue(), &clerk(), &draft(&world, &[], Ground::Misconduct)).await;
    assert_eq!(raised.unwrap(), Raised::WrongNumber(0));
    let unknown = propose(ports.reissue(), &clerk(), &draft(&world, &many[..1], Ground::Misconduct)).await;
    assert_eq!(unknown.unwrap(), Raised::Unfit(vec![(many[0].clone(), Unfit::Unknown)]));
}
