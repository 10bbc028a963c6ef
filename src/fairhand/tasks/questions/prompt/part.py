"""A prompt for a model that takes more than text: turns with pictures, sound and documents, in their order.

Files go to the model as they lie in the store after they were checked and cleaned. Video is not taken: the chat
interface of model servers has no place for it; of sound it takes WAV and MP3. Where models are named, the prompt is
tried on them while it is written.
"""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from fairhand.kernel.limits import (
    FILE_BYTES_MAX,
    FILES_PER_QUESTION_MAX,
    MODEL_ASKED_PER_CLAIM_MAX,
    PARAGRAPH_CHARS_MAX,
    PROMPT_BYTES_MAX,
    TEXT_ANSWER_CHARS_MAX,
    WRITTEN_TURNS_MAX,
)
from fairhand.tasks.questions._apart import apart
from fairhand.tasks.questions._models import ModelTerms
from fairhand.tasks.questions._question import Posted, QuestionTerms, Sends, one
from fairhand.tasks.questions.prompt.tries import VERDICTS, drawn_tries, kept_tries, tries_fault
from fairhand.tasks.questions.prompt.turns import (
    Fault,
    TurnRules,
    bare,
    drawn_turns,
    kept_turns,
    posted_turns,
    takes,
    text_fault,
    turn_fault,
)
from fairhand.tasks.wording import Problem, unfit

Kind = Literal["image", "audio", "pdf"]
KINDS: tuple[Kind, ...] = ("image", "audio", "pdf")
_MB = 1_000_000
_OF_TRIES = frozenset(ModelTerms.model_fields) - frozenset(QuestionTerms.model_fields) | {
    "tried",
    "judged",
    "fails_least",
}


