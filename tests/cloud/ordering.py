"""Holders of deleted badges: how they come to have one, and how they order it again, by the pages."""

import re
from dataclasses import dataclass

from cloud import Cloud
from judging import posted, says
from processes import check
from recipients import claim, claim_link
from stream import deliver
from visitor import Browser
from wallet import choose, sign_in

FEE = 5500
# To whom receipts are made out at first, and after a change. No log may hold them.
ADDRESSEE, CHANGED = "見本商事株式会社", "株式会社見本ホールディングス 御中"


@dataclass(frozen=True)
class Person:
    """One occasion of the register whose badge was mailed."""

    address: str
    # By what the staff name it.
    occasion: dict
    # The link in the mail.
    link: str


def people_of(cloud: Cloud, mails: list[dict]) -> list[Person]:
    """The people of these mails, without those who share an address."""
    items = cloud.items().items()
    bodies = [item["body"]["M"] for (partition, _), item in items if partition.startswith("CANDIDATE#")]
    registered: dict[str, list[dict]] = {}
    for details in (body["details"]["M"] for body in bodies if body["state"]["S"] == "issued"):
        registered.setdefault(details["address"]["S"].lower(), []).append(details)
    people = []
    for mail in mails:
        [address] = mail["To"]
        found = registered.get(address.lower(), [])
        if len(found) == 1:
            [details] = found
            occasion = {name: details[name]["S"] for name in ("number", "achievement", "kind")}
            occasion["month"] = details["date"]["S"][:7]
            people.append(Person(address, occasion, claim_link(mail, cloud.visitor.base_url)))
    return people


def accept(cloud: Cloud, person: Person, visibility: str) -> tuple[Browser, str]:
    """The person's browser, signed in, and the badge in its wallet."""
    claim(cloud, person.link, visibility)
    browser = sign_in(cloud, person.address)
    [badge] = held(browser)
    return browser, badge


def held(browser: Browser) -> set[str]:
    """The badges in a wallet, deleted ones included."""
    return set(re.findall(r"/wallet/badges/([0-9a-f-]{36})", browser.get("/wallet").text()))


@dataclass(frozen=True)
class Order:
    """An order, as its holder sees it."""

    browser: Browser
    id: str
    replaces: str

    @property
    def path(self) -> str:
        return f"/reissue/orders/{self.id}"

    def page(self) -> str:
        for method in ("GET", "HEAD"):
            self.browser.ask(method, self.path)
        return self.browser.get(self.path).text()

    def reference(self) -> str:
        """What a payer writes, as long as nothing is paid."""
        found = re.search(r'id="reference">(\d{8})<', self.page())
        check(found is not None, "the page of an order shows no reference")
        return found[1]

    def badge(self) -> str:
        """The one in whose place it was issued again."""
        found = set(re.findall(r"/wallet/badges/([0-9a-f-]{36})", self.page())) - {self.replaces}
        check(len(found) == 1, f"the page of an order leads to the badges {found}")
        [badge] = found
        return badge

    def paper(self, name: str) -> str:
        path = f"{self.path}/{name}"
        for method in ("GET", "HEAD"):
            self.browser.ask(method, path)
        return self.browser.get(path).text()


def order_again(cloud: Cloud, browser: Browser, badge: str) -> Order:
    """Deletes a badge and orders it."""
    browser.submit(f"/wallet/badges/{badge}/delete", {"confirm": "delete"})
    deliver(cloud)
    return order(cloud, browser, badge)


def order(cloud: Cloud, browser: Browser, badge: str) -> Order:
    """Orders a deleted badge. The mail says how it is paid."""
    form = f"/reissue/badges/{badge}"
    check(form in browser.get(f"/wallet/badges/{badge}").text(), "the page of a deleted badge leads to no order")
    for method in ("GET", "HEAD"):
        browser.ask(method, form)
    page = browser.get(form).text()
    consent = re.search(r'name="consent" value="([^"]+)"', page)
    check(consent is not None and f"{FEE:,}" in page, "the form of an order does not say what it costs")
    browser.submit(form, {"addressee": "", "consent": consent[1], "price": FEE}, expect=400)
    answer = browser.submit(form, {"addressee": ADDRESSEE, "consent": consent[1], "price": FEE})
    placed = Order(browser, answer.headers["location"].partition("?")[0].rpartition("/")[2], badge)
    again = browser.get(form, expect=303).headers["location"]
    check(again == placed.path, f"a badge that is ordered leads to {again}")
    [mail] = mailed(cloud)
    said = [part for part in (placed.path, placed.reference()) if part in mail["BodyText"]]
    check(len(said) == 2, f"the mail of an order says only {said}")
    return placed


def mailed(cloud: Cloud) -> list[dict]:
    """What the stream's records had mailed."""
    before = len(cloud.mails())
    deliver(cloud)
    return cloud.mails()[before:]


def told(cloud: Cloud, address: str, *links: str) -> None:
    """One mail goes to whom an order is about, and leads there."""
    mails = mailed(cloud)
    check([mail["To"] for mail in mails] == [[address]], f"{len(mails)} mails tell of an order")
    for link in links:
        check(cloud.visitor.base_url + link in mails[0]["BodyText"], f"the mail of an order does not lead to {link}")


def shown(cloud: Cloud, browser: Browser, badge: str) -> None:
    """What was issued again is private until its holder shows it, and then strangers find it valid."""
    address = f"{cloud.visitor.base_url}/badges/{badge}"
    cloud.visitor.get(address, expect=404)
    choose(browser, badge, "public")
    document = cloud.visitor.get(f"{address}.json").body
    says(posted(cloud, document, "application/json").json(), "valid", "a badge that was issued again")
