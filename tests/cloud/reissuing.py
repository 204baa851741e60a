"""Chapter: deleted badges are ordered again, paid in every way that there is, issued again and receipted. The staff see
to what does not fit, and have badges issued again free of charge; whoever has no wallet any more gets one."""

from cloud import Cloud
from deployment import PARAMETERS
from events import Checkout
from favouring import replaced, to_another_address
from ordering import ADDRESSEE, CHANGED, FEE, Order, Person, accept, order_again, people_of, shown, told
from paying import PAID, Desk, Till, today
from processes import check
from restoring import restored
from staff import Issuer
from stream import deliver
from visitor import Browser
from wallet import NOTHING, prove

# What payers write into their transfers. No log may hold it.
PAYER = "ミホンシハライ"


def reissue(cloud: Cloud, staff: Issuer, mails: list[dict], without_wallet: dict) -> list[str]:
    """`mails` are of people who did nothing yet, and `without_wallet` is of one who closed the wallet. Gives words that
    no log may hold."""
    desk, till = Desk(cloud, staff), Till(cloud)
    nobody_orders_for_others(cloud, staff)
    people = people_of(cloud, mails)
    cousins = [person for person in people if person.occasion["achievement"] == "pm-foundation"][:2]
    others = [person for person in people if person not in cousins]
    check(len(cousins) == 2 and len(others) >= 3, f"only {len(people)} people have an address of their own")
    by_card(cloud, desk, till, others[0])
    by_statement(cloud, desk, others[1])
    wallet, badges = by_hand(cloud, desk, cousins)
    replaced(cloud, desk, cousins, wallet, badges)
    corrected = to_another_address(cloud, desk, others[2])
    [closed] = people_of(cloud, [without_wallet])
    restored(cloud, desk, till, closed)
    check(not desk.parked(), f"money is left over: {desk.parked()}")
    print("reissued: by card, statement and hand, by favour, and late; refunded, disputed and restored")
    words = [ADDRESSEE, CHANGED, PAYER, *corrected, *till.secrets]
    return words + [secret for browser in Browser.all for secret in browser.secrets]


def nobody_orders_for_others(cloud: Cloud, staff: Issuer) -> None:
    """Not without a session, not from another site, and not as staff of another role."""
    browser = Browser(cloud.visitor)
    nothing = f"2026-11-{NOTHING}"
    orders = [f"/reissue/orders/{nothing}{page}" for page in ("", "/receipt", "/credit-note")]
    for path in (f"/reissue/badges/{NOTHING}", *orders):
        for method in ("GET", "HEAD"):
            answer = browser.ask(method, path, expect=303)
            check(answer.headers["location"] == "/wallet/sign-in", f"{method} {path} leads to {answer.headers}")
    for path in (f"/reissue/badges/{NOTHING}", f"/reissue/orders/{nothing}/addressee"):
        browser.submit(path, {}, expect=401)
    form = {"Content_Type": "application/x-www-form-urlencoded", "Origin": "https://elsewhere.example"}
    cloud.visitor.ask("POST", "/reissue/ask", b"number=1&address=a@example.jp", 403, **form)
    viewer = {"Authorization": f"Bearer {staff.token(['viewer'])}"}
    one = f"/orders/{nothing}"
    gets = [("GET", path) for path in ("/orders", one, "/payments/parked")]
    posts = ("/orders", f"{one}/payment", f"{one}/refund", "/bank-statements", "/payments/none/return")
    for method, path in [*gets, *(("POST", path) for path in posts)]:
        cloud.visitor.ask(method, path, b"{}", 401)
        cloud.visitor.ask(method, path, b"{}", 403, **viewer)


