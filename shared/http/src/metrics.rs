//! What the operator counts. A function says what happened; in the cloud a line of CloudWatch's embedded metric format
//! comes of it (the log subscriber writes it, see [`crate::log()`]), on one machine nothing.
//!
//! Names and codes only: nothing here can carry a person's data.

use tracing::field::{Field, Visit};

/// The namespace of all metrics.
pub const NAMESPACE: &str = "Shomei";

/// The dimension that every metric has: which function counted.
pub const FUNCTION: &str = "function";

/// The target of the events that are metrics.
pub(crate) const TARGET: &str = "shomei::metrics";

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Badges issued.
    Issued,
    /// Mails that the mail service accepted.
    Mailed,
    /// Mails that it refuses. A person has to look.
    MailsRefused,
    /// Mails that are owed to addresses that are stopped, as each sweep finds them. A person has to look.
    MailsStopped,
    /// Mails that stay owed for now.
    MailsPostponed,
    /// Status lists published anew.
    ListsPublished,
    /// Candidates still unissued when the month in which badges are promised is nearly over.
    LateCandidates,
    /// Candidates that a run did not issue, because a second person has yet to approve of them.
    Unapproved,
    /// Sweeps begun.
    Swept,
    /// Badges that were paid an hour ago and are not issued again.
    OverdueReissues,
    /// Badges issued again.
    Reissued,
    /// Payments that settle no order and wait for the staff.
    PaymentsParked,
    /// What became of mails, by `event`.
    MailEvents,
    /// The same, of badges that are not known.
    EventsOfUnknownBadges,
    /// Events that could not be read, or are not for us.
    EventsRefused,
    /// Badges claimed.
    Claimed,
    /// Badges shown with their checks, by `verdict`.
    Verified,
    /// Requests and rows that were refused, by `code`.
    Refused,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Issued,
        Self::Mailed,
        Self::MailsRefused,
        Self::MailsStopped,
        Self::MailsPostponed,
        Self::ListsPublished,
        Self::LateCandidates,
        Self::Unapproved,
        Self::Swept,
        Self::OverdueReissues,
        Self::Reissued,
        Self::PaymentsParked,
        Self::MailEvents,
        Self::EventsOfUnknownBadges,
        Self::EventsRefused,
        Self::Claimed,
        Self::Verified,
        Self::Refused,
    ];

    /// As CloudWatch shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Issued => "Issued",
            Self::Mailed => "Mailed",
            Self::MailsRefused => "MailsRefused",
            Self::MailsStopped => "MailsStopped",
            Self::MailsPostponed => "MailsPostponed",
            Self::ListsPublished => "ListsPublished",
            Self::LateCandidates => "LateCandidates",
            Self::Unapproved => "Unapproved",
            Self::Swept => "Swept",
            Self::OverdueReissues => "OverdueReissues",
            Self::Reissued => "Reissued",
            Self::PaymentsParked => "PaymentsParked",
            Self::MailEvents => "MailEvents",
            Self::EventsOfUnknownBadges => "EventsOfUnknownBadges",
            Self::EventsRefused => "EventsRefused",
            Self::Claimed => "Claimed",
            Self::Verified => "Verified",
            Self::Refused => "Refused",
        }
    }

    /// The dimension that it has besides, if any.
    pub fn dimension(self) -> Option<&'static str> {
        match self {
            Self::Verified => Some("verdict"),
            Self::Refused => Some("code"),
            Self::MailEvents => Some("event"),
            _ => None,
        }
    }
}

/// So many of this.
pub fn count(metric: Metric, value: usize) {
    tracing::info!(target: TARGET, name = metric.name(), value = value as u64);
}

/// So many of this, of this sort: a verdict or a code, never anything that a request brought.
pub fn count_as(metric: Metric, sort: &str, value: usize) {
    let dimension = metric.dimension().unwrap_or("sort");
    tracing::info!(target: TARGET, name = metric.name(), value = value as u64, dimension, sort);
}

/// What an event under [`TARGET`] carries.
#[derive(Default)]
pub(crate) struct Counted {
    name: String,
    value: u64,
    dimension: Option<String>,
    sort: Option<String>,
}

impl Counted {
    pub(crate) fn of(event: &tracing::Event<'_>) -> Self {
        let mut counted = Self::default();
        event.record(&mut counted);
        counted
    }

    /// The line. `at` is in milliseconds since 1970.
    /// (Amazon CloudWatch, "Specification: Embedded metric format".)
    pub(crate) fn line(&self, function: &str, at: i64) -> serde_json::Value {
        let mut line = serde_json::Map::new();
        let mut dimensions = vec![FUNCTION];
        line.insert(FUNCTION.to_owned(), function.into());
        if let (Some(dimension), Some(sort)) = (&self.dimension, &self.sort) {
            dimensions.push(dimension);
            line.insert(dimension.clone(), sort.clone().into());
        }
        line.insert(self.name.clone(), self.value.into());
        line.insert(
            "_aws".to_owned(),
            serde_json::json!({
                "Timestamp": at,
                "CloudWatchMetrics": [{
                    "Namespace": NAMESPACE,
                    "Dimensions": [dimensions],
                    "Metrics": [{ "Name": self.name, "Unit": "Count" }],
                }],
            }),
        );
        line.into()
    }
}

impl Visit for Counted {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "value" {
            self.value = value;
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "name" => value.clone_into(&mut self.name),
            "dimension" => self.dimension = Some(value.to_owned()),
            "sort" => self.sort = Some(value.to_owned()),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
