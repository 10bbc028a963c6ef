"""What somebody writes in Markdown, as it will be read: taken apart by the one renderer, kept nowhere."""

from django.http import HttpResponse, JsonResponse

from fairhand.kernel.limits import TEXT_ANSWER_CHARS_MAX
from fairhand.people.access import OWN_ROWS
from fairhand.web.entry import Signed, opens
from fairhand.web.prose import tree


@opens(OWN_ROWS, "POST")
def preview(request: Signed) -> HttpResponse:
    """The tree that a page's script draws. More than an answer may have is not drawn: its counter says so already."""
    return JsonResponse({"tree": tree(request.POST.get("text", "").replace("\r\n", "\n")[:TEXT_ANSWER_CHARS_MAX])})
