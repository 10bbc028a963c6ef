"""A batch that is launched as a pilot: its cards say so and pay the full rate to the end; its work is the first
estimate, and no observation twice."""

import pytest

from fairhand.audit.actor import COMMAND, JOB
from fairhand.flow.fund_project import fund_project
from fairhand.flow.launch_batch import launch_batch
from fairhand.flow.review_estimates import look_at
from fairhand.flow.stage_cards import stage_cards
from fairhand.insight.offer_terms import changes
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Stage
from fairhand.tasks.models import Batch
from tests.building import NOW, Small, draft_batch, draft_project, seat_people, stage
from tests.commands.test_estimate_reviews import DROPS, PRIOR, again, one

pytestmark = pytest.mark.usefixtures("rollback_db")


def _drafted(tasks: int) -> Small:
    """A project whose plan drops after ten minutes and of which nothing is known, with a draft batch."""
    made = draft_project([stage("attempt", DROPS)], experts_wanted=4)
    batch_id = draft_batch(made, tasks)
    fund_project(project=made, amount_minor=1_000_000, key="small", actor=COMMAND, now=NOW)
    return Small(made, batch_id, *seat_people(made, 4, 1))


def test_a_pilot_pays_the_full_rate_to_its_end_and_gives_the_first_estimate() -> None:
    small = _drafted(4)
    attempt = Stage.objects.get(project=small.project, kind="attempt")
    before = stage_cards(small.project.id)[0].card
    launched = launch_batch(batch_id=small.batch_id, pilot=True, actor=COMMAND, now=NOW)
    assert not isinstance(launched, Refused), launched
    assert Batch.objects.get().pilot
    card = stage_cards(small.project.id)[0].card
    assert (card.terms["pilot"], card.terms["full_rate"]) == (True, "pilot")
    assert card.ceiling_minor == before.ceiling_minor, "what is open beside it is reserved for as much"
    assert [each.what for each in changes(before.terms, card.terms)] == ["pilot"]

    Stage.objects.filter(id=attempt.id).update(estimate=PRIOR)
    card = stage_cards(small.project.id)[0].card
    assert card.terms["full_rate"] == "pilot", "eight measured tasks end no pilot that is out"
    Stage.objects.filter(id=attempt.id).update(estimate={})
    again(small)
    first = one(small, small.experts[0], 1200)
    for who in small.experts[1:]:
        one(small, who, 1200)
    assert first == 1200, "twenty minutes at the full rate, though the plan drops after ten"
    look_at(attempt.id, JOB, small.wait(60))
    attempt.refresh_from_db()
    assert (attempt.estimate["source"], attempt.estimate["pilots"], attempt.estimate["n"]) == ("pilot", 4, 0)
    assert 1100 < attempt.estimate["p50_s"] < 1300
    card = stage_cards(small.project.id)[0].card
    assert "pilot" not in card.terms, "all of it is handed in"
    assert card.terms["full_rate"] == "few"


def test_where_enough_is_known_there_is_no_pilot() -> None:
    small = _drafted(2)
    Stage.objects.filter(project=small.project, kind="attempt").update(estimate=PRIOR)
    refused = launch_batch(batch_id=small.batch_id, pilot=True, actor=COMMAND, now=NOW)
    assert isinstance(refused, Refused)
    assert refused.code == "pilot_late"
    assert Batch.objects.get().state == "draft"
