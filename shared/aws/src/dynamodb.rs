//! [`Table`] on DynamoDB, and the shape of the one table.
//!
//! Every item has `pk`, `sk`, `version` (a number) and, where it may be swept, `expires` (seconds since 1970, the
//! table's TTL attribute). Reads are strongly consistent. Every write is a `TransactWriteItems` with the
//! transaction's token, which the SDK sends again unchanged when an answer is lost.

mod item;

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::{create_table::CreateTableError, transact_write_items::TransactWriteItemsError},
    types::{
        AttributeDefinition, AttributeValue, BillingMode, ConditionCheck, Delete, KeySchemaElement, KeyType,
        KeysAndAttributes, Put, ScalarAttributeType, TimeToLiveSpecification, TransactWriteItem,
    },
};
use shomei_core::ports::{
    Cause, Guard, Item, Key, Page, ReadError, TRANSACTION_WRITES, Table, Transaction, Wanted, Write,
    WriteError,
};

use self::item::{Attributes, item, item_attributes, key_attributes, part, projection, take_text};
pub use self::item::{EXPIRES, PARTITION_KEY, SORT_KEY, VERSION};
use crate::{Lazy, Sdk, cause};

/// As it stands in causes.
const SERVICE: &str = "DynamoDB";

/// `BatchGetItem` takes no more keys.
const BATCH: usize = 100;
/// How often keys are asked for again that a batch left unprocessed.
const BATCH_ROUNDS: u32 = 8;
/// The first pause before that; each further one is twice as long.
const BATCH_PAUSE: Duration = Duration::from_millis(10);

/// The programme's table.
#[derive(Debug, Clone)]
pub struct DynamoTable {
    lazy: Lazy<Client>,
    name: String,
}

impl DynamoTable {
    /// The table of this name, through this client.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self { lazy: Lazy::made(client), name: name.into() }
    }

    /// The table of this name, through a client that is made at the first operation.
    pub fn of(sdk: &Sdk, name: impl Into<String>) -> Self {
        Self { lazy: Lazy::of(sdk), name: name.into() }
    }

    async fn client(&self) -> &Client {
        self.lazy.client(Client::new).await
    }

    /// Makes the table if it is not there: for one machine and for tests. In the cloud the template makes it.
    ///
    /// # Errors
    /// [`WriteError::NotApplied`] if the store refuses, [`WriteError::Unknown`] if it does not answer.
    pub async fn ensure(&self) -> Result<(), WriteError> {
        let not_applied = |error: aws_sdk_dynamodb::error::BuildError| {
            WriteError::NotApplied(Cause::new(error.to_string()))
        };
        let attribute = |name: &str| {
            AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build()
        };
        let element =
            |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
        let created = self
            .client()
            .await
            .create_table()
            .table_name(&self.name)
            .billing_mode(BillingMode::PayPerRequest)
            .attribute_definitions(attribute(PARTITION_KEY).map_err(not_applied)?)
            .attribute_definitions(attribute(SORT_KEY).map_err(not_applied)?)
            .key_schema(element(PARTITION_KEY, KeyType::Hash).map_err(not_applied)?)
            .key_schema(element(SORT_KEY, KeyType::Range).map_err(not_applied)?)
            .send()
            .await;
        match created {
            Ok(_) => {}
            Err(error)
                if error.as_service_error().is_some_and(CreateTableError::is_resource_in_use_exception) => {}
            Err(error) => return Err(WriteError::Unknown(cause(SERVICE, &error))),
        }
        // Whoever made the table may have died before this.
        let described = self.client().await.describe_time_to_live().table_name(&self.name).send().await;
        let described = described.map_err(|error| WriteError::Unknown(cause(SERVICE, &error)))?;
        if described.time_to_live_description.is_some_and(|ttl| ttl.attribute_name.is_some()) {
            return Ok(());
        }
        let ttl = TimeToLiveSpecification::builder()
            .attribute_name(EXPIRES)
            .enabled(true)
            .build()
            .map_err(not_applied)?;
        self.client()
            .await
            .update_time_to_live()
            .table_name(&self.name)
            .time_to_live_specification(ttl)
            .send()
            .await
            .map_err(|error| WriteError::Unknown(cause(SERVICE, &error)))?;
        Ok(())
    }

    async fn batch(
        &self,
        keys: &[Key],
        wanted: Wanted,
        found: &mut HashMap<Key, Item>,
    ) -> Result<(), ReadError> {
        let (projection, names) = projection(wanted);
        let mut missing: Vec<Attributes> = keys.iter().map(key_attributes).collect();
        for round in 0..BATCH_ROUNDS {
            pause(BATCH_PAUSE, round).await;
            let request = KeysAndAttributes::builder()
                .set_keys(Some(std::mem::take(&mut missing)))
                .set_projection_expression(projection.clone())
                .set_expression_attribute_names(names.clone())
                .consistent_read(true)
                .build()
                .map_err(|error| ReadError::Unavailable(Cause::new(error.to_string())))?;
            let answer = self
                .client()
                .await
                .batch_get_item()
                .request_items(&self.name, request)
                .send()
                .await
                .map_err(|error| read_error(&error))?;
            for attributes in answer.responses.unwrap_or_default().remove(&self.name).unwrap_or_default() {
                let item = if projection.is_none() { item(attributes)? } else { part(attributes)? };
                found.insert(item.key.clone(), item);
            }
            match answer.unprocessed_keys.unwrap_or_default().remove(&self.name) {
                Some(rest) if !rest.keys.is_empty() => missing = rest.keys,
                _ => return Ok(()),
            }
        }
        Err(ReadError::Unavailable(Cause::new("a batch was left unprocessed again and again")))
    }
}

