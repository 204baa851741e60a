"""Errors that people make in templates. Each is planted in a copy, and its tool has to find it.

An entry is: what, how it is planted, the code under which it is found (where there are several), and where."""


def _at(template, *path):
    for step in path:
        template = template[step]
    return template


def _properties(template, name):
    return template["Resources"][name]["Properties"]


def _statements(template, role):
    return _properties(template, role)["Policies"][0]["PolicyDocument"]["Statement"]


def _set(name, **changes):
    return lambda template: _properties(template, name).update(changes)


def _drop(name, key):
    return lambda template: _properties(template, name).pop(key)


# SAM refuses these before anything else sees them.
TRANSFORM = [
    (
        "an authorizer that nobody defined",
        lambda t: _at(_properties(t, "Intake"), "Events", "Reconcile", "Properties").update(
            Auth={"Authorizer": "Nobody"}
        ),
        "Intake",
    ),
    (
        "a limit of a route in words of its own",
        _set("Api", RouteSettings="POST /verify: 5"),
        "RouteSettings",
    ),
    ("a property that SAM does not know", _set("Api", Throttling={"Rate": 1}), "Api"),
    ("a function without code", _drop("Verify", "CodeUri"), "Verify"),
]

# By cfn-lint, in the transformed template.
LINT = [
    ("a reference to nothing", _set("DeadLetters", QueueName={"Ref": "Nobody"}), "E1020", "DeadLetters"),
    (
        "an attribute that does not exist",
        _set("SweepSchedule", Description={"Fn::GetAtt": ["Table", "Name"]}),
        "E1010",
        "SweepSchedule",
    ),
    ("a property that does not exist", _set("Table", TimeToLive={"AttributeName": "expires"}), "E3002", "Table"),
    ("a required property left out", _drop("MonthlySchedule", "FlexibleTimeWindow"), "E3003", "MonthlySchedule"),
    ("a number where a list belongs", _set("AlarmTopicPolicy", Topics=1), "E3012", "AlarmTopicPolicy"),
    ("a kind of key that does not exist", _set("Key1", KeySpec="ECC_ED25519"), "E3030", "Key1"),
    (
        "a key attribute that is not defined",
        lambda t: _properties(t, "Table")["KeySchema"][1].update(AttributeName="sort"),
        "E3039",
        "Table",
    ),
    (
        "a time limit above the service's",
        lambda t: _properties(t, "Issuance").update(Timeout=1200),
        "E3717",
        "Issuance",
    ),
    (
        "a runtime that does not exist",
        lambda t: _properties(t, "Claim").update(Runtime="provided.al2024"),
        "E3030",
        "Claim",
    ),
    (
        "a circle",
        lambda t: _statements(t, "IssuanceRole").append(
            {"Effect": "Allow", "Action": "kms:Sign", "Resource": {"Fn::GetAtt": ["Key1", "Arn"]}}
        ),
        "E3004",
        "IssuanceRole",
    ),
    (
        "a policy statement without an effect",
        lambda t: _statements(t, "VerifyRole")[0].pop("Effect"),
        "E3510",
        "VerifyRole",
    ),
    (
        "a variable name that Lambda refuses",
        lambda t: _at(_properties(t, "Verify"), "Environment", "Variables").update({"1": "x"}),
        "E3002",
        "Verify",
    ),
    (
        "a kind of key that depends on nothing",
        lambda t: _at(_properties(t, "TokenKey2"), "KeySpec", "Fn::If").__setitem__(0, "TokensAreShort"),
        "E1028",
        "TokenKey2",
    ),
    (
        "an attribute of a key that is not always there",
        lambda t: _at(_properties(t, "Issuance"), "Environment", "Variables").update(
            SHOMEI_TOKEN_KMS_KEY_ID={"Fn::GetAtt": ["TokenKey1", "Arn"]}
        ),
        "W1001",
        "Issuance",
    ),
    (
        "a default that is no choice",
        lambda t: t["Parameters"]["Fetching"].update(Default="yes"),
        "E2015",
        "Fetching",
    ),
    ("a condition that is not defined", lambda t: t["Resources"]["Key2"].update(Condition="HasKey4"), "E3015", "Key2"),
    ("a parameter that nobody uses", lambda t: t["Parameters"].update(Spare={"Type": "String"}), "W2001", "Spare"),
    (
        "a retained table that may be replaced",
        lambda t: t["Resources"]["Table"].pop("UpdateReplacePolicy"),
        "W3011",
        "Table",
    ),
]

# By asl-validator, in the state machine. One at a time: it stops at the first kind of error.
STATES = [
    (
        "a next state that does not exist",
        lambda d: _at(d, "States", "Plan").update(Next="Nowhere"),
        "MISSING_TRANSITION_TARGET",
    ),
    (
        "a state that nothing leads to",
        lambda d: _at(d, "States", "IssueAll").update(Next="Reconcile"),
        "MISSING_TRANSITION_TARGET",
    ),
    ("a state without an end", lambda d: _at(d, "States", "Reconcile").pop("End"), "TERMINAL_STATE_WITH_NEXT"),
    ("a path that is none", lambda d: _at(d, "States", "IssueAll").update(ItemsPath="$.work["), "asl_ref_path"),
    (
        "a loop into nothing",
        lambda d: _at(d, "States", "IssueAll", "ItemProcessor", "States", "IsIssued").update(Default="Again"),
        "MISSING_TRANSITION_TARGET",
    ),
    (
        "a retry without errors",
        lambda d: _at(d, "States", "Plan", "Retry", 0).pop("ErrorEquals"),
        "SCHEMA_VALIDATION_FAILED",
    ),
    ("no state to begin with", lambda d: d.update(StartAt="Begin"), "MISSING_TRANSITION_TARGET"),
]

# By checkov, in the transformed template.
AUDIT = [
    ("a table that cannot be restored", _drop("Table", "PointInTimeRecoverySpecification"), "CKV_AWS_28", "Table"),
    (
        "a key that anyone may use",
        lambda t: _at(_properties(t, "Key1"), "KeyPolicy", "Statement", 0).update(Principal="*"),
        "CKV_AWS_33",
        "Key1",
    ),
    ("alarms in clear", _drop("AlarmTopic", "KmsMasterKeyId"), "CKV_AWS_26", "AlarmTopic"),
    ("logs for ever", _drop("ClaimLogs", "RetentionInDays"), "CKV_AWS_66", "ClaimLogs"),
    (
        "an API without access log",
        _drop("ApiApiGatewayDefaultStage", "AccessLogSettings"),
        "CKV_AWS_95",
        "ApiApiGatewayDefaultStage",
    ),
    (
        "a function that may do anything",
        lambda t: _statements(t, "ClaimRole").append({"Effect": "Allow", "Action": "*", "Resource": "*"}),
        "CKV_AWS_107|CKV_AWS_109|CKV_AWS_111",
        "ClaimRole",
    ),
    (
        "a password in a variable",
        lambda t: _at(_properties(t, "Intake"), "Environment", "Variables").update(
            AWS_SECRET_ACCESS_KEY="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        ),
        "CKV_AWS_45",
        "Intake",
    ),
]
