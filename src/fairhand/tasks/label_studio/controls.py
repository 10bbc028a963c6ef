"""Control tags: what Label Studio asks, as questions; and its results as their answers and back. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from fairhand.kernel.limits import CHOICE_OPTIONS_MAX, RATING_STEPS_MAX, TEXT_ANSWER_CHARS_MAX, TREE_CHOSEN_MAX
from fairhand.tasks.label_studio.names import values_of
from fairhand.tasks.label_studio.objects import Shown, data_of, variable
from fairhand.tasks.label_studio.read import Tag
from fairhand.tasks.label_studio.reasons import reason
from fairhand.tasks.wording import Reason, shown

Json = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]  # of an annotation's results, those of one control


class NotAsked(ValueError):
    """Why a control can't be a question, though its kind can."""


class NoAnswer(ValueError):
    """Why results of Label Studio are no answer to the question."""


@dataclass(frozen=True, slots=True)
class Question:
    """A control tag and the question that stands for it.

    `read(rows, data)` makes an answer of its results and raises NoAnswer; `write(answer, payload)` makes results of an
    answer, each its `value` or a whole row. `kind` is the results' type, `to` the object tags that they are about.
    """

    tag: Tag
    terms: Json
    kind: str
    to: tuple[Shown, ...]
    read: Callable[[Rows, Mapping[str, Any]], Any]
    write: Callable[[Any, Mapping[str, Any]], list[Json]]
    values: Mapping[str, str] = field(default_factory=dict)  # their value of an option -> ours
    also: tuple[Tag, ...] = ()  # other controls that it answers too
    part: tuple[Reason, ...] = ()  # what was carried over in part only


@dataclass(frozen=True, slots=True)
class Given:
    """What a control is made into a question with."""

    tag: Tag
    name: str
    label: str
    to: tuple[Shown, ...]

    @property
    def terms(self) -> Json:
        """What every question has."""
        return {"name": self.name, "label": {"en": self.label}, "required": self.tag.on("required")}


def _value(tag: Tag) -> str:
    """What stands in results: the alias, where there is one."""
    return tag.attrs.get("alias") or tag.attrs.get("value", "")


def options_of(tags: Sequence[Tag], keys: bool = True) -> tuple[list[Json], dict[str, str]]:
    """Options of ours, and which of theirs each is. Raises NotAsked."""
    theirs = [_value(tag) for tag in tags]
    if any(not each or each.startswith("$") for each in theirs):
        raise NotAsked(reason("options_of_data"))
    if len(set(theirs)) < len(theirs):
        raise NotAsked(reason("options_alike"))
    ours, found, used = values_of(theirs), [], set[str]()
    for tag, value in zip(tags, ours, strict=True):
        option: Json = {"value": value, "label": {"en": tag.attrs.get("value") or value}}
        hotkey = tag.attrs.get("hotkey", "").lower()
        if keys and len(hotkey) == 1 and hotkey.isascii() and hotkey.isalnum() and hotkey not in used:
            option["key"] = hotkey
            used.add(hotkey)
        found.append(option)
    return found, dict(zip(theirs, ours, strict=True))


def _texts(rows: Rows, name: str) -> list[Any]:
    """Everything in the lists of this name."""
    found: list[Any] = []
    for row in rows:
        each = row["value"].get(name)
        found += each if isinstance(each, list) else [] if each is None else [each]
    return found


def known_value(values: Mapping[str, str], given: Any) -> str:
    if not isinstance(given, str) or given not in values:
        raise NoAnswer(f"{shown(given)} is not one of its options")
    return values[given]


def choices(given: Given) -> Question:
    """One option or several; options within options are a tree."""
    tags = given.tag.of("Choice")
    several = given.tag.attrs.get("choice") == "multiple"
    if len(tags) < 2 or any(tag.of("Choice") for tag in tags):
        return _tree(given, tags, "choices", several)
    if len(tags) > CHOICE_OPTIONS_MAX:
        raise NotAsked(reason("too_many_options", most=CHOICE_OPTIONS_MAX))
    options, values = options_of(tags)
    theirs = {ours: each for each, ours in values.items()}
    terms = {**given.terms, "type": "choices" if several else "choice", "options": options}

    def read(found: Rows, _data: Mapping[str, Any]) -> Any:
        chosen = list(dict.fromkeys(known_value(values, each) for each in _texts(found, "choices")))
        if several:
            return chosen or None
        if len(chosen) > 1:
            raise NoAnswer("it has several options, and one is asked for")
        return chosen[0] if chosen else None

    def write(answer: Any, _payload: Mapping[str, Any]) -> list[Json]:
        chosen = answer if several else [answer]
        return [{"choices": [theirs[each] for each in chosen]}]

    return Question(given.tag, terms, "choices", given.to, read, write, values)


