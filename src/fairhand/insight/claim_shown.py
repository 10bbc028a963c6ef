"""A claim as its holder's program sees it: one statement, one JSON text that goes out as it is."""

from uuid import UUID

from django.db import connection

_SHOWN = "SELECT flow_claim_shown(%s, %s)"  # flow/sql/0002_claim.sql


def claim_shown(claim_id: UUID, person_id: UUID) -> str | None:
    """The JSON of a person's own claim, or None."""
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [claim_id, person_id])
        row = cursor.fetchone()
    return row[0]  # type: ignore[no-any-return]  # a cursor's row is untyped


# A project keeps its slug and its organisation for ever, and is never removed.
_known: dict[tuple[str, str], tuple[UUID, UUID]] = {}
_KNOWN_MAX = 10_000


def project_of_slug(slug: str) -> tuple[UUID, UUID] | None:
    """(project, organisation) of a slug, whoever asks; the caller sees to it that they may know."""
    key = (str(connection.settings_dict["NAME"]), slug)
    if key not in _known:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, org_id FROM project WHERE slug = %s", [slug])
            row = cursor.fetchone()
        if row is None or connection.in_atomic_block:  # what isn't committed may never have been
            return row  # type: ignore[no-any-return]  # a cursor's row is untyped
        if len(_known) >= _KNOWN_MAX:
            _known.clear()
        _known[key] = row
    return _known[key]


_SEATED = """
SELECT p.id, p.org_id FROM project p JOIN seat e ON e.project_id = p.id
 WHERE p.slug = %s AND e.person_id = %s AND e.state = 'active'
"""


def seated_in(person_id: UUID, slug: str) -> tuple[UUID, UUID] | None:
    """(project, organisation) of the slug, if the person has an active seat there."""
    with connection.cursor() as cursor:
        cursor.execute(_SEATED, [slug, person_id])
        return cursor.fetchone()  # type: ignore[no-any-return]  # a cursor's row is untyped


_TEMPLATES = """
SELECT g.id, template_told(m.body)::text FROM stage g JOIN template m ON m.id = g.template_id WHERE g.project_id = %s
"""


def templates_of(project_id: UUID) -> dict[UUID, str]:
    """Stage -> the JSON of what its tasks show and ask, without the names of models: for whoever works there."""
    with connection.cursor() as cursor:
        cursor.execute(_TEMPLATES, [project_id])
        return dict(cursor.fetchall())
