"""Two sizes of every test: `make test` runs small counts, `make prove` the same tests with large ones."""

import os

# Where a run's seed stands, for what is drawn before there are fixtures.
SEED = "FAIRHAND_SEED"
LARGE = os.environ.get("FAIRHAND_PROVE") == "1"


def count(small: int, large: int) -> int:
    """How many cases this run takes."""
    return large if LARGE else small
