//! The functions: what runs, what they are told, what leads to them, what they leave in the log.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use cargo_metadata::MetadataCommand;
use lambda_http::http::Method;
use serde_json::{Value, json};
use shomei_aws::settings::variables;
use shomei_http::{Audience, Route};
use shomei_intake::{ASKING_SERVICE, OFFICE_PAGES};
use shomei_verify::Operation;

use crate::{
    Facts,
    document::{Template, text},
};

/// API Gateway waits so long for an answer, in seconds.
const GATEWAY: u64 = 30;
/// What judging needs besides waiting for other hosts, in seconds. It takes milliseconds, and a cold start some more.
const JUDGING: u64 = 5;

/// What each function runs, on what, for how long.
pub(crate) mod programs {
    use super::*;

    pub(crate) fn said(template: &Template) -> Facts {
        let mut said = Facts::new();
        for (function, properties) in template.functions() {
            let code = text(&properties["CodeUri"]);
            let place = code.trim_end_matches('/').rsplit_once('/');
            let (folder, binary) = place.unwrap_or(("", &code));
            said.insert(format!("{function} runs {binary} of {folder}"));
            for key in ["Handler", "Runtime", "Architectures", "Timeout"] {
                said.insert(format!("{function} {key} {}", properties[key]));
            }
            if properties["Tracing"] == "Active" {
                said.insert(format!("{function} is traced"));
            }
            said.insert(format!("{function} has the role {}", properties["Role"]));
            let role = properties["Role"]["Fn::GetAtt"][0].as_str().unwrap_or_default();
            let role = template.properties(role);
            said.insert(format!(
                "the role of {function} is for {}",
                role["AssumeRolePolicyDocument"]["Statement"]
            ));
            // A managed policy grants what no test compares.
            if !role["ManagedPolicyArns"].is_null() {
                said.insert(format!("{function} has {}", role["ManagedPolicyArns"]));
            }
        }
        said
    }

