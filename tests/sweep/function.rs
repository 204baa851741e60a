//! The function as the cloud calls it.

use super::*;

/// The function as the cloud runs it, with this mailer.
fn function(world: &World, mailer: Arc<dyn Mailer>) -> Issuance {
    Issuance::new(
        Arc::new(world.store.table.clone()),
        Arc::new(world.key.clone()),
        mailer,
        Arc::new(TestClock::at(&world.clock.now().to_string())),
        Arc::new(SystemEntropy),
        Arc::new(world.programme.clone()),
    )
}

#[tokio::test]
async fn the_function_leaves_refused_and_held_mails_alone() {
    for refuses in [true, false] {
        let world = issued().await;
        let counting = Arc::new(Counting { refuses, asked: AtomicI64::new(0) });
        let function = function(&world, counting.clone());
        for _ in 0..2 {
            let event = serde_json::json!({ "step": "sweep", "scheduled": "2026-11-02T00:15:00Z" });
            function.receive(event, None).await.unwrap();
        }
        assert_eq!(counting.asked.load(Ordering::SeqCst), 4, "refuses: {refuses}");
    }
}

/// Counts mails, and takes none.
struct Counting {
    refuses: bool,
    asked: AtomicI64,
}

#[async_trait]
impl Mailer for Counting {
    async fn ready(&self) -> Result<usize, MailError> {
        Ok(1)
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let cause = Cause::new("no");
        let error = if self.refuses { MailError::Refused(cause) } else { MailError::Unknown(cause) };
        mails.iter().map(|_| Err(error.clone())).collect()
    }
}

#[tokio::test]
async fn the_function_hands_on_well_before_it_is_ended() {
    let world = issued().await;
    let function = function(&world, Arc::new(Dead));
    let plan = issuance::plan(world.table(), month::scheduled()).await.unwrap();
    let event = || serde_json::json!({ "step": "announce", "work": plan.work[0], "after": null });
    let ends = world.clock.now() + MARGIN;
    let Outcome::Announced(early) = function.receive(event(), Some(ends)).await.unwrap() else {
        panic!("announced")
    };
    assert!(early.next.is_some() && early.mails.postponed == 0, "{early:?}");
    let later = ends + SignedDuration::from_secs(1);
    let Outcome::Announced(done) = function.receive(event(), Some(later)).await.unwrap() else {
        panic!("announced")
    };
    assert_eq!((done.next, done.mails.postponed), (None, plan.work[0].owed));
}
