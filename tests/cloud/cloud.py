"""The cloud on loopback: the stack's functions as real binaries, behind the template's own permissions and routes.

    ministack       CloudFormation, Lambda, Step Functions, Scheduler, KMS, SES, IAM and S3
    shomei-local    DynamoDB
    Gate            stands before DynamoDB, KMS and SES, and knows the roles
    Api             is API Gateway

The platform that runs the binaries is ministack's Lambda: it speaks the Runtime API, with the time limit and the
environment that the stack gives a function.
"""

import json
import os
import shlex
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import boto3
from botocore.config import Config

from gate import TEST, Gate, Upstream
from gateway import Api
from intrinsics import Resolver
from policy import Role
from processes import HTTP, Processes, answers, free_port
from stack import REGION, Stack
from visitor import Visitor

# A failure must be seen, not tried again.
CLIENT = Config(retries={"max_attempts": 0}, read_timeout=120, connect_timeout=5)


@lru_cache(maxsize=None)
def client(endpoint: str, service: str, access_key: str = TEST):
    """A client of a service; it takes long to make, and any thread may use it."""
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=access_key,
        aws_secret_access_key="not checked",
        config=CLIENT,
    )


@dataclass
class Cloud:
    """Everything that runs, and the ways to it."""

    processes: Processes
    ministack: str
    gate: Gate
    # Where the gate is.
    door: str
    stack: Stack
    # The binary of each function, by the function's name in the template.
    binaries: dict[str, str]
    # The program for one machine, which reads keys.
    program: Path
    roles: dict[str, Role] = field(default_factory=dict)
    # Once the stack is there.
    parameters: dict[str, str] = field(default_factory=dict)
    resolver: Resolver | None = None
    api: Api | None = None
    visitor: Visitor | None = None

    def client(self, service: str):
        """Of a service that the emulator has, asked past the gate."""
        return client(self.ministack, service)

    def at_gate(self, service: str, access_key: str = TEST):
        return client(self.door, service, access_key)

    @property
    def table(self) -> str:
        return self.stack.names[self.stack.one("AWS::DynamoDB::Table")]

    def function(self, binary: str) -> str:
        """The name that Lambda knows a binary under."""
        [logical] = [name for name, other in self.binaries.items() if other == binary]
        return self.stack.names[logical]

    def call(self, function: str, event) -> tuple[object, bool]:
        """Invokes a function and waits. Gives its answer, and whether that is an error."""
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
        return json.loads(answer["Payload"].read() or b"null"), "FunctionError" in answer

    def mails(self) -> list[dict]:
        """Everything that SES accepted so far."""
        with HTTP.open(f"{self.ministack}/_ministack/ses/messages") as answer:
            return [mail for mails in json.load(answer)["messages"].values() for mail in mails]

    def items(self) -> dict[tuple[str, str], dict]:
        """Everything in the table."""
        pages = self.at_gate("dynamodb").get_paginator("scan").paginate(TableName=self.table)
        return {(item["pk"]["S"], item["sk"]["S"]): item for page in pages for item in page["Items"]}

    def log(self, binary: str) -> Path:
        return self.processes.logs / f"{binary}.function.log"


def start_ministack(processes: Processes, work: Path, venv: Path) -> str:
    port = free_port()
    environment = {
        "PATH": f"{venv / 'bin'}:{os.environ['PATH']}",
        "HOME": str(work),
        # The code of functions is unpacked there.
        "TMPDIR": str(work),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "MINISTACK_REGION": REGION,
    }
    processes.start("ministack", [venv / "bin" / "ministack"], environment)
    address = f"http://127.0.0.1:{port}"
    processes.wait_for("ministack", lambda: answers(f"{address}/_ministack/health"))
    return address


def start_store(processes: Processes, work: Path, program: Path) -> Upstream:
    """The program for one machine, of which only the store is used here."""
    command = [program, "--data", work / "data", "--listen", f"127.0.0.1:{free_port()}", "serve"]
    processes.start("shomei-local", command, {"HOME": str(work)})
    file = work / "data" / "store.address"
    address, secret = processes.wait_for("shomei-local", lambda: file.is_file() and file.read_text().split())
    return Upstream(address, secret)


def bootstrap(binary: Path, door: str, log: Path, logging: dict, trusted: Path) -> str:
    """What Lambda starts: the real binary, with what the platform adds to a function's environment. It signs with the
    function's name, finds the services at the gate, trusts one authority, and writes to a file."""
    added = {
        "AWS_SECRET_ACCESS_KEY": "not checked",
        "AWS_ENDPOINT_URL_DYNAMODB": door,
        "AWS_ENDPOINT_URL_KMS": door,
        "AWS_ENDPOINT_URL_SESV2": door,
        "SSL_CERT_FILE": str(trusted),
    }
    if logging.get("LogFormat") == "JSON":
        added["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
        added["AWS_LAMBDA_LOG_LEVEL"] = logging.get("ApplicationLogLevel", "INFO")
    exports = [f"export {name}={shlex.quote(value)}" for name, value in added.items()]
    return "\n".join(
        [
            "#!/bin/sh",
            "unset AWS_SESSION_TOKEN AWS_ENDPOINT_URL",
            'export AWS_ACCESS_KEY_ID="$AWS_LAMBDA_FUNCTION_NAME"',
            'export AWS_LAMBDA_LOG_GROUP_NAME="/aws/lambda/$AWS_LAMBDA_FUNCTION_NAME"',
            *exports,
            f"exec {shlex.quote(str(binary))} >>{shlex.quote(str(log))} 2>&1",
            "",
        ]
    )
