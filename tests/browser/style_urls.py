"""The product's addresses with the style page, and with pages that fail on purpose."""

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path

from fairhand import urls
from fairhand.web import style

SECRET = "postgresql://fairhand:hunter2@10.0.0.7/books"


def breaks(request: HttpRequest) -> HttpResponse:
    """A fault of ours that holds something nobody may read."""
    raise RuntimeError(SECRET)


def loses_the_database(request: HttpRequest) -> HttpResponse:
    """The database went away in the middle of a page."""
    raise OperationalError(SECRET)


def asks(request: HttpRequest) -> HttpResponse:
    """A page that needs the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("answered")


def slow_down(request: HttpRequest) -> HttpResponse:
    """A rate limit's answer, without words."""
    return HttpResponse(status=429, headers={"Retry-After": "60"})


def posts_only(request: HttpRequest) -> HttpResponse:
    """An address for a form."""
    return HttpResponseNotAllowed(["POST"])


def reads(request: HttpRequest) -> HttpResponse:
    """A form, read whole."""
    return HttpResponse(str(len(request.POST)))


urlpatterns = [
    *urls.urlpatterns,
    path("style/", style.style, name="style"),
    path("style/failures/<int:status>/", style.failure, name="style-failure"),
    path("breaks/", breaks),
    path("loses/", loses_the_database),
    path("asks/", asks),
    path("slow/", slow_down),
    path("posts/", posts_only),
    path("reads/", reads),
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
