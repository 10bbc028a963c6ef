"""Limits of an answer in words: counted alike in every script, said as codes, and never a refusal for its language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.questions._language import direction_of, words_in
from fairhand.tasks.questions.text.part import TextAnswerTerms

TERMS = {"name": "said", "type": "text", "version": 1, "label": {"en": "Say"}, "chars_max": 40}
_text = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)


def codes(answer: str, **terms: object) -> list[str]:
    part = QUESTIONS.get("text")
    assert part is not None
    return [problem.code for problem in part.check(answer, TERMS | terms)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0), (" \n ", 0), ("— - * #", 0), ("one", 1), ("well-known, don't 3.5", 3), ("a\u00a0b\u3000c\td\r\ne", 5),
        ("مُدَرِّسٌ جديدٌ", 2), ("قال: «نعم»، ثم مضى.", 4), ("كـــتاب ١٢٣", 2), ("می\u200cخواهم", 1),
        ("它是红色的。", 5), ("日本語 and カナ", 6),
        ("한국어 문장", 2),
        ("नमस्ते दुनिया", 2), ("🌊 wave", 1), ("- item\n- two", 2), ("e\u0301te\u0301", 1),
    ],
)  # fmt: skip
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    assert words_in(text) == words


@given(_text, _text)
def test_words_of_two_texts_are_those_of_both(one: str, two: str) -> None:
    assert words_in(f"{one} {two}") == words_in(one) + words_in(two)
    assert words_in(one) <= len(one)


def test_an_answer_keeps_its_limits() -> None:
    assert codes("five!", chars_least=5) == []
    assert codes(" four ", chars_least=5) == ["too_short"], "space makes no answer longer"
    assert codes("كلمتان اثنتان", words_least=2, words_max=2) == []
    assert codes("كلمة — ", words_least=2) == ["too_few_words"]
    assert codes("a b c", words_max=2) == ["too_many_words"]
    assert codes("x" * 41, words_least=2) == ["too_long"]
    assert codes("", words_least=2) == ["required"]
    assert codes("", words_least=2, chars_least=3, required=False) == [], "what need not be answered may be blank"
    assert codes("word", words_least=2, required=False) == ["too_few_words"]
    assert codes("English words", language="ar") == []


def test_limits_that_nothing_meets_are_refused() -> None:
    for wrong in (
        {"chars_least": 41}, {"words_least": 3, "words_max": 2}, {"words_least": 41}, {"words_max": 0},
        {"language": "x"}, {"language": "arabic language"}, {"language": "en_US"}, {"language": 'ar" onclick="'},
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            TextAnswerTerms.model_validate(TERMS | wrong)
    for right in ("ar", "zh-Hant", "pt-BR", "es-419", "sl-rozaj-biske", "sr-Latn-RS", "ckb", "de-1996"):
        assert TextAnswerTerms.model_validate(TERMS | {"language": right, "words_least": 2}).language == right


def test_a_language_has_its_direction() -> None:
    sides = {
        "ar": "rtl",
        "ur-PK": "rtl",
        "AZ-arab": "rtl",
        "ar-Latn": "ltr",
        "en": "ltr",
        "zh-Hant": "ltr",
        None: "auto",
    }
    assert {language: direction_of(language) for language in sides} == sides
