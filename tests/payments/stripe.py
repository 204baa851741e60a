"""The payment service that we did not write, and a listener between it and us that keeps what it sends and what we answer."""

import base64
import http.client
import http.server
import json
import subprocess
import sys
import threading
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from checks import stop
from machine import EVENTS, PATIENCE, Answer, Machine, free_port

KEY = "sk_test_12345"


@dataclass
class Delivery:
    """One event as it was delivered, and how it was answered."""

    body: bytes
    signature: str
    answer: Answer

    @property
    def kind(self) -> str:
        return json.loads(self.body)["type"]


class Listener:
    """Hands on every delivery, to the byte, and keeps it."""

    def __init__(self, machine: Machine):
        self.deliveries: list[Delivery] = []
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                signature = self.headers["Stripe-Signature"]
                answer = machine.deliver(body, signature)
                listener.deliveries.append(Delivery(body, signature, answer))
                self.send_response(answer.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}{EVENTS}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Stripe:
    """`service.py` in a process of its own."""

    def __init__(self, listener: Listener, log: Path):
        self.listener, self.port = listener, free_port()
        with log.open("wb") as output:
            command = [sys.executable, Path(__file__).with_name("service.py"), str(self.port)]
            self.process = subprocess.Popen(command, stdout=output, stderr=output)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            try:
                self._ask("GET", "/v1/customers")
                return
            except OSError:
                time.sleep(0.1)
        self.end()
        stop(f"localstripe did not start; {log} says why")

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def sign_with(self, secret: str) -> None:
        """Deliveries go to the listener, signed with this secret."""
        hook = json.dumps({"url": self.listener.url, "secret": secret})
        self._ask("POST", "/_config/webhooks/shomei", hook, {"Content-Type": "application/json"})

    def customer(self) -> Delivery:
        """Something that happens there, as it is delivered: a customer's record is made."""
        return self._delivered("customer.created", "/v1/customers", {"email": "payer@example.com"})

    def payment(self) -> Delivery:
        """A card is charged, for nothing of ours."""
        card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": 123}
        method = {"type": "card", **{f"card[{name}]": value for name, value in card.items()}}
        made = self._ask("POST", "/v1/payment_methods", urllib.parse.urlencode(method), FORM)
        intent = {"amount": 5500, "currency": "jpy", "confirm": "true", "payment_method": made["id"]}
        return self._delivered("payment_intent.succeeded", "/v1/payment_intents", intent)

    def _delivered(self, kind: str, path: str, form: dict) -> Delivery:
        before = len(self.listener.deliveries)
        self._ask("POST", path, urllib.parse.urlencode(form), FORM)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = [delivery for delivery in self.listener.deliveries[before:] if delivery.kind == kind]
            if found:
                return found[0]
            time.sleep(0.05)
        return stop(f"localstripe delivered no {kind}")

    def _ask(self, method: str, path: str, body: str | None = None, headers: dict | None = None) -> dict:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        key = base64.b64encode(f"{KEY}:".encode()).decode()
        try:
            connection.request(method, path, body, {"Authorization": f"Basic {key}", **(headers or {})})
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status != 200:
            stop(f"localstripe answers {method} {path} with {response.status}: {text}")
        return json.loads(text) if text.startswith("{") else {}


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
