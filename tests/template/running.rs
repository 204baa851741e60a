//! What starts by itself: the schedules, the monthly run, the table's stream.

use serde_json::{Value, json};
use shomei_core::{letter::Letter, office::revocation::OwedRevocation, order::OwedBadge, status::StaleList};

use crate::{
    Facts,
    document::{Template, given, list, statements, text},
    grants,
};

/// What the scheduler puts the time in the place of.
const SCHEDULED: &str = "<aws.scheduler.scheduled-time>";

/// When what starts, with what input, and as whom.
pub(crate) mod schedules {
    use super::*;

    pub(crate) fn said(template: &Template) -> Facts {
        let mut said = Facts::new();
        for (name, group) in template.of_type("AWS::Scheduler::ScheduleGroup") {
            said.insert(format!("{name} are a group called {}", group["Properties"]["Name"]));
        }
        for (name, schedule) in template.of_type("AWS::Scheduler::Schedule") {
            let properties = &schedule["Properties"];
            let (expression, zone) =
                (&properties["ScheduleExpression"], &properties["ScheduleExpressionTimezone"]);
            said.insert(format!("{name} at {} in {}", text(expression), text(zone)));
            for key in ["State", "FlexibleTimeWindow", "GroupName", "StartDate", "EndDate"] {
                said.insert(format!("{name} {key} {}", properties[key]));
            }
            let target = &properties["Target"];
            said.insert(format!("{name} starts {} with {}", target["Arn"], text(&target["Input"])));
            said.insert(format!("{name} acts as {}", target["RoleArn"]));
            said.insert(format!("{name} leaves to {} what it cannot start", target["DeadLetterConfig"]));
            said.insert(format!("{name} is tried again within {}", target["RetryPolicy"]));
        }
        said
    }

