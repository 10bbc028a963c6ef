"""A conversation with one or two models that answer while it is held; of two, which is better, turn by turn.

Models are named as the operator called their endpoints; whoever works sees A and B, in an order drawn for them.
"""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import (
    FILE_BYTES_MAX,
    FILES_PER_QUESTION_MAX,
    MODEL_TURNS_MAX,
    PARAGRAPH_CHARS_MAX,
    PREFERENCE_STRENGTH_MAX,
    TEXT_ANSWER_CHARS_MAX,
)
from fairhand.tasks.fields._file import is_file
from fairhand.tasks.questions._apart import apart
from fairhand.tasks.questions._models import SLOTS, ModelTerms
from fairhand.tasks.questions._question import Posted, Sends, one
from fairhand.tasks.questions.panel.talk import chosen, talk_fault
from fairhand.tasks.questions.prompt.turns import TurnRules, bare, takes
from fairhand.tasks.wording import Identifier, Problem, unfit

Kind = Literal["image", "audio", "pdf"]
_MB = 1_000_000


class PanelTerms(ModelTerms):
    """`models`: one, or two that are compared. From `least` to `most` turns, each of at most `chars_max` characters,
    with files of these `kinds`, of at most `bytes_max`.

    `temperature`: from 0 to 2 as decimal text; `seed`: a number, or drawn for every answer and kept. `system`: what
    models are set up with. `answer_tokens`: the most of one answer; `asked_max`, `tokens_max`: of all that one claim
    asks for. `strength`: steps of the preference to each side; `tie`: whether both may be equally good; `reason`.
    """

    type: Literal["panel"]
    models: Annotated[list[Identifier], Field(min_length=1, max_length=len(SLOTS))]
    least: Annotated[int, Field(ge=1, le=MODEL_TURNS_MAX)] = 1
    most: Annotated[int, Field(ge=1, le=MODEL_TURNS_MAX)] = 6
    chars_max: Annotated[int, Field(ge=1, le=TEXT_ANSWER_CHARS_MAX)] = PARAGRAPH_CHARS_MAX
    kinds: Annotated[list[Kind], Field(max_length=3)] = []
    files_most: Annotated[int, Field(ge=1, le=FILES_PER_QUESTION_MAX)] = 4
    bytes_max: Annotated[int, Field(ge=1, le=FILE_BYTES_MAX)] = 10 * _MB
    system: Annotated[str, Field(min_length=1, max_length=PARAGRAPH_CHARS_MAX)] | None = None
    strength: Annotated[int, Field(ge=1, le=PREFERENCE_STRENGTH_MAX)] = 3
    tie: bool = True
    reason: Literal["none", "optional", "required"] = "optional"

    def asked_least(self) -> int:
        """One of each model for every turn."""
        return len(self.models) * self.least

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least > self.most:
            raise unfit(
                "least_above_most", "least (%(least)s) is more than most (%(most)s)", least=self.least, most=self.most
            )
        return self


