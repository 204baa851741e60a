//! The template as one JSON document, with `!Ref` and its like in their long form.

use std::{fs, path::Path};

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// The template. What is missing in it reads as null, so that a comparison can say so.
#[derive(Clone)]
pub(crate) struct Template(pub(crate) Value);

impl Template {
    /// The project's own.
    pub(crate) fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/template.yaml");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let documents = Yaml::load_from_str(&text).unwrap_or_else(|error| panic!("template.yaml: {error}"));
        assert_eq!(documents.len(), 1, "template.yaml is one document");
        Self(plain(&documents[0]))
    }

    /// The resources of a type: their names, and they themselves.
    pub(crate) fn of_type(&self, kind: &str) -> Vec<(&str, &Value)> {
        let resources = self.0["Resources"].as_object().into_iter().flatten();
        resources
            .filter(|(_, resource)| resource["Type"] == kind)
            .map(|(name, resource)| (name.as_str(), resource))
            .collect()
    }

    /// The properties of a resource. One without a type is none.
    pub(crate) fn properties(&self, name: &str) -> &Value {
        let resource = &self.0["Resources"][name];
        if resource["Type"].is_string() { &resource["Properties"] } else { &Value::Null }
    }

    /// The functions: the name that people see, and the properties with what all functions have in common.
    pub(crate) fn functions(&self) -> Vec<(String, Value)> {
        let common = &self.0["Globals"]["Function"];
        self.of_type("AWS::Serverless::Function")
            .into_iter()
            .map(|(name, resource)| {
                let mut properties = common.clone();
                merge(&mut properties, &resource["Properties"]);
                let named = properties["FunctionName"]["Fn::Sub"].as_str().unwrap_or_default();
                let id = named.strip_prefix("${AWS::StackName}-").unwrap_or(name).to_owned();
                (id, properties)
            })
            .collect()
    }

    /// The name that people see of the function that a value refers to.
    pub(crate) fn function_of(&self, reference: &Value) -> String {
        let named = reference["Ref"].as_str().or_else(|| reference["Fn::GetAtt"][0].as_str());
        let name = self.properties(named.unwrap_or_default())["FunctionName"]["Fn::Sub"].as_str();
        let name = name.and_then(|name| name.strip_prefix("${AWS::StackName}-"));
        name.map_or_else(|| text(reference), str::to_owned)
    }
}

/// As SAM merges its globals: maps are merged, everything else is replaced.
fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

/// A string as it is, everything else as JSON.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// One or several, as templates and policies write them.
pub(crate) fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(several) => several.iter().collect(),
        one => vec![one],
    }
}

/// The statements of a policy document, each with the condition under which it exists, if any.
pub(crate) fn statements(document: &Value) -> Vec<(Option<&str>, &Value)> {
    list(&document["Statement"])
        .into_iter()
        .map(|statement| match statement["Fn::If"].as_array().map(Vec::as_slice) {
            Some([condition, statement, otherwise]) if otherwise["Ref"] == "AWS::NoValue" => {
                (condition.as_str(), statement)
            }
            _ => (None, statement),
        })
        .collect()
}

/// Whether something is given at all: to be null is one thing, to be missing another.
pub(crate) fn given(of: &Value, key: &str) -> String {
    of.get(key).map_or_else(|| "nothing".to_owned(), Value::to_string)
}

fn plain(node: &Yaml<'_>) -> Value {
    match node {
        Yaml::Value(scalar) => match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(value) => json!(value),
            Scalar::Integer(value) => json!(value),
            Scalar::FloatingPoint(value) => json!(value.into_inner()),
            Scalar::String(value) => json!(value),
        },
        Yaml::Sequence(nodes) => nodes.iter().map(plain).collect(),
        Yaml::Mapping(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| (text(&plain(key)), plain(value)));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        Yaml::Tagged(tag, node) => intrinsic(&tag.suffix, &plain(node)),
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => {
            panic!("the template holds something that CloudFormation does not read: {node:?}")
        }
    }
}

fn intrinsic(name: &str, argument: &Value) -> Value {
    match name {
        "Ref" | "Condition" => json!({ name: argument }),
        "GetAtt" => {
            let path = text(argument);
            let (resource, attribute) = path.split_once('.').expect("!GetAtt Resource.Attribute");
            json!({ "Fn::GetAtt": [resource, attribute] })
        }
        _ => json!({ format!("Fn::{name}"): argument }),
    }
}
