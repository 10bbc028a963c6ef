"""release_delivery: everything accepted so far leaves as one sealed, numbered delivery."""

from datetime import datetime

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.cases.raised_queries import kept_out
from fairhand.delivery.commands import seal
from fairhand.delivery.formats import DEFAULT
from fairhand.delivery.models import Delivery
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Project
from fairhand.work.models import Submission

# What is in a delivery and what isn't, in the words the client reads.
RULE = {
    "en": "Every accepted attempt of the project up to the release, reviewed or not as the plan's review sample says; "
    "work still undecided, earlier rounds, late surplus answers, practice tasks, and work on tasks whose content "
    "may be illegal are not delivered.",
    "ar": "كل محاولة مقبولة في المشروع حتى لحظة التسليم، سواء راجعها مراجع أم لا بحسب عيّنة المراجعة في الخطة؛ "
    "ولا يُسلَّم ما لم يُبَتّ فيه بعد، ولا الجولات السابقة، ولا الإجابات المتأخرة الزائدة، ولا مهام "
    "التدريب، ولا العمل على مهام قد يكون محتواها مخالفًا للقانون.",
}


@transaction.atomic
def release_delivery(*, project: Project, actor: Actor, now: datetime) -> Delivery | Refused:
    """Seal the project's next delivery. Refusal: nothing_accepted."""
    held = kept_out(project.id)
    accepted = (
        Submission.objects.filter(
            project_id=project.id,
            state="accepted",
            surplus=False,
            slot__stage__kind="attempt",
            slot__task__batch__kind="real",
            excluded_at=None,
        )
        .exclude(task_id__in=held)
        .exists()
    )

    if not accepted:
        return Refused("nothing_accepted", "No work of this project is accepted yet, so there is nothing to deliver.")

    names = project.source.get("delivery", {}).get("formats") or list(DEFAULT)
    delivery = seal(project=project, rule=RULE, form_names=names, held=held, released_by=actor.id, now=now)
    facts = {"number": delivery.number, "rows": delivery.rows_n, "files": delivery.files,
             "held_rows": delivery.held_rows_n, "held_tasks": delivery.held_tasks_n}  # fmt: skip
    fact = Fact("delivery:released", "delivery", delivery.id, project.org_id, project.id, facts)
    record(actor=actor, now=now, happened=[fact])
    return delivery
