//! Mails of which not everything could be recorded.

use super::*;

/// A table that loses every answer about the recording of one mail.
struct Deaf<'a> {
    table: &'a dyn Table,
    badge: String,
}

#[async_trait]
impl Writes for Deaf<'_> {
    fn table(&self) -> &dyn Table {
        self.table
    }

    async fn transact(&self, transaction: &Transaction) -> Result<(), WriteError> {
        let lost = |write: &Write| write.key().kind() == "SENT" && write.key().sort == self.badge;
        if transaction.writes.iter().any(lost) {
            return Err(WriteError::Unknown(Cause::new("lost")));
        }
        self.table.transact(transaction).await
    }
}

/// A world in which one shard owes so many mails that recording them takes several transactions.
async fn crowded() -> (World, Work) {
    let world = World::new().await;
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    let row = |person| format!("pm-foundation,合格,2026/10/1,見本,p{person}@example.jp,C-{person}\n");
    let list: Vec<String> = (0..700).map(row).collect();
    month::register(&ports, &world, &format!("{}{}", month::HEADING, list.concat())).await.unwrap();
    let plan = issuance::plan(world.table(), month::scheduled()).await.unwrap();
    let work = *plan.work.iter().max_by_key(|work| work.due).unwrap();
    assert!(work.due > 40, "{work:?}");
    issuance::issue(ports.issuance(), work, &Call::default()).await.unwrap();
    (world, work)
}

/// Takes fifty mails at once.
struct Fifty<'a>(&'a World);

#[async_trait]
impl Mailer for Fifty<'_> {
    async fn ready(&self) -> Result<usize, MailError> {
        Ok(50)
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        self.0.outbox.send(mails).await
    }
}

#[tokio::test]
async fn what_cannot_be_recorded_of_one_mail_does_not_lose_the_records_of_others() {
    let (world, work) = crowded().await;
    let first = Census::take(&world.store).await.owed.keys().next().unwrap().to_string();
    let faultless = Faulty::new(&world, None);
    let deaf = Through(Deaf { table: world.table(), badge: first });
    let ports = Ports { table: &deaf, mailer: &Fifty(&world), ..faultless.issuance() };
    let stopped = issuance::announce(ports, work, &month::compose, &sweeping()).await.unwrap_err();
    let census = Census::take(&world.store).await;
    // A transaction takes 33; the one with the lost answer is left.
    assert_eq!(census.owed.len(), 33);
    assert_eq!(stopped.done.mails.sent, census.sent.len());
    assert!(!census.sent.is_empty(), "later groups are recorded all the same");
}

#[tokio::test]
async fn a_mail_whose_answer_is_lost_every_time_is_sent_ever_more_rarely() {
    let world = issued().await;
    let faultless = Faulty::new(&world, None);
    let ports = Ports { mailer: &Dead, ..faultless.issuance() };
    for _ in 0..(24 * 4) {
        sweep(ports).await;
        world.clock.jump(15 * 60);
    }
    for owed in Census::take(&world.store).await.owed.values() {
        assert!((5..=8).contains(&owed.attempts), "{} times in one day", owed.attempts);
    }
}
