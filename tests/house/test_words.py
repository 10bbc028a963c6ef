"""Whatever a flow refuses or finds wrong with an answer, a page can say in the reader's language."""

import re
from pathlib import Path

import pytest

from fairhand.flow.end_claims import SKIP_REASONS
from fairhand.review.rules import VERDICTS
from fairhand.web import words
from fairhand.work.states import DECIDERS, SUBMISSION_STATES

SOURCE = Path(__file__).resolve().parent.parent.parent / "src" / "fairhand"
# Refusals of commands that no page calls: the command line says them, in English.
NO_PAGE = {"money_short"}


def _codes(pattern: str, *folders: str) -> set[str]:
    files = [path for folder in folders for path in (SOURCE / folder).rglob("*.py")]
    return {code for path in files for code in re.findall(pattern, path.read_text())}


def test_every_refusal_has_its_sentence() -> None:
    refused = _codes(r'Refused\(\s*"([a-z_]+)"', "flow", "work", "review", "dispatch", "ledger")
    refused |= set(re.findall(r'^    "([a-z_]+)": "', (SOURCE / "flow" / "claim_next.py").read_text(), re.M))
    assert len(refused) > 12
    assert refused - NO_PAGE - set(words._REFUSALS) == set()


def test_every_problem_of_an_answer_has_its_sentence() -> None:
    found = _codes(r'Problem\(\w+, "([a-z_]+)"', "tasks/questions")
    template = (SOURCE / "tasks" / "template.py").read_text()
    verdicts = (SOURCE / "review" / "rules.py").read_text()
    found |= set(re.findall(r'Problem\([^"]*(?:"")?, "([a-z_]+)"', template))
    found |= set(re.findall(r'\((?:"[a-z_]+"|key), "([a-z_]+)", (?:f?"[A-Z{]|\w+\))', verdicts))
    assert {"required", "not_an_option", "too_long"} <= found
    assert found - set(words._PROBLEMS) == set()


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("submission", SUBMISSION_STATES),
        ("money", SUBMISSION_STATES),
        ("decided_by", DECIDERS),
        ("verdict", VERDICTS),
        ("skip", SKIP_REASONS),
    ],
)
def test_every_state_has_its_word(kind: str, codes: tuple[str, ...]) -> None:
    assert set(codes) <= set(words.codes(kind))
