"""Sign-in links: a signed, expiring text that names a person. Only a demo installation hands them out."""

from uuid import UUID

from django.core import signing

from fairhand.kernel.limits import SIGN_IN_LINK_S_MAX

_SALT = "fairhand.people.sign_in"


def make_token(person_id: UUID) -> str:
    """A token for a link; whoever has it can sign in as this person until it expires."""
    return signing.dumps(str(person_id), salt=_SALT)


def read_token(token: str) -> UUID | None:
    """The person a token names; None if it is forged, damaged or too old."""
    try:
        return UUID(signing.loads(token, salt=_SALT, max_age=SIGN_IN_LINK_S_MAX))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
