"""Reports of work time that a form brings along, so that none is lost where the page could not send them itself."""

import json
import re
from datetime import datetime
from typing import Any

from fairhand.dispatch.queries import ClaimFacts
from fairhand.kernel.limits import BEAT_MS_MAX, PART_MS_MAX, PARTS_PER_BEAT_MAX
from fairhand.web.entry import Signed
from fairhand.work.commands import record_beat
from fairhand.work.states import INTERVALS
from fairhand.work.time_rules import Part

_BEATS_PER_FORM_MAX = 64
_DEVICE = re.compile("[A-Za-z0-9_-]{1,64}")


def count_beats(request: Signed, facts: ClaimFacts, now: datetime) -> None:
    """The reports that the form brought along; those that came before count once. A broken list counts nothing.

    On a claim that expired meanwhile they count too: an hour without the net is work like any other.
    """
    late = facts.state == "expired"
    for report in reports_of(request):
        record_beat(claim_id=facts.claim_id, person_id=facts.person_id, now=now, late=late, **report)


def reports_of(request: Signed) -> list[dict[str, Any]]:
    """The reports that a form brought along; none of a broken list."""
    try:
        found = json.loads(request.POST.get("beats") or "[]")
        listed = found[:_BEATS_PER_FORM_MAX] if isinstance(found, list) else []
        return [_beat({"device": request.POST.get("device", "")} | each) for each in listed]
    except (ValueError, TypeError, RecursionError):  # the last: brackets in brackets, thousands deep
        return []


def _beat(given: Any) -> dict[str, Any]:
    """A report whose parts are of the right kind. Raises ValueError."""
    if not isinstance(given, dict):
        raise ValueError("not a report")
    seq, active_ms, device = given.get("seq"), given.get("active_ms"), given.get("device")
    if type(seq) is not int or type(active_ms) is not int or not isinstance(device, str):
        raise ValueError("seq and active_ms are whole numbers, device is text")
    if not (0 <= seq < 2**31 and 0 <= active_ms <= BEAT_MS_MAX and _DEVICE.fullmatch(device)):
        raise ValueError("seq, active_ms or device is out of range")
    return {"seq": seq, "active_ms": active_ms, "device": device, "parts": _parts(given.get("parts"))}


def _parts(given: Any) -> list[Part]:
    """Where the time went, as far as it can be read: a damaged list must not cost the report that it belongs to."""
    if not isinstance(given, list) or len(given) > PARTS_PER_BEAT_MAX:
        return []
    return [
        Part(each["kind"], each["ms"], each["ago_ms"])
        for each in given
        if isinstance(each, dict) and each.get("kind") in INTERVALS
        and all(type(each.get(name)) is int and 0 <= each[name] <= PART_MS_MAX for name in ("ms", "ago_ms"))
    ]  # fmt: skip
