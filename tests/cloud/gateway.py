"""An HTTP API of API Gateway: the template's routes and authorizer, payload format 2.0, one invocation a request.

It is strict where the real one is: a route of its own for each method, tokens checked before the function is called,
the custom domain as the only host, and replies taken only in the form that format 2.0 knows.
"""

import base64
import json
import re
import time
import uuid
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Callable
from urllib.parse import parse_qsl, unquote, urlsplit

import jwt

from serving import listen

# What the gateway hands on as text. Everything else is base64.
TEXT = re.compile(r"text/.*|application/(json|javascript|xml|.*\+json|.*\+xml)", re.IGNORECASE)
# The gateway's own limits.
MAX_BODY = 10 * 1024 * 1024


@dataclass(frozen=True)
class Authorizer:
    """A JWT authorizer, and the keys that its issuer publishes."""

    issuer: str
    audiences: tuple[str, ...]
    keys: dict

    def claims(self, authorization: str | None) -> dict | None:
        """The token's claims, if it is one of the issuer for this audience, and in force."""
        token = (authorization or "").removeprefix("Bearer ").strip()
        try:
            key = self.keys[jwt.get_unverified_header(token)["kid"]]
            return jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self.issuer,
                audience=list(self.audiences),
                options={"require": ["exp", "iss", "aud"]},
            )
        except (jwt.PyJWTError, KeyError):
            return None


@dataclass(frozen=True)
class Route:
    """One route of the API."""

    method: str
    path: str
    function: str
    authorizer: Authorizer | None

    @property
    def greedy(self) -> bool:
        """Whether its last parameter takes the rest of the path, whatever it is."""
        return self.path.endswith("+}")

    @property
    def key(self) -> str:
        return "$default" if self.path == "$default" else f"{self.method} {self.path}"

    def parameters(self, method: str, path: str) -> dict | None:
        """The path's parameters, if the request is for this route."""
        if self.path == "$default":
            return {}
        if self.method not in (method, "ANY"):
            return None
        mine, theirs = self.path.strip("/").split("/"), path.strip("/").split("/")
        if self.greedy and len(theirs) >= len(mine):
            theirs[len(mine) - 1 :] = ["/".join(theirs[len(mine) - 1 :])]
        if len(mine) != len(theirs):
            return None
        found = {}
        for part, value in zip(mine, theirs):
            if part.startswith("{"):
                found[part.strip("{+}")] = unquote(value)
            elif part != value:
                return None
        return found


@dataclass
class Api:
    """The API, and how it calls a function: (function, event) → (reply, whether it failed)."""

    routes: list[Route]
    invoke: Callable[[str, dict], tuple[object, bool]]
    access_log_format: str
    domain: str
    access_log: list[str] = field(default_factory=list)
    # The keys of routes that someone asked for, and what no route but the default one was for.
    reached: set[str] = field(default_factory=set)
    defaulted: set[tuple[str, str]] = field(default_factory=set)

    def start(self) -> str:
        class Handler(Door):
            api = self

        return listen(Handler)

    def find(self, method: str, path: str) -> tuple[Route, dict] | None:
        """A full match goes before one with parameters, that before a greedy one, and the default route comes last."""
        fitting = [(route, found) for route in self.routes if (found := route.parameters(method, path)) is not None]
        fitting.sort(
            key=lambda pair: (pair[0].path == "$default", pair[0].greedy, len(pair[1]), pair[0].method == "ANY")
        )
        return fitting[0] if fitting else None

    def note(self, context: dict) -> None:
        """One line of the access log, in the stage's own format."""
        line = re.sub(r"\$context\.([\w.]+)", lambda match: str(context.get(match[1], "-")), self.access_log_format)
        self.access_log.append(line)


def as_claim(value) -> str:
    """Claims are handed on as text, and a list as `[one two]`."""
    if isinstance(value, list):
        return f"[{' '.join(map(as_claim, value))}]"
    return value if isinstance(value, str) else json.dumps(value)


