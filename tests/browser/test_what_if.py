"""Recorded work under another plan: summed right by hand, told with what is missing, and nothing is written."""

import csv
import io
import re

import pytest
from django.test import Client

from fairhand.audit.models import Event
from fairhand.insight.what_if import what_if
from fairhand.pay.models import PayLine
from fairhand_pay import terms_from_preset
from tests.browser.people import cast
from tests.building import PER_REVIEW, Small, small_project
from tests.signed import client_of

LIMIT = 1_000


def worked() -> Small:
    """Three tasks at one cent a second: 60 and 90 seconds by one, 30 by another."""
    small = small_project(tasks=5, review_pay=PER_REVIEW)
    for person, seconds in ((0, 60), (0, 90), (1, 30)):
        small.work(small.experts[person], seconds)
    return small


@pytest.mark.usefixtures("rollback_db")
def test_the_sums_of_another_plan_are_those_made_by_hand() -> None:
    small = worked()
    stage = small.project.stage_set.get(kind="attempt")
    double = terms_from_preset("hourly", {"rate": "72.00", "paid_s_max": 3600}, "USD")
    found = what_if(double, small.project.id, stage.id, LIMIT, small.now)
    assert (found.whole.paid_minor, found.whole.tried_minor, found.whole.less, found.cut) == (180, 360, 0, False)
    assert sorted((each.paid_minor, each.tried_minor) for each in found.people) == [(30, 60), (150, 300)]
    assert (found.whole.hour_minor(180), found.whole.hour_minor(360)) == (3600, 7200)

    flat = terms_from_preset("per_unit", {"unit": "judgement", "price": "0.50"}, "USD")
    found = what_if(flat, small.project.id, stage.id, LIMIT, small.now)
    assert (found.whole.tried_minor, found.whole.less) == (150, 2)
    assert [each.difference_minor for each in found.people] == [-50, 20], "what loses most comes first"
    assert what_if(flat, small.project.id, stage.id, 2, small.now).cut

    claim = small.claim(small.experts[1])  # nobody measured this one; our own clock was paid
    small.wait(45)
    small.submit(claim)
    before = PayLine.objects.count(), Event.objects.count()
    assert what_if(flat, small.project.id, stage.id, LIMIT, small.now).whole.submissions == 4
    assert (PayLine.objects.count(), Event.objects.count()) == before


@pytest.mark.usefixtures("rollback_db")
def test_a_manager_tries_a_plan_and_takes_the_table() -> None:
    made = cast()
    for _ in range(2):
        made.small.work(made.expert, 60)
    client: Client = client_of(made.manager)
    base = f"/manage/{made.small.project.slug}/pay/stage/1/what-if/"
    form = client.get(f"{base}?preset=per_unit").content.decode()
    assert "Compute it" in form
    assert re.search(r'name="p.price"[^>]* required', form), "what is needed isn't called optional"
    asked = "?preset=per_unit&tried=yes&p.unit=judgement&p.price=0.10"
    page = client.get(base + asked).content.decode()
    assert "$0.20" in page
    assert "−$1.00" in page
    rows = list(csv.reader(io.StringIO(b"".join(client.get(f"{base}table.csv{asked}")).decode("utf-8-sig"))))
    assert [row[3:6] for row in rows[1:]] == [["0.60", "0.10", "-0.50"]] * 2
    refused = client.get(f"{base}?preset=per_unit&tried=yes&p.unit=judgement&p.price=cheap")
    assert refused.status_code == 422
    assert client.get(f"{base}table.csv?preset=per_unit&tried=yes&p.price=cheap").status_code == 302
