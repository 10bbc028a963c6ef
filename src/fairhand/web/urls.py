"""Addresses, by audience. Every view says at its door who may come in (`fairhand.web.entry`)."""

from django.conf import settings
from django.urls import path

from fairhand.web import files, preview, probes, search, style
from fairhand.web.account.urls import urlpatterns as account
from fairhand.web.clients.urls import urlpatterns as clients
from fairhand.web.expert.urls import urlpatterns as expert
from fairhand.web.finance.urls import urlpatterns as finance
from fairhand.web.manager.urls import urlpatterns as manager
from fairhand.web.operation.urls import urlpatterns as operation
from fairhand.web.reviewer.urls import urlpatterns as reviewer

urlpatterns = [*account, *expert, *reviewer, *manager, *clients, *finance, *operation]
urlpatterns += [
    path("files/<uuid:file_id>/", files.file, name="file"),
    path("files/<uuid:file_id>/content", files.content, name="file-content"),
    path("files/<uuid:file_id>/part/", files.part, name="file-part"),
    path("search/", search.search, name="search"),
    path("preview/", preview.preview, name="prose-preview"),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("version", probes.version, name="version"),
    path("metrics", probes.metrics, name="metrics"),
]
if settings.DEBUG:
    urlpatterns += [
        path("style/", style.style, name="style"),
        path("style/failures/<int:status>/", style.failure, name="style-failure"),
    ]
