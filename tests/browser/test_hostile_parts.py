"""More than a thousand hostile texts through every type of field and question, in a real browser.

They stand in the task, in the words of the template, in the draft and in the answer; the expert's page, the reviewer's,
the manager's and the client's show them. Nothing runs, nothing is asked for elsewhere, no page grows wider than its
window, and what somebody wrote arrives as it was written. With large counts each goes through every type.
"""

import copy
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import count as numbers
from pathlib import Path
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.test import override_settings
from playwright.sync_api import Page
from pydantic import ValidationError

from fairhand.files.models import Attachment
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import PARAGRAPH_CHARS_MAX
from fairhand.tasks.attached import files_in
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.template import check_answer, check_payload
from fairhand.web.shown import asked
from fairhand.work.draft_commands import save_draft
from tests.attachments import CONTENTS, put, stand_in
from tests.browser.conftest import Visitors
from tests.browser.people import Cast, cast
from tests.browser.test_hostile_text import EVERYTHING_SAID, LOOK, _watch
from tests.building import ACCEPT
from tests.counts import LARGE, count
from tests.forms import Sent
from tests.hostile_many import MANY, Deck
from tests.parts import example

AT_A_TIME = count(10, 30)
# What is parsed before it is shown doesn't stand on the page letter by letter.
PARSED = ("markdown", "chat", "trajectory", "steps", "rubric", "submission")
Way = tuple[str | int, ...]


def _leaves(value: Any, way: Way = ()) -> Iterator[Way]:
    """The way to every text inside."""
    if isinstance(value, str):
        yield way
    elif isinstance(value, Mapping | list):
        for key, each in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _leaves(each, (*way, key))


def _with(value: Any, way: Way, text: str) -> Any:
    made = copy.deepcopy(value)
    at = made
    for key in way[:-1]:
        at = at[key]
    at[way[-1]] = text
    return made


def _planted(value: Any, deck: Deck, fits: Callable[[Any], bool], but: Collection[str] = ()) -> Any:
    """The same with hostile texts in every place that takes them: several where there is room, or one, or none."""
    for way in [each for each in _leaves(value) if each[-1] not in but]:
        if not fits(_with(value, way, "q0000z Words")):
            continue  # no place for words
        dealt = deck.next(AT_A_TIME)
        taken = [each for each in dealt if fits(_with(value, way, str(each)))]
        deck.refused |= {payload.mark: payload for payload in dealt if payload not in taken}
        while not fits(made := _with(value, way, "\n".join(map(str, taken)) if taken else "Words")):
            half = len(taken) // 2
            deck.back(taken[half:])
            taken = taken[:half]
        value = made
        deck.planted |= {payload.mark: payload for payload in taken}
    return value


def _terms(part: Any, deck: Deck) -> dict[str, Any]:
    """A part's own example, its words hostile, with room for long answers."""
    told = example(part)["terms"]
    if "chars_max" in told:
        told["chars_max"] = PARAGRAPH_CHARS_MAX
    told.setdefault("help", {"en": "Help", "ar": "عون"})

    def fits(terms: Any) -> bool:
        try:
            read = part.terms.model_validate(terms)
        except ValidationError:
            return False
        return bool(read.name == told["name"] and read.type == told["type"])

    if not fits(told):
        del told["help"]  # a field has none
    stored = part.terms.model_validate(_planted(told, deck, fits, ("name", "type", "of", "value"))).model_dump(
        mode="json", exclude_none=True
    )
    return dict(stored)


