//! The operator's log: JSON lines on standard output, where the platform picks them up. Each line of a request holds its
//! request id, in the span that the runtime opens.

use std::{
    io::{self, Write},
    sync::Arc,
};

use lambda_http::tracing::{
    Event, Level, Subscriber,
    subscriber::{
        Layer, Registry,
        filter::{LevelFilter, filter_fn},
        fmt::{self, MakeWriter},
        layer::{Context, SubscriberExt as _},
        util::SubscriberInitExt as _,
    },
};
use shomei_core::ports::Clock;

use crate::metrics::{Counted, TARGET};

/// Starts the log of a function. What is below `level` is left out, except metrics, which have no level to the operator.
///
/// Nothing below [`Level::DEBUG`] is ever written: at `TRACE` the cloud's SDK writes whole items.
pub fn log(level: Level, function: &'static str, clock: Arc<dyn Clock>) {
    // A second call would be a mistake of the program's start; the first log goes on.
    let _ = subscriber(level, function, clock, io::stdout).try_init();
}

fn subscriber<W>(level: Level, function: &'static str, clock: Arc<dyn Clock>, to: W) -> impl Subscriber
where
    W: for<'a> MakeWriter<'a> + Clone + Send + Sync + 'static,
{
    let lines = fmt::layer()
        .json()
        .with_writer(to.clone())
        .without_time()
        .with_target(true)
        .with_span_list(false)
        .with_filter(LevelFilter::from_level(level.min(Level::DEBUG)))
        .with_filter(filter_fn(|metadata| metadata.target() != TARGET));
    let metrics =
        Metrics { function, clock, to }.with_filter(filter_fn(|metadata| metadata.target() == TARGET));
    Registry::default().with(lines).with(metrics)
}

struct Metrics<W> {
    function: &'static str,
    clock: Arc<dyn Clock>,
    to: W,
}

impl<S, W> Layer<S> for Metrics<W>
where
    S: Subscriber,
    W: for<'a> MakeWriter<'a> + 'static,
{
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let line = Counted::of(event).line(self.function, self.clock.now().as_millisecond());
        // A metric that cannot be written must not keep anyone from a badge.
        let _ = writeln!(self.to.make_writer(), "{line}");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use jiff::Timestamp;
    use serde_json::{Value, json};
    use tracing::subscriber::with_default;

    use super::*;
    use crate::metrics::{self, Metric};

    struct Fixed;
    impl Clock for Fixed {
        fn now(&self) -> Timestamp {
            Timestamp::from_millisecond(1_793_577_600_123).unwrap()
        }
    }

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);
    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(level: Level, work: impl FnOnce()) -> Vec<Value> {
        let paper = Paper::default();
        let writer = paper.clone();
        let subscriber = subscriber(level, "verify", Arc::new(Fixed), move || writer.clone());
        with_default(subscriber, work);
        let bytes = paper.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_metric_is_one_line_that_cloudwatch_reads() {
        let lines = written(Level::ERROR, || {
            metrics::count(Metric::Issued, 7);
            metrics::count_as(Metric::Verified, "valid", 1);
        });
        let aws = |name: &str, dimensions: Value| {
            json!({
                "Timestamp": 1_793_577_600_123_i64,
                "CloudWatchMetrics": [{
                    "Namespace": "Shomei",
                    "Dimensions": [dimensions],
                    "Metrics": [{ "Name": name, "Unit": "Count" }],
                }],
            })
        };
        assert_eq!(
            lines,
            [
                json!({ "function": "verify", "Issued": 7, "_aws": aws("Issued", json!(["function"])) }),
                json!({
                    "function": "verify",
                    "verdict": "valid",
                    "Verified": 1,
                    "_aws": aws("Verified", json!(["function", "verdict"])),
                }),
            ]
        );
    }

    #[test]
    fn a_line_carries_its_request_and_no_level_below_debug_is_written() {
        let lines = written(Level::TRACE, || {
            let span = tracing::info_span!("Lambda runtime invoke", requestId = "r-1");
            let _entered = span.enter();
            tracing::trace!("whole items");
            tracing::debug!("a detail");
            tracing::warn!(cause = "DynamoDB ThrottlingException", "a request could not be finished");
        });
        let [detail, warning] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!(detail["level"], "DEBUG");
        assert_eq!(warning["level"], "WARN");
        assert_eq!(warning["span"]["requestId"], "r-1");
        assert_eq!(warning["fields"]["cause"], "DynamoDB ThrottlingException");
        assert!(written(Level::WARN, || tracing::info!("quiet")).is_empty());
    }
}
