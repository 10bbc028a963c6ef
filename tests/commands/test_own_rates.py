"""Rate cards with rows for people: everybody's own card, rate and pay; slots reserve what the highest row comes to."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from fairhand.audit.actor import COMMAND
from fairhand.flow.change_plan import Planned, change_plan
from fairhand.flow.changed_terms import changed_cards
from fairhand.flow.open_work import open_work
from fairhand.flow.quick_claim import claim_and_show
from fairhand.flow.stage_cards import own_cards, stage_cards
from fairhand.gates.commands import grant, make_skill, revoke
from fairhand.gates.models import Qualification
from fairhand.insight.own_export import everything_about
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import payable, pool, reserved
from fairhand.pay.queries import lines_of_submissions
from fairhand.people.models import Profile
from fairhand.projects.models import Stage
from fairhand_pay import Terms, sentence, terms_from_preset
from fairhand_pay.recompute import recomputed
from tests.building import NOW, RETURN, Small, check_books, small_project

ROWS = {"tier=chemist:2": "54.00", "tier=chemist:2, zone=DE+AT": "72.00", "language=ar": "45.00"}
PAY = ("hourly", {"rate": "36.00", "paid_s_max": 3600, "rates": ROWS})


def qualified(person_id: UUID, level: int) -> Qualification:
    made = make_skill(
        kind="tier", slug="chemist", name={"en": "Chemist"}, about={"en": "Published rules."}, level_max=3,
        actor=COMMAND, now=NOW,
    )  # fmt: skip
    assert not isinstance(made, Refused), made
    found = grant(
        person_id=person_id, skill_id=made.id, level=level, valid_from=NOW, valid_until=None, evidence="",
        reason="Shown at work.", actor=COMMAND, now=NOW,
    )  # fmt: skip
    assert not isinstance(found, Refused), found
    return found


def lives(person_id: UUID, country: str, *languages: str) -> None:
    Profile.objects.create(person_id=person_id, country_code=country, language_codes=list(languages), changed_at=NOW)


def seen(small: Small, person_id: UUID) -> list[str]:
    return [card.card.terms_hash for card in own_cards(stage_cards(small.project.id), person_id, small.now)]


def test_everybody_works_at_their_own_row_and_the_slot_reserves_the_highest(rollback_db: None) -> None:
    small = small_project(pay=PAY, tasks=4, reviewed=False, experts=3)
    chemist, arab, other = small.experts
    qualified(chemist, 3)
    lives(chemist, "AT")
    lives(arab, "DE", "ar")
    before = small.money(pool(small.batch_id))
    assert small.money(reserved(small.batch_id, 0)) == 4 * 7200
    for person_id, minor, ceiling in ((chemist, 1200, 7200), (arab, 750, 4500), (other, 600, 3600)):
        common = small.take(person_id)
        assert isinstance(common, Refused)
        assert common.code == "terms_changed"
        small.hashes = seen(small, person_id)
        claim = small.claim(person_id)
        assert claim.offer.ceiling_minor == ceiling
        small.beat(claim, 600)
        done = small.submit(claim)
        assert (done.amount_minor, small.money(payable(person_id))) == (minor, minor)
    assert small.money(reserved(small.batch_id, 0)) == 7200
    assert small.money(pool(small.batch_id)) - before == 3 * 7200 - 2550
    check_books()


def test_the_row_is_frozen_with_the_claim_and_the_export_comes_out_the_same(rollback_db: None) -> None:
    small = small_project(pay=PAY, reviewed=False)
    chemist = small.experts[0]
    held = qualified(chemist, 2)
    small.hashes = seen(small, chemist)
    claim = small.claim(chemist)
    small.beat(claim, 600)
    revoke(person_id=chemist, qualification_id=held.id, reason="Granted by mistake.", actor=COMMAND, now=small.now)
    lives(chemist, "DE", "ar")
    done = small.submit(claim)
    found = lines_of_submissions([done.submission_id])[done.submission_id]
    assert done.amount_minor == 900
    assert [line.inputs.get("dim_tier") for line in found if line.primitive == "RATE"] == ["chemist:2"]
    compared = recomputed(json.loads("".join(everything_about(chemist, small.now))))
    assert compared.clean
    assert compared.lines_n == len(found)
    # The next one is on the row of what they hold by now, which they read first.
    assert isinstance(small.take(chemist), Refused)
    (changed,) = changed_cards(chemist, [small.project.id], "attempt", small.hashes, small.now)
    assert [each.direction for each in changed.changes if each.what == "pay"] == ["lowered"]
    (card,) = open_work(chemist, [small.project.id], "attempt", small.now)[small.project.id].cards
    assert card.card.terms == changed.card.card.terms
    assert card.card.terms["dims"] == {"language": "ar"}
    assert card.card.ceiling_minor == 4500


def test_both_ways_of_claiming_take_ones_own_card(rollback_db: None) -> None:
    small = small_project(pay=PAY)
    chemist, other = small.experts
    qualified(chemist, 2)
    for number, (person_id, rate) in enumerate(((chemist, "54.00"), (other, "36.00"), (chemist, "54.00"))):
        made = claim_and_show(
            person_id=person_id, project_id=small.project.id, kind="attempt", terms_seen=seen(small, person_id),
            request_key=f"quick {number}", actor=COMMAND, now=small.now,
        )  # fmt: skip
        assert not isinstance(made, Refused), made
        assert f'"{rate}"' in made[0]


def test_a_lower_row_is_a_cut_and_rework_keeps_its_row(rollback_db: None) -> None:
    small = small_project(pay=PAY)
    chemist = small.experts[0]
    qualified(chemist, 2)
    small.hashes = seen(small, chemist)
    work = small.work(chemist)
    stage = Stage.objects.get(project=small.project, kind="attempt")

    def change(rates: dict[str, str]) -> Any:
        params = {**PAY[1], "rates": rates}
        return change_plan(
            stage_id=stage.id, terms=terms_from_preset("hourly", params, "USD"), preset={"preset": "hourly", **params},
            note="Rates of the new contract.", actor=COMMAND, now=small.now,
        )  # fmt: skip

    lower = change({**ROWS, "tier=chemist:2": "50.00"})
    assert isinstance(lower, Planned)
    assert lower.less is not None
    assert (lower.less.who, lower.less.before_minor, lower.less.after_minor) == ({"tier": "chemist:2"}, 5400, 5000)
    assert lower.holds_from == small.now + timedelta(days=small.project.notice_days)
    raised = change({**ROWS, "tier=chemist:2": "55.00"})
    assert isinstance(raised, Planned)
    assert raised.less is None
    unknown = change({**ROWS, "tier=surgeon": "99.00"})
    assert isinstance(unknown, Refused)
    assert [each.code for each in unknown.facts["problems"]] == ["plan_unknown_skill"]

    review = small.claim(small.reviewers[0], "review")
    small.submit(review, RETURN)
    again = small.claim(chemist)  # kept for its author, on the raise, and not seen: nothing in it is worse
    assert again.round == work.round + 1
    assert Terms.parse(again.offer.terms["pay"]).to_json()["primitives"][0]["rows"][1]["rate"] == "55.00"
    small.beat(again, 600)
    assert small.submit(again).amount_minor == 917
    found = lines_of_submissions([small.submission(small.submit(again)).id])
    assert any("chemist:2" in sentence(line) for each in found.values() for line in each)
    check_books()
