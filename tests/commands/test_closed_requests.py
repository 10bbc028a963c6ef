"""A request for more time that nobody decided, when its task is handed in."""

import pytest

from fairhand.dispatch.models import Extension
from fairhand.flow.extend_claim import Asked
from fairhand.insight.requests import decided_requests, open_requests
from tests.commands.test_life import ask, code, decide, launched

pytestmark = pytest.mark.usefixtures("rollback_db")


@pytest.mark.parametrize("late", [False, True])
def test_a_request_that_nobody_decided_is_closed_by_the_hand_in(late: bool) -> None:
    small = launched()
    claim = small.claim(small.experts[0])
    asked = ask(small, claim, 1800)
    assert isinstance(asked, Asked)
    if late:
        small.wait(601)
        small.expire()
        assert [each.state for each in open_requests(small.project.id, 9)] == ["expired"]
    small.wait(5)
    small.submit(claim)
    kept = Extension.objects.get(id=asked.extension_id)
    assert (kept.granted_s, kept.decided_by, kept.closed) == (0, None, "handed_in")
    assert open_requests(small.project.id, 9) == []
    assert [each.closed for each in decided_requests(small.project.id, 9)] == ["handed_in"]
    assert code(decide(small, asked, 600)) == "extension_decided"