def taxonomy(given: Given) -> Question:
    """A tree of kinds."""
    return _tree(given, given.tag.of("Choice"), "taxonomy", True)


def _tree(given: Given, tags: Sequence[Tag], kind: str, several: bool) -> Question:
    if not tags:
        raise NotAsked(reason("no_options"))
    nodes, theirs = _nodes(tags, (), ())
    ours = {path: each for each, path in theirs.items()}
    usages = given.tag.attrs.get("maxUsages", "")
    most = min(int(usages), TREE_CHOSEN_MAX) if usages.isdecimal() and int(usages) else TREE_CHOSEN_MAX
    terms = {**given.terms, "type": "tree", "options": nodes, "leaf": given.tag.on("leafsOnly"),
             "most": most if several else 1}  # fmt: skip

    def read(found: Rows, _data: Mapping[str, Any]) -> Any:
        paths = []
        for each in _texts(found, kind):
            path = tuple(each) if isinstance(each, list) else (each,)
            known = theirs.get(path) or (_lonely(theirs, path[0]) if len(path) == 1 else None)
            if known is None:
                raise NoAnswer(f"{shown(' / '.join(map(str, path)))} is not in its tree")
            paths.append(list(known))
        return paths or None

    def write(answer: Any, _payload: Mapping[str, Any]) -> list[Json]:
        paths = [list(ours[tuple(path)]) for path in answer]
        return [{kind: [path[0] if kind == "choices" and len(path) == 1 else path for path in paths]}]

    return Question(given.tag, terms, kind, given.to, read, write)


def _lonely(theirs: Mapping[tuple[str, ...], tuple[str, ...]], last: Any) -> tuple[str, ...] | None:
    """The one path that ends with this option: choices may be given by their last part alone."""
    found = [ours for path, ours in theirs.items() if path[-1] == last]
    return found[0] if len(found) == 1 else None


def _nodes(
    tags: Sequence[Tag], theirs: tuple[str, ...], ours: tuple[str, ...]
) -> tuple[list[Json], dict[tuple[str, ...], tuple[str, ...]]]:
    options, values = options_of(tags, keys=False)
    paths: dict[tuple[str, ...], tuple[str, ...]] = {}
    for tag, option, (their, our) in zip(tags, options, values.items(), strict=True):
        paths[(*theirs, their)] = (*ours, our)
        if inner := tag.of("Choice"):
            option["options"], below = _nodes(inner, (*theirs, their), (*ours, our))
            paths |= below
    return options, paths


def rating(given: Given) -> Question:
    """Stars, from one."""
    said = given.tag.attrs.get("maxRating", "5")
    most = int(said) if said.isdecimal() else 0
    if not 2 <= most <= RATING_STEPS_MAX:
        raise NotAsked(reason("long_scale", end=shown(said), most=RATING_STEPS_MAX))
    terms = {**given.terms, "type": "rating", "least": 1, "most": most}

    def read(found: Rows, _data: Mapping[str, Any]) -> Any:
        stars = _texts(found, "rating")
        if stars and (type(stars[-1]) is not int or not 1 <= stars[-1] <= most):
            raise NoAnswer(f"{shown(stars[-1])} is not a number from 1 to {most}")
        return stars[-1] if stars else None

    return Question(given.tag, terms, "rating", given.to, read, lambda answer, _payload: [{"rating": answer}])


