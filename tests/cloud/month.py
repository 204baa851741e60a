"""Chapter 2: the schedule starts the state machine, the state machine drives issuance, and everyone gets one mail."""

import json
import time
from datetime import datetime, timedelta, timezone

from cloud import Cloud
from grants import allow, nothing_was_denied
from processes import check, fail

JAPAN = timezone(timedelta(hours=9))
SCHEDULED = "<aws.scheduler.scheduled-time>"
FIRST, OTHERS = "1", "2-31"
# The bulk call's limit, which the emulator does not know.
BULK = 50


def run_month(cloud: Cloud, due: int) -> list[dict]:
    """Two executions at once, and a third one after them. Gives the mails."""
    # Now and then it is too much for the table: the SDK asks again.
    cloud.gate.faults["dynamodb:PutItem"] = (1, 400, "ProvisionedThroughputExceededException")
    first, second = start(cloud), start(cloud)
    for execution in (first, second):
        wait(cloud, execution)
    mails = cloud.mails()
    to = [address for mail in mails for address in mail["To"]]
    check(not cloud.gate.faults, f"nobody came to be told {list(cloud.gate.faults)}")
    check(badges(cloud) == due, f"{due} were due, and there are {badges(cloud)} badges")
    check(len(mails) == due, f"{due} were due, and {len(mails)} mails were sent")
    check(len(to) == due, "a mail went to more than one address")
    check_bulk_calls(cloud, due)

    before = cloud.items()
    wait(cloud, start(cloud))
    check(cloud.items() == before, "another run of the same month changes something")
    check(len(cloud.mails()) == due, "another run of the same month sends mail")
    print(f"issued and mailed: {due} badges by two executions at once; another one changes nothing")
    return mails


def scheduled(cloud: Cloud, days: str) -> dict:
    """The schedule that starts the run on these days of the month."""
    machine = cloud.stack.names[cloud.stack.one("AWS::StepFunctions::StateMachine")]
    found = [
        schedule
        for schedule in cloud.stack.schedules().values()
        if schedule["Target"]["Arn"] == machine and schedule["ScheduleExpression"].split()[2] == days
    ]
    check(len(found) == 1, f"{len(found)} schedules start the run on the days {days}")
    return found[0]


def start(cloud: Cloud, days: str = FIRST, day: int = 1) -> str:
    """Does what the scheduler does on that day of November."""
    schedule = scheduled(cloud, days)
    # cron(minutes hours day month weekday year)
    minutes, hours, *_ = schedule["ScheduleExpression"].removeprefix("cron(").split()
    at = datetime(2026, 11, day, int(hours), int(minutes), tzinfo=JAPAN).astimezone(timezone.utc)
    check((at.hour, at.minute) == (0, 0), f"{schedule['Name']} starts at {at}, not at 09:00 in Japan")
    target = schedule["Target"]
    allow(cloud.roles, target["RoleArn"], "states:StartExecution", target["Arn"])
    machine = cloud.client("stepfunctions").describe_state_machine(stateMachineArn=target["Arn"])
    for called in functions_of(json.loads(machine["definition"])):
        allow(cloud.roles, machine["roleArn"], "lambda:InvokeFunction", called)
    given = target["Input"].replace(SCHEDULED, at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    execution = cloud.client("stepfunctions").start_execution(stateMachineArn=target["Arn"], input=given)
    return execution["executionArn"]


def sums(cloud: Cloud, clerk: dict, month: str) -> dict:
    """What staff see of a month, which must agree. Later months may have opened since: they are not asked about."""
    months = cloud.visitor.get("/reconciliation", **clerk).json()["months"]
    found = next((one for one in months if one["month"] == month), None)
    check(found, f"the sums are of the months {[one['month'] for one in months]}")
    everyone = found["registered"] == found["issued"] + found["refused"] + found["waiting"]
    every_mail = found["issued"] == found["mailed"] + found["owed"] and found["strays"] == 0
    check(everyone and every_mail, f"the sums do not agree: {found}")
    return found


def badges(cloud: Cloud) -> int:
    return sum(partition.startswith("BADGE#") and sort == "BADGE" for partition, sort in cloud.items())


def functions_of(definition) -> set[str]:
    """The functions that the tasks of a definition call, however deep they stand."""
    if isinstance(definition, list):
        return set().union(*map(functions_of, definition))
    if not isinstance(definition, dict):
        return set()
    found = set().union(*map(functions_of, definition.values()))
    if definition.get("Type") == "Task":
        found.add(definition["Parameters"]["FunctionName"])
    return found


def wait(cloud: Cloud, execution: str) -> None:
    """Until it has succeeded."""
    state = await_end(cloud, execution)
    if state["status"] != "SUCCEEDED":
        why = f"{state.get('error')} {state.get('cause')}\n{last_events(cloud, execution)}"
        fail(f"the execution {state['status']}: {why}")
    check(json.loads(state["output"])["agrees"] is True, f"the execution's sums do not agree: {state['output']}")


def await_end(cloud: Cloud, execution: str) -> dict:
    until = time.monotonic() + 60
    states = cloud.client("stepfunctions")
    while (state := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        nothing_was_denied(cloud.gate)
        check(time.monotonic() < until, f"the execution still runs after a minute:\n{last_events(cloud, execution)}")
        time.sleep(0.1)
    return state


def last_events(cloud: Cloud, execution: str) -> str:
    states = cloud.client("stepfunctions")
    history = states.get_execution_history(executionArn=execution, reverseOrder=True, maxResults=12)["events"]
    return "\n".join(
        f"  {event['type']} {[value for name, value in event.items() if name.endswith('EventDetails')]}"[:600]
        for event in reversed(history)
    )


def check_bulk_calls(cloud: Cloud, due: int) -> None:
    """What the emulator does not look at: the configuration set, the tags, the limit of a call."""
    rules = cloud.stack.names[cloud.stack.one("AWS::SES::ConfigurationSet")]
    entries = 0
    for call in cloud.gate.mail_calls:
        check(call.get("ConfigurationSetName") == rules, f"a mail was sent under {call.get('ConfigurationSetName')}")
        several = call.get("BulkEmailEntries", [call])
        check(len(several) <= BULK, f"one call holds {len(several)} mails")
        entries += len(several)
        for entry in several:
            tags = entry.get("ReplacementTags") or entry.get("EmailTags")
            check(tags and "@" not in json.dumps(tags), f"a mail's tags are {tags}")
    check(entries == due, f"{due} mails were due, and {entries} were handed to SES")
    check(any("BulkEmailEntries" in call for call in cloud.gate.mail_calls), "nothing was sent in bulk")
    print(f"handed to SES: {entries} mails in {len(cloud.gate.mail_calls)} calls")
