"""The kinds of notices: what they are about and whether they come by e-mail unless somebody chooses otherwise."""

from dataclasses import dataclass

OFF, EACH, DAILY = "off", "each", "daily"
WISHES = (OFF, EACH, DAILY)


@dataclass(frozen=True, slots=True)
class Kind:
    """`mail` is the default; `always`: about the account's safety, and nobody can turn its e-mail off."""

    name: str
    mail: str = OFF
    always: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind("work_accepted"),
        Kind("work_returned", DAILY),
        Kind("work_arrived"),
        Kind("work_kept", EACH),
        Kind("extension_decided", EACH),
        Kind("time_decided", EACH),
        Kind("paid_time_decided", EACH),
        Kind("paid_time_waits", DAILY),
        Kind("reading_paid"),
        Kind("week_beyond_cap", EACH),
        Kind("week_questioned", EACH),
        Kind("week_answered"),
        Kind("claim_released", EACH),
        Kind("guideline_changed", EACH),
        Kind("template_changed", DAILY),
        Kind("statement_ready", EACH),
        Kind("delivery_ready", EACH),
        Kind("role_granted", EACH, always=True),
        Kind("role_revoked", EACH, always=True),
        Kind("account_suspended", EACH, always=True),
        Kind("account_reactivated", EACH, always=True),
        Kind("key_made", EACH, always=True),
        Kind("qualification_granted", EACH),
        Kind("qualification_revoked", EACH),
        Kind("exclusion_made", EACH, always=True),
        Kind("exclusion_lifted", EACH),
        Kind("exclusion_upheld", EACH),
        Kind("exclusion_contested", EACH),
        Kind("line_contested", EACH),
        Kind("case_answered", EACH),
        Kind("raised_urgent", EACH),
        Kind("raised_waits", DAILY),
        Kind("raised_answered", EACH),
        Kind("mission_opened"),
        Kind("mission_paid", EACH),
        Kind("referral_opened"),
        Kind("referral_joined"),
        Kind("referral_paid", EACH),
        Kind("estimate_questioned", EACH),
        Kind("estimate_paid", EACH),
        Kind("plan_lowered", EACH),
        Kind("plan_kept", EACH),
        Kind("surge_opened"),
        Kind("surge_dropped", EACH),
        Kind("project_ends", EACH),
        Kind("project_extended", EACH),
        Kind("project_end_passed", EACH),
        Kind("project_closed", EACH),
        Kind("payable_converted", EACH),
        Kind("budget_mostly_used", EACH),
        Kind("budget_falls_short", EACH),
    )
}


def wish(kind: Kind, chosen: str | None) -> str:
    """What holds: the person's own choice, but for what must always be said."""
    if kind.always or chosen not in WISHES:
        return kind.mail
    return str(chosen)
