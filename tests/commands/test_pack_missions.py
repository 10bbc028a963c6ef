"""A pack whose preset promises something over days and weeks: missions, or nothing at all and what is missing."""

from pathlib import Path

import pytest

from fairhand.audit.actor import COMMAND
from fairhand.flow.import_pack import import_pack
from fairhand.kernel.refusals import Refused
from fairhand.missions.models import Mission
from fairhand.packs import PackRefused, read_pack
from fairhand.projects.models import Project, Stage
from tests.building import NOW, check_books
from tests.rules.pack_cases import make_good, swap

pytestmark = pytest.mark.usefixtures("rollback_db")
HOURLY = 'preset = "hourly", rate = "15.00", paid_s_max = 900'


def _pack(folder: Path, budget: str, pay: str) -> Path:
    made = make_good(folder)
    swap("project.toml", HOURLY, pay)(made)
    swap("project.toml", 'budget = "100.00"', f'budget = "{budget}"')(made)
    return made


def test_its_missions_open_with_their_reserve_or_the_import_says_what_is_missing(tmp_path: Path) -> None:
    short = read_pack(_pack(tmp_path / "short", "1000.00", 'preset = "remotasks"'))
    refused = import_pack(pack=short, actor=COMMAND, now=NOW)
    assert isinstance(refused, Refused)
    assert refused.code == "mission_short"
    missing = refused.facts["need_minor"] - refused.facts["have_minor"]
    assert refused.facts["need_minor"] == 480_00, "three people, four weeks, $40"
    assert f"by ${missing / 100:,.2f}," in refused.why
    assert not Project.objects.exists(), "nothing of it is imported"

    made = import_pack(
        pack=read_pack(_pack(tmp_path / "rich", "2000.00", 'preset = "remotasks"')), actor=COMMAND, now=NOW
    )
    assert isinstance(made, Project), made
    terms = Stage.objects.get(project=made, kind="attempt").pay_plan.terms
    assert [each["primitive"] for each in terms["primitives"]] == ["UNIT"]
    found = list(Mission.objects.order_by("-reserve_minor").values_list("scope", "reserve_minor", "work", "state"))
    assert found == [("day", 840_00, "attempt", "open"), ("week", 480_00, "attempt", "open")]
    check_books()


def test_what_no_mission_keeps_is_refused_by_its_line(tmp_path: Path) -> None:
    pay = 'preset = "remotasks", floor_rate = "8.00"'
    with pytest.raises(PackRefused, match="which no mission keeps"):
        read_pack(_pack(tmp_path / "wage", "2000.00", pay))
