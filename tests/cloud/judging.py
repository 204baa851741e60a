"""Chapter: anyone has badges judged, ours and others', through the gateway. Nothing of it is kept."""

import json
import struct
import zlib

from cloud import Cloud
from processes import check
from visitor import Answer

ELSEWHERE = "https://shop.example.org"
# Addresses that lead into a network, not out of it.
INSIDE = ["https://127.0.0.1/badge.json", "https://169.254.169.254/latest/meta-data/", "https://localhost/badge.json"]
# What the function reads at most.
LARGEST = 4 * 1024 * 1024


def judge(cloud: Cloud, public: list[str]) -> None:
    visitor, address = cloud.visitor, public[0]
    before = cloud.items()
    picture, text = visitor.get(f"{address}.png").body, visitor.get(f"{address}.json").body
    for body, media_type in [(picture, "image/png"), (text, "application/vc+ld+json")]:
        says(posted(cloud, body, media_type).json(), "valid", "our own badge")
    # As the page sends it: the gateway hands it on as base64.
    says(uploaded(cloud, {"badge.png": picture}).json(), "valid", "our own badge in a form")
    page = uploaded(cloud, {"badge.png": picture}, accept="text/html").text()
    check("<html" in page and address in page, "the page of a verdict does not lead to the badge")

    other = tampered(picture)
    check(len(other) == len(picture) and other != picture, "nothing was tampered with")
    verdict = posted(cloud, other, "image/png").json()
    says(verdict, "not-valid", "a badge that somebody changed")
    check(outcome(verdict, "form") == "passed", f"it is refused for its form, not its signature: {verdict}")
    check(outcome(verdict, "signature") == "failed", f"the signature of a changed badge: {verdict}")

    links = linked(cloud, public)
    check(len(links) == len(public), f"of {len(public)} links {len(links)} are answered")
    for one in links:
        says(one["verdict"], "valid", one["link"])
    table = uploaded(cloud, {"badge.png": picture, "other.png": other}, format="csv").text()
    check("badge.png" in table and "other.png" in table, f"the table is about others: {table[:300]}")

    for one in linked(cloud, INSIDE):
        verdict = one["verdict"]
        refused = verdict["verdict"] == "could-not-check" and verdict["unavailable"] == {"code": "forbidden"}
        check(refused, f"verify was led inside: {one}")
    visitor.ask("POST", "/verify", bytes(LARGEST + 1), 413, Content_Type="image/png")
    preflights(cloud, address)
    check(cloud.items() == before, "judging changes something")
    print(f"judged: our own badge in 4 forms, {len(links)} links at once, and one that was tampered with")


def posted(cloud: Cloud, body: bytes, media_type: str) -> Answer:
    """As a program has a badge judged."""
    headers = {"Content_Type": media_type, "Accept": "application/json", "Origin": ELSEWHERE}
    answer = cloud.visitor.ask("POST", "/verify", body, 200, **headers)
    check(answer.headers["access-control-allow-origin"] == "*", "a page of another origin cannot read a verdict")
    check(answer.headers["cache-control"] == "no-store", f"a verdict may be kept: {answer.headers['cache-control']}")
    return answer


def uploaded(cloud: Cloud, files: dict[str, bytes], accept: str = "application/json", **fields: str) -> Answer:
    """As a browser sends the page's form."""
    parts = [(f'name="{name}"', text.encode()) for name, text in fields.items()]
    parts += [(f'name="file"; filename="{name}"', content) for name, content in files.items()]
    boundary = "----a-line-that-stands-in-no-file"
    heads = [f"--{boundary}\r\nContent-Disposition: form-data; {about}\r\n\r\n".encode() for about, _ in parts]
    body = b"".join(head + content + b"\r\n" for head, (_, content) in zip(heads, parts))
    body += f"--{boundary}--\r\n".encode()
    media_type = f"multipart/form-data; boundary={boundary}"
    return cloud.visitor.ask("POST", "/verify", body, 200, Content_Type=media_type, Accept=accept)


def linked(cloud: Cloud, links: list[str]) -> list[dict]:
    answer = uploaded(cloud, {}, link="\n".join(links)).json()
    return answer["results"]


def preflights(cloud: Cloud, address: str) -> None:
    """What a browser asks before a page of another origin may. No route is for it but the default one."""
    asks = {"Origin": ELSEWHERE, "Access_Control_Request_Method": "POST"}
    for path, methods in [("/verify", "GET, HEAD, POST"), (f"{address}.json", "GET, HEAD")]:
        answer = cloud.visitor.ask("OPTIONS", path, expect=204, **asks)
        allowed = answer.headers["access-control-allow-origin"], answer.headers["access-control-allow-methods"]
        check(allowed == ("*", methods), f"a page of another origin may do {allowed} at {path}")
    for path in ("/candidates", "/wallet"):
        answer = cloud.visitor.ask("OPTIONS", path, expect=None, **asks)
        check("access-control-allow-origin" not in answer.headers, f"{path} is open to pages of other origins")


def of_a_stranger() -> bytes:
    """A hosted badge, which nobody can judge without asking its host."""
    host = "https://badges.example.org"
    badge = {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": f"{host}/assertions/1",
        "recipient": {"type": "email", "hashed": False, "identity": "somebody@example.org"},
        "badge": f"{host}/classes/1",
        "issuedOn": "2026-01-01T00:00:00Z",
        "verification": {"type": "HostedBadge"},
    }
    return json.dumps(badge).encode()


def tampered(picture: bytes) -> bytes:
    """The picture with one digit of the signed credential changed, and every checksum right."""
    chunks, place, changed = [picture[:8]], 8, 0
    while place < len(picture):
        [length] = struct.unpack(">I", picture[place : place + 4])
        kind, data = picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]
        if kind == b"iTXt" and data.startswith(b"openbadgecredential\0"):
            at = data.index(b"sha256$") + len(b"sha256$")
            digit = b"1" if data[at : at + 1] == b"0" else b"0"
            data, changed = data[:at] + digit + data[at + 1 :], changed + 1
        chunks += [struct.pack(">I", length), kind, data, struct.pack(">I", zlib.crc32(kind + data))]
        place += 12 + length
    check(changed == 1, f"the picture holds {changed} credentials")
    return b"".join(chunks)


def says(verdict: dict, wanted: str, what: str) -> None:
    check(verdict["verdict"] == wanted, f"{what} is {verdict['verdict']}, not {wanted}: {json.dumps(verdict)[:1500]}")


def outcome(verdict: dict, check_name: str) -> str:
    [line] = [line for line in verdict["checks"] if line["check"] == check_name]
    return line["outcome"]
