"""Chapter 1: staff register achievements and one month's list, and nobody else does."""

import base64
import json
from pathlib import Path

from cloud import Cloud
from processes import check
from staff import Issuer, new_key

MONTH = "2026-10"


def register(cloud: Cloud, staff: Issuer, events: Path) -> int:
    """Gives the number of candidates who are due for the month."""
    visitor = cloud.visitor
    clerk = {"Authorization": f"Bearer {staff.token(['viewer', 'clerk'])}"}
    samples = json.loads((events / "achievements.json").read_text())["achievements"]
    achievements = [as_posted(events, achievement) for achievement in samples]
    # As Excel in Japan saved it: in CP932, which only bytes can carry.
    candidates = (events / f"candidates-{MONTH}.csv").read_bytes()

    def post(path: str, body: bytes, media_type: str, expect: int = 200) -> dict:
        return visitor.ask("POST", path, body, expect, Content_Type=media_type, **clerk).json()

    only_staff_may(cloud, staff, achievements[0])
    check(not cloud.items(), "something was written for people who are no staff")
    for achievement in achievements:
        post("/achievements", achievement, "application/json", 201)
    again = post("/achievements", achievements[0], "application/json")
    check(again["outcome"] == "unchanged", f"an achievement that is registered twice is {again['outcome']}")

    first = post("/candidates", candidates, "application/octet-stream")
    taken = [row for row in first["rows"] if row["verdict"] == "accepted"]
    refused = [row for row in first["rows"] if row["verdict"] == "refused"]
    check(len(taken) > 20 and len(refused) > 5, f"of the sample list {len(taken)} are accepted, {len(refused)} refused")
    before = cloud.items()
    second = post("/candidates", candidates, "application/octet-stream")
    check(cloud.items() == before, "a list that is posted twice changes something")
    check(len(second["rows"]) == len(first["rows"]), "a list that is posted twice is read differently")
    visitor.ask("HEAD", "/reconciliation", **clerk)
    due = [partition for partition, _ in before if partition.startswith("DUE#")]
    check(len(due) == len(taken), f"{len(taken)} candidates were accepted and {len(due)} are due")
    count = sum(partition.startswith(f"DUE#{MONTH}") for partition in due)
    print(f"registered: {len(achievements)} achievements, {len(taken)} candidates; refused {len(refused)} rows")
    print(f"due: {count} candidates of {MONTH}")
    return count


def as_posted(events: Path, achievement: dict) -> bytes:
    """An achievement as the API takes it: with its picture inside."""
    picture = (events / achievement["artworkFile"]).read_bytes()
    rest = {name: value for name, value in achievement.items() if name != "artworkFile"}
    return json.dumps({**rest, "artwork": base64.b64encode(picture).decode()}).encode()


def only_staff_may(cloud: Cloud, staff: Issuer, achievement: bytes) -> None:
    """The gateway refuses tokens that are not for us; the function refuses those without the role."""
    routes = [("POST", "/achievements", achievement), ("POST", "/candidates", b"{}"), ("GET", "/reconciliation", None)]
    strangers = {
        "no token": (401, None),
        "no token at all": (401, "letmein"),
        "another audience": (401, staff.token(["clerk"], aud="https://other.example.jp")),
        "another issuer": (401, staff.token(["clerk"], iss="https://login.example.com/")),
        "an expired token": (401, staff.token(["clerk"], exp=1)),
        "another key": (401, staff.token(["clerk"], key=new_key())),
        "another role": (403, staff.token(["viewer"])),
        "a role that begins like ours": (403, staff.token(["clerk-of-others"])),
    }
    for name, (status, token) in strangers.items():
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        for method, path, body in routes:
            answer = cloud.visitor.ask(method, path, body, None, Content_Type="application/json", **headers)
            check(answer.status == status, f"{method} {path} with {name} answered {answer.status}, not {status}")
    print(f"refused: {len(strangers)} kinds of strangers at every staff route")
