"""The staff have badges issued again free of charge: one that waits at a wrong address, and those that are claimed."""

from cloud import Cloud
from ordering import Person, held, shown, told
from paying import Desk
from processes import check
from recipients import claim, claim_link
from stream import deliver
from sweeping import swept
from visitor import Browser
from wallet import LETTERS, MARKS

# The key rests for a moment. KMS says so at once, and the SDK does not ask again.
AT_REST = (1, 400, "KMSInvalidStateException")


def replaced(cloud: Cloud, desk: Desk, cousins: list[Person], owner: Browser, badges: list[str]) -> None:
    """Badges that are claimed and public, free of charge: one at once, and one by the sweep."""
    desk.post("/orders", {**cousins[0].occasion, "number": "PM-999999", "reason": "氏名の訂正"}, 409)
    before = held(owner)
    favour(cloud, desk, cousins[0], "reissued")
    told(cloud, cousins[0].address)
    new = held(owner) - before
    check(len(new) == 1, f"by a favour {len(new)} badges come into the wallet")
    cloud.visitor.get(f"/badges/{badges[0]}", expect=410)
    shown(cloud, owner, *new)

    cloud.gate.faults["kms:Sign"] = AT_REST
    order = favour(cloud, desk, cousins[1], "paid")
    cloud.visitor.get(f"/badges/{badges[1]}", Accept="text/html")
    swept(cloud, sent=1, reissued=1)
    desk.stands(order, "reissued", "favoured", "reissued")
    cloud.visitor.get(f"/badges/{badges[1]}", expect=410)
    check(len(held(owner) - before - new) == 1, "a favour that the sweep issues does not come into the wallet")


def to_another_address(cloud: Cloud, desk: Desk, person: Person) -> list[str]:
    """A badge that waits at a wrong address, free of charge: twice before its mail is sent, and once after it. Gives
    the addresses that were right."""
    visitor, addresses = cloud.visitor, [f"corrected.{number}@example.jp" for number in range(3)]
    link, before = person.link, len(cloud.mails())
    for address in addresses[:2]:
        favour(cloud, desk, person, "reissued", address=address)
        visitor.get(link, expect=404)
    answers = deliver(cloud)
    check(answers[MARKS] == {"lists": 1}, "the bit of a badge that waited is not set")
    check(answers[LETTERS]["reissued"] == 0, "a badge that is issued is still owed")
    swept(cloud, sent=1)
    [mail] = cloud.mails()[before:]
    check(mail["To"] == [addresses[1]], "a badge is announced to another address than the corrected one")
    link = claim_link(mail, visitor.base_url)
    visitor.get(link, Accept="text/html")

    cloud.gate.faults["kms:Sign"] = AT_REST
    favour(cloud, desk, person, "paid", address=addresses[2])
    answer = deliver(cloud)[LETTERS]
    check((answer["reissued"], answer["sent"]) == (1, 1), f"the stream's record of an owed badge came to {answer}")
    visitor.get(link, expect=404)
    claim(cloud, claim_link(cloud.mails()[-1], visitor.base_url), "private")
    return addresses


def favour(cloud: Cloud, desk: Desk, person: Person, state: str, **more: str) -> str:
    """Orders a person's badge, which is in this state then. Gives the order."""
    answer = desk.post("/orders", {**person.occasion, "reason": "こちらの誤り", **more}, 201)
    check(answer["outcome"] == "ordered" and not cloud.gate.faults, f"a favour is answered {answer}")
    desk.stands(answer["order"], state)
    return answer["order"]