def _task(turn: int, decks: Mapping[str, Deck]) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """(template, payload, answer) of every type that texts are left for, with the next of each type's."""
    fields, payload = [], {}
    for field in (each for each in FIELDS.all() if each.name == "text" or not decks[f"field {each.name}"].whole):
        deck, told = decks[f"field {field.name}"], example(field)
        terms = {**_terms(field, deck), "name": f"{field.name}_x"}
        good = told["good"][turn % len(told["good"])]
        value = _planted({"it": good}, deck, _shown(terms))["it"]
        fields.append(terms)
        payload[terms["name"]] = value
    questions, answer = [], {}
    for question in (each for each in _typed() if each.name == "text" or not decks[f"question {each.name}"].whole):
        deck, told = decks[f"question {question.name}"], example(question)
        terms = {**_terms(question, deck), "name": f"{question.name}_x"}
        bound = terms
        if "given" in told:
            terms["of"] = f"{question.name}_of"
            fields.append({"version": 1, **told["field"], "name": terms["of"]})
            payload[terms["of"]] = told["given"]
            bound = {**terms, "given": told["given"]}
        good = told["good"][turn % len(told["good"])]
        wrapped = {"it": good}
        answer[terms["name"]] = _planted(wrapped, deck, _one(question, bound))["it"]
        questions.append(terms)
    return {"version": 1, "fields": fields, "questions": questions}, payload, answer


def _typed() -> list[Any]:
    """All but the panel, into which nobody plants what no model said: test_panel.py lets a hostile model answer."""
    return [part for part in QUESTIONS.all() if part.name != "panel"]


def _one(part: Any, terms: Mapping[str, Any]) -> Callable[[Any], bool]:
    return lambda wrapped: part.check(wrapped["it"], terms) == []


def _shown(terms: Mapping[str, Any]) -> Callable[[Any], bool]:
    template = {"fields": [terms], "questions": []}
    return lambda wrapped: check_payload(template, {terms["name"]: wrapped["it"]}) == ()


def _own_files(who: Cast, claim: Any, answer: Mapping[str, Any]) -> None:
    """Rows of the files that an answer names, as if its author had sent them; their contents are small samples."""
    asked_for = {name: list(files_in(value)) for name, value in answer.items()}
    for name, files in asked_for.items():
        for file in files:
            content = CONTENTS[file["media_type"]]
            put(who.small.project.org_id, content)
            facts = {key: file.pop(key) for key in ("width", "height", "ms") if key in file}
            file["file"], file["bytes"] = str(UUID(int=next(_ids))), len(content)
            file["sha256"] = put(who.small.project.org_id, content)
            file.update(facts)
            Attachment.objects.create(
                id=UUID(file["file"]), org_id=who.small.project.org_id, project=who.small.project,
                person_id=who.expert, name=file["name"], sent_bytes=len(content), received=len(content), state="clean",
                media_type=file["media_type"], size=len(content), sha256=file["sha256"], facts=facts, question=name,
                claim_id=claim.id, slot_id=claim.slot_id, task_id=claim.task_id, made_at=utc_now(), done_at=utc_now(),
            )  # fmt: skip


_ids = numbers(0xFA17)


