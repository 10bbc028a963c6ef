"""A manager's addresses: every one of a project lies below its slug."""

from django.urls import path

from fairhand.web.manager import board

urlpatterns = [
    path("manage/", board.projects, name="manage"),
    path("manage/<slug:slug>/", board.board, name="board"),
    path("manage/<slug:slug>/now/", board.now, name="board-now"),
    path("manage/<slug:slug>/people/", board.people, name="board-people"),
    path("manage/<slug:slug>/release/", board.release, name="release"),
]
