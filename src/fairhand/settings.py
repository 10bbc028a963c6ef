"""All settings, each read once from a typed environment variable.

A deployment sets variables, it edits no file. `fairhand` (the command) sets the database and secret ones itself when it
runs the embedded database. The reference of the variables is docs/reference/settings.md.
"""

import logging
import os
import secrets
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

PACKAGE = Path(__file__).resolve().parent


# -- typed readers --------------------------------------------------------------------------------------------------


def text(name: str, default: str = "") -> str:
    """The variable as it is, without white space around it; an empty one counts as not set."""
    return os.environ.get(name, "").strip() or default


def words(name: str, default: str) -> list[str]:
    """A list, separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def flag(name: str) -> bool:
    """`1` or `0`; anything else is a mistake that is named."""
    value = text(name, "0")
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} is {value[:40]!r}. Set it to 1 or 0.")
    return value == "1"


def number(name: str, default: int, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
        raise ImproperlyConfigured(f"{name} is {value[:40]!r}. Set it to a whole number from {low} to {high}.")
    return int(value)


def database(url: str, *, variable: str, session: str = "", pool_max: int = 0) -> dict[str, Any]:
    """Django's description of the PostgreSQL database at `url` (a URL or libpq's `key=value` form).

    `session` are settings of every connection, such as `-c lock_timeout=5s`. `pool_max` 0 means no pool.
    """
    try:
        parts: dict[str, Any] = dict(conninfo_to_dict(url))
    except ProgrammingError as error:
        raise ImproperlyConfigured(
            f"{variable} cannot be read: {error}. Write it as postgresql://role:password@host:5432/name."
        ) from error
    options = {key: value for key, value in parts.items() if key not in ("dbname", "user", "password", "host", "port")}
    options["application_name"] = options.get("application_name", "fairhand")
    options["connect_timeout"] = options.get("connect_timeout", 10)
    # Statements are prepared on the server after a few uses: a third more claims and submissions a second.
    options["server_side_binding"] = True
    if session:
        options["options"] = f"{options.get('options', '')} {session}".strip()
    if pool_max:
        options["pool"] = {"min_size": 1, "max_size": pool_max, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname") or "",
        "USER": parts.get("user") or "",
        "PASSWORD": parts.get("password") or "",
        "HOST": parts.get("host") or "",
        "PORT": str(parts.get("port") or ""),
        "CONN_MAX_AGE": 0,
        # A pooled connection is tried before use, so that pages survive a restart of the database.
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": options,
    }


# -- who we are -----------------------------------------------------------------------------------------------------

DEBUG = flag("FAIRHAND_DEBUG")
DEMO = flag("FAIRHAND_DEMO")  # set by `fairhand up` alone: sign-in links for invented people
HTTPS = flag("FAIRHAND_HTTPS")  # the public address is https, so cookies may insist on it
# Without a key every process makes its own: nothing breaks open, but nobody stays signed in over a restart.
SECRET_KEY = text("FAIRHAND_SECRET_KEY") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = words("FAIRHAND_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = words("FAIRHAND_ORIGINS", "")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton",
    "procrastinate.contrib.django",
    "fairhand.audit",
    "fairhand.people",
    "fairhand.ledger",
    "fairhand.projects",
    "fairhand.tasks",
    "fairhand.dispatch",
    "fairhand.work",
    "fairhand.review",
    "fairhand.pay",
    "fairhand.delivery",
    "fairhand.insight",
    "fairhand.flow",
    "fairhand.web",
    "fairhand.api",
]
AUTH_USER_MODEL = "people.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- the database ---------------------------------------------------------------------------------------------------

# Only the child process of `fairhand migrate` connects as the owner; it gives up on a lock instead of queueing the
# whole installation behind it, and no statement of a migration may run for long.
CONNECT_AS_OWNER = text("FAIRHAND_CONNECT_AS") == "owner"
if CONNECT_AS_OWNER:
    _default = database(
        text("FAIRHAND_OWNER_DATABASE_URL"),
        variable="FAIRHAND_OWNER_DATABASE_URL",
        session="-c lock_timeout=5s -c statement_timeout=60s",
    )
else:
    _default = database(
        text("FAIRHAND_DATABASE_URL"),
        variable="FAIRHAND_DATABASE_URL",
        pool_max=number("FAIRHAND_DATABASE_POOL_MAX", 0, 0, 100),
    )
DATABASES = {"default": _default}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # its default, `tasks`, is one of our packages

# -- the web --------------------------------------------------------------------------------------------------------

ROOT_URLCONF = "fairhand.urls"
WSGI_APPLICATION = "fairhand.web.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "fairhand.web.middleware.policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "fairhand.web.middleware.language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Parts keep their templates beside their code: `fields/text/part.html` lies in tasks/.
        "DIRS": [PACKAGE / "web" / "templates", PACKAGE / "tasks"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fairhand.web.context.frame",
            ],
            # In every template without `load`: {% translate %}, and the words and figures of fairhand.web.
            "builtins": ["django.templatetags.i18n", "fairhand.web.templatetags.parts"],
        },
    }
]
STATIC_URL = "/static/"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
# The built files are part of the package, so nothing is collected: WhiteNoise serves them where they lie.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

SESSION_COOKIE_NAME = "fairhand_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "fairhand_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "fairhand.web.errors.forged"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# -- languages and time ---------------------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية")]
LANGUAGE_COOKIE_NAME = "fairhand_language"
LOCALE_PATHS = [PACKAGE / "locale"]

# -- what is written down -------------------------------------------------------------------------------------------


def brief(record: logging.LogRecord) -> bool:
    """A lost database is one line in the log, not a page of frames; everything else keeps its traceback."""
    if record.exc_info and type(record.exc_info[1]).__name__ in ("OperationalError", "ConnectorException"):
        record.msg, record.args = " ".join(record.getMessage().split()), ()
        record.exc_info = record.exc_text = None
    return True


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"brief": {"()": "django.utils.log.CallbackFilter", "callback": brief}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["brief"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "psycopg.pool": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "fairhand": {"handlers": ["stderr"], "level": text("FAIRHAND_LOG_LEVEL", "INFO"), "propagate": False},
    },
}
