"""The e-mails of sign-in: what happened or was asked for, the link, and what to do if it was not you.

They wait, leave and are tried again like every other e-mail (`fairhand.notices`): a job knows only the number of an
e-mail, and its text, whose link opens an account, is blanked once it has left or was given up.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fairhand.kernel.clock import utc_now
from fairhand.notices.commands import send

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mail:
    """Subject and sentences, in the reader's language; `link` names the address in the context."""

    subject: Promise
    lines: tuple[Promise, ...]
    link: str = ""


_NOT_YOU = _("If this was not you, change your password now and end all other visits on the page Security.")
_IGNORE = _("If you did not ask for this, do nothing: without the link nothing happens.")

_MAILS: Mapping[str, Mail] = {
    "invitation": Mail(
        _("An invitation to %(org)s"),
        (
            _("%(inviter)s invites you to %(org)s on Fairhand: %(role)s."),
            _("The link below is for you alone. It works once, until %(until)s."),
            _IGNORE,
        ),
        "link",
    ),
    "account/email/email_confirmation_signup": Mail(
        _("Is this your e-mail address?"),
        (_("An account was made with this address. Open the link to say that it is yours."), _IGNORE),
        "activate_url",
    ),
    "account/email/email_confirmation": Mail(
        _("Is this your e-mail address?"),
        (_("Open the link to use this address for your account from now on."), _IGNORE),
        "activate_url",
    ),
    "account/email/account_already_exists": Mail(
        _("You have an account already"),
        (
            _("Somebody, you most likely, tried to make an account with this address. There is one already."),
            _("If you forgot its password, set a new one with the link below."),
        ),
        "password_reset_url",
    ),
    "account/email/password_reset_key": Mail(
        _("A new password"),
        (_("Open the link within an hour to set a new password."), _IGNORE),
        "password_reset_url",
    ),
    "account/email/unknown_account": Mail(
        _("There is no account with this address"),
        (
            _("Somebody, you most likely, asked for a new password for this address. No account has it."),
            _("Perhaps your account has another address of yours."),
        ),
    ),
    "account/email/email_changed": Mail(
        _("Your e-mail address was changed"),
        (_("Your account now has the address %(to_email)s instead of %(from_email)s."), _NOT_YOU),
    ),
    "account/email/email_deleted": Mail(
        _("An e-mail address was removed"),
        (_("The address %(deleted_email)s was removed from your account."), _NOT_YOU),
    ),
    "account/email/password_changed": Mail(
        _("Your password was changed"), (_("The password of your account was changed."), _NOT_YOU)
    ),
    "account/email/password_reset": Mail(
        _("Your password was changed"), (_("The password of your account was set anew by a link."), _NOT_YOU)
    ),
    "account/email/password_set": Mail(
        _("Your account has a password"), (_("A password was set for your account."), _NOT_YOU)
    ),
    "mfa/email/totp_activated": Mail(
        _("A code app was added"), (_("Signing in to your account now asks for a code as well."), _NOT_YOU)
    ),
    "mfa/email/totp_deactivated": Mail(
        _("The code app was removed"), (_("Signing in to your account no longer asks for a code."), _NOT_YOU)
    ),
    "mfa/email/webauthn_added": Mail(
        _("A passkey was added"), (_("Your account can now be opened with a new passkey."), _NOT_YOU)
    ),
    "mfa/email/webauthn_removed": Mail(
        _("A passkey was removed"), (_("A passkey no longer opens your account."), _NOT_YOU)
    ),
    "mfa/email/recovery_codes_generated": Mail(
        _("New recovery codes were made"), (_("The old recovery codes of your account no longer work."), _NOT_YOU)
    ),
    "socialaccount/email/account_connected": Mail(
        _("Your organisation's sign-in was connected"),
        (_("Your account can now be opened by the sign-in of your organisation."), _NOT_YOU),
    ),
}


def send_mail(kind: str, to: str, language: str, context: Mapping[str, Any]) -> None:
    """Ask for one of the e-mails above. What is no address is a line in the log, not an error page.

    Whoever fishes for addresses sees no difference: nothing here waits for a mail server.
    """
    mail = _MAILS[kind]
    said = {key: str(value) for key, value in context.items() if isinstance(value, str | Promise)}
    with translation.override(language):
        lines = [str(line) % said for line in mail.lines]
        before = len(lines) - (mail.lines[-1] is _IGNORE) if mail.link else len(lines)
        facts = {
            "title": str(mail.subject) % said, "before": lines[:before], "after": lines[before:],
            "link": said[mail.link] if mail.link else "",
        }  # fmt: skip
    try:
        send(template="account", to=to, language=language, context=facts, key=f"{kind} {uuid4()}", now=utc_now())
    except ValidationError:
        logger.warning("an e-mail (%s) was not written: its address is none", kind)
