//! One foreign thing of each sort that somebody might put into the template.

use serde_json::{Value, json};

/// What it is, where it goes (a last `-` is the end of a list), and it itself.
pub(crate) type Thing = (&'static str, String, Value);

/// All of them.
pub(crate) fn things() -> Vec<Thing> {
    [served(), granted(), kept(), told(), run(), watched()].into_iter().flatten().collect()
}

fn thing(what: &'static str, place: impl Into<String>, value: Value) -> Thing {
    (what, format!("/Resources/{}", place.into()), value)
}

fn served() -> Vec<Thing> {
    let route = json!({ "Type": "HttpApi", "Properties": { "ApiId": { "Ref": "Api" }, "Method": "PUT", "Path": "/badges" } });
    let function = json!({ "Type": "AWS::Serverless::Function", "Properties": {
        "FunctionName": { "Fn::Sub": "${AWS::StackName}-archive" },
        "CodeUri": "../target/deploy/shomei-archive/",
    }});
    let candidates = "Intake/Properties/Events/RegisterCandidates/Properties/Auth/Authorizer";
    let log = "Api/Properties/AccessLogSettings/Format";
    let judging = "Api/Properties/RouteSettings/POST ~1verify";
    let told = "Verify/Properties/Environment/Variables";
    vec![
        thing("a function", "Archive", function),
        thing("a route", "Verify/Properties/Events/Put", route),
        thing("an event that is no route", "Verify/Properties/Events/Tick", json!({ "Type": "Schedule" })),
        thing("an authorizer for all", "Api/Properties/Auth/DefaultAuthorizer", json!("Staff")),
        thing("an open staff route", candidates, json!("NONE")),
        thing(
            "orders that anyone lists",
            "Reissue/Properties/Events/ListOrders/Properties/Auth",
            Value::Null,
        ),
        thing(
            "payments that only staff tell of",
            "Reissue/Properties/Events/PaymentEvent/Properties/Auth",
            json!({ "Authorizer": "Staff" }),
        ),
        thing(
            "an old TLS",
            "ApiDomain/Properties/DomainNameConfigurations/0/SecurityPolicy",
            json!("TLS_1_0"),
        ),
        thing(
            "a variable",
            "Claim/Properties/Environment/Variables/SHOMEI_STAFF_ROLE",
            json!({ "Ref": "StaffRole" }),
        ),
        thing(
            "a wrong source",
            "Claim/Properties/Environment/Variables/SHOMEI_SENDER",
            json!({ "Ref": "Contact" }),
        ),
        thing(
            "a secret where nobody reads it",
            "Claim/Properties/Environment/Variables/SHOMEI_WEBHOOK_SECRETS",
            json!({ "Ref": "WebhookSecrets" }),
        ),
        thing(
            "a secret of the sign-in where nobody signs in",
            "Reissue/Properties/Environment/Variables/SHOMEI_STAFF_CLIENT_SECRET",
            json!({ "Ref": "StaffClientSecret" }),
        ),
        thing(
            "pages of the office that only programs open",
            "Intake/Properties/Events/OfficePage/Properties/Auth",
            json!({ "Authorizer": "Staff" }),
        ),
        thing(
            "a sign-in service that is asked without limits of its own",
            "Api/Properties/RouteSettings/GET ~1office~1sign-in~1start/ThrottlingRateLimit",
            json!(10_000),
        ),
        thing("a log level", "Verify/Properties/LoggingConfig/ApplicationLogLevel", json!("TRACE")),
        thing("a path in the access log", log, json!(r#"{"path":"$context.path"}"#)),
        thing("an address in the access log", log, json!("$context.identity.sourceIp")),
        thing("tracing", "Verify/Properties/Tracing", json!("Active")),
        thing("judging without limits of its own", format!("{judging}/ThrottlingRateLimit"), json!(10_000)),
        thing(
            "limits of a route that needs none",
            "Api/Properties/RouteSettings/GET ~1",
            json!({ "ThrottlingRateLimit": 1 }),
        ),
        thing("preflights that the API answers", "Api/Properties/CorsConfiguration", json!(true)),
        thing("fetching that nobody can turn off", format!("{told}/SHOMEI_FETCHING"), json!("on")),
        thing("too little time to fetch", "Verify/Properties/Timeout", json!(20)),
    ]
}

fn granted() -> Vec<Thing> {
    let statements = "VerifyRole/Properties/Policies/0/PolicyDocument/Statement";
    let kinds = format!("{statements}/0/Condition/ForAllValues:StringLike/dynamodb:LeadingKeys/-");
    let erases = "ClaimRole/Properties/Policies/0/PolicyDocument/Statement/4/Condition";
    let statements_of_reissue = "ReissueRole/Properties/Policies/0/PolicyDocument/Statement";
    let clears = format!("{statements_of_reissue}/5/Condition");
    let sends = json!({ "Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*" });
    let anything = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    let any_item = json!({ "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": { "Fn::GetAtt": ["Table", "Arn"] } });
    let administrator = json!(["arn:aws:iam::aws:policy/AdministratorAccess"]);
    let trusted = "VerifyRole/Properties/AssumeRolePolicyDocument/Statement/0/Principal/Service";
    vec![
        thing("an action", format!("{statements}/0/Action"), json!(["dynamodb:GetItem", "dynamodb:PutItem"])),
        thing("a kind of item", kinds.clone(), json!("BADGE#*")),
        thing("any kind of item", kinds, json!("*")),
        thing(
            "erasing the register",
            format!("{erases}/ForAllValues:StringLike/dynamodb:LeadingKeys/-"),
            json!("CANDIDATE#*"),
        ),
        thing(
            "erasing receipts",
            format!("{clears}/ForAllValues:StringLike/dynamodb:LeadingKeys/-"),
            json!("PAPER#*"),
        ),
        thing("mail by reissue", format!("{statements_of_reissue}/-"), sends),
        thing("a statement without limits", format!("{statements}/-"), any_item),
        thing("a statement for everything", format!("{statements}/-"), anything),
        thing("a wider resource", format!("{statements}/0/Resource"), json!("*")),
        thing("a managed policy", "VerifyRole/Properties/ManagedPolicyArns", administrator),
        thing("a policy of SAM's", "Verify/Properties/Policies", json!(["AmazonDynamoDBFullAccess"])),
        thing("a trusted service", trusted, json!("ec2.amazonaws.com")),
        thing(
            "another sender",
            "IssuanceRole/Properties/Policies/0/PolicyDocument/Statement/7/Condition",
            json!({}),
        ),
    ]
}

fn kept() -> Vec<Thing> {
    let policy = "Key1/Properties/KeyPolicy/Statement";
    let tokens = "TokenKey1/Properties/KeyPolicy/Statement";
    let sign = json!({
        "Effect": "Allow",
        "Principal": { "AWS": { "Fn::GetAtt": ["VerifyRole", "Arn"] } },
        "Action": "kms:Sign",
        "Resource": "*",
    });
    vec![
        thing("signing for the account", format!("{policy}/0/Action/-"), json!("kms:Sign")),
        thing("grants for the account", format!("{policy}/0/Action/-"), json!("kms:CreateGrant")),
        thing("everything for the account", format!("{policy}/0/Action/-"), json!("kms:*")),
        thing("another signer", format!("{policy}/-"), sign.clone()),
        thing("two keys that sign", format!("{policy}/1/Fn::If/0"), json!("Key2Signs")),
        thing("a kind of key", "Key1/Properties/KeySpec", json!("ECC_NIST_P256")),
        thing(
            "a key of tokens that signs as badges are signed",
            "TokenKey1/Properties/KeySpec",
            json!("ECC_NIST_EDWARDS25519"),
        ),
        thing("tokens that anyone signs", format!("{tokens}/-"), sign),
        thing(
            "tokens signed before their key is listed",
            format!("{tokens}/1/Fn::If/0"),
            json!("HasTokenKey1"),
        ),
        thing(
            "a token signed whole",
            format!("{tokens}/1/Fn::If/1/Condition/StringEquals/kms:MessageType"),
            json!("RAW"),
        ),
        thing(
            "the other algorithm",
            format!("{tokens}/1/Fn::If/1/Condition/StringEquals/kms:SigningAlgorithm/Fn::If/2"),
            json!("ECDSA_SHA_384"),
        ),
        thing("a key of tokens that goes with the stack", "TokenKey1/DeletionPolicy", json!("Delete")),
        thing(
            "a key that is another one's",
            "Issuance/Properties/Environment/Variables/SHOMEI_TOKEN_KMS_KEY_ID",
            json!({ "Fn::GetAtt": ["Key1", "Arn"] }),
        ),
        thing("an index", "Table/Properties/GlobalSecondaryIndexes", json!([{ "IndexName": "by-address" }])),
        thing("a table key", "Table/Properties/KeySchema/1/AttributeName", json!("sort")),
        thing("another expiry", "Table/Properties/TimeToLiveSpecification/AttributeName", json!("ttl")),
        thing("a stream of items", "Table/Properties/StreamSpecification/StreamViewType", json!("NEW_IMAGE")),
        thing(
            "tracked mail",
            "MailRules/Properties/TrackingOptions",
            json!({ "CustomRedirectDomain": "t.example.jp" }),
        ),
    ]
}

fn told() -> Vec<Thing> {
    let publisher = "MailEventsTopicPolicy/Properties/PolicyDocument/Statement";
    let policy = "UnheardEventsPolicy/Properties/PolicyDocument/Statement/0/Condition";
    let anyone = json!({ "Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": { "Ref": "MailEventsTopic" } });
    let listener = json!({ "Type": "AWS::SNS::Subscription", "Properties": {
        "TopicArn": { "Ref": "MailEventsTopic" }, "Protocol": "email", "Endpoint": "someone@example.org",
    }});
    let caller = json!({ "Type": "AWS::Lambda::Permission", "Properties": {
        "FunctionName": { "Ref": "Delivery" }, "Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com",
    }});
    vec![
        thing("events that anyone tells", format!("{publisher}/-"), anyone),
        thing("events of another configuration set", format!("{publisher}/0/Condition"), Value::Null),
        thing("somebody else who hears", "Listener", listener),
        thing("any topic that calls", "Caller", caller),
        thing(
            "another topic that calls",
            "DeliveryPermission/Properties/SourceArn",
            json!({ "Ref": "AlarmTopic" }),
        ),
        thing("opened mails", "MailEvents/Properties/EventDestination/MatchingEventTypes/-", json!("OPEN")),
        thing("events in clear", "MailEventsTopic/Properties/KmsMasterKeyId", json!("alias/aws/sns")),
        thing("a queue that anyone fills", policy, json!({})),
        thing(
            "events that are dropped",
            "DeliverySubscription/Properties/RedrivePolicy/deadLetterTargetArn",
            json!({ "Fn::GetAtt": ["DeadLetters", "Arn"] }),
        ),
        thing(
            "another topic that is believed",
            "Delivery/Properties/Environment/Variables/SHOMEI_MAIL_EVENTS_TOPIC",
            json!({ "Ref": "AlarmTopic" }),
        ),
    ]
}

fn run() -> Vec<Thing> {
    let states = "MonthlyRun/Properties/Definition/States";
    let schedule = json!({ "Type": "AWS::Scheduler::Schedule", "Properties": {
        "ScheduleExpression": "rate(1 day)", "Target": { "Arn": { "Ref": "MonthlyRun" }, "Input": "{}" },
    }});
    let retry = json!({
        "ErrorEquals": ["NeedsPerson"], "IntervalSeconds": 1, "BackoffRate": 2, "MaxAttempts": 2, "JitterStrategy": "FULL",
    });
    let filters = "LetterOwed/Properties/FilterCriteria/Filters/-";
    vec![
        thing("a schedule", "Hourly", schedule),
        thing("another time zone", "MonthlySchedule/Properties/ScheduleExpressionTimezone", json!("UTC")),
        thing("another input", "SweepSchedule/Properties/Target/Input", json!(r#"{"step": "sweep"}"#)),
        thing("a state", format!("{states}/Wait"), json!({ "Type": "Pass", "Next": "Plan" })),
        thing("more shards at once", format!("{states}/AnnounceAll/MaxConcurrency"), json!(8)),
        thing("a retry of what needs a person", format!("{states}/Plan/Retry/-"), retry),
        thing("retries without end", format!("{states}/Plan/Retry/0/MaxAttempts"), json!(99_999_999)),
        thing("a wider filter", filters, json!({ "Pattern": "{}" })),
        thing(
            "a run that is given up at once",
            "MonthlySchedule/Properties/Target/RetryPolicy/MaximumEventAgeInSeconds",
            json!(60),
        ),
        thing(
            "sweeps that pile up",
            "SweepSchedule/Properties/Target/RetryPolicy/MaximumRetryAttempts",
            json!(185),
        ),
        thing("another number of retries", "StatusListMarked/Properties/MaximumRetryAttempts", json!(4)),
        thing("another size of batches", "StatusListMarked/Properties/BatchSize", json!(1)),
        thing("a longer window", "StatusListMarked/Properties/MaximumBatchingWindowInSeconds", json!(300)),
        thing("letters that wait", "LetterOwed/Properties/MaximumBatchingWindowInSeconds", json!(2)),
        thing("older records", "StatusListMarked/Properties/MaximumRecordAgeInSeconds", json!(-1)),
        thing(
            "sweeps tried for hours",
            "Issuance/Properties/EventInvokeConfig/MaximumEventAgeInSeconds",
            json!(21_600),
        ),
    ]
}

fn watched() -> Vec<Thing> {
    let alarm = json!({ "Type": "AWS::CloudWatch::Alarm", "Properties": {
        "Namespace": "Shomei", "MetricName": "Lost", "Statistic": "Sum", "Period": 60,
        "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold",
    }});
    vec![
        thing("an alarm", "Lost", alarm),
        thing("a metric that nobody counts", "SweepMissing/Properties/MetricName", json!("Sweeps")),
        thing(
            "a function that does not count it",
            "SweepMissing/Properties/Dimensions/0/Value",
            json!("verify"),
        ),
        thing("silence when a sweep is missing", "SweepMissing/Properties/TreatMissingData", json!("ignore")),
        thing(
            "someone else who is told",
            "RunFailed/Properties/AlarmActions/-",
            json!("arn:aws:sns:::other"),
        ),
        thing("a threshold that nothing reaches", "MailsRefused/Properties/Threshold", json!(1_000_000)),
        thing("a longer period", "RunFailed/Properties/Period", json!(86_400)),
        thing("letters that may be late", "StreamLags/Properties/Threshold", json!(3_600_000)),
        thing("badges that may be owed for days", "ReissuesOverdue/Properties/Period", json!(259_200)),
        thing(
            "parked money of another function",
            "PaymentsParked/Properties/Dimensions/0/Value",
            json!("issuance"),
        ),
        thing("an alarm that rings at once", "CandidatesLate/Properties/EvaluationPeriods", json!(1)),
        thing("another statistic", "CandidatesLate/Properties/Statistic", json!("Maximum")),
        thing("more patience", "MailsWait/Properties/EvaluationPeriods", json!(24)),
        thing("fewer hours that must agree", "CandidatesLate/Properties/DatapointsToAlarm", json!(1)),
        thing("the other way round", "ApiFails/Properties/ComparisonOperator", json!("LessThanThreshold")),
        thing(
            "a sum that is always nothing",
            "TableFails/Properties/Metrics/0/Expression",
            json!("0 * (FILL(m1, 0) + FILL(m2, 0) + FILL(m3, 0) + FILL(m4, 0))"),
        ),
        thing("an alarm that is seldom there", "RunFailed/Condition", json!("HasKey3")),
        thing("a longer sum", "TableFails/Properties/Metrics/2/MetricStat/Period", json!(3_600)),
    ]
}
