"""The demo: invented people, the shipped pack `llmfao` played once, and a sign-in link per role."""

from collections.abc import Callable
from datetime import datetime

from fairhand.audit.queries import latest_of_project
from fairhand.cli.playing import bar, checked_pack
from fairhand.cli.replay import play
from fairhand.flow.demo_people import DEMO_PEOPLE, ensure_demo_people
from fairhand.people.models import Person
from fairhand.people.sign_in import make_token
from fairhand.projects.queries import by_pack

DEMO_PACK = "llmfao"


def ensure_demo(now: datetime, progress: Callable[[str], None]) -> None:
    """Make the demo on the first run, or go on with one that was broken off; seconds on every later run."""
    ensure_demo_people(now=now)
    pack = checked_pack(DEMO_PACK)
    project = by_pack(pack.spec.slug, pack.content_hash)
    if project is not None and latest_of_project(project.id, "delivery:released") is not None:
        return
    progress(f"Playing the demo project {DEMO_PACK}: {pack.counts.played} judgements; this is done once.")
    result = play(pack, None, bar())
    progress(f"Played {result['played_now']} judgements in {result['seconds']} s.")


def sign_in_links(base_url: str) -> list[tuple[str, str]]:
    """(role, address) for each of the demo's people."""
    ids = dict(Person.objects.filter(demo=True).values_list("email", "id"))
    root = base_url.rstrip("/")
    return [(role, f"{root}/in/{make_token(ids[email])}/") for role, email, _ in DEMO_PEOPLE if email in ids]
