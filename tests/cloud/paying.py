"""Money, as it is told of: by the payment service, in the bank's statement, and by the staff."""

import json
import time
from datetime import datetime

from cloud import Cloud
from events import Checkout, body_of, signature
from month import JAPAN
from ordering import Order
from processes import check
from staff import Issuer

# How the trail of an order ends that is paid and done.
PAID = ("paid", "reissued")
EVENTS = "/reissue/payment-events"
OF_JSON = "application/json; charset=utf-8"


class Desk:
    """A clerk."""

    def __init__(self, cloud: Cloud, staff: Issuer):
        self.cloud = cloud
        self.clerk = {"Authorization": f"Bearer {staff.token(['clerk'])}"}

    def get(self, path: str, expect: int = 200) -> dict:
        self.cloud.visitor.ask("HEAD", path, expect=expect, **self.clerk)
        return self.cloud.visitor.get(path, expect, **self.clerk).json()

    def post(self, path: str, document: dict | None = None, expect: int = 200) -> dict:
        body = None if document is None else json.dumps(document).encode()
        sent = {"Content_Type": "application/json"}
        return self.cloud.visitor.ask("POST", path, body, expect, **sent, **self.clerk).json()

    def order(self, order: Order | str) -> dict:
        """An order, as the staff see it."""
        return self.get(f"/orders/{order if isinstance(order, str) else order.id}")

    def stands(self, order: Order | str, state: str, *last: str) -> None:
        """In this state, and these lines are the last of its trail."""
        shown = self.order(order)
        trail = [line["what"] for line in shown["trail"]]
        same = shown["state"] == state and trail[len(trail) - len(last) :] == list(last)
        check(same, f"the order {shown['order']} is {shown['state']} after {trail}, not {state} after {last}")

    def parked(self) -> dict[str, str]:
        """The money that waits, and why."""
        return {one["id"]: one["mismatch"] for one in self.get("/payments/parked")["payments"]}

    def gives_back(self, path: str, document: dict | None = None) -> None:
        """Enters that money was given back."""
        answer = self.post(path, document)
        check(answer == {"outcome": "returned"}, f"money is given back with {answer}")

    def statement(self, *deposits: tuple[int, str]) -> dict:
        """Enters a statement of today, as the bank's page gives it: in CP932, which only bytes can carry."""
        day = datetime.now(JAPAN).strftime("%Y/%m/%d")
        rows = "".join(f"{day},{amount},,{text}\r\n" for amount, text in deposits)
        body = f"取引日,お預入金額,お引出金額,摘要\r\n{rows}{day},,110,手数料\r\n".encode("cp932")
        media_type = {"Content_Type": "application/octet-stream"}
        return self.cloud.visitor.ask("POST", "/bank-statements", body, 200, **media_type, **self.clerk).json()


def today() -> str:
    return datetime.now(JAPAN).date().isoformat()


class Till:
    """The payment service: tells of events, and signs them."""

    def __init__(self, cloud: Cloud):
        self.cloud = cloud
        self.secrets = cloud.parameters["WebhookSecrets"].split(",")

    def tells(self, event: dict, expect: int = 200, secret: str | None = None) -> str:
        """Gives what it is told in return."""
        now = int(time.time())
        body = body_of(event, now)
        signed = signature(body, secret or self.secrets[0], now)
        return self.deliver(body, expect, Stripe_Signature=signed)

    def deliver(self, body: bytes, expect: int, **headers: str) -> str:
        answer = self.cloud.visitor.ask("POST", EVENTS, body, expect, Content_Type=OF_JSON, **headers).json()
        return answer.get("outcome") or answer["code"]

    def is_told(self, event: dict, wanted: str, expect: int = 200) -> None:
        told = self.tells(event, expect)
        check(told == wanted, f"{event['type']} is answered {told}, not {wanted}")

    def forged(self, order: Order) -> None:
        """What others sign, or nobody, is refused, and changes nothing."""
        paid = Checkout(order.id).paid()
        before = self.cloud.items()
        told = self.deliver(body_of(paid, int(time.time())), 400)
        check(told == "signature-malformed", f"an event that nobody signed is answered {told}")
        told = self.tells(paid, 400, "whsec_of_somebody_else")
        check(told == "signature-wrong", f"an event that somebody else signed is answered {told}")
        check(self.cloud.items() == before, "an event that is not the payment service's changes something")
