"""One line for each thing that must hold, and how many do not."""

import sys

failed = []
passed = 0


def same(what: str, found, wanted) -> None:
    """What is found must be what is wanted, to the value."""
    global passed
    if found == wanted:
        passed += 1
        print(f"ok    {what}")
    else:
        failed.append(what)
        print(f"FAIL  {what}\n      {found!r}\n      instead of {wanted!r}")


def stop(words: str):
    """Without this, nothing that follows says anything."""
    sys.exit(f"tests/payments: {words}")


def told() -> int:
    print(f"{passed} of {passed + len(failed)} checks")
    return 1 if failed or passed == 0 else 0