/// How often a transaction is sent that is cancelled for no fault of its own: the table is throttled, or another transaction
/// is at one of its items. The SDK does not repeat these. The token is the same, so nothing is applied twice.
const CANCELLED_ROUNDS: u32 = 6;
/// The first pause before that; each further one is twice as long.
const CANCELLED_PAUSE: Duration = Duration::from_millis(40);

/// Waits before a repetition, each time twice as long. What is put off is put off under load: asking again at once would
/// add to it.
async fn pause(first: Duration, round: u32) {
    if round > 0 {
        tokio::time::sleep(first * 2_u32.pow(round - 1)).await;
    }
}

/// Whether a transaction was cancelled only for reasons that pass.
fn is_passing(error: &SdkError<TransactWriteItemsError>) -> bool {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
    else {
        return false;
    };
    let mut codes = cancelled
        .cancellation_reasons()
        .iter()
        .filter_map(|reason| reason.code())
        .filter(|code| *code != "None")
        .peekable();
    codes.peek().is_some()
        && codes.all(|code| {
            matches!(code, "ThrottlingError" | "ProvisionedThroughputExceeded" | "TransactionConflict")
        })
}

#[async_trait]
impl Table for DynamoTable {
    async fn get(&self, key: &Key) -> Result<Option<Item>, ReadError> {
        let answer = self
            .client()
            .await
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key_attributes(key)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| read_error(&error))?;
        answer.item.map(item).transpose()
    }

    async fn get_many(&self, keys: &[Key], wanted: Wanted) -> Result<Vec<Option<Item>>, ReadError> {
        let mut found = HashMap::with_capacity(keys.len());
        for batch in keys.chunks(BATCH) {
            self.batch(batch, wanted, &mut found).await?;
        }
        Ok(keys.iter().map(|key| found.remove(key)).collect())
    }

    async fn query(&self, partition: &str, after: Option<&str>, limit: u32) -> Result<Page, ReadError> {
        let start = after.map(|sort| key_attributes(&Key::new(partition, sort)));
        let answer = self
            .client()
            .await
            .query()
            .table_name(&self.name)
            .key_condition_expression("#pk = :pk")
            .expression_attribute_names("#pk", PARTITION_KEY)
            .expression_attribute_values(":pk", AttributeValue::S(partition.to_owned()))
            .set_exclusive_start_key(start)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| read_error(&error))?;
        let next = answer.last_evaluated_key.map(|mut key| take_text(&mut key, SORT_KEY)).transpose()?;
        let items = answer.items.unwrap_or_default().into_iter().map(item).collect::<Result<_, _>>()?;
        Ok(Page { items, next })
    }

    async fn transact(&self, transaction: &Transaction) -> Result<(), WriteError> {
        if transaction.writes.is_empty() || transaction.writes.len() > TRANSACTION_WRITES {
            let count = transaction.writes.len();
            return Err(WriteError::NotApplied(Cause::new(format!("{count} writes in one transaction"))));
        }
        for round in 0..CANCELLED_ROUNDS {
            pause(CANCELLED_PAUSE, round).await;
            let writes = transaction
                .writes
                .iter()
                .map(|write| self.write(write))
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| WriteError::NotApplied(Cause::new(error.to_string())))?;
            let answer = self
                .client()
                .await
                .transact_write_items()
                .client_request_token(&transaction.token)
                .set_transact_items(Some(writes))
                .send()
                .await;
            match answer {
                Ok(_) => return Ok(()),
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(write_error(&error)),
            }
        }
        Err(WriteError::Unknown(Cause::new(format!("{SERVICE}: a transaction was put off again and again"))))
    }
}

