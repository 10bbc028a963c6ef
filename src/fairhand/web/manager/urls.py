"""A manager's addresses: every one of a project lies below its slug."""

from django.urls import path

from fairhand.web.manager import batches, board, guideline, people, settings, tasks

urlpatterns = [
    path("manage/", board.projects, name="manage"),
    path("manage/<slug:slug>/", board.board, name="board"),
    path("manage/<slug:slug>/now/", board.now, name="board-now"),
    path("manage/<slug:slug>/release/", board.release, name="release"),
    path("manage/<slug:slug>/tasks/", tasks.tasks, name="manage-tasks"),
    path("manage/<slug:slug>/tasks/<uuid:task_id>/", tasks.task, name="manage-task"),
    path("manage/<slug:slug>/guideline/", guideline.guideline, name="manage-guideline"),
    path("manage/<slug:slug>/guideline/compare/", guideline.compare, name="manage-guideline-compare"),
    path("manage/<slug:slug>/guideline/write/", guideline.write, name="manage-guideline-write"),
    path("manage/<slug:slug>/guideline/<int:version>/", guideline.version, name="manage-guideline-version"),
    path("manage/<slug:slug>/people/", people.people, name="board-people"),
    path("manage/<slug:slug>/people/<slug:alias>/", people.person, name="manage-person"),
    path("manage/<slug:slug>/people/<slug:alias>/limits/", people.caps, name="manage-limits"),
    path("manage/<slug:slug>/batches/", batches.batches, name="manage-batches"),
    path("manage/<slug:slug>/batches/import/", batches.upload, name="manage-import"),
    path("manage/<slug:slug>/batches/import/<uuid:upload_id>/", batches.preview, name="manage-upload"),
    path("manage/<slug:slug>/batches/import/<uuid:upload_id>/decide/", batches.confirm, name="manage-upload-decide"),
    path("manage/<slug:slug>/batches/<uuid:batch_id>/", batches.batch, name="manage-batch"),
    path("manage/<slug:slug>/batches/<uuid:batch_id>/launch/", batches.launch, name="manage-launch"),
    path("manage/<slug:slug>/settings/", settings.settings, name="manage-settings"),
    path("manage/<slug:slug>/settings/stage/<int:number>/", settings.stage, name="manage-stage"),
    path("manage/<slug:slug>/settings/state/", settings.move, name="manage-move"),
]
