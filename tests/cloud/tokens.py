"""Chapter: the body decides to give out badges as signed tokens as well. A second key is made and listed, the badges of
before get their tokens, and every later one comes with its own."""

import jwt

from cloud import Cloud
from deployment import denies, read_key, redeploy
from judging import linked, of_a_stranger, posted, says
from processes import check

CLOSED = {"step": "tokens", "scheduled": "2026-11-01T00:00:00Z"}
TOKEN_KEY = "token-1"
# What a token says beside its credential.
CLAIMS = {"iss", "jti", "sub", "nbf", "exp"}


def give_out_tokens(cloud: Cloud, public: list[str]) -> None:
    visitor, function = cloud.visitor, cloud.function("shomei-issuance")
    visitor.get(f"{public[0]}.jwt", expect=404)
    check(visitor.get("/.well-known/jwks.json").json() == {"keys": []}, "a key of tokens is listed that does not exist")
    answer, failed = cloud.call(function, CLOSED)
    check(failed and answer["errorType"] == "NeedsPerson", f"tokens without a key: {answer}")

    # Two deployments, as with the key of badges: the first makes the key, which signs nothing until it is listed.
    redeploy(cloud, TokenKeyCount="1", Fetching="off")
    denies(cloud, signing(cloud, "shomei-issuance", "DIGEST"))
    redeploy(cloud, TokenKeys=read_key(cloud, TOKEN_KEY))
    denies(cloud, signing(cloud, "shomei-issuance", "RAW") + signing(cloud, "shomei-claim", "DIGEST"))

    waiting = [item for item in live_badges(cloud) if "token" not in item]
    answer, failed = cloud.call(function, CLOSED)
    check(not failed and answer == {"signed": len(waiting), "finished": True}, f"tokens came to {answer}")
    answer, failed = cloud.call(function, CLOSED)
    check(not failed and answer == {"signed": 0, "finished": True}, f"tokens are signed twice: {answer}")
    every_badge_has_a_token(cloud)
    for address in public:
        check_token(cloud, address)
    for method in ("GET", "HEAD"):
        visitor.ask(method, f"/keys/{TOKEN_KEY}")
        visitor.ask(method, "/keys/token-2", expect=404)
    nothing_is_fetched(cloud)
    print(f"tokens: {len(waiting)} badges of before got theirs, and {len(public)} were verified with the listed key")


def every_badge_has_a_token(cloud: Cloud) -> None:
    badges = live_badges(cloud)
    without = [item["id"]["S"] for item in badges if "token" not in item]
    check(badges and not without, f"of {len(badges)} badges these have no token: {without}")


def live_badges(cloud: Cloud) -> list[dict]:
    """Those that are not deleted."""
    items = cloud.items().items()
    badges = [item["body"]["M"] for (kind, sort), item in items if kind.startswith("BADGE#") and sort == "BADGE"]
    return [badge for badge in badges if "signed" in badge]


def check_token(cloud: Cloud, address: str) -> None:
    """With a library that we did not write, and only what is published."""
    visitor = cloud.visitor
    answer = visitor.get(f"{address}.jwt", Accept="*/*")
    check(answer.headers["content-type"] == "application/jwt", f"a token is {answer.headers['content-type']}")
    token = answer.text()
    header = jwt.get_unverified_header(token)
    check(set(header) == {"alg", "kid", "typ"} and header["alg"] == "ES256", f"a token begins with {header}")
    [key] = [key for key in visitor.get("/.well-known/jwks.json").json()["keys"] if key["kid"] == header["kid"]]
    check(visitor.get(header["kid"]).json() == key, f"{header['kid']} answers with another key")
    said = jwt.decode(token, jwt.PyJWK(key).key, algorithms=["ES256"], options={"require": sorted(CLAIMS - {"exp"})})
    badge = visitor.get(f"{address}.json").json()
    check(said["jti"] == address and said["iss"] == badge["issuer"]["id"], f"a token is {said['jti']} of {said['iss']}")
    same = {name: value for name, value in said.items() if name not in CLAIMS}
    check(same == {name: value for name, value in badge.items() if name != "proof"}, "a token says another thing")
    says(posted(cloud, token.encode(), "application/jwt").json(), "valid", "a token")
    other = token[:-6] + ("A" if token[-6] != "A" else "B") + token[-5:]
    says(posted(cloud, other.encode(), "application/jwt").json(), "not-valid", "a token that somebody changed")


def signing(cloud: Cloud, binary: str, message_type: str) -> list[tuple]:
    """An attempt to sign with the key of tokens."""
    key = cloud.stack.attribute("TokenKey1", "Arn")
    request = {"KeyId": key, "Message": bytes(32), "MessageType": message_type, "SigningAlgorithm": "ECDSA_SHA_256"}
    return [(binary, "kms", lambda at: at.sign(**request))]


def nothing_is_fetched(cloud: Cloud) -> None:
    """The template's switch is off by now: who cannot be asked is not called invalid, and our own are judged as ever."""
    says(posted(cloud, of_a_stranger(), "application/json").json(), "could-not-check", "a stranger's badge")
    [one, other] = linked(cloud, ["https://badges.example.org/1.json", "https://badges.example.org/2.json"])
    for told in (one, other):
        verdict = told["verdict"]
        off = verdict["verdict"] == "could-not-check" and verdict["unavailable"] == {"code": "off"}
        check(off, f"something was fetched: {told}")
