//! The alarms: which measurement wakes whom.

use serde_json::{Value, json};
use shomei_http::metrics::{FUNCTION, Metric, NAMESPACE};

use crate::{
    Facts,
    document::{Template, list, text},
    serving,
};

/// The properties of an alarm that its first facts are made of, and the words for people. Every other one is a fact by itself.
const READ: [&str; 12] = [
    "AlarmActions",
    "AlarmDescription",
    "ComparisonOperator",
    "Dimensions",
    "EvaluationPeriods",
    "MetricName",
    "Metrics",
    "Namespace",
    "Period",
    "Statistic",
    "Threshold",
    "TreatMissingData",
];

pub(crate) fn said(template: &Template) -> Facts {
    let mut said = Facts::new();
    for (name, alarm) in template.of_type("AWS::CloudWatch::Alarm") {
        let properties = &alarm["Properties"];
        said.insert(format!("{name} watches {}", watched(properties)));
        said.insert(format!(
            "{name} rings when {} times {} {}, missing is {}",
            properties["EvaluationPeriods"],
            text(&properties["ComparisonOperator"]),
            properties["Threshold"],
            text(&properties["TreatMissingData"])
        ));
        for part in list(&properties["Metrics"]).into_iter().filter(|part| part["Expression"].is_null()) {
            let (id, shown) = (text(&part["Id"]), &part["ReturnData"]);
            said.insert(format!("{name} {id}, shown is {shown}: {}", measurement(&part["MetricStat"])));
        }
        if !alarm["Condition"].is_null() {
            said.insert(format!("{name} is there only if {}", alarm["Condition"]));
        }
        for action in list(&properties["AlarmActions"]) {
            said.insert(format!("{name} tells {action}"));
        }
        let others = properties.as_object().into_iter().flatten();
        said.extend(
            others
                .filter(|(key, _)| !READ.contains(&key.as_str()))
                .map(|(key, value)| format!("{name} {key} {value}")),
        );
    }
    let topic = template.properties("AlarmTopic");
    said.insert(format!(
        "alarms are mailed {}, encrypted with {}",
        topic["Subscription"], topic["KmsMasterKeyId"]
    ));
    for policy in ["AlarmTopicPolicy", "AlarmKey"] {
        let properties = template.properties(policy);
        let document =
            if policy == "AlarmKey" { &properties["KeyPolicy"] } else { &properties["PolicyDocument"] };
        for statement in list(&document["Statement"]) {
            let (who, bounds) = (&statement["Principal"], &statement["Condition"]);
            let (effect, action, on) =
                (text(&statement["Effect"]), &statement["Action"], &statement["Resource"]);
            said.insert(format!("{policy}: {effect} {who} {action} on {on} if {bounds}"));
        }
    }
    said
}

/// What an alarm compares: one measurement, or what it makes of several.
fn watched(properties: &Value) -> String {
    if properties["Metrics"].is_null() {
        return measurement(&json!({
            "Metric": properties, "Stat": properties["Statistic"], "Period": properties["Period"],
        }));
    }
    let made = list(&properties["Metrics"]).into_iter().filter_map(|part| part["Expression"].as_str());
    made.collect::<Vec<_>>().join(" and ")
}

/// What is measured, how, and over how many seconds.
fn measurement(of: &Value) -> String {
    let metric = &of["Metric"];
    let dimensions: Vec<_> = list(&metric["Dimensions"])
        .into_iter()
        .map(|one| format!("{}={}", text(&one["Name"]), text(&one["Value"])))
        .collect();
    let names = format!("{} {}", text(&metric["Namespace"]), text(&metric["MetricName"]));
    format!("{names} {}: {} of {} s", dimensions.join(" "), text(&of["Stat"]), of["Period"])
}

/// An alarm as it is meant. It rings as soon as one sum of five minutes is not 0, unless it says otherwise.
struct Alarm {
    name: String,
    /// What is measured, with its dimension.
    what: String,
    how: &'static str,
    seconds: u32,
    times: u8,
    bound: &'static str,
    missing: &'static str,
}

impl Alarm {
    fn on(name: impl Into<String>, what: impl Into<String>) -> Self {
        let (how, missing) = ("Sum", "notBreaching");
        Self { name: name.into(), what: what.into(), how, seconds: 300, times: 1, bound: "1", missing }
    }

    fn facts(&self) -> [String; 3] {
        let Self { name, what, how, seconds, times, bound, missing } = self;
        // Only one is about what is missing.
        let compared = if *missing == "breaching" { "LessThan" } else { "GreaterThanOrEqualTo" };
        [
            format!("{name} watches {what}: {how} of {seconds} s"),
            format!("{name} rings when {times} times {compared}Threshold {bound}, missing is {missing}"),
            format!("{name} tells {}", json!({ "Ref": "AlarmTopic" })),
        ]
    }
}

const HOUR: u32 = 3600;

