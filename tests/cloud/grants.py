"""What the roles of the stack are granted, as IAM and KMS tell it, and in the end what of that was needed."""

import json

from gate import Gate
from intrinsics import Resolver
from policy import Asked, Role, as_list, matches
from processes import check, fail
from stack import ACCOUNT, REGION, Stack

# What Lambda does in a function's name. (AWS Lambda, "Defining Lambda function permissions with an execution role" and
# "Process DynamoDB records with Lambda".)
WRITES_LOGS = ["logs:CreateLogStream", "logs:PutLogEvents"]
READS_STREAMS = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
GIVES_UP = "sqs:SendMessage"


def read_roles(stack: Stack) -> dict[str, Role]:
    """Every role of the stack with its grants, those included that a key's own policy gives."""
    roles = {}
    for logical in stack.of_type("AWS::IAM::Role"):
        name = stack.names[logical]
        roles[name] = Role(name)
        for statement in stack.statements(name):
            roles[name].admit(statement)
    kms = stack.client("kms")
    for logical in stack.of_type("AWS::KMS::Key"):
        document = json.loads(kms.get_key_policy(KeyId=stack.names[logical], PolicyName="default")["Policy"])
        for statement in document["Statement"]:
            for principal in as_list(statement["Principal"].get("AWS", [])):
                if (role := roles.get(principal.rpartition("/")[2])) is not None:
                    role.admit(statement, stack.attribute(logical, "Arn"))
    return roles


def allow(roles: dict[str, Role], role_arn: str, action: str, resource: str) -> None:
    """What the platform does in the name of a role that no binary has."""
    role = roles[role_arn.rpartition("/")[2]]
    allowing = role.allowing(Asked(action, resource))
    check(allowing, f"{role.name} may not {action} on {resource}")
    role.used |= allowing


def allow_the_platform(stack: Stack, resolver: Resolver, roles: dict[str, Role]) -> None:
    """What no binary asks for, but Lambda and the scheduler need: each must be granted, and then counts as used."""
    for logical in stack.of_type("AWS::Lambda::Function"):
        group = resolver.resolve(stack.template["Resources"][logical]["Properties"]["LoggingConfig"]["LogGroup"])
        for action in WRITES_LOGS:
            stream = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:log-stream:one"
            allow(roles, stack.function(logical)["Role"], action, stream)
    for kind in ("AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig"):
        for logical in stack.of_type(kind):
            about = resolver.resolve(stack.template["Resources"][logical]["Properties"])
            function = stack.client("lambda").get_function_configuration(FunctionName=about["FunctionName"])
            for action in READS_STREAMS if "EventSourceArn" in about else []:
                allow(roles, function["Role"], action, about["EventSourceArn"])
            allow(roles, function["Role"], GIVES_UP, about["DestinationConfig"]["OnFailure"]["Destination"])
    for schedule in stack.schedules().values():
        target = schedule["Target"]
        allow(roles, target["RoleArn"], GIVES_UP, target["DeadLetterConfig"]["Arn"])


def callers(stack: Stack, function: str, service: str) -> list[str]:
    """The sources for which a function's own policy lets a service call it."""
    policy = json.loads(stack.client("lambda").get_policy(FunctionName=function)["Policy"])
    return [
        source
        for statement in policy["Statement"]
        if statement["Principal"] == {"Service": service} and statement["Action"] == "lambda:InvokeFunction"
        for condition in statement["Condition"].values()
        for name, value in condition.items()
        if name.lower() == "aws:sourcearn"
        for source in as_list(value)
    ]


def may_call(stack: Stack, function: str, source: str) -> bool:
    return any(matches(pattern, source) for pattern in callers(stack, function, "apigateway.amazonaws.com"))


def nothing_was_denied(gate: Gate) -> None:
    if gate.denied:
        lines = sorted({f"  {who}: {one.action} {one.resource} {sorted(one.keys) or ''}" for who, one in gate.denied})
        fail("\n".join(["the template's roles did not allow:", *lines]))


def all_grants_are_used(roles: dict[str, Role]) -> None:
    """Every grant but those of the table. Of these each is used and each is needed in lives that go on for years, with a clock that can be
    put forward (`cargo test --test template`); here the clock is the real one, and nothing is erased for its age."""
    unused = [f"  {grant}" for role in roles.values() for grant in role.unused()]
    unused, of_table = [line for line in unused if "dynamodb:" not in line], [line for line in unused if "dynamodb:" in line]
    if unused:
        fail("\n".join(["granted, and never used:", *unused]))
    used = sum(len(role.used) for role in roles.values())
    print(f"used: {used} grants, and every one that is not of the table; {len(of_table)} of the table did not come up")
