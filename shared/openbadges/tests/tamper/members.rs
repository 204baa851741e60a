//! Members that are changed, left out, put in or doubled.

use super::*;

/// The addresses of all values in a document.
fn places(value: &Value) -> Vec<String> {
    fn walk(value: &Value, here: &str, places: &mut Vec<String>) {
        places.push(here.to_owned());
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    walk(member, &format!("{here}/{name}"), places);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    walk(item, &format!("{here}/{index}"), places);
                }
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    walk(value, "", &mut all);
    all
}

/// Shapes that a JSON-LD processor may take for the same or drop, and plain nonsense.
fn other_shapes(value: &Value) -> Vec<Value> {
    let mut shapes = vec![
        Value::Null,
        json!(true),
        json!(false),
        json!(0),
        json!(""),
        json!("x"),
        json!([]),
        json!({}),
        json!([value]),
        json!([[value]]),
        json!({ "@value": value }),
        json!({ "@id": value }),
        json!({ "id": value }),
        json!({ "@set": [value] }),
        json!({ "@list": [value] }),
    ];
    match value {
        Value::String(text) => shapes.extend([
            json!({ text: null }),
            json!(format!("{text} ")),
            json!(format!(" {text}")),
            json!(text.to_uppercase()),
            json!(format!("{text}\u{200b}")),
            json!(text.trim_start_matches("https:").trim_start_matches("did:")),
        ]),
        Value::Array(items) => {
            shapes.extend(items.first().cloned());
            shapes.push(with_item(items, Value::Null));
            shapes.push(with_item(items, json!("x")));
            shapes.push(with_item(items, json!({})));
            shapes.push(Value::Array(items.iter().skip(1).cloned().collect()));
        }
        Value::Object(members) => {
            shapes.push(members.values().cloned().collect());
            shapes.push(json!(members.iter().map(|(name, value)| json!([name, value])).collect::<Vec<_>>()));
            shapes.extend(members.get("id").cloned());
        }
        Value::Number(number) => shapes.push(json!(number.to_string())),
        Value::Bool(flag) => shapes.push(json!(flag.to_string())),
        Value::Null => {}
    }
    shapes
}

fn with_item(items: &[Value], item: Value) -> Value {
    items.iter().cloned().chain([item]).collect()
}

#[test]
fn no_value_can_be_changed_or_take_another_shape() {
    let (verifier, original) = (Verifier::new(), signed());
    for place in places(&original) {
        for shape in other_shapes(original.pointer(&place).unwrap()) {
            let mut changed = original.clone();
            *changed.pointer_mut(&place).unwrap() = shape.clone();
            if changed != original {
                let verdict = verifier.verdict(changed.to_string().as_bytes());
                assert_ne!(verdict, Verdict::Valid, "{place} as {shape}");
            }
        }
    }
}

#[test]
fn no_member_can_be_left_out() {
    let (verifier, original) = (Verifier::new(), signed());
    for place in places(&original) {
        let (parent, name) = place.rsplit_once('/').unwrap_or_default();
        let mut changed = original.clone();
        if let Some(Value::Object(members)) = changed.pointer_mut(parent)
            && members.remove(name).is_some()
        {
            assert_ne!(verifier.verdict(changed.to_string().as_bytes()), Verdict::Valid, "without {place}");
        }
    }
}

#[test]
fn no_member_can_be_put_in() {
    let verifier = Verifier::new();
    // A smaller badge has members that it could have and has not.
    let mut small = credential();
    small.description = None;
    small.valid_until = None;
    small.awarded_date = None;
    small.credential_status = None;
    small.evidence.clear();
    small.issuer.image = None;
    small.issuer.url = None;
    small.issuer.email = None;
    small.issuer.description = None;
    let achievement = &mut small.credential_subject.achievement;
    achievement.tag.clear();
    achievement.image = None;
    achievement.in_language = None;
    achievement.achievement_type = None;
    achievement.criteria.narrative = None;
    let small: Value = serde_json::from_str(sign(small).text()).unwrap();
    assert_eq!(verifier.verdict(small.to_string().as_bytes()), Verdict::Valid);
    let known: Vec<String> = places(&signed())
        .iter()
        .filter_map(|place| place.rsplit_once('/').map(|(_, name)| name.to_owned()))
        .chain(
            ["x", "@type", "@id", "@graph", "@included", "@index", "termsOfUse", "refreshService", "related"]
                .map(str::to_owned),
        )
        .collect();
    for original in [signed(), small] {
        for place in places(&original) {
            let Some(Value::Object(members)) = original.pointer(&place) else { continue };
            for name in known.iter().filter(|name| !members.contains_key(*name)) {
                for value in [
                    json!("x"),
                    Value::Null,
                    json!([]),
                    json!({}),
                    json!("https://badges.example/"),
                    json!([null]),
                ] {
                    let mut changed = original.clone();
                    changed.pointer_mut(&place).unwrap()[name] = value.clone();
                    let verdict = verifier.verdict(changed.to_string().as_bytes());
                    assert_ne!(verdict, Verdict::Valid, "{name}: {value} in {place:?}");
                }
            }
        }
    }
}

/// Every member once more, before and after, with the same and with another value.
#[test]
fn no_member_can_be_doubled() {
    let (verifier, original) = (Verifier::new(), signed());
    for place in places(&original) {
        let (parent, name) = place.rsplit_once('/').unwrap_or_default();
        let Some(Value::Object(members)) = original.pointer(parent) else { continue };
        for value in [original.pointer(&place).unwrap().clone(), json!("x"), Value::Null] {
            let first = json!({ name: value }).to_string();
            let rest = Value::Object(members.clone()).to_string();
            let inside = rest.trim_start_matches('{');
            let doubled = format!("{},{inside}", first.trim_end_matches('}'));
            let doubled_after =
                format!("{{{},{}", inside.strip_suffix('}').unwrap(), first.trim_start_matches('{'));
            for object in [doubled, doubled_after] {
                let mut changed = original.clone();
                *changed.pointer_mut(parent).unwrap() = json!("PLACEHOLDER");
                let text = changed.to_string().replace("\"PLACEHOLDER\"", &object);
                assert_ne!(verifier.verdict(text.as_bytes()), Verdict::Valid, "{name} twice in {parent:?}");
            }
        }
    }
}
