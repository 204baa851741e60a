"""The table's stream, as Lambda hands it to the function: filtered by the template's own pattern."""

import json

from cloud import Cloud
from processes import check


def deliver(cloud: Cloud):
    """Hands over what was written since the last time. Gives the function's answer, or nothing if nothing passes."""
    stack = cloud.stack
    about = cloud.resolver.resolve(
        stack.template["Resources"][stack.one("AWS::Lambda::EventSourceMapping")]["Properties"]
    )
    check(about.get("Enabled", True), "the stream is not listened to although the keys are known")
    table = stack.one("AWS::DynamoDB::Table")
    source = about["EventSourceArn"]
    check(source == stack.attribute(table, "StreamArn"), f"the function listens to {source}")
    view = stack.template["Resources"][table]["Properties"]["StreamSpecification"]["StreamViewType"]
    check(view == "KEYS_ONLY", f"the stream carries {view}: more than anyone needs")
    patterns = [json.loads(one["Pattern"]) for one in about["FilterCriteria"]["Filters"]]
    records = [change.record(number) for number, change in enumerate(cloud.gate.changes, 1)]
    cloud.gate.changes.clear()
    passing = [record for record in records if any(passes(pattern, record) for pattern in patterns)]
    if not passing:
        return None
    answer, failed = cloud.call(about["FunctionName"], {"Records": passing})
    check(not failed, f"the stream's records are answered with an error: {answer}")
    return answer


def passes(pattern, value) -> bool:
    """EventBridge's patterns, as far as exact values go."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(passes(wanted, value.get(name)) for name, wanted in pattern.items())
    check(all(isinstance(one, str) for one in pattern), f"the test knows no such pattern: {pattern}")
    return value in pattern
