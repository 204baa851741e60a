"""Stands between the functions and DynamoDB, KMS and SES, and lets through what the template's roles allow.

Each function signs with an access key of its own name. What no statement of its role allows is answered as the service
answers it, and remembered. The emulators behind this gate check no permission at all.
"""

import http.client
import json
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote

from authorization import Account, Asked, Unknown, of_request
from policy import Role
from serving import listen

CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
# The test itself. It may do everything, and nothing that it does is counted.
TEST = "test"


@dataclass(frozen=True)
class Upstream:
    """Where a service is. The store lets in who knows its secret, and reads nothing else of a signature."""

    address: str
    access_key: str | None = None


@dataclass
class Change:
    """An item as it stands in the table's stream, with keys only."""

    name: str
    keys: dict

    def record(self, number: int) -> dict:
        """As Lambda hands it to a function."""
        return {
            "eventID": f"{number:032x}",
            "eventName": self.name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "dynamodb": {
                "Keys": self.keys,
                "SequenceNumber": f"{number:021}",
                "SizeBytes": len(json.dumps(self.keys)),
                "StreamViewType": "KEYS_ONLY",
            },
        }


@dataclass
class Gate:
    """The gate's memory, and the server that asks it."""

    account: Account
    upstreams: dict[str, Upstream]
    roles: dict[str, Role]
    denied: list[tuple[str, Asked]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    # How often (function, action, kind of items or resource) was let through.
    seen: Counter = field(default_factory=Counter)
    # What is answered in the place of the service, so many times yet: action → (times, status, error code).
    faults: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    # Whether one mail of the next bulk call is to be rejected, and then whose it was.
    reject_one: bool = False
    rejected: str | None = None
    # The addresses that SES was told to strike off its list. The emulator has no such list, so the gate answers.
    lifted: list[str] = field(default_factory=list)
    # Every call that sends mail, as it was made.
    mail_calls: list[dict] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> str:
        class Handler(Door):
            gate = self

        return f"http://{listen(Handler)}"

    def judge(self, principal: str, asked: list[Asked]) -> Asked | None:
        """The first thing that is not allowed, or none. What is let through counts as used only if all of it is."""
        if principal == TEST:
            return None
        role = self.roles.get(principal)
        with self.lock:
            needed = set()
            for one in asked:
                allowing = role.allowing(one) if role else None
                if allowing is None:
                    self.denied.append((principal, one))
                    return one
                needed |= allowing
            role.used |= needed
            self.seen.update((principal, one.action, one.kind() or one.resource) for one in asked)
        return None

    def fault(self, asked: list[Asked]) -> tuple[int, str] | None:
        with self.lock:
            for action in (one.action for one in asked if one.action in self.faults):
                times, status, code = self.faults.pop(action)
                if times > 1:
                    self.faults[action] = times - 1, status, code
                return status, code
        return None

    def to_reject(self, asked: list[Asked], body: bytes) -> bytes | None:
        """The bulk call without the mail that is to be rejected, if one is."""
        with self.lock:
            if not self.reject_one or not any(one.action == "ses:SendBulkEmail" for one in asked):
                return None
            call = json.loads(body)
            if len(call["BulkEmailEntries"]) < 2:
                return None
            self.reject_one = False
            [self.rejected] = call["BulkEmailEntries"].pop(0)["Destination"]["ToAddresses"]
            return json.dumps(call).encode()

    def note(self, target: str, body: bytes) -> None:
        """What a write that the store took means for the table's stream."""
        operation = target.rpartition(".")[2]
        request = json.loads(body)
        writes = {
            "TransactWriteItems": lambda: request["TransactItems"],
            "PutItem": lambda: [{"Put": request}],
            "DeleteItem": lambda: [{"Delete": request}],
        }.get(operation, list)()
        with self.lock:
            for kind, write in (pair for item in writes for pair in item.items()):
                if kind in ("Put", "Delete"):
                    whole = write.get("Item") or write["Key"]
                    keys = {name: whole[name] for name in ("pk", "sk")}
                    self.changes.append(Change(change_name(kind, write), keys))


def change_name(kind: str, write: dict) -> str:
    """A put that must find nothing inserts; any other one replaces."""
    if kind == "Delete":
        return "REMOVE"
    return "INSERT" if "attribute_not_exists" in write.get("ConditionExpression", "") else "MODIFY"


class Door(BaseHTTPRequestHandler):
    """One connection of a function's SDK."""

    protocol_version = "HTTP/1.1"
    # Head and body leave in one piece: in two, the second waits for the other side's delayed acknowledgement.
    wbufsize = -1
    gate: Gate

    def setup(self) -> None:
        super().setup()
        self.connections: dict[str, http.client.HTTPConnection] = {}

    def finish(self) -> None:
        for connection in self.connections.values():
            connection.close()
        super().finish()

    def do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        signed = CREDENTIAL.match(self.headers.get("Authorization", ""))
        if signed is None:
            return self.say(403, "MissingAuthenticationTokenException", "The request is not signed")
        principal, _, service = signed.groups()
        target = self.headers.get("X-Amz-Target", "")
        try:
            asked = of_request(self.gate.account, service, self.command, self.path, target, body)
        except (Unknown, KeyError, ValueError, AttributeError) as error:
            asked = [Asked(f"{service}:?", f"{target or self.path} ({error!r})")]
        refused = self.gate.judge(principal, asked)
        if refused is not None:
            words = f"{principal} is not authorized to perform: {refused.action} on resource: {refused.resource}"
            return self.say(403 if service == "ses" else 400, "AccessDeniedException", words)
        fault = self.gate.fault(asked)
        if fault is not None:
            return self.say(*fault, "Injected by the test")
        if any(one.action == "ses:DeleteSuppressedDestination" for one in asked):
            self.gate.lifted.append(unquote(self.path.rpartition("/")[2]))
            return self.reply(200, {"Content-Type": "application/json"}, b"{}")
        if any(one.action.startswith("ses:Send") for one in asked):
            self.gate.mail_calls.append(json.loads(body))
        shorter = self.gate.to_reject(asked, body)
        status, headers, answer = self.ask(service, body if shorter is None else shorter)
        if shorter is not None:
            document = json.loads(answer)
            document["BulkEmailEntryResults"].insert(0, {"Status": "MESSAGE_REJECTED", "Error": "Rejected by the test"})
            answer = json.dumps(document).encode()
        if service == "dynamodb" and status == 200:
            self.gate.note(target, body)
        self.reply(status, headers, answer)

    do_GET = do_POST = do_PUT = do_DELETE = do

    def ask(self, service: str, body: bytes) -> tuple[int, dict, bytes]:
        upstream = self.gate.upstreams[service]
        connection = self.connections.get(service)
        if connection is None:
            connection = self.connections[service] = http.client.HTTPConnection(upstream.address, timeout=30)
        headers = {name.lower(): value for name, value in self.headers.items()}
        for name in ("host", "connection", "content-length"):
            headers.pop(name, None)
        if upstream.access_key is not None:
            credential = f"Credential={upstream.access_key}/"
            headers["authorization"] = re.sub("Credential=[^/]+/", credential, headers["authorization"])
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        skipped = ("connection", "transfer-encoding", "content-length")
        kept = {name: value for name, value in answer.getheaders() if name.lower() not in skipped}
        return answer.status, kept, answer.read()

    def say(self, status: int, code: str, words: str) -> None:
        document = json.dumps({"__type": code, "message": words, "Message": words})
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amzn-ErrorType": code}
        self.reply(status, headers, document.encode())

    def reply(self, status: int, headers: dict, body: bytes) -> None:
        self.send_response_only(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass
