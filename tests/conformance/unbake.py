"""Lets openbadgeslib read every baked picture of an export, and verify what it read.

    unbake.py EXPORT_DIR
"""

import loopback  # isort: skip

import copy
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError, OB3Verifier

FEWEST = 5


def main(export: Path) -> None:
    pictures = sorted((export / "credentials").glob("*.png"))
    texts = sorted((export / "credentials").glob("*.json"))
    if len(pictures) < FEWEST or [file.stem for file in pictures] != [file.stem for file in texts]:
        sys.exit(f"{export}: {len(texts)} credentials and {len(pictures)} pictures; {FEWEST} pairs at least are needed")
    for picture, text in zip(pictures, texts):
        read = OB3Verifier.extract_token_from_png(picture.read_bytes())
        if read.encode() != text.read_bytes():
            sys.exit(f"{picture} holds other bytes than {text}")
        try:
            verify(export, json.loads(read))
        except OB3VerificationError as refusal:
            sys.exit(f"{picture} is refused: {refusal}")
    print(f"accepted: {len(pictures)} baked pictures; each holds its credential to the byte, and that verifies")

    if (export / "site.json").exists():
        # Of an export alone, a deleted badge is no part any more.
        [deleted] = [file for file in (export / "withdrawn").glob("*.json") if file.stem.count(".") == 0]
        must_be_refused(export, "a deleted badge", json.loads(deleted.read_bytes()), "is set")
    badge = json.loads(read)
    for name, tamper, expected in TAMPERINGS:
        tampered = copy.deepcopy(badge)
        tamper(tampered)
        must_be_refused(export, name, tampered, expected)


def verify(export: Path, badge: dict) -> None:
    """Signature, key, dates and status. The library reads the bit of the status list, but knows proofs of lists only as
    JWT: `verify.mjs` verifies the list itself."""

    def read_public(url: str) -> bytes:
        address = urlsplit(url)
        file = export / address.netloc.replace(":", "_") / address.path.lstrip("/")
        return (file if file.suffix else file.with_name(f"{file.name}.json")).read_bytes()

    verifier = OB3LdpVerifier.for_issuer_did(badge["issuer"]["id"])
    verifier.verify(badge, check_status=True, verify_status_list=False, download=read_public)


def must_be_refused(export: Path, name: str, badge: dict, expected: str) -> None:
    try:
        verify(export, badge)
    except OB3VerificationError as refusal:
        reason = str(refusal)
        if expected not in reason:
            sys.exit(f"refused, but not for what was done: {name}: {reason}")
        print(f"  refused: {name} ({reason.partition(':')[0]})")
    else:
        sys.exit(f"accepted, and must not be: {name}")


def move(status: dict) -> None:
    status["statusListIndex"] = str((int(status["statusListIndex"]) + 1) % 131072)


TAMPERINGS = [
    ("the name of the badge", lambda badge: badge.update(name="Another"), "signature mismatch"),
    ("the status index", lambda badge: move(badge["credentialStatus"]), "signature mismatch"),
    ("no status", lambda badge: badge.pop("credentialStatus"), "signature mismatch"),
    ("an unknown member", lambda badge: badge.update(honours="with honours"), "/honours"),
    # JSON-LD's annotation, which is in no statement and therefore not signed.
    ("an @index", lambda badge: badge.update({"@index": "with honours"}), "@index"),
    (
        "an unknown member with a context that makes it an @index",
        lambda badge: badge.update({"@context": [*badge["@context"], {"honours": "@index"}], "honours": "yes"}),
        "inline @context",
    ),
]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
