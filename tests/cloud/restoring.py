"""Whoever closed the wallet proves by number and mail what was in it, orders it, and pays too late."""

from datetime import datetime, timedelta, timezone

from cloud import Cloud
from events import Checkout
from favouring import AT_REST
from ordering import Person, held, order, shown, told
from paying import PAID, Desk, Till
from processes import check
from sweeping import swept
from visitor import Browser
from wallet import letter

# So long after it was placed an order has ended.
PAST_PAYMENT = timedelta(days=31)


def restored(cloud: Cloud, desk: Desk, till: Till, person: Person) -> None:
    """A wallet with the proof is opened. Its order is paid too late, while the key rests, so that the sweep issues."""
    browser = Browser(cloud.visitor)
    for method in ("GET", "HEAD"):
        browser.ask(method, "/reissue/ask")
    browser.submit("/reissue/ask", {"number": person.occasion["number"], "address": "nobody"}, expect=400)
    for number in ("PM-999999", person.occasion["number"]):
        answer = browser.submit("/reissue/ask", {"number": number, "address": person.address})
        check(answer.headers["location"] == "/reissue/asked", f"asking leads to {answer.headers}")
    for method in ("GET", "HEAD"):
        browser.ask(method, "/reissue/asked")
    link = letter(cloud, person.address, "/reissue/restore/")
    before = cloud.items()
    for method in ("GET", "HEAD"):
        browser.ask(method, link)
    check(cloud.items() == before, "opening a link to a wallet changes something")
    browser.submit(link, {})
    browser.get(link, expect=303)
    check(Browser(cloud.visitor).ask("GET", link, expect=410).status == 410, "a link to a wallet works twice")
    [badge] = held(browser)

    ordered = order(cloud, browser, badge)
    past = (datetime.now(timezone.utc) + PAST_PAYMENT).strftime("%Y-%m-%dT%H:%M:%SZ")
    swept(cloud, past, sent=1, expired=1)
    desk.stands(ordered, "expired", "placed", "expired")
    check(cloud.mails()[-1]["To"] == [person.address], "nobody is told that an order has ended")
    cloud.gate.faults["kms:Sign"] = AT_REST
    checkout = Checkout(ordered.id)
    till.is_told(checkout.paid(), "entered")
    check(not cloud.gate.faults, "the key was not asked for")
    desk.stands(ordered, "paid", "expired", "paid")
    ordered.page()
    swept(cloud, sent=1, reissued=1)
    desk.stands(ordered, "reissued", *PAID)
    shown(cloud, browser, ordered.badge())

    till.is_told(checkout.disputed(), "entered")
    check(desk.order(ordered)["disputed"], "a dispute does not show")
    till.is_told(checkout.decided("won"), "entered")
    check(not desk.order(ordered)["disputed"], "a dispute that was won still shows")
    till.is_told(Checkout(None).disputed(), "not-ours")
    till.is_told(checkout.refunded(), "entered")
    desk.stands(ordered, "refunded", "dispute-won", "refunded")
    told(cloud, person.address, f"{ordered.path}/credit-note")