def by_card(cloud: Cloud, desk: Desk, till: Till, person: Person) -> None:
    """At the payment service's page, with another amount first. The staff give all of it back."""
    browser, badge = accept(cloud, person, "public")
    ordered = order_again(cloud, browser, badge)
    link = f"{PARAMETERS['PaymentLink']}?client_reference_id={ordered.id}"
    check(link in ordered.page(), f"the page of an order does not lead to {link}")
    browser.submit(f"{ordered.path}/addressee", {"addressee": ""}, expect=400)
    browser.submit(f"{ordered.path}/addressee", {"addressee": CHANGED})
    check(CHANGED in ordered.page(), "the order's page does not say to whom the receipt is made out")
    searches = (f"from={ordered.id[:7]}&state=awaiting", f"reference={ordered.reference()}")
    for search in searches:
        listed = [one["order"] for one in desk.get(f"/orders?{search}")["orders"]]
        check(listed == [ordered.id], f"orders by {search}: {listed}")
    listed = [one["order"] for one in desk.post("/orders/search", {"state": "awaiting", "number": person.occasion["number"]})["orders"]]
    check(listed == [ordered.id], f"orders of one person: {listed}")

    till.forged(ordered)
    wrong, right = Checkout(ordered.id, amount=FEE - 1), Checkout(ordered.id)
    till.is_told(wrong.paid(), "payment-wrong-amount", 422)
    check(desk.parked() == {wrong.payment: "wrong-amount"}, f"what waits is {desk.parked()}")
    desk.stands(ordered, "awaiting", "addressee-changed", "payment-parked")
    till.is_told(right.paid(), "entered")
    desk.stands(ordered, "reissued", *PAID)
    told(cloud, person.address, f"/wallet/badges/{ordered.badge()}", f"{ordered.path}/receipt")
    before = cloud.items()
    for event in (right.paid(), right.succeeded()):
        till.is_told(event, "entered")
    check(cloud.items() == before, "money that is told of again changes something")
    receipt = ordered.paper("receipt")
    for part in (CHANGED, PARAMETERS["InvoiceRegistration"], PARAMETERS["IssuerAddress"], f"{FEE:,}"):
        check(part in receipt, f"a receipt does not say {part}")
    browser.get(f"{ordered.path}/credit-note", expect=404)
    shown(cloud, browser, ordered.badge())

    desk.gives_back(f"/payments/{wrong.payment}/return")
    desk.gives_back(f"/orders/{ordered.id}/refund", {"reason": "二重のお申し込み"})
    desk.stands(ordered, "refunded", "refunded")
    told(cloud, person.address, f"{ordered.path}/credit-note")
    check(CHANGED in ordered.paper("credit-note"), "a credit note does not say to whom it is made out")


def by_statement(cloud: Cloud, desk: Desk, person: Person) -> None:
    """By transfer. Other money in the statement is nobody's order."""
    browser, badge = accept(cloud, person, "private")
    ordered = order_again(cloud, browser, badge)
    deposits = [(FEE, f"振込　{ordered.reference()}{PAYER}"), (330, f"振込　{PAYER}")]
    answer = desk.statement(*deposits)
    outcomes = [line["outcome"] for line in answer["lines"]]
    check(outcomes == ["settled", "no-reference"] and answer["ignored"] == 1, f"a statement is answered {answer}")
    desk.stands(ordered, "reissued", *PAID)
    told(cloud, person.address, f"{ordered.path}/receipt")
    before = cloud.items()
    check(desk.statement(*deposits) == answer, "a statement that is entered again is answered differently")
    check(cloud.items() == before, "a statement that is entered again changes something")


def by_hand(cloud: Cloud, desk: Desk, cousins: list[Person]) -> tuple[Browser, list[str]]:
    """While an order runs, its wallet goes into another one. Gives that wallet's browser and its two public badges of
    one achievement, in the order of `cousins`."""
    owner, first = accept(cloud, cousins[0], "public")
    browser, old = accept(cloud, cousins[1], "private")
    placed = order_again(cloud, browser, old)
    reference = placed.reference()
    owner.submit("/wallet/addresses", {"address": cousins[1].address})
    prove(cloud, owner, cousins[1].address)
    deliver(cloud)
    browser.get(placed.path, expect=303)
    ordered = Order(owner, placed.id, old)
    ordered.page()

    # Of a list that was never published, or is lost, no badge is issued: it is published first.
    [(partition, sort)] = [key for key in cloud.items() if key[0] == f"PUB#STATUS#{listed(cloud, first)}"]
    lost = {"TableName": cloud.table, "Key": {"pk": {"S": partition}, "sk": {"S": sort}}}
    cloud.at_gate("dynamodb").transact_write_items(TransactItems=[{"Delete": lost}])
    payment = f"/orders/{ordered.id}/payment"
    answer = desk.post(payment, {"amount": FEE + 1, "paidOn": today()}, 409)
    check(answer["code"] == "payment-wrong-amount", f"a wrong amount is answered {answer}")
    for _ in range(2):
        answer = desk.post(payment, {"amount": FEE, "paidOn": today()})
        check(answer["outcome"] == "paid", f"money that the staff saw is answered {answer}")
    check((partition, sort) in cloud.items(), "a badge was issued whose list is not published")
    [line] = desk.statement((FEE, f"{reference}{PAYER}"))["lines"]
    check(line["outcome"] == "matched", f"the bank's line of what the staff had entered is {line}")
    desk.stands(ordered, "reissued", *PAID, "line-found")
    # The main address is the other cousin's.
    told(cloud, cousins[0].address, f"{ordered.path}/receipt")
    second = ordered.badge()
    shown(cloud, owner, second)
    return owner, [first, second]


def listed(cloud: Cloud, badge: str) -> str:
    return cloud.items()[(f"BADGE#{badge}", "BADGE")]["body"]["M"]["list"]["S"]
