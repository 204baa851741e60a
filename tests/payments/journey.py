"""The whole suite: journey.py PROGRAM LOGS"""

import loopback  # noqa: F401, first

import signal
import sys
import tempfile
from pathlib import Path

import checks
import deliveries
import holders
import money
from machine import Machine
from stripe import Listener, Stripe

ACHIEVEMENTS = Path(__file__).resolve().parents[2] / "events/achievements.json"
NEW = "whsec_of_next_month"


def main(program: str, logs: Path) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(program, Path(folder) / "data", logs / "serve.log")
        machine.run("register", ACHIEVEMENTS)
        holders.register(machine, Path(folder))
        machine.serve()
        stripe = Stripe(Listener(machine), logs / "localstripe.log")
        try:
            walk(machine, stripe)
        finally:
            stripe.end()
            machine.rest()
    return checks.told()


def walk(machine: Machine, stripe: Stripe) -> None:
    orders = iter(holders.order_everything(machine))
    print("── Who may tell of money")
    deliveries.tampered(machine, deliveries.by_the_service(machine, stripe))
    deliveries.out_of_time(machine)
    print("── What becomes of it")
    till = money.Till(machine)
    for tells in [
        money.exact,
        money.of_another_amount,
        money.of_another_currency,
        money.in_a_shop,
        money.never_in_a_shop,
        money.refunded_before,
        money.refunded_after,
        money.disputed,
        money.lost,
    ]:
        tells(till, next(orders))
    money.of_no_order(till)
    money.of_others(till)
    print("── While secrets change")
    [old] = machine.secrets()
    machine.rest()
    machine.change_secrets(NEW, old)
    machine.serve()
    delivery = deliveries.rotated(machine, stripe, old, NEW)
    money.while_secrets_change(till, old, NEW, next(orders), next(orders))
    machine.rest()
    machine.change_secrets(NEW)
    machine.serve()
    deliveries.retired(stripe, old, NEW)
    print("── Six minutes later")
    machine.rest()
    machine.serve(ahead=deliveries.AHEAD)
    deliveries.later(machine, delivery)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
