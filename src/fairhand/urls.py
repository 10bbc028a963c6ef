"""Every address: the API, then the pages. Doors don't know each other, so they meet here."""

from django.urls import include, path

from fairhand.api.urls import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("fairhand.web.urls")),
]
handler400 = "fairhand.web.errors.bad_request"
handler403 = "fairhand.web.errors.forbidden"
handler404 = "fairhand.web.errors.not_found"
handler500 = "fairhand.web.errors.server_error"
handler429 = "fairhand.web.errors.too_many"  # asked for by the rate limits of the sign-in
