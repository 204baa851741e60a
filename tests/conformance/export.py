"""Issues the sample badges, claims some of them as their recipients would, and exports everything.

    export.py EXPORT_DIR
"""

import email
import email.policy
import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from claim_page import ClaimPage

ROOT = Path(__file__).resolve().parents[2]
PUBLIC, PRIVATE = 5, 2
# Asks this machine itself, whatever proxy the environment names.
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def main(export: Path) -> None:
    program = build()
    port = free_port()
    base_url = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        place = [program, "--data", data, "--base-url", base_url, "--listen", f"127.0.0.1:{port}"]
        run([*place, "try", "--no-serve"])
        links = [claim_link(mail) for mail in sorted((data / "outbox").glob("*.eml"))]
        if len(links) < PUBLIC + PRIVATE:
            sys.exit(f"{len(links)} claim links were mailed, and {PUBLIC + PRIVATE} are needed")
        with serving(place, base_url, data / "serve.log"):
            public = [claim(link, "public") for link in links[:PUBLIC]]
            private = [claim(link, "private") for link in links[PUBLIC : PUBLIC + PRIVATE]]
        run([*place, "export", export])
    published = {file.stem for file in (export / f"localhost_{port}" / "badges").glob("*.json")}
    claimed = {url.rpartition("/")[2] for [url] in public}
    if claimed != published or any(private):
        sys.exit(f"claimed as public: {sorted(claimed)}; published: {sorted(published)}; of private ones: {private}")
    issued = len(list((export / "credentials").glob("*.json")))
    print(f"issued {issued} sample badges, claimed {PUBLIC} as public and {PRIVATE} as private, and exported all")


def build() -> str:
    """The program; Cargo knows where it is."""
    command = ["cargo", "build", "--workspace", "--bins", "--message-format", "json-render-diagnostics"]
    built = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    [program] = [
        message["executable"]
        for message in map(json.loads, built.stdout.splitlines())
        if message["reason"] == "compiler-artifact" and message["target"]["name"] == "shomei-local"
    ]
    return program


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def run(command: list) -> None:
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode != 0:
        sys.exit(f"{result.stdout}\n{' '.join(map(str, command))} failed")


@contextmanager
def serving(place: list, base_url: str, log: Path):
    with log.open("w") as output:
        server = subprocess.Popen([*place, "serve"], stdout=output, stderr=output)
    try:
        for _ in range(300):
            try:
                HTTP.open(f"{base_url}/.well-known/did.json").close()
                break
            except urllib.error.URLError:
                if server.poll() is not None:
                    break
                time.sleep(0.1)
        else:
            sys.exit("the server does not answer")
        if server.poll() is not None:
            sys.exit(f"the server stopped:\n{log.read_text()}")
        yield
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def claim_link(mail: Path) -> str:
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    text = message.get_body(("plain",)).get_content()
    [link] = {word for word in text.split() if "/claim/" in word}
    return link


def claim(link: str, visibility: str) -> set[str]:
    """Answers with the addresses of badges on the page that says thanks."""
    offer = ClaimPage(fetch(link))
    if ("visibility", visibility) not in offer.choices:
        sys.exit(f"the claim page offers {offer.choices}")
    form = urllib.parse.urlencode({**offer.fields, "visibility": visibility}).encode()
    return set(ClaimPage(fetch(urllib.parse.urljoin(link, offer.action), form)).badges)


def fetch(url: str, form: bytes | None = None) -> str:
    origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(url))
    # As browsers name it when they send a form.
    request = urllib.request.Request(url, form, {} if form is None else {"Origin": origin})
    with HTTP.open(request) as response:
        return response.read().decode()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve())