fn alarms() -> Vec<Alarm> {
    let mut alarms = Vec::new();
    let run = json!({ "Ref": "MonthlyRun" });
    for (name, what) in [("RunFailed", "Failed"), ("RunTimedOut", "TimedOut"), ("RunAborted", "Aborted")] {
        alarms.push(Alarm::on(name, format!("AWS/States Executions{what} StateMachineArn={run}")));
    }
    for function in serving::binaries().into_keys() {
        let resource = serving::resource(&function);
        let it = json!({ "Ref": resource });
        for what in ["Errors", "Throttles"] {
            let name = format!("{resource}{what}");
            alarms.push(Alarm::on(name, format!("AWS/Lambda {what} FunctionName={it}")));
        }
    }
    let table = json!({ "Fn::Sub": "${AWS::StackName}-${TableNumber}" });
    // Metrics carry the name under which the function's program starts its log.
    let counted = |function: &str, metric: Metric| {
        let logs = format!(r#"shomei_http::log(settings::log_level(), "{function}","#);
        assert!(serving::main_of(function).contains(&logs), "{function} counts under another name");
        format!("{NAMESPACE} {} {FUNCTION}={function}", metric.name())
    };
    let own = |metric: Metric| counted("issuance", metric);
    let waiting = |queue: &str| {
        let name = json!({ "Fn::GetAtt": [queue, "QueueName"] });
        format!("AWS/SQS ApproximateNumberOfMessagesVisible QueueName={name}")
    };
    let api = format!("AWS/ApiGateway 5xx ApiId={}", json!({ "Ref": "Api" }));
    // The age of what the stream tells, in milliseconds.
    let age = format!("AWS/Lambda IteratorAge FunctionName={}", json!({ "Ref": "Issuance" }));
    alarms.extend([
        Alarm { how: "Maximum", ..Alarm::on("DeadLettersWait", waiting("DeadLetters")) },
        Alarm { how: "Maximum", ..Alarm::on("UnheardEventsWait", waiting("UnheardEvents")) },
        Alarm { how: "Maximum", bound: "300000", ..Alarm::on("StreamLags", age) },
        Alarm::on("MailsRefused", own(Metric::MailsRefused)),
        Alarm::on("PaymentsParked", counted("reissue", Metric::PaymentsParked)),
        // Two sweeps, so that it rings once and not with each.
        Alarm {
            how: "Maximum",
            seconds: 1800,
            missing: "ignore",
            ..Alarm::on("ReissuesOverdue", own(Metric::OverdueReissues))
        },
        Alarm { bound: "5", ..Alarm::on("ApiFails", api) },
        // Two sweeps in a row are missing, not one.
        Alarm { seconds: 1800, missing: "breaching", ..Alarm::on("SweepMissing", own(Metric::Swept)) },
        // Whoever is registered late is late at once, and the next daily run issues them. An hour without a sweep says
        // nothing, neither way.
        Alarm {
            how: "Minimum",
            seconds: HOUR,
            times: 25,
            missing: "ignore",
            ..Alarm::on("CandidatesLate", own(Metric::LateCandidates))
        },
        // A mail in another run's hands counts as well, but only a very large month keeps them there for so long.
        Alarm {
            seconds: HOUR,
            times: 6,
            missing: "ignore",
            ..Alarm::on("MailsWait", own(Metric::MailsPostponed))
        },
    ]);
    for (name, what) in [("TableReadsThrottled", "Read"), ("TableWritesThrottled", "Write")] {
        let what = format!("AWS/DynamoDB {what}ThrottleEvents TableName={table}");
        alarms.push(Alarm { bound: "100", ..Alarm::on(name, what) });
    }
    // From these rates on SES looks at an account. The whole account's rates have no dimension.
    for (name, rate, bound) in
        [("MailsBounce", "Bounce", "0.05"), ("MailsAreComplainedAbout", "Complaint", "0.001")]
    {
        let what = format!("AWS/SES Reputation.{rate}Rate ");
        alarms.push(Alarm { how: "Average", seconds: HOUR, bound, ..Alarm::on(name, what) });
    }
    alarms
}

pub(crate) fn meant() -> Facts {
    let mut meant: Facts = alarms().iter().flat_map(Alarm::facts).collect();
    meant.insert(format!(
        "SweepMissing ActionsEnabled {}",
        json!({ "Fn::If": ["KeysAreKnown", true, false] })
    ));
    // The four calls that the store's adapter makes.
    let table = json!({ "Fn::Sub": "${AWS::StackName}-${TableNumber}" });
    for (id, call) in
        [("m1", "GetItem"), ("m2", "BatchGetItem"), ("m3", "Query"), ("m4", "TransactWriteItems")]
    {
        let what = format!("AWS/DynamoDB SystemErrors TableName={table} Operation={call}");
        meant.insert(format!("TableFails {id}, shown is false: {what}: Sum of 300 s"));
    }
    let topic = json!({ "Ref": "AlarmTopic" });
    meant.extend([
        "TableFails watches FILL(m1, 0) + FILL(m2, 0) + FILL(m3, 0) + FILL(m4, 0)".to_owned(),
        "TableFails rings when 1 times GreaterThanOrEqualToThreshold 10, missing is notBreaching".to_owned(),
        format!("TableFails tells {topic}"),
    ]);
    let account = json!({ "StringEquals": { "aws:SourceAccount": { "Ref": "AWS::AccountId" } } });
    let mail = json!([{ "Protocol": "email", "Endpoint": { "Ref": "AlarmEmail" } }]);
    meant.insert(format!("alarms are mailed {mail}, encrypted with {}", json!({ "Ref": "AlarmKey" })));
    let cloudwatch = r#"Allow {"Service":"cloudwatch.amazonaws.com"}"#;
    let root = json!({ "AWS": { "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root" } });
    meant.insert(format!(r#"AlarmTopicPolicy: {cloudwatch} "sns:Publish" on {topic} if {account}"#));
    meant.insert(format!(
        r#"AlarmKey: {cloudwatch} ["kms:Decrypt","kms:GenerateDataKey"] on "*" if {account}"#
    ));
    meant.insert(format!(r#"AlarmKey: Allow {root} "kms:*" on "*" if null"#));
    // SES documents no condition, and tells by the topic's policy for which mails it may publish.
    let ses = r#"Allow {"Service":"ses.amazonaws.com"}"#;
    meant.insert(format!(r#"AlarmKey: {ses} ["kms:Decrypt","kms:GenerateDataKey"] on "*" if null"#));
    meant
}
