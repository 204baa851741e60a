"""What recipients do with their badges, by mail and by the pages, as a browser would."""

import email
import email.policy
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from claim_page import ClaimPage


class Stay(urllib.request.HTTPRedirectHandler):
    """Where a page leads is for the caller to follow: a cookie comes with it."""

    def redirect_request(self, *_):
        return None


# Asks this machine itself, whatever proxy the environment names.
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))
STAYING = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay)


def offer(mail: Path) -> tuple[str, str]:
    """The claim link of a mail, and the address that it went to."""
    message, text = opened(mail)
    [link] = {word for word in text.split() if "/claim/" in word}
    return link, message["to"].addresses[0].addr_spec


def opened(mail: Path) -> tuple[email.message.EmailMessage, str]:
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    return message, message.get_body(("plain",)).get_content()


def claim(link: str, visibility: str) -> set[str]:
    """Answers with the addresses of badges on the page that says thanks."""
    page = ClaimPage(fetch(link))
    if ("visibility", visibility) not in page.choices:
        sys.exit(f"the claim page offers {page.choices}")
    form = {**page.fields, "visibility": visibility}
    return set(ClaimPage(fetch(urllib.parse.urljoin(link, page.action), form)).badges)


def delete(badge: str, claim_link: str, outbox: Path) -> None:
    """Signs in by a link that is mailed, and deletes a badge."""
    before = set(outbox.glob("*.eml"))
    fetch(f"{claim_link}/sign-in", {})
    cookie = post(sign_in_link(outbox, before), {}).partition(";")[0]
    post(badge.replace("/badges/", "/wallet/badges/") + "/delete", {"confirm": "delete"}, cookie)
    try:
        HTTP.open(badge).close()
    except urllib.error.HTTPError as gone:
        if gone.code == 410:
            return
    sys.exit(f"{badge} was deleted and is not gone")


def sign_in_link(outbox: Path, before: set[Path]) -> str:
    for _ in range(300):
        for mail in set(outbox.glob("*.eml")) - before:
            links = {word for word in opened(mail)[1].split() if "/wallet/sign-in/" in word}
            if links:
                return links.pop()
        time.sleep(0.1)
    sys.exit("no link to sign in was mailed")


def fetch(url: str, form: dict | None = None) -> str:
    with HTTP.open(asking(url, form)) as response:
        return response.read().decode()


def post(url: str, form: dict, cookie: str = "") -> str:
    """Sends a form that leads to another page, and gives the cookie that comes with the answer."""
    try:
        STAYING.open(asking(url, form, {"Cookie": cookie} if cookie else None)).close()
    except urllib.error.HTTPError as answer:
        if answer.code == 303:
            return answer.headers.get("Set-Cookie", "")
        sys.exit(f"{url} answers {answer.code}")
    sys.exit(f"{url} leads nowhere")


def asking(url: str, form: dict | None, headers: dict | None = None) -> urllib.request.Request:
    if form is None:
        return urllib.request.Request(url)
    # As browsers name it when they send a form.
    origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(url))
    return urllib.request.Request(url, urllib.parse.urlencode(form).encode(), {"Origin": origin, **(headers or {})})
