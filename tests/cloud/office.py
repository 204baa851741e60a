"""The staff sign in to the office's pages, at a service of their own."""

import http.client
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from cloud import Cloud
from deployment import redeploy
from identity import CLIENT, Identity
from processes import check

ROLES = {"StaffViewerRole": "viewer", "StaffApproverRole": "approver,lead"}


def work_in_the_office(cloud: Cloud, folder: Path) -> list[str]:
    """Gives what no log may hold."""
    before = dict(cloud.parameters)
    desk = Desk(cloud)
    desk.closed()
    identity = Identity(folder)
    redeploy(
        cloud,
        **ROLES,
        StaffIssuer=identity.issuer,
        StaffClientId=CLIENT,
        StaffClientSecret=identity.secret,
    )
    for role, listed in {"viewer": ["viewer"], "clerk": ["all", "clerk"], "approver": ["lead", "viewer"]}.items():
        identity.person = (f"staff-of-{role}", listed)
        desk.sign_in(identity, 303)
        page = desk.ask("GET", "/office", 200)
        check(f'<span class="fine">{role}</span>' in page, f"the office does not know who is a {role}")
        desk.ask("HEAD", "/office", 200)
        desk.ask("POST", "/office/sign-out", 303)
        check("__Host-office" not in desk.cookies, "a browser is still signed in")
        desk.closed()
    identity.person = ("staff-0004", ["clerk-of-others"])
    desk.sign_in(identity, 403)
    desk.closed()
    desk.sign_in(identity, 401, state="x" * 43)
    # The service does not know this secret any more.
    identity.secret = "another"
    desk.sign_in(identity, 401)
    # As before, but for what had no value then.
    unset = {name: "" for name in (*ROLES, "StaffClientId", "StaffClientSecret")}
    redeploy(cloud, **{**unset, **before})
    print("office: a viewer, a clerk and an approver signed in over TLS with PKCE, and nobody else")
    return [*identity.told, *desk.given]


class Desk:
    """A browser of the staff. It keeps every cookie."""

    def __init__(self, cloud: Cloud):
        self.visitor, self.cookies = cloud.visitor, {}
        self.given: list[str] = []
        self.location = ""

    def ask(self, method: str, path: str, expect: int, origin: str | None = None) -> str:
        connection = http.client.HTTPConnection(self.visitor.gateway, timeout=60)
        headers = {"Host": urlsplit(self.visitor.base_url).netloc, "Accept": "text/html", "Accept-Language": "en"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            headers |= {"Origin": origin or self.visitor.base_url, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, b"" if method == "POST" else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        check(answer.status == expect, f"{method} {urlsplit(path).path} answered {answer.status}, not {expect}: {text[:600]}")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
            self.given.append(value)
        self.cookies = {name: value for name, value in self.cookies.items() if value}
        self.given = [value for value in self.given if value]
        self.location = answer.headers.get("Location", "")
        return text

    def closed(self) -> None:
        """Without a session nothing opens, and nothing is changed."""
        for method in ("GET", "HEAD"):
            self.ask(method, "/office", 303)
            check(self.location == "/office/sign-in", f"the office leads to {self.location}")
            self.ask(method, "/office/sign-in", 200)
        self.ask("POST", "/office/sign-out", 401)
        self.ask("POST", "/office/sign-out", 403, origin="https://elsewhere.example")

    def sign_in(self, identity: Identity, expect: int, **changed: str) -> None:
        self.ask("GET", "/office/sign-in/start", 303)
        check(self.location.startswith(f"{identity.issuer}/authorize?"), f"the way in is {self.location}")
        back = identity.authorize(self.location)
        self.ask("GET", f"/office/sign-in/finish?{urlencode({**back, **changed})}", expect)
        if expect == 303:
            check(self.location == "/office", f"whoever is signed in is led to {self.location}")
        check(("__Host-office" in self.cookies) == (expect == 303), f"after {expect} the browser has {list(self.cookies)}")