    pub(crate) fn meant() -> Facts {
        let run = json!({ "Ref": "MonthlyRun" });
        let issuance = json!({ "Fn::GetAtt": ["Issuance", "Arn"] });
        let scheduled = format!(r#"{{"scheduled": "{SCHEDULED}"}}"#);
        let sweep = format!(r#"{{"step": "sweep", "scheduled": "{SCHEDULED}"}}"#);
        let remind = format!(r#"{{"step": "remind", "scheduled": "{SCHEDULED}"}}"#);
        let mut meant = Facts::from([r#"Schedules are a group called {"Ref":"AWS::StackName"}"#.to_owned()]);
        // A run is started late rather than not at all. A sweep only until the next one is near.
        let retries =
            |age: u32, times: u8| json!({ "MaximumEventAgeInSeconds": age, "MaximumRetryAttempts": times });
        let (patient, brief) = (retries(3600, 20), retries(600, 5));
        for (name, when, target, input, role, retries) in [
            ("MonthlySchedule", "cron(0 9 1 * ? *)", &run, &scheduled, "StartsRunsRole", &patient),
            ("DailySchedule", "cron(0 9 2-31 * ? *)", &run, &scheduled, "StartsRunsRole", &patient),
            ("SweepSchedule", "rate(15 minutes)", &issuance, &sweep, "StartsSweepsRole", &brief),
            ("RemindSchedule", "cron(0 10 * * ? *)", &issuance, &remind, "StartsSweepsRole", &patient),
        ] {
            meant.extend([
                format!("{name} at {when} in Asia/Tokyo"),
                format!(r#"{name} State {{"Fn::If":["KeysAreKnown","ENABLED","DISABLED"]}}"#),
                format!(r#"{name} FlexibleTimeWindow {{"Mode":"OFF"}}"#),
                format!(r#"{name} GroupName {{"Ref":"Schedules"}}"#),
                format!("{name} StartDate null"),
                format!("{name} EndDate null"),
                format!("{name} starts {target} with {input}"),
                format!(r#"{name} acts as {{"Fn::GetAtt":["{role}","Arn"]}}"#),
                format!(r#"{name} leaves to {{"Arn":{}}} what it cannot start"#, dead_letters()),
                format!("{name} is tried again within {retries}"),
            ]);
        }
        meant
    }
}

/// The steps of the monthly run: what each asks of issuance, what it does with the answer, what becomes of failures.
pub(crate) mod steps {
    use super::*;

    pub(crate) fn said(template: &Template) -> Facts {
        let machine = template.properties("MonthlyRun");
        let mut said = Facts::new();
        for key in ["StateMachineType", "TracingConfiguration", "DefinitionSubstitutions", "RoleArn"] {
            said.insert(format!("{key} {}", machine[key]));
        }
        let definition = &machine["Definition"];
        said.insert(format!("ends after {} s", definition["TimeoutSeconds"]));
        said.extend(of_states(definition, "the run"));
        said
    }

    fn of_states(machine: &Value, of: &str) -> Vec<String> {
        let mut said = vec![format!("{of} begins with {}", text(&machine["StartAt"]))];
        for (name, state) in machine["States"].as_object().into_iter().flatten() {
            let next = if state["End"] == true { "the end".to_owned() } else { text(&state["Next"]) };
            said.push(format!("{name} is a {}, then {next}", text(&state["Type"])));
            if state["Type"] == "Task" {
                let call = &state["Parameters"];
                said.push(format!("{name} uses {} of {}", text(&state["Resource"]), call["FunctionName"]));
                said.push(format!("{name} asks {}", call["Payload"]));
                let answer = ["ResultSelector", "ResultPath", "OutputPath"].map(|key| given(state, key));
                said.push(format!("{name} keeps {}", answer.join(" ")));
                said.push(format!("{name} takes {} s", state["TimeoutSeconds"]));
            }
            for retry in list(&state["Retry"]) {
                let bounded = retry["MaxAttempts"].as_u64().is_some_and(|times| (1..=10).contains(&times));
                let slower = retry["BackoffRate"].as_f64().is_some_and(|rate| rate >= 2.0);
                let patient = retry["MaxDelaySeconds"].is_u64() || retry["MaxAttempts"].as_u64() < Some(3);
                let calm = bounded
                    && slower
                    && patient
                    && retry["JitterStrategy"] == "FULL"
                    && retry["IntervalSeconds"].is_u64();
                let how = if calm { "calmly" } else { "without end or pause" };
                said.extend(
                    list(&retry["ErrorEquals"])
                        .into_iter()
                        .map(|error| format!("{name} tries again {how} after {}", text(error))),
                );
            }
            for catch in list(&state["Catch"]) {
                let into = text(&catch["ResultPath"]);
                said.push(format!(
                    "{name} after {}: {}, told in {into}",
                    catch["ErrorEquals"],
                    text(&catch["Next"])
                ));
            }
            for choice in list(&state["Choices"]) {
                said.push(format!("{name} if {choice}, else {}", text(&state["Default"])));
            }
            if state["Type"] == "Map" {
                let parts = ["ItemsPath", "ItemSelector", "MaxConcurrency", "ResultPath"]
                    .map(|key| given(state, key));
                said.push(format!("{name} works on {}", parts.join(" ")));
                said.push(format!("{name} is {}", state["ItemProcessor"]["ProcessorConfig"]["Mode"]));
                said.extend(of_states(&state["ItemProcessor"], name));
            }
        }
        said
    }

    pub(crate) fn meant() -> Facts {
        let mut meant: Facts = [
            r#"StateMachineType "STANDARD""#,
            r#"TracingConfiguration {"Enabled":false}"#,
            r#"DefinitionSubstitutions {"IssuanceArn":{"Fn::GetAtt":["Issuance","Arn"]}}"#,
            r#"RoleArn {"Fn::GetAtt":["MonthlyRunRole","Arn"]}"#,
            "ends after 259200 s",
            "the run begins with Plan",
            "Plan is a Task, then IssueAll",
            "IssueAll is a Map, then AnnounceAll",
            "AnnounceAll is a Map, then Reconcile",
            "Reconcile is a Task, then the end",
        ]
        .into_iter()
        .map(str::to_owned)
        .collect();
        let at_once = shomei_issuance::ANNOUNCE_AT_ONCE;
        // A shard that fails is told and passed by: the others, and what follows, go on.
        for (all, step, asked) in [("IssueAll", "Issue", "Issued"), ("AnnounceAll", "Announce", "Announced")]
        {
            let item = json!({ "work.$": "$$.Map.Item.Value", "last": { "next": null } });
            let next = json!({ "next.$": "$.Payload.next" });
            let done = json!({ "Variable": "$.last.next", "IsNull": true, "Next": asked });
            meant.extend([
                format!(r#"{all} works on "$.work" {item} {at_once} null"#),
                format!(r#"{all} is "INLINE""#),
                format!("{all} begins with {step}"),
                format!("{step} is a Task, then Is{asked}"),
                format!(r#"{step} keeps {next} "$.last" nothing"#),
                format!(r#"{step} after ["States.ALL"]: Not{asked}, told in $.error"#),
                format!("Is{asked} is a Choice, then null"),
                format!("Is{asked} if {done}, else {step}"),
                format!("{asked} is a Succeed, then null"),
                format!("Not{asked} is a Pass, then the end"),
            ]);
        }
        for (name, payload) in payloads() {
            if ["Plan", "Reconcile"].contains(&name) {
                meant.insert(format!(r#"{name} keeps nothing nothing "$.Payload""#));
            }
            meant.extend([
                format!(r#"{name} uses arn:aws:states:::lambda:invoke of "${{IssuanceArn}}""#),
                format!("{name} asks {payload}"),
                // A little more than the function may take, so that its own end is seen first.
                format!("{name} takes {} s", shomei_issuance::HOLD.as_secs() + 30),
            ]);
            // `NeedsPerson` is not among them: no repetition mends it.
            for error in [
                "TryAgain",
                "Lambda.ClientExecutionTimeoutException",
                "Lambda.ServiceException",
                "Lambda.AWSLambdaException",
                "Lambda.SdkClientException",
                "Lambda.TooManyRequestsException",
                "Lambda.Unknown",
                "Sandbox.Timedout",
                "Runtime.ExitError",
                "States.Timeout",
            ] {
                meant.insert(format!("{name} tries again calmly after {error}"));
            }
        }
        meant
    }

    /// What each step asks. That issuance understands it is tested beside this (`understood`).
    pub(crate) fn payloads() -> [(&'static str, Value); 4] {
        [
            ("Plan", json!({ "step": "plan", "scheduled.$": "$.scheduled" })),
            ("Issue", json!({ "step": "issue", "work.$": "$.work", "after.$": "$.last.next" })),
            ("Announce", json!({ "step": "announce", "work.$": "$.work", "after.$": "$.last.next" })),
            (
                "Reconcile",
                json!({ "step": "reconcile", "scheduled.$": "$.scheduled", "started.$": "$$.Execution.StartTime" }),
            ),
        ]
    }
}

/// The stream, the queue of what was given up, and the roles of everything that is no function.
pub(crate) mod triggers {
    use super::*;

    pub(crate) fn said(template: &Template) -> Facts {
        let mut said = Facts::new();
        for (name, mapping) in template.of_type("AWS::Lambda::EventSourceMapping") {
            let properties = &mapping["Properties"];
            said.insert(format!("{name} calls {}", template.function_of(&properties["FunctionName"])));
            for filter in list(&properties["FilterCriteria"]["Filters"]) {
                let pattern: Value = serde_json::from_str(&text(&filter["Pattern"])).unwrap_or_default();
                said.insert(format!("{name} for {pattern}"));
            }
            for key in [
                "Enabled",
                "EventSourceArn",
                "StartingPosition",
                "BisectBatchOnFunctionError",
                "DestinationConfig",
                "BatchSize",
                "MaximumBatchingWindowInSeconds",
                "MaximumRetryAttempts",
                "MaximumRecordAgeInSeconds",
            ] {
                said.insert(format!("{name} {key} {}", properties[key]));
            }
        }
        for (function, properties) in template.functions() {
            let invocation = &properties["EventInvokeConfig"];
            if invocation.is_object() {
                let (times, age) =
                    (&invocation["MaximumRetryAttempts"], &invocation["MaximumEventAgeInSeconds"]);
                said.insert(format!("{function} is tried {times} times, {age} s"));
                said.insert(format!("{function} leaves {}", invocation["DestinationConfig"]));
            }
        }
        for (name, queue) in template.of_type("AWS::SQS::Queue") {
            let properties = &queue["Properties"];
            said.insert(format!(
                "{name}: {} {}",
                properties["SqsManagedSseEnabled"], properties["MessageRetentionPeriod"]
            ));
        }
        said.extend(grants::of_the_platform(template));
        said.extend(other_roles(template));
        said
    }

    /// The roles that no function has.
    fn other_roles(template: &Template) -> Facts {
        let functions = template.functions();
        let of_functions: Vec<_> =
            functions.iter().map(|(_, function)| function["Role"]["Fn::GetAtt"][0].as_str()).collect();
        let mut said = Facts::new();
        for (name, role) in template.of_type("AWS::IAM::Role") {
            if of_functions.contains(&Some(name)) {
                continue;
            }
            let properties = &role["Properties"];
            said.insert(format!("{name} for {}", properties["AssumeRolePolicyDocument"]["Statement"]));
            for policy in list(&properties["Policies"]) {
                for (_, statement) in statements(&policy["PolicyDocument"]) {
                    let (effect, on) = (text(&statement["Effect"]), &statement["Resource"]);
                    said.extend(
                        list(&statement["Action"])
                            .into_iter()
                            .map(|action| format!("{name}: {effect} {} on {on}", text(action))),
                    );
                }
            }
            if !properties["ManagedPolicyArns"].is_null() {
                said.insert(format!("{name} has {}", properties["ManagedPolicyArns"]));
            }
        }
        said
    }

    pub(crate) fn meant() -> Facts {
        let stream = json!({ "Fn::If": ["UsesOwnTable", { "Fn::GetAtt": ["Table", "StreamArn"] }, { "Ref": "TableStreamArn" }] });
        let issuance = json!({ "Fn::GetAtt": ["Issuance", "Arn"] });
        let given_up = dead_letters();
        let unheard = json!({ "Fn::GetAtt": ["UnheardEvents", "Arn"] });
        let trust = |service: &str, bounds: Value| {
            json!([{
                "Effect": "Allow",
                "Principal": { "Service": service },
                "Action": "sts:AssumeRole",
                "Condition": { "StringEquals": bounds },
            }])
        };
        let account = json!({ "Ref": "AWS::AccountId" });
        let group =
            json!({ "aws:SourceAccount": account, "aws:SourceArn": { "Fn::GetAtt": ["Schedules", "Arn"] } });
        let run = trust("states.amazonaws.com", json!({ "aws:SourceAccount": account }));
        let scheduler = trust("scheduler.amazonaws.com", group);
        let mut meant = Facts::from([
            "issuance is tried 2 times, 900 s".to_owned(),
            format!("issuance leaves {}", json!({ "OnFailure": { "Type": "SQS", "Destination": given_up } })),
            "DeadLetters: true 1209600".to_owned(),
            // A call is tried again within minutes, and while none can be started, for as long as Lambda does.
            "delivery is tried 2 times, 21600 s".to_owned(),
            format!("delivery leaves {}", json!({ "OnFailure": { "Type": "SQS", "Destination": unheard } })),
            format!("delivery: Allow sqs:SendMessage on {unheard}"),
            "UnheardEvents: true 1209600".to_owned(),
            format!("MonthlyRunRole for {run}"),
            format!("MonthlyRunRole: Allow lambda:InvokeFunction on {issuance}"),
            format!("StartsRunsRole for {scheduler}"),
            r#"StartsRunsRole: Allow states:StartExecution on {"Ref":"MonthlyRun"}"#.to_owned(),
            format!("StartsRunsRole: Allow sqs:SendMessage on {given_up}"),
            format!("StartsSweepsRole for {scheduler}"),
            format!("StartsSweepsRole: Allow lambda:InvokeFunction on {issuance}"),
            format!("StartsSweepsRole: Allow sqs:SendMessage on {given_up}"),
            format!("issuance: Allow sqs:SendMessage on {given_up}"),
        ]);
        // Somebody waits for a letter, and for a badge; and what was agreed to be revoked is to be so at once. Marks may gather: many of one month are one list to sign.
        let owed: &[&str] = &[Letter::PARTITION, OwedBadge::PARTITION, OwedRevocation::PARTITION];
        for (name, partitions, window, bisects, times, age) in [
            ("LetterOwed", owed, 0, false, 10, 900),
            ("StatusListMarked", &[StaleList::PARTITION], 2, true, 5, 3600),
        ] {
            meant.extend(partitions.iter().map(|partition| {
                let keys = json!({ "pk": { "S": [partition] } });
                format!("{name} for {}", json!({ "eventName": ["INSERT"], "dynamodb": { "Keys": keys } }))
            }));
            meant.extend([
                format!("{name} calls issuance"),
                format!(r#"{name} Enabled {{"Fn::If":["KeysAreKnown",true,false]}}"#),
                format!("{name} EventSourceArn {stream}"),
                format!(r#"{name} StartingPosition "TRIM_HORIZON""#),
                format!("{name} BisectBatchOnFunctionError {bisects}"),
                format!(r#"{name} DestinationConfig {{"OnFailure":{{"Destination":{given_up}}}}}"#),
                format!("{name} BatchSize 100"),
                format!("{name} MaximumBatchingWindowInSeconds {window}"),
                format!("{name} MaximumRetryAttempts {times}"),
                format!("{name} MaximumRecordAgeInSeconds {age}"),
            ]);
        }
        for action in ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"] {
            let on = json!({ "Fn::Sub": format!("{}/stream/*", grants::TABLE) });
            meant.insert(format!("issuance: Allow dynamodb:{action} on {on}"));
        }
        for (function, role) in [
            ("claim", "Claim"),
            ("delivery", "Delivery"),
            ("intake", "Intake"),
            ("issuance", "Issuance"),
            ("reissue", "Reissue"),
            ("verify", "Verify"),
        ] {
            for action in ["logs:CreateLogStream", "logs:PutLogEvents"] {
                meant.insert(format!(
                    r#"{function}: Allow {action} on {{"Fn::GetAtt":["{role}Logs","Arn"]}}"#
                ));
            }
        }
        meant
    }
}

fn dead_letters() -> Value {
    json!({ "Fn::GetAtt": ["DeadLetters", "Arn"] })
}

/// What the schedule sends, with a time in its place.
pub(crate) fn input(template: &Template, schedule: &str, at: &str) -> Value {
    let input = text(&template.properties(schedule)["Target"]["Input"]).replace(SCHEDULED, at);
    serde_json::from_str(&input).unwrap_or_else(|error| panic!("{schedule} sends {input}: {error}"))
}