impl DynamoTable {
    fn write(&self, write: &Write) -> Result<TransactWriteItem, aws_sdk_dynamodb::error::BuildError> {
        let parts = TransactWriteItem::builder();
        Ok(match write {
            Write::Put { key, expires, attributes, guard } => {
                let (condition, names, values) = condition(*guard);
                let put = Put::builder()
                    .table_name(&self.name)
                    .set_item(Some(item_attributes(key, *expires, attributes, *guard)))
                    .condition_expression(condition)
                    .set_expression_attribute_names(Some(names))
                    .set_expression_attribute_values(values)
                    .build()?;
                parts.put(put).build()
            }
            Write::Delete { key, version } => {
                let (condition, names, values) = condition(Guard::Version(*version));
                let delete = Delete::builder()
                    .table_name(&self.name)
                    .set_key(Some(key_attributes(key)))
                    .condition_expression(condition)
                    .set_expression_attribute_names(Some(names))
                    .set_expression_attribute_values(values)
                    .build()?;
                parts.delete(delete).build()
            }
            Write::Check { key, guard } => {
                let (condition, names, values) = condition(*guard);
                let check = ConditionCheck::builder()
                    .table_name(&self.name)
                    .set_key(Some(key_attributes(key)))
                    .condition_expression(condition)
                    .set_expression_attribute_names(Some(names))
                    .set_expression_attribute_values(values)
                    .build()?;
                parts.condition_check(check).build()
            }
        })
    }
}

fn condition(guard: Guard) -> (String, HashMap<String, String>, Option<Attributes>) {
    match guard {
        Guard::Absent => (
            "attribute_not_exists(#guard)".to_owned(),
            HashMap::from([("#guard".to_owned(), PARTITION_KEY.to_owned())]),
            None,
        ),
        Guard::Version(version) => (
            "#guard = :version".to_owned(),
            HashMap::from([("#guard".to_owned(), VERSION.to_owned())]),
            Some(HashMap::from([(":version".to_owned(), AttributeValue::N(version.to_string()))])),
        ),
    }
}

/// What no repetition mends.
const REFUSALS: [&str; 3] = ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"];

fn read_error<E, R>(error: &SdkError<E, R>) -> ReadError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    match error.code() {
        Some(code) if REFUSALS.contains(&code) => ReadError::Refused(cause(SERVICE, error)),
        _ => ReadError::Unavailable(cause(SERVICE, error)),
    }
}

fn write_error(error: &SdkError<TransactWriteItemsError>) -> WriteError {
    let Some(refusal) = error.as_service_error() else {
        return match error {
            SdkError::ConstructionFailure(_) => WriteError::NotApplied(cause(SERVICE, error)),
            _ => WriteError::Unknown(cause(SERVICE, error)),
        };
    };
    // What is too large for any request is refused before it is read, in plain text and without a code.
    if error.raw_response().is_some_and(|answer| answer.status().as_u16() == 413) {
        return WriteError::NotApplied(Cause::new("DynamoDB: the request is too large"));
    }
    match refusal {
        TransactWriteItemsError::TransactionCanceledException(cancelled) => {
            let reasons = cancelled.cancellation_reasons();
            let code = |place: usize| reasons.get(place).and_then(|reason| reason.code()).unwrap_or("None");
            let at: Vec<usize> =
                (0..reasons.len()).filter(|&place| code(place) == "ConditionalCheckFailed").collect();
            let hard = (0..reasons.len()).map(code).find(|code| {
                matches!(*code, "ItemCollectionSizeLimitExceeded" | "ValidationError" | "AccessDenied")
            });
            match hard {
                Some(code) => WriteError::NotApplied(Cause::new(code)),
                None => WriteError::Conflict { at },
            }
        }
        other => match other.code() {
            Some("IdempotentParameterMismatchException" | "ItemCollectionSizeLimitExceededException") => {
                WriteError::NotApplied(cause(SERVICE, error))
            }
            Some(code) if REFUSALS.contains(&code) => WriteError::NotApplied(cause(SERVICE, error)),
            _ => WriteError::Unknown(cause(SERVICE, error)),
        },
    }
}
