//! What is kept: the table, the signing keys, who sends the mail, and what the parameters decide.

use std::fs;

use serde_json::{Value, json};
use shomei_aws::dynamodb;

use crate::{
    Facts,
    document::{Template, list, statements, text},
};

/// The table, as the code makes it on one machine, and what keeps it safe in the cloud.
pub(crate) mod table {
    use super::*;

    pub(crate) fn said(template: &Template) -> Facts {
        let mut said = Facts::new();
        for (name, table) in template.of_type("AWS::DynamoDB::Table") {
            said.extend(retained(name, table));
            let properties = &table["Properties"];
            for key in list(&properties["KeySchema"]) {
                said.insert(format!("{} {}", text(&key["KeyType"]), text(&key["AttributeName"])));
            }
            for attribute in list(&properties["AttributeDefinitions"]) {
                said.insert(format!(
                    "{} is {}",
                    text(&attribute["AttributeName"]),
                    text(&attribute["AttributeType"])
                ));
            }
            for key in [
                "TableName",
                "BillingMode",
                "TimeToLiveSpecification",
                "StreamSpecification",
                "PointInTimeRecoverySpecification",
                "SSESpecification",
                "DeletionProtectionEnabled",
                "GlobalSecondaryIndexes",
                "LocalSecondaryIndexes",
            ] {
                said.insert(format!("{key} {}", properties[key]));
            }
        }
        said
    }

    pub(crate) fn meant() -> Facts {
        let expires = json!({ "AttributeName": dynamodb::EXPIRES, "Enabled": true });
        Facts::from([
            "Table is retained".to_owned(),
            format!("HASH {}", dynamodb::PARTITION_KEY),
            format!("RANGE {}", dynamodb::SORT_KEY),
            format!("{} is S", dynamodb::PARTITION_KEY),
            format!("{} is S", dynamodb::SORT_KEY),
            r#"TableName {"Fn::Sub":"${AWS::StackName}-1"}"#.to_owned(),
            r#"BillingMode "PAY_PER_REQUEST""#.to_owned(),
            format!("TimeToLiveSpecification {expires}"),
            // A stream with items would carry people's data to whoever may read it.
            r#"StreamSpecification {"StreamViewType":"KEYS_ONLY"}"#.to_owned(),
            r#"PointInTimeRecoverySpecification {"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":35}"#.to_owned(),
            r#"SSESpecification {"SSEEnabled":true}"#.to_owned(),
            "DeletionProtectionEnabled true".to_owned(),
            "GlobalSecondaryIndexes null".to_owned(),
            "LocalSecondaryIndexes null".to_owned(),
        ])
    }
}

/// The signing keys: of the kind that the code signs with, for issuance and reissue alone, one at a time.
pub(crate) mod keys {
    use super::*;

    /// What an administrator can do. Neither sign, nor hand signing on by a grant; a new policy is seen in the audit log.
    const ADMINISTERING: [&str; 19] = [
        "CancelKeyDeletion",
        "CreateAlias",
        "DeleteAlias",
        "DescribeKey",
        "DisableKey",
        "EnableKey",
        "GetKeyPolicy",
        "GetKeyRotationStatus",
        "GetPublicKey",
        "ListGrants",
        "ListKeyPolicies",
        "ListResourceTags",
        "PutKeyPolicy",
        "RevokeGrant",
        "ScheduleKeyDeletion",
        "TagResource",
        "UntagResource",
        "UpdateAlias",
        "UpdateKeyDescription",
    ];

