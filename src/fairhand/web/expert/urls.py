"""An expert's addresses. Ids of claims and submissions are the only ones they see."""

from django.urls import path

from fairhand.web.expert import earnings, home, projects, submissions, work

urlpatterns = [
    path("", home.home, name="home"),
    path("projects/<slug:slug>/", projects.project, name="project"),
    path("projects/<slug:slug>/take/", projects.take, name="take"),
    path("work/<uuid:claim_id>/", work.work, name="work"),
    path("work/<uuid:claim_id>/skip/", work.skip, name="skip"),
    path("my-work/", submissions.my_work, name="my-work"),
    path("submissions/<uuid:submission_id>/", submissions.submission, name="submission"),
    path("earnings/", earnings.earnings, name="earnings"),
    path("earnings/statements/<uuid:statement_id>/", earnings.statement, name="statement"),
]