def text_area(given: Given) -> Question:
    """A text; one that begins with a text of the task is that text written anew."""
    named = given.tag.attrs.get("value", "")
    about = next((each for each in given.to if named and each.tag.attrs.get("value") == named), None)
    part = [] if given.tag.attrs.get("maxSubmissions") == "1" or about else [
        reason("several_texts")
    ]  # fmt: skip
    if about and about.fields[0]["type"] == "text":
        terms = {**given.terms, "type": "rewrite", "of": about.fields[0]["name"], "same": True}
    else:
        part += [reason("begins_empty")] if named else []
        terms = {**given.terms, "type": "text", "chars_max": TEXT_ANSWER_CHARS_MAX}

    def read(found: Rows, _data: Mapping[str, Any]) -> Any:
        text = "\n".join(str(each) for each in _texts(found, "text"))
        return ({"text": text} if terms["type"] == "rewrite" else text) if text else None

    def write(answer: Any, _payload: Mapping[str, Any]) -> list[Json]:
        return [{"text": [answer["text"] if terms["type"] == "rewrite" else answer]}]

    return Question(given.tag, terms, "textarea", given.to, read, write, part=tuple(part))


def number(given: Given) -> Question:
    """A number, with as many decimals as its step has."""
    terms: Json = {**given.terms, "type": "number"}
    try:
        bounds = {ours: Decimal(given.tag.attrs[their]) for ours, their in (("least", "min"), ("most", "max"))
                  if given.tag.attrs.get(their)}  # fmt: skip
        step = Decimal(given.tag.attrs.get("step") or "0.000001")
    except InvalidOperation:
        raise NotAsked(reason("no_numbers")) from None
    terms |= {name: format(each, "f") for name, each in bounds.items()}
    terms["decimals"] = max(0, -int(step.normalize().as_tuple().exponent))

    def read(found: Rows, _data: Mapping[str, Any]) -> Any:
        numbers = _texts(found, "number")
        if numbers and (isinstance(numbers[-1], bool) or not isinstance(numbers[-1], int | float)):
            raise NoAnswer(f"{shown(numbers[-1])} is no number")
        return format(Decimal(str(numbers[-1])), "f") if numbers else None

    def write(answer: Any, _payload: Mapping[str, Any]) -> list[Json]:
        exact = Decimal(answer)
        return [{"number": int(exact) if exact == exact.to_integral_value() else float(exact)}]

    part = () if given.tag.attrs.get("step") else (reason("no_step"),)
    return Question(given.tag, terms, "number", given.to, read, write, part=part)


def pairwise(given: Given) -> Question:
    """Which of two is better."""
    if len(given.to) != 2:
        raise NotAsked(reason("not_two"))
    left, right = (each.fields[0]["label"] for each in given.to)
    terms = {**given.terms, "type": "preference", "left": left, "right": right, "strength": 1, "tie": False}
    sides = {"left": -1, "right": 1}

    def read(found: Rows, _data: Mapping[str, Any]) -> Any:
        chosen = _texts(found, "selected")
        if chosen and chosen[-1] not in sides:
            raise NoAnswer(f"{shown(chosen[-1])} is neither left nor right")
        return sides[chosen[-1]] if chosen else None

    return Question(
        given.tag, terms, "pairwise", given.to, read,
        lambda answer, _payload: [{"selected": "left" if answer < 0 else "right"}],
    )  # fmt: skip


def ranker(given: Given) -> Question:
    """An order of the things of a list."""
    if given.tag.of("Bucket"):
        raise NotAsked(reason("buckets"))
    if len(given.to) != 1 or not given.to[0].items:
        raise NotAsked(reason("no_list"))
    fields = given.to[0].fields
    terms = {**given.terms, "type": "ranking",
             "items": [{"value": each["name"], "label": each["label"]} for each in fields]}  # fmt: skip
    names = [each["name"] for each in fields]

    def read(found: Rows, data: Mapping[str, Any]) -> Any:
        order: list[Any] = []
        for row in found:
            inner = row["value"].get("ranker")
            for ids in inner.values() if isinstance(inner, Mapping) else [inner]:
                order += ids if isinstance(ids, list) else []
        ids = [str(each.get("id")) for each in data_of(data, variable(given.to[0].tag) or "")]
        if order and sorted(map(str, order)) != sorted(ids):
            raise NoAnswer("it does not order each thing of the list once")
        return [[names[ids.index(str(each))]] for each in order] or None

    def write(answer: Any, _payload: Mapping[str, Any]) -> list[Json]:
        order = [str(names.index(each) + 1) for place in answer for each in place]
        return [{"ranker": {given.tag.attrs["name"]: order}}]

    return Question(given.tag, terms, "ranker", given.to, read, write)
