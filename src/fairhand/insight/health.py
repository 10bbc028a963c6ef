"""Is the installation well? Pure rules over gathered facts (`insight.health_facts`): the same for page and command."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fairhand.insight.safe_start import SECRET_CHARS_MIN, Danger
from fairhand.kernel.limits import BUDGET_ALERT_SHARE

OK, WARN, BAD = "ok", "warn", "bad"
_GB = 1_000_000_000
DISK_FREE_WARN, DISK_FREE_BAD = 5 * _GB, 1 * _GB
CLOCK_SKEW_S_WARN, CLOCK_SKEW_S_BAD = 2.0, 30.0
BOOKS_AGE_WARN = timedelta(days=2)
JOB_AGE_WARN, JOB_AGE_BAD = timedelta(minutes=10), timedelta(hours=1)
WORKER_SILENT = timedelta(minutes=2)
BACKUP_AGE_WARN, BACKUP_AGE_BAD = timedelta(days=2), timedelta(days=8)
KEY_ENDS_WITHIN = timedelta(days=14)
SECRET_AGE_WARN = timedelta(days=730)
POSTGRES_MIN, POSTGRES_GOOD = 16, 17


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `name` is stable; `what` and `advice` are English, `facts` hold their numbers for a page."""

    name: str
    level: str
    what: str
    advice: str = ""
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """What was found out at `now`. None: could not be found out or doesn't apply."""

    now: datetime
    dangers: tuple[Danger, ...]
    demo: bool
    demo_people: bool
    postgres: int
    database_settings: dict[str, str]
    connections: int
    connections_max: int
    database_bytes: int
    skew_s: float
    migrations_left: tuple[str, ...]
    worker_heard_at: datetime | None
    jobs_failed: int
    oldest_job_at: datetime | None
    jobs_stuck: int
    without_second_factor: int
    keys_ending: int
    backup_at: datetime | None
    mails_failed: int
    mails_waiting_since: datetime | None
    mail_way: str
    mail_error: str | None
    home_writable: bool | None
    disk_free: int | None
    secret_chars: int
    secret_made_at: datetime | None
    books_at: datetime | None = None
    books_wrong: tuple[str, ...] = ()
    cases_overdue: int = 0
    budgets_low: int = 0


def findings(health: Health) -> list[Finding]:
    """Every check, in the order of the page; each says that it is well, or what to do."""
    return [
        *_settings(health),
        _postgres(health),
        *_database(health),
        _clock(health),
        _migrations(health),
        _worker(health),
        *_jobs(health),
        *_mail(health),
        *_storage(health),
        *_keys(health),
        _second_factor(health),
        _books(health),
        _cases(health),
        _budgets(health),
        _backup(health),
    ]


def worst(found: list[Finding]) -> str:
    """The level of the whole."""
    levels = {each.level for each in found}
    return BAD if BAD in levels else WARN if WARN in levels else OK


def _settings(health: Health) -> list[Finding]:
    found = [Finding("settings", BAD, danger.what, danger.advice, {"id": danger.id}) for danger in health.dangers]
    if health.demo_people and not health.demo:
        found.append(
            Finding(
                "demo",
                WARN,
                "This database was made by a demo: invented people and invented work are in it.",
                "Do real work in a fresh data folder.",
            )
        )
    if health.demo:
        found.append(Finding("demo", OK, "This is a demo: invented people, no real money, this machine alone."))
    return found or [Finding("settings", OK, "The settings are safe to serve pages with.")]


def _postgres(health: Health) -> Finding:
    facts: dict[str, object] = {"version": health.postgres}
    if health.postgres < POSTGRES_MIN:
        advice = f"Upgrade it to {POSTGRES_GOOD} or newer."
        return Finding("postgres", BAD, f"PostgreSQL {health.postgres} is too old for Fairhand.", advice, facts)
    if health.postgres < POSTGRES_GOOD:
        advice = "Plan its upgrade; a dump and a restore do it."
        return Finding("postgres", WARN, f"PostgreSQL {health.postgres} will do, and is getting old.", advice, facts)
    return Finding("postgres", OK, f"PostgreSQL {health.postgres} answers.", facts=facts)


_WANTED = (
    ("fsync", "on", BAD, "A power cut would damage the books."),
    ("full_page_writes", "on", BAD, "A power cut would damage the books."),
    ("synchronous_commit", "on", BAD, "Work that was handed in could be lost in a crash."),
    ("TimeZone", "UTC", WARN, "Days of reports may be cut elsewhere than Fairhand says."),
)


