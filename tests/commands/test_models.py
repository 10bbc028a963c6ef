"""Models that are asked while work is done: streamed, stopped, bounded, paid for, proven, and nobody else's."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from fairhand.audit.actor import COMMAND, JOB
from fairhand.flow.ask_model import ask_again, stop_model
from fairhand.flow.model_money import post_model_costs, set_model_limit
from fairhand.flow.model_streams import end_lost
from fairhand.flow.submit_work import Submitted
from fairhand.inference.commands import begin, retire_endpoint
from fairhand.inference.commands import end_lost as end_lost_one
from fairhand.inference.models import Generation, ModelEndpoint, ModelMoney, ModelOrder
from fairhand.inference.queries import of_slot
from fairhand.inference.rules import minor_of, pico_of, shuffled
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget, models, models_paid
from tests.browser.people import cast
from tests.building import check_books
from tests.model_server import WORDS, ModelServer, model_server
from tests.modelled import (
    ask,
    asked,
    asker,
    code_of,
    ended,
    endpoint,
    fund_models,
    jobs,
    kept,
    over,
    panel,
    streaming,
    turn,
    until,
)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as found:
        yield found


def test_an_answer_is_streamed_into_its_row_kept_with_how_it_was_asked_and_paid_for(
    db: object, server: ModelServer
) -> None:
    who, claim = asker(server, panel, "good", system="Be short.", temperature="0.3", seed=41)
    held = who.small.money(budget(who.small.project.id))
    (row,) = asked(claim, [turn("Hello")])
    assert (row.state, jobs(), int(row.held_pico) > 0) == ("asked", 1, True)
    with streaming() as streams:
        (done,) = ended(streams, [row])
        assert not streams.take(row.id), "a job that is done again asks nothing again"
    assert done.text == "good on 'Hello' (seed 41): " + " ".join(WORDS)
    assert (done.state, done.finish_reason, done.tokens_in, done.tokens_out) == ("done", "stop", 7, len(WORDS) + 1)
    assert int(done.cost_pico or 0) == 7 * 2_000_000 + (len(WORDS) + 1) * 8_000_000
    headers, body = server.asked[0]
    assert headers["Authorization"] == "Bearer sk-secret-of-a-test"
    assert (body["temperature"], body["seed"], body["max_tokens"], body["stream"]) == (0.3, 41, 100, True)
    assert body["messages"] == [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Hello"}]
    assert done.first_at is not None
    assert done.begun_at is not None
    assert who.small.money(budget(who.small.project.id)) == held, "what it cost comes out of what was set apart"
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_key FROM model_endpoint")
        assert "secret" not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("model", "state", "problem"),
    [
        ("slow", "done", ""), ("plain", "done", ""), ("uncounted", "done", ""), ("lies", "done", ""),
        ("hostile", "done", ""), ("stalls", "failed", "silent"), ("silent", "failed", "silent"),
        ("breaks", "failed", "broken_off"), ("cut", "failed", "broken_off"), ("closed", "failed", "broken_off"),
        ("drips", "failed", "too_long"), ("refuses", "failed", "key_refused"), ("missing", "failed", "no_such_model"),
        ("busy", "failed", "too_many_asked"), ("fails", "failed", "server_failed"),
        ("redirects", "failed", "redirected"), ("garbled", "failed", "bad_answer"), ("errs", "failed", "model_error"),
        ("floods", "failed", "answer_too_long"), ("one_line", "failed", "line_too_long"),
        ("headers", "failed", "bad_answer"),
    ],
)  # fmt: skip
def test_every_way_in_which_a_server_fails_ends_and_frees_what_was_set_apart(
    db: object, server: ModelServer, model: str, state: str, problem: str
) -> None:
    endpoint(model, server.url, silence_s=1, total_s=2)
    who = cast(template=panel(model))
    fund_models(who.small)
    with streaming() as streams:
        (done,) = ended(streams, asked(who.small.claim(who.expert), [turn("Hello")]))
    assert (done.state, done.problem) == (state, problem)
    assert "\u0000" not in done.text
    money = ModelMoney.objects.get()
    assert (int(money.held_pico), int(money.spent_pico)) == (0, int(done.cost_pico or 0))
    assert int(done.cost_pico or 0) <= int(done.held_pico), "a server that counts absurdly costs the project no more"
    if model in ("refuses", "fails", "redirects", "busy"):
        assert not done.cost_pico, "nothing was said"
    if model in ("stalls", "breaks", "uncounted"):
        assert done.cost_pico, "what came is paid for"
    assert done.told is (model not in ("uncounted", "stalls", "silent", "breaks", "cut", "closed", "drips", "refuses",
        "missing", "busy", "fails", "redirects", "garbled", "errs", "floods", "one_line", "headers"))  # fmt: skip
    check_books()


def test_stop_ends_it_at_once_closes_the_connection_and_keeps_what_came(db: object, server: ModelServer) -> None:
    who, claim = asker(server, panel, "slow")
    server.pause_s = 0.2
    (row,) = asked(claim, [turn("Hello")])
    with streaming() as streams:
        streams.take(row.id)
        until(row.id, lambda found: found.text)
        assert not stop_model(generation_id=row.id, person_id=who.colleague, now=utc_now()), "nobody else's"
        assert stop_model(generation_id=row.id, person_id=who.expert, now=utc_now())
        (done,) = over([row])
    assert (done.state, done.told) == ("stopped", False)
    assert 0 < len(done.text) < len(" ".join(WORDS))
    assert 0 < int(done.cost_pico or 0) < int(done.held_pico)
    assert not stop_model(generation_id=row.id, person_id=who.expert, now=utc_now()), "it is over"
    (again,) = asked(claim, [turn("Hello")])
    assert stop_model(generation_id=again.id, person_id=who.expert, now=utc_now()), "before a worker had it"
    again.refresh_from_db()
    assert (again.state, again.cost_pico) == ("stopped", 0)


def test_a_regenerated_answer_is_another_row_and_the_conversation_goes_on_by_the_chosen_one(
    db: object, server: ModelServer
) -> None:
    who, claim = asker(server, panel, "good", seed=5)
    with streaming() as streams:
        first = ended(streams, asked(claim, [turn("Hello")]))[0]
        second = ended(streams, asked(claim, [turn("Hello")]))[0]
        assert (first.params["seed"], second.params["seed"]) == (5, 6)
        said = turn("Hello", choice=str(second.id))
        third = ended(streams, asked(claim, [said, turn("And then?")]))[0]
    assert [each["content"] for each in server.asked[2][1]["messages"]] == ["Hello", second.text, "And then?"]
    for wrong in ("", str(third.id), "00000000-0000-7000-8000-000000000000", None):
        assert code_of(ask(claim, [turn("Hello", choice=wrong), turn("And?")])) == "bad_conversation"
    assert code_of(ask(claim, [turn("Other words", choice=str(first.id)), turn("And?")])) == "bad_conversation"
    answer = {"turns": [
        turn("Hello", answers=[kept(first), kept(second)], choice=str(second.id)),
        turn("And then?", answers=[kept(third)], choice=str(third.id)),
    ]}  # fmt: skip
    assert isinstance(who.small.hand_in(claim, {"talk": answer}), Submitted)
    assert code_of(ask(claim, [turn("Hello")])) == "claim_ended"


def test_what_no_model_said_here_is_not_taken(db: object, server: ModelServer) -> None:
    who, claim = asker(server, panel, "good", "slow")
    other = who.small.claim(who.colleague)
    with streaming() as streams:
        a, b = ended(streams, asked(claim, [turn("Hello")], (0, 1)))
        c, _d = ended(streams, asked(other, [turn("Hello")], (0, 1)))
        failed_one = Generation.objects.get(id=a.id)
    good = turn("Hello", answers=[kept(a), kept(b)], choice=str(a.id), preference=-1)

    def tried(**change: Any) -> str:
        found = who.small.hand_in(claim, {"talk": {"turns": [{**good, **change}]}})
        assert isinstance(found, Refused), "it was taken"
        return str(found.facts["problems"][0][1])

    assert tried(answers=[{**kept(a), "text": "What I wrote myself."}, kept(b)]) == "forged_answer"
    assert tried(answers=[kept(c), kept(b)], choice=str(c.id)) == "forged_answer", "somebody else's"
    assert tried(answers=[{**kept(b), "slot": "a"}, {**kept(a), "slot": "b"}], choice=str(b.id)) == "forged_answer"
    assert tried(text="Another question") == "forged_answer", "it was said to other words"
    assert tried(answers=[kept(a)]) == "unanswered"
    assert tried(choice=str(c.id)) == "no_choice"
    assert tried(preference=1) == "no_choice", "it goes on by the one that was worse"
    assert tried(preference=9) == "no_preference"
    assert failed_one.state == "done"
    assert isinstance(who.small.hand_in(claim, {"talk": {"turns": [good]}}), Submitted)


def test_who_is_a_is_drawn_for_each_person_and_stays(db: object, server: ModelServer) -> None:
    _, claim = asker(server, panel, "good", "plain", tokens_max=100_000)
    with streaming() as streams:
        for n in range(3):
            a, b = ended(streams, asked(claim, [turn(f"Hello {n}")], (0, 1)))
            order = list(ModelOrder.objects.get().names)
            assert [a.endpoint.name, b.endpoint.name] == order
            assert a.params["seed"] == b.params["seed"], "both are asked alike"
    assert sorted(order) == ["good", "plain"]
    drawn = {tuple(shuffled(["good", "plain"], seed)) for seed in range(40)}
    assert drawn == {("good", "plain"), ("plain", "good")}


def test_limits_of_a_claim_and_of_what_is_under_way(db: object, server: ModelServer) -> None:
    who, claim = asker(server, panel, "good", asked_max=2, tokens_max=150, most=2)
    (row,) = asked(claim, [turn("Hello")])
    assert code_of(ask(claim, [turn("Hello")])) == "model_busy"
    with streaming() as streams:
        (done,) = ended(streams, [row])
        (again,) = ended(streams, asked(claim, [turn("Hello")]))
    assert code_of(ask(claim, [turn("Hello")])) == "model_limit"
    assert code_of(ask(claim, [turn("a"), turn("b"), turn("c")])) == "bad_conversation"
    assert code_of(ask(claim, [turn("Hello")], (1,))) == "bad_conversation"
    assert code_of(ask(claim, [turn(" ")])) == "bad_conversation"
    assert code_of(ask(claim, [{"text": 7}])) == "bad_conversation"
    assert len(of_slot(claim.slot_id, who.expert, "talk")) == 2
    assert done.tokens_out == again.tokens_out
    other = who.small.claim(who.colleague)
    Generation.objects.filter(claim_id=claim.id).update(claim_id=other.id)
    Generation.objects.filter(id=again.id).update(tokens_out=60)
    assert code_of(ask(other, [turn("Hello")])) == "model_limit"
    Generation.objects.filter(id=done.id).update(claim_id=claim.id)
    assert code_of(ask(other, [turn("Hello")])) == "model_tokens", "60 were said, and 100 more could be"


def test_money_is_set_apart_before_a_word_is_asked_and_refused_where_it_does_not_reach(
    db: object, server: ModelServer
) -> None:
    endpoint("good", server.url)
    who = cast(template=panel("good"))
    claim, project = who.small.claim(who.expert), who.small.project
    fund_models(who.small, 0)
    assert code_of(ask(claim, [turn("Hello")])) == "model_money"
    assert server.asked == []
    assert jobs() == 0
    before = who.small.money(budget(project.id))
    one = pico_of(1, "USD")
    fund_models(who.small, 1)
    assert who.small.money(budget(project.id)) == before - 1
    assert who.small.money(models(project.id)) == 1
    (row,) = asked(claim, [turn("Hello")])
    assert int(row.held_pico) == (5 + 32) * 2_000_000 + 100 * 8_000_000 < one
    ModelMoney.objects.update(spent_pico=one - int(row.held_pico) - 1)
    second = who.small.claim(who.colleague)
    assert code_of(ask(second, [turn("Hello")])) == "model_money", "one 10^-12 of a dollar is missing"
    assert Generation.objects.count() == 1
    least = set_model_limit(project_id=project.id, limit_minor=0, actor=COMMAND, now=utc_now())
    assert code_of(least) == "limit_spent"
    assert (
        code_of(set_model_limit(project_id=project.id, limit_minor=10**9, actor=COMMAND, now=utc_now()))
        == "budget_short"
    )
    ModelMoney.objects.update(spent_pico=0)
    check_books()


def test_costs_come_into_the_books_to_the_cent_however_often_they_are_posted(db: object, server: ModelServer) -> None:
    who, claim = asker(server, panel, "good", asked_max=400, tokens_max=100_000)
    project = who.small.project
    ModelEndpoint.objects.update(in_micro=333_333, out_micro=77_777_777)  # a tenth of a cent for each answer
    cents = []
    with streaming() as streams:
        for _ in range(14):
            ended(streams, asked(claim, [turn("Hello")]))
            post_model_costs(actor=JOB, now=utc_now())
            post_model_costs(actor=JOB, now=utc_now())
            cents.append(who.small.money(models_paid()))
            spent = sum(int(row.cost_pico or 0) for row in Generation.objects.all())
            assert cents[-1] == minor_of(spent, "USD")
    assert cents[0] == 0
    assert cents[-1] == 1
    assert who.small.money(models(project.id)) == 1_000 - cents[-1]
    assert set_model_limit(project_id=project.id, limit_minor=5, actor=COMMAND, now=utc_now()) == 5
    assert who.small.money(models(project.id)) == 5 - cents[-1]
    check_books()


def test_an_answer_whose_worker_died_is_over_and_its_money_free(db: object, server: ModelServer) -> None:
    _, claim = asker(server, panel, "good")
    (row,) = asked(claim, [turn("Hello")])
    now = utc_now()
    assert begin(generation_id=row.id, now=now)
    Generation.objects.filter(id=row.id).update(text="Half an answ")
    assert end_lost(now=now + timedelta(seconds=29)) == 0
    assert end_lost(now=now + timedelta(seconds=31)) == 1
    row.refresh_from_db()
    assert (row.state, row.problem, row.text) == ("failed", "worker_lost", "Half an answ")
    assert row.tokens_out == 3
    (waits,) = asked(claim, [turn("Hello")])
    before = jobs()
    assert (ask_again(now=now), jobs()) == (0, before)
    assert (ask_again(now=now + timedelta(seconds=40)), jobs()) == (1, before + 1)
    assert (ask_again(now=now + timedelta(seconds=99)), jobs()) == (1, before + 1), "one more is enough"
    assert end_lost(now=now + timedelta(seconds=599)) == 0
    assert end_lost(now=utc_now() + timedelta(seconds=601)) == 1
    waits.refresh_from_db()
    assert (waits.problem, waits.cost_pico) == ("no_worker", 0)
    assert not end_lost_one(generation_id=waits.id, lost_s=30, now=utc_now())
    assert int(ModelMoney.objects.get().held_pico) == 0
    with streaming() as streams:
        assert not streams.take(waits.id)


def test_a_worker_that_ends_ends_its_answers(db: object, server: ModelServer) -> None:
    _, claim = asker(server, panel, "held")
    (row,) = asked(claim, [turn("Hello")])
    with streaming() as streams:
        streams.take(row.id)
        until(row.id, lambda found: found.text)
        assert streams.under_way() == 1
    row.refresh_from_db()
    assert (row.state, row.problem) == ("failed", "worker_stopped")


def test_models_that_are_gone_or_priced_otherwise_are_not_asked(db: object, server: ModelServer) -> None:
    endpoint("good", server.url)
    who = cast(template=panel("good"))
    claim = who.small.claim(who.expert)
    endpoint("good", server.url, currency="EUR")
    assert code_of(ask(claim, [turn("Hello")])) == "model_currency"
    endpoint("good", server.url, currency="EUR", price_in="0", price_out="0")
    assert ModelEndpoint.objects.filter(name="good", state="active").count() == 1
    (row,) = asked(claim, [turn("Hello")])
    assert int(row.held_pico) == 0, "what costs nothing needs no money"
    stop_model(generation_id=row.id, person_id=who.expert, now=utc_now())
    assert retire_endpoint(name="good", actor=COMMAND, now=utc_now()) is None
    assert code_of(retire_endpoint(name="good", actor=COMMAND, now=utc_now())) == "no_model"
    assert code_of(ask(claim, [turn("Hello")])) == "model_gone"
