"""Chapter 5: what SES tells of a mail comes through SNS to delivery. One that came back is not followed by another, until a person
decides."""

import hashlib
import json
import time
from datetime import datetime, timedelta, timezone

from cloud import Cloud
from grants import callers
from processes import check
from recipients import claim_link
from stack import ACCOUNT, REGION
from sweeping import SCHEDULE, scheduled_call

# How the rules of the mails are told what to publish.
TOLD = {"SEND", "DELIVERY", "DELIVERY_DELAY", "BOUNCE", "COMPLAINT", "REJECT", "RENDERING_FAILURE"}

# How long SNS and the function may take, in seconds.
PATIENCE = 20


def topic_of(cloud: Cloud) -> str:
    """The topic that SES publishes to, which delivery alone listens to."""
    resources = cloud.stack.template["Resources"]
    destination = cloud.stack.one("AWS::SES::ConfigurationSetEventDestination")
    about = cloud.resolver.resolve(resources[destination]["Properties"])
    rules = cloud.stack.names[cloud.stack.one("AWS::SES::ConfigurationSet")]
    check(about["ConfigurationSetName"] == rules, f"events of {about['ConfigurationSetName']} are told, mails are sent by {rules}")
    told = set(about["EventDestination"]["MatchingEventTypes"])
    check(about["EventDestination"]["Enabled"] and told == TOLD, f"SES tells of {sorted(told)}")
    return about["EventDestination"]["SnsDestination"]["TopicARN"]


def hear(cloud: Cloud, mail: dict) -> None:
    """The mail box was full; another mail went out and arrived; and then the address was no more."""
    topic = topic_of(cloud)
    function = cloud.function("shomei-delivery")
    may = callers(cloud.stack, function, "sns.amazonaws.com")
    check(may == [topic], f"delivery may be called for {may}, not for {topic} alone")
    badge = badge_of(cloud, mail)
    now = datetime.now(timezone.utc)
    first, second = now - timedelta(minutes=2), now - timedelta(minutes=1)
    tell(cloud, topic, mail, badge, first, "Bounce", "bounce", bounce("Transient", "MailboxFull", "4.2.2", mail, first))
    await_items(cloud, badge, marked=True)
    tell(cloud, topic, mail, badge, second, "Send", "send", {})
    await_items(cloud, badge, marked=False)
    for _ in range(2):
        tell(cloud, topic, mail, badge, second, "Bounce", "bounce", bounce("Permanent", "NoEmail", "5.1.1", mail, now))
    await_items(cloud, badge, marked=True)
    # What is written at once to DynamoDB is written item by item by what stands in for it.
    await_that(lambda: stop_of(mail) in cloud.items(), "an address that does not exist is not stopped")
    print("heard: one mail that came back, one that was sent, and one that came back for good, told twice")


def decide(cloud: Cloud, mail: dict) -> None:
    """A mail is owed to the stopped address. It waits for a person, and SES is told of the release before it gets the mail."""
    sent = len(cloud.mails())
    for _ in range(2):
        answer = scheduled_call(cloud, *SCHEDULE, "2026-11-09T01:15:00Z")
        held = answer["sent"] == 0 and answer["stopped"] == 1 and len(cloud.mails()) == sent
        check(held, f"one mail is owed to a stopped address, and a sweep: {answer}")
    # The office has no way in yet: its word is written into the item.
    item = cloud.items()[stop_of(mail)]
    by = {"M": {"who": {"S": "staff"}, "subject": {"S": "clerk"}}}
    item["body"]["M"]["released"] = {"M": {"at": {"S": stamp(datetime.now(timezone.utc))}, "by": by}}
    cloud.at_gate("dynamodb").put_item(TableName=cloud.table, Item=item)
    check(not cloud.gate.lifted, f"SES was told of {cloud.gate.lifted} before anybody was released")


def decided(cloud: Cloud, mail: dict) -> None:
    check(cloud.gate.lifted == mail["To"], f"{mail['To']} was released, and SES was told of {cloud.gate.lifted}")
    print("decided: one address was stopped, released by a person, and written to again")


def badge_of(cloud: Cloud, mail: dict) -> str:
    token = claim_link(mail, cloud.visitor.base_url).rpartition("/")[2]
    grant = cloud.items()[(f"CLAIM#{hashlib.sha256(token.encode()).hexdigest()}", "CLAIM")]
    return grant["body"]["M"]["badge"]["S"]


def stop_of(mail: dict) -> tuple[str, str]:
    [address] = mail["To"]
    return f"STOPPED#{hashlib.sha256(address.lower().encode()).hexdigest()}", "STOPPED"


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def bounce(kind: str, sort: str, code: str, mail: dict, at: datetime) -> dict:
    [address] = mail["To"]
    words = f"smtp; 550 {code} <{address}>: Recipient address rejected"
    recipient = {"emailAddress": address, "action": "failed", "status": code, "diagnosticCode": words}
    return {"bounceType": kind, "bounceSubType": sort, "bouncedRecipients": [recipient], "timestamp": stamp(at)}


def tell(cloud: Cloud, topic: str, mail: dict, badge: str, sent: datetime, sort: str, part: str, content: dict) -> None:
    """As SES does it: the event is a message to the topic. (Amazon SES, "Examples of event data that Amazon SES publishes".)"""
    tags = {"ses:configuration-set": [cloud.stack.names[cloud.stack.one("AWS::SES::ConfigurationSet")]]}
    about = {
        "timestamp": stamp(sent),
        "source": "no-reply@example.jp",
        "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/example.jp",
        "sendingAccountId": ACCOUNT,
        "messageId": f"0106019a-{int(sent.timestamp())}-000000",
        "destination": mail["To"],
        "headersTruncated": False,
        "commonHeaders": {"to": mail["To"], "subject": mail["Subject"]},
        "tags": tags | {"mail": ["badge-issued"], "badge": [badge]},
    }
    event = {"eventType": sort, "mail": about, part: content}
    cloud.client("sns").publish(
        TopicArn=topic,
        Subject="Amazon SES Email Event Notification",
        Message=json.dumps(event, ensure_ascii=False),
    )


def await_items(cloud: Cloud, badge: str, marked: bool) -> None:
    def heard() -> bool:
        return any(partition == "UNDELIVERED" and sort.endswith(badge) for partition, sort in cloud.items()) == marked

    await_that(heard, f"delivery did not hear: the badge is {'not ' * marked}marked after {PATIENCE} s")


def await_that(holds, otherwise: str) -> None:
    """SNS does not wait for the function."""
    until = time.monotonic() + PATIENCE
    while not holds():
        check(time.monotonic() < until, otherwise)
        time.sleep(0.1)
