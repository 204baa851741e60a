"""Chapter 6: whoever has not claimed a badge a week after its mail is written to once more, if mail reaches them."""

import hashlib

from cloud import Cloud
from delivering import decide, decided, hear
from processes import check
from recipients import claim_link
from sweeping import scheduled_call, sweep

ANNOUNCED = {"S": "2026-11-01T00:10:00Z"}
A_WEEK_LATER = "2026-11-09T01:00:00Z"


def remind(cloud: Cloud, mail: dict) -> None:
    """Of one mail it is a week ago that it was sent, and it came back."""
    hear(cloud, mail)
    token = claim_link(mail, cloud.visitor.base_url).rpartition("/")[2]
    visitor, items = cloud.visitor, cloud.items()
    grant = items[(f"CLAIM#{hashlib.sha256(token.encode()).hexdigest()}", "CLAIM")]
    badge = grant["body"]["M"]["badge"]["S"]
    [sent] = [item for (partition, sort), item in items.items() if partition.startswith("SENT#") and sort == badge]
    sent["body"]["M"] |= {"sent_at": ANNOUNCED, "announced_at": ANNOUNCED}
    cloud.at_gate("dynamodb").put_item(TableName=cloud.table, Item=sent)
    before = len(cloud.mails())
    for owed in (1, 0):
        answer = scheduled_call(cloud, "RemindSchedule", "cron(0 10 * * ? *)", A_WEEK_LATER)
        check(answer == {"owed": owed, "finished": True}, f"reminding came to {answer}")
        if owed:
            decide(cloud, mail)
        sweep(cloud, owed)
    decided(cloud, mail)
    [reminder] = cloud.mails()[before:]
    check(reminder["To"] == mail["To"], "somebody else is reminded")
    check(reminder["Subject"] != mail["Subject"], "a reminder looks like the first mail")
    for link in (claim_link(mail, visitor.base_url), claim_link(reminder, visitor.base_url)):
        visitor.get(link, Accept="text/html")
    print("reminded: one recipient, once, of a badge that waits for a week")
