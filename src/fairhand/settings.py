"""All settings, each read once from a typed environment variable.

A deployment sets variables, it edits no file. `fairhand` (the command) sets the database and secret ones itself when it
runs the embedded database. The reference of the variables is docs/reference/settings.md.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from fairhand.audit.pooled import Pooled
from fairhand.kernel.limits import FRESH_S
from fairhand.kernel.payday import read_payday
from fairhand.notices.ways import mail_settings

PACKAGE = Path(__file__).resolve().parent
PREPARE_AFTER = 3  # uses of a statement on one connection


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


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of a few words."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value[:40]!r}. Set it to {' or '.join(allowed)}.")
    return value


def providers(name: str) -> list[dict[str, Any]]:
    """Sign-in providers (OpenID Connect), a JSON list of objects; each may speak for its own e-mail domains alone.

    `[{"id": "acme", "name": "Acme", "server": "https://id.acme.example", "client_id": "…", "secret": "…",
    "domains": ["acme.example"]}]`, and `"trust_email": true` where the provider never says `email_verified`.
    """
    wanted = ("id", "name", "server", "client_id", "secret", "domains")
    try:
        found = [{key: given[key] for key in wanted} | given for given in json.loads(text(name, "[]"))]
        if not all(isinstance(given["domains"], list) and given["domains"] for given in found):
            raise ValueError("domains must be a list with at least one domain")
    except (ValueError, KeyError, TypeError) as error:
        # Not the value itself: there are secrets in it.
        raise ImproperlyConfigured(
            f"{name} can't be read ({type(error).__name__}). It is a JSON list of objects, each with "
            f"{', '.join(wanted)}; see docs/how-to/sign-in.md."
        ) from None
    return [
        {
            "provider_id": given["id"],
            "name": given["name"],
            "client_id": given["client_id"],
            "secret": given["secret"],
            "settings": {
                "server_url": given["server"],
                "domains": [domain.lower() for domain in given["domains"]],
                "verified_email": given["domains"] if given.get("trust_email") is True else False,
            },
        }
        for given in found
    ]


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
    # Statements are prepared on the server after a few uses (Django switches that off unless told): to plan a claim's
    # statements anew each time costs the database as much as to carry them out.
    options["server_side_binding"] = True
    options["prepare_threshold"] = PREPARE_AFTER
    if session:
        options["options"] = f"{options.get('options', '')} {session}".strip()
    if pool_max:
        options["pool"] = {
            "min_size": 1, "max_size": pool_max, "timeout": 10, "connection_class": Pooled, "reset": Pooled.note_use,
        }  # fmt: skip
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
# The web server doesn't start so (fairhand.insight.safe_start).
SECRET_KEY_NAMED = bool(text("FAIRHAND_SECRET_KEY"))
SECRET_KEY = text("FAIRHAND_SECRET_KEY") or secrets.token_urlsafe(50)
PLAIN_HTTP = flag("FAIRHAND_PLAIN_HTTP")  # a public host without https, on purpose
# Where readers reach us, for links in e-mail; without a last slash.
PUBLIC_URL = text("FAIRHAND_URL", "http://127.0.0.1:8470").rstrip("/")
HOME = text("FAIRHAND_HOME")  # the data folder; empty where another one than ours keeps the data
ALLOWED_HOSTS = words("FAIRHAND_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = words("FAIRHAND_ORIGINS", "")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "django_cotton",
    "procrastinate.contrib.django",
    "fairhand.audit",
    "fairhand.people",
    "fairhand.gates",
    "fairhand.notices",
    "fairhand.ledger",
    "fairhand.projects",
    "fairhand.files",
    "fairhand.inference",
    "fairhand.tasks",
    "fairhand.dispatch",
    "fairhand.work",
    "fairhand.review",
    "fairhand.pay",
    "fairhand.cases",
    "fairhand.estimates",
    "fairhand.missions",
    "fairhand.delivery",
    "fairhand.insight",
    "fairhand.flow",
    "fairhand.web",
    "fairhand.api",
]
AUTH_USER_MODEL = "people.Person"
PAYDAY = read_payday(text)  # when the operator says that it pays out; None: it names no day
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- sign-in --------------------------------------------------------------------------------------------------------
# docs/adr/0011-sign-in.md says why; docs/how-to/sign-in.md how to set it up.

# invitation: accounts are made through invitations alone. open: anybody may make one.
SIGN_UP = choice("FAIRHAND_SIGN_UP", "invitation", ("invitation", "open"))
SECRET_KEY_FALLBACKS = words("FAIRHAND_OLD_SECRET_KEYS", "")  # still read, no longer used to sign or encrypt
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "fairhand.web.account.passwords.Length"},
    {"NAME": "fairhand.web.account.passwords.Common"},
    {"NAME": "fairhand.web.account.passwords.NotAboutYou"},
]
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "home"
PASSWORD_RESET_TIMEOUT = 3_600
# Counted in the database, so that all processes of an installation share the limits of sign-in.
CACHES = {"default": {"BACKEND": "fairhand.web.account.counters.TableCache"}}
ALLAUTH_TRUSTED_PROXY_COUNT = number("FAIRHAND_PROXIES", 0, 0, 9)  # whose word on the reader's address counts
ACCOUNT_ADAPTER = "fairhand.web.account.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "fairhand.web.account.forms.SignUp"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = FRESH_S
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/300s/key", "signup": "10/m/ip"}
MFA_ADAPTER = "fairhand.web.account.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Fairhand"
MFA_TOTP_TOLERANCE = 1  # a code of half a minute ago, since telephones' clocks differ
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers themselves allow http on `localhost` alone
SOCIALACCOUNT_ADAPTER = "fairhand.web.account.adapter.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": providers("FAIRHAND_OIDC")}}
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: the content policy lets no form lead to another host
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""

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
    "fairhand.web.observed.observe",
    "fairhand.web.middleware.demo_at_home",
    "django.middleware.security.SecurityMiddleware",
    "fairhand.web.middleware.policy",
    "fairhand.api.errors.as_problems",
    "fairhand.web.keyed.keyed",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "fairhand.web.middleware.language",
    "fairhand.web.middleware.worded",
    "fairhand.web.middleware.readable",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
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
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
# Probes come over plain http from the machine itself.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|version|metrics)$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "fairhand.web.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# Files that people send: a folder, or s3://bucket/prefix at an S3-compatible endpoint; and the command that scans them.
FILES = text("FAIRHAND_FILES") or (f"{HOME}/files" if HOME else "")
FILES_ENDPOINT, SCAN = text("FAIRHAND_FILES_ENDPOINT"), text("FAIRHAND_SCAN")

# -- languages and time ---------------------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية")]
LANGUAGE_COOKIE_NAME = "fairhand_language"
LOCALE_PATHS = [PACKAGE / "locale"]

# -- e-mail ---------------------------------------------------------------------------------------------------------

# console, file:FOLDER, smtp://user:password@host:587, smtps://…:465, or a service known to anymail (postmark, …).
try:
    MAIL = mail_settings(
        text("FAIRHAND_MAIL") or (f"file:{HOME}/mail" if HOME else "console"),
        text("FAIRHAND_MAIL_KEY"),
        text("FAIRHAND_MAIL_DOMAIN"),
    )
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from error
EMAIL_BACKEND = MAIL["EMAIL_BACKEND"]
EMAIL_FILE_PATH = MAIL.get("EMAIL_FILE_PATH")
EMAIL_HOST, EMAIL_PORT = MAIL.get("EMAIL_HOST", "localhost"), MAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_USER", ""), MAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.get("EMAIL_USE_TLS", False), MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
ANYMAIL = MAIL.get("ANYMAIL", {})
DEFAULT_FROM_EMAIL = SERVER_EMAIL = text("FAIRHAND_MAIL_FROM", "Fairhand <fairhand@localhost>")

# -- what is written down -------------------------------------------------------------------------------------------

METRICS_TOKEN = text("FAIRHAND_METRICS_TOKEN")  # empty: /metrics answers this machine alone

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "ours": {
            "()": "fairhand.kernel.logs.Formatter",
            "form": text("FAIRHAND_LOG", "line"),
            "hidden": [SECRET_KEY, METRICS_TOKEN, _default["PASSWORD"], EMAIL_HOST_PASSWORD, text("FAIRHAND_MAIL_KEY")],
        }
    },
    "filters": {"brief": {"()": "fairhand.kernel.logs.Brief"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours", "filters": ["brief"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "psycopg.pool": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Our own line of each request says what these would, and names no address with a token in it.
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        # Anybody can send a wrong host name; it is answered with 400, and a traceback each would fill the log.
        "django.security.DisallowedHost": {"handlers": ["stderr"], "level": "CRITICAL", "propagate": False},
        "fairhand": {"handlers": ["stderr"], "level": text("FAIRHAND_LOG_LEVEL", "INFO"), "propagate": False},
    },
}
if text("FAIRHAND_LOG", "line") not in ("line", "json"):
    raise ImproperlyConfigured(f"FAIRHAND_LOG is {text('FAIRHAND_LOG')[:40]!r}. Set it to line or json.")
