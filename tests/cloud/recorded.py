"""Every recorded event of `events/`, through the Runtime API to the real binary, and its golden reply."""

import base64
import copy
import hashlib
import json
import re
from pathlib import Path

from cloud import Cloud
from processes import check, fail

# What these say depends on what happened before: on the keys, the sums, the work that is left. The status and headers
# of a reply, and the members of a step's answer, are the same all the same.
DEPENDS = {
    "intake.reconciliation.json",
    "issuance.announce.json",
    "issuance.announce-continued.json",
    "issuance.issue.json",
    "issuance.plan.json",
    "issuance.reconcile.json",
    "issuance.sweep.json",
    "verify.did-head.json",
    "verify.did.json",
    "verify.status-list.json",
}


def replay(cloud: Cloud, events: Path, golden: Path, unclaimed: str) -> None:
    """`unclaimed` is the token of a mail that nobody has answered."""
    expected = json.loads(golden.read_text())
    names = sorted(file.name for file in events.glob("*.*.json"))
    check(names == sorted(expected), f"events/ holds {names}, and {golden.name} is about {sorted(expected)}")
    accepted = json.loads((events / "claim.accept-public.json").read_text())
    mail_again(cloud, unclaimed, accepted["pathParameters"]["token"])
    wrong = []
    for name in names:
        event = json.loads((events / name).read_text())
        binary = f"shomei-{name.partition('.')[0]}"
        answer, failed = cloud.call(cloud.function(binary), event)
        got, wanted = answer if failed or "statusCode" not in answer else reply(answer), expected[name]
        if name in DEPENDS:
            got, wanted = shape(got), shape(wanted)
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


def reply(answer: dict) -> dict:
    """A reply as the golden file has it: of a page the title, of a picture the size."""
    headers, text = answer["headers"], answer.get("body") or ""
    media_type = headers.get("content-type", "")
    if answer["isBase64Encoded"]:
        body = f"{len(base64.b64decode(text))} bytes"
    elif "json" in media_type and text:
        body = json.loads(text)
    elif media_type.startswith("text/html"):
        body = re.search("<title>(.*?)</title>", text, re.DOTALL)[1]
    else:
        body = text or None
    return {"status": answer["statusCode"], "headers": headers, "body": body}


def shape(answer: dict):
    return {**answer, "body": None} if "status" in answer else sorted(answer)
