"""What went wrong, as a page: in the reader's words, without a database, and telling nobody more than they may know."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings

from fairhand.web import assets, errors
from tests.browser import style_urls
from tests.browser.people import cast
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")


@pytest.fixture(autouse=True)
def _addresses() -> Any:
    with override_settings(ROOT_URLCONF="tests.browser.style_urls", DEBUG=False):
        yield


def _visitor(language: str = "en") -> Client:
    return Client(raise_request_exception=False, headers={"host": "localhost", "accept-language": language})


def _refused(execute: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    raise OperationalError(f"connection to server at {style_urls.SECRET} failed")


def _is_ours(response: HttpResponse, status: int) -> str:
    text = response.content.decode()
    assert response.status_code == status
    assert f">{status}</bdi>" in text
    assert 'href="/"' in text
    assert "Content-Security-Policy" in response
    for secret in (style_urls.SECRET, "hunter2", "Traceback", "RuntimeError", "OperationalError", "psycopg"):
        assert secret not in text
    return text


@pytest.mark.parametrize("status", errors.STATUSES)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_of_a_failure_is_drawn_without_a_query(status: int, language: str) -> None:
    request = RequestFactory().get("/x/", headers={"host": "localhost", "accept-language": language})
    with connection.execute_wrapper(_refused):
        response = errors.page(request, status)
    assert response.status_code == status
    text = response.content.decode()
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in text


@pytest.mark.parametrize(
    ("address", "status"), [("/breaks/", 500), ("/loses/", 503), ("/slow/", 429), ("/posts/", 405), ("/no/", 404)]
)
def test_a_failure_has_its_page_and_tells_nothing(address: str, status: int) -> None:
    _is_ours(_visitor().get(address), status)


def test_a_refused_method_says_which_are_taken_and_a_limit_says_when() -> None:
    assert _visitor().get("/posts/")["Allow"] == "POST"
    assert _visitor().get("/slow/")["Retry-After"] == "60"


def test_a_form_that_is_too_large_is_told_apart_from_one_that_is_broken() -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
        _is_ours(_visitor().post("/reads/", {"text": "x" * 2000}), 413)
        _is_ours(_visitor().post("/reads/", "x" * 10, content_type="multipart/form-data; boundary="), 400)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "The database does not answer"), ("ar", "قاعدة البيانات لا تستجيب")]
)
def test_without_a_database_everybody_reads_why_in_their_language(language: str, said: str) -> None:
    who = cast()
    known = client_of(who.expert)
    known.raise_request_exception = False
    for visitor in (_visitor(language), known):
        visitor.cookies["fairhand_language"] = language
        with connection.execute_wrapper(_refused):
            response = visitor.get("/asks/")
        assert said in _is_ours(response, 503)
        assert response["Retry-After"] == "30"
        assert str(who.small.project.slug) not in response.content.decode()


def test_an_answer_comes_even_if_the_frame_of_the_page_breaks() -> None:
    assets._mark.cache_clear()  # what an earlier page found would hide that the files are gone
    with override_settings(STATICFILES_FINDERS=[]):
        response = _visitor().get("/breaks/")
    assert response.status_code == 500
    assert "What you handed in is safe" in response.content.decode()
    assert "ما سلّمته محفوظ" in response.content.decode()


def test_a_refusal_of_the_api_stays_what_it_is() -> None:
    response = _visitor().get("/api/v1/claims/01a20508-f549-722a-b8ae-43c08ce30b9d/beats")
    assert response.status_code in (401, 405)
    assert "<html" not in response.content.decode()
