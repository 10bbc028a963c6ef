"""An expert's addresses. Ids of claims and submissions are the only ones they see."""

from django.urls import path

from fairhand.web.expert import compare, contest, earnings, home, life, preferences, projects, queue, submissions, work

urlpatterns = [
    path("", home.home, name="home"),
    path("next/", queue.queue, name="queue"),
    path("next/take/", queue.take_any, name="take-any"),
    path("next/open.json", queue.open_now, name="open-now"),
    path("account/work/", preferences.preferences, name="work-preferences"),
    path("projects/", projects.projects, name="projects"),
    path("projects/<slug:slug>/", projects.project, name="project"),
    path("projects/<slug:slug>/guideline/<int:version>/", projects.version, name="project-version"),
    path("projects/<slug:slug>/examples/", projects.examples, name="project-examples"),
    path("projects/<slug:slug>/mine/", projects.mine, name="project-mine"),
    path("projects/<slug:slug>/figures/", projects.figures, name="project-figures"),
    path("projects/<slug:slug>/take/", projects.take, name="take"),
    path("work/<uuid:claim_id>/", work.work, name="work"),
    path("work/<uuid:claim_id>/skip/", life.skip, name="skip"),
    path("work/<uuid:claim_id>/pause/", life.pause, name="pause"),
    path("work/<uuid:claim_id>/resume/", life.resume, name="resume"),
    path("work/<uuid:claim_id>/more-time/", life.more_time, name="more-time"),
    path("my-work/", submissions.my_work, name="my-work"),
    path("submissions/<uuid:submission_id>/", submissions.submission, name="submission"),
    path("earnings/", earnings.earnings, name="earnings"),
    path("earnings/lines.csv", earnings.lines_file, name="earnings-file"),
    path("earnings/lines/<uuid:line_id>/contest/", contest.contest, name="contest"),
    path("earnings/compare/", compare.compare, name="compare"),
    path("earnings/compare/table.csv", compare.template, name="compare-template"),
    path("earnings/cases/", contest.cases, name="cases"),
    path("earnings/cases/<uuid:case_id>/", contest.case, name="case"),
    path("earnings/cases/<uuid:case_id>/appeal/", contest.appeal_answer, name="case-appeal"),
    path("earnings/statements/<uuid:statement_id>/", earnings.statement, name="statement"),
]