def _database(health: Health) -> list[Finding]:
    found = []
    for name, wanted, level, why in _WANTED:
        value = health.database_settings.get(name, wanted)
        # `remote_apply` and `remote_write` wait for more than `on` does or for another server as well.
        if value not in (wanted, "Etc/UTC", "remote_apply"):
            what = f"The database's {name} is {value}. {why}"
            found.append(Finding("database_settings", level, what, f"Set {name} = {wanted}.", {"setting": name}))
    used, most = health.connections, health.connections_max
    if used > most * 0.8:
        advice = "Raise max_connections, or lower FAIRHAND_DATABASE_POOL_MAX."
        found.append(Finding("connections", WARN, f"{used} of {most} connections are in use.", advice))
    facts: dict[str, object] = {"bytes": health.database_bytes, "connections": used, "connections_max": most}
    what = f"The database is set up safely: {health.database_bytes / 1e6:.0f} MB, {used} of {most} connections."
    return found or [Finding("database_settings", OK, what, facts=facts)]


def _clock(health: Health) -> Finding:
    facts: dict[str, object] = {"seconds": round(health.skew_s, 3)}
    if abs(health.skew_s) < CLOCK_SKEW_S_WARN:
        return Finding("clock", OK, "This machine and the database agree on the time.", facts=facts)
    level = BAD if abs(health.skew_s) >= CLOCK_SKEW_S_BAD else WARN
    what = f"This machine's clock and the database's differ by {health.skew_s:.1f} seconds."
    return Finding("clock", level, what, "Let both machines keep time by NTP.", facts)


def _migrations(health: Health) -> Finding:
    left = health.migrations_left
    if not left:
        return Finding("migrations", OK, "The tables are those of this version.")
    what = f"{len(left)} steps of the tables have not been applied; the first is {left[0]}."
    return Finding("migrations", BAD, what, "Run fairhand migrate.", {"left": list(left)})


def _worker(health: Health) -> Finding:
    heard = health.worker_heard_at
    advice = "Start it: fairhand worker, or systemctl start fairhand-worker."
    if heard is None:
        # It said goodbye: everything may just have been stopped. Jobs that wait say when it has been too long.
        return Finding("worker", WARN, "No worker runs: claims don't expire, statements and e-mails wait.", advice)
    silent = health.now - heard
    facts: dict[str, object] = {"silent_s": int(silent.total_seconds())}
    if silent > WORKER_SILENT:
        what = f"No worker was heard of for {_age(silent)}: claims don't expire, statements and e-mails wait."
        return Finding("worker", BAD, what, advice, facts)
    return Finding("worker", OK, "A worker runs.", facts=facts)


def _jobs(health: Health) -> list[Finding]:
    found = []
    oldest = health.oldest_job_at
    if oldest is not None and health.now - oldest > JOB_AGE_WARN:
        age = health.now - oldest
        level = BAD if age > JOB_AGE_BAD else WARN
        advice = "See that a worker runs; give it more at once with fairhand worker --jobs."
        found.append(Finding("jobs_waiting", level, f"A job has waited for {_age(age)}.", advice))
    if health.jobs_stuck:
        what = f"{health.jobs_stuck} jobs were begun by a worker that has gone."
        found.append(Finding("jobs_stuck", WARN, what, "Do them again from the page Jobs; each is safe to repeat."))
    if health.jobs_failed:
        what = f"{health.jobs_failed} jobs have failed."
        found.append(Finding("jobs_failed", WARN, what, "The page Jobs says why, and does them again."))
    return found or [Finding("jobs", OK, "No job waits too long, and none has failed.")]


def _mail(health: Health) -> list[Finding]:
    found = []
    if health.mail_error:
        what = f"E-mail can't be sent by {health.mail_way}: {health.mail_error}."
        found.append(Finding("mail", BAD, what, "Put FAIRHAND_MAIL right; what waits is sent then."))
    if health.mails_failed:
        what = f"{health.mails_failed} e-mails could not be sent, however often it was tried."
        found.append(Finding("mail_failed", WARN, what, "Look at the failed jobs called send_mail."))
    if health.mails_waiting_since and health.now - health.mails_waiting_since > JOB_AGE_BAD:
        age = _age(health.now - health.mails_waiting_since)
        found.append(Finding("mail_waiting", WARN, f"An e-mail has waited for {age}.", "See that a worker runs."))
    if found:
        return found
    if health.mail_way in ("file", "console") and not health.demo:
        what = "E-mail is not sent: it is kept as files." if health.mail_way == "file" else "E-mail is only printed."
        return [Finding("mail", WARN, what, "Set FAIRHAND_MAIL to smtp://user:password@host:587 or to a service.")]
    return [Finding("mail", OK, f"E-mail goes by {health.mail_way}.")]


