"""Every alteration of the ledger's SQL is caught by the checks that the product's own database passes, or explained."""

import random

import pytest

from tests.counts import LARGE
from tests.races import ledger_checks, ledger_checks_of_conversions, ledger_checks_of_days
from tests.races.ledger_mutants import explained, mutants, statements, survives

# Importing them fills the list of checks.
__all__ = ["ledger_checks", "ledger_checks_of_conversions", "ledger_checks_of_days"]


@pytest.mark.usefixtures("rollback_db")
def test_altered_ledgers_are_caught(request: pytest.FixtureRequest, seed: int, claim) -> None:
    server = request.getfixturevalue("_server")
    ledger = statements()
    every = list(mutants(ledger))
    assert survives(server, ledger, None) is True, "the ledger as it is passes"
    tried = every if LARGE else random.Random(seed).sample(every, 4)
    verdicts = [(mutant, survives(server, ledger, mutant)) for mutant in tried]
    alive = {mutant.name for mutant, verdict in verdicts if verdict}
    assert {name for name in alive if not explained(name)} == set()
    built = sum(verdict is not None for _, verdict in verdicts)
    if LARGE:
        known = [mutant.name for mutant in every if explained(mutant.name)]
        assert set(known) == alive, "what is explained away does survive"
        assert built >= 150
    claim("altered ledgers (SQL mutants) caught or explained", built)
