"""Lets the official validator of Open Badges 2.0 (PyPI `openbadges`) judge every public badge by its address and by its
picture, and refuse changed ones that another server serves.

    hosted.py EXPORT_DIR     while the site of EXPORT_DIR/site.json is served
"""

import loopback  # isort: skip

import collections
import collections.abc
import io
import json
import logging
import sys
import threading
import urllib.request
import zlib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

# The JSON-LD processor that the validator is pinned to looks for these names where Python had them until 3.9.
for name in ("Hashable", "Iterable", "Mapping", "MutableMapping", "Sequence"):
    setattr(collections, name, getattr(collections.abc, name))

import requests
from openbadges.verifier import verify

CONTEXT = "https://w3id.org/openbadges/v2"
CONTEXT_FILE = Path(__file__).resolve().parents[2] / "shared/linked-data/contexts/ob-v2.json"
EARLIER, LATER = "2001-01-01T00:00:00Z", "2999-01-01T00:00:00Z"
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))
PNG_HEAD = 8


class Context(requests.adapters.BaseAdapter):
    """Answers with the official context, of which the project has a copy. Everything else goes to the network."""

    asked = 0

    def send(self, request, **_):
        Context.asked += 1
        response = requests.Response()
        response.status_code, response.url, response.request = 200, request.url, request
        response.headers["Content-Type"], response.encoding = "application/ld+json", "utf-8"
        response.raw = io.BytesIO(CONTEXT_FILE.read_bytes())
        return response

    def close(self):
        pass


def every_session_knows_the_context() -> None:
    made = requests.Session.__init__

    def make(session, *given, **named):
        made(session, *given, **named)
        session.trust_env = False
        session.mount(CONTEXT, Context())

    requests.Session.__init__ = make


def main(export: Path) -> None:
    every_session_knows_the_context()
    # It logs its own slips with their tracebacks; what comes of them stands in its report.
    logging.getLogger("openbadges.verifier").disabled = True
    site = json.loads((export / "site.json").read_text())
    recipients = site["recipients"]
    for badge, address in recipients.items():
        for given in [f"{badge}.v2.json", f"{badge}.png", io.BytesIO(read(f"{badge}.png"))]:
            must_be_accepted(f"{badge}.v2.json", given, address)
    if not Context.asked:
        sys.exit("the context was never asked for")
    print(f"accepted: {len(recipients)} badges, each by its address, its picture's address and its picture, for its recipient")

    badge, other = list(recipients)[:2]
    print("changed, foreign and revoked badges:")
    must_be_refused("the badge, for another recipient", f"{badge}.v2.json", "did not match", recipients[other])
    must_be_refused("a deleted badge, by its address", f"{site['deleted']}.v2.json", "verification")
    # It knows no `revoked`: with the other members in it, the badge would be valid.
    gone = json.loads(read(f"{site['deleted']}.v2.json", 410))
    if gone != {"@context": CONTEXT, "type": "Assertion", "id": f"{site['deleted']}.v2.json", "revoked": True}:
        sys.exit(f"of a deleted badge is told: {gone}")
    refuse_what_others_serve(json.loads(read(f"{badge}.v2.json")), read(f"{badge}.png"), recipients[badge])


def refuse_what_others_serve(assertion: dict, picture: bytes, address: str) -> None:
    with Elsewhere() as elsewhere:
        here = elsewhere.add("issuer", {**json.loads(read(site_of(assertion) + "/issuer.v2.json"))})
        own_class = {**json.loads(read(assertion["badge"])), "issuer": here}
        # Nothing about this server is refused: whoever hosts badges of its own hosts valid ones.
        own = elsewhere.add("own", {**assertion, "badge": elsewhere.add("class", own_class)})
        must_be_accepted(own, own, address)
        for name, changes, expected in CHANGES:
            changed = {**assertion, "badge": f"{elsewhere.url}/class", **changes}
            place = elsewhere.add(name, {key: value for key, value in changed.items() if value is not None})
            must_be_refused(name, place, expected, address)

        foreign = elsewhere.add("foreign", assertion)
        must_be_refused("our badge class in a badge that is hosted elsewhere", foreign, "not hosted in allowed origins")
        stolen = elsewhere.add("stolen-class", {**own_class, "issuer": site_of(assertion) + "/issuer.v2.json"})
        stolen = elsewhere.add("stolen", {**assertion, "badge": stolen})
        must_be_refused("our issuer in a badge class and a badge that are hosted elsewhere", stolen, "not hosted in allowed")
        baked = with_text(picture, json.dumps({**assertion, "id": foreign}).encode())
        must_be_refused("our picture, with a badge in it that is hosted elsewhere", io.BytesIO(baked), "not hosted in allowed")

        # A copy is not looked at: what its `id` serves is. So a changed copy says what we say, or nothing.
        for name, changes in {"expires": {"expires": LATER}, "recipient": {"recipient": {"type": "email", "hashed": False,
                              "identity": "another@example.jp"}}, "badge": {"badge": own_class["id"]}}.items():
            copy = json.dumps({**assertion, **changes})
            for given in [copy, io.BytesIO(with_text(picture, copy.encode())), elsewhere.copy(name, copy)]:
                must_be_accepted(assertion["id"], given, address, warnings=isinstance(given, str) and given != copy)
        print("no effect: expires, recipient and badge changed in a copy, in a picture, at another address; ours is read instead")


