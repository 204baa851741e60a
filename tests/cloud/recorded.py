"""Every recorded event of `events/`, through the Runtime API to the real binary, and its golden reply."""

import base64
import copy
import hashlib
import io
import json
import re
import uuid
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cloud import Cloud
from delivering import topic_of
from processes import check, fail

# The topic that recorded events of mails came from.
RECORDED_TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:shomei-mail-events"
# What these say depends on what happened before: on the keys, the sums, the badges, the work that is left. The status and headers
# of a reply, and the members of a step's answer, are the same all the same.
DEPENDS = {
    # They are about a badge that is not there.
    "delivery.bounce-hard.json",
    "delivery.bounce-soft.json",
    "delivery.bounce-told-twice.json",
    "delivery.complaint.json",
    "delivery.delay.json",
    "delivery.delivery.json",
    "delivery.reject.json",
    "delivery.rendering-failure.json",
    "delivery.send.json",
    "intake.reconciliation.json",
    "issuance.announce.json",
    "issuance.announce-continued.json",
    "issuance.issue.json",
    "issuance.plan.json",
    "issuance.reconcile.json",
    "issuance.sweep.json",
    "reissue.orders.json",
    "reissue.parked.json",
    "verify.did-head.json",
    "verify.did.json",
    "verify.issuer.json",
    "verify.jwks.json",
    "verify.status-list.json",
}


def replay(cloud: Cloud, events: Path, golden: Path, unclaimed: str) -> None:
    """`unclaimed` is the token of a mail that nobody has answered."""
    expected = json.loads(golden.read_text())
    names = sorted(file.name for file in events.glob("*.*.json"))
    check(names == sorted(expected), f"events/ holds {names}, and {golden.name} is about {sorted(expected)}")
    accepted = json.loads((events / "claim.accept-public.json").read_text())
    mail_again(cloud, unclaimed, accepted["pathParameters"]["token"])
    at_a_desk(cloud, json.loads((events / "intake.office.json").read_text()))
    sign_in(cloud, [json.loads((events / name).read_text()) for name in ("claim.wallet.json", "claim.sign-out.json")])
    topic = topic_of(cloud)
    wrong = []
    for name in names:
        event = today(json.loads((events / name).read_text().replace(RECORDED_TOPIC, topic)))
        binary = f"shomei-{name.partition('.')[0]}"
        answer, failed = cloud.call(cloud.function(binary), event)
        got, wanted = answer if failed or "statusCode" not in answer else reply(answer), expected[name]
        if name in DEPENDS:
            got, wanted = shape(got), shape(wanted)
        got, wanted = on_any_day(got), on_any_day(wanted)
        if got != wanted:
            texts = [json.dumps(one, ensure_ascii=False)[:600] for one in (got, wanted)]
            wrong.append(f"  {name}: {texts[0]}\n    instead of {texts[1]}")
    if wrong:
        fail("\n".join(["recorded events are answered differently:", *wrong]))
    whole = len(names) - len(DEPENDS)
    print(f"replayed: {len(names)} recorded events; {whole} replies are as recorded, the others in form")


def mail_again(cloud: Cloud, token: str, recorded: str) -> None:
    """Makes the token of the recorded events one that was mailed: about the same badge as another mail's."""
    pair = [hashlib.sha256(text.encode()).hexdigest() for text in (token, recorded)]
    grant = copy.deepcopy(cloud.items()[(f"CLAIM#{pair[0]}", "CLAIM")])
    grant["pk"]["S"], grant["body"]["M"]["token"]["S"] = f"CLAIM#{pair[1]}", pair[1]
    cloud.at_gate("dynamodb").put_item(TableName=cloud.table, Item=grant)