def _draft(template: Mapping[str, Any], payload: Mapping[str, Any], answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a browser would keep of the answer: the form filled with it, as it would be sent."""
    sent = Sent()
    questions = [{**each, "given": payload.get(each["of"])} if "of" in each else each for each in template["questions"]]
    for part in asked({**template, "questions": questions}, answer):
        sent.feed(render_to_string(part.template, {"part": part, "mode": "ask"}))
    sent.close()
    return sent.values


def _flat(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\ufeff]+", "", text)


def _look(page: Page, address: str, where: str, wrong: list[str]) -> str:
    response = page.goto(address, wait_until="load")
    if response is None or response.status != 200:
        wrong.append(f"{where}: status {response.status if response else 0}")
        return ""
    # A PDF is shown by a part of the browser's own, which is not looked at here.
    page.evaluate("document.querySelectorAll('details:not([data-pdf])').forEach(each => { each.open = true })")
    wrong += [f"{where}: {said}" for said in page.evaluate(LOOK)]
    if page.locator("footer, main").count() == 0 or page.locator("h1").count() == 0:
        wrong.append(f"{where}: the page's own parts are gone")
    return str(page.evaluate(EVERYTHING_SAID))


def _round(turn: int, decks: Mapping[str, Deck], visitors: Visitors, folder: Path, wrong: list[str]) -> str:
    template, payload, answer = _task(turn, decks)
    for file in files_in(payload):
        file["file"] = str(UUID(int=next(_ids)))  # type: ignore[index]  # our own copy; another round, other files
    assert check_payload(template, payload) == ()
    who = cast(template=template, payload=payload, want=1, tasks=1, slug=f"small-{turn}")
    stand_in(who.small.project, who.manager, payload, folder)
    claim = who.small.claim(who.expert)
    _own_files(who, claim, answer)
    kept = save_draft(
        claim_id=claim.id, person_id=who.expert, fields=_draft(template, payload, answer), base=0, device="d",
        now=utc_now(),
    )  # fmt: skip
    assert kept == 1
    language, narrow = (("en", False), ("ar", True))[turn % 2]
    seen = ""

    def visit(person: UUID, path: str, where: str) -> str:
        page = visitors.page(person, language=language, narrow=narrow)
        _watch(page, visitors.site, wrong)
        said = _look(page, visitors.site + path, f"{where} in {language}", wrong)
        page.context.close()
        return said

    seen += visit(who.expert, f"/work/{claim.id}/", "the expert's page")
    bound = {**template, "questions": [
        {**each, "given": payload.get(each["of"])} if "of" in each else each for each in template["questions"]
    ]}  # fmt: skip
    assert check_answer(bound, answer) == ()
    done = who.small.submit(claim, answer)
    seen += visit(who.expert, f"/submissions/{done.submission_id}/", "the expert's own work")
    review = who.small.claim(who.reviewer, "review")
    said = visit(who.reviewer, f"/work/{review.id}/", "the reviewer's page")
    flat = _flat(said)
    for question in template["questions"]:
        if question["type"] in PARSED:
            continue
        for way in _leaves({"it": answer[question["name"]]}):
            text: Any = {"it": answer[question["name"]]}
            for key in way:
                text = text[key]
            if re.match(r"q\d{4}z ", text) and _flat(text) not in flat:
                wrong.append(f"the reviewer doesn't read {question['type']} {way} as it was written: {text[:80]!r}")
    who.small.submit(review, ACCEPT)
    task = f"/manage/{who.slug}/tasks/{claim.task_id}/"
    seen += (
        said
        + visit(who.manager, task, "the manager's page")
        + visit(who.client, f"/client/{who.slug}/samples/", "the client's page")
    )
    return seen


def test_a_thousand_hostile_texts_go_through_every_part_and_nothing_runs(
    visitors: Visitors, tmp_path: Path, seed: int, printed: Callable[[str], None], claim: Callable[[str, int], None]
) -> None:
    assert len({payload.text for payload in MANY}) >= 1_000
    kinds = [*(f"field {part.name}" for part in FIELDS.all()), *(f"question {part.name}" for part in _typed())]
    # Where the counts are small, always the same draw; in large ones every run deals them anew.
    decks = {kind: Deck(count(1149, seed) + at) for at, kind in enumerate(kinds)}
    wrong: list[str] = []
    seen, turn = "", 0
    with override_settings(FILES=str(tmp_path / "files")):
        while turn < count(1, 60) and not all(deck.whole for deck in decks.values()):
            seen += _round(turn, decks, visitors, tmp_path, wrong)
            assert not wrong, "\n".join(sorted(set(wrong))[:40])
            turn += 1
    shown = {payload.mark for payload in MANY if payload.mark in seen}
    planted = sum(len(deck.planted) for deck in decks.values())
    bare = [kind for kind, deck in decks.items() if not deck.planted]
    assert bare == [], "a type into which no text was put"
    if LARGE:
        assert [kind for kind, deck in decks.items() if not deck.whole] == []
        assert len(shown) >= 1_000
    printed(f"hostile texts in parts: {planted} plantings of {len(shown)} texts in {len(kinds)} types, {turn} rounds")
    claim("a hostile text in any part of a task or an answer runs nothing and breaks nothing", planted)