    pub(crate) fn meant() -> Facts {
        let mut meant = Facts::new();
        for (function, binary) in binaries() {
            // Issuance works until its deadline, and no mail is held longer than a call can last.
            let hold = u64::try_from(shomei_issuance::HOLD.as_secs()).unwrap();
            let seconds = if function == "issuance" { hold } else { GATEWAY - 1 };
            let fetching = shomei_fetch::REQUEST_TIME.as_secs();
            assert!(fetching + JUDGING < seconds, "other hosts may take {fetching} s of {seconds}");
            let signing_in = shomei_sign_in::LONGEST_WAIT.as_secs();
            assert!(
                signing_in + JUDGING < seconds,
                "the sign-in service may take {signing_in} s of {seconds}"
            );
            let trust = json!([{
                "Effect": "Allow",
                "Principal": { "Service": "lambda.amazonaws.com" },
                "Action": "sts:AssumeRole",
            }]);
            meant.extend([
                format!("{function} runs {binary} of ../target/deploy"),
                format!(r#"{function} Handler "bootstrap""#),
                format!(r#"{function} Runtime "provided.al2023""#),
                format!(r#"{function} Architectures ["arm64"]"#),
                format!("{function} Timeout {seconds}"),
                format!(
                    "{function} has the role {}",
                    json!({ "Fn::GetAtt": [format!("{}Role", resource(&function)), "Arn"] })
                ),
                format!("the role of {function} is for {trust}"),
            ]);
        }
        meant
    }
}

/// What each function is told in its environment, and from where the template takes it.
pub(crate) mod environment {
    use super::*;

    pub(crate) fn said(template: &Template) -> Facts {
        let mut said = Facts::new();
        for (function, properties) in template.functions() {
            for (name, value) in properties["Environment"]["Variables"].as_object().into_iter().flatten() {
                said.insert(format!("{function} {name} = {value}"));
            }
        }
        said
    }

    pub(crate) fn meant() -> Facts {
        let readers: BTreeMap<&str, &[&str]> = variables::READERS.into_iter().collect();
        let mut unread: BTreeSet<&str> = readers.keys().copied().collect();
        let mut meant = Facts::new();
        for function in binaries().into_keys() {
            for reader in called(&function) {
                if reader == "log_level" {
                    // The platform sets it from LoggingConfig.
                    continue;
                }
                let read = readers.get(reader.as_str());
                let names =
                    read.unwrap_or_else(|| panic!("{function} calls settings::{reader}: not in READERS"));
                unread.remove(reader.as_str());
                meant.extend(names.iter().map(|name| format!("{function} {name} = {}", source(name))));
            }
        }
        assert!(unread.is_empty(), "no function calls {unread:?} of settings");
        meant
    }

    /// The readers of settings that a function's `main.rs` calls.
    fn called(function: &str) -> BTreeSet<String> {
        let code = main_of(function);
        let calls = code.split("settings::").skip(1).filter_map(|rest| rest.split_once('('));
        let named = |name: &str| name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
        calls.map(|(name, _)| name.to_owned()).filter(|name| !name.is_empty() && named(name)).collect()
    }

    /// Of the key that signs tokens; empty if none does.
    fn of_token_key(of: &dyn Fn(u8) -> Value) -> Value {
        let older = json!({ "Fn::If": ["TokenKey1Signs", of(1), ""] });
        json!({ "Fn::If": ["TokenKey2Signs", of(2), older] })
    }

    /// Most are parameters of the same name in the template's spelling.
    fn source(variable: &str) -> Value {
        match variable {
            variables::TABLE => json!({ "Fn::Sub": "${AWS::StackName}-${TableNumber}" }),
            variables::BASE_URL => json!({ "Fn::Sub": "https://${DomainName}" }),
            variables::SIGNING_KEY => json!({ "Fn::Sub": "key-${SigningKey}" }),
            variables::CONFIGURATION_SET => json!({ "Ref": "MailRules" }),
            variables::KMS_KEY_ID => {
                let key = |number| json!({ "Fn::GetAtt": [format!("Key{number}"), "Arn"] });
                let older = json!({ "Fn::If": ["Key2Signs", key(2), key(1)] });
                json!({ "Fn::If": ["Key3Signs", key(3), older] })
            }
            variables::TOKEN_SIGNING_KEY => of_token_key(&|number| json!(format!("token-{number}"))),
            variables::TOKEN_KMS_KEY_ID => {
                of_token_key(&|number| json!({ "Fn::GetAtt": [format!("TokenKey{number}"), "Arn"] }))
            }
            variables::NAME_MATCH_KMS_KEY_ID => {
                json!({ "Fn::If": ["NamesAreCompared", { "Fn::GetAtt": ["NameMatchKey", "Arn"] }, ""] })
            }
            _ => {
                let words = variable.trim_start_matches("SHOMEI_").split('_');
                let parameter: String = words.map(|word| resource(&word.to_ascii_lowercase())).collect();
                json!({ "Ref": parameter })
            }
        }
    }
}

/// What leads to each function, and who may come.
pub(crate) mod routes {
    use super::*;

    pub(crate) fn said(template: &Template) -> Facts {
        let mut said = Facts::new();
        for (function, properties) in template.functions() {
            for (name, event) in properties["Events"].as_object().into_iter().flatten() {
                let route = &event["Properties"];
                if event["Type"] != "HttpApi" || route["ApiId"] != json!({ "Ref": "Api" }) {
                    said.insert(format!("{function} has an event {name}: {event}"));
                    continue;
                }
                let key = match (route["Method"].as_str(), route["Path"].as_str()) {
                    (Some(method), Some(path)) => format!("{method} {path}"),
                    (None, None) => "$default".to_owned(),
                    _ => format!("half a route {route}"),
                };
                let who = match &route["Auth"] {
                    Value::Null => "anyone".to_owned(),
                    auth => text(&auth["Authorizer"]),
                };
                said.insert(format!("{key} leads to {function}, for {who}"));
            }
        }
        let api = template.properties("Api");
        for key in ["Auth", "StageName", "DisableExecuteApiEndpoint", "FailOnWarnings", "CorsConfiguration"] {
            said.insert(format!("API {key} {}", api[key]));
        }
        let limits = &api["DefaultRouteSettings"];
        said.insert(format!("API {} {}", limits["ThrottlingRateLimit"], limits["ThrottlingBurstLimit"]));
        for (route, limits) in api["RouteSettings"].as_object().into_iter().flatten() {
            said.insert(format!("{route} has limits of its own: {limits}"));
        }
        for (_, domain) in template.of_type("AWS::ApiGatewayV2::DomainName") {
            let domain = &domain["Properties"];
            said.insert(format!("{} {}", domain["DomainName"], domain["DomainNameConfigurations"]));
        }
        for (_, mapping) in template.of_type("AWS::ApiGatewayV2::ApiMapping") {
            said.insert(format!("mapped {}", mapping["Properties"]));
        }
        for (_, record) in template.of_type("AWS::Route53::RecordSet") {
            said.insert(format!("record if {}: {}", record["Condition"], record["Properties"]));
        }
        said
    }

    pub(crate) fn meant() -> Facts {
        let mut meant = of_intake();
        meant.extend(of("claim", shomei_claim::ROUTES));
        meant.extend(of("reissue", shomei_reissue::ROUTES));
        meant.extend(of("verify", shomei_verify::ROUTES));
        let authorizers = json!({ "Authorizers": { "Staff": {
            "IdentitySource": "$request.header.Authorization",
            "JwtConfiguration": { "issuer": { "Ref": "StaffIssuer" }, "audience": [{ "Ref": "StaffAudience" }] },
        }}});
        let certificate = json!([{
            "CertificateArn": { "Ref": "CertificateArn" },
            "EndpointType": "REGIONAL",
            "SecurityPolicy": "TLS_1_2",
        }]);
        let mapping = json!({
            "ApiId": { "Ref": "Api" }, "DomainName": { "Ref": "ApiDomain" }, "Stage": { "Ref": "Api.Stage" },
        });
        let of_domain = |attribute: &str| json!({ "Fn::GetAtt": ["ApiDomain", attribute] });
        let record = json!({
            "HostedZoneId": { "Ref": "HostedZoneId" },
            "Name": { "Ref": "DomainName" },
            "Type": "A",
            "AliasTarget": {
                "DNSName": of_domain("RegionalDomainName"),
                "HostedZoneId": of_domain("RegionalHostedZoneId"),
            },
        });
        meant.extend([
            "$default leads to verify, for anyone".to_owned(),
            format!("API Auth {authorizers}"),
            r#"API StageName "$default""#.to_owned(),
            "API DisableExecuteApiEndpoint true".to_owned(),
            "API FailOnWarnings true".to_owned(),
            // Whoever sends a badge of another issuer makes verify wait for that one's hosts.
            format!(
                "{} has limits of its own: {}",
                judging(),
                json!({ "ThrottlingRateLimit": 5, "ThrottlingBurstLimit": 20 })
            ),
            // Every name that is compared costs a call of KMS and three counts.
            format!(
                "POST /badges/{{document}}/name-match has limits of its own: {}",
                json!({ "ThrottlingRateLimit": 5, "ThrottlingBurstLimit": 20 })
            ),
            // Each reads what a number is registered for, and may owe a mail.
            format!(
                "POST /reissue/ask has limits of its own: {}",
                json!({ "ThrottlingRateLimit": 5, "ThrottlingBurstLimit": 20 })
            ),
            // Each is a mail to the office.
            format!(
                "POST /inquiry has limits of its own: {}",
                json!({ "ThrottlingRateLimit": 5, "ThrottlingBurstLimit": 20 })
            ),
            // The payment service tells several times of each payment, and of what is refused an hour later.
            format!(
                "POST /reissue/payment-events has limits of its own: {}",
                json!({ "ThrottlingRateLimit": 20, "ThrottlingBurstLimit": 50 })
            ),
            // Verify answers for itself what other origins may read and send: `OPTIONS` comes by the default route.
            "API CorsConfiguration null".to_owned(),
            r#"API {"Ref":"RequestsPerSecond"} {"Ref":"RequestBurst"}"#.to_owned(),
            format!(r#"{{"Ref":"DomainName"}} {certificate}"#),
            format!("mapped {mapping}"),
            format!(r#"record if "HasHostedZone": {record}"#),
        ]);
        meant
    }

    /// All pages of the office below its first come by one route for each method.
    fn of_intake() -> Facts {
        let ways = |method: &Method| format!("{method} {OFFICE_PAGES} leads to intake, for anyone");
        let (pages, others): (Vec<_>, Vec<_>) =
            shomei_intake::ROUTES.iter().cloned().partition(|route| route.path.starts_with("/office/"));
        let mut facts = of("intake", &others);
        facts.extend(pages.iter().map(|route| ways(&route.method)));
        facts.insert(ways(&Method::HEAD));
        for key in ASKING_SERVICE {
            assert!(pages.iter().any(|route| route.key() == key), "intake has no route {key}");
            facts.insert(format!("{key} leads to intake, for anyone"));
            let limits = json!({ "ThrottlingRateLimit": 5, "ThrottlingBurstLimit": 20 });
            facts.insert(format!("{key} has limits of its own: {limits}"));
        }
        facts
    }

    fn judging() -> String {
        let judging = |route: &&Route<Operation>| route.operation == Operation::Judge;
        shomei_verify::ROUTES.iter().find(judging).expect("verify judges").key()
    }

    /// A route of a function answers `HEAD` where it answers `GET`; API Gateway wants a route of its own for it.
    fn of<O>(function: &str, routes: &[Route<O>]) -> Facts {
        let mut facts = Facts::new();
        for route in routes {
            let who = match route.audience {
                Audience::Staff => "Staff",
                // The function itself asks for a session, a link's token or a signature.
                Audience::Public
                | Audience::Bearer
                | Audience::Session
                | Audience::Office
                | Audience::Signed => "anyone",
            };
            facts.insert(format!("{} leads to {function}, for {who}", route.key()));
            if route.method == Method::GET {
                facts.insert(format!("HEAD {} leads to {function}, for {who}", route.path));
            }
        }
        facts
    }
}

/// What is logged, and for how long.
pub(crate) mod logs {
    use super::*;

    pub(crate) fn said(template: &Template) -> Facts {
        let mut said = Facts::new();
        for (function, properties) in template.functions() {
            let logging = &properties["LoggingConfig"];
            let group = template.properties(logging["LogGroup"]["Ref"].as_str().unwrap_or_default());
            said.insert(format!("{function} logs to {}", text(&group["LogGroupName"]["Fn::Sub"])));
            for key in ["LogFormat", "ApplicationLogLevel", "SystemLogLevel"] {
                said.insert(format!("{function} {key} {}", logging[key]));
            }
        }
        for (_, group) in template.of_type("AWS::Logs::LogGroup") {
            let group = &group["Properties"];
            said.insert(format!("{} is kept {}", group["LogGroupName"], group["RetentionInDays"]));
        }
        let access = &template.properties("Api")["AccessLogSettings"];
        said.insert(format!("access goes to {}", access["DestinationArn"]));
        // Every word that begins with a dollar, whatever stands around it.
        let format = text(&access["Format"]);
        let words = format.split(['"', ' ', ',', ':']).filter(|word| word.contains('$'));
        said.extend(words.map(|word| format!("access is logged with {word}")));
        said
    }

    pub(crate) fn meant() -> Facts {
        let mut meant = Facts::new();
        let retention = r#"{"Ref":"LogRetentionDays"}"#;
        let mut kept = |name: &str| meant.insert(format!(r#"{{"Fn::Sub":"{name}"}} is kept {retention}"#));
        kept("/aws/vendedlogs/${AWS::StackName}-access");
        for function in binaries().keys() {
            kept(&format!("/aws/lambda/${{AWS::StackName}}-{function}"));
        }
        for function in binaries().keys() {
            meant.extend([
                format!("{function} logs to /aws/lambda/${{AWS::StackName}}-{function}"),
                format!(r#"{function} LogFormat "JSON""#),
                // Below, the SDK writes requests and at last whole items; above, Lambda drops the lines of metrics.
                format!(r#"{function} ApplicationLogLevel "INFO""#),
                format!(r#"{function} SystemLogLevel "INFO""#),
            ]);
        }
        // No path, no address of the network, no program's name: a path can hold a token.
        for field in [
            "requestId",
            "requestTime",
            "routeKey",
            "status",
            "responseLength",
            "responseLatency",
            "integrationLatency",
            "integrationStatus",
            "error.responseType",
        ] {
            meant.insert(format!("access is logged with $context.{field}"));
        }
        meant.insert(r#"access goes to {"Fn::GetAtt":["AccessLogs","Arn"]}"#.to_owned());
        meant
    }
}

/// The binary of each folder in `functions/`.
pub(crate) fn binaries() -> BTreeMap<String, String> {
    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec().unwrap();
    let mut binaries = BTreeMap::new();
    for folder in fs::read_dir(root().join("functions")).unwrap() {
        let folder = folder.unwrap().file_name().into_string().unwrap();
        let manifest = metadata.workspace_root.join("functions").join(&folder).join("Cargo.toml");
        let package = metadata.packages.iter().find(|package| package.manifest_path == manifest);
        let package = package.unwrap_or_else(|| panic!("functions/{folder} is no package of the workspace"));
        let targets: Vec<_> = package.targets.iter().filter(|target| target.is_bin()).collect();
        assert_eq!(targets.len(), 1, "functions/{folder} has one binary");
        binaries.insert(folder, targets[0].name.clone());
    }
    binaries
}

/// The source of a function's program.
pub(crate) fn main_of(function: &str) -> String {
    let path = root().join(format!("functions/{function}/src/main.rs"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The name of a function in the template: `Verify`.
pub(crate) fn resource(function: &str) -> String {
    let (first, rest) = function.split_at(1);
    first.to_ascii_uppercase() + rest
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
