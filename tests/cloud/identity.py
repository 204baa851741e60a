"""The body's own sign-in service, on this machine and over TLS: it asks nobody for a password, and gives ID tokens."""

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from serving import Server
from staff import KEY_ID, new_key

CLIENT = "office-of-the-test"


def certify(folder: Path) -> Path:
    """Writes a certificate for this machine with its key, `identity.pem`, and gives the file that the programs trust."""
    authority, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = certificate("authority", authority, authority, x509.BasicConstraints(True, None))
    own = certificate("localhost", key, authority, x509.SubjectAlternativeName([x509.DNSName("localhost")]))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "identity.pem").write_bytes(private + own.public_bytes(serialization.Encoding.PEM))
    trusted = folder / "authority.pem"
    trusted.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    return trusted


def certificate(name: str, key, authority, extension) -> x509.Certificate:
    def named(common: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])

    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder().subject_name(named(name)).issuer_name(named("authority"))
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    return builder.add_extension(extension, critical=False).sign(authority, hashes.SHA256())


class Identity:
    """`person` is who signs in next: a name and the roles that are listed."""

    def __init__(self, folder: Path):
        self.secret, self.key = secrets.token_urlsafe(24), new_key()
        self.person: tuple[str, list[str]] = ("staff-0001", [])
        # What was asked for with each code, and everything that no log may hold.
        self.codes: dict[str, dict] = {}
        self.told: list[str] = [self.secret]

        class Handler(Answers):
            identity = self

        server = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "identity.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.issuer = f"https://localhost:{server.server_address[1]}"

    def authorize(self, address: str) -> dict:
        """What a browser that was led here brings back."""
        asked = {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(24)
        self.codes[code] = asked
        self.told += [code, asked["state"], asked["nonce"]]
        return {"code": code, "state": asked["state"]}

    def tokens(self, form: dict, authorization: str) -> dict:
        asked = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        wanted = base64.b64encode(f"{CLIENT}:{self.secret}".encode()).decode()
        if asked is None or asked["code_challenge"] != proof or authorization != f"Basic {wanted}":
            return {"error": "invalid_grant"}
        name, roles = self.person
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": name, "nonce": asked["nonce"], "iat": now, "exp": now + 300}
        token = jwt.encode({**claims, "roles": roles}, self.key, algorithm="RS256", headers={"kid": KEY_ID})
        self.told.append(token)
        return {"access_token": "none", "token_type": "Bearer", "id_token": token}

    def configuration(self) -> dict:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def keys(self) -> dict:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**key, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}


class Answers(BaseHTTPRequestHandler):
    """One connection of intake."""

    protocol_version = "HTTP/1.1"
    identity: Identity

    def do_GET(self) -> None:
        pages = {"/.well-known/openid-configuration": self.identity.configuration, "/keys": self.identity.keys}
        self.say(pages[self.path](), 200)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: value for name, [value] in parse_qs(body).items()}
        tokens = self.identity.tokens(form, self.headers.get("Authorization", ""))
        self.say(tokens, 400 if "error" in tokens else 200)

    def say(self, document: dict, status: int) -> None:
        content = json.dumps(document).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_) -> None:
        pass
