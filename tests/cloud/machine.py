"""Chapter 8: the state machine on a bad day. A stand-in for issuance runs out of time, fails, and is slow, as the real
function is not when a test wants it; the state machine is the template's, as before."""

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler

from cloud import Cloud
from month import await_end, start
from processes import check
from serving import listen

# More than are worked on at once.
SHARDS = range(10)
# The shard that cannot be issued, and those that need several calls, with where each call stops.
BROKEN = 3
LONG = {("issue", 5): ["a", "b"], ("announce", BROKEN): ["c"]}
# The code's constant says the same (see tests/template).
AT_ONCE = 4


@dataclass
class StandIn:
    """Answers as issuance would, by a script."""

    agrees: bool
    calls: list[dict] = field(default_factory=list)
    at_work: int = 0
    most_at_work: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, event: dict) -> dict | None:
        """None is an error."""
        with self.lock:
            self.calls.append(event)
            self.at_work += 1
            self.most_at_work = max(self.at_work, self.most_at_work)
        time.sleep(0.05)
        with self.lock:
            self.at_work -= 1
        step = event["step"]
        if step == "plan":
            work = [{"shard": {"month": "2026-10", "number": number}} for number in SHARDS]
            return {"scheduled": event["scheduled"], "work": work, "months": ["2026-10"]}
        if step == "reconcile":
            return {"agrees": True} if self.agrees else None
        number = event["work"]["shard"]["number"]
        if (step, number) == ("issue", BROKEN):
            return None
        stops = [None, *LONG.get((step, number), []), None]
        after = event.get("after", "nothing was said")
        return {"next": stops[stops.index(after) + 1]} if after in stops else None

    def stops(self, step: str) -> dict[int, list]:
        """Where the calls of each shard went on."""
        found: dict[int, list] = {}
        for call in self.calls:
            if call["step"] == step:
                found.setdefault(call["work"]["shard"]["number"], []).append(call.get("after", "nothing was said"))
        return found


def bad_day(cloud: Cloud) -> None:
    stand_in, execution = run(cloud, agrees=True)
    check(execution["status"] == "SUCCEEDED", f"with one broken shard the execution {execution['status']}")
    for step in ("issue", "announce"):
        expected = {number: [None, *LONG.get((step, number), [])] for number in SHARDS}
        check(stand_in.stops(step) == expected, f"{step} was called for {stand_in.stops(step)}, not {expected}")
    check(1 < stand_in.most_at_work <= AT_ONCE, f"{stand_in.most_at_work} shards were worked on at once")
    last = stand_in.calls[-1]
    known = last["step"] == "reconcile" and last.get("scheduled") == "2026-11-01T00:00:00Z" and "started" in last
    check(known, f"the last call was {last}")
    started = datetime.fromisoformat(last["started"])
    late = abs((execution["startDate"] - started).total_seconds())
    check(late < 1, f"reconcile was told of a start at {started}, {late} s from the real one")
    _, execution = run(cloud, agrees=False)
    check(execution["status"] == "FAILED", f"when the sums do not agree, the execution {execution['status']}")
    print("a bad day: calls are continued, a broken shard stops no other, and sums that do not agree fail the run")


def run(cloud: Cloud, agrees: bool) -> tuple[StandIn, dict]:
    """One execution with the stand-in. The emulator calls it over HTTP, and takes a status 500 for an error."""
    stand_in = StandIn(agrees)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = stand_in.answer(event)
            body = json.dumps(answer).encode()
            self.send_response_only(500 if answer is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_) -> None:
            pass

    name = cloud.function("shomei-issuance")
    functions = cloud.client("lambda")
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    variables["MINISTACK_LAMBDA_PROXY_URL"] = f"http://{listen(Handler)}/"
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
    return stand_in, await_end(cloud, start(cloud))
