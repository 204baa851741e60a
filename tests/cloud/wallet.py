"""Chapter 4: the recipients' wallets. A mailed link signs in; badges are shown, hidden, exported and deleted; addresses
are added, badges and other wallets come along; and a wallet is closed."""

import base64
import gzip
import io
import json
import re
import zipfile
from urllib.parse import urlencode

from cloud import Cloud
from judging import outcome, posted
from processes import check
from recipients import claim_link
from stream import deliver
from visitor import Answer, Browser

# What the pages send with a choice. The offer's own field says the same.
CONSENT = {"consent": "publication-2"}
LETTERS, MARKS = "LetterOwed", "StatusListMarked"
# Every form in which a public badge can be had, besides its page and the picture for link previews.
FORMS = ("json", "v2.json", "jwt", "png", "qr.png")
# From this mail on nobody does anything here, and by this one somebody closes a wallet.
IDLE, CLOSED = 8, 3
# A name in an address that nothing has.
NOTHING = "00000000-0000-4000-8000-000000000000"


def live_in_wallets(cloud: Cloud, mails: list[dict], public: list[str]) -> list[str]:
    """The first recipients' badges are public, the later ones' wait. Gives what no log may hold."""
    people = [mail["To"][0] for mail in mails]
    links = [claim_link(mail, cloud.visitor.base_url) for mail in mails]
    nobody_comes_without_a_session(cloud)
    owner = sign_in(cloud, people[0])
    check(owner.get("/wallet").text().count(people[0]) > 0, "the wallet does not show its address")
    shown_and_hidden(cloud, owner, public[0])
    exported(owner)
    names_compared(cloud, owner, public[0])
    addresses_join(cloud, owner, people, links)
    deleted(cloud, owner, public[0])
    fresh_links(cloud, links)
    closed(cloud, people[CLOSED], public[CLOSED])

    # Signing out everywhere ends the other browser's session as well.
    second = sign_in(cloud, people[0])
    owner.submit("/wallet/sign-out", {"where": "everywhere"})
    for browser in (owner, second):
        check(browser.get("/wallet", expect=303).headers["location"] == "/wallet/sign-in", "a session outlives its end")
    print("wallets: a mailed link signs in; badges are shown, hidden, exported, deleted; addresses and badges join")
    return [secret for browser in Browser.all for secret in browser.secrets]


