"""Files of an answer: what is handed in stays, what is taken out is in no answer, and there are only so many."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from django.db import connections, transaction
from django.test import override_settings

from fairhand.dispatch.queries import claim_facts
from fairhand.files.models import Attachment
from fairhand.files.rules import value_of
from fairhand.flow.answer_files import begin_answer_file, drop_answer_file
from fairhand.flow.submit_work import Submitted
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from tests import samples
from tests.browser.people import Cast, cast
from tests.commands.test_dispatch_mended import for_person
from tests.commands.test_files import TEMPLATE, _answer_file, _hand_in


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> Iterator[None]:
    with override_settings(FILES=str(tmp_path / "files")):
        yield


@pytest.fixture
def who(rollback_db: object) -> Cast:
    return cast(template=TEMPLATE)


def test_what_is_handed_in_stays_under_whichever_claim_it_was_sent(who: Cast) -> None:
    small = who.small
    assert for_person(small, who.expert, 1) == 1
    older = small.claim(who.expert)
    mine, spare = _answer_file(who, older, samples.png()), _answer_file(who, older, samples.pdf(), "spare.pdf")
    small.wait(30 * 86_400)
    assert small.expire() == 1
    newer = small.claim(who.expert)
    assert newer.slot_id == older.slot_id
    assert isinstance(_hand_in(newer, who.expert, [value_of(mine)]), Submitted)
    assert not drop_answer_file(file_id=mine.id, person_id=who.expert), "its own claim ran out, and it is handed in"
    assert drop_answer_file(file_id=spare.id, person_id=who.expert)


@pytest.mark.parametrize("taken_out_first", [True, False])
def test_a_file_is_handed_in_or_taken_out_and_never_both(db: object, taken_out_first: bool) -> None:
    who = cast(template=TEMPLATE)
    claim = who.small.claim(who.expert)
    mine, found = _answer_file(who, claim, samples.png()), []

    def take_out() -> None:
        found.append(drop_answer_file(file_id=mine.id, person_id=who.expert))

    def put_in() -> None:
        found.append(isinstance(_hand_in(claim, who.expert, [value_of(mine)]), Submitted))

    def meanwhile(job: Callable[[], None]) -> Thread:
        def run() -> None:
            job()
            connections.close_all()

        thread = Thread(target=run)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "it waits for the one before"
        return thread

    first, second = (take_out, put_in) if taken_out_first else (put_in, take_out)
    with transaction.atomic():
        first()
        waiting = meanwhile(second)
    waiting.join()
    mine.refresh_from_db()
    assert (found, mine.state) == ([True, False], "dropped" if taken_out_first else "clean")


def test_an_answer_takes_so_many_files_however_many_are_taken_out(who: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairhand.files.commands.FILES_PER_SLOT_MAX", 2)
    claim = who.small.claim(who.expert)
    facts = claim_facts(claim.id)
    assert facts is not None

    def begun(name: str) -> Attachment | Refused:
        return begin_answer_file(facts=facts, question="file", name=name, size=9, now=utc_now())

    taken_out = _answer_file(who, claim, samples.png())
    assert drop_answer_file(file_id=taken_out.id, person_id=who.expert)
    never_sent = begun("never.png")
    assert isinstance(never_sent, Attachment)
    assert drop_answer_file(file_id=never_sent.id, person_id=who.expert), "nothing of it is kept, so it takes no room"
    last, more = begun("last.png"), begun("more.png")
    assert isinstance(last, Attachment)
    assert isinstance(more, Refused)
    assert more.code == "too_many_files"
    again = begun("last.png")
    assert isinstance(again, Attachment), "the last one may be gone on with"
    assert again.id == last.id
