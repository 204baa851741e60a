//! The template with one thing less, or one thing more.

use serde_json::Value;

use crate::document::Template;

/// Where each thing stands that is deployed, or that decides what is, as a JSON pointer.
pub(crate) fn places(template: &Template) -> Vec<String> {
    let mut places = Vec::new();
    for section in ["Globals", "Conditions", "Rules", "Resources"] {
        collect(&template.0[section], &format!("/{section}"), &mut places);
    }
    places
}

fn collect(value: &Value, at: &str, places: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (escaped(key), value)).collect(),
        Value::Array(members) => {
            members.iter().enumerate().map(|(place, value)| (place.to_string(), value)).collect()
        }
        _ => return,
    };
    for (key, child) in children {
        let place = format!("{at}/{key}");
        collect(child, &place, places);
        places.push(place);
    }
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn unescaped(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}

/// The template without what stands there.
pub(crate) fn without(template: &Template, place: &str) -> Template {
    let mut changed = template.clone();
    let (parent, last) = place.rsplit_once('/').expect("a pointer has a parent");
    match changed.0.pointer_mut(parent).expect("the parent exists") {
        Value::Object(members) => {
            members.remove(&unescaped(last)).expect("the member exists");
        }
        Value::Array(members) => {
            members.remove(last.parse().expect("an index"));
        }
        other => panic!("{parent} holds nothing: {other}"),
    }
    changed
}

/// What may be missing without any difference to the code: words for people, and what another tool insists on. Everything
/// else must be noticed. Either a name, wherever it stands, or a place, where `*` is any one name.
pub(crate) const FREE: [(&str, &str); 13] = [
    ("Description", "for people"),
    ("AlarmDescription", "for people"),
    ("Comment", "for people"),
    ("Sid", "for people"),
    ("PolicyName", "cfn-lint insists on it"),
    ("Version", "cfn-lint insists on it"),
    ("MemorySize", "measured, not meant"),
    ("PendingWindowInDays", "30 is KMS's own"),
    ("StateMachineName", "a name for people"),
    ("/Resources/*/Properties/Name", "names for people; where one is used, it is noticed all the same"),
    ("/Resources/AlarmTopicPolicy/Properties/Topics", "cfn-lint insists on it"),
    ("/Resources/AlarmKey/Properties/EnableKeyRotation", "checkov insists on it"),
    ("/Resources/TableFails/Properties/Metrics/0/Id", "cfn-lint insists on it"),
];

/// Whether a place is that of an exception, or within it.
pub(crate) fn is_within(place: &str, exception: &str) -> bool {
    let parts: Vec<_> = place.split('/').collect();
    if exception.starts_with('/') {
        let wanted: Vec<_> = exception.split('/').collect();
        parts.len() >= wanted.len()
            && wanted.iter().zip(&parts).all(|(wanted, part)| *wanted == "*" || wanted == part)
    } else {
        // Not a resource's or a variable's own name.
        parts.iter().skip(3).any(|part| *part == exception)
    }
}

/// The template with that in its place.
pub(crate) fn with(template: &Template, place: &str, value: Value) -> Template {
    let mut changed = template.clone();
    let (parent, last) = place.rsplit_once('/').expect("a pointer has a parent");
    match changed.0.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.insert(unescaped(last), value);
        }
        Some(Value::Array(members)) if last == "-" => members.push(value),
        Some(Value::Array(members)) => members[last.parse::<usize>().expect("an index")] = value,
        _ => panic!("{parent} is not there"),
    }
    changed
}
