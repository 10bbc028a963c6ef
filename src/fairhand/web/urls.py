"""Addresses. Ids of claims and submissions are the only ones an expert sees."""

from django.conf import settings
from django.urls import path

from fairhand.web import account, client, earnings, home, manage, projects, reviews, sign_in, style, submissions, work

urlpatterns = [
    path("", home.home, name="home"),
    path("in/", sign_in.signed_out, name="signed-out"),
    path("in/<str:token>/", sign_in.sign_in, name="sign-in"),
    path("out/", sign_in.sign_out, name="sign-out"),
    path("account/", account.account, name="account"),
    path("account/language/", account.language, name="language"),
    path("account/theme/", account.theme, name="theme"),
    path("projects/<slug:slug>/", projects.project, name="project"),
    path("projects/<slug:slug>/take/", projects.take, name="take"),
    path("work/<uuid:claim_id>/", work.work, name="work"),
    path("work/<uuid:claim_id>/skip/", work.skip, name="skip"),
    path("my-work/", submissions.my_work, name="my-work"),
    path("submissions/<uuid:submission_id>/", submissions.submission, name="submission"),
    path("earnings/", earnings.earnings, name="earnings"),
    path("earnings/statements/<uuid:statement_id>/", earnings.statement, name="statement"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<slug:slug>/take/", reviews.take, name="take-review"),
    path("manage/", manage.projects, name="manage"),
    path("manage/<slug:slug>/", manage.board, name="board"),
    path("manage/<slug:slug>/now/", manage.now, name="board-now"),
    path("manage/<slug:slug>/people/", manage.people, name="board-people"),
    path("manage/<slug:slug>/release/", manage.release, name="release"),
    path("client/", client.projects, name="client"),
    path("client/<slug:slug>/", client.project, name="client-project"),
    path("client/<slug:slug>/deliveries/<int:number>/<slug:form>/", client.download, name="download"),
]
if settings.DEBUG:
    urlpatterns.append(path("style/", style.style, name="style"))
