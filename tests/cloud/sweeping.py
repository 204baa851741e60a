"""Chapter 4: between the runs the scheduler calls the sweep."""

import json

from cloud import Cloud
from grants import allow
from month import SCHEDULED
from processes import check


def sweep(cloud: Cloud) -> None:
    function = cloud.client("lambda").get_function_configuration(FunctionName=cloud.function("shomei-issuance"))
    found = [one for one in cloud.stack.schedules().values() if one["Target"]["Arn"] == function["FunctionArn"]]
    check(len(found) == 1, f"{len(found)} schedules call issuance")
    [schedule] = found
    check(schedule["ScheduleExpression"] == "rate(15 minutes)", f"the sweep runs at {schedule['ScheduleExpression']}")
    target = schedule["Target"]
    allow(cloud.roles, target["RoleArn"], "lambda:InvokeFunction", target["Arn"])
    event = json.loads(target["Input"].replace(SCHEDULED, "2026-11-01T03:15:00Z"))
    sent = len(cloud.mails())
    answer, failed = cloud.call(function["FunctionName"], event)
    check(not failed, f"the sweep failed: {answer}")
    check(answer["sent"] == 0 and len(cloud.mails()) == sent, f"the sweep found something to send: {answer}")
    check(answer["late"] == 0, f"the sweep finds {answer['late']} late candidates on the first day")
    print(f"swept: {answer}")
