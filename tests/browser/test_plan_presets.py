"""Presets beyond one rate on the plan page: rates of people's own, and what is promised over days as missions."""

import re
from html import unescape

import pytest
from django.test import Client

from fairhand.audit.actor import COMMAND
from fairhand.gates.commands import make_skill
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import PayPlan
from fairhand.web import words
from fairhand.web.manager import plan_form
from tests.browser.people import cast
from tests.building import NOW
from tests.signed import client_of

_MISSION = r'href="(/manage/[^"]*/missions/new/[^"]*)"'


@pytest.mark.usefixtures("rollback_db")
def test_a_manager_writes_a_rate_card_and_opens_what_counts_by_day_as_a_mission() -> None:
    made = cast()
    client: Client = client_of(made.manager)
    base = f"/manage/{made.small.project.slug}/pay/stage/1/"
    rows = "tier=chemist:2 = ٥٤٫٠٠\nlanguage=ar, zone=DE+AT = 45.00"
    form = {"preset": "hourly", "p.rate": "40.00", "p.paid_s_max": "3000", "p.rates": rows, "note": "The new contract."}
    refused = client.post(base, form)
    assert refused.status_code == 422
    assert "A line names a tier or skill that isn&#x27;t in the catalogue." in refused.content.decode()
    skill = make_skill(kind="tier", slug="chemist", name={"en": "Chemist"}, about={"en": "Published."}, level_max=3,
                       actor=COMMAND, now=NOW)  # fmt: skip
    assert not isinstance(skill, Refused)
    tried = client.post(f"{base}tried/", form).content.decode()
    assert "tier chemist:2" in tried
    assert "$54.00" in tried
    assert client.post(base, form).status_code == 302
    (card, _time) = PayPlan.objects.latest("version").terms["primitives"]
    assert [row["when"] for row in card["rows"]] == [
        {}, {"tier": "chemist:2"}, {"language": "ar", "zone": "DE+AT"},
    ]  # fmt: skip
    typed = plan_form.typed_of("hourly", {"rate": "40.00", "rates": PayPlan.objects.latest("version").preset["rates"]})
    assert typed["p.rates"] == "tier=chemist:2 = 54.00\nlanguage=ar, zone=DE+AT = 45.00"

    page = unescape(client.get(f"{base}?preset=remotasks").content.decode())
    daily, weekly = re.findall(_MISSION, page)
    assert "scope=week" in weekly
    (said,) = re.findall(r"seats=(\d+)", daily)
    seats = int(said)
    # 28 days at 10.00, for each of the project's seats.
    assert f"${280 * seats:,}.00" in client.get(daily).content.decode()
    recommended = {"preset": "fairhand", "p.week_guarantee": "500", "p.week_guarantee_from_hours": "10", "p.rate": "40",
                   "p.typical_min": "30"}  # fmt: skip
    (guarantee,) = re.findall(_MISSION, unescape(client.post(f"{base}tried/", recommended).content.decode()))
    assert "kind=guarantee" in guarantee


@pytest.mark.parametrize(
    ("preset", "typed", "code"),
    [
        ("outlier", {"paid_max_min": "60"}, "plan_not_beyond"), ("outlier", {"rate": "40.001"}, "plan_amount"),
        ("hourly", {"rate": "40"}, "plan_says_longest"), ("per_unit", {"price": "0"}, "plan_pays_nothing"),
        ("hourly", {"rate": "40", "paid_s_max": "60", "after_rate": "2"}, "plan_names_limit"),
        ("hourly", {"rate": "40", "paid_s_max": "60", "full_rate_s": "60"}, "plan_says_after"),
        ("turns", {"turns_max": "5"}, "plan_no_turn"), ("turns", {"hold_share": "120%"}, "plan_share"),
        ("outlier-estimate", {"estimate_min": "60"}, "plan_not_below"),
        ("outlier", {"paid_max_min": "0"}, "plan_range"),
        ("hourly", {"rate": "40", "paid_s_max": "60", "rates": "tier=a = 1\ntier= a = 2"}, "plan_rates"),
    ],
)  # fmt: skip
def test_what_the_engine_refuses_is_said_in_words_that_are_translated(
    preset: str, typed: dict[str, str], code: str
) -> None:
    filled = plan_form.typed_of(preset, {}) | {f"p.{name}": value for name, value in typed.items()}
    filled |= {"p.unit": "judgement"}
    found = plan_form.plan_of(preset, filled, "USD")
    assert isinstance(found, Refused)
    assert [each.code for each in found.facts["problems"]] == [code]
    assert words.problem(code, "") != ""