class Door(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    # Head and body leave in one piece: in two, the second waits for the other side's delayed acknowledgement.
    wbufsize = -1
    api: Api

    def do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        context = {"requestId": uuid.uuid4().hex[:16], "httpMethod": self.command, "path": address.path}
        status, headers, answer = self.answer(address, body, context)
        self.api.note({**context, "status": status, "responseLength": len(answer)})
        self.send_response_only(status)
        for name, value in [*headers, ("Apigw-Requestid", context["requestId"])]:
            self.send_header(name, value)
        # Of what is not sent the function says the length; "no content" and "not modified" have none.
        told = any(name.lower() == "content-length" for name, _ in headers)
        if status not in (204, 304) and not told:
            self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do

    def answer(self, address, body: bytes, context: dict) -> tuple[int, list, bytes]:
        if self.headers.get("Host") != self.api.domain:
            return own(403, "Forbidden")
        found = self.api.find(self.command, address.path)
        if found is None:
            return own(404, "Not Found")
        route, parameters = found
        context["routeKey"] = route.key
        self.api.reached.add(route.key)
        if route.path == "$default":
            self.api.defaulted.add((self.command, address.path))
        if len(body) > MAX_BODY:
            return own(413, "Request Entity Too Large")
        claims = None
        if route.authorizer is not None:
            claims = route.authorizer.claims(self.headers.get("Authorization"))
            if claims is None:
                status, headers, answer = own(401, "Unauthorized")
                return status, [*headers, ("WWW-Authenticate", "Bearer")], answer
        event = self.event(route, parameters, address, body, claims, context["requestId"])
        reply, failed = self.api.invoke(route.function, event)
        return own(500, "Internal Server Error") if failed else unwrapped(reply, self.command)

    def event(self, route: Route, parameters: dict, address, body: bytes, claims, request_id: str) -> dict:
        headers: dict[str, list[str]] = {}
        for name, value in self.headers.items():
            headers.setdefault(name.lower(), []).append(value)
        headers |= {"x-forwarded-for": ["203.0.113.24"], "x-forwarded-proto": ["https"], "x-forwarded-port": ["443"]}
        cookies = [part.strip() for value in headers.pop("cookie", []) for part in value.split(";")]
        now = time.time()
        event = {
            "version": "2.0",
            "routeKey": route.key,
            "rawPath": address.path,
            "rawQueryString": address.query,
            "headers": {name: ",".join(values) for name, values in headers.items()},
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "a1b2c3d4e5",
                "domainName": self.api.domain,
                "domainPrefix": self.api.domain.partition(".")[0],
                "http": {
                    "method": self.command,
                    "path": address.path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "203.0.113.24",
                    "userAgent": self.headers.get("User-Agent", ""),
                },
                "requestId": request_id,
                "routeKey": route.key,
                "stage": "$default",
                "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
                "timeEpoch": int(now * 1000),
            },
            "isBase64Encoded": False,
        }
        if cookies:
            event["cookies"] = cookies
        if address.query:
            values: dict[str, list[str]] = {}
            for name, value in parse_qsl(address.query, keep_blank_values=True):
                values.setdefault(name, []).append(value)
            event["queryStringParameters"] = {name: ",".join(several) for name, several in values.items()}
        if parameters:
            event["pathParameters"] = parameters
        if claims is not None:
            jwt_context = {"claims": {name: as_claim(value) for name, value in claims.items()}, "scopes": None}
            event["requestContext"]["authorizer"] = {"jwt": jwt_context}
        if body:
            is_text = TEXT.fullmatch(self.headers.get_content_type())
            event["body"] = body.decode() if is_text else base64.b64encode(body).decode()
            event["isBase64Encoded"] = not is_text
        return event

    def log_message(self, *_) -> None:
        pass


def keeps(name: str, method: str) -> bool:
    """The gateway measures what it sends."""
    return method == "HEAD" or name.lower() != "content-length"


def own(status: int, words: str) -> tuple[int, list, bytes]:
    """The gateway's own answers."""
    return status, [("Content-Type", "application/json")], json.dumps({"message": words}).encode()


def unwrapped(reply, method: str) -> tuple[int, list, bytes]:
    """What the client gets of a function's reply. Format 2.0 takes no `multiValueHeaders`."""
    if not isinstance(reply, dict) or "statusCode" not in reply:
        return 200, [("Content-Type", "application/json")], json.dumps(reply).encode()
    body = reply.get("body") or ""
    headers = [(name, value) for name, value in (reply.get("headers") or {}).items() if keeps(name, method)]
    headers += [("Set-Cookie", cookie) for cookie in reply.get("cookies") or []]
    return reply["statusCode"], headers, base64.b64decode(body) if reply.get("isBase64Encoded") else body.encode()