    pub(crate) fn said(template: &Template) -> Facts {
        let mut said = Facts::new();
        for (name, key) in template.of_type("AWS::KMS::Key") {
            if name == "AlarmKey" {
                continue;
            }
            said.extend(retained(name, key));
            let properties = &key["Properties"];
            let when = key["Condition"].as_str().unwrap_or("always");
            said.insert(format!(
                "{name}, {when}: {} {}",
                text(&properties["KeySpec"]),
                text(&properties["KeyUsage"])
            ));
            for (when, statement) in statements(&properties["KeyPolicy"]) {
                let who = &statement["Principal"];
                let (effect, on, bounds) =
                    (text(&statement["Effect"]), &statement["Resource"], &statement["Condition"]);
                let when = when.unwrap_or("always");
                for action in list(&statement["Action"]).into_iter().map(text) {
                    said.insert(format!("{name}, {when}: {effect} {who} {action} on {on} if {bounds}"));
                }
            }
        }
        for (_, alias) in template.of_type("AWS::KMS::Alias") {
            let properties = &alias["Properties"];
            let when = alias["Condition"].as_str().unwrap_or("always");
            said.insert(format!("{}, {when}: {}", properties["AliasName"], properties["TargetKeyId"]));
        }
        said
    }

    pub(crate) fn meant() -> Facts {
        let bounds = |algorithm: Value, message: &str| json!({ "StringEquals": { "kms:SigningAlgorithm": algorithm, "kms:MessageType": message }});
        let of_badges = bounds(
            json!(as_code_says("SigningAlgorithmSpec::Ed25519Sha512", "ED25519_SHA_512")),
            as_code_says("MessageType::Raw", "RAW"),
        );
        let of_tokens = bounds(
            either(
                as_code_says("SigningAlgorithmSpec::RsassaPkcs1V15Sha256", "RSASSA_PKCS1_V1_5_SHA_256"),
                as_code_says("SigningAlgorithmSpec::EcdsaSha256", "ECDSA_SHA_256"),
            ),
            as_code_says("MessageType::Digest", "DIGEST"),
        );
        let (for_badges, for_tokens) =
            ("ECC_NIST_EDWARDS25519".to_owned(), either("RSA_2048", "ECC_NIST_P256").to_string());
        let account = json!({ "AWS": { "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root" } });
        let signers =
            ["IssuanceRole", "ReissueRole"].map(|role| json!({ "AWS": { "Fn::GetAtt": [role, "Arn"] } }));
        let mut meant = Facts::new();
        for (name, when, listed, spec, bounds) in [
            ("Key1", "always", "key-1", &for_badges, &of_badges),
            ("Key2", "HasKey2", "key-2", &for_badges, &of_badges),
            ("Key3", "HasKey3", "key-3", &for_badges, &of_badges),
            ("TokenKey1", "HasTokenKey1", "token-1", &for_tokens, &of_tokens),
            ("TokenKey2", "HasTokenKey2", "token-2", &for_tokens, &of_tokens),
        ] {
            meant.insert(format!("{name} is retained"));
            meant.insert(format!("{name}, {when}: {spec} SIGN_VERIFY"));
            for action in ADMINISTERING {
                meant.insert(format!(r#"{name}, always: Allow {account} kms:{action} on "*" if null"#));
            }
            let signs = format!("{name}Signs");
            for signer in &signers {
                meant.insert(format!(r#"{name}, {signs}: Allow {signer} kms:Sign on "*" if {bounds}"#));
            }
            let alias = json!({ "Fn::Sub": format!("alias/${{AWS::StackName}}-{listed}") });
            meant.insert(format!("{alias}, {when}: {}", json!({ "Ref": name })));
        }
        meant.extend(of_names());
        meant
    }

    /// The key by which names are compared: it signs nothing, and has no half that could be read.
    fn of_names() -> Facts {
        let when = "NamesAreCompared";
        let account = json!({ "AWS": { "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root" } });
        let algorithm = as_code_says("MacAlgorithmSpec::HmacSha256", "HMAC_SHA_256");
        let bounds = json!({ "StringEquals": { "kms:MacAlgorithm": algorithm } });
        let alias = json!({ "Fn::Sub": "alias/${AWS::StackName}-name-match" });
        let mut meant = Facts::from([
            "NameMatchKey is retained".to_owned(),
            format!("NameMatchKey, {when}: HMAC_256 GENERATE_VERIFY_MAC"),
            format!("{alias}, {when}: {}", json!({ "Ref": "NameMatchKey" })),
        ]);
        for action in ADMINISTERING.into_iter().filter(|action| *action != "GetPublicKey") {
            meant.insert(format!(r#"NameMatchKey, always: Allow {account} kms:{action} on "*" if null"#));
        }
        for role in ["ClaimRole", "VerifyRole"] {
            let who = json!({ "AWS": { "Fn::GetAtt": [role, "Arn"] } });
            meant.insert(format!(r#"NameMatchKey, always: Allow {who} kms:GenerateMac on "*" if {bounds}"#));
        }
        meant
    }

    /// What depends on how tokens are signed.
    fn either(rs256: &str, es256: &str) -> Value {
        json!({ "Fn::If": ["TokensAreRs256", rs256, es256] })
    }

    /// The value, if the signer really names it.
    fn as_code_says(named: &str, value: &'static str) -> &'static str {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/aws/src/kms.rs");
        let code = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(code.contains(named), "kms.rs does not sign with {named}");
        value
    }
}

/// The sender's domain and the rules of its mail.
pub(crate) mod mail {
    use super::*;

    pub(crate) fn said(template: &Template) -> Facts {
        let of_both = ["AWS::SES::EmailIdentity", "AWS::SES::ConfigurationSet"];
        let mut said = Facts::new();
        for (name, resource) in of_both.into_iter().flat_map(|kind| template.of_type(kind)) {
            for (key, value) in resource["Properties"].as_object().into_iter().flatten() {
                said.insert(format!("{name} {key} {value}"));
            }
        }
        said
    }

    pub(crate) fn meant() -> Facts {
        [
            ("MailRules Name", json!({ "Ref": "AWS::StackName" })),
            ("MailRules DeliveryOptions", json!({ "TlsPolicy": "REQUIRE" })),
            ("MailRules ReputationOptions", json!({ "ReputationMetricsEnabled": true })),
            ("MailRules SendingOptions", json!({ "SendingEnabled": true })),
            // No tracking of who opens or clicks: a claim link belongs to its recipient alone.
            ("MailRules SuppressionOptions", json!({ "SuppressedReasons": ["BOUNCE", "COMPLAINT"] })),
            ("MailIdentity EmailIdentity", json!({ "Ref": "MailDomain" })),
            ("MailIdentity DkimAttributes", json!({ "SigningEnabled": true })),
            ("MailIdentity DkimSigningAttributes", json!({ "NextSigningKeyLength": "RSA_2048_BIT" })),
            (
                "MailIdentity MailFromAttributes",
                json!({
                    "MailFromDomain": { "Fn::Sub": "${MailFromLabel}.${MailDomain}" },
                    "BehaviorOnMxFailure": "REJECT_MESSAGE",
                }),
            ),
            (
                "MailIdentity ConfigurationSetAttributes",
                json!({ "ConfigurationSetName": { "Ref": "MailRules" } }),
            ),
        ]
        .into_iter()
        .map(|(what, value)| format!("{what} {value}"))
        .collect()
    }
}

/// What the parameters decide.
pub(crate) mod decisions {
    use super::*;

    pub(crate) fn said(template: &Template) -> Facts {
        let both = ["Conditions", "Rules"].into_iter();
        both.flat_map(|section| template.0[section].as_object().into_iter().flatten())
            .map(|(name, decision)| format!("{name}: {decision}"))
            .collect()
    }

    pub(crate) fn meant() -> Facts {
        let is = |parameter: &str, value: &str| json!({ "Fn::Equals": [{ "Ref": parameter }, value] });
        let not = |condition: Value| json!({ "Fn::Not": [condition] });
        let both = |one: Value, other: Value| json!({ "Fn::And": [one, other] });
        let has = |number: u8| json!({ "Condition": format!("HasKey{number}") });
        let several = json!({ "Fn::Contains": [["2", "3"], { "Ref": "IssuerKeyCount" }] });
        let exists = json!({ "Assertions": [{
            "Assert": { "Fn::Or": [
                is("SigningKey", "1"),
                both(is("SigningKey", "2"), several),
                both(is("SigningKey", "3"), is("IssuerKeyCount", "3")),
            ]},
            "AssertDescription": "SigningKey is larger than IssuerKeyCount.",
        }]});
        let token_key_exists = json!({ "Assertions": [{
            "Assert": { "Fn::Or": [is("TokenSigningKey", "1"), is("TokenKeyCount", "2")] },
            "AssertDescription": "TokenSigningKey is larger than TokenKeyCount.",
        }]});
        // Without a list nobody could verify what a key of tokens signs.
        let signs_tokens = |number: u8| {
            let has = |condition: &str| json!({ "Condition": condition });
            json!({ "Fn::And": [
                has(&format!("HasTokenKey{number}")),
                has("TokenKeysAreKnown"),
                is("TokenSigningKey", &number.to_string()),
            ]})
        };
        let restored = json!({
            "RuleCondition": not(is("TableNumber", "1")),
            "Assertions": [{
                "Assert": not(is("TableStreamArn", "")),
                "AssertDescription": "TableStreamArn names the stream of the restored table.",
            }],
        });
        let first = json!({
            "RuleCondition": is("TableNumber", "1"),
            "Assertions": [{
                "Assert": is("TableStreamArn", ""),
                "AssertDescription":
                    "TableStreamArn is for a restored table; table 1 has the stream that this stack made.",
            }],
        });
        // Money that nobody hears of would be taken for nothing.
        let told_of = json!({
            "RuleCondition": not(is("PaymentLink", "")),
            "Assertions": [{
                "Assert": not(is("WebhookSecrets", "")),
                "AssertDescription": "Without WebhookSecrets nobody would learn who paid at PaymentLink.",
            }],
        });
        let two_or_three = json!({ "Fn::Or": [is("IssuerKeyCount", "2"), is("IssuerKeyCount", "3")] });
        [
            ("KeysAreKnown", not(is("IssuerKeys", ""))),
            ("HasKey2", two_or_three),
            ("HasKey3", is("IssuerKeyCount", "3")),
            ("Key1Signs", is("SigningKey", "1")),
            ("Key2Signs", both(has(2), is("SigningKey", "2"))),
            ("Key3Signs", both(has(3), is("SigningKey", "3"))),
            ("TokenKeysAreKnown", not(is("TokenKeys", ""))),
            ("HasTokenKey1", not(is("TokenKeyCount", "0"))),
            ("HasTokenKey2", is("TokenKeyCount", "2")),
            ("TokenKey1Signs", signs_tokens(1)),
            ("TokenKey2Signs", signs_tokens(2)),
            ("TokensAreRs256", is("TokenKeyAlgorithm", "RS256")),
            ("NamesAreCompared", is("NameMatch", "on")),
            ("UsesOwnTable", is("TableStreamArn", "")),
            ("HasHostedZone", not(is("HostedZoneId", ""))),
            ("TheSigningKeyExists", exists),
            ("TheTokenSigningKeyExists", token_key_exists),
            ("ARestoredTableHasAStream", restored),
            ("TheFirstTableHasItsOwnStream", first),
            ("PaymentsByCardAreToldOf", told_of),
        ]
        .into_iter()
        .map(|(name, decision)| format!("{name}: {decision}"))
        .collect()
    }
}

fn retained(name: &str, resource: &Value) -> Vec<String> {
    let both = resource["DeletionPolicy"] == "Retain" && resource["UpdateReplacePolicy"] == "Retain";
    if both { vec![format!("{name} is retained")] } else { Vec::new() }
}
