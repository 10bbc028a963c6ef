"""Which key does what on the page of a task: the page's own keys, those that parts listen to, those of options. Pure.

Keys are told from left to right of what a person presses: `j`, `alt+up`, `ctrl+enter`. A part that listens to keys has
`keys(terms)`: (key, code of what it does), the code empty where the page shows the key beside a name already. Several
keys of one act stand in one text, with spaces between them.
"""

from collections.abc import Iterator, Mapping, Set
from typing import Any

from fairhand.tasks.fields import FIELDS
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.wording import Reason, because, shown

Terms = Mapping[str, Any]
# What the page of a task has beside its parts. No template may take these.
PAGE: Mapping[str, str] = {
    "a": "Ask or report", "g": "Guideline", "n": "Go on with another task", "p": "Pause", "r": "For reviewers",
    "s": "Skip", "t": "More time", "x": "Examples", "/": "Search", "?": "Keys", "ctrl+enter": "Submit",
    "ctrl+shift+enter": "Submit and take the next",
}  # fmt: skip
# What a reviewer's page has beside that: the verdicts, the clause of the guideline, the note. Where a template's own
# keys are among them, its options have other ones there.
REVIEW = frozenset({"1", "2", "3", "c", "m"})
# Lists of a question whose members may have a `key`; the page gives one to every option of these types.
_LISTS = ("options", "labels", "verdicts")
_GIVEN_TO = ("choice", "choices")
_OF_PAGE = "%(key)s is a key of the page itself, which has %(all)s"
_OF_PART = "%(key)s is a key that %(name)s listens to"
_TWICE = "%(key)s is the key of something in %(name)s already"
_DIGITS = "1234567890"
_LETTERS = "qwdfvbhjkluiyozcem"  # the left hand first: the other one may hold the mouse


def heard(kind: str, terms: Terms) -> list[tuple[str, str]]:
    """(keys, code of what they do) of one part; `kind`: fields or questions."""
    part = (FIELDS if kind == "fields" else QUESTIONS).get(terms["type"], terms.get("version", 1))
    listens = getattr(part, "keys", None)
    return list(listens(terms)) if listens else []


def key_faults(template: Terms) -> Iterator[tuple[list[str | int], Reason]]:
    """(path, sentence) of every key that a template gives and that does something else on the page already."""
    fixed = _fixed(template)
    earlier: dict[str, str] = {}
    for place, question in enumerate(template["questions"]):
        here: list[str] = []
        for name, at, key in _own(question):
            path: list[str | int] = ["questions", place, name, at, "key"]
            if key in PAGE:
                yield path, because("key_of_page", _OF_PAGE, key=shown(key), all=_letters())
            elif key in fixed:
                yield path, because("key_of_part", _OF_PART, key=shown(key), name=shown(fixed[key]))
            elif key in earlier:
                yield path, because("key_elsewhere", _TWICE, key=shown(key), name=shown(earlier[key]))
            else:
                here.append(key)
        earlier |= dict.fromkeys(here, question["name"])


def dealt(template: Terms, beside: Set[str] = frozenset()) -> dict[str, dict[str, str]]:
    """Question -> option -> its key: its own where nothing else has it, another one where there is one left.

    `beside`: keys of the page that is drawn, beyond those of every page. A template that was stored before keys were
    looked at is drawn without two things under one key. A question with more options than there are keys has none.
    """
    taken = {*PAGE, *beside, *_fixed(template)}
    asked = [each for each in template["questions"] if each["type"] in _GIVEN_TO]
    taken |= {key for each in template["questions"] if each not in asked for _, _, key in _own(each)}
    found: dict[str, dict[str, str]] = {each["name"]: {} for each in asked}
    for question in asked:
        for option in question["options"]:
            if (key := option.get("key")) and key not in taken:
                found[question["name"]][option["value"]] = key
                taken.add(key)
    for question in asked:
        has = found[question["name"]]
        bare = [option["value"] for option in question["options"] if option["value"] not in has]
        has |= dict(zip(bare, _run(len(bare), taken), strict=False))
        taken |= set(has.values())
    return found


def _letters() -> str:
    return ", ".join(key for key in PAGE if key.isalnum())


def _run(many: int, taken: Set[str]) -> str:
    """So many keys that nothing has: digits alone, else letters alone, else both; none where they don't suffice."""
    free = ["".join(key for key in keys if key not in taken) for keys in (_DIGITS, _LETTERS, _DIGITS + _LETTERS)]
    return next((keys[:many] for keys in free if len(keys) >= many), "")


def _own(question: Terms) -> Iterator[tuple[str, int, str]]:
    """(list, place, key) of everything in a question that was given a key."""
    for name in _LISTS:
        for place, each in enumerate(question.get(name) or ()):
            if isinstance(each, Mapping) and isinstance(key := each.get("key"), str):
                yield name, place, key


def _fixed(template: Terms) -> dict[str, str]:
    """Key -> the field or question that listens to it, whatever keys its options were given."""
    found: dict[str, str] = {}
    for kind in ("fields", "questions"):
        for terms in template.get(kind, ()):
            for keys, _ in heard(kind, terms):
                for key in keys.split():
                    found.setdefault(key, terms["name"])
    return found
