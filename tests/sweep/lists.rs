//! Publications side by side.

use super::*;

/// Signs, and the first time lets another revocation and its whole publication happen meanwhile.
struct Overtaken<'a> {
    world: &'a World,
    list: StatusListId,
    index: StatusIndex,
    once: AtomicI64,
}

#[async_trait]
impl Signer for Overtaken<'_> {
    fn fragment(&self) -> &str {
        self.world.key.fragment()
    }

    async fn sign(&self, hash_data: &[u8; 64]) -> Result<[u8; 64], SignError> {
        if self.once.fetch_add(1, Ordering::SeqCst) == 0 {
            month::revoke(self.world, &self.list, self.index).await;
            let other = Faulty::new(self.world, None);
            issuance::publish_marked(other.issuance()).await.unwrap();
        }
        self.world.key.sign(hash_data).await
    }
}

#[tokio::test]
async fn a_publication_that_is_overtaken_loses_no_revocation() {
    let world = issued().await;
    let list = StatusListId::parse("2026-10-0").unwrap();
    let [first, second] = month::free_places(&world, 2).await.try_into().unwrap();
    month::revoke(&world, &list, first).await;
    let overtaken = Overtaken { world: &world, list, index: second, once: AtomicI64::new(0) };
    let faultless = Faulty::new(&world, None);
    let ports = Ports { signer: &overtaken, ..faultless.issuance() };
    issuance::publish_marked(ports).await.unwrap();
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new());
    assert_eq!(Census::take(&world.store).await.revoked.len(), 2);
}

/// Revokes another badge once the marks were read and the list was signed, before its marks are removed.
struct Late<'a> {
    world: &'a World,
    list: StatusListId,
    index: StatusIndex,
}

#[async_trait]
impl Writes for Late<'_> {
    fn table(&self) -> &dyn Table {
        &self.world.store.table
    }

    async fn transact(&self, transaction: &Transaction) -> Result<(), WriteError> {
        let publishes =
            transaction.writes.iter().any(|write| write.key().partition.starts_with("PUB#STATUS"));
        self.world.store.table.transact(transaction).await?;
        if publishes {
            month::revoke(self.world, &self.list, self.index).await;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_mark_that_comes_after_the_publication_stays() {
    let world = issued().await;
    let list = StatusListId::parse("2026-10-0").unwrap();
    let [first, second] = month::free_places(&world, 2).await.try_into().unwrap();
    month::revoke(&world, &list, first).await;
    let late = Through(Late { world: &world, list, index: second });
    let faultless = Faulty::new(&world, None);
    issuance::publish_marked(Ports { table: &late, ..faultless.issuance() }).await.unwrap();
    assert_eq!(Census::take(&world.store).await.stale.len(), 1);
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new());
}
