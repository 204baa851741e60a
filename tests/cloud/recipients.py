"""Chapter 3: recipients open their links and accept; anyone looks at what is public; one badge is revoked."""

import gzip
import json
import re
from pathlib import Path

from claim_page import ClaimPage
from cloud import Cloud
from processes import check
from stream import deliver
from visitor import Answer

# Strangers' software wants as many to check.
PUBLIC = 5
# What no route is for, and what is answered.
NOWHERE = {("GET", "/no/such/page"): 404, ("POST", "/issuer"): 405}
VALID = "This badge is valid"
REVOKED = "revoked"


def claim_all(cloud: Cloud, mails: list[dict]) -> list[str]:
    """Gives the addresses of the badges that were made public."""
    visitor = cloud.visitor
    links = [claim_link(mail, visitor.base_url) for mail in mails]
    check(len(set(links)) == len(links), "two mails hold the same link")
    before = cloud.items()
    for link in links[: 2 * PUBLIC]:
        # Scanners of mail servers open links. That must change nothing.
        visitor.ask("HEAD", link)
        visitor.get(link, Accept="text/html")
    check(cloud.items() == before, "opening a claim link changes something")

    public = [claim(cloud, link, "public") for link in links[:PUBLIC]]
    private = claim(cloud, links[PUBLIC], "private")
    check(private is None, f"a private badge's page is shown: {private}")
    again = visitor.get(links[0], Accept="text/html", Accept_Language="en").text()
    check("already been accepted" in again, "a link that was used is not answered kindly")
    unknown = visitor.base_url + "/claim/" + "A" * 43
    visitor.get(unknown, expect=404)
    visitor.submit(unknown, {"visibility": "public", "consent": "publication-2"}, expect=404)
    print(f"claimed: {len(public)} as public, 1 as private")
    return public


def claim_link(mail: dict, base_url: str) -> str:
    """The link that both forms of the mail hold."""
    found = set(re.findall(rf"{re.escape(base_url)}/claim/[\w-]+", mail["BodyText"]))
    check(len(found) == 1, f"a mail holds {len(found)} claim links")
    [link] = found
    check(link in mail["BodyHtml"], "the two forms of a mail hold different links")
    check("{{" not in mail["Subject"] + mail["BodyText"] + mail["BodyHtml"], "a mail holds a variable of its template")
    return link


def claim(cloud: Cloud, link: str, visibility: str) -> str | None:
    """Accepts, and gives the address of the badge's page, if it has one."""
    offer = ClaimPage(cloud.visitor.get(link, Accept="text/html").text())
    check(("visibility", visibility) in offer.choices, f"the claim page offers {offer.choices}")
    form = {**offer.fields, "visibility": visibility}
    thanks = ClaimPage(cloud.visitor.submit(offer.action, form).text())
    return next(iter(thanks.badges), None)


