"""Who may see a file: the one rule, for every page that shows one."""

from uuid import UUID

from django.db import connection

from fairhand.cases.raised_queries import KEEPS_OUT
from fairhand.files.models import Attachment
from fairhand.people.access import SEE_AS_CLIENT, SEE_TASKS, Viewer, may_in_project

# Of a claim `c`: its content is not kept back, or somebody is at work on it.
_GOES_ON = f"""
(c.state = 'live' OR NOT EXISTS (SELECT 1 FROM raised r WHERE r.task_id = c.task_id AND {KEEPS_OUT}))
"""  # noqa: S608  # put together from constants
# A task that shows the file is kept out, whichever other tasks and examples show it too.
_HELD = f"""
EXISTS (SELECT 1 FROM attachment_use h JOIN raised r ON r.task_id = h.task_id
         WHERE h.attachment_id = %(file)s AND {KEEPS_OUT})
"""  # noqa: S608  # put together from constants
# A project's own file: whoever has or had a claim on a task that shows it, and who may read the project's practice.
_SHOWN = f"""
SELECT EXISTS (
  SELECT 1 FROM attachment_use u JOIN claim c ON c.task_id = u.task_id
   WHERE u.attachment_id = %(file)s AND c.person_id = %(person)s AND c.project_id = %(project)s
     AND (c.state = 'live' OR NOT {_HELD})
) OR EXISTS (
  SELECT 1 FROM seat s WHERE s.person_id = %(person)s AND s.project_id = %(project)s
     AND EXISTS (SELECT 1 FROM attachment_use u JOIN task t ON t.id = u.task_id JOIN batch b ON b.id = t.batch_id
                  WHERE u.attachment_id = %(file)s AND b.kind = 'practice')
     AND NOT {_HELD}
)
"""  # noqa: S608  # put together from constants
# A file of an answer: who sent it, in whichever round.
_OWN = f"""
SELECT EXISTS (
  SELECT 1 FROM claim c
   WHERE c.person_id = %(person)s AND c.project_id = %(project)s AND c.slot_id = %(slot)s AND {_GOES_ON}
)
"""  # noqa: S608  # put together from constants
# A file of an answer: whoever judges or judged that answer, in whichever round it was handed in first.
_JUDGED = f"""
SELECT EXISTS (
  SELECT 1 FROM claim c JOIN submission s ON s.id = ANY (c.subject_ids)
   WHERE c.person_id = %(person)s AND c.project_id = %(project)s AND s.slot_id = %(slot)s AND {_GOES_ON}
)
"""  # noqa: S608  # put together from constants
_DELIVERED = f"""
SELECT EXISTS (
  SELECT 1 FROM submission s WHERE s.slot_id = %(slot)s AND s.state = 'accepted'
     AND NOT EXISTS (SELECT 1 FROM raised r WHERE r.task_id = s.task_id AND {KEEPS_OUT})
)
"""  # noqa: S608  # put together from constants


def may_see(viewer: Viewer, file: Attachment) -> bool:
    """Whether somebody may see a clean file.

    Its sender; staff who see the project's tasks; whoever works or worked on a task that shows it; whoever judges the
    answer that it is part of; and the client: the project's own files, and those of answers that were accepted. Where
    content may be illegal, experts see it while they work on it, what they sent themselves too, and the client sees no
    answer's.
    """
    if may_in_project(viewer, SEE_TASKS, file.org_id, file.project_id):
        return True
    if file.person_id == viewer.person_id:
        return file.claim_id is None or _is(_OWN, viewer.person_id, file)
    client = may_in_project(viewer, SEE_AS_CLIENT, file.org_id, file.project_id)
    if file.claim_id is None:
        return client or _is(_SHOWN, viewer.person_id, file)
    return (client and _is(_DELIVERED, viewer.person_id, file)) or _is(_JUDGED, viewer.person_id, file)


def _is(sql: str, person_id: UUID, file: Attachment) -> bool:
    values = {"file": file.id, "person": person_id, "project": file.project_id, "slot": file.slot_id}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return bool(row and row[0])
