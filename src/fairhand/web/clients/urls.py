"""A client's addresses."""

from django.urls import path

from fairhand.web.clients import projects

urlpatterns = [
    path("client/", projects.projects, name="client"),
    path("client/<slug:slug>/", projects.project, name="client-project"),
    path("client/<slug:slug>/deliveries/<int:number>/<slug:form>/", projects.download, name="download"),
]
