"""Who may tell of money: only whoever signs with the secret, and only at that moment."""

import hashlib
from datetime import timedelta

import checks
from events import Checkout, body_of, event, signature
from machine import EVENTS, Machine
from stripe import Delivery, Stripe

TAKEN = (200, "nothing-to-do")
STALE = (400, "signature-stale")
MALFORMED = (400, "signature-malformed")
WRONG = (400, "signature-wrong")
# Stripe's libraries allow five minutes.
TOLERANCE = 300
OTHER = "whsec_of_somebody_else"


def by_the_service(machine: Machine, stripe: Stripe) -> Delivery:
    """What localstripe signs and delivers by itself. Gives one delivery that was taken."""
    [secret] = machine.secrets()
    stripe.sign_with(secret)
    made = stripe.customer()
    checks.same("localstripe tells of a customer and is answered", made.answer.said, TAKEN)
    charged = stripe.payment()
    checks.same("localstripe tells of a payment of somebody else's and is answered", charged.answer.said, TAKEN)
    stripe.sign_with(OTHER)
    checks.same("localstripe with another secret is refused", stripe.customer().answer.said, WRONG)
    stripe.sign_with(secret)
    return charged


def tampered(machine: Machine, delivery: Delivery) -> None:
    """What localstripe delivered a moment ago, sent again as it was and with one byte changed."""
    body, header = delivery.body, delivery.signature
    checks.same("a delivery that is sent again at once is taken", machine.deliver(body, header).said, TAKEN)
    places = {
        "its first byte": 0,
        "an amount in it": body.index(b"5500"),
        "its type": body.index(b"payment_intent.succeeded"),
        "its last byte": len(body) - 1,
    }
    for what, place in places.items():
        answer = machine.deliver(flipped(body, place), header)
        checks.same(f"a delivery with {what} changed is refused", answer.said, WRONG)
    checks.same("a delivery with a byte more is refused", machine.deliver(body + b"\n", header).said, WRONG)
    checks.same("a delivery without its last byte is refused", machine.deliver(body[:-1], header).said, WRONG)
    time, value = header.split(",")
    others = {
        "with another time": (f"t={int(time[2:]) + 1},{value}", WRONG),
        "with one digit of the signature changed": (header[:-1] + ("0" if header[-1] != "0" else "1"), WRONG),
        "in the scheme of test events": (f"{time},{value.replace('v1=', 'v0=')}", MALFORMED),
        "with its signature in capitals": (f"{time},v1={value[3:].upper()}", MALFORMED),
        "without a time": (value, MALFORMED),
        "without a signature": (time, MALFORMED),
        "with two times": (f"{time},{header}", MALFORMED),
        "with nothing in the header": ("", MALFORMED),
        "with no header": (None, MALFORMED),
    }
    for what, (changed, wanted) in others.items():
        checks.same(f"a delivery {what} is refused", machine.deliver(body, changed).said, wanted)
    digest = hashlib.sha256(body).hexdigest()
    unkeyed = machine.deliver(body, f"{time},v1={digest}").said
    checks.same("a hash without a key is no signature", unkeyed, WRONG)
    checks.same("the place of events answers no other method", machine.ask("GET", EVENTS).status, 405)


def out_of_time(machine: Machine) -> None:
    """Signed rightly, at another time than now."""
    [secret] = machine.secrets()
    body = body_of(event("checkout-paid"), int(machine.now().timestamp()))
    now = int(machine.now().timestamp())
    for seconds, wanted in [(-TOLERANCE - 2, STALE), (TOLERANCE + 60, STALE)]:
        signed = signature(body, secret, now + seconds)
        checks.same(f"an event signed {seconds:+} seconds from now is refused", machine.deliver(body, signed).said, wanted)
    for document in [{"id": "evt_1"}, {"object": "event", "type": 7}]:
        body = body_of(document, now)
        answer = machine.deliver(body, signature(body, secret, now))
        checks.same(f"a signed document that is no event is refused: {document}", answer.status, 400)


def later(machine: Machine, delivery: Delivery) -> None:
    """The server's clock has gone on by more than five minutes since the delivery."""
    answer = machine.deliver(delivery.body, delivery.signature)
    checks.same("localstripe's delivery, sent again six minutes later, is refused", answer.said, STALE)
    changed = machine.deliver(flipped(delivery.body, len(delivery.body) // 2), delivery.signature)
    checks.same("changed as well, it is refused for that", changed.said, WRONG)


def rotated(machine: Machine, stripe: Stripe, old: str, new: str) -> Delivery:
    """While both secrets hold, whichever signs is taken."""
    stripe.sign_with(old)
    checks.same("while secrets change, localstripe may sign with the old one", stripe.customer().answer.said, TAKEN)
    stripe.sign_with(new)
    taken = stripe.customer()
    checks.same("while secrets change, localstripe may sign with the new one", taken.answer.said, TAKEN)
    stripe.sign_with(OTHER)
    checks.same("while secrets change, no third one is taken", stripe.customer().answer.said, WRONG)
    now = int(machine.now().timestamp())
    body = body_of(Checkout(None).unpaid(), now)
    both = ",".join([signature(body, OTHER, now), signature(body, new, now).partition(",")[2]])
    checks.same("one fitting signature of two is enough", machine.deliver(body, both).said, TAKEN)
    return taken


def retired(stripe: Stripe, old: str, new: str) -> None:
    """The old secret is taken out."""
    stripe.sign_with(old)
    checks.same("a secret that was taken out signs nothing any more", stripe.customer().answer.said, WRONG)
    stripe.sign_with(new)
    checks.same("the one that stayed does", stripe.customer().answer.said, TAKEN)


def flipped(body: bytes, place: int) -> bytes:
    return body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]


AHEAD = timedelta(seconds=TOLERANCE + 60)
