"""Verbs that write deliveries."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from fairhand.delivery.formats import FORMATS
from fairhand.delivery.models import Delivery
from fairhand.delivery.queries import file_lines
from fairhand.kernel.ids import new_id
from fairhand.projects.models import Project

# Accepted attempts of real batches, counted ones only. `%(held)s`: tasks whose work is kept out.
_ACCEPTED = """
  FROM submission s JOIN task t ON t.id = s.task_id JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id
  JOIN batch b ON b.id = t.batch_id
 WHERE s.project_id = %(project)s AND s.state = 'accepted' AND NOT s.surplus AND s.excluded_at IS NULL
   AND g.kind = 'attempt' AND b.kind = 'real' AND x.result_id = s.id
"""
# Grouped by task.
_SEAL = f"""
INSERT INTO delivery_item (delivery_id, ordinal, submission_id, review_ids)
SELECT %(delivery)s, row_number() OVER (ORDER BY t.batch_id, t.key, s.submitted_at, s.id), s.id,
       ARRAY(SELECT r.submission_id FROM review r WHERE r.subject_id = s.id AND r.kind = 'review'
             UNION ALL
             SELECT a.submission_id FROM adjudication a WHERE a.task_id = s.task_id AND NOT a.surplus ORDER BY 1)
  {_ACCEPTED} AND s.task_id <> ALL (%(held)s)
"""  # noqa: S608  # put together from constants
_HELD = f"SELECT count(*), count(DISTINCT s.task_id) {_ACCEPTED} AND s.task_id = ANY (%(held)s)"


@transaction.atomic
def seal(
    *, project: Project, rule: Mapping[str, str], form_names: list[str], held: Sequence[UUID] = (),
    released_by: UUID | None, now: datetime,
) -> Delivery:  # fmt: skip
    """Seal everything accepted so far, but for the work on tasks that are `held`, as the project's next delivery, and
    hash each format's bytes."""
    project = Project.objects.select_for_update().get(id=project.id)
    last = Delivery.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
    delivery = Delivery.objects.create(
        id=new_id(now), org_id=project.org_id, project=project, number=last + 1, rule=rule, rows_n=0, tasks_n=0,
        released_at=now, released_by=released_by,
    )  # fmt: skip
    with connection.cursor() as cursor:
        values = {"delivery": delivery.id, "project": project.id, "held": list(held)}
        cursor.execute(_SEAL, values)
        cursor.execute(_COUNT, [delivery.id])
        rows_n, tasks_n = cursor.fetchone()
        cursor.execute(_HELD, values)
        held_rows_n, held_tasks_n = cursor.fetchone()

    files = {name: _hashed(delivery, name) for name in form_names}
    Delivery.objects.filter(id=delivery.id).update(
        rows_n=rows_n, tasks_n=tasks_n, held_rows_n=held_rows_n, held_tasks_n=held_tasks_n, files=files
    )
    delivery.refresh_from_db()
    return delivery


_COUNT = """
SELECT count(*), count(DISTINCT s.task_id) FROM delivery_item i JOIN submission s ON s.id = i.submission_id
 WHERE i.delivery_id = %s
"""


def _hashed(delivery: Delivery, name: str) -> dict[str, int | str]:
    form = FORMATS.newest(name)
    if form is None:
        raise ValueError(f"there is no delivery format {name!r}; known: {', '.join(FORMATS.names())}")
    digest, rows, size = hashlib.sha256(), -form.heads, 0
    for line in file_lines(delivery, form):
        digest.update(line)
        rows += 1
        size += len(line)
    return {"rows": rows, "bytes": size, "sha256": digest.hexdigest(), "version": form.version}