def _storage(health: Health) -> list[Finding]:
    found = []
    if health.home_writable is False:
        what = "The data folder can't be written to."
        found.append(Finding("storage", BAD, what, "Give it to the account that runs Fairhand."))
    free = health.disk_free
    if free is not None and free < DISK_FREE_WARN:
        level = BAD if free < DISK_FREE_BAD else WARN
        what = f"{free / _GB:.1f} GB are free where the data lie."
        found.append(Finding("disk", level, what, "Make room: a full disk stops the database."))
    if found or free is None:
        return found
    return [
        Finding(
            "storage", OK, f"The data folder can be written to; {free / _GB:.0f} GB are free.", facts={"free": free}
        )
    ]


def _keys(health: Health) -> list[Finding]:
    found = []
    made = health.secret_made_at
    if health.secret_chars < SECRET_CHARS_MIN:
        what = f"The secret key has {health.secret_chars} characters."
        found.append(Finding("secret", BAD, what, "Set FAIRHAND_SECRET_KEY to 50 random characters or more."))
    elif made is not None and health.now - made > SECRET_AGE_WARN:
        what = f"The secret key is {(health.now - made).days // 365} years old."
        found.append(Finding("secret", WARN, what, "Change it at a quiet hour: everybody signs in anew."))
    if health.keys_ending:
        what = f"{health.keys_ending} API keys end within {KEY_ENDS_WITHIN.days} days."
        found.append(Finding("api_keys", WARN, what, "Their owners can renew them on the page API keys."))
    return found or [Finding("keys", OK, "The secret key is long enough, and no API key is about to end.")]


def _second_factor(health: Health) -> Finding:
    n = health.without_second_factor
    if not n:
        return Finding("second_factor", OK, "Whoever moves money or roles has a second factor.")
    what = f"{n} people who move money or roles have no second factor."
    advice = "They are asked for one at their next sign-in; remind them, or take the role back."
    return Finding("second_factor", WARN, what, advice, {"people": n})


def _books(health: Health) -> Finding:
    if health.books_at is None:
        return Finding("books", OK, "The books have not been recounted yet; that happens every night.")
    age = health.now - health.books_at
    facts: dict[str, object] = {"wrong": list(health.books_wrong)}
    if health.books_wrong:
        what = f"The books were wrong when they were recounted {_age(age)} ago: {', '.join(health.books_wrong)}."
        return Finding("books", BAD, what, "Stop moving money; fairhand check --books names the rows.", facts)
    if age > BOOKS_AGE_WARN:
        return Finding("books", WARN, f"The books were last recounted {_age(age)} ago.", "See that a worker runs.")
    return Finding("books", OK, f"The books were right when they were recounted {_age(age)} ago.", facts=facts)


def _cases(health: Health) -> Finding:
    n = health.cases_overdue
    if not n:
        return Finding("cases", OK, "No case about a pay line waits longer than was promised.")
    what = f"{n} cases about pay lines have waited for an answer longer than the 14 days that were promised."
    return Finding("cases", WARN, what, "Let the projects' managers answer them: each has a page Cases.", {"cases": n})


def _budgets(health: Health) -> Finding:
    n = health.budgets_low
    if not n:
        return Finding("budgets", OK, "No open project has used most of its budget.")
    what = f"{n} open projects have used {BUDGET_ALERT_SHARE} % of their budget or more."
    return Finding("budgets", WARN, what, "Look at Money, Budgets: fund them, or plan their end.", {"projects": n})


def _backup(health: Health) -> Finding:
    advice = "Run fairhand backup --to FOLDER every night, to another disk."
    if health.backup_at is None:
        level = OK if health.demo else WARN
        return Finding("backup", level, "No backup was made by fairhand backup yet.", "" if health.demo else advice)
    age = health.now - health.backup_at
    if age > BACKUP_AGE_WARN:
        level = BAD if age > BACKUP_AGE_BAD else WARN
        return Finding("backup", level, f"The last backup is {_age(age)} old.", advice)
    return Finding("backup", OK, f"The last backup is {_age(age)} old.")


def _age(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // (60 * 24)} days"
