"""The local server with a data folder of its own, as holders, the staff and a payment service reach it."""

import http.client
import json
import signal
import socket
import subprocess
import time
import urllib.parse
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from checks import stop

PATIENCE = 30
EVENTS = "/reissue/payment-events"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def said(self) -> tuple[int, str]:
        """The status, with the outcome of what was taken or the code of what was refused."""
        try:
            document = json.loads(self.body)
        except ValueError:
            return self.status, ""
        return self.status, document.get("outcome") or document.get("code", "")


class Machine:
    def __init__(self, program: str, data: Path, log: Path):
        self.program, self.data, self.log = program, data, log
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        self.outbox = data / "outbox"
        self.ahead = timedelta()
        self.running = None

    def run(self, *command) -> None:
        """One command of the program, to its end."""
        ended = subprocess.run(self._place(*command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if ended.returncode != 0:
            stop(f"{command[0]} failed:\n{ended.stdout}")

    def serve(self, ahead: timedelta = timedelta()) -> None:
        """Serves until `rest`, by a clock that may be ahead."""
        self.ahead = ahead
        command = self._place("serve")
        if ahead:
            command += ["--clock", self.now().strftime("%Y-%m-%dT%H:%M:%SZ")]
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.running.poll() is None:
            try:
                if self.ask("GET", "/").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        stop(f"the server did not start; {self.log} says why")

    def rest(self) -> None:
        if self.running and self.running.poll() is None:
            self.running.send_signal(signal.SIGINT)
            try:
                self.running.wait(10)
            except subprocess.TimeoutExpired:
                self.running.kill()
                self.running.wait()
        self.running = None

    def now(self) -> datetime:
        """By the server's clock."""
        return datetime.now(timezone.utc) + self.ahead

    def secrets(self) -> list[str]:
        """With which a payment service signs."""
        return (self.data / "webhook-secret").read_text().strip().split(",")

    def change_secrets(self, *secrets: str) -> None:
        """Read at the next start."""
        (self.data / "webhook-secret").write_text(",".join(secrets) + "\n")

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {"Host": f"localhost:{self.port}", **(headers or {})})
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, response.read())
        finally:
            connection.close()

    def submit(self, path: str, form: dict, cookie: str = "") -> Answer:
        """As a browser sends a form of our own page."""
        headers = {"Origin": self.origin, "Content-Type": "application/x-www-form-urlencoded"}
        if cookie:
            headers["Cookie"] = cookie
        return self.ask("POST", path, urllib.parse.urlencode(form).encode(), headers)

    def deliver(self, body: bytes, signature: str | None) -> Answer:
        """As a payment service delivers an event."""
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if signature is not None:
            headers["Stripe-Signature"] = signature
        return self.ask("POST", EVENTS, body, headers)

    def staff(self, method: str, path: str, document=None) -> dict:
        """What the staff do by the API; it must succeed."""
        token = (self.data / "staff-token").read_text().strip()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        body = None if document is None else json.dumps(document).encode()
        answer = self.ask(method, path, body, headers)
        if answer.status >= 300:
            stop(f"{method} {path} answers {answer.status}: {answer.text}")
        return json.loads(answer.body)

    def order(self, order: str) -> dict:
        return self.staff("GET", f"/orders/{order}")

    def parked(self) -> dict[str, dict]:
        """The money that waits for the staff, by its name."""
        return {payment["id"]: payment for payment in self.staff("GET", "/payments/parked")["payments"]}

    def _place(self, *command) -> list[str]:
        where = ["--data", self.data, "--base-url", self.origin, "--listen", f"127.0.0.1:{self.port}"]
        return [str(part) for part in [self.program, *where, *command]]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