def look(cloud: Cloud, public: list[str], export: Path) -> None:
    """What anyone sees. It is also written to a folder, for software that we did not write."""
    visitor = cloud.visitor
    for address in public:
        visitor.ask("HEAD", address)
        page = visitor.get(address, Accept="text/html", Accept_Language="en")
        check(VALID in page.text(), f"the page of a public badge does not say: {VALID}")
        check(page.headers["content-type"].startswith("text/html"), "a badge's page is no page")
        document = visitor.get(f"{address}.json")
        by_name = visitor.get(address, Accept="application/vc+ld+json")
        check(by_name.body == document.body, "a badge has two texts")
        picture = visitor.get(f"{address}.png")
        check(picture.headers["content-type"] == "image/png", "a badge's picture is no picture")
        check(document.body in picture.body, "the picture does not hold the badge to the byte")
        badge = document.json()
        check(badge["id"] == address, f"{address} is called {badge['id']}")
        name = address.rpartition("/")[2]
        save(export / "credentials" / f"{name}.json", document.body)
        save(export / "credentials" / f"{name}.png", picture.body)
        achievement = badge["credentialSubject"]["achievement"]
        image = visitor.get(achievement["image"]["id"])
        check(image.body.startswith(b"\x89PNG"), "an achievement's picture is no PNG")
        check("<html" in visitor.get(achievement["id"], Accept="text/html").text(), "an achievement has no page")
        for url in (address, achievement["id"], badge["credentialStatus"]["statusListCredential"]):
            publish(cloud, export, url)
        hosted(cloud, address, achievement["id"])
    for path in ("/.well-known/did.json", "/issuer"):
        publish(cloud, export, visitor.base_url + path)
    page = visitor.get("/", Accept="text/html").text()
    assets = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)
    check(assets, "the page at / has no style")
    for path in (*assets, "/favicon.ico"):
        visitor.get(path)
    fixed = ("/", "/issuer", "/issuer.v2.json", "/.well-known/did.json", "/.well-known/jwks.json", "/verify")
    for path in (*fixed, "/verify/schema.json", "/favicon.ico", assets[0], *badge_paths(badge)):
        kept_by_caches(cloud, path)
    for path in (address, f"{address}.json", f"{address}.v2.json", f"{address}.png"):
        kept_by_caches(cloud, path)
    asks(cloud)
    visitor.get("/badges/00000000-0000-4000-8000-000000000000", expect=404)
    for (method, path), status in NOWHERE.items():
        visitor.ask(method, path, expect=status)
    print(f"looked at: {len(public)} public badges as page, text and picture")


def asks(cloud: Cloud) -> None:
    """The help, and a question that is sent faster than anybody types: it goes to nobody."""
    visitor, page = cloud.visitor, {"Accept": "text/html"}
    for path in ("/help", "/help/claim"):
        kept_by_caches(cloud, path)
    visitor.ask("HEAD", "/inquiry", **page)
    [shown] = re.findall(r'name="form" value="([^"]+)"', visitor.get("/inquiry", **page).text())
    asked = {"topic": "mail", "message": "メールが届きません。", "address": "toi@example.jp", "form": shown, "homepage": ""}
    visitor.submit("/inquiry", asked, expect=400)


def hosted(cloud: Cloud, address: str, achievement: str) -> None:
    """The badge, its class and its issuer as version 2.0 of the standard has them: each leads to the next."""
    visitor = cloud.visitor
    assertion = visitor.get(f"{address}.v2.json").json()
    check(assertion["id"] == f"{address}.v2.json", f"a hosted badge is called {assertion['id']}")
    versioned = re.fullmatch(re.escape(achievement) + r"\.[1-9][0-9]*\.v2\.json", assertion["badge"])
    check(versioned, f"a hosted badge is of the class {assertion['badge']}")
    badge_class = visitor.get(assertion["badge"]).json()
    issuer = visitor.get(badge_class["issuer"]).json()
    check(issuer["id"] == badge_class["issuer"], f"the issuer of a hosted badge is called {issuer['id']}")


