"""Django's handle on this package."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register

from fairhand.insight.installation import start_now
from fairhand.insight.safe_start import dangers


class InsightConfig(AppConfig):
    """The insight package."""

    name = "fairhand.insight"
    label = "insight"
    default_auto_field = "django.db.models.BigAutoField"


@register(Tags.security, deploy=True)
def safe_to_start(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """Part of `django check --deploy`: what the web server would refuse to start with."""
    return [Error(danger.what, hint=danger.advice, id=danger.id) for danger in dangers(start_now())]