class Panel:
    """answer: {"turns": [{"text", "files", "answers": [{"slot", "id", "text"}, ...], "choice", "preference"?,
    "reason"?}, ...]}. `choice` is the answer by which the conversation went on; `preference` is below zero where A is
    better.

    Whether the answers are what the models said is looked up where it is handed in (flow/panel_answers.py).
    """

    name = "panel"
    version = 1
    terms = PanelTerms

    def sends(self, terms: Mapping[str, Any]) -> Sends | None:
        """Which files are sent for its answer."""
        kinds = terms.get("kinds") or []
        return Sends(tuple(takes(kinds)), terms.get("bytes_max", 10 * _MB)) if kinds else None

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_an_object, few_turns, many_turns, too_many_asked, those of a turn (questions/panel/talk.py)."""
        question = str(terms["name"])
        if not isinstance(answer, Mapping) or set(answer) != {"turns"} or not isinstance(answer["turns"], list):
            return [Problem(question, "not_an_object", "needs a list of turns, and nothing else")]
        turns, (least, most) = answer["turns"], (terms.get("least", 1), terms.get("most", 6))
        if len(turns) < least:
            return [Problem(question, "few_turns", f"has {len(turns)} turns; {least} are asked for at the least")]
        if len(turns) > most:
            return [Problem(question, "many_turns", f"has {len(turns)} turns; {most} are allowed")]
        rules = rules_of(terms)
        for place, turn in enumerate(turns, start=1):
            if (fault := talk_fault(turn, terms, rules)) is not None:
                return [Problem(question, fault[0], f"has a turn {place} that {fault[1]}")]
            if len(turn["files"]) > terms.get("files_most", 4):
                return [
                    Problem(question, "files_too_many", f"has more than {terms.get('files_most', 4)} files in a turn")
                ]
        if sum(len(turn["answers"]) for turn in turns) > terms.get("asked_max", 40):
            return [Problem(question, "too_many_asked", "holds more answers than may be asked for")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """What the page's script keeps as JSON; without a script no model is asked."""
        text = one(posted, name)
        if not text.strip():
            return None
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return text
        if not isinstance(found, dict):
            return found
        found.pop("next", None)  # what is written and not sent is no part of the answer
        return found if found.get("turns") else None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """`turns` as they can be read; `kept`: the same as the page's script reads it; `accept`: for a file dialogue;
        `steps` of the preference, and whether its `reason` is asked for; `two`: whether models are compared."""
        turns, most = _readable(value), terms.get("strength", 3)
        steps = [step for step in range(-most, most + 1) if step or terms.get("tie", True)]
        return {
            "turns": turns, "kept": json.dumps({"turns": turns}, ensure_ascii=False) if turns else "",
            "accept": ",".join(takes(terms.get("kinds") or [])), "two": len(terms["models"]) == 2,
            "steps": [(step, abs(step)) for step in steps], "reason": terms.get("reason", "optional"),
        }  # fmt: skip

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        steps = range(1, len(self.drawn(None, terms)["steps"]) + 1) if len(terms["models"]) > 1 else ()
        return [("alt+enter", ""), ("esc", "stop"), *((str(key), "") for key in steps)]

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """Of all turns the share that does not say, get and judge the same."""
        return apart(_said(a), _said(b))

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """Of the turns that both have, the share with the same side preferred; with one model, 1 for the same talk."""
        if len(terms["models"]) == 1:
            return Fraction(_said(answer) == _said(gold))
        pairs = list(zip(answer["turns"], gold["turns"], strict=False))
        same = sum(_sign(left["preference"]) == _sign(right["preference"]) for left, right in pairs)
        return Fraction(same, max(len(answer["turns"]), len(gold["turns"])))

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The conversation as JSON, how many turns it has, how many answers were asked for, the preferences."""
        return tuple(f"{terms['name']}{each}" for each in ("", "_turns", "_answers", "_preferences"))

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The same."""
        if answer is None:
            return ("",) * 4
        turns = answer["turns"]
        steps = " ".join(str(turn["preference"]) for turn in turns if "preference" in turn)
        asked = sum(len(turn["answers"]) for turn in turns)
        return (json.dumps(turns, sort_keys=True, ensure_ascii=False), str(len(turns)), str(asked), steps)


def rules_of(terms: Mapping[str, Any]) -> TurnRules:
    """What a user's turn may hold."""
    return TurnRules(("user",), terms.get("chars_max", PARAGRAPH_CHARS_MAX), tuple(terms.get("kinds") or ()), "none")


def _said(answer: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {
        str(place): (
            " ".join(turn["text"].split()), *(file["sha256"] for file in turn["files"]), chosen(turn)["text"],
            turn.get("preference"),
        )
        for place, turn in enumerate(answer["turns"])
    }  # fmt: skip


def _sign(step: int) -> int:
    return (step > 0) - (step < 0)


def _readable(value: object) -> list[dict[str, Any]]:
    """Turns as they can be drawn: what is none is left out."""
    given = value.get("turns") if isinstance(value, Mapping) else None
    turns = []
    for turn in given if isinstance(given, list) else []:
        if not isinstance(turn, Mapping) or not isinstance(turn.get("text"), str):
            continue
        files, answers = turn.get("files"), turn.get("answers")
        told: dict[str, Any] = {
            "text": turn["text"],
            "files": [
                each for each in (files if isinstance(files, list) else [])
                if isinstance(each, Mapping) and is_file(bare(each))
            ],
            "answers": [
                each for each in (answers if isinstance(answers, list) else [])
                if isinstance(each, Mapping) and all(isinstance(each.get(key), str) for key in ("slot", "id", "text"))
            ],
        }  # fmt: skip
        turns.append(told | {key: turn[key] for key in ("choice", "preference", "reason") if key in turn})
    return turns


PART = Panel()
