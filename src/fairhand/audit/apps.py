"""Django's handle on this package."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit package."""

    name = "fairhand.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
