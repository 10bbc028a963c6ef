"""Search finds what its reader may open, and nothing else: every hit of everybody's leads to a page that opens."""

import re
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.cli.pgembed import Server
from fairhand.delivery.models import Delivery
from fairhand.dispatch.models import Seat
from fairhand.insight.search import meanings, wanted
from fairhand.kernel.clock import utc_now
from fairhand.ledger.models import Account, Entry
from fairhand.pay.models import Statement
from fairhand.people.models import Org, Person
from fairhand.people.queries import viewer_of
from fairhand.projects.models import Project
from fairhand.tasks.models import Task
from fairhand.web.search import found
from fairhand.work.models import Submission
from tests.counts import count
from tests.databases import cloned, django_on
from tests.signed import client_of
from tests.world import Side, World, build_world

TOKEN = re.compile(r'csrfmiddlewaretoken" value="\w+"')
# What is one side's alone: an id, the address of a project or client, an e-mail, a pseudonym.
ALONE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[^\s@]+@\S+|project-\w+|[\w]+-[A-Z0-9]{4,}")


@pytest.fixture(scope="module")
def world(_server: Server) -> Iterator[World]:
    """Both clients at work, in a database that the tests of this file only read."""
    with cloned(_server) as database, django_on(database.url):
        yield build_world()


def hits(person_id: UUID, typed: str) -> set[str]:
    """Addresses of everything that somebody's search finds."""
    asked = wanted(typed)
    viewer = viewer_of(Person.objects.get(id=person_id), utc_now())
    return {hit.address for group in found(viewer, asked) for hit in group.hits} if asked else set()


def words_of(side: Side) -> list[str]:
    """What somebody would type to find things of one side: ids, numbers, keys, names, pseudonyms, words."""
    project: Project = side.small.project
    org = Org.objects.get(id=project.org_id)
    rows: list[object] = [project.id, org.id, org.name, org.slug, project.slug, *project.name.values()]
    for task in Task.objects.filter(project_id=project.id)[:4]:
        rows += [task.id, task.key, *(str(value) for value in task.payload.values())]
    for seat in Seat.objects.filter(project=project).select_related("person"):
        rows += [seat.alias, seat.person.name, seat.person.email, seat.person_id]
    for submission in Submission.objects.filter(project_id=project.id):
        rows += [submission.id, str(submission.id)[-5:], submission.claim_id]
    rows += [each.id for each in Delivery.objects.filter(project=project)] + ["1", "No. 1", "٢"]
    people = Seat.objects.filter(project=project).values_list("person_id", flat=True)
    rows += [each.id for each in Statement.objects.filter(person_id__in=people)]
    rows += Account.objects.filter(owner_id__in=[project.id, *people]).values_list("id", flat=True)[:4]
    rows += Entry.objects.values_list("id", flat=True)[:4]
    return sorted({str(row) for row in rows})


def test_every_hit_of_everybody_opens_and_is_nobody_elses(
    world: World, printed: Callable[[str], None], claim: Callable[[str, int], None]
) -> None:
    """Everything of both sides, searched for by everybody: a hit is a page that this reader may open."""
    typed = sorted({word for side in world.sides.values() for word in words_of(side)})[:: count(8, 1)]
    opened: dict[tuple[str, str], int] = {}
    searches, found_n = 0, 0
    for name in [
        name
        for name, who in world.people.items()
        if who.person_id is not None and name not in ("suspended", "recorded")
    ]:
        client = client_of(world.id_of(name))
        for word in typed:
            searches += 1
            for address in hits(world.id_of(name), word):
                found_n += 1
                if (name, address) not in opened:
                    opened[name, address] = client.get(address).status_code
    assert {key: status for key, status in opened.items() if status != 200} == {}
    assert found_n > 30, "a deal of words that finds next to nothing proves nothing"
    printed(
        f"search: {searches:,} searches by {len(world.people)} people, {found_n:,} hits, {len(opened):,} pages opened"
    )
    claim("a search finds only what its reader may open", searches)


