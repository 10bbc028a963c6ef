"""What the application role may do, table by table. Run as the owner after every migrate."""

# Facts: written once. The application role may add and read them, nothing else.
APPEND_ONLY = frozenset({
    "adjudication", "attachment_use", "beat", "cohort", "declared_time", "delivery_item", "dispatch_plan", "event",
    "fx_rate", "gate", "gold_result", "guideline",
    "hand", "mission_seat", "offer", "overrun_report", "pay_line", "pay_plan", "reading_beat", "review",
    "stage_estimate", "statement", "statement_line", "task_return", "template",
})  # fmt: skip
# The ledger is written by its functions alone.
READ_ONLY = frozenset({
    "ledger_account", "ledger_balance", "ledger_day", "ledger_entry", "ledger_leg", "django_migrations",
    "tally",  # triggers write it
})  # fmt: skip
# Rows whose state moves; they are never deleted.
NEVER_DELETED = frozenset({
    "api_key", "attachment", "batch", "card_figures", "claim", "consent", "delivery",
    "generation", "model_endpoint", "model_money", "model_order",
    "estimate_look", "estimate_review", "estimate_rule", "exclusion", "extension", "gate_pass", "gold", "invitation",
    "mail",
    "member", "mission", "mission_period", "notice", "notice_choice", "notice_cursor", "org", "paid_kind",
    "paid_time", "pay_case", "pay_hold", "plan_change",
    "person", "person_load", "profile", "project",
    "qualification", "queue", "raised", "referral", "review_pair", "seat", "shown_currency", "skill", "slot", "stage",
    "stage_pilot", "submission", "surge",
    "task",
    "time_correction", "timesheet", "work_interval", "work_news", "work_preference", "work_reading",
})  # fmt: skip
# What waits for somebody's decision, or a job, and is thrown away after it.
PASSING = frozenset({
    "attachment_part", "cohort_member", "draft", "queue_wake", "upload", "upload_part", "work_arrival",
})  # fmt: skip
# Tables of Django, procrastinate and allauth, and the counters of the rate limits: everything.
FRAMEWORK = ("account_", "auth_", "cache_row", "django_", "mfa_", "procrastinate_", "socialaccount_", "usersessions_")
FUNCTIONS = (
    "dispatch_analyze()",
    "ledger_post(text, text, text, jsonb, timestamptz, bigint, jsonb)",
    "ledger_account_of(text, uuid, text, text, int)",
    "ledger_hold(text, jsonb)",
    "ledger_convert(text, uuid, text, bigint, text, bigint, timestamptz, jsonb)",
    "ledger_close_day(bigint, date, timestamptz)",
    "tally_compact(timestamptz)",
)


def rights(table: str) -> str:
    """The rights on a table. Raises KeyError for one that is listed nowhere: a new table must say what it is."""
    if table in READ_ONLY:
        return "SELECT"
    if table in APPEND_ONLY:
        return "SELECT, INSERT"
    if table in NEVER_DELETED:
        return "SELECT, INSERT, UPDATE"
    if table in PASSING or table.startswith(FRAMEWORK):
        return "SELECT, INSERT, UPDATE, DELETE"
    raise KeyError(
        f"table {table} is not listed in fairhand/cli/grants.py: say what the application role may do with it"
    )


def grant_statements(app_role: str, tables: list[str]) -> list[str]:
    """SQL that takes every right from the application role and gives it what `rights` says."""
    role = '"' + app_role.replace('"', '""') + '"'
    statements = [f"GRANT USAGE ON SCHEMA public TO {role}", f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"]
    for table in sorted(tables):
        statements.append(f'REVOKE ALL ON "{table}" FROM {role}')
        statements.append(f'GRANT {rights(table)} ON "{table}" TO {role}')
    statements += [f"GRANT EXECUTE ON FUNCTION {name} TO {role}" for name in FUNCTIONS]
    return statements
