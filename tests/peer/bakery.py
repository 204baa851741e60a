"""The picture of the benchmark, baked and unbaked by PyPI `openbadges-bakery`.

    bakery.py CRITERION_DIR   where `cargo bench -p openbadges --bench floors` left its measurements

Times are those of the quickest of many batches, as in the benchmark's own table. Neither writes a file. The work is not
quite the same: to bake, ours has read the picture before, once and for all, and theirs reads it each time; to unbake, ours
goes through the file to its end and checks all of it but the pixels, and theirs stops at the text, which stands at the
beginning.
"""

import io
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

from openbadges_bakery import png_bakery

ARTWORK = Path(__file__).resolve().parents[2] / "events/artwork/pm-foundation.png"
BATCHES, BATCH = 50, 20


def main(directory: Path) -> None:
    text, picture = (directory / "credential.json").read_text(), ARTWORK.read_bytes()

    def bake() -> bytes:
        return png_bakery.bake(io.BytesIO(picture), text, io.BytesIO()).getvalue()

    baked = bake()

    def unbake() -> str:
        return png_bakery.unbake(io.BytesIO(baked))

    if unbake() != text or len(baked) <= len(picture):
        sys.exit("what was baked is not what is read")
    print(f"\nThe same picture ({len(picture)} bytes) and credential; Python is openbadges-bakery {version('openbadges-bakery')}.")
    sums = [0.0, 0.0]
    for operation, peer in [("bake", bake), ("unbake", unbake)]:
        pair = ours(directory, operation), theirs(peer)
        tell(operation, *pair)
        sums = [sum(both) for both in zip(sums, pair)]
    tell("bake and unbake", *sums)


def tell(name: str, us: float, them: float) -> None:
    print(f"{name}: ours {us:.1f} µs, Python {them:.0f} µs, ratio {them / us:.1f}")


def ours(directory: Path, operation: str) -> float:
    """Microseconds of our operation in the quickest of criterion's samples."""
    sample = json.loads((directory / operation / "ours/new/sample.json").read_text())
    return min(time / rounds for time, rounds in zip(sample["times"], sample["iters"])) / 1000


def theirs(operation) -> float:
    """Microseconds."""
    quickest = float("inf")
    for _ in range(BATCHES):
        start = time.perf_counter_ns()
        for _ in range(BATCH):
            operation()
        quickest = min(quickest, (time.perf_counter_ns() - start) / BATCH)
    return quickest / 1000


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
