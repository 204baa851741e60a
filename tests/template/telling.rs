//! What SES tells of mails: from the configuration set through the topic to delivery, and what becomes of what cannot be handed on.

use serde_json::{Value, json};
use shomei_tests::mails::EVENT_TYPES;

use crate::{
    Facts,
    document::{Template, list, text},
};

/// The resources that are about nothing else, each with all it says.
const KINDS: [&str; 5] = [
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SNS::Subscription",
    "AWS::Lambda::Permission",
    "AWS::SQS::QueuePolicy",
    "AWS::SNS::TopicPolicy",
];

pub(crate) fn said(template: &Template) -> Facts {
    let mut said = Facts::new();
    for (name, resource) in KINDS.into_iter().flat_map(|kind| template.of_type(kind)) {
        // Whom alarms come from is said beside the alarms.
        if name == "AlarmTopicPolicy" {
            continue;
        }
        for first in list(&resource["DependsOn"]) {
            said.insert(format!("{name} comes after {}", text(first)));
        }
        for (key, value) in resource["Properties"].as_object().into_iter().flatten() {
            match key.as_str() {
                "PolicyDocument" => {
                    said.extend(list(&value["Statement"]).into_iter().map(|one| statement(name, one)));
                }
                "EventDestination" => said.extend(destination(name, value)),
                _ => {
                    said.insert(format!("{name} {key} {value}"));
                }
            }
        }
    }
    for (name, topic) in template.of_type("AWS::SNS::Topic") {
        for (key, value) in topic["Properties"].as_object().into_iter().flatten() {
            said.insert(format!("{name} {key} {value}"));
        }
    }
    said
}

fn statement(name: &str, statement: &Value) -> String {
    let part = |key: &str| &statement[key];
    let (effect, who, what) = (text(part("Effect")), part("Principal"), text(part("Action")));
    format!("{name}: {effect} {who} {what} on {} if {}", part("Resource"), part("Condition"))
}

fn destination(name: &str, destination: &Value) -> Vec<String> {
    let types = list(&destination["MatchingEventTypes"]).into_iter().map(text);
    let mut said: Vec<_> = types.map(|kind| format!("{name} tells of {kind}")).collect();
    for (key, value) in destination.as_object().into_iter().flatten() {
        if key != "MatchingEventTypes" {
            said.push(format!("{name} {key} {value}"));
        }
    }
    said
}

pub(crate) fn meant() -> Facts {
    let reference = |name: &str| json!({ "Ref": name });
    let arn = |name: &str| json!({ "Fn::GetAtt": [name, "Arn"] });
    let service = |name: &str| json!({ "Service": format!("{name}.amazonaws.com") });
    let topic = reference("MailEventsTopic");
    let rules = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${MailRules}";
    let of_these_mails = json!({ "StringEquals": {
        "aws:SourceAccount": reference("AWS::AccountId"),
        "aws:SourceArn": { "Fn::Sub": rules },
    }});
    let of_the_topic = json!({ "ArnEquals": { "aws:SourceArn": topic } });
    let redrive = json!({ "deadLetterTargetArn": arn("UnheardEvents") });
    let alarms = json!([{ "Protocol": "email", "Endpoint": reference("AlarmEmail") }]);
    let mut meant: Facts =
        EVENT_TYPES.iter().map(|(_, kind)| format!("MailEvents tells of {kind}")).collect();
    meant.extend([
        r#"MailEvents Name "delivery""#.to_owned(),
        "MailEvents Enabled true".to_owned(),
        format!("MailEvents SnsDestination {}", json!({ "TopicARN": topic })),
        format!("MailEvents ConfigurationSetName {}", reference("MailRules")),
        "MailEvents comes after MailEventsTopicPolicy".to_owned(),
        format!("MailEventsTopic KmsMasterKeyId {}", reference("AlarmKey")),
        format!("MailEventsTopicPolicy Topics {}", json!([topic])),
        format!("MailEventsTopicPolicy: Allow {} sns:Publish on {topic} if {of_these_mails}", service("ses")),
        format!("DeliveryPermission FunctionName {}", reference("Delivery")),
        r#"DeliveryPermission Action "lambda:InvokeFunction""#.to_owned(),
        r#"DeliveryPermission Principal "sns.amazonaws.com""#.to_owned(),
        format!("DeliveryPermission SourceArn {topic}"),
        "DeliverySubscription comes after DeliveryPermission".to_owned(),
        "DeliverySubscription comes after UnheardEventsPolicy".to_owned(),
        format!("DeliverySubscription TopicArn {topic}"),
        r#"DeliverySubscription Protocol "lambda""#.to_owned(),
        format!("DeliverySubscription Endpoint {}", arn("Delivery")),
        format!("DeliverySubscription RedrivePolicy {redrive}"),
        format!("UnheardEventsPolicy Queues {}", json!([reference("UnheardEvents")])),
        format!(
            "UnheardEventsPolicy: Allow {} sqs:SendMessage on {} if {of_the_topic}",
            service("sns"),
            arn("UnheardEvents")
        ),
        format!("AlarmTopic KmsMasterKeyId {}", reference("AlarmKey")),
        format!("AlarmTopic Subscription {alarms}"),
    ]);
    meant
}
