"""People with badges that they delete and order again, by mail and by the pages, as a browser would."""

import csv
import re
import urllib.parse
from datetime import date, datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path

import recipient
from checks import stop
from machine import Machine

# What one person earns in a month: code, kind, day of the month.
EARNED = [
    ("pm-foundation", "合格", 4),
    ("pm-professional", "合格", 9),
    ("pm-professional", "更新", 25),
    ("pm-executive", "合格", 26),
]
PEOPLE = ["見本 甲子", "見本 乙女", "見本 丙午"]
COLUMNS = ["資格コード", "区分", "合格日・更新日", "氏名", "メールアドレス", "会員番号"]


class Form(HTMLParser):
    """The one form that posts to a path, as it would be sent untouched."""

    def __init__(self, page: str, path: str):
        super().__init__()
        self.path, self.open, self.found, self.fields = path, False, 0, {}
        self.feed(page)
        if self.found != 1:
            stop(f"a page has {self.found} forms for {path}")

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        if tag == "form":
            self.open = has["action"] == self.path
            self.found += self.open
        elif tag == "input" and self.open:
            self.fields[has["name"]] = has.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = False


def last_month() -> date:
    """Its first day, of the last month whose run is due."""
    # Its run is at nine in Japan, when the month begins in UTC.
    today = datetime.now(timezone.utc).date()
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def register(machine: Machine, folder: Path) -> None:
    """Registers everyone and issues their badges."""
    month = last_month()
    file = folder / "candidates.csv"
    with file.open("w", encoding="utf-8", newline="") as rows:
        writer = csv.writer(rows)
        writer.writerow(COLUMNS)
        for number, name in enumerate(PEOPLE):
            for code, kind, day in EARNED:
                writer.writerow([code, kind, month.replace(day=day).isoformat(), name, address(number), f"PAY-{number}"])
    machine.run("register", file)
    machine.run("run", month.strftime("%Y-%m"))


def address(number: int) -> str:
    return f"pay{number}@example.jp"


def order_everything(machine: Machine) -> list["Order"]:
    """Every badge is accepted, deleted and ordered again."""
    mails = [recipient.offer(mail) for mail in sorted(machine.outbox.glob("*.eml"))]
    orders = []
    for number in range(len(PEOPLE)):
        links = [link for link, to in mails if to == address(number)]
        if len(links) != len(EARNED):
            stop(f"{len(links)} claim links were mailed to {address(number)}")
        orders += ordered(machine, links)
    return orders


def ordered(machine: Machine, links: list[str]) -> list["Order"]:
    for link in links:
        recipient.claim(link, "private")
    before = set(machine.outbox.glob("*.eml"))
    recipient.fetch(f"{links[0]}/sign-in", {})
    cookie = recipient.post(recipient.sign_in_link(machine.outbox, before), {}).partition(";")[0]
    wallet = page(machine, "/wallet", cookie)
    badges = list(dict.fromkeys(re.findall(r'href="/wallet/badges/([0-9a-f-]{36})"', wallet)))
    if len(badges) != len(links):
        stop(f"{len(badges)} of {len(links)} badges came into the wallet")
    orders = []
    for badge in badges:
        led(machine.submit(f"/wallet/badges/{badge}/delete", {"confirm": "delete"}, cookie))
        path = f"/reissue/badges/{badge}"
        form = Form(page(machine, path, cookie), path)
        orders.append(Order(machine, led(machine.submit(path, form.fields, cookie)), badge, cookie))
    return orders


class Order:
    """One order, for its holder and for the staff."""

    def __init__(self, machine: Machine, path: str, replaces: str, cookie: str):
        self.machine, self.path, self.replaces, self.cookie = machine, path, replaces, cookie
        self.id = path.rpartition("/")[2]

    @property
    def state(self) -> str:
        return self.machine.order(self.id)["state"]

    @property
    def trail(self) -> list[str]:
        """What happened to it, in order."""
        return [line["what"] for line in self.machine.order(self.id)["trail"]]

    def page(self) -> str:
        return page(self.machine, self.path, self.cookie)

    def badges(self) -> list[str]:
        """The badges that its page leads to."""
        # The way back leads to the badge that was deleted.
        page = re.sub(r'<p class="back[^"]*">.*?</p>', "", self.page())
        return re.findall(r'href="/wallet/badges/([0-9a-f-]{36})"', page)

    def papers(self) -> list[int]:
        """How its receipt and its credit note are answered."""
        headers = {"Cookie": self.cookie}
        return [self.machine.ask("GET", f"{self.path}/{paper}", headers=headers).status for paper in ("receipt", "credit-note")]


def page(machine: Machine, path: str, cookie: str) -> str:
    answer = machine.ask("GET", path, headers={"Cookie": cookie, "Accept": "text/html", "Accept-Language": "en"})
    if answer.status != 200:
        stop(f"GET {path} answers {answer.status}")
    return answer.text


def led(answer) -> str:
    """The path that a form leads to."""
    if answer.status != 303:
        stop(f"a form is answered {answer.status}: {answer.text[:600]}")
    return urllib.parse.urlsplit(answer.headers["location"]).path
