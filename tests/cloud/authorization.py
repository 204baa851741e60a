"""What IAM is asked about a request: the actions, resources and partition keys of a call to DynamoDB, KMS or SES.

Taken from the bytes on the wire, not from what the program says it does.
"""

import json
import re
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import unquote

from policy import Asked

PARTITION_KEY = "pk"
WRITES = {"Put": "PutItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem", "Update": "UpdateItem"}
SES_ACTIONS = {
    ("POST", "/v2/email/outbound-emails"): "SendEmail",
    ("POST", "/v2/email/outbound-bulk-emails"): "SendBulkEmail",
    ("GET", "/v2/email/account"): "GetAccount",
}
# Followed by the address.
SUPPRESSED = "/v2/email/suppression/addresses/"


class Unknown(Exception):
    """A request that the test cannot judge. It is refused, as IAM refuses what no statement names."""


@dataclass(frozen=True)
class Account:
    """Where the stack stands, and the mail identities that it verified."""

    region: str
    number: str
    identities: tuple[str, ...] = ()

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.number}:{resource}"

    def identity(self, sender: str) -> str:
        """SES checks the identity that it sends from: the address if that is one, otherwise its domain."""
        address = parseaddr(sender)[1]
        return address if address in self.identities else address.rpartition("@")[2]


def of_request(account: Account, service: str, method: str, path: str, target: str, body: bytes) -> list[Asked]:
    """Everything that must be allowed before the request is done."""
    if service == "dynamodb":
        return of_dynamodb(account, target.removeprefix("DynamoDB_20120810."), json.loads(body))
    if service == "kms":
        operation = target.removeprefix("TrentService.")
        request = json.loads(body)
        key = request.get("KeyId", "")
        context = {(f"kms:{name}", request[name]) for name in ("SigningAlgorithm", "MessageType", "MacAlgorithm") if name in request}
        arn = key if key.startswith("arn:") else account.arn("kms", f"key/{key}")
        return [Asked(f"kms:{operation}", arn, context=frozenset(context))]
    if service == "ses":
        return of_ses(account, method, path.partition("?")[0], json.loads(body) if body else {})
    raise Unknown(f"the service {service!r}")


def of_dynamodb(account: Account, operation: str, request: dict) -> list[Asked]:
    def asked(action: str, table: str, keys) -> Asked:
        return Asked(f"dynamodb:{action}", account.arn("dynamodb", f"table/{table}"), frozenset(keys))

    if operation in ("GetItem", "DeleteItem", "UpdateItem"):
        return [asked(operation, request["TableName"], [partition(request["Key"])])]
    if operation == "PutItem":
        return [asked(operation, request["TableName"], [partition(request["Item"])])]
    if operation == "Query":
        return [asked(operation, request["TableName"], [queried(request)])]
    if operation == "BatchGetItem":
        return [
            asked(operation, table, [partition(key) for key in wanted["Keys"]])
            for table, wanted in request["RequestItems"].items()
        ]
    if operation == "TransactWriteItems":
        # IAM has no such action: each item is asked for as what it does.
        return [
            asked(WRITES[kind], write["TableName"], [partition(write.get("Item") or write["Key"])])
            for item in request["TransactItems"]
            for kind, write in item.items()
        ]
    # Whatever else there is reaches beyond single partitions.
    return [asked(operation, request.get("TableName", ""), [])]


def partition(item: dict) -> str:
    return item[PARTITION_KEY]["S"]


def queried(request: dict) -> str:
    """The partition of a query: a key condition must name it by equality."""
    found = re.search(r"(#?\w+)\s*=\s*(:\w+)", request["KeyConditionExpression"])
    name, value = found.groups()
    if request.get("ExpressionAttributeNames", {}).get(name, name) != PARTITION_KEY or "IndexName" in request:
        raise Unknown("a query by another attribute")
    return request["ExpressionAttributeValues"][value]["S"]


def of_ses(account: Account, method: str, path: str, request: dict) -> list[Asked]:
    if method == "DELETE" and path.startswith(SUPPRESSED):
        return [Asked("ses:DeleteSuppressedDestination", "*")]
    action = SES_ACTIONS.get((method, unquote(path).rstrip("/")))
    if action is None:
        raise Unknown(f"SES {method} {path}")
    if action == "GetAccount":
        return [Asked("ses:GetAccount", "*")]
    resources = [f"identity/{account.identity(request['FromEmailAddress'])}"]
    if "ConfigurationSetName" in request:
        resources.append(f"configuration-set/{request['ConfigurationSetName']}")
    # An inline template has no name that IAM could be asked about.
    template = (request.get("DefaultContent") or request.get("Content") or {}).get("Template", {})
    if "TemplateName" in template:
        resources.append(f"template/{template['TemplateName']}")
    # A bulk call has no context but the API's version. (AWS Service Authorization Reference, "Amazon SES v2".)
    sender = {("ses:FromAddress", parseaddr(request["FromEmailAddress"])[1])}
    context = frozenset(sender if action == "SendEmail" else ())
    return [Asked(f"ses:{action}", account.arn("ses", resource), context=context) for resource in resources]
