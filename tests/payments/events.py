"""Events in the shapes that the payment service documents, and its signature under them."""

import hashlib
import hmac
import itertools
import json
from pathlib import Path

# What our reader of events is tested with.
SHAPES = Path(__file__).resolve().parents[2] / "shared/payments/tests/events"
FEE = 5500

counted = itertools.count(1)


def fresh(prefix: str) -> str:
    """An identifier that nobody else has."""
    return f"{prefix}_1Pay{next(counted):08}"


def event(shape: str, kind: str | None = None, **fields) -> dict:
    """An event of this shape, with a fresh name. `fields` are those of the object that it is about."""
    document = json.loads((SHAPES / f"{shape}.json").read_text())
    document["id"] = fresh("evt")
    document["type"] = kind or document["type"]
    missing = fields.keys() - document["data"]["object"].keys()
    if missing:
        raise KeyError(f"{shape} has no {missing}")
    document["data"]["object"].update(fields)
    return document


class Checkout:
    """One visit to the payment service's page, for one order."""

    def __init__(self, order: str | None, amount: int = FEE, currency: str = "jpy"):
        self.session, self.intent = fresh("cs_test"), fresh("pi")
        self.fields = {
            "id": self.session,
            "payment_intent": self.intent,
            "client_reference_id": order,
            "amount_total": amount,
            "amount_subtotal": amount,
            "currency": currency,
        }

    @property
    def payment(self) -> str:
        """By what name the money is entered here."""
        return f"card-{self.session}"

    def paid(self) -> dict:
        return event("checkout-paid", **self.fields)

    def unpaid(self) -> dict:
        return event("checkout-pending", **self.fields)

    def succeeded(self) -> dict:
        return event("checkout-succeeded", **self.fields)

    def failed(self) -> dict:
        return event("checkout-failed", **self.fields)

    def refunded(self, amount: int = FEE) -> dict:
        fields = {"amount": FEE, "amount_captured": FEE, "amount_refunded": amount, "payment_intent": self.intent}
        return event("charge-refunded", **fields, refunded=amount == FEE)

    def disputed(self) -> dict:
        return event("dispute-created", amount=FEE, payment_intent=self.intent)

    def decided(self, status: str) -> dict:
        return event("dispute-closed", amount=FEE, payment_intent=self.intent, status=status)


def body_of(document: dict, at: int) -> bytes:
    """As it is sent at this moment."""
    return json.dumps({**document, "created": at}, indent=2, ensure_ascii=False).encode()


def signature(body: bytes, secret: str, at: int) -> str:
    """HMAC-SHA-256 of the time, a full stop and the body (Stripe, "Verify webhook signatures")."""
    signed = str(at).encode() + b"." + body
    return f"t={at},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
