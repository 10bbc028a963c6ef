"""Django's handle on this package."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """The tasks package."""

    name = "fairhand.tasks"
    label = "tasks"
    default_auto_field = "django.db.models.BigAutoField"
