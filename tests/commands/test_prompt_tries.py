"""Prompts that are tried: what is sent, which answers count as tries, and whose they are."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from fairhand.audit.actor import COMMAND
from fairhand.files.rules import value_of
from fairhand.flow.ask_model import stop_model
from fairhand.flow.publish_template import publish_template
from fairhand.flow.submit_work import Submitted
from fairhand.inference.models import Generation, ModelOrder
from fairhand.inference.queries import tail_of, used
from fairhand.insight.claim_shown import templates_of
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ANSWER_BYTES_MAX
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Template
from tests import samples
from tests.browser.people import Cast, cast
from tests.building import PER_JUDGEMENT, stage
from tests.model_server import ModelServer, model_server
from tests.modelled import (
    ask,
    asked,
    asker,
    code_of,
    ended,
    endpoint,
    fund_models,
    kept,
    over,
    sent,
    streaming,
    tried,
    until,
)

USER = {"role": "user", "text": "Which is the longest river?", "files": []}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ModelServer]:
    with override_settings(FILES=str(tmp_path / "files")), model_server() as found:
        yield found


def _try(row: Generation, verdict: str = "wrong") -> dict[str, str]:
    return {**kept(row), "verdict": verdict}


def _handed(who: Cast, claim: Any, **answer: Any) -> str:
    """What is wrong with it; empty where it was taken."""
    found = who.small.hand_in(claim, {"talk": answer})
    return str(found.facts["problems"][0][1]) if isinstance(found, Refused) else ""


def test_the_whole_prompt_is_sent_and_only_answers_to_it_as_it_stands_are_tries(
    db: object, server: ModelServer
) -> None:
    who, claim = asker(server, tried, "good", system="required", speakers="both", seed=7, temperature="0.2")
    picture = sent(claim, "street.jpg", samples.jpeg())
    file = {**value_of(picture), "alt": "A street"}
    turns = [
        {"role": "system", "text": "Be short.", "files": []}, {"role": "user", "text": "Look", "files": [file]},
        {"role": "assistant", "text": "I did.", "files": []}, {"role": "user", "text": "How many?", "files": []},
    ]  # fmt: skip
    with streaming() as streams:
        (first,) = ended(streams, asked(claim, turns))
        (again,) = ended(streams, asked(claim, [*turns, {"role": "user", "text": " \r\n", "files": []}]))
        (other,) = ended(streams, asked(claim, [*turns[:3], {**turns[3], "text": "How many, then?"}]))
    body = server.asked[0][1]
    assert [each["role"] for each in body["messages"]] == ["system", "user", "assistant", "user"]
    assert body["messages"][1]["content"][1]["type"] == "image_url"
    assert "A street" not in json.dumps(body), "what a picture shows is told to people"
    assert (body["temperature"], [row.params["seed"] for row in (first, again, other)]) == (0.2, [7, 8, 9])
    assert first.asked_hash == again.asked_hash != other.asked_hash, "a turn that is blank is none"
    assert _handed(who, claim, turns=turns, tries=[_try(first), _try(other)]) == "forged_try"
    assert _handed(who, claim, turns=turns[:1] + turns[3:], tries=[_try(first)]) == "forged_try"
    renamed = [turns[0], {**turns[1], "files": [{**file, "alt": "Houses"}]}, *turns[2:]]
    assert _handed(who, claim, turns=renamed, tries=[_try(first)]) == "try_left_out", "nobody chooses among answers"
    assert _handed(who, claim, turns=renamed, tries=[_try(first), _try(again, "right")]) == "", "it is the same prompt"


def test_what_is_no_try_is_not_taken(db: object, server: ModelServer) -> None:
    who, claim = asker(server, tried, "good", "slow", fails_least=1)
    other = who.small.claim(who.colleague)
    with streaming() as streams:
        a, b = ended(streams, asked(claim, [USER], (0, 1)))
        (theirs,) = ended(streams, asked(other, [USER]))
        server.pause_s = 0.2
        slow = list(ModelOrder.objects.get(person_id=who.expert).names).index("slow")
        (stopped,) = asked(claim, [USER], (slow,))
        streams.take(stopped.id)
        until(stopped.id, lambda found: found.text)
        assert stop_model(generation_id=stopped.id, person_id=who.expert, now=utc_now())
        (stopped,) = over([stopped])
    assert stopped.state == "stopped"

    def handed(*tries: Any) -> str:
        return _handed(who, claim, turns=[USER], tries=list(tries))

    assert _handed(who, claim, turns=[USER]) == "untried"
    assert handed(_try(a)) == "untried", "the other model was not asked"
    assert handed(_try(a, "right"), _try(b, "right")) == "few_fails"
    assert handed(kept(a), _try(b)) == "no_verdict"
    assert handed(_try(a), {**_try(b), "text": "What I wrote myself."}) == "forged_try"
    cut = {**_try(stopped), "stopped": True}
    assert handed(_try(a), _try(b), _try(stopped)) == "forged_try", "it is not told that it was stopped"
    assert handed({**_try(a), "stopped": True}, _try(b), cut) == "untried", "nobody stopped the only answer"
    assert handed(_try(a, "right"), _try(b, "right"), cut) == "few_fails", "what was stopped fails no model"
    assert handed(_try(a), _try(b), {**cut, "text": ""}) == "forged_try"
    assert handed(_try(a), _try(b)) == "try_left_out", "stopping an answer takes nothing back that it said"
    assert handed({**_try(theirs), "slot": kept(a)["slot"]}, _try(b)) == "forged_try"
    assert handed({**_try(a), "slot": "b"}, {**_try(b), "slot": "a"}) == "forged_try"
    Generation.objects.filter(id=a.id).update(question="other")
    assert handed(_try(a), _try(b)) == "forged_try"
    Generation.objects.filter(id=a.id).update(question="talk")
    assert handed(_try(a), _try(b, "partly"), cut) == ""
    assert code_of(ask(claim, [USER])) == "claim_ended"


def test_no_answer_to_words_that_read_the_same_can_be_left_out(db: object, server: ModelServer) -> None:
    who, claim = asker(server, tried, "good", fails_least=1)
    picture = [value_of(sent(claim, name, samples.jpeg())) for name in ("one.jpg", "two.jpg")]
    prompt = {**USER, "text": "Caf\u00e9, with milk", "files": [picture[0]]}
    same = [
        {**prompt, "text": "Caf\u00e9,\n with  milk \n"}, {**prompt, "text": "Cafe\u200b\u0301, with milk\u2800"},
        {**prompt, "files": [picture[1]]},
    ]  # fmt: skip
    with streaming() as streams:
        first, *rest = [ended(streams, asked(claim, [turn]))[0] for turn in [prompt, *same]]
    assert len({row.asked_hash for row in (first, *rest)}) == 4
    for turns in ([prompt], [same[1]], [prompt, {**USER, "text": "\u200b"}]):
        assert _handed(who, claim, turns=turns, tries=[_try(row) for row in rest]) == "try_left_out"
    tries = [_try(first), *(_try(row, "right") for row in rest)]
    assert _handed(who, claim, turns=[{**prompt, "text": "Cafe with milk"}], tries=tries) == "forged_try"
    (running,) = asked(claim, [same[0]])
    assert _handed(who, claim, turns=[prompt], tries=tries) == "still_asked"
    assert stop_model(generation_id=running.id, person_id=who.expert, now=utc_now())
    assert _handed(who, claim, turns=[prompt], tries=tries) == "", "what was stopped before it said a word is none"


def test_tries_that_may_be_asked_for_fit_the_answer_they_are_handed_in_with(db: object, server: ModelServer) -> None:
    body = tried("good", asked_max=9, answer_tokens=1, fails_least=1)
    (talk,) = body["questions"]
    endpoint("good", server.url)
    who = cast(template={**body, "questions": [talk, {**talk, "name": "other", "required": False}]})
    fund_models(who.small)
    claim = who.small.claim(who.expert)
    with streaming() as streams:
        rows = [ended(streams, asked(claim, [USER]))[0] for _ in range(3)]
    each = (ANSWER_BYTES_MAX - 1_000) // 3
    # Python writes these characters twice as long as they are, or longer.
    texts = {row.id: ("\"\\\n'\x01" * each)[:each] for row in rows}
    for row in rows:
        Generation.objects.filter(id=row.id).update(text=texts[row.id])
    (last,) = asked(claim, [USER])
    Generation.objects.filter(id=last.id).update(question="other", state="running")
    assert isinstance(ask(claim, [USER]), list), "an answer to the other question has room too"
    Generation.objects.filter(id=last.id).update(text="x" * 1_000, state="done", ended_at=utc_now(), cost_pico=0)
    Generation.objects.filter(state="asked").update(state="stopped", ended_at=utc_now(), cost_pico=0)
    assert code_of(ask(claim, [USER])) == "model_tokens", "what both hold together is handed in as one"
    tries = [{**_try(row), "text": texts[row.id]} for row in rows]
    assert _handed(who, claim, turns=[USER], tries=tries) == ""


def test_a_prompt_that_could_not_be_handed_in_is_not_tried_and_says_why(db: object, server: ModelServer) -> None:
    _, claim = asker(server, tried, "good", system="required", kinds=["image"])
    system = {"role": "system", "text": "Be short.", "files": []}
    for turns, code in (
        ([], "system_missing"), ([USER], "system_missing"), ([system], "few_turns"), ([system, "x"], "bad_turn"),
        ([system, {**USER, "text": "x" * 2_001}], "too_long"), ([system, {**USER, "files": [1]}], "not_a_file"),
        ([system, {**USER, "role": "assistant"}], "bad_turn"), ([system, *[USER] * 7], "many_turns"),
    ):  # fmt: skip
        found = ask(claim, turns)
        assert isinstance(found, Refused), code
        assert (found.code, found.facts) == ("bad_prompt", {"code": code})
    assert code_of(ask(claim, [system, USER], (1,))) == "bad_conversation", "there is one model"
    assert code_of(ask(claim, [system, USER], ())) == "bad_conversation"
    mine = sent(claim, "a.png", samples.png())
    file = {**value_of(mine), "alt": "A square"}
    assert code_of(ask(claim, [system, {**USER, "files": [{**file, "sha256": "0" * 64}]}])) == "file_gone"
    endpoint("good", server.url, kinds=())
    assert code_of(ask(claim, [system, {**USER, "files": [file]}])) == "model_kind"
    assert (Generation.objects.count(), server.asked) == (0, [])


def test_limits_hold_over_all_wordings_and_room_is_left_for_those_of_this_one(db: object, server: ModelServer) -> None:
    who, claim = asker(server, tried, "good", asked_max=5, tokens_max=30_000, answer_tokens=10_000)
    with streaming() as streams:
        (first,) = asked(claim, [USER])
        assert code_of(ask(claim, [{**USER, "text": "Another"}])) == "model_busy"
        (first,) = ended(streams, [first])
        rows = [first, *(ended(streams, asked(claim, [{**USER, "text": f"Wording {n}"}]))[0] for n in range(3))]
    Generation.objects.update(text="س" * 48_000)
    assert used(claim.id, "talk").size == 4 * 96_000
    Generation.objects.filter(id=rows[1].id).update(asked_hash=rows[0].asked_hash)
    Generation.objects.filter(id=rows[2].id).update(asked_hash=rows[0].asked_hash)
    assert code_of(ask(claim, [USER])) == "model_tokens", "a fourth of this length would be too large to be handed in"
    (last,) = asked(claim, [{**USER, "text": "New words"}])
    stop_model(generation_id=last.id, person_id=who.expert, now=utc_now())
    assert code_of(ask(claim, [{**USER, "text": "Newer words"}])) == "model_limit"


def test_a_judge_fixes_what_stands_beside_a_tried_prompt_and_not_its_words(db: object, server: ModelServer) -> None:
    who, claim = asker(server, tried, "good", reference="required", fails_least=1)
    other = {**USER, "text": "A draft that nobody handed in"}
    with streaming() as streams:
        (row,), (second,) = ended(streams, asked(claim, [USER])), ended(streams, asked(claim, [USER]))
        (draft,) = ended(streams, asked(claim, [other]))
    answer = {"turns": [USER], "reference": "The Nile", "tries": [_try(row), _try(second, "right")]}
    assert _handed(who, claim, **answer) == ""
    assert [each.id for each in tail_of(claim.slot_id, who.expert, "talk", 9)] == [row.id, second.id, draft.id]
    assert tail_of(claim.slot_id, who.colleague, "talk", 9) == []
    ModelOrder.objects.update(names=["another"])
    assert tail_of(claim.slot_id, who.expert, "talk", 9) == [], "another model stands in its place"
    ModelOrder.objects.update(names=["good"])
    review = who.small.claim(who.reviewer, "review")

    def fixed(**change: Any) -> Any:
        return who.small.hand_in(review, {"verdict": "accept", "fixed_answer": {"talk": {**answer, **change}}})

    for change, code in (
        ({"turns": [{**USER, "text": "Which is the longest one?"}]}, "forged_try"),
        ({"turns": [other], "tries": [_try(draft)]}, "forged_try"), ({"tries": [_try(row)]}, "try_left_out"),
        ({"tries": [_try(row), _try(draft)]}, "forged_try"),
        ({"turns": [{**USER, "text": USER["text"] + " "}], "tries": [_try(row)]}, "try_left_out"),
    ):  # fmt: skip
        found = fixed(**change)
        assert isinstance(found, Refused), change
        assert found.facts["problems"][0][:2] == ("fixed_answer.talk", code)
    mended = fixed(reference="The Nile, by most ways of measuring", tries=[_try(second), _try(row, "partly")])
    assert isinstance(mended, Submitted)


def test_who_settles_a_task_takes_one_author_s_tries_as_they_came(db: object, server: ModelServer) -> None:
    endpoint("good", server.url)
    body = tried("good", judged="none", tried="optional", reference="required")
    agree = {"name": "agree", "version": 1, "terms": {}}
    more = [stage("adjudicate", PER_JUDGEMENT, subject="all")]
    who = cast(template=body, tasks=1, cap=2, reviewed=False, redundancy=agree, more=more)
    fund_models(who.small)
    told = []
    with streaming() as streams:
        for person in (who.expert, who.colleague):
            claim = who.small.claim(person)
            told.append([kept(ended(streams, asked(claim, [USER]))[0]) for _ in range(2)])
            assert _handed(who, claim, turns=[USER], reference=str(claim.id), tries=told[-1]) == ""
    judging = who.small.claim(who.reviewer, "adjudicate")

    def settled(**talk: Any) -> Any:
        return who.small.hand_in(judging, {"answer": {"talk": {"turns": [USER], "reference": "The Nile", **talk}}})

    for tries, code in (
        ({}, "try_left_out"), ({"tries": told[0][:1]}, "try_left_out"),
        ({"tries": [told[0][0], told[1][0]]}, "forged_try"),
    ):  # fmt: skip
        found = settled(**tries)
        assert isinstance(found, Refused), tries
        assert found.facts["problems"][0][:2] == ("answer.talk", code)
    assert isinstance(settled(tries=told[1]), Submitted)


def test_work_that_is_returned_keeps_its_tries_and_asks_anew(db: object, server: ModelServer) -> None:
    who, claim = asker(server, tried, "good", asked_max=1, fails_least=1)
    with streaming() as streams:
        (first,) = ended(streams, asked(claim, [USER]))
        assert _handed(who, claim, turns=[USER], tries=[_try(first)]) == ""
        who.small.review({"verdict": "return", "note": "Is it wrong?", "clause": "Guideline"})
        again = who.small.claim(who.expert)
        assert (again.slot_id, again.round) == (claim.slot_id, 2)
        assert [row.id for row in tail_of(again.slot_id, who.expert, "talk", 9)] == [first.id]
        (second,) = ended(streams, asked(again, [USER]))
        assert code_of(ask(again, [USER])) == "model_limit", "each round has its own"
    assert _handed(who, again, turns=[USER], tries=[_try(second)]) == "try_left_out"
    assert _handed(who, again, turns=[USER], tries=[_try(first), _try(second, "right")]) == ""


def test_models_of_prompts_are_looked_for_before_work_begins_and_told_to_nobody(
    db: object, server: ModelServer
) -> None:
    who = cast()

    def publish(body: dict[str, Any]) -> Template | Refused:
        return publish_template(
            project_id=who.small.project.id, base=1, body=body, note="Tried.", changes_work=False, actor=COMMAND,
            now=who.small.now,
        )  # fmt: skip

    assert code_of(publish(tried("good"))) == "models_missing"
    endpoint("good", server.url, kinds=("image",))
    assert code_of(publish(tried("good"))) == "models_missing", "it takes no sound and no documents"
    assert code_of(publish(tried("good", kinds=["image"]))) == "models_unfunded"
    fund_models(who.small)
    assert isinstance(publish(tried("good", kinds=["image"])), Template)
    told = [json.loads(each)["questions"][0] for each in templates_of(who.small.project.id).values()]
    assert ["a"] in [each.get("models") for each in told]
    assert "good" not in json.dumps(told)
