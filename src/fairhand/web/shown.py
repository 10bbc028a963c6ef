"""A template's fields and questions as pages show them: which part draws each, under which label, with which value."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from django.utils.datastructures import MultiValueDict

from fairhand.insight.examples import Example
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.keys import dealt, heard
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.template import ASKED, asked_of, bound, field_bound, fits
from fairhand.web import figures, words


@dataclass(frozen=True, slots=True)
class Part:
    """A field or question with its value. `template` is drawn with this as `part`.

    `drawn`: what its type gives its template beside the terms: a question's always, a field's where it has something.
    """

    template: str
    name: str
    label: str
    help: str
    terms: Mapping[str, Any]
    value: Any
    field_name: str = ""
    problem: str = ""
    drawn: Any = None
    # When it is asked, as the page's script reads it: `answer.winner=left right`; always, if empty.
    when: str = ""
    # (keys, code of what they do): what it listens to beyond the keys that stand beside a name.
    keys: tuple[tuple[str, str], ...] = ()

    @property
    def anchor(self) -> str:
        """Where an error summary leads."""
        return f"q-{self.field_name or self.name}".replace(".", "-")


@dataclass(frozen=True, slots=True)
class Block:
    """Fields that stand together: one, or some side by side. `lead`: the first one, which the others answer."""

    parts: tuple[Part, ...]
    lead: bool = False

    @property
    def paired(self) -> bool:
        """Side by side."""
        return len(self.parts) > 1

    @property
    def row(self) -> str:
        """How many stand in a row, as the style sheet names it."""
        return "three" if len(self.parts) == 3 else "two"


def blocks_beside(template: Mapping[str, Any], payload: Mapping[str, Any]) -> list[Block]:
    """The fields that stand beside a form: without those that the form's questions show."""
    return blocks_of({**template, "fields": [each for each in template["fields"] if "shown" not in each]}, payload)


def blocks_judged(
    template: Mapping[str, Any], payload: Mapping[str, Any], works: Iterable[Iterable[Part]]
) -> list[Block]:
    """The fields that stand beside answers: without those of the form's questions that every one of them draws."""
    drawn = [{part.terms.get("of") for part in parts if _draws_given(part)} for parts in works]
    twice = set.intersection(*drawn) if drawn else set()
    fields = [each for each in template["fields"] if "shown" not in each or each["name"] not in twice]
    return blocks_of({**template, "fields": fields}, payload)


def _draws_given(part: Part) -> bool:
    draws = getattr(QUESTIONS.get(part.terms["type"], part.terms.get("version", 1)), "draws_given", None)
    return bool(draws and draws(part.value, part.terms))


def blocks_of(template: Mapping[str, Any], payload: Mapping[str, Any]) -> list[Block]:
    """The fields in order; a layout puts those it names side by side where the first of them stands."""
    layout = template.get("layout") or {}
    pair = layout["fields"] if layout.get("kind") == "columns" else [layout.get("left"), layout.get("right")]
    bound_fields = [field_bound(field, payload) for field in template["fields"]]
    fields = {field["name"]: _field(field, payload.get(field["name"])) for field in bound_fields}
    blocks: list[Block] = []
    for name, part in fields.items():
        if name in pair:
            if not any(block.paired for block in blocks):
                blocks.append(Block(tuple(fields[each] for each in pair if each in fields)))
        else:
            blocks.append(Block((part,), lead=not blocks and len(fields) > 1))
    return blocks


def examples_shown(
    template: Mapping[str, Any], examples: Iterable[Example]
) -> list[tuple[Example, list[Block], list[Part]]]:
    """Worked examples: what each shows, and its answer to read. One that was made for another version of the template,
    and doesn't fit this one, teaches nothing and is left out."""
    return [
        (each, blocks_of(template, each.payload), answered(bound(template, each.payload), each.answer))
        for each in examples if fits(template, each.payload, each.answer)
    ]  # fmt: skip


def asked(
    template: Mapping[str, Any],
    answer: Mapping[str, Any],
    prefix: str = "answer.",
    problems: Mapping[str, str] | None = None,
    beside: Set[str] = frozenset(),
) -> list[Part]:
    """The questions as a form, filled with an answer. `beside`: keys that its page has beyond those of every page."""
    wrong, keys = problems or {}, dealt(template, beside)
    named = [(each["name"], _with_keys(each, keys.get(each["name"]))) for each in template["questions"]]
    return [_question(terms, answer.get(name), prefix, wrong.get(name, "")) for name, terms in named]


def answered(template: Mapping[str, Any], answer: Mapping[str, Any]) -> list[Part]:
    """The questions that were answered, to read."""
    return [part for part in asked(template, answer) if part.value not in (None, "", [], {})]


def read_answer(
    template: Mapping[str, Any], posted: MultiValueDict[str, str], prefix: str = "answer."
) -> dict[str, Any]:
    """What a form says, question by question; what was left empty, or isn't asked after all, is no answer."""
    sent = dict(posted.lists())
    given = {}
    for terms in template["questions"]:
        kind = QUESTIONS.get(terms["type"], terms.get("version", 1))
        given[terms["name"]] = kind.read(sent, prefix + terms["name"], terms) if kind else None
    made = {name: value for name, value in given.items() if value is not None}
    asked_for = asked_of(template, made)
    return {name: value for name, value in made.items() if name in asked_for}


def drafted(terms: Mapping[str, Any], posted: MultiValueDict[str, str], prefix: str = "answer.") -> Any:
    """What a form says so far about one question; None: nothing."""
    kind = QUESTIONS.get(terms["type"], terms.get("version", 1))
    return kind.read(dict(posted.lists()), prefix + terms["name"], terms) if kind else None


def told(problems: list[Any]) -> dict[str, str]:
    """Question name -> what is wrong with its answer, in the reader's language."""
    return {field: words.problem(code, why) for field, code, why in problems}


def _field(terms: Mapping[str, Any], value: Any) -> Part:
    draws = getattr(FIELDS.get(terms["type"], terms.get("version", 1)), "drawn", None)
    part = _part("fields", terms, value)
    if ASKED in terms:
        return replace(part, drawn=answered({"questions": terms[ASKED]}, value or {}))
    return replace(part, drawn=draws(value, terms)) if draws and value is not None else part


def _question(terms: Mapping[str, Any], value: Any, prefix: str, problem: str) -> Part:
    kind = QUESTIONS.get(terms["type"], terms.get("version", 1))
    part = replace(_part("questions", terms, value, prefix + terms["name"], problem), when=_when(terms, prefix))
    return replace(part, drawn=kind.drawn(value, terms)) if kind else part


def _with_keys(terms: Mapping[str, Any], keys: Mapping[str, str] | None) -> Mapping[str, Any]:
    """A question whose options have the keys that they are chosen by on this page."""
    if keys is None:
        return terms
    return {**terms, "options": [{**each, "key": keys.get(each["value"])} for each in terms["options"]]}


def _when(terms: Mapping[str, Any], prefix: str) -> str:
    condition = terms.get("show_if")
    return f"{prefix}{condition['question']}={' '.join(str(each) for each in condition['any_of'])}" if condition else ""


def _part(kind: str, terms: Mapping[str, Any], value: Any, field_name: str = "", problem: str = "") -> Part:
    return Part(
        template=f"{kind}/{terms['type']}/part.html", name=terms["name"], label=figures.text_of(terms["label"]),
        help=figures.text_of(terms.get("help")), terms=terms, value=value, field_name=field_name, problem=problem,
        keys=tuple((keys, does) for keys, does in heard(kind, terms) if does),
    )  # fmt: skip
