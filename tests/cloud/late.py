"""Chapter 7: the days after. Late registrations are caught by the daily run, a mail that SES rejects is left to a
person, and errors say whether trying again helps."""

import json

from cloud import Cloud
from month import OTHERS, badges, start, sums, wait
from processes import check
from registering import MONTH
from sweeping import sweep

# So many that some share a shard, and with it a call to SES.
LATE = 24
# More than any retries.
ALWAYS = 1000


def late_registrations(cloud: Cloud, clerk: dict) -> list[str]:
    """Gives words that no log may hold."""
    people = [
        {
            "achievement": "pm-foundation",
            "kind": "pass",
            "date": f"{MONTH}-30",
            "name": f"遅延 太郎{number}",
            "address": f"late.taro{number}@example.jp",
            "number": f"PM-9{number:05}",
        }
        for number in range(LATE)
    ]
    body = json.dumps({"candidates": people}).encode()
    visitor, before, mails = cloud.visitor, badges(cloud), len(cloud.mails())
    answer = visitor.ask("POST", "/candidates", body, 200, Content_Type="application/json", **clerk).json()
    # Warned of since the month in which their badges were promised is over.
    taken = answer["summary"]["accepted"] + answer["summary"]["acceptedWithWarning"]
    check(taken == LATE, f"late candidates are not accepted: {answer['summary']}")
    cloud.gate.reject_one = True
    wait(cloud, start(cloud, OTHERS, 2))
    rejected = cloud.gate.rejected
    check(rejected is not None, "nothing was sent in bulk, so nothing could be rejected")
    check(badges(cloud) == before + LATE, f"of {LATE} late candidates {badges(cloud) - before} have a badge")
    sent = [address for mail in cloud.mails()[mails:] for address in mail["To"]]
    check(len(sent) == LATE - 1 and rejected not in sent, f"of {LATE} late candidates {len(sent)} were written to")
    found = sums(cloud, clerk, MONTH)
    check(found["owed"] == found["undeliverable"] == 1, f"one mail was rejected, and the sums say {found}")
    sweep(cloud)
    print(f"late: {LATE} candidates by the daily run; one mail was rejected, and waits for a person")
    return [word for person in people for word in (person["name"], person["address"], person["number"])]


def errors_say_what_helps(cloud: Cloud) -> None:
    """The state machine tries again by the error's type."""
    function = cloud.function("shomei-issuance")
    plan = {"step": "plan", "scheduled": "2026-11-02T00:00:00Z"}
    cloud.gate.faults["dynamodb:Query"] = (ALWAYS, 400, "ThrottlingException")
    answer, failed = cloud.call(function, plan)
    cloud.gate.faults.clear()
    check(failed and answer["errorType"] == "TryAgain", f"a store that is too busy is answered {answer}")
    answer, failed = cloud.call(function, {"step": "dance"})
    check(failed and answer["errorType"] == "NeedsPerson", f"an event that is no step is answered {answer}")
    answer, failed = cloud.call(function, plan)
    check(not failed, f"after errors the function goes on with {answer}")
    print("errors: of type TryAgain and NeedsPerson, and the function lives on")
