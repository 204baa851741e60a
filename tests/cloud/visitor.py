"""Whoever asks over HTTP: a browser, a program, a clerk's tool. The site's name leads to the gateway of this test."""

import http.client
import json
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from processes import check, fail

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict
    body: bytes

    def json(self):
        return json.loads(self.body)

    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Visitor:
    """Knows the site by its public name, and the gateway that answers under it."""

    base_url: str
    gateway: str

    def ask(self, method: str, path: str, body: bytes | None = None, expect: int | None = 200, **headers) -> Answer:
        """`path` may be a whole address of the site. Header names are written with `_`."""
        if path.startswith("http"):
            check(path.startswith(f"{self.base_url}/"), f"{path} is not on {self.base_url}")
            path = path.removeprefix(self.base_url)
        connection = http.client.HTTPConnection(self.gateway, timeout=60)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, {"Host": urlsplit(self.base_url).netloc, **names})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if expect is not None and answer.status != expect:
            fail(f"{method} {path} answered {answer.status}, not {expect}: {content[:600]!r}")
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)

    def get(self, path: str, expect: int = 200, **headers) -> Answer:
        return self.ask("GET", path, expect=expect, **headers)

    def submit(self, path: str, fields: dict, expect: int = 200, **headers) -> Answer:
        """As a browser sends a form of the site."""
        body = urlencode(fields).encode()
        page = {"Content_Type": FORM, "Origin": self.base_url, "Accept": "text/html"}
        return self.ask("POST", path, body, expect, **page, **headers)


class Browser:
    """A recipient's browser: it keeps the site's cookie, and shows it."""

    # Every one that there was.
    all: list["Browser"] = []

    def __init__(self, visitor: Visitor):
        self.visitor, self.cookie = visitor, None
        # What nobody else may read.
        self.secrets: list[str] = []
        Browser.all.append(self)

    def ask(self, method: str, path: str, expect: int = 200, **headers) -> Answer:
        return self.kept(self.visitor.ask(method, path, expect=expect, Accept="text/html", **self.shown(), **headers))

    def get(self, path: str, expect: int = 200, **headers) -> Answer:
        return self.ask("GET", path, expect, **headers)

    def submit(self, path: str, fields: dict, expect: int = 303) -> Answer:
        """A form, after which the site shows another page."""
        return self.kept(self.visitor.submit(path, fields, expect, **self.shown()))

    def shown(self) -> dict:
        return {"Cookie": self.cookie} if self.cookie else {}

    def kept(self, answer: Answer) -> Answer:
        pair = answer.headers.get("set-cookie", "").partition(";")[0]
        if pair:
            value = pair.partition("=")[2]
            self.cookie = pair if value else None
            self.secrets += [value] if value else []
        return answer
