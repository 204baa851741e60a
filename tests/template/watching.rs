//! The alarms: which measurement wakes whom.

use serde_json::{Value, json};
use shomei_http::metrics::{FUNCTION, Metric, NAMESPACE};

use crate::{
    Facts,
    document::{Template, list, text},
    serving,
};

pub(crate) fn said(template: &Template) -> Facts {
    let mut said = Facts::new();
    for (name, alarm) in template.of_type("AWS::CloudWatch::Alarm") {
        let properties = &alarm["Properties"];
        let compared = text(&properties["ComparisonOperator"]);
        let missing = text(&properties["TreatMissingData"]);
        let measured = measurements(properties);
        for (measurement, statistic, period) in &measured {
            let seen = if *period { "" } else { ", over no time" };
            said.insert(format!("{measurement} {statistic} {compared}, missing is {missing}{seen}"));
        }
        let bounded = properties["Threshold"].is_number() && properties["EvaluationPeriods"].is_u64();
        if measured.is_empty() || !bounded {
            said.insert(format!("{name} measures nothing"));
        }
        for action in list(&properties["AlarmActions"]) {
            said.insert(format!("{name} tells {action}"));
        }
        if !properties["ActionsEnabled"].is_null() {
            said.insert(format!("{name} tells only {}", properties["ActionsEnabled"]));
        }
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

/// What an alarm measures, how, and whether over some time. One that sums several measurements has each of them.
fn measurements(properties: &Value) -> Vec<(String, String, bool)> {
    let one = |of: &Value, how: &Value, period: &Value| {
        let dimensions = list(&of["Dimensions"]).into_iter();
        let dimensions: Vec<_> =
            dimensions.map(|one| format!("{}={}", text(&one["Name"]), text(&one["Value"]))).collect();
        let measurement =
            format!("{} {} {}", text(&of["Namespace"]), text(&of["MetricName"]), dimensions.join(" "));
        (measurement.trim_end().to_owned(), text(how), period.as_u64().is_some_and(|seconds| seconds >= 60))
    };
    if properties["Metrics"].is_null() {
        return vec![one(properties, &properties["Statistic"], &properties["Period"])];
    }
    let sum = list(&properties["Metrics"])
        .into_iter()
        .find_map(|part| part["Expression"].as_str())
        .unwrap_or_default();
    let parts = list(&properties["Metrics"]).into_iter().filter(|part| part["Expression"].is_null());
    parts
        .filter(|part| {
            sum.contains(&format!("FILL({}, 0)", text(&part["Id"]))) && part["ReturnData"] == false
        })
        .map(|part| {
            one(&part["MetricStat"]["Metric"], &part["MetricStat"]["Stat"], &part["MetricStat"]["Period"])
        })
        .collect()
}

pub(crate) fn meant() -> Facts {
    let mut alarms = Vec::new();
    let run = json!({ "Ref": "MonthlyRun" });
    for (name, what) in [("RunFailed", "Failed"), ("RunTimedOut", "TimedOut"), ("RunAborted", "Aborted")] {
        alarms.push((name.to_owned(), format!("AWS/States Executions{what} StateMachineArn={run} Sum")));
    }
    for function in serving::binaries().into_keys() {
        let resource = serving::resource(&function);
        let it = json!({ "Ref": resource });
        for what in ["Errors", "Throttles"] {
            alarms.push((format!("{resource}{what}"), format!("AWS/Lambda {what} FunctionName={it} Sum")));
        }
    }
    let queue = json!({ "Fn::GetAtt": ["DeadLetters", "QueueName"] });
    let table = json!({ "Fn::Sub": "${AWS::StackName}-${TableNumber}" });
    // Metrics carry the name under which the function's program starts its log.
    let logs = r#"shomei_http::log(settings::log_level(), "issuance","#;
    assert!(serving::main_of("issuance").contains(logs), "issuance counts under another name");
    let own = |metric: Metric| format!("{NAMESPACE} {} {FUNCTION}=issuance", metric.name());
    alarms.extend([
        (
            "DeadLettersWait".to_owned(),
            format!("AWS/SQS ApproximateNumberOfMessagesVisible QueueName={queue} Maximum"),
        ),
        ("ApiFails".to_owned(), format!("AWS/ApiGateway 5xx ApiId={} Sum", json!({ "Ref": "Api" }))),
        ("MailsBounce".to_owned(), "AWS/SES Reputation.BounceRate Average".to_owned()),
        ("MailsAreComplainedAbout".to_owned(), "AWS/SES Reputation.ComplaintRate Average".to_owned()),
        ("TableReadsThrottled".to_owned(), format!("AWS/DynamoDB ReadThrottleEvents TableName={table} Sum")),
        (
            "TableWritesThrottled".to_owned(),
            format!("AWS/DynamoDB WriteThrottleEvents TableName={table} Sum"),
        ),
        ("MailsRefused".to_owned(), format!("{} Sum", own(Metric::MailsRefused))),
        ("CandidatesLate".to_owned(), format!("{} Maximum", own(Metric::LateCandidates))),
    ]);
    // The four calls that the store's adapter makes.
    for call in ["GetItem", "BatchGetItem", "Query", "TransactWriteItems"] {
        let measurement = format!("AWS/DynamoDB SystemErrors TableName={table} Operation={call} Sum");
        alarms.push(("TableFails".to_owned(), measurement));
    }
    let topic = json!({ "Ref": "AlarmTopic" });
    let mut meant = Facts::new();
    for (name, measurement) in alarms {
        meant.insert(format!("{measurement} GreaterThanOrEqualToThreshold, missing is notBreaching"));
        meant.insert(format!("{name} tells {topic}"));
    }
    // This one is about what is missing.
    meant.insert(format!("{} Sum LessThanThreshold, missing is breaching", own(Metric::Swept)));
    meant.insert(format!("SweepMissing tells {topic}"));
    meant.insert(format!("SweepMissing tells only {}", json!({ "Fn::If": ["KeysAreKnown", true, false] })));
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
    meant
}
