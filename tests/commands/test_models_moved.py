"""Conversations with models while something moves beside them: the template, the project's end, the claim."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.cases.models import Raised
from fairhand.flow.ask_model import Wanted, ask_model
from fairhand.flow.close_rest import close_rest
from fairhand.flow.model_money import post_model_costs
from fairhand.flow.move_project import move_project
from fairhand.flow.publish_template import publish_template
from fairhand.flow.raise_matter import raise_matter
from fairhand.flow.stage_cards import stage_cards
from fairhand.flow.submit_work import Submitted
from fairhand.inference.commands import retire_endpoint
from fairhand.inference.models import Generation, ModelEndpoint, ModelMoney, ModelOrder
from fairhand.insight.claim_shown import claim_shown, templates_of
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget, models
from fairhand.projects.models import Template
from tests.browser.people import Cast, cast
from tests.building import check_books, draft_batch
from tests.model_server import ModelServer, model_server
from tests.modelled import ask, asked, ended, endpoint, facts_of, fund_models, kept, panel, streaming, turn
from tests.signed import client_of


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as found:
        yield found


def _publish(who: Cast, body: dict[str, Any]) -> Template | Refused:
    made = publish_template(
        project_id=who.small.project.id, base=1, body=body, note="Other models.", changes_work=False, actor=COMMAND,
        now=who.small.now,
    )  # fmt: skip
    who.small.hashes = [card.card.terms_hash for card in stage_cards(who.small.project.id)]
    return made


def test_who_takes_a_task_again_by_a_newer_template_asks_the_models_of_that_one(
    db: object, server: ModelServer
) -> None:
    for name in ("good", "plain", "slow"):
        endpoint(name, server.url)
    who = cast(template=panel("good", "plain"))
    fund_models(who.small)
    claim = who.small.claim(who.expert)
    before = ModelOrder(slot_id=claim.slot_id, person_id=who.expert, question="talk", seed=1, names=["slow"])
    before.save(force_insert=True)
    with streaming() as streams:
        a, b = ended(streams, asked(claim, [turn("Hello")], (0, 1)))
        (old,) = ended(streams, asked(claim, [turn("Hello")]))
    assert sorted([a.endpoint.name, b.endpoint.name]) == ["good", "plain"]
    assert list(ModelOrder.objects.get().names) == [a.endpoint.name, b.endpoint.name]
    Generation.objects.filter(id=old.id).update(endpoint=ModelEndpoint.objects.get(name="slow"))
    mixed = turn("Hello", answers=[kept(old), kept(b)], choice=str(b.id), preference=1)
    assert isinstance(who.small.hand_in(claim, {"talk": {"turns": [mixed]}}), Refused), "of a model that isn't asked"
    assert isinstance(ask(claim, [turn("Hello", choice=str(old.id)), turn("And?")]), Refused)
    good = turn("Hello", answers=[kept(a), kept(b)], choice=str(b.id), preference=1)
    assert isinstance(who.small.hand_in(claim, {"talk": {"turns": [good]}}), Submitted)
    talk = reverse("models-ask", args=[claim.id]) + "?question=talk"
    assert client_of(who.expert).get(talk).json()["answers"]
    assert isinstance(raise_matter(
        claim_id=claim.id, person_id=who.expert, kind="illegal", words="Whose?", place="",
        actor=Actor("person", who.expert), now=who.small.now,
    ), Raised)  # fmt: skip
    assert client_of(who.expert).get(talk).status_code == 404, "what models said of it is shown no more, either"


def test_a_program_is_told_how_many_models_answer_and_never_which(db: object, server: ModelServer) -> None:
    for name in ("good", "plain"):
        endpoint(name, server.url)
    who = cast(template=panel("plain", "good"))
    fund_models(who.small)
    for told in templates_of(who.small.project.id).values():
        assert json.loads(told)["questions"] == panel("a", "b")["questions"]
    claim = who.small.claim(who.expert)
    assert isinstance(_publish(who, panel("plain")), Template)
    shown = json.loads(claim_shown(claim.id, who.expert) or "")
    assert shown["template"]["questions"] == panel("a", "b")["questions"]
    assert "plain" not in json.dumps(shown)


def test_a_template_whose_models_cannot_be_asked_is_not_published(db: object, server: ModelServer) -> None:
    endpoint("good", server.url)
    endpoint("plain", server.url)
    retire_endpoint(name="plain", actor=COMMAND, now=utc_now())
    who = cast()
    missing = _publish(who, panel("good", "plain"))
    assert isinstance(missing, Refused)
    assert missing.code == "models_missing"
    unfunded = _publish(who, panel("good"))
    assert isinstance(unfunded, Refused)
    assert unfunded.code == "models_unfunded"
    manager, place = client_of(who.manager), f"/manage/{who.slug}/"
    assert f'href="{place}models/"' not in manager.get(f"{place}batches/").content.decode(), "no tab for nothing"
    fund_models(who.small)
    assert f'href="{place}models/"' in manager.get(f"{place}batches/").content.decode()
    assert isinstance(_publish(who, panel("good")), Template)
    fund_models(who.small, 0)
    draft = draft_batch(who.small.project, 1)
    page = manager.get(f"{place}batches/{draft}/").content.decode()
    assert page.count(f'href="{place}models/"') == 2, "what a launch lacks leads there, and the template asks models"
    assert f"{place}batches/{draft}/launch/" not in page
    fund_models(who.small)
    page = manager.get(f"{place}batches/{draft}/").content.decode()
    assert page.count(f'href="{place}models/"') == 1
    assert f"{place}batches/{draft}/launch/" in page


def _close(who: Cast) -> None:
    done = move_project(
        project_id=who.small.project.id, to="closed", reason="All done.", actor=COMMAND, now=who.small.now
    )
    assert not isinstance(done, Refused), done


def test_of_a_closed_project_all_that_is_left_goes_back_once_nothing_is_in_work(
    db: object, server: ModelServer
) -> None:
    endpoint("good", server.url)
    who = cast(template=panel("good"))
    fund_models(who.small)
    ModelEndpoint.objects.update(in_micro=1, out_micro=1)  # far below a cent
    claim = who.small.claim(who.expert)
    with streaming() as streams:
        ended(streams, asked(claim, [turn("Hello")]))
        _close(who)
        post_model_costs(actor=JOB, now=utc_now())
        (last,) = ended(streams, asked(claim, [turn("Hello")]))
    assert last.state == "done", "what somebody has opened is theirs to finish"
    post_model_costs(actor=JOB, now=utc_now())
    assert who.small.money(models(who.small.project.id)) == 1_000
    answer = {"talk": {"turns": [turn("Hello", answers=[kept(last)], choice=str(last.id))]}}
    assert isinstance(who.small.hand_in(claim, answer), Submitted)
    who.small.review({"verdict": "accept", "note": ""})
    close_rest(actor=JOB, now=who.small.now)
    before = who.small.money(budget(who.small.project.id))
    post_model_costs(actor=JOB, now=utc_now())
    assert who.small.money(models(who.small.project.id)) == 0
    assert who.small.money(budget(who.small.project.id)) == before + 1_000
    assert ModelMoney.objects.get().limit_minor == 0
    post_model_costs(actor=JOB, now=utc_now())
    check_books()


def test_a_claim_that_ended_since_it_was_read_asks_nothing(db: object, server: ModelServer) -> None:
    endpoint("good", server.url)
    who = cast(template=panel("good"))
    fund_models(who.small)
    claim = who.small.claim(who.expert)
    read = facts_of(claim)
    assert who.small.skip(claim) is None
    for facts in (read, replace(read, paused_at=None)):
        found = ask_model(facts=facts, wanted=Wanted("talk", [turn("Hello")], (0,)), now=utc_now())
        assert isinstance(found, Refused)
        assert found.code == "claim_ended"
    assert not Generation.objects.exists()


def test_no_more_is_asked_than_can_be_handed_in(db: object, server: ModelServer) -> None:
    endpoint("good", server.url)
    endpoint("plain", server.url)
    who = cast(template=panel("good", "plain", answer_tokens=16_384, tokens_max=1_000_000, asked_max=400))
    fund_models(who.small, 50_000)
    claim = who.small.claim(who.expert)
    with streaming() as streams:
        a, b = ended(streams, asked(claim, [turn("Hello")], (0, 1)))
        Generation.objects.filter(id=a.id).update(text="س" * 49_000)
        refused = ask(claim, [turn("Hello")], (0, 1))
        assert isinstance(refused, Refused)
        assert refused.code == "model_tokens", "two more of this length would be too large to be handed in"
        Generation.objects.filter(id=b.id).update(text="س" * 49_000)
    a.refresh_from_db()
    b.refresh_from_db()
    said = turn("Hello", answers=[kept(a), kept(b)], choice=str(b.id), preference=1)
    assert isinstance(who.small.hand_in(claim, {"talk": {"turns": [said]}}), Submitted), "two of the longest fit"
