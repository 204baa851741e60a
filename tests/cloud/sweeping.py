"""Chapter 7: between the runs the scheduler calls the sweep."""

import json

from cloud import Cloud
from grants import allow
from month import SCHEDULED
from processes import check

SCHEDULE = "SweepSchedule", "rate(15 minutes)"
AT = "2026-11-01T03:15:00Z"


def sweep(cloud: Cloud, owed: int = 0) -> None:
    """So many mails wait for it."""
    sent = len(cloud.mails())
    answer = scheduled_call(cloud, *SCHEDULE, AT)
    check(answer["sent"] == owed and len(cloud.mails()) == sent + owed, f"{owed} mails are owed, and a sweep: {answer}")
    check(answer["late"] == 0, f"the sweep finds {answer['late']} late candidates on the first day")
    print(f"swept: {answer}")


def scheduled_call(cloud: Cloud, name: str, when: str, at: str) -> dict:
    """Does what the scheduler does by one of the schedules that call issuance, and gives the answer."""
    function = cloud.client("lambda").get_function_configuration(FunctionName=cloud.function("shomei-issuance"))
    calling = {
        schedule: about
        for schedule, about in cloud.stack.schedules().items()
        if about["Target"]["Arn"] == function["FunctionArn"]
    }
    check(set(calling) == {"SweepSchedule", "RemindSchedule"}, f"issuance is called by {sorted(calling)}")
    target, expression = calling[name]["Target"], calling[name]["ScheduleExpression"]
    check(expression == when, f"{name} runs at {expression}")
    allow(cloud.roles, target["RoleArn"], "lambda:InvokeFunction", target["Arn"])
    answer, failed = cloud.call(function["FunctionName"], json.loads(target["Input"].replace(SCHEDULED, at)))
    check(not failed, f"{name} failed: {answer}")
    return answer


def swept(cloud: Cloud, at: str = AT, **wanted: int) -> None:
    """A sweep that comes to these numbers, among others."""
    answer = scheduled_call(cloud, *SCHEDULE, at)
    same = answer["finished"] and all(answer[name] == number for name, number in wanted.items())
    check(same, f"a sweep comes to {answer}, not {wanted}")
    # What the stream would tell now is done.
    cloud.gate.changes.clear()
