"""The pages' Arabic: every sentence has one, it is not the English, and the compiled file is the one of the sources."""

import pytest
from babel.messages.catalog import Catalog

from tools import messages


@pytest.fixture(scope="module")
def today() -> Catalog:
    """What the sources say today, with the translations there are."""
    return messages.merged()


def test_every_sentence_has_its_arabic(today: Catalog) -> None:
    assert len(today) > 300
    assert messages.problems(today) == []


def test_the_translation_file_is_in_step(today: Catalog) -> None:
    assert messages.PO.read_bytes() == messages.written(today), "run python tools/messages.py"


def test_the_compiled_file_is_fresh(today: Catalog) -> None:
    assert messages.MO.read_bytes() == messages.compiled(today), "run python tools/messages.py"


@pytest.mark.parametrize(
    ("english", "arabic", "why"),
    [
        ("Open to you", "", "is not translated"),
        ("Open to you", "Open to you", "repeats the English"),
        ("Open to you", "Ouvert", "has no Arabic letter"),
        ("of %(n)s", "من", "does not carry the same figures"),
        ("of it", "من %(n)s", "does not carry the same figures"),
        (("%(n)s h", "%(n)s h"), ("ساعة",) * 2, "has 2 plural forms"),
        (("%(n)s h", "%(n)s h"), ("ساعة %(m)s",) * 6, "does not carry the same figures"),
        (("%(n)s h", "%(n)s h"), ("ساعة", "ساعة", "", "ساعة", "ساعة", "ساعة"), "is not translated"),
    ],
)
def test_what_is_wrong_is_said(english: object, arabic: object, why: str) -> None:
    catalog = Catalog(locale="ar")
    catalog.add(english, arabic)
    assert any(why in found for found in messages.problems(catalog)), messages.problems(catalog)


def test_one_and_two_may_be_said_by_the_word_alone() -> None:
    catalog = Catalog(locale="ar")
    catalog.add(
        ("%(n)s h", "%(n)s h"), ("%(n)s ساعة", "ساعة واحدة", "ساعتان", "%(n)s ساعات", "%(n)s ساعة", "%(n)s ساعة")
    )
    assert messages.problems(catalog) == []
