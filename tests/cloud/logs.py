"""What the run left behind for operators: logs that can be searched, metrics that can be counted, and nobody's data."""

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

from cloud import Cloud
from month import FIRST, badges, scheduled
from processes import check, fail

NAMESPACE = "Shomei"
# What must have been counted, however often: the function, the metric, and its own dimension if it has one.
COUNTED = [
    ("claim", "Claimed"),
    ("verify", "Verified", "valid"),
    ("verify", "Verified", "not-valid"),
    ("verify", "Verified", "could-not-check"),
    ("delivery", "MailEvents", "sent"),
    ("delivery", "MailEvents", "returned"),
    ("delivery", "MailEvents", "bounced"),
    ("delivery", "EventsRefused"),
    ("delivery", "EventsOfUnknownBadges"),
    ("issuance", "ListsPublished"),
    ("issuance", "Swept"),
    ("issuance", "Reissued"),
    ("reissue", "Reissued"),
    ("reissue", "PaymentsParked"),
]


def people_of(events: Path, month: str) -> set[str]:
    """Every word of the sample list that tells of a person, as it is written there and as it may have been tidied."""
    text = (events / f"candidates-{month}.csv").read_bytes().decode("cp932")
    words = set()
    for row in csv.DictReader(io.StringIO(text)):
        for column in ("氏名", "フリガナ", "ローマ字", "メールアドレス", "会員番号"):
            value = (row[column] or "").strip()
            words |= {value, unicodedata.normalize("NFKC", value), unicodedata.normalize("NFKC", value).lower()}
            words |= set(re.findall(r"[^\s<>;,]+@[^\s<>;,]+", value))
    # A single character or two may stand in any word.
    return {word for word in words if len(word) > 3}


def check_logs(cloud: Cloud, events: Path, month: str, secrets: list[str]) -> None:
    written = {binary: cloud.log(binary).read_text() for binary in cloud.binaries.values()}
    access_log = "\n".join(cloud.api.access_log)
    secret = people_of(events, month) | set(secrets)
    for name, text in {**written, "the access log": access_log, "the executions": history(cloud)}.items():
        found = sorted(word for word in secret if word in text)
        check(not found, f"{name} holds what nobody may read there: {found[:5]}")
    requests = [json.loads(line) for line in cloud.api.access_log]
    check(len(requests) > 100, f"the access log has {len(requests)} lines")
    metrics = Counter()
    lines = 0
    for binary, text in written.items():
        for line in text.splitlines():
            entry = parsed(binary, line)
            if "_aws" in entry:
                count(metrics, binary, entry)
            else:
                lines += 1
                check("level" in entry, f"a line of {binary} has no level: {line}")
                check("requestId" in entry.get("span", {}), f"a line of {binary} does not name its request: {line}")
    check(lines > 0, "errors were made, and no log has a line about them")
    expected = {
        # Of all badges, those that are in nobody's place.
        ("issuance", "Issued"): badges(cloud) - metrics["reissue", "Reissued"] - metrics["issuance", "Reissued"],
        ("issuance", "Mailed"): len(cloud.mails()),
        ("issuance", "MailsRefused"): 1,
    }
    for name, value in expected.items():
        check(metrics[name] == value, f"the metric {name} sums up to {metrics[name]}, not {value}")
    for name in COUNTED:
        check(metrics[name] > 0, f"the metric {name} was never counted")
    check(any(name[:2] == ("intake", "Refused") for name in metrics), "no refusal of intake was counted")
    total = sum(len(text.splitlines()) for text in written.values())
    print(f"logs: {total} lines of functions, {len(requests)} of the gateway, nobody's data; {len(metrics)} metrics")


def parsed(binary: str, line: str) -> dict:
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        fail(f"a line in the log of {binary} is no JSON: {line[:300]}")


def count(metrics: Counter, binary: str, entry: dict) -> None:
    """One line of the embedded metric format. (Amazon CloudWatch, "Specification: Embedded metric format".)"""
    for directive in entry["_aws"]["CloudWatchMetrics"]:
        check(directive["Namespace"] == NAMESPACE, f"a metric of {binary} is in {directive['Namespace']}")
        for dimensions in directive["Dimensions"]:
            named = dimensions[0] == "function" and f"shomei-{entry['function']}" == binary
            check(named, f"{binary} counts under another name: {entry}")
            values = [entry[name] for name in dimensions]
            for metric in directive["Metrics"]:
                metrics[(values[0], metric["Name"], *values[1:])] += entry[metric["Name"]]


def history(cloud: Cloud) -> str:
    """Everything that Step Functions keeps of the executions, for operators to see."""
    states = cloud.client("stepfunctions")
    machine = scheduled(cloud, FIRST)["Target"]["Arn"]
    texts = []
    for execution in states.list_executions(stateMachineArn=machine)["executions"]:
        pages = states.get_paginator("get_execution_history").paginate(executionArn=execution["executionArn"])
        texts += [json.dumps(event, default=str, ensure_ascii=False) for page in pages for event in page["events"]]
    return "\n".join(texts)