def sign_in(cloud: Cloud, recorded: list[dict]) -> None:
    """The browsers of these events are signed in to one wallet, which holds nothing."""
    wallet, address = str(uuid.uuid4()), "mihon@example.jp"
    hashed = hashlib.sha256(address.encode()).hexdigest()
    now = datetime.now(timezone.utc)
    since, expires = ({"S": moment.strftime("%Y-%m-%dT%H:%M:%SZ")} for moment in (now, now + timedelta(days=30)))
    named, known, round_ = {"S": wallet}, {"S": hashed}, {"N": "0"}
    proven = {"M": {"address": {"S": address}, "proven_at": since}}
    owner = {"id": named, "addresses": {"L": [proven]}, "opened_at": since, "round": round_}
    records = {
        (f"WALLET#{wallet}", "WALLET"): owner,
        (f"ADDRESS#{hashed}", "WALLET"): {"address": known, "wallet": named},
    }
    for event in recorded:
        token = hashlib.sha256(event["cookies"][0].partition("=")[2].encode()).hexdigest()
        session = {"token": {"S": token}, "wallet": named, "address": known, "round": round_}
        records[(f"SESSION#{token}", "SESSION")] = {**session, "since": since, "expires": expires}
    for (partition, sort), body in records.items():
        item = {"pk": {"S": partition}, "sk": {"S": sort}, "version": {"N": "1"}, "body": {"M": body}}
        cloud.at_gate("dynamodb").put_item(TableName=cloud.table, Item=item)


def at_a_desk(cloud: Cloud, recorded: dict) -> None:
    """The staff's browser of this event is signed in to the office."""
    token = hashlib.sha256(recorded["cookies"][0].partition("=")[2].encode()).hexdigest()
    expires = (datetime.now(timezone.utc) + timedelta(hours=10)).strftime("%Y-%m-%dT%H:%M:%SZ")
    texts = {"token": token, "subject": "staff-1", "role": "clerk", "expires": expires}
    body = {"M": {name: {"S": text} for name, text in texts.items()}}
    item = {"pk": {"S": f"OFFICE#{token}"}, "sk": {"S": "SESSION"}, "version": {"N": "1"}, "body": body}
    cloud.at_gate("dynamodb").put_item(TableName=cloud.table, Item=item)


def reply(answer: dict) -> dict:
    """A reply as the golden file has it: of a page the title, of a picture the size, of an archive how many files."""
    headers, text = dict(answer["headers"]), answer.get("body") or ""
    media_type = headers.get("content-type", "")
    if answer.get("cookies"):
        [headers["set-cookie"]] = answer["cookies"]
    if media_type == "application/zip":
        body = f"{len(zipfile.ZipFile(io.BytesIO(base64.b64decode(text))).namelist())} files"
    elif answer["isBase64Encoded"]:
        body = f"{len(base64.b64decode(text))} bytes"
    elif "json" in media_type and text:
        body = json.loads(text)
    elif media_type.startswith("text/html"):
        body = re.search("<title>(.*?)</title>", text, re.DOTALL)[1]
    else:
        body = text or None
    return {"status": answer["statusCode"], "headers": headers, "body": body}


def today(event: dict) -> dict:
    """A form of the inquiry was shown a minute ago; the recorded one is too old by now."""
    if event.get("routeKey") == "POST /inquiry":
        shown = int(datetime.now(timezone.utc).timestamp()) - 60
        form = re.sub(r"form=[0-9]+-", f"form={shown}-", base64.b64decode(event["body"]).decode())
        event["body"] = base64.b64encode(form.encode()).decode()
    return event


def on_any_day(answer):
    """Whether the promised month of a candidate is over depends on the day: nothing is said of lateness here."""
    body = answer.get("body") if isinstance(answer, dict) else None
    if not isinstance(body, dict) or "rows" not in body or "summary" not in body:
        return answer
    body, late = copy.deepcopy(body), 0
    for row in body["rows"]:
        warnings = row.get("warnings", [])
        row["warnings"] = [warning for warning in warnings if warning["code"] != "late"]
        late += bool(warnings) and not row["warnings"] and row["verdict"] == "accepted"
    body["summary"]["accepted"] += late
    body["summary"]["acceptedWithWarning"] -= late
    headers = {name: value for name, value in answer["headers"].items() if name != "content-length"}
    return {**answer, "headers": headers, "body": body}


def shape(answer: dict):
    if "status" not in answer:
        return sorted(answer)
    # These two say something about the body.
    headers = {name: name if name in ("etag", "content-length") else value for name, value in answer["headers"].items()}
    return {**answer, "headers": headers, "body": None}
