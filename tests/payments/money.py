"""What becomes of money that the payment service tells of, whatever it is and in whatever order it is told."""

import uuid

import checks
from events import FEE, Checkout, body_of, signature
from holders import Order
from machine import Machine

ENTERED = (200, "entered")
NOTHING = (200, "nothing-to-do")
NOT_OURS = (200, "not-ours")
PAID = ["placed", "paid", "reissued"]


class Till:
    """Tells of events, signed as the payment service signs."""

    def __init__(self, machine: Machine):
        self.machine = machine

    def tells(self, document: dict, secret: str | None = None) -> tuple[int, str]:
        now = int(self.machine.now().timestamp())
        body = body_of(document, now)
        return self.machine.deliver(body, signature(body, secret or self.machine.secrets()[0], now)).said


def exact(till: Till, order: Order) -> None:
    checkout = Checkout(order.id)
    paid = checkout.paid()
    checks.same("an order waits for its payment", (order.state, order.papers()), ("awaiting", [404, 404]))
    checks.same("the exact amount is entered", till.tells(paid), ENTERED)
    checks.same("… and its order is reissued", (order.state, order.trail), ("reissued", PAID))
    checks.same("… by that payment", till.machine.order(order.id)["payment"], checkout.payment)
    checks.same("… with a receipt and no credit note", order.papers(), [200, 404])
    badges = order.badges()
    checks.same("… and one badge, which is another one", (len(badges), order.replaces in badges), (1, False))
    before = till.machine.order(order.id)
    for time in ("again", "a third time"):
        checks.same(f"the same event {time} is answered as before", till.tells(paid), ENTERED)
    checks.same("another event of the same session is answered as well", till.tells(checkout.succeeded()), ENTERED)
    checks.same("… and the order is as it was", till.machine.order(order.id), before)
    checks.same("… with the same badge", order.badges(), badges)
    checks.same("… and nothing is parked", list(till.machine.parked()), [])
    twice = Checkout(order.id)
    checks.same("a second payment of the same order is taken", till.tells(twice.paid()), (200, "already-paid"))
    checks.same("… and parked", mismatch(till, twice), "already-paid")
    checks.same("… and the order is still reissued once", (order.state, order.badges()), ("reissued", badges))
    returned(till, twice)


def of_another_amount(till: Till, order: Order) -> None:
    for amount in (FEE - 1, FEE + 1, FEE * 100):
        checkout = Checkout(order.id, amount=amount)
        paid = checkout.paid()
        checks.same(f"{amount} yen are refused", till.tells(paid), (422, "payment-wrong-amount"))
        checks.same("… and again when they are told of again", till.tells(paid), (422, "payment-wrong-amount"))
        checks.same("… and parked once", mismatch(till, checkout), "wrong-amount")
    checks.same("… and the order still waits", (order.state, order.badges()), ("awaiting", []))
    checks.same("… and its trail tells of each", order.trail, ["placed"] + ["payment-parked"] * 3)


def of_another_currency(till: Till, order: Order) -> None:
    checkout = Checkout(order.id, currency="usd")
    checks.same("dollars are refused", till.tells(checkout.paid()), (422, "payment-wrong-currency"))
    checks.same("… and parked", mismatch(till, checkout), "wrong-currency")
    checks.same("… and the order still waits", order.state, "awaiting")
    checks.same("… until it is paid in yen", till.tells(Checkout(order.id).paid()), ENTERED)
    checks.same("… and then is reissued", (order.state, order.trail[-2:]), ("reissued", PAID[-2:]))


def of_no_order(till: Till) -> None:
    unknown = {
        "an order that nobody placed": f"2026-11-{uuid.uuid4()}",
        "no order": None,
        "something that is no order": "12345678",
    }
    for what, order in unknown.items():
        checkout = Checkout(order)
        checks.same(f"money for {what} is taken", till.tells(checkout.paid()), (200, "unknown-order"))
        checks.same("… and parked", mismatch(till, checkout), "unknown-order")


def in_a_shop(till: Till, order: Order) -> None:
    checkout = Checkout(order.id)
    checks.same("who will pay in a shop has not paid", till.tells(checkout.unpaid()), NOTHING)
    checks.same("… and the order waits", (order.state, order.trail), ("awaiting", ["placed"]))
    checks.same("… until the shop tells", till.tells(checkout.succeeded()), ENTERED)
    checks.same("… and then is reissued", (order.state, order.trail), ("reissued", PAID))
    checks.same("the shop's first word, late, changes nothing", till.tells(checkout.unpaid()), NOTHING)
    checks.same("… at all", order.trail, PAID)


