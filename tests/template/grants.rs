//! What the roles of the functions grant, to be compared with what the functions use.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::document::{Template, list, statements, text};

/// One thing that one function may do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Grant {
    /// `verify`
    pub(crate) function: String,
    /// `dynamodb:GetItem`
    pub(crate) action: String,
    /// For items of the table their kind, which is the beginning of the partition key: `PUB#BADGE`, `MONTHS`. Empty for
    /// everything else.
    pub(crate) kind: String,
}

impl Grant {
    /// A grant.
    pub(crate) fn new(function: &str, action: &str, kind: &str) -> Self {
        Self { function: function.to_owned(), action: action.to_owned(), kind: kind.to_owned() }
    }
}

/// Where the functions' items are.
pub(crate) const TABLE: &str =
    "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${AWS::StackName}-${TableNumber}";

/// What is not for the function's own calls but for the platform's in its name: logs, the stream, what was given up.
const OF_THE_PLATFORM: [&str; 7] = [
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "sqs:SendMessage",
];

/// Everything that the functions are granted for their own calls: by their roles, and by the policies of keys.
pub(crate) fn granted(template: &Template) -> BTreeSet<Grant> {
    let mut granted = BTreeSet::new();
    for (function, statement) in of_roles(template) {
        for action in list(&statement["Action"]).into_iter().map(text) {
            if statement["Effect"] != "Allow" || OF_THE_PLATFORM.contains(&action.as_str()) {
                continue;
            }
            for kind in kinds(&action, &statement) {
                granted.insert(Grant::new(&function, &action, &kind));
            }
        }
    }
    for (function, action) in of_keys(template) {
        granted.insert(Grant::new(&function, &action, ""));
    }
    granted
}

/// What the platform may do in the name of each function, and where.
pub(crate) fn of_the_platform(template: &Template) -> BTreeSet<String> {
    let mut granted = BTreeSet::new();
    for (function, statement) in of_roles(template) {
        for action in list(&statement["Action"]).into_iter().map(text) {
            if OF_THE_PLATFORM.contains(&action.as_str()) {
                let on = text(&statement["Resource"]);
                granted.insert(format!("{function}: {} {action} on {on}", text(&statement["Effect"])));
            }
        }
    }
    granted
}

/// What the template grants and no function uses, and what a function uses and the template does not grant.
pub(crate) fn differences(granted: &BTreeSet<Grant>, used: &BTreeSet<Grant>) -> Vec<String> {
    let line =
        |what: &str, Grant { function, action, kind }: &Grant| format!("{what}: {function} {action} {kind}");
    let unused = granted.difference(used).map(|grant| line("granted and not used", grant));
    let refused = used.difference(granted).map(|grant| line("used and not granted", grant));
    unused.chain(refused).collect()
}

fn of_roles(template: &Template) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for (function, properties) in template.functions() {
        let role = properties["Role"]["Fn::GetAtt"][0].as_str().unwrap_or_default();
        for policy in list(&template.properties(role)["Policies"]) {
            let own = statements(&policy["PolicyDocument"]);
            all.extend(own.into_iter().map(|(_, statement)| (function.clone(), statement.clone())));
        }
        // SAM's own way to say it. The template does not use it; should it ever, nothing is overlooked.
        for policy in list(&properties["Policies"]) {
            let anything = json!({ "Effect": "Allow", "Action": text(policy), "Resource": "*" });
            let own = statements(policy).into_iter().map(|(_, statement)| statement.clone());
            let own: Vec<_> = if policy.is_object() { own.collect() } else { vec![anything] };
            all.extend(own.into_iter().map(|statement| (function.clone(), statement)));
        }
    }
    all
}

/// Who may sign, as the policies of the signing keys say. A role that no function has is nobody's.
fn of_keys(template: &Template) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (_, key) in template.of_type("AWS::KMS::Key") {
        for (_, statement) in statements(&key["Properties"]["KeyPolicy"]) {
            let role = statement["Principal"]["AWS"]["Fn::GetAtt"][0].as_str();
            let function = template.functions().into_iter().find(|(_, properties)| {
                role.is_some() && properties["Role"]["Fn::GetAtt"][0].as_str() == role
            });
            let Some((function, _)) = function else { continue };
            let actions = list(&statement["Action"]).into_iter().map(text);
            all.extend(actions.map(|action| (function.clone(), action)));
        }
    }
    all
}

/// The kinds of items that a statement opens to an action. A statement that does not limit them, or that is about
/// something else than expected, is named as what it is: no use can equal it.
fn kinds(action: &str, statement: &Value) -> Vec<String> {
    let resource = &statement["Resource"];
    let condition = &statement["Condition"];
    if action.starts_with("dynamodb:") {
        let keys = &condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
        let limits = condition.as_object().map_or(0, serde_json::Map::len);
        if *resource != json!({ "Fn::Sub": TABLE }) || !keys.is_array() || limits != 1 {
            return vec![format!("any item of {resource}")];
        }
        return list(keys).into_iter().map(kind).collect();
    }
    let arn = |rest: &str| json!({ "Fn::Sub": format!("arn:${{AWS::Partition}}:ses:${{AWS::Region}}:${{AWS::AccountId}}:{rest}") });
    let mail = json!([arn("identity/${MailDomain}"), arn("configuration-set/${MailRules}")]);
    let sender = json!({ "StringEquals": { "ses:FromAddress": { "Ref": "Sender" } } });
    let expected = match action {
        "ses:SendEmail" => *resource == mail && *condition == sender,
        // SES knows no condition on the sender for it: one would refuse every mail.
        "ses:SendBulkEmail" => *resource == mail && condition.is_null(),
        // SES knows no resource for them.
        "ses:GetAccount" | "ses:DeleteSuppressedDestination" => *resource == "*" && condition.is_null(),
        _ => false,
    };
    vec![if expected { String::new() } else { format!("on {resource} if {condition}") }]
}

fn kind(pattern: &Value) -> String {
    let pattern = text(pattern);
    match pattern.strip_suffix("#*") {
        Some(kind) if !kind.contains('*') => kind.to_owned(),
        None if !pattern.contains('*') => pattern,
        _ => format!("any item like {pattern}"),
    }
}