@pytest.mark.parametrize(
    "name", ["client_viewer_a", "client_manager_a", "manager_at_a", "expert_a", "reviewer_a", "stranger"]
)
def test_of_the_other_side_nothing_is_found_by_any_word_of_it(world: World, name: str) -> None:
    side = world.sides["b"]
    for word in words_of(side):
        addresses = hits(world.id_of(name), word)
        assert [address for address in addresses if side.small.project.slug in address.split("/")] == []
        # Names, keys and numbers are alike on both sides; ids, addresses and pseudonyms are this side's alone.
        assert addresses == set() or not ALONE.fullmatch(word), word


@given(st.text(max_size=60))
@settings(max_examples=count(60, 2000))
def test_any_text_is_searched_for_by_anybody(world: World, text: str) -> None:
    for name in ("finance", "client_viewer_a", "expert_a"):
        hits(world.id_of(name), text)


def test_everybody_finds_their_own(world: World) -> None:
    side = world.sides["a"]
    project, expert = side.small.project, world.id_of("expert_a")
    own = Submission.objects.filter(person_id=expert).latest("submitted_at")
    seat = Seat.objects.filter(project=project).exclude(person_id=expert).earliest("alias")
    task = Task.objects.filter(project_id=project.id).earliest("id")
    delivery = Delivery.objects.filter(project=project).earliest("number")
    accepted = Task.objects.get(
        id=Submission.objects.filter(project_id=project.id, state="accepted").earliest("id").task_id
    )
    submission = f"/submissions/{own.id}/"
    assert submission in hits(expert, str(own.id)) & hits(expert, str(own.id)[-5:]) & hits(expert, str(own.claim_id))
    assert f"/projects/{project.slug}/" in hits(expert, project.slug)
    for name in ("manager", "reviewer_lead", "auditor", "manager_of_project_a"):
        person_id = world.id_of(name)
        assert f"/manage/{project.slug}/tasks/{task.id}/" in hits(person_id, task.key) & hits(person_id, str(task.id))
        assert f"/manage/{project.slug}/people/{seat.alias}/" in hits(person_id, seat.alias.lower())
        assert f"/manage/{project.slug}/tasks/{own.task_id}/" in hits(person_id, str(own.id))
    viewer = world.id_of("client_viewer_a")
    assert f"/client/{project.slug}/deliveries/{delivery.number}/" in hits(viewer, str(delivery.id))
    assert f"/client/{project.slug}/samples/" in hits(viewer, accepted.key)
    finance = world.id_of("finance")
    assert f"/finance/people/{expert}/" in hits(finance, Person.objects.get(id=expert).email)
    assert "/finance/entries/1/" in hits(finance, "1") or Entry.objects.earliest("id").id != 1
    assert f"/operation/people/{expert}/" in hits(world.id_of("operator_admin"), str(expert))


def test_nothing_says_that_there_is_something_one_may_not_see(world: World) -> None:
    """What is not there and what may not be seen are answered with the same page, after as many queries."""
    hidden, absent = world.sides["b"].small.project.id, uuid4()
    for name in ("client_viewer_a", "expert_a", "manager_of_project_a"):
        client = client_of(world.id_of(name))
        pages, queries = [], []
        for typed in (hidden, absent):
            client.get(f"/search/?q={typed}")
            with CaptureQueriesContext(connection) as caught:
                page = client.get(f"/search/?q={typed}").content.decode().replace(str(typed), "")
            pages.append(TOKEN.sub("", page))
            queries.append(len(caught))
        assert pages[0] == pages[1]
        assert queries[0] == queries[1]
        assert "found-group" not in pages[0]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12),
        ("No. 12", 12),
        ("#12", 12),
        ("٣", 3),
        ("١٢", 12),
        ("12a", None),
        ("99999999999999999999", None),
        ("", None),
    ],
)
def test_numbers_are_read_in_either_script(typed: str, number: int | None) -> None:
    assert meanings(typed)[2] == number


def test_an_id_and_its_end_are_read_in_any_case() -> None:
    found_id, short, _number = meanings("0192A3B4-0000-7000-8000-00000000ABCD")
    assert (str(found_id), short) == ("0192a3b4-0000-7000-8000-00000000abcd", None)
    assert meanings("0ABCD")[1] == "0abcd"
