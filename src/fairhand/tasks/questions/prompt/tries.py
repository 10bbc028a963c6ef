"""Tries of a prompt: what models are sent, what they said to it, and how that was judged. Pure.

A try is an answer to the prompt as it is handed in; what was said to other words is none. One that was stopped after it
had said something is a try too, marked so: it is shown and judged, and counts neither as tried nor as failed.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from fairhand.kernel.canonical import content_hash
from fairhand.kernel.limits import MODEL_ASKED_PER_CLAIM_MAX
from fairhand.tasks.questions._models import is_answer, slots_of
from fairhand.tasks.questions.prompt.turns import Fault, bare

VERDICTS = ("right", "partly", "wrong")
STOPPED = "stopped"
_BESIDE = frozenset({"verdict", STOPPED})
# Drawn as nothing or as a blank, and no format characters: fillers, joiners of marks, variation selectors.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def asked_prompt(turns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a model is sent: the turns as the answer keeps them, without what is said of their files: that is for
    people, so other words there make no other prompt."""
    return [
        {"role": turn["role"], "text": turn["text"], "files": [bare(each) for each in turn["files"]]} for turn in turns
    ]


def wording_of(turns: Sequence[Mapping[str, Any]]) -> str:
    """Which prompt these turns are: one hash for all that read the same, however blanks and what nobody sees stand in
    them, with files by their content. `hashed` in ui/src/parts/tries.ts does likewise."""
    found = [[turn["role"], _seen(turn["text"]), [file["sha256"] for file in turn["files"]]] for turn in turns]
    return content_hash([each for each in found if each[1] or each[2]])


def as_try(slot: str, id_: str, text: str, stopped: bool) -> dict[str, Any]:
    """What a model said as an answer holds it, before it is judged."""
    return {"slot": slot, "id": id_, "text": text} | ({STOPPED: True} if stopped else {})


def unjudged(tries: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Tries by their id, without what was said of them."""
    return {each["id"]: {key: value for key, value in each.items() if key != "verdict"} for each in tries}


def _seen(text: str) -> str:
    shown = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", shown)).split())


def tries_fault(answer: Mapping[str, Any], terms: Mapping[str, Any]) -> Fault | None:
    """What is wrong with the tries of an answer, or with there being none. Codes: bad_tries, untried, no_verdict,
    few_fails."""
    if "tries" not in answer:
        return ("untried", "was not tried on its models") if terms.get("tried") == "required" else None
    tries, slots = answer["tries"], slots_of(terms)
    if not slots or not isinstance(tries, list) or not 1 <= len(tries) <= MODEL_ASKED_PER_CLAIM_MAX:
        return "bad_tries", "has no list of tries, an empty or too long one, or is not to be tried"
    judged = terms.get("judged") == "required"
    for each in tries:
        said = {key: value for key, value in each.items() if key not in _BESIDE} if isinstance(each, Mapping) else each
        if not is_answer(said, slots):
            return "bad_tries", "holds a try that is no answer of a model"
        if each.get(STOPPED, True) is not True:
            return "bad_tries", "says of a try otherwise than by true that it was stopped"
        if "verdict" in each and (not judged or each["verdict"] not in VERDICTS):
            return "bad_tries", "judges a try in words that are not asked for"
    if len({each["id"] for each in tries}) < len(tries):
        return "bad_tries", "holds a try twice"
    whole = [each for each in tries if STOPPED not in each]
    if terms.get("tried") == "required" and {each["slot"] for each in whole} != set(slots):
        return "untried", "was not tried on every model"
    if judged and not all("verdict" in each for each in tries):
        return "no_verdict", "does not say of every try whether it is right"
    fails, least = sum(each.get("verdict") == "wrong" for each in whole), terms.get("fails_least", 0)
    return ("few_fails", f"was answered wrongly {fails} times; {least} are asked for") if fails < least else None


def kept_tries(text: str) -> Any:
    """The tries that a page's script keeps as JSON beside those of earlier words; what can't be read stays as it is."""
    if not text.strip():
        return []
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return found.get("tries", []) if isinstance(found, Mapping) else found


def drawn_tries(value: object) -> list[dict[str, Any]]:
    """Tries as they can be drawn, model by model; what is none is left out."""
    found: list[dict[str, Any]] = []
    for each in value if isinstance(value, list) else []:
        if isinstance(each, Mapping) and all(isinstance(each.get(key), str) for key in ("slot", "id", "text")):
            verdict = each.get("verdict") if each.get("verdict") in VERDICTS else None
            told = as_try(each["slot"], each["id"], each["text"], each.get(STOPPED) is True)
            found.append(told | ({"verdict": verdict} if verdict else {}))
    return sorted(found, key=lambda each: str(each["slot"]))