def kept_by_caches(cloud: Cloud, path: str) -> None:
    """HEAD, "not modified" and compression, through the real binary and the gateway."""
    visitor, page = cloud.visitor, {"Accept": "text/html, */*;q=0.8"}
    whole = visitor.get(path, **page)
    # The page of a badge says when it was checked.
    timeless = re.sub(rb"<time.*?</time>", b"", whole.body)
    head = visitor.ask("HEAD", path, **page)
    check(head.body == b"" and "apigw-requestid" in head.headers, f"HEAD {path} is answered {head}")
    check("cache-control" in whole.headers, f"{path} does not say how long it may be kept")
    for name in ("cache-control", "content-type", "vary", "access-control-allow-origin"):
        told = head.headers.get(name), whole.headers.get(name)
        check(told[0] == told[1], f"{path}: {name} is {told[0]} of HEAD and {told[1]} of GET")
    if timeless == whole.body:
        lengths = head.headers["content-length"], str(len(whole.body))
        check(lengths[0] == lengths[1], f"HEAD {path} tells a length of {lengths[0]}, and it has {lengths[1]}")
        tag = whole.headers["etag"]
        check(tag.startswith('"') and head.headers["etag"] == tag, f"{path} has the tags {tag}, {head.headers['etag']}")
        again = visitor.get(path, expect=304, If_None_Match=tag, **page)
        check(again.body == b"" and again.headers["etag"] == tag, f"{path} is sent to who has it: {again}")
    packed = visitor.get(path, Accept_Encoding="gzip", **page)
    if "image/png" in whole.headers["content-type"] or len(whole.body) < 1024:
        check("content-encoding" not in packed.headers, f"{path} is compressed for nothing")
    else:
        check(unpacked(packed) == timeless, f"{path} is another document when it is compressed")
        check(len(packed.body) < len(whole.body), f"{path} gets longer when it is compressed")


def unpacked(answer: Answer) -> bytes:
    check(answer.headers.get("content-encoding") == "gzip", f"not compressed: {answer.headers}")
    return re.sub(rb"<time.*?</time>", b"", gzip.decompress(answer.body))


def badge_paths(badge: dict) -> list[str]:
    """Where else a badge leads."""
    achievement = badge["credentialSubject"]["achievement"]
    return [achievement["id"], achievement["image"]["id"], badge["credentialStatus"]["statusListCredential"]]


def publish(cloud: Cloud, export: Path, url: str) -> None:
    """A public document, kept where `shomei-local export` would put it."""
    path = url.removeprefix(cloud.visitor.base_url).lstrip("/")
    name = path if Path(path).suffix == ".json" else f"{path}.json"
    answer = cloud.visitor.get(url, Accept="application/json")
    save(export / cloud.visitor.base_url.removeprefix("https://") / name, answer.body)


def save(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def revoke(cloud: Cloud, address: str) -> None:
    """The issuer revokes a badge: its bit and a mark are committed, which no function does yet. The table's stream
    tells issuance, which publishes the list anew, and the page says so."""
    visitor = cloud.visitor
    status = visitor.get(f"{address}.json").json()["credentialStatus"]
    listed = status["statusListCredential"]
    name, index = listed.rpartition("/")[2], int(status["statusListIndex"])
    published = visitor.get(listed, Accept="application/json").body
    body = {"list": {"S": name}, "index": {"S": str(index)}}
    revoked = {"pk": {"S": f"REVOKED#{name}"}, "sk": {"S": f"{index:06}"}, "version": {"N": "1"}}
    mark = {"pk": {"S": "STALE"}, "sk": {"S": f"{name}#{index:06}"}, "version": {"N": "1"}, "body": {"M": body}}
    revoked["body"] = {"M": {**body, "at": {"S": "2026-11-02T00:00:00Z"}}}
    cloud.gate.changes.clear()
    absent = {"TableName": cloud.table, "ConditionExpression": "attribute_not_exists(pk)"}
    puts = [{"Put": {**absent, "Item": item}} for item in (revoked, mark)]
    cloud.at_gate("dynamodb").transact_write_items(TransactItems=puts)
    answer = deliver(cloud)
    check(answer == {"StatusListMarked": {"lists": 1}}, f"issuance answered the stream with {json.dumps(answer)}")
    check(not any(partition == "STALE" for partition, _ in cloud.items()), "the mark is still there")
    check(visitor.get(listed, Accept="application/json").body != published, "the list was not published anew")
    page = visitor.get(address, Accept="text/html", Accept_Language="en").text()
    check(VALID not in page and REVOKED in page, "the page of a revoked badge does not say so")
    check(deliver(cloud) == {}, "what issuance writes itself calls it again")
    print("revoked: one badge; the stream had its list published, and its page says so")
