"""Lets openbadgeslib read what else stands for a badge, hosted Open Badges 2.0 and the token, and refuse changed ones.

    forms.py EXPORT_DIR     while the site of EXPORT_DIR/site.json is served
"""

import loopback  # isort: skip

import base64
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.baking import extract_png
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob2.verifier import OB2Verifier
from openbadgeslib.ob3 import OB3Verifier

HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))
KEYWORD = b"openbadges"


def main(export: Path) -> None:
    site = json.loads((export / "site.json").read_text())
    recipients = site["recipients"]
    for badge, address in recipients.items():
        text = read(f"{badge}.v2.json").decode()
        if extract_png(read(f"{badge}.png"), keyword=KEYWORD) != text:
            sys.exit(f"{badge}.png holds another assertion than {badge}.v2.json")
        OB2Verifier(download=read).verify_hosted(text, expected_recipient=address)
    print(f"accepted: {len(recipients)} hosted assertions, each for its recipient; each picture holds its own to the byte")
    refuse_assertions(site)

    pem, issuer = published_key(site["site"]), f"did:web:{urllib.parse.quote(site['site'].partition('://')[2], safe='')}"
    for badge in recipients:
        credential = OB3Verifier(pem, issuer).verify(read(f"{badge}.jwt").decode())
        if credential.id != badge:
            sys.exit(f"{badge}.jwt is about {credential.id}")
    print(f"accepted: {len(recipients)} tokens")
    refuse_tokens(OB3Verifier(pem, issuer), pem, *(read(f"{badge}.jwt").decode() for badge in list(recipients)[:2]))


def refuse_assertions(site: dict) -> None:
    badge, other = list(site["recipients"])[:2]
    assertion, another = (json.loads(read(f"{each}.v2.json")) for each in (badge, other))
    hosted = OB2Verifier(download=read)
    print("changed assertions:")
    must_be_refused("another recipient is asked for", "mismatch",
                    lambda: hosted.verify_hosted(assertion, expected_recipient=site["recipients"][other]))
    for name, changes, expected in [
        ("the recipient of another badge", {"recipient": another["recipient"]}, "'recipient' differs"),
        ("another badge class", {"badge": f"{assertion['badge']}-2"}, "'badge' differs"),
        ("another beginning", {"issuedOn": "2001-01-01T00:00:00Z"}, "'issuedOn' differs"),
        ("another end", {"expires": "2999-01-01T00:00:00Z"}, "'expires' differs"),
        ("the address of another badge", {"id": another["id"]}, "differs"),
        ("the address of a deleted badge", {"id": f"{site['deleted']}.v2.json"}, "410"),
    ]:
        must_be_refused(name, expected, lambda changed={**assertion, **changes}: hosted.verify_hosted(changed))
    gone = json.loads(read(f"{site['deleted']}.v2.json", 410))
    must_be_refused("what is left of a deleted badge", "recipient", lambda: hosted.verify_hosted(gone))
    foreign = {**json.loads(read(site["site"] + "/issuer.v2.json")), "id": "https://another.example/issuer.v2.json"}
    elsewhere = OB2Verifier(download=lambda url: json.dumps(foreign).encode() if "/issuer" in url else read(url))
    must_be_refused("an issuer of another site", "issuer", lambda: elsewhere.verify_hosted(assertion))


def refuse_tokens(verifier: OB3Verifier, pem: bytes, token: str, other: str) -> None:
    print("changed and forged tokens:")
    head, payload, signature = token.split(".")
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False})
    forger = ec.generate_private_key(ec.SECP256R1())
    another = encoded({**claims, "name": "Another"})
    # PyJWT itself makes no token of a public key; an attacker does.
    confused = hmac_token({**header, "alg": "HS256"}, claims, pem)
    for name, changed in [
        ("another name", f"{head}.{another}.{signature}"),
        ("the payload of another badge", f"{head}.{other.split('.')[1]}.{signature}"),
        ("the signature of another badge", f"{head}.{payload}.{other.split('.')[2]}"),
        ("no signature", f"{head}.{payload}."),
        ('the algorithm "none"', f"{encoded({**header, 'alg': 'none'})}.{payload}."),
        ("HS256 with the public key as the secret", confused),
        ("the key of a forger", jwt.encode(claims, forger, "ES256", header)),
    ]:
        must_be_refused(name, "", lambda changed=changed: verifier.verify(changed))


def must_be_refused(name: str, expected: str, verify) -> None:
    try:
        verify()
    except (LibOpenBadgesException, urllib.error.HTTPError) as refusal:
        reason = " ".join(str(refusal).split())
        if expected not in reason:
            sys.exit(f"refused, but not for what was done: {name}: {reason}")
        print(f"  refused: {name} ({reason if len(reason) < 100 else reason[:100] + '…'})")
    else:
        sys.exit(f"accepted, and must not be: {name}")


def published_key(site: str) -> bytes:
    [key] = json.loads(read(f"{site}/.well-known/jwks.json"))["keys"]
    return jwt.PyJWK(key).key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def encoded(value: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def hmac_token(header: dict, claims: dict, secret: bytes) -> str:
    text = f"{encoded(header)}.{encoded(claims)}"
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    mac = algorithm.sign(text.encode(), secret)
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def read(url: str, status: int = 200) -> bytes:
    try:
        with HTTP.open(url) as response:
            return response.read()
    except urllib.error.HTTPError as answer:
        if answer.code != status:
            raise
        return answer.read()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
