"""The dispatch plan in force: a version never changes, so each process reads it once."""

import json
import logging
from functools import lru_cache
from uuid import UUID

from fairhand.dispatch.plan import DEFAULT, Plan, parse
from fairhand.kernel.limits import CARDS_KEPT_MAX
from fairhand.projects.queries import dispatch_plan_body, dispatch_plan_now

_log = logging.getLogger(__name__)


def plan_of(project_id: UUID) -> Plan:
    """What a project says about the order of its work; the default where it says nothing."""
    version = dispatch_plan_now(project_id)
    return plan_by_id(version.id if version else None)


def plan_by_id(plan_id: UUID | None) -> Plan:
    """A version; None is the default."""
    return DEFAULT if plan_id is None else _read(plan_id)


@lru_cache(maxsize=CARDS_KEPT_MAX)
def _read(plan_id: UUID) -> Plan:
    body = dispatch_plan_body(plan_id)
    plan = parse(json.loads(body) if isinstance(body, str) else body)
    if isinstance(plan, Plan):
        return plan
    # Work goes on: an order that this version can't read is no reason to give out nothing.
    _log.error("dispatch plan %s can't be read: %s", plan_id, plan)
    return DEFAULT
