"""The template as a stack: transformed as AWS SAM does it, created by CloudFormation, and read back.

What the functions get — environment, role, time limit, schedules, state machine — is what came out of the stack, so
that something missing in the template is missing in the journey.
"""

import io
import json
import os
import re
import time
import zipfile
from pathlib import Path

from processes import check, fail

CODE = "code"
STACK = "shomei"
# CloudFormation gives these, and no template.
REGION = "ap-northeast-1"
ACCOUNT = "000000000000"
PSEUDO = {
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": STACK,
}


class NoManagedPolicies:
    """SAM looks up managed policies by name in the account. The template uses none."""

    def load(self) -> dict:
        return {}


def read(template: Path) -> dict:
    from samtranslator.yaml_helper import yaml_parse

    check(template.is_file(), f"{template} is missing")
    return yaml_parse(template.read_text())


def binary_of(function: dict) -> str:
    """The binary that a function of the template is built from."""
    named = function.get("Metadata", {}).get("BuildProperties", {}).get("Binary")
    return named or Path(function["Properties"]["CodeUri"]).name


def transformed(source: dict, parameters: dict) -> tuple[dict, dict[str, str]]:
    """What CloudFormation gets, and the binary of each function. The code of a function is a file in S3, as
    `sam package` leaves it."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.translator.transform import transform

    source = json.loads(json.dumps(source))
    binaries = {}
    for name, resource in source["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            binaries[name] = binary_of(resource)
            resource["Properties"]["CodeUri"] = f"s3://{CODE}/{name}"
    try:
        return transform(source, parameters, NoManagedPolicies()), binaries
    except InvalidDocumentException as error:
        fail(f"the template cannot be transformed: {error.message}")


def creatable(template: dict) -> tuple[dict, list[str]]:
    """The template without what the emulator cannot create, and the names of that."""
    resources, outputs = dict(template["Resources"]), dict(template.get("Outputs", {}))
    # Alarms on sums of metrics.
    sums = [
        name
        for name, resource in resources.items()
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    ]
    # The DNS records of an identity of SES.
    tokens = [name for name, output in outputs.items() if "DkimDNSToken" in json.dumps(output)]
    for name in sums:
        del resources[name]
    for name in tokens:
        del outputs[name]
    return {**template, "Resources": resources, "Outputs": outputs}, sums + tokens


def package(bootstrap: str) -> bytes:
    """The archive of a function: one executable called `bootstrap`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("bootstrap", (2026, 1, 1, 0, 0, 0))
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, bootstrap)
    return packed.getvalue()


class Stack:
    """A stack of the emulator's CloudFormation."""

    def __init__(self, client, template: dict):
        """`client` makes a client of one of the emulator's services."""
        self.client, self.template = client, template
        self.cloudformation = client("cloudformation")
        self.names: dict[str, str] = {}

    def upload(self, name: str, content: bytes) -> str:
        """Puts a file where CloudFormation finds it, and gives its address."""
        s3 = self.client("s3")
        if CODE not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
            s3.create_bucket(Bucket=CODE, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket=CODE, Key=name, Body=content)
        return f"https://s3.{REGION}.amazonaws.com/{CODE}/{name}"

    def deploy(self, parameters: dict) -> None:
        """Creates or updates the stack with these parameters, and waits for it."""
        exists = bool(self.names)
        check_parameters(self.template["Parameters"], parameters)
        call = self.cloudformation.update_stack if exists else self.cloudformation.create_stack
        call(
            StackName=STACK,
            # In a request itself CloudFormation takes no more than 51,200 bytes.
            TemplateURL=self.upload("template.json", json.dumps(self.template).encode()),
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        wanted = "UPDATE_COMPLETE" if exists else "CREATE_COMPLETE"
        until = time.monotonic() + 60
        while (state := self.describe())["StackStatus"].endswith(("IN_PROGRESS", "CLEANUP_IN_PROGRESS")):
            check(time.monotonic() < until, f"the stack is {state['StackStatus']} after a minute")
            time.sleep(0.1)
        if state["StackStatus"] != wanted:
            events = self.cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
            reasons = [
                f"  {event['LogicalResourceId']}: {event['ResourceStatusReason']}"
                for event in events
                if event.get("ResourceStatusReason")
            ]
            fail("\n".join([f"the stack is {state['StackStatus']}: {state.get('StackStatusReason', '')}", *reasons]))
        self.resources = self.cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
        self.names = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in self.resources}
        self.outputs = {one["OutputKey"]: one["OutputValue"] for one in state.get("Outputs", [])}

    def describe(self) -> dict:
        [state] = self.cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        return state

    def of_type(self, kind: str) -> list[str]:
        """The logical names of everything of one type that was created."""
        return [name for name in self.names if self.template["Resources"][name]["Type"] == kind]

    def one(self, kind: str) -> str:
        found = self.of_type(kind)
        check(len(found) == 1, f"the stack has {len(found)} resources of type {kind}, not one")
        return found[0]

    def function(self, name: str) -> dict:
        """The function's configuration, as Lambda knows it."""
        return self.client("lambda").get_function_configuration(FunctionName=self.names[name])

    def statements(self, role: str) -> list[dict]:
        """Every statement of the inline policies of a role, as IAM knows it."""
        iam = self.client("iam")
        found = []
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
            statements = document["Statement"]
            found += statements if isinstance(statements, list) else [statements]
        return found

    def schedules(self) -> dict[str, dict]:
        """Every schedule of the template, as the scheduler knows it."""
        scheduler = self.client("scheduler")
        groups = {one["Name"]: one["GroupName"] for one in scheduler.list_schedules()["Schedules"]}
        return {
            logical: scheduler.get_schedule(Name=self.names[logical], GroupName=groups[self.names[logical]])
            for logical in self.of_type("AWS::Scheduler::Schedule")
        }

    def attribute(self, logical: str, attribute: str) -> str:
        """An attribute that the template asks for and the emulator does not tell."""
        kind = self.template["Resources"][logical]["Type"]
        # A queue is named by its address.
        name = self.names[logical].rpartition("/")[2] if "://" in self.names[logical] else self.names[logical]
        if attribute in ("Arn", "StreamArn"):
            service, prefix = ARNS[kind]
            arn = name if name.startswith("arn:") else f"arn:aws:{service}:{REGION}:{ACCOUNT}:{prefix}{name}"
            return f"{arn}/stream/2026-01-01T00:00:00.000" if attribute == "StreamArn" else arn
        raise NotImplementedError(f"the test knows no {logical}.{attribute}")


def check_parameters(declared: dict, given: dict) -> None:
    """As CloudFormation does, and the emulator does not."""
    for name, value in given.items():
        about = declared[name]
        fits = re.search(about.get("AllowedPattern", ""), value) and value in about.get("AllowedValues", [value])
        check(fits, f"the template does not take {name} = {value}")


ARNS = {
    "AWS::Lambda::Function": ("lambda", "function:"),
    "AWS::DynamoDB::Table": ("dynamodb", "table/"),
    "AWS::KMS::Key": ("kms", "key/"),
    "AWS::SQS::Queue": ("sqs", ""),
    "AWS::Logs::LogGroup": ("logs", "log-group:"),
}
