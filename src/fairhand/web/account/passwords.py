"""What a password must be. Named in settings.AUTH_PASSWORD_VALIDATORS; the list of common ones is Django's, offline."""

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairhand.kernel.limits import PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN


class Length:
    """12 to 1,000 characters; which ones is nobody's business."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        if len(password) < PASSWORD_CHARS_MIN:
            raise ValidationError(self.get_help_text(), code="password_too_short")
        if len(password) > PASSWORD_CHARS_MAX:
            raise ValidationError(_("This password is longer than we can keep. Shorten it."), code="password_too_long")

    def get_help_text(self) -> str:
        """In the reader's language."""
        return ngettext(
            "A password needs at least %(n)d character.",
            "A password needs at least %(n)d characters. Several words in a row are easy to keep in mind.",
            PASSWORD_CHARS_MIN,
        ) % {"n": PASSWORD_CHARS_MIN}


class Common(CommonPasswordValidator):
    """Not one of the 20,000 that are tried first."""

    def get_error_message(self) -> str:
        """In the reader's language."""
        return _("This password is on the list of those that are tried first. Choose another.")


class NotAboutYou:
    """Not the person's own name or address with a digit behind it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        said = password.casefold()
        left = said
        for part in _parts(user):
            left = left.replace(part, "") if len(part) > 3 else left
        if left != said and len(left) < PASSWORD_CHARS_MIN // 2:
            raise ValidationError(
                _("This password is little more than your name or e-mail address. Choose another."),
                code="password_too_similar",
            )

    def get_help_text(self) -> str:
        """In the reader's language."""
        return _("It must not be your name or e-mail address.")


def _parts(user: Any) -> list[str]:
    email, name = str(getattr(user, "email", "") or "").casefold(), str(getattr(user, "name", "") or "").casefold()
    return [part for part in (email, email.partition("@")[0], name, name.replace(" ", ""), *name.split()) if part]