def nobody_comes_without_a_session(cloud: Cloud) -> None:
    """Not by guessing addresses, not from another site, and not as staff."""
    browser = Browser(cloud.visitor)
    for path in ("/wallet", "/wallet/addresses", "/wallet/export", "/wallet/close", *badge_pages(NOTHING)):
        for method in ("GET", "HEAD"):
            answer = browser.ask(method, path, expect=303)
            check(answer.headers["location"] == "/wallet/sign-in", f"{method} {path} leads to {answer.headers}")
    for path in ("language", "addresses", "addresses/main", "addresses/remove", "close", "sign-out"):
        browser.submit(f"/wallet/{path}", {}, expect=401)
    for path in ("visibility", "name-match", "delete"):
        browser.submit(f"/wallet/badges/{NOTHING}/{path}", {}, expect=401)
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    for headers in ({}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
        cloud.visitor.ask("POST", "/wallet/sign-in", b"address=a@example.jp", 403, **form, **headers)


def badge_pages(badge: str) -> list[str]:
    pages = ("", "/preview?visibility=public", "/share", "/delete")
    return [f"/wallet/badges/{badge}{page}" for page in pages]


def sign_in(cloud: Cloud, address: str) -> Browser:
    browser = Browser(cloud.visitor)
    for method in ("GET", "HEAD"):
        browser.ask(method, "/wallet/sign-in")
    browser.submit("/wallet/sign-in", {"address": address})
    for method in ("GET", "HEAD"):
        browser.ask(method, "/wallet/sign-in-mailed")
    return follow(cloud, browser, address)


def follow(cloud: Cloud, browser: Browser, address: str) -> Browser:
    """The stream has the letter sent, and the link in it is opened and used."""
    link = letter(cloud, address, "/wallet/sign-in/")
    before = cloud.items()
    for method in ("GET", "HEAD"):
        browser.ask(method, link)
    check(cloud.items() == before, "opening a sign-in link changes something")
    answer = browser.submit(link, {})
    cookie = answer.headers["set-cookie"]
    for part in ("__Host-wallet=", "; Path=/;", "; Secure", "; HttpOnly", "; SameSite=Lax"):
        check(part in cookie, f"the cookie has no {part}: {re.sub('=[^;]+', '=…', cookie)}")
    browser.submit(link, {})
    check(Browser(cloud.visitor).ask("GET", link, expect=410).status == 410, "a sign-in link works twice")
    return browser


def letter(cloud: Cloud, address: str, path: str) -> str:
    """Has the owed letters sent, and gives the newest link of this kind that came to an address."""
    answer = deliver(cloud)[LETTERS]
    check(answer["sent"] > 0 and answer["postponed"] == answer["refused"] == 0, f"letters came to {answer}")
    check(not any(partition == "LETTER" for partition, _ in cloud.items()), "a letter that was sent is still owed")
    return newest_link(cloud, address, path)


def newest_link(cloud: Cloud, address: str, path: str) -> str:
    base = cloud.visitor.base_url
    texts = [mail["BodyText"] for mail in cloud.mails() if mail["To"] == [address]]
    found = [link for text in texts for link in re.findall(rf"{re.escape(base + path)}[\w-]{{43}}", text)]
    check(found, f"no mail holds a link to {path}")
    return found[-1].removeprefix(base)


def mailed_tokens(cloud: Cloud) -> list[str]:
    """Every secret that a mail holds, whatever it opens."""
    links = re.compile(r"/(?:claim|wallet/sign-in|wallet/prove|reissue/restore)/([\w-]{43})")
    return [token for mail in cloud.mails() for token in links.findall(mail["BodyText"])]


def shown_and_hidden(cloud: Cloud, owner: Browser, address: str) -> None:
    visitor, badge = cloud.visitor, address.rpartition("/")[2]
    for path in badge_pages(badge):
        for method in ("GET", "HEAD"):
            owner.ask(method, path)
    forms = [address, *(f"{address}.{form}" for form in (*FORMS, "preview-1.png"))]
    named = seen(cloud, address)
    drawn = re.search(r'property="og:image" content="([^"]+)"', named)
    check(drawn is not None, "a public page names no picture for link previews")
    for picture in (drawn[1], f"{address}.qr.png"):
        check(visitor.get(picture).body.startswith(b"\x89PNG"), f"{picture} is no PNG")

    choose(owner, badge, "private")
    unknown = visitor.get(f"/badges/{NOTHING}", expect=404, Accept="text/html").body
    check(visitor.get(address, expect=404, Accept="text/html").body == unknown, "a hidden badge is told from none")
    for form in forms:
        visitor.get(form, expect=404)
    choose(owner, badge, "public-without-name")
    check(seen(cloud, address) != named, "a page without the name is the one with it")
    for form in forms:
        visitor.get(form)
    choose(owner, badge, "public")
    check(seen(cloud, address) == named, "a badge that is shown again looks different")


def names_compared(cloud: Cloud, owner: Browser, address: str) -> None:
    """A holder lets verifiers compare a name: they learn whether it is the registered one, by a key of KMS. Then the
    holder ends it. The badge shows the name at this time, so the test knows it."""
    badge = address.rpartition("/")[2]
    name = re.search(r'class="holder".*?<strong[^>]*>([^<]+)<', cloud.visitor.get(address, Accept="text/html").text())
    check(name is not None, "the page does not show the holder's name")
    compare(cloud, badge, name[1], expect=403)
    owner.submit(f"/wallet/badges/{badge}/name-match", {"allowed": "yes"})
    check(compare(cloud, badge, name[1]).json()["matches"] is True, "the holder's name does not match")
    check(compare(cloud, badge, f"{name[1]}子").json()["matches"] is False, "another name matches")
    marks = cloud.items()[(f"PUB#BADGE#{badge}", "BADGE")]["body"]["M"]["name_marks"]
    check(name[1] not in str(marks), "the marks of a name hold the name")
    owner.submit(f"/wallet/badges/{badge}/name-match", {"allowed": "no"})
    compare(cloud, badge, name[1], expect=403)
    compare(cloud, NOTHING, name[1], expect=404)


def compare(cloud: Cloud, badge: str, name: str, expect: int = 200) -> Answer:
    form = {"Content_Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    body = urlencode({"name": name}).encode()
    return cloud.visitor.ask("POST", f"/badges/{badge}/name-match", body, expect, **form)


def seen(cloud: Cloud, address: str) -> str:
    """The page that strangers see, without the time at which it was checked."""
    return re.sub(r"<time.*?</time>", "", cloud.visitor.get(address, Accept="text/html").text())


def choose(owner: Browser, badge: str, visibility: str) -> None:
    answer = owner.submit(f"/wallet/badges/{badge}/visibility", {"visibility": visibility, **CONSENT})
    check(answer.headers["location"].startswith(f"/wallet/badges/{badge}"), "after a choice the badge is not shown")


def exported(owner: Browser) -> None:
    for method in ("GET", "HEAD"):
        archive = owner.ask(method, "/wallet/export")
    archive = zipfile.ZipFile(io.BytesIO(owner.get("/wallet/export").body))
    check(archive.testzip() is None, "the export is damaged")
    records = json.loads(archive.read("records.json"))
    check(len(records["badges"]) == 1 and records["badges"][0]["registered"], "the export does not hold its badge")
    kinds = sorted(name.rpartition(".")[2] for name in archive.namelist())
    check(kinds == ["json", "json", "png"], f"the export holds {kinds}")


def addresses_join(cloud: Cloud, owner: Browser, people: list[str], links: list[str]) -> None:
    """A badge that waits for another address comes in, and then another wallet with all that it holds."""
    waiting = links[6].removeprefix(cloud.visitor.base_url)
    owner.submit(f"{waiting}/join", {})
    prove(cloud, owner, people[6])
    owner.submit("/wallet/addresses", {"address": people[2]})
    prove(cloud, owner, people[2])
    for method in ("GET", "HEAD"):
        page = owner.ask(method, "/wallet/addresses")
    page = owner.get("/wallet/addresses").text()
    check(all(people[person] in page for person in (0, 2, 6)), "an address that was proven is not in the wallet")
    owner.submit("/wallet/addresses/main", {"address": people[2]})
    owner.submit("/wallet/addresses/main", {"address": people[0]})
    owner.submit("/wallet/addresses/remove", {"address": people[2]})
    deliver(cloud)
    told = [mail for mail in cloud.mails() if mail["To"] == [people[2]]]
    check(len(told) > 3, "an address is not told of what became of it")
    for language in ("en", "ja"):
        owner.submit("/wallet/language", {"language": language})
        check(f'<html lang="{language}"' in owner.get("/wallet").text(), f"the wallet does not speak {language}")
    held = set(re.findall(r"/wallet/badges/([0-9a-f-]{36})", owner.get("/wallet").text()))
    check(len(held) == 3, f"the wallet holds {len(held)} badges")
    # Of one achievement, one may point to the other.
    for badge in held:
        choose(owner, badge, "public")


def prove(cloud: Cloud, owner: Browser, address: str) -> None:
    link = letter(cloud, address, "/wallet/prove/")
    for method in ("GET", "HEAD"):
        owner.ask(method, link)
    owner.submit(link, {})


def deleted(cloud: Cloud, owner: Browser, address: str) -> None:
    """A badge whose mail was sent and not recorded as sent: that is cleared up as well. The stream has its list
    published."""
    visitor, badge = cloud.visitor, address.rpartition("/")[2]
    status = visitor.get(f"{address}.json").json()["credentialStatus"]
    picture = visitor.get(f"{address}.png").body
    owe_again(cloud, badge)
    owner.submit(f"/wallet/badges/{badge}/delete", {"confirm": "yes"}, expect=400)
    check(not is_revoked(cloud, status), "a badge is revoked that nobody deleted")
    owner.submit(f"/wallet/badges/{badge}/delete", {"confirm": "delete"})
    for form in (address, *(f"{address}.{form}" for form in FORMS)):
        visitor.ask("GET", form, expect=410)
        visitor.ask("HEAD", form, expect=410)
    told = visitor.get(f"{address}.v2.json", expect=410).json()
    gone = told["id"] == f"{address}.v2.json" and told["revoked"] is True
    check(gone and set(told) == {"@context", "type", "id", "revoked"}, f"a deleted badge's hosted form says {told}")
    kept = cloud.items()[(f"BADGE#{badge}", "BADGE")]
    for word in ("@", "sha256$", "holder_name", "signed", "token"):
        check(word not in str(kept), f"a deleted badge still holds {word}")
    answers = deliver(cloud)
    check(answers[MARKS] == {"lists": 1} and answers[LETTERS]["sent"] == 1, f"the stream's records came to {answers}")
    check(is_revoked(cloud, status), "the bit of a deleted badge is not in its list")
    # Whoever kept the picture learns it too.
    verdict = posted(cloud, picture, "image/png").json()
    check(outcome(verdict, "revocation") == "failed", f"a deleted badge's picture is {verdict}")
    again = owner.get(f"/wallet/badges/{badge}", Accept_Language="ja").text()
    check("5,500" in again, "the page of a deleted badge does not say what a reissue costs")
    check(deliver(cloud) == {}, "what issuance writes itself calls it again")
    print("deleted: one badge; its status bit is set, and nothing personal is left of it")


def owe_again(cloud: Cloud, badge: str) -> None:
    items = cloud.items().items()
    [sent] = [item for (partition, sort), item in items if partition.startswith("SENT#") and sort == badge]
    key = {"pk": {"S": sent["pk"]["S"].replace("SENT#", "OWED#", 1)}, "sk": sent["sk"]}
    body = {name: sent["body"]["M"][name] for name in ("badge", "shard")}
    body |= {"attempts": {"N": "1"}, "refused": {"BOOL": False}}
    owed = {"TableName": cloud.table, "Item": {**key, "version": {"N": "1"}, "body": {"M": body}}}
    gone = {"TableName": cloud.table, "Key": {name: sent[name] for name in ("pk", "sk")}}
    cloud.at_gate("dynamodb").transact_write_items(TransactItems=[{"Put": owed}, {"Delete": gone}])


def is_revoked(cloud: Cloud, status: dict) -> bool:
    document = cloud.visitor.get(status["statusListCredential"], Accept="application/json").json()
    encoded = document["credentialSubject"]["encodedList"].removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    index = int(status["statusListIndex"])
    return bool(bits[index // 8] >> (7 - index % 8) & 1)


def fresh_links(cloud: Cloud, links: list[str]) -> None:
    """In front of a link: a fresh one for a badge that waits, and a sign-in for one that was claimed."""
    browser = Browser(cloud.visitor)
    waiting, claimed = (links[place].removeprefix(cloud.visitor.base_url) for place in (7, 4))
    browser.submit(f"{waiting}/mail", {})
    for method in ("GET", "HEAD"):
        browser.ask(method, "/wallet/link-mailed")
    mails = len(cloud.mails())
    check(deliver(cloud)[LETTERS]["sent"] == 1, "no fresh link was mailed")
    fresh = claim_link(cloud.mails()[mails], cloud.visitor.base_url)
    check(not fresh.endswith(waiting), "the fresh link is the old one")
    for link in (fresh, waiting):
        browser.ask("GET", link)
    browser.submit(f"{claimed}/sign-in", {})
    mails = cloud.mails
    deliver(cloud)
    [to] = mails()[-1]["To"]
    link = newest_link(cloud, to, "/wallet/sign-in/")
    browser.submit(link, {})
    browser.ask("GET", "/wallet")
    browser.submit("/wallet/sign-out", {"where": "here"})
    browser.ask("GET", "/wallet", expect=303)


def closed(cloud: Cloud, person: str, address: str) -> None:
    owner = sign_in(cloud, person)
    for method in ("GET", "HEAD"):
        owner.ask(method, "/wallet/close")
    status = cloud.visitor.get(f"{address}.json").json()["credentialStatus"]
    owner.submit("/wallet/close", {"confirm": "close"}, expect=200)
    check(owner.cookie is None, "a closed wallet leaves its cookie")
    cloud.visitor.ask("GET", address, expect=410)
    answers = deliver(cloud)
    check(answers[MARKS] == {"lists": 1} and answers[LETTERS]["sent"] == 1, f"closing came to {answers}")
    check(is_revoked(cloud, status), "the bit of a closed wallet's badge is not in its list")
    # Only the register knows the person now, and the letter that is sent.
    items = cloud.items().items()
    knowing = [partition for (partition, _), item in items if person in str(item)]
    check(all(one.startswith("CANDIDATE#") for one in knowing), f"a closed wallet is remembered in {knowing}")
