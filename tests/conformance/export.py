"""Issues the sample badges, claims some of them as their recipients would, and exports everything. With a command, the
site is served while that runs.

    export.py EXPORT_DIR [COMMAND ...]

Beside what the program exports stand then `site.json`, which says where the site is, who claimed which public badge, and
which badge was deleted; and in `withdrawn` that badge as its holder may have kept it.
"""

import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import recipient

ROOT = Path(__file__).resolve().parents[2]
PUBLIC, PRIVATE = 5, 2
# Asks this machine itself, whatever proxy the environment names.
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def main(export: Path, command: list[str]) -> int:
    program = build()
    port = free_port()
    base_url = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        outbox = data / "outbox"
        place = [program, "--data", data, "--base-url", base_url, "--listen", f"127.0.0.1:{port}"]
        run([*place, "try", "--no-serve"])
        offers = [recipient.offer(mail) for mail in sorted(outbox.glob("*.eml"))]
        if len(offers) < PUBLIC + PRIVATE + 1:
            sys.exit(f"{len(offers)} claim links were mailed, and {PUBLIC + PRIVATE + 1} are needed")
        with serving(place, base_url, data / "serve.log"):
            public = {badge: to for link, to in offers[:PUBLIC] for badge in recipient.claim(link, "public")}
            private = [recipient.claim(link, "private") for link, _ in offers[PUBLIC : PUBLIC + PRIVATE]]
            deleted = withdraw(export / "withdrawn", *offers[PUBLIC + PRIVATE], outbox)
            run([*place, "export", export])
            site = {"site": base_url, "recipients": public, "deleted": deleted}
            (export / "site.json").write_text(json.dumps(site))
            told(export / f"localhost_{port}", export, public, private)
            return subprocess.run([*command, export]).returncode if command else 0


def told(documents: Path, export: Path, public: dict, private: list) -> None:
    published = {file.stem for file in (documents / "badges").glob("*.json") if file.stem.count(".") == 0}
    claimed = {url.rpartition("/")[2] for url in public}
    if claimed != published or len(claimed) != PUBLIC or any(private):
        sys.exit(f"claimed as public: {sorted(claimed)}; published: {sorted(published)}; of private ones: {private}")
    issued = len(list((export / "credentials").glob("*.json")))
    print(
        f"issued {issued} sample badges and one that was deleted, claimed {PUBLIC} as public and {PRIVATE} as private, "
        "and exported all",
        flush=True,
    )


def withdraw(folder: Path, link: str, _: str, outbox: Path) -> str:
    """Claims a badge, keeps what it was, and deletes it. Gives its address when the status list says so too."""
    [badge] = recipient.claim(link, "public")
    folder.mkdir(parents=True, exist_ok=True)
    name = badge.rpartition("/")[2]
    for form in ["json", "jwt", "v2.json"]:
        (folder / f"{name}.{form}").write_bytes(read(f"{badge}.{form}"))
    credential = json.loads((folder / f"{name}.json").read_bytes())
    status_list = credential["credentialStatus"]["statusListCredential"]
    before = read(status_list)
    recipient.delete(badge, link, outbox)
    for _ in range(300):
        if read(status_list) != before:
            return badge
        time.sleep(0.1)
    sys.exit(f"{badge} was deleted, and the status list stayed as it was")


def read(url: str) -> bytes:
    with HTTP.open(url) as response:
        return response.read()


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


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]).resolve(), sys.argv[2:]))
