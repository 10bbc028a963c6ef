"""One pack imported and replayed by several processes at once."""

from functools import partial
from pathlib import Path

import pytest
from django.db import connection

from fairhand.audit.actor import COMMAND
from fairhand.flow.import_pack import import_pack
from fairhand.flow.replay_pack import ReplayStopped, replay_pack
from fairhand.kernel.clock import utc_now
from fairhand.packs import read_pack
from fairhand.projects.models import Project
from fairhand.work.models import Submission
from tests.building import check_books
from tests.races.together import together
from tests.rules.pack_cases import make_good


def test_a_pack_imported_twice_at_once_is_one_project(db, tmp_path: Path) -> None:
    pack = read_pack(make_good(tmp_path / "pack"))
    made = together([partial(import_pack, pack=pack, actor=COMMAND, now=utc_now())] * 4)
    assert len({project.id for project in made}) == 1
    assert Project.objects.get().slug == "pairs"
    check_books()


def test_a_pack_is_replayed_by_one_process_at_a_time(db, tmp_path: Path) -> None:
    """The second waits a moment, for one that was killed, and then says that another is at it."""
    pack = read_pack(make_good(tmp_path / "pack"))
    project = import_pack(pack=pack, actor=COMMAND, now=utc_now())

    def again(*_: object) -> None:
        with pytest.raises(ReplayStopped, match="Another process is playing pairs"):
            together([partial(replay_pack, pack=pack, project=project, now=utc_now(), progress=lambda *_: None)])

    calls = iter([again])
    played = replay_pack(
        pack=pack, project=project, now=utc_now(), progress=lambda *_: next(calls, lambda *_: None)(*_)
    )
    assert played == Submission.objects.filter(slot__stage__kind="attempt").count() == pack.counts.played
    assert replay_pack(pack=pack, project=project, now=utc_now(), progress=lambda *_: None) == 0, "it let go"
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
    check_books()