class PromptTerms(ModelTerms):
    """From `least` to `most` turns, each of at most `chars_max` characters; the last one is the user's.

    `speakers`: whether the user alone speaks, or turns of the model are written too. `system`: a system prompt before
    all turns; `reference`: the answer that would be right, beside them. `kinds` of files, from `files_least` to
    `files_most` over all turns, each of at most `bytes_max`; `alt`: whether it is said what each picture shows.

    `models`: none, or those on which the prompt is tried while it is written; all answers to the prompt as it is
    handed in stand in it. `tried`: whether each model must have answered it to its end; `judged`: whether every try is
    said to be right, partly right or wrong; `fails_least`: so many of the whole ones wrong. `temperature`, `seed`,
    `answer_tokens`, `asked_max` and `tokens_max` as a panel has them.
    """

    type: Literal["prompt"]
    least: Annotated[int, Field(ge=1, le=WRITTEN_TURNS_MAX)] = 1
    most: Annotated[int, Field(ge=1, le=WRITTEN_TURNS_MAX)] = 6
    chars_max: Annotated[int, Field(ge=1, le=TEXT_ANSWER_CHARS_MAX)] = PARAGRAPH_CHARS_MAX
    speakers: Literal["user", "both"] = "user"
    system: Literal["none", "optional", "required"] = "none"
    reference: Literal["none", "optional", "required"] = "none"
    kinds: Annotated[list[Kind], Field(max_length=len(KINDS))] = list(KINDS)
    files_least: Annotated[int, Field(ge=0, le=FILES_PER_QUESTION_MAX)] = 0
    files_most: Annotated[int, Field(ge=1, le=FILES_PER_QUESTION_MAX)] = 6
    bytes_max: Annotated[int, Field(ge=1, le=FILE_BYTES_MAX)] = 20 * _MB
    alt: Literal["none", "optional", "required"] = "optional"
    tried: Literal["optional", "required"] = "optional"
    judged: Literal["none", "required"] = "none"
    fails_least: Annotated[int, Field(ge=0, le=MODEL_ASKED_PER_CLAIM_MAX)] = 0

    def asked_least(self) -> int:
        """One of each model, and as many as must fail."""
        return max(len(self.models), self.fails_least)

    @model_serializer(mode="wrap")
    def _without_models(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A prompt that asks no model says nothing about how: its template is the one that it was."""
        told: dict[str, Any] = handler(self)
        return told if self.models else {key: value for key, value in told.items() if key not in _OF_TRIES}

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least > self.most:
            raise unfit(
                "least_above_most", "least (%(least)s) is more than most (%(most)s)", least=self.least, most=self.most
            )
        if self.files_least > self.files_most:
            why = "files_least (%(least)s) is above files_most (%(most)s)"
            raise unfit("files_least_above_most", why, least=self.files_least, most=self.files_most)
        if self.files_least and not self.kinds:
            why = "files_least (%(least)s) asks for files, and kinds takes none"
            raise unfit("files_of_no_kind", why, least=self.files_least)
        if not self.models and (self.tried == "required" or self.judged == "required" or self.fails_least):
            raise unfit("tries_of_nothing", "tried, judged and fails_least ask for models, and none is named")
        if self.fails_least and (self.tried, self.judged) != ("required", "required"):
            why = "fails_least needs tried and judged to be required: it counts tries that are judged wrong"
            raise unfit("fails_unjudged", why)
        return self


class Prompt:
    """answer: {"turns": [{"role", "text", "files"}], "reference"?, "tries"?: [{"slot", "id", "text", "stopped"?,
    "verdict"?}]}, a system prompt as its first turn.

    A file is one that was sent for this answer, with what a picture shows as its `alt`. Whether the tries are what the
    models said to this prompt is looked up where it is handed in (flow/panel_answers.py).
    """

    name = "prompt"
    version = 1
    terms = PromptTerms

    def sends(self, terms: Mapping[str, Any]) -> Sends | None:
        """Which files are sent for its answer."""
        kinds = terms.get("kinds", KINDS)
        return Sends(tuple(takes(kinds)), terms.get("bytes_max", 20 * _MB)) if kinds else None

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_an_object, not_a_list, few_turns, many_turns, last_turn, system_missing, reference_missing,
        files_too_few, files_too_many, files_too_large, file_twice, those of a turn (questions/prompt/turns.py) and of
        tries (questions/prompt/tries.py)."""
        question = str(terms["name"])
        if not isinstance(answer, Mapping) or "turns" not in answer or set(answer) - {"turns", "reference", "tries"}:
            return [Problem(question, "not_an_object", "needs turns, and nothing else but a reference and tries")]
        if not isinstance(answer["turns"], list):
            return [Problem(question, "not_a_list", "needs a list of turns")]
        fault = turns_fault(answer["turns"], terms) or _reference_fault(answer, terms) or tries_fault(answer, terms)
        return [Problem(question, *fault)] if fault else []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """What the page's script keeps, or the fields of the form; a turn that holds nothing is none."""
        kept, most = one(posted, f"{name}.turns"), terms.get("most", 6)
        turns = kept_turns(kept) if kept else posted_turns(posted, name, most)
        system, reference = one(posted, f"{name}.system"), one(posted, f"{name}.reference")
        if system.strip() and isinstance(turns, list):
            turns = [{"role": "system", "text": system, "files": []}, *turns]
        if not turns and not reference.strip():
            return None
        found = {"turns": turns, "reference": reference} if reference.strip() else {"turns": turns}
        tries = kept_tries(one(posted, f"{name}.tries")) if terms.get("models") else []
        return found | {"tries": tries} if tries else found

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """`system`, `turns` and, for a form, `rows` with empty ones after them and `files` with the turns they stand
        in; `kept`: the turns as the page's script reads them; `reference`; `accept`: what a file dialogue offers;
        `tries` model by model, `tried` as the script reads them, `two` models or one, the `verdicts` asked for."""
        given = value if isinstance(value, Mapping) else {}
        told = drawn_turns(given.get("turns"))
        system = told[0]["text"] if told and told[0]["role"] == "system" else ""
        turns = [turn for place, turn in enumerate(told) if place or turn["role"] != "system"]
        most, reference = terms.get("most", 6), given.get("reference")
        blank: dict[str, Any] = {"role": "user", "text": "", "files": []}
        files = [(file, as_json(bare(file)), place) for place, turn in enumerate(turns) for file in turn["files"]]
        rows = [*turns, *[blank] * max(0, most - len(turns))]
        tries, models = drawn_tries(given.get("tries")), terms.get("models") or []
        return {
            "tries": tries, "tried": as_json({"tries": tries}) if tries else "", "two": len(models) == 2,
            "verdicts": VERDICTS if terms.get("judged") == "required" else (),
            "system": system, "turns": turns, "rows": rows, "files": files, "kept": as_json(turns) if turns else "",
            "reference": reference if isinstance(reference, str) else "", "places": range(len(rows)),
            "accept": ",".join(takes(terms.get("kinds", KINDS))), "both": terms.get("speakers") == "both",
        }  # fmt: skip

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        found = [("alt+up alt+down", "move_turn")]
        if models := terms.get("models"):
            many = len(models) * len(VERDICTS) if terms.get("judged") == "required" else 0
            found += [("alt+enter", ""), ("esc", "stop"), *((str(key), "") for key in range(1, many + 1))]
        return found

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """Of the turns, with the reference as one more, the share that does not say the same with the same files. What
        models said to them tells nothing of how far two prompts are apart."""
        return apart(_said(a), _said(b))

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 if every turn says the same with the same files, else 0."""
        return Fraction(_said(answer) == _said(gold))

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The turns as JSON, how many there are, how many files they hold, the reference; where models are named, the
        tries as JSON and their verdicts."""
        tried = ("_tries", "_verdicts") if terms.get("models") else ()
        return tuple(f"{terms['name']}{each}" for each in ("", "_turns", "_files", "_reference", *tried))

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The same. A system prompt is the first of the turns, and not counted."""
        if answer is None:
            return ("",) * len(self.export_columns(terms))
        turns, tries = answer["turns"], answer.get("tries", [])
        asked = sum(turn["role"] != "system" for turn in turns)
        files = sum(len(turn["files"]) for turn in turns)
        tried = (as_json(tries) if tries else "", " ".join(each["verdict"] for each in tries if "verdict" in each))
        told = (as_json(turns), str(asked), str(files), answer.get("reference", ""))
        return told + tried if terms.get("models") else told


def as_json(value: object) -> str:
    """The same text wherever it is drawn, so that a draft knows it again."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def turns_fault(given: list[Any], terms: Mapping[str, Any]) -> Fault | None:
    """What is wrong with the turns of a prompt: also asked before it is tried."""
    asked, (least, most) = terms.get("system", "none"), (terms.get("least", 1), terms.get("most", 6))
    has_system = bool(given) and isinstance(given[0], Mapping) and given[0].get("role") == "system"
    if has_system and asked == "none":
        return "bad_turn", "begins with a system prompt, which is not asked for"
    if asked == "required" and not has_system:
        return "system_missing", "needs a system prompt"
    turns = given[has_system:]
    if len(turns) < least:
        return "few_turns", f"has {len(turns)} turns; {least} are asked for at the least"
    if len(turns) > most:
        return "many_turns", f"has {len(turns)} turns; {most} are allowed"
    roles = ("user", "assistant") if terms.get("speakers") == "both" else ("user",)
    kinds, alt = tuple(terms.get("kinds", KINDS)), terms.get("alt", "optional")
    longest = terms.get("chars_max", PARAGRAPH_CHARS_MAX)
    for place, turn in enumerate(given):
        rules = TurnRules(("system",) if has_system and not place else roles, longest, kinds, alt)
        if (fault := turn_fault(turn, rules)) is not None:
            return fault[0], f"has a turn {place + 1} that {fault[1]}"
    if turns[-1]["role"] != "user":
        return "last_turn", "ends with a turn of the model; the last one is the user's"
    return _files_fault([file for turn in turns for file in turn["files"]], terms)


def _files_fault(files: list[Mapping[str, Any]], terms: Mapping[str, Any]) -> Fault | None:
    least, most = terms.get("files_least", 0), terms.get("files_most", 6)
    if len(files) < least:
        return "files_too_few", f"has {len(files)} files; at least {least} are asked for"
    if len(files) > most:
        return "files_too_many", f"has {len(files)} files; at most {most} are asked for"
    if len({file["file"] for file in files}) < len(files):
        return "file_twice", "has the same file twice"
    if (total := sum(file["bytes"] for file in files)) > PROMPT_BYTES_MAX:
        return "files_too_large", f"has files of {total} bytes together; {PROMPT_BYTES_MAX} are allowed"
    return None


def _reference_fault(answer: Mapping[str, Any], terms: Mapping[str, Any]) -> Fault | None:
    asked, reference = terms.get("reference", "none"), answer.get("reference", "")
    if not isinstance(reference, str) or ("reference" in answer and (asked == "none" or not reference.strip())):
        return "not_an_object", "has a reference that is no text, is blank or is not asked for"
    if asked == "required" and not reference:
        return "reference_missing", "does not say which answer would be right"
    fault = text_fault(reference, TEXT_ANSWER_CHARS_MAX)
    return (fault[0], f"has a reference that {fault[1]}") if fault else None


def _said(answer: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """What each turn says, by its place: role, words, and the files by their content."""
    said: dict[str, tuple[Any, ...]] = {
        str(place): (turn["role"], " ".join(turn["text"].split()), *(file["sha256"] for file in turn["files"]))
        for place, turn in enumerate(answer["turns"])
    }
    return said | {"reference": (" ".join(answer["reference"].split()),)} if "reference" in answer else said


PART = Prompt()
