"""The table's stream, as Lambda hands it to the function: filtered by the template's own patterns."""

import json

from cloud import Cloud
from processes import check


def deliver(cloud: Cloud) -> dict[str, object]:
    """Hands over what was written since the last time, to every listener that it passes to. Gives their answers."""
    stack = cloud.stack
    table = stack.one("AWS::DynamoDB::Table")
    view = stack.template["Resources"][table]["Properties"]["StreamSpecification"]["StreamViewType"]
    check(view == "KEYS_ONLY", f"the stream carries {view}: more than anyone needs")
    records = [change.record(number) for number, change in enumerate(cloud.gate.changes, 1)]
    cloud.gate.changes.clear()
    answers = {}
    for listener in stack.of_type("AWS::Lambda::EventSourceMapping"):
        about = cloud.resolver.resolve(stack.template["Resources"][listener]["Properties"])
        check(about.get("Enabled", True), f"{listener} is not enabled although the keys are known")
        source = about["EventSourceArn"]
        check(source == stack.attribute(table, "StreamArn"), f"{listener} listens to {source}")
        patterns = [json.loads(one["Pattern"]) for one in about["FilterCriteria"]["Filters"]]
        passing = [record for record in records if any(passes(pattern, record) for pattern in patterns)]
        if passing:
            answer, failed = cloud.call(about["FunctionName"], {"Records": passing})
            check(not failed, f"{listener}: the stream's records are answered with an error: {answer}")
            answers[listener] = answer
    return answers


def passes(pattern, value) -> bool:
    """EventBridge's patterns, as far as exact values go."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(passes(wanted, value.get(name)) for name, wanted in pattern.items())
    check(all(isinstance(one, str) for one in pattern), f"the test knows no such pattern: {pattern}")
    return value in pattern
