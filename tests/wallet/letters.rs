//! Letters: sent once by however many calls, again if the answer is lost, and not at all once they are of no use.

use async_trait::async_trait;
use futures::future::join_all;
use jiff::SignedDuration;
use shomei_core::{
    claim::{Client, session},
    issuance::{Call, Mails, Ports, deliver},
    ports::{Cause, Mail, MailError, Mailer},
};
use shomei_issuance::{Outcome, Step};
use shomei_tests::{audit::Census, faults::Faulty, month, world::Outbox};

use crate::{
    browser::{Browser, SIGN_IN_MAILED},
    site::{MINUTE, Site},
};

const ADDRESS: &str = "ichiro@example.jp";

/// October; the first recipient has a wallet, and asked for a sign-in link.
async fn asked() -> Site {
    let site = Site::october().await;
    let mut browser = Browser::new(&site);
    assert_eq!(browser.accept(ADDRESS, "private").await.status, 200);
    browser.ask_for_sign_in(ADDRESS).await.leads_to(SIGN_IN_MAILED);
    site
}

fn held() -> Call {
    Call { hold: SignedDuration::from_mins(15), ..Call::default() }
}

async fn owed(site: &Site) -> usize {
    Census::take(&site.world.store).await.letters.len()
}

/// Takes mails as a real service does, and answers with what the test says.
struct Answers<'a>(&'a Outbox, fn() -> MailError);

#[async_trait]
impl Mailer for Answers<'_> {
    async fn ready(&self) -> Result<usize, MailError> {
        self.0.ready().await
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        if matches!(self.1(), MailError::Unknown(_)) {
            self.0.send(mails).await;
        }
        mails.iter().map(|_| Err(self.1())).collect()
    }
}

async fn drain(site: &Site, mailer: &dyn Mailer, call: &Call) -> Mails {
    let ports = Faulty::new(&site.world, None);
    deliver(Ports { mailer, ..ports.issuance() }, &month::compose, call).await.unwrap()
}

#[tokio::test]
async fn calls_side_by_side_send_a_letter_once() {
    let site = asked().await;
    let before = site.world.outbox.mails().len();
    let call = held();
    let drained = join_all((0..4).map(|_| drain(&site, &site.world.outbox, &call))).await;
    assert_eq!(drained.iter().map(|mails| mails.sent).sum::<usize>(), 1, "{drained:?}");
    assert_eq!(site.world.outbox.mails().len(), before + 1);
    assert_eq!((owed(&site).await, Census::take(&site.world.store).await.sign_ins.len()), (0, 1));
    site.is_sound().await;
}

#[tokio::test]
async fn a_letter_whose_answer_is_lost_is_sent_again_with_another_link() {
    let site = asked().await;
    let mute = Answers(&site.world.outbox, || MailError::Unknown(Cause::new("lost")));
    let before = site.world.outbox.mails().len();
    let lost = drain(&site, &mute, &held()).await;
    assert_eq!((lost.sent, lost.postponed, owed(&site).await), (0, 1, 1));
    // It may be on its way: for a while, nobody sends it again.
    site.world.clock.jump(14 * MINUTE);
    let early = drain(&site, &site.world.outbox, &held()).await;
    assert_eq!((early.sent, early.held), (0, 1));
    site.world.clock.jump(MINUTE);
    let late = drain(&site, &site.world.outbox, &held()).await;
    assert_eq!((late.sent, late.held, owed(&site).await), (1, 0, 0));
    let mails = site.world.outbox.mails().split_off(before);
    let links: Vec<_> =
        mails.iter().map(|mail| mail.text.split_once("/wallet").unwrap().1.to_owned()).collect();
    let [first, second] = links.as_slice() else { panic!("two mails") };
    assert_ne!(first, second);
    for link in [first, second] {
        let answer = Browser::new(&site).post(&format!("/wallet{link}"), "").await;
        assert_eq!(answer.location(), "/wallet?done=signed-in", "every link that was mailed works");
    }
}

#[tokio::test]
async fn a_letter_that_could_not_be_handed_over_stays_owed() {
    let site = asked().await;
    let away = Answers(&site.world.outbox, || MailError::Unavailable(Cause::new("away")));
    let postponed = drain(&site, &away, &Call::default()).await;
    assert_eq!((postponed.sent, postponed.postponed, owed(&site).await), (0, 1, 1));
    // Nothing was sent: the next call need not wait.
    assert_eq!(site.deliver().await.len(), 1);
    assert_eq!(owed(&site).await, 0);
}

#[tokio::test]
async fn a_sign_in_letter_that_is_late_is_dropped_unsent() {
    let site = asked().await;
    site.world.clock.jump(30 * MINUTE + 1);
    assert_eq!(site.deliver().await.len(), 0, "its reader has asked again, or has left");
    let census = Census::take(&site.world.store).await;
    assert_eq!((census.letters.len(), census.sign_ins.len()), (0, 0));
    // What nobody waits for in front of a page may come later, but not for ever.
    for (days, sent) in [(2, 1), (4, 0)] {
        let site = Site::october().await;
        let mut browser = Browser::new(&site);
        let link = site.claim_link(ADDRESS);
        browser.post(&format!("{link}/mail"), "").await.leads_to("/wallet/link-mailed");
        site.world.clock.jump(days * 24 * 60 * MINUTE);
        assert_eq!(site.deliver().await.len(), sent, "after {days} days");
        assert_eq!(owed(&site).await, 0, "after {days} days");
    }
}

#[tokio::test]
async fn a_letter_that_is_refused_is_removed_and_counted() {
    let site = asked().await;
    let refusing = Answers(&site.world.outbox, || MailError::Refused(Cause::new("no such mailbox")));
    let refused = drain(&site, &refusing, &held()).await;
    assert_eq!((refused.sent, refused.refused, owed(&site).await), (0, 1, 0));
    assert_eq!(refused.causes.len(), 1);
    // Its reader asks again, and is heard.
    Browser::new(&site).ask_for_sign_in(ADDRESS).await.leads_to(SIGN_IN_MAILED);
    assert_eq!(site.deliver().await.len(), 1);
}

#[tokio::test]
async fn a_fresh_link_is_not_mailed_for_a_badge_that_was_accepted_meanwhile() {
    let site = Site::october().await;
    let mut browser = Browser::new(&site);
    let link = site.claim_link(ADDRESS);
    browser.post(&format!("{link}/mail"), "").await.leads_to("/wallet/link-mailed");
    assert_eq!(browser.accept(ADDRESS, "private").await.status, 200);
    assert_eq!(site.deliver().await.len(), 0);
    assert_eq!(owed(&site).await, 0);
    site.is_sound().await;
}

#[tokio::test]
async fn the_sweep_sends_what_the_stream_dropped() {
    let site = asked().await;
    let ports = Faulty::new(&site.world, None);
    let address = shomei_core::address::MailAddress::mend(ADDRESS).unwrap().address;
    session::ask(month::claim_ports(&ports, &site.world), &address, &Client::of("")).await.unwrap();
    let before = site.world.outbox.mails().len();
    let Outcome::Swept(swept) = site.step(Step::Sweep { scheduled: month::scheduled() }).await else {
        panic!("no sweep")
    };
    assert_eq!((swept.mails.sent, swept.finished), (2, true));
    assert_eq!(site.world.outbox.mails().len(), before + 2);
    assert_eq!(owed(&site).await, 0);
}
