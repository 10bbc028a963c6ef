"""Files as they are read and sent: an address each, signed for a few minutes and for one person; bytes in parts."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from fairhand.files.commands import put_part
from fairhand.files.models import Attachment
from fairhand.files.queries import by_id, own
from fairhand.files.rules import saved_name, span_of, value_of
from fairhand.files.sniff import SHOWN_TYPES
from fairhand.files.store import key_of, store
from fairhand.flow.answer_files import drop_answer_file
from fairhand.insight.files import may_see
from fairhand.kernel.limits import FILE_LINK_S, FILE_PART_BYTES_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ROWS, START, may_enter
from fairhand.tasks.library import shipped_files
from fairhand.tasks.questions.file.part import written
from fairhand.web import words
from fairhand.web.entry import Signed, found_or_404, opens

_SIGNER = signing.TimestampSigner(salt="fairhand.files")
_PLACE = re.compile(r"[0-9]{1,12}", re.ASCII)
_PLAIN = "application/octet-stream"
# Nothing in a file runs, loads or asks. A PDF goes without `sandbox`, under which browsers show none; what it is was
# read from its content, and its viewer keeps it apart from the page.
# Browsers draw a picture's own page with styles of theirs.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
_SANDBOX = _POLICY + "; sandbox"


@opens(OWN_ROWS)
def file(request: Signed, file_id: UUID) -> HttpResponse:
    """The address that pages name: to whoever may see the file, a signed one that opens it for a few minutes."""
    if may_enter(request.viewer, START) and (shipped := shipped_files().get(str(file_id))):
        return _shipped(request, *shipped)
    row = _seen(request, file_id)
    mark = _SIGNER.sign(f"{row.id}:{request.viewer.person_id}")
    return redirect(f"{reverse('file-content', args=[row.id])}?mark={quote(mark)}")


@opens(OWN_ROWS)
def content(request: Signed, file_id: UUID) -> HttpResponse:
    """The bytes, whole or a stretch of them. Without a mark, or with an old one, its reader is asked for it anew."""
    if not _marked(request, file_id):
        _seen(request, file_id)
        return redirect("file", file_id=file_id)
    row = found_or_404(by_id(file_id))
    place = store()
    if row.state != "clean" or place is None:
        raise Http404
    key = key_of(row.org_id, row.sha256)
    return _sent(request, row.name, row.media_type, row.size, lambda start, length: place.read(key, start, length))


@opens(OWN_ROWS, "GET", "POST")
def part(request: Signed, file_id: UUID) -> HttpResponse:
    """One's own file on its way: GET says how far it is; a POST adds the bytes from `?at=` on, or with `?drop=1` takes
    it out of its answer."""
    row = found_or_404(own(file_id, request.viewer.person_id))
    if request.method == "POST":
        if request.GET.get("drop") == "1":
            if not drop_answer_file(file_id=file_id, person_id=request.viewer.person_id):
                return refused(Refused("no_upload", "You are not sending such a file."))
            return JsonResponse({"state": "dropped"})
        at = request.GET.get("at", "")
        content = request.read(FILE_PART_BYTES_MAX + 1)
        done = put_part(
            file_id=file_id, person_id=row.person_id, place=int(at) if _PLACE.fullmatch(at) else -1, content=content,
        )  # fmt: skip
        if isinstance(done, Refused):
            return refused(done)
        row = done
    return JsonResponse(told(row))


def told(row: Attachment) -> Mapping[str, Any]:
    """How far a file is, as the page's script reads it."""
    clean = row.state == "clean"
    return {
        "id": str(row.id), "name": row.name, "bytes": row.sent_bytes, "received": row.received, "state": row.state,
        "why": str(words.word("file_refused", row.why)) if row.state == "refused" else "",
        "value": written(value_of(row)) if clean else "", "part": FILE_PART_BYTES_MAX,
        "send": reverse("file-part", args=[row.id]), "open": reverse("file", args=[row.id]) if clean else "",
    }  # fmt: skip


def refused(said: Refused) -> HttpResponse:
    """A refusal for the script: its code, its words, and from where to go on."""
    status = 409 if said.code == "wrong_place" else 422
    return JsonResponse({"code": said.code, "why": words.refusal(said), **said.facts}, status=status)


def _seen(request: Signed, file_id: UUID) -> Attachment:
    """The clean file, if its reader may see it; 404 otherwise."""
    row = by_id(file_id)
    if row is None or row.state != "clean" or not may_see(request.viewer, row):
        raise Http404
    return row


def _shipped(request: Signed, value: Mapping[str, Any], path: Path) -> HttpResponse:
    """A file of a ready-made template's example, to those who start projects with it."""
    whole = path.read_bytes()
    return _sent(
        request, value["name"], value["media_type"], len(whole),
        lambda start, length: iter((whole[start : start + length],)),
    )  # fmt: skip


def _sent(
    request: Signed, name: str, media_type: str, size: int, read: Callable[[int, int], Iterator[bytes]]
) -> HttpResponse:
    """A file, whole or the stretch that is asked for. `read(start, length)`: its bytes, or FileNotFoundError."""
    try:
        span = span_of(request.headers.get("Range", ""), size)
    except ValueError:
        return _headed(HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}), name, media_type)
    start, length = span or (0, size)
    if request.method == "HEAD":
        response: Any = HttpResponse(status=206 if span else 200)
    else:
        try:
            pieces = read(start, length)
        except FileNotFoundError as error:
            raise Http404 from error
        response = StreamingHttpResponse(pieces, status=206 if span else 200)
    response["Content-Length"] = str(length)
    if span:
        response["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    return _headed(response, name, media_type)


def _marked(request: Signed, file_id: UUID) -> bool:
    try:
        signed = _SIGNER.unsign(request.GET.get("mark", ""), max_age=FILE_LINK_S)
    except signing.BadSignature:
        return False
    return bool(signed == f"{file_id}:{request.viewer.person_id}")


def _headed(response: Any, name: str, media_type: str) -> HttpResponse:
    shown = media_type in SHOWN_TYPES
    named = quote(saved_name(name, media_type))
    response["Content-Type"] = media_type if shown else _PLAIN
    response["Content-Disposition"] = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{named}"
    response["Content-Security-Policy"] = _POLICY if media_type == "application/pdf" else _SANDBOX
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = f"private, max-age={FILE_LINK_S}"
    found: HttpResponse = response
    return found