CHANGES = [
    ("an end before the beginning", {"expires": EARLIER}, "prior to issue date"),
    ("an end that is over", {"issuedOn": EARLIER, "expires": "2002-01-01T00:00:00Z"}, "expired"),
    ("a beginning that is to come", {"issuedOn": LATER, "expires": None}, "future"),
    ("another recipient", {"recipient": {"type": "email", "hashed": False, "identity": "a@example.jp"}}, "did not match"),
    ("another hash", {"recipient": {"type": "email", "hashed": True, "identity": "sha256$00", "salt": "a"}}, "did not match"),
    ("no recipient", {"recipient": None}, "recipient"),
    ("no beginning", {"issuedOn": None}, "issuedOn"),
    ("no badge class", {"badge": None}, "badge"),
    ("no way to verify it", {"verification": None}, "verification"),
    ("a badge class that nobody serves", {"badge": "http://localhost:1/none"}, "ConnectionError"),
]


class Elsewhere:
    """A server that is not ours, with JSON documents in it."""

    def __enter__(self):
        documents = self.documents = {}

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                body = documents.get(self.path)
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "application/ld+json")
                self.end_headers()
                self.wfile.write(body or b"{}")

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()

    def add(self, name: str, document: dict) -> str:
        """A document that says that it is here."""
        url = f"{self.url}/{name.replace(' ', '-').replace(',', '')}"
        return self.copy(name, json.dumps({**document, "id": url}))

    def copy(self, name: str, text: str) -> str:
        path = f"/{name.replace(' ', '-').replace(',', '')}"
        self.documents[path] = text.encode()
        return self.url + path


def judged(given, address: str | None) -> dict:
    profile = {"type": "Profile", "email": address} if address else None
    return verify(given, profile, use_cache=False, cache_backend=None)


def must_be_accepted(assertion: str, given, address: str, warnings: bool = False) -> None:
    result = judged(given, address)
    report = result["report"]
    if not report["valid"] or bool(report["warningCount"]) != warnings:
        sys.exit(f"{given} is refused: {report['messages']}")
    if report["validationSubject"] != assertion or report["recipientProfile"] != {"email": address}:
        sys.exit(f"{given}: judged was {report['validationSubject']} for {report['recipientProfile']}")
    [read_as] = [node for node in result["graph"] if node.get("type") == "Assertion"]
    served = json.loads(read(assertion))
    for member in ("id", "recipient", "badge", "issuedOn", "expires"):
        if read_as.get(member) != served.get(member):
            sys.exit(f"{given}: the validator read {member} as {read_as.get(member)}")


def must_be_refused(name: str, given, expected: str, address: str | None = None) -> None:
    report = judged(given, address)["report"]
    if report["valid"]:
        sys.exit(f"accepted, and must not be: {name}")
    reasons = [message["result"] for message in report["messages"] if message["messageLevel"] == "ERROR"]
    reason = next((reason for reason in reasons if expected in reason), None)
    if reason is None:
        sys.exit(f"refused, but not for what was done: {name}: {reasons}")
    print(f"  refused: {name} ({reason if len(reason) < 100 else reason[:100] + '…'})")


def with_text(picture: bytes, text: bytes) -> bytes:
    """The picture with another text in its chunk of Open Badges 2.0."""
    made, place, changed = picture[:PNG_HEAD], PNG_HEAD, 0
    while place < len(picture):
        length = int.from_bytes(picture[place : place + 4], "big")
        kind, data = picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]
        place += 12 + length
        if kind == b"iTXt" and data.startswith(b"openbadges\0"):
            data, changed = b"openbadges\0\0\0\0\0" + text, changed + 1
        made += len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
    if changed != 1:
        sys.exit(f"a picture has {changed} chunks of Open Badges 2.0")
    return made


def site_of(assertion: dict) -> str:
    return assertion["id"].partition("/badges/")[0]


def read(url: str, status: int = 200) -> bytes:
    try:
        with HTTP.open(url) as response:
            got, body = response.status, response.read()
    except urllib.error.HTTPError as answer:
        got, body = answer.code, answer.read()
    if got != status:
        sys.exit(f"{url} answers {got}")
    return body


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
