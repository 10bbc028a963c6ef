"""A client's addresses."""

from django.urls import path

from fairhand.web.clients import exclusions, projects, spend

urlpatterns = [
    path("client/", projects.projects, name="client"),
    path("client/<slug:slug>/", projects.project, name="client-project"),
    path("client/<slug:slug>/samples/", projects.samples, name="client-samples"),
    path("client/<slug:slug>/exclusions/", exclusions.exclusions, name="client-exclusions"),
    path("client/<slug:slug>/exclusions/<uuid:exclusion_id>/lift/", exclusions.lift, name="client-exclusion-lift"),
    path(
        "client/<slug:slug>/exclusions/<uuid:exclusion_id>/stands/", exclusions.stands, name="client-exclusion-stands"
    ),
    path("client/<slug:slug>/spend/", spend.spend, name="client-spend"),
    path("client/<slug:slug>/deliveries/", projects.deliveries, name="client-deliveries"),
    path("client/<slug:slug>/deliveries/<int:number>/", projects.delivery, name="client-delivery"),
    path("client/<slug:slug>/deliveries/<int:number>/<slug:form>/", projects.download, name="download"),
]
