"""The whole journey on the cloud's protocols, with the real binaries. See `run`, which starts this.

    journey.py BINARIES SHOMEI_LOCAL WORK
"""

import json
import sys
import tempfile
from pathlib import Path

from cloud import Cloud
from deployment import Programs, deploy
from distrusting import distrust_and_trust_again
from grants import all_grants_are_used, nothing_was_denied
from judging import judge
from late import errors_say_what_helps, late_registrations
from logs import check_logs
from machine import bad_day
from month import run_month, sums
from office import work_in_the_office
from processes import Processes, check
from recipients import NOWHERE, claim_all, claim_link, look, revoke
from recorded import replay
from registering import MONTH, register
from reissuing import reissue
from reminding import remind
from staff import Issuer
from sweeping import sweep
from tokens import every_badge_has_a_token, give_out_tokens
from wallet import CLOSED, IDLE, live_in_wallets, mailed_tokens

ROOT = Path(__file__).resolve().parents[2]
EVENTS = ROOT / "events"
TEMPLATE = ROOT / "infra" / "template.yaml"


def main(binaries: Path, store: Path, work: Path) -> None:
    logs = work / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    for old in logs.iterdir():
        old.unlink()
    with tempfile.TemporaryDirectory() as scratch, Processes(logs) as processes:
        programs = Programs(binaries, store, Path(sys.prefix))
        cloud, staff = deploy(processes, Path(scratch), TEMPLATE, programs)
        try:
            travel(cloud, staff, work, Path(scratch))
        except SystemExit:
            tell_last_words(cloud)
            # A missing grant is the better explanation of whatever came of it.
            nothing_was_denied(cloud.gate)
            raise
        (work / "calls.json").write_text(json.dumps(calls(cloud), indent=1))


def travel(cloud: Cloud, staff: Issuer, work: Path, scratch: Path) -> None:
    due = register(cloud, staff, EVENTS)
    mails = in_order(run_month(cloud, due))
    public = claim_all(cloud, mails)
    look(cloud, public, work / "export")
    judge(cloud, public)
    distrust_and_trust_again(cloud, public[0])
    give_out_tokens(cloud, public)
    secrets = live_in_wallets(cloud, mails, public)
    # The last two mails wait for their own chapters.
    secrets += reissue(cloud, staff, mails[IDLE:-2], mails[CLOSED])
    remind(cloud, mails[-2])
    sweep(cloud)
    clerk = {"Authorization": f"Bearer {staff.token(['clerk'])}"}
    late = late_registrations(cloud, clerk)
    every_badge_has_a_token(cloud)
    revoke(cloud, public[-1])
    errors_say_what_helps(cloud)
    last = claim_link(mails[-1], cloud.visitor.base_url)
    replay(cloud, EVENTS, ROOT / "tests" / "events.expected.json", last.rpartition("/")[2])
    sums(cloud, clerk, MONTH)
    secrets += work_in_the_office(cloud, scratch)
    nothing_was_denied(cloud.gate)
    every_route_was_asked(cloud)
    all_grants_are_used(cloud.roles)
    check_logs(cloud, EVENTS, MONTH, [*late, *secrets, *mailed_tokens(cloud)])
    bad_day(cloud)


def in_order(mails: list[dict]) -> list[dict]:
    """They come as the shards were done. Those who share an address with somebody are not the first, and not the last two."""
    addresses = [mail["To"][0].lower() for mail in mails]
    own = [mail for mail, address in zip(mails, addresses) if addresses.count(address) == 1]
    shared = [mail for mail, address in zip(mails, addresses) if addresses.count(address) > 1]
    return [*own[:-2], *shared, *own[-2:]]


def tell_last_words(cloud: Cloud) -> None:
    """What each function said last, besides its metrics."""
    for binary in cloud.binaries.values():
        log = cloud.log(binary)
        lines = [line for line in log.read_text().splitlines() if "_aws" not in line] if log.exists() else []
        for line in lines[-2:]:
            print(f"{binary}: {line[:600]}", file=sys.stderr)


def every_route_was_asked(cloud: Cloud) -> None:
    idle = {route.key for route in cloud.api.routes} - cloud.api.reached
    check(not idle, f"routes of the template that nobody asks for: {sorted(idle)}")
    # The default route would hide that one of verify's own is missing.
    asked = {(method, path) for method, path in cloud.api.defaulted if method != "OPTIONS"}
    hidden = asked - set(NOWHERE)
    check(not hidden, f"the template has no route of its own for {sorted(hidden)}")


def calls(cloud: Cloud) -> list[dict]:
    """Who asked for what, and how often."""
    return [
        {"function": function, "action": action, "of": of, "times": times}
        for (function, action, of), times in sorted(cloud.gate.seen.items())
    ]


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*(Path(argument).resolve() for argument in sys.argv[1:]))
