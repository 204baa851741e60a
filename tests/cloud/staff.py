"""Staff sign in elsewhere: an issuer of tokens with a key of its own, made for this test."""

import time
from dataclasses import dataclass, field

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY_ID = "test-key"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Issuer:
    """Signs tokens for one audience. `roles` is the name of the claim that lists a person's roles."""

    name: str
    audience: str
    roles: str
    key: rsa.RSAPrivateKey = field(default_factory=new_key)

    @property
    def published(self) -> dict:
        """What API Gateway fetches from the issuer."""
        return {KEY_ID: self.key.public_key()}

    def token(self, roles: list[str], key=None, **changed) -> str:
        now = int(time.time())
        claims = {
            "iss": self.name,
            "aud": self.audience,
            "sub": "staff-0001",
            "iat": now,
            "exp": now + 600,
            self.roles: roles,
            **changed,
        }
        return jwt.encode(claims, key or self.key, algorithm="RS256", headers={"kid": KEY_ID})
