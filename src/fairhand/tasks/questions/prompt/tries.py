"""Tries of a prompt: what models are sent, what they said to it, and how that was judged. Pure.

A try is a whole answer to the prompt as it is handed in; what was said to other words is none.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fairhand.kernel.limits import MODEL_ASKED_PER_CLAIM_MAX
from fairhand.tasks.questions._models import is_answer, slots_of
from fairhand.tasks.questions.prompt.turns import Fault, bare

VERDICTS = ("right", "partly", "wrong")


def asked_prompt(turns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a model is sent: the turns as the answer keeps them, without what is said of their files: that is for
    people, so other words there make no other prompt."""
    return [
        {"role": turn["role"], "text": turn["text"], "files": [bare(each) for each in turn["files"]]} for turn in turns
    ]


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
        said = {key: value for key, value in each.items() if key != "verdict"} if isinstance(each, Mapping) else each
        if not is_answer(said, slots):
            return "bad_tries", "holds a try that is no answer of a model"
        if "verdict" in each and (not judged or each["verdict"] not in VERDICTS):
            return "bad_tries", "judges a try in words that are not asked for"
    if len({each["id"] for each in tries}) < len(tries):
        return "bad_tries", "holds a try twice"
    if terms.get("tried") == "required" and {each["slot"] for each in tries} != set(slots):
        return "untried", "was not tried on every model"
    if judged and not all("verdict" in each for each in tries):
        return "no_verdict", "does not say of every try whether it is right"
    fails, least = sum(each.get("verdict") == "wrong" for each in tries), terms.get("fails_least", 0)
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
            found.append({key: each[key] for key in ("slot", "id", "text")} | ({"verdict": verdict} if verdict else {}))
    return sorted(found, key=lambda each: str(each["slot"]))
