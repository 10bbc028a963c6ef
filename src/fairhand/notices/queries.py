"""Reads about notices. All of one person's own."""

from uuid import UUID

from fairhand.kernel.limits import NOTICES_SHOWN_MAX
from fairhand.notices.kinds import KINDS, wish
from fairhand.notices.models import Notice, NoticeChoice


def wishes_of(person_ids: list[UUID]) -> dict[UUID, dict[str, str]]:
    """Person -> kind -> off, each or daily, as it holds. One query."""
    rows = NoticeChoice.objects.filter(person_id__in=person_ids).values_list("person_id", "kind", "mail")
    chosen = {(person, kind): mail for person, kind, mail in rows}
    return {
        person: {kind.name: wish(kind, chosen.get((person, kind.name))) for kind in KINDS.values()}
        for person in person_ids
    }


def latest(person_id: UUID) -> list[Notice]:
    """The newest notices of a person."""
    return list(Notice.objects.filter(person_id=person_id).order_by("-at", "-id")[:NOTICES_SHOWN_MAX])
