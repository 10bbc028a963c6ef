"""Addresses of whoever runs the installation, and of the machines that watch it."""

from django.urls import path

from fairhand.web.operation import events, health, jobs, models, orgs, people, qualifications

urlpatterns = [
    path("operation/", orgs.orgs, name="operation"),
    path("operation/organisations/add/", orgs.add, name="org-add"),
    path("operation/organisations/<slug:org>/", orgs.org, name="org"),
    path("operation/people/", people.people, name="people"),
    path("operation/people/<uuid:person_id>/", people.person, name="person"),
    path("operation/people/<uuid:person_id>/grant/", people.grant, name="role-grant"),
    path("operation/people/<uuid:person_id>/revoke/", people.revoke, name="role-revoke"),
    path("operation/people/<uuid:person_id>/suspend/", people.suspend, name="person-suspend"),
    path("operation/people/<uuid:person_id>/limits/", people.limits, name="person-limits"),
    path("operation/people/<uuid:person_id>/reactivate/", people.reactivate, name="person-reactivate"),
    path(
        "operation/people/<uuid:person_id>/qualifications/", qualifications.qualifications,
        name="person-qualifications",
    ),
    path(
        "operation/people/<uuid:person_id>/qualifications/grant/", qualifications.grant,
        name="person-qualification-grant",
    ),
    path(
        "operation/people/<uuid:person_id>/qualifications/revoke/", qualifications.revoke,
        name="person-qualification-revoke",
    ),
    path("operation/skills/", qualifications.skills, name="skills"),
    path("operation/skills/add/", qualifications.add, name="skill-add"),
    path("operation/skills/<uuid:skill_id>/", qualifications.skill, name="skill"),
    path("operation/skills/<uuid:skill_id>/words/", qualifications.describe, name="skill-describe"),
    path("operation/skills/<uuid:skill_id>/retire/", qualifications.retire, name="skill-retire"),
    path("operation/jobs/", jobs.jobs, name="jobs"),
    path("operation/jobs/<int:job_id>/", jobs.job, name="job"),
    path("operation/jobs/<int:job_id>/retry/", jobs.retry, name="job-retry"),
    path("operation/jobs/<int:job_id>/cancel/", jobs.cancel, name="job-cancel"),
    path("operation/models/", models.models, name="models"),
    path("operation/models/add/", models.add, name="model-add"),
    path("operation/models/retire/", models.retire, name="model-retire"),
    path("operation/health/", health.health, name="health"),
    path("operation/events/", events.events, name="events"),
    path("operation/events/download.<slug:form>", events.download, name="events-download"),
    path("operation/events/<uuid:event_id>/", events.event, name="event"),
]  # fmt: skip
