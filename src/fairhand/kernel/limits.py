"""Every queue, page, payload, claim, batch and loop has a named maximum here; the unit is the last part of the name."""

# Claims
OPEN_CLAIMS_MAX = 3  # live claims one person may hold at a time, over all projects
QUEUES_PER_CLAIM_MAX = 32
REQUEST_KEY_CHARS_MAX = 200
LEASE_S_MIN, LEASE_S_MAX = 60, 86_400
CLAIM_S_MAX_MAX = 14 * 86_400
PAID_S_MAX_MAX = 7 * 86_400
ATTEMPTS_PER_TASK_MAX = 1_000
SHARDS_PER_BATCH_MAX = 16
SHARDS_FROM_SLOTS = 1_000
CLAIMS_EXPIRED_PER_JOB_MAX = 500

# Work time
BEAT_S = 15  # a page reports its work time this often
BEAT_MS_MAX = 10 * 60_000  # the most that one report may add; a laptop that slept reports its nap as one long beat

# Answers and payloads
ANSWER_BYTES_MAX = 256 * 1024
TEXT_ANSWER_CHARS_MAX = 20_000
SCORES_PER_REVIEW_MAX = 50
SCORE_NAME_CHARS_MAX = 100
SCORE_MAX = 1_000_000  # and its negative
TASK_PAYLOAD_BYTES_MAX = 1024 * 1024
TASKS_PER_BATCH_MAX = 1_000_000

# Pages
ROWS_PER_PAGE_MAX = 50
CARDS_PER_PAGE_MAX = 20

# Sign-in links of the demo
SIGN_IN_LINK_S_MAX = 86_400

# Events
EVENT_FACTS_BYTES_MAX = 16 * 1024

# Late work
SURPLUS_PER_WEEK_MAX = 5  # beyond it, work is taken under a live claim only

# Decisions
DECISIONS_PER_JOB_MAX = 200
REVIEWS_OPENED_PER_JOB_MAX = 200
SLOTS_GIVEN_BACK_PER_JOB_MAX = 1_000
REVIEWER_FIRST_S = 86_400  # after rework the same reviewer has this long before the review goes to the common queue

# Packs
PACK_ERRORS_MAX = 100  # listed; the rest are counted
PACK_FAULTS_MAX = 10_000  # counted; then reading ends
PACK_TEXT_FILE_BYTES_MAX = 256 * 1024  # project.toml, a guideline, attribution, licence
PACK_DATA_FILE_BYTES_MAX = 1024 * 1024 * 1024  # tasks.jsonl, gold.jsonl, judgements.csv, each
PACK_LINE_BYTES_MAX = 2 * 1024 * 1024
PACK_JSON_DEPTH_MAX = 32
PACK_CSV_ROW_BYTES_MAX = 256 * 1024
PACK_CSV_COLUMNS_MAX = 200
PACK_FILES_MAX = 100
PACK_TASKS_MAX = 200_000
PACK_GOLD_MAX = 1_000
PACK_JUDGEMENTS_MAX = 1_000_000
PACK_DOUBLES_MAX = 10_000
PACK_EXPERTS_MAX = 10_000
PACK_REVIEWERS_MAX = 100
PACK_KEY_CHARS_MAX = 100  # of a task's key, an expert's or a reviewer's name

# Templates
TEMPLATE_PARTS_MAX = 50  # fields, and questions
CHOICE_OPTIONS_MAX = 100
LABEL_CHARS_MAX = 300
PARAGRAPH_CHARS_MAX = 2_000
LANGUAGES_MAX = 20