def never_in_a_shop(till: Till, order: Order) -> None:
    checkout = Checkout(order.id)
    till.tells(checkout.unpaid())
    checks.same("who never paid in the shop is told of", till.tells(checkout.failed()), NOTHING)
    checks.same("… and the order waits as it did", (order.state, order.trail), ("awaiting", ["placed"]))


def refunded_before(till: Till, order: Order) -> None:
    checkout = Checkout(order.id)
    checks.same("a refund may be told of before the payment", till.tells(checkout.refunded()), NOT_OURS)
    checks.same("… which then is taken", till.tells(checkout.paid()), ENTERED)
    checks.same("… and pays nothing", (order.state, order.badges()), ("awaiting", []))
    checks.same("… and is not parked", checkout.payment in till.machine.parked(), False)
    checks.same("another payment settles the order", till.tells(Checkout(order.id).paid()), ENTERED)
    checks.same("… which is reissued", order.state, "reissued")


def refunded_after(till: Till, order: Order) -> None:
    checkout = Checkout(order.id)
    till.tells(checkout.paid())
    part, whole = checkout.refunded(1000), checkout.refunded()
    checks.same("a refund of a part is entered", till.tells(part), ENTERED)
    checks.same("… for the staff to see", (order.state, order.trail), ("reissued", [*PAID, "partly-refunded"]))
    checks.same("a refund of all is entered", till.tells(whole), ENTERED)
    checks.same("… and the order is refunded", (order.state, order.trail[4:]), ("refunded", ["refunded"]))
    checks.same("… with a credit note beside the receipt", order.papers(), [200, 200])
    before = till.machine.order(order.id)
    for event in (whole, part, checkout.paid()):
        till.tells(event)
    checks.same("told of again, nothing changes", till.machine.order(order.id), before)


def disputed(till: Till, order: Order) -> None:
    checkout = Checkout(order.id)
    till.tells(checkout.paid())
    disputed = checkout.disputed()
    checks.same("a dispute is entered", till.tells(disputed), ENTERED)
    checks.same("… and shows", (order.state, till.machine.order(order.id)["disputed"]), ("reissued", True))
    checks.same("that it is won is entered", till.tells(checkout.decided("won")), ENTERED)
    checks.same("… and shows", (order.state, till.machine.order(order.id)["disputed"]), ("reissued", False))
    till.tells(disputed)
    checks.same("the dispute, told of again, changes nothing", order.trail, [*PAID, "disputed", "dispute-won"])


def lost(till: Till, order: Order) -> None:
    checkout = Checkout(order.id)
    till.tells(checkout.paid())
    till.tells(checkout.disputed())
    checks.same("that a dispute is lost is entered", till.tells(checkout.decided("lost")), ENTERED)
    checks.same("… as a refund", (order.state, order.papers()), ("refunded", [200, 200]))
    checks.same("… which ends the dispute", till.machine.order(order.id)["disputed"], False)


def of_others(till: Till) -> None:
    checkout = Checkout(None)
    for event in (checkout.disputed(), checkout.decided("won"), checkout.refunded(1000)):
        checks.same(f"{event['type']} of a payment that is not ours is taken", till.tells(event), NOT_OURS)


def while_secrets_change(till: Till, old: str, new: str, first: Order, second: Order) -> None:
    for name, secret, order in [("old", old, first), ("new", new, second)]:
        checks.same(f"money is taken from whoever signs with the {name} one", till.tells(Checkout(order.id).paid(), secret), ENTERED)
        checks.same("… and its order is reissued", order.state, "reissued")


def mismatch(till: Till, checkout: Checkout) -> str | None:
    """Why the money of a checkout waits for the staff, if it does."""
    return till.machine.parked().get(checkout.payment, {}).get("mismatch")


def returned(till: Till, checkout: Checkout) -> None:
    answer = till.machine.staff("POST", f"/payments/{checkout.payment}/return")
    checks.same("the staff give it back", answer["outcome"], "returned")
    checks.same("… and it is parked no more", mismatch(till, checkout), None)
