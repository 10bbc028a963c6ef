"""The ways by which e-mail leaves: one setting, FAIRHAND_MAIL, turned into Django's many."""

from typing import Any
from urllib.parse import unquote, urlsplit

_DJANGO = "django.core.mail.backends"
# A service that anymail knows -> the setting of anymail that FAIRHAND_MAIL_KEY fills.
SERVICES = {
    "brevo": "BREVO_API_KEY", "mailersend": "MAILERSEND_API_TOKEN", "mailgun": "MAILGUN_API_KEY",
    "postmark": "POSTMARK_SERVER_TOKEN", "resend": "RESEND_API_KEY", "sparkpost": "SPARKPOST_API_KEY",
}  # fmt: skip


def mail_settings(chosen: str, key: str = "", domain: str = "") -> dict[str, Any]:
    """Django's settings by name, for what FAIRHAND_MAIL names.

    `chosen`: console, file:FOLDER, smtp://user:password@host:587, smtps://…:465, or one of SERVICES. Raises ValueError
    with a sentence that holds no password.
    """
    if chosen == "console":
        return {"EMAIL_BACKEND": f"{_DJANGO}.console.EmailBackend"}
    if chosen.startswith("file:") and chosen != "file:":
        return {"EMAIL_BACKEND": f"{_DJANGO}.filebased.EmailBackend", "EMAIL_FILE_PATH": chosen.removeprefix("file:")}
    if chosen.startswith(("smtp://", "smtps://")):
        return _smtp(chosen)
    if chosen not in SERVICES:
        raise ValueError(
            f"FAIRHAND_MAIL is {chosen.split(':')[0][:40]!r}. Set it to console, file:FOLDER, "
            f"smtp://user:password@host:587, or one of {', '.join(sorted(SERVICES))}."
        )
    if not key:
        raise ValueError(f"FAIRHAND_MAIL is {chosen!r} and FAIRHAND_MAIL_KEY is not set. Set it to that service's key.")
    anymail = {SERVICES[chosen]: key} | ({"MAILGUN_SENDER_DOMAIN": domain} if domain else {})
    return {"EMAIL_BACKEND": f"anymail.backends.{chosen}.EmailBackend", "ANYMAIL": anymail}


def _smtp(chosen: str) -> dict[str, Any]:
    try:
        url = urlsplit(chosen)
        port = url.port or (465 if url.scheme == "smtps" else 587)
    except ValueError:
        # Not `from error`: its text may hold a piece of the password.
        raise ValueError("FAIRHAND_MAIL cannot be read. Write it as smtp://user:password@host:587.") from None
    return {
        "EMAIL_BACKEND": f"{_DJANGO}.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname or "localhost",
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_SSL": url.scheme == "smtps",
        # A relay on port 25 of the own machine or network speaks no TLS; everything else must.
        "EMAIL_USE_TLS": url.scheme == "smtp" and port != 25,
    }
