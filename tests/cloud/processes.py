"""The programs that the test starts, and their end. Each runs in a group of its own, so that none outlives the test."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

# Asks this machine itself, whatever proxy the environment names.
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fail(words: str):
    sys.exit(f"tests/cloud/run: {words}")


def check(holds, words: str) -> None:
    if not holds:
        fail(words)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Processes:
    """Everything that runs beside the test."""

    def __init__(self, logs: Path):
        self.logs = logs
        self.running: dict[str, subprocess.Popen] = {}

    def __enter__(self) -> "Processes":
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        return self

    def __exit__(self, *_) -> None:
        for process in self.running.values():
            end(process, signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                pass
            # Whatever the program itself left running.
            end(process, signal.SIGKILL)
            process.wait(10)

    def start(self, name: str, command: list, environment: dict) -> Path:
        """Starts a program with no other environment than this, and gives its log."""
        log = self.logs / f"{name}.log"
        with log.open("wb") as output:
            try:
                self.running[name] = subprocess.Popen(
                    list(map(str, command)),
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
            except OSError as error:
                fail(f"{name} cannot be started: {error}")
        return log

    def wait_for(self, name: str, ready, seconds: float = 30):
        """Waits until `ready` answers something, and gives that."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = ready()
            if found:
                return found
            if self.running[name].poll() is not None:
                break
            time.sleep(0.05)
        fail(f"{name} did not start. It says:\n{(self.logs / f'{name}.log').read_text(errors='replace')[-4000:]}")


def end(process: subprocess.Popen, how: signal.Signals) -> None:
    try:
        os.killpg(process.pid, how)
    except ProcessLookupError:
        pass


def answers(url: str) -> bool:
    try:
        HTTP.open(url, timeout=2).close()
        return True
    except (urllib.error.URLError, OSError):
        return False
