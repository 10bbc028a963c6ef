"""Every queue, page, payload, claim, batch and loop has a named maximum here; the unit is the last part of the name."""

# Claims
OPEN_CLAIMS_MAX = 3  # live claims one person may hold at a time, over all projects
QUEUES_PER_CLAIM_MAX = 32
CALLS_PER_CLAIM_MAX = 40  # of so many queues each, before "no task" is said
CARDS_KEPT_MAX = 2_000  # written cards and stored offers that each process remembers
LOOKS_PER_CLAIM_MAX = 64  # before "no task" is said over all projects
SEATS_PER_LOOK_MAX = 64  # projects that one look over all of a person's projects takes in, drawn; then the next so many
TIER_LAST = 15  # slots of tier 0 are given out first
FIELDS_PER_BATCH_MAX = 50  # fields of work; each has its own queues
FIELD_CHARS_MAX = 60
BATCHES_RANKED_PER_JOB_MAX = 500  # with a deadline before them; or of a project whose order of work changed
BATCHES_PREVIEWED_MAX = 5
QUEUES_SHOWN_MAX = 50
SEATS_LOOKED_AT_MAX = 2_000  # when a launch counts who passes a gate
REQUEST_KEY_CHARS_MAX = 200
LEASE_S_MIN, LEASE_S_MAX = 60, 86_400
CLAIM_S_MAX_MAX = 14 * 86_400
PAID_S_MAX_MAX = 7 * 86_400
ATTEMPTS_PER_TASK_MAX = 1_000
SHARDS_PER_BATCH_MAX = 16
SHARDS_FROM_SLOTS = 1_000
CLAIMS_EXPIRED_PER_JOB_MAX = 500
EXTENSION_S_MIN = 60  # the least time that may be asked for
RAISED_PER_CLAIM_MAX = 10  # what its holder asked or reported
RAISED_WORDS_CHARS_MAX = 4_000
RAISED_PLACE_CHARS_MAX = 200  # the part of the task or of the guideline that it is about
RAISED_ANSWERED_AT_ONCE_MAX = 200  # alike, of one task
REPORTED_MINUTES_PER_WEEK = 60  # of tasks one gave back for their content, paid before somebody looked at the report
RAISED_HELD_PER_PERSON_MAX = 10  # tasks of a project that wait for a decision on one person's reports
RAISED_COUNTED_MAX = 100  # "100 or more" wait
SKIPS_LOOKED_AT_MAX = 1_000  # the latest of a project, that are counted by task
REQUESTS_SHOWN_MAX = 100  # for more time, of one project, oldest first
GUIDELINE_CHANGES_MAX = 50  # of one project, that a page looks back through
TASKS_REOPENED_PER_CALL_MAX = 1_000

# Estimates
CLAIMS_PER_LOOK_MAX = 600  # of a stage, the latest, that an estimate is read from
CLAIMS_SOUGHT_PER_LOOK_MAX = 20_000  # of its project, the latest, among which they are looked for
STAGES_LOOKED_AT_PER_JOB_MAX = 5_000  # and ended claims of one project counted in one run
PILOTS_PER_STAGE_MAX = 50
WORK_TRIED_MAX = 5_000  # pieces of work that a preview of an estimate computes again
ESTIMATES_LAPSED_PER_JOB_MAX = 50
SURGE_DAYS_MAX = 14  # how long a window of high demand lasts
SURGE_AHEAD_DAYS_MAX = 60  # how long before it may be planned
SLOTS_CARRIED_PER_STAGE_MAX = 500  # open ones that get more money behind them in one run

# Work time
BEAT_S = 15  # a page reports its work time this often
BEAT_MS_MAX = 10 * 60_000  # the most that one report may add; a laptop that slept reports its nap as one long beat
PART_MS_MAX = 14 * 86_400_000  # of one stretch of time that a report tells of
PARTS_PER_BEAT_MAX = 64
INTERVALS_SHOWN_MAX = 2_000  # of one claim

# Answers and payloads
ANSWER_BYTES_MAX = 256 * 1024
DRAFT_BYTES_MAX = 2 * ANSWER_BYTES_MAX  # of its JSON
DRAFT_FIELDS_MAX = 5_000
DRAFTS_KEPT_DAYS = 30
DRAFTS_DROPPED_PER_RUN_MAX = 5_000
TEXT_ANSWER_CHARS_MAX = 20_000
SCORES_PER_REVIEW_MAX = 50
SCORE_NAME_CHARS_MAX = 100
SCORE_MAX = 1_000_000  # and its negative
TASK_PAYLOAD_BYTES_MAX = 1024 * 1024
TASKS_PER_BATCH_MAX = 1_000_000

# Pages
ROWS_PER_PAGE_MAX = 50
CARDS_PER_PAGE_MAX = 20
OPEN_COUNTED_MAX = 1_000  # open slots of a queue that a card counts; from there on it says "1,000+"
OPEN_PER_QUEUE_MIN = 20  # where only steps are said, all queues share that number; each has at least so many of it
KEPT_LOOKED_AT_MAX = 200  # slots kept for one person that a page counts

# How somebody wants to work, and being told when work arrives
WISHED_FIELDS_MAX = 30
QUEUES_ARRIVED_PER_JOB_MAX = 500  # queues that opened, looked at in one run
PEOPLE_TOLD_PER_JOB_MAX = 500  # people and projects judged in one run; the others' turn is the next one
WORK_TOLD_AGAIN_S = 4 * 3600  # between two notices of one project to one person

# Accounts
EMAIL_CHARS_MAX = 254
PERSON_NAME_CHARS_MAX = 200
PASSWORD_CHARS_MIN = 12
PASSWORD_CHARS_MAX = 1_000  # a hash of a longer text would only cost time
INVITATION_S = 7 * 86_400
INVITATIONS_OPEN_MAX = 500  # of one inviter
INVITATIONS_PER_DAY_MAX = 500  # of one inviter, in 24 hours, withdrawn ones too
INVITATIONS_SAME_PER_DAY_MAX = 3  # of one inviter to one address
INVITATIONS_PER_FORM_MAX = 50
ROLE_UNTIL_YEAR_MAX = 2200  # a year of the calendar, so far from the calendar's end that no time zone carries it beyond
FRESH_S = 300  # so long a proof of identity lets somebody move money or roles

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
PACK_ATTACHED_MAX = 1_000  # files that its tasks show
PACK_TASKS_MAX = 200_000
PACK_GOLD_MAX = 1_000
PACK_JUDGEMENTS_MAX = 1_000_000
PACK_DOUBLES_MAX = 10_000
PACK_EXPERTS_MAX = 10_000
PACK_REVIEWERS_MAX = 100
PACK_KEY_CHARS_MAX = 100  # of a task's key, an expert's or a reviewer's name

# Templates
TEMPLATE_PARTS_MAX = 50  # fields, and questions
CONDITION_VALUES_MAX = 50
LAYOUT_COLUMNS_MAX = 4
CHOICE_OPTIONS_MAX = 100
RANKING_ITEMS_MAX = 20
RATING_ROWS_MAX = 20
SLIDER_STEPS_MAX = 1_000
BESTWORST_ITEMS_MIN = 3
BESTWORST_ITEMS_MAX = 20
RATING_STEPS_MAX = 21
RUBRIC_CRITERIA_MAX = 200
CRITERION_CHARS_MAX = 5_000  # of one that a task brings along
RUBRIC_STEPS_MAX = 11  # of one graded criterion
RUBRIC_WEIGHT_MAX = 1_000  # and its negative
RUBRIC_DEPTH_MAX = 4  # levels of a rubric that an expert writes: three of groups, and the criteria
RUBRIC_TAGS_MAX = 10  # of one criterion
RUBRIC_TAG_CHARS_MAX = 100
RUBRIC_ROWS_MAX = 8  # empty rows for criteria on a page without script
RUBRIC_FILE_NODES_MAX = 20_000  # of a rubric file that `fairhand rubric` reads
RUBRIC_FILE_DEPTH_MAX = 20
RUBRIC_FILE_BYTES_MAX = 20_000_000
SOLUTION_STEPS_MAX = 500  # of one solution, or of one agent's trace
TRAJECTORY_PARTS_MAX = 50  # of one message in a trace
TRAJECTORY_OPEN_MAX = 20  # steps; those of a longer trace are folded at first
CLAIMS_CHECKED_MAX = 30  # that a template or a task names, in one fact check
CLAIMS_WRITTEN_MAX = 10  # that the expert may add to them
CLAIM_CHARS_MAX = 600
SOURCES_PER_CLAIM_MAX = 5
SOURCE_CHARS_MAX = 2_000  # of an address or citation, and of the passage quoted from it
VALIDATION_ROWS_MAX = 500
VALIDATION_CELLS_MAX = 10_000  # of one table that is looked through cell by cell
CELL_CHARS_MAX = 2_000  # of a corrected cell
PREFERENCE_STRENGTH_MAX = 4
NUMBER_DECIMALS_MAX = 12
WRITTEN_TURNS_MAX = 20
PROMPT_BYTES_MAX = 50_000_000  # of all files of one prompt: they go to the model in one message
DIFF_CELLS_MAX = 200_000_000  # words of one text times words of the other that are compared exactly
SPAN_LABELS_MAX = 15  # as many as can be told apart by their lines
SPAN_MARKS_MAX = 200
SPAN_COMMENT_CHARS_MAX = 1_000
SPAN_PLACES_MAX = 1_000  # of one quote that are looked for
SPAN_ROWS_MAX = 10  # empty rows for marks on a page without script
REGION_MARKS_MAX = 100  # on one picture
REGION_POINTS_MAX = 200  # of one polygon
REGION_CORNERS_MAX = 6_000  # of all polygons on one picture
REGION_ROWS_MAX = 10  # empty rows for marks on a page without script
SEGMENT_MARKS_MAX = 500  # of one recording
SEGMENT_TEXT_CHARS_MAX = 2_000  # of what is said in one
SEGMENT_WORDS_MAX = 30_000  # of all that is said in one recording
SEGMENT_ROWS_MAX = 10  # empty rows on a page without script
SEGMENT_MS_MAX = 86_400_000  # where a recording's length is not known
TREE_NODES_MAX = 2_000
TREE_DEPTH_MAX = 6
TREE_CHOSEN_MAX = 50
CHAT_TURNS_MAX = 500
CHAT_CALLS_MAX = 50  # of one turn
TABLE_COLUMNS_MAX = 100
TABLE_ROWS_MAX = 2_000
LABEL_CHARS_MAX = 300
PARAGRAPH_CHARS_MAX = 2_000
LANGUAGES_MAX = 20

# Templates of one's own, and configurations of Label Studio
OWN_TEMPLATE_BYTES_MAX = 500_000
OWN_TEMPLATE_TASKS_MAX = 50  # that one is tried on
OWN_TEMPLATE_FAULTS_MAX = 50  # listed
TEMPLATE_TASKS_SHOWN_MAX = 50  # first tasks of a project that a new version of its template is tried on
TEMPLATE_TASKS_CHECKED_MAX = 2_000  # in one look; the next look goes on behind them
TEMPLATE_MISFITS_SHOWN_MAX = 50  # tasks and known answers that a new version doesn't fit, by name
TEMPLATE_NOTE_CHARS_MAX = 1_000
FORMULA_CHARS_MAX, FORMULA_ELEMENTS_MAX, FORMULA_MOVED_EM_MAX = 2_000, 5_000, 6  # of LaTeX; MathML; out of place
FORMULA_DEPTH_MAX, FORMULA_TREE_DEPTH_MAX, FORMULA_STRUCK_MAX = 40, 100, 30  # braces; MathML in MathML; boxes, strokes
FORMULAS_CHARS_MAX, FORMULAS_KEPT_MAX = 50_000, 2_000  # of all in one text; converted, that each process remembers
FORMULAS_TOLD_CHARS_MAX, FORMULAS_TOLD_BYTES_MAX = 100_000, 1_000_000  # of all answers of models told at once; drawn
PROSE_CELLS_MAX, PROSE_BRACKETS_MAX = 5_000, 5_000  # in one text: of all tables; looked at as beginning a link
PROSE_TOLD_STEPS_MAX, PROSE_CHARS_PER_STEP = 20_000, 50  # parts of answers drawn at once; a page asks for the rest
TEMPLATE_FORM_DEPTH_MAX, TEMPLATE_FORM_STEPS_MAX = 8, 200  # things in things; of the name of an input
TEMPLATE_FORM_INPUTS_MAX = 900  # a larger template is written as text
LABEL_STUDIO_BYTES_MAX = 500_000
LABEL_STUDIO_TAGS_MAX = 5_000
LABEL_STUDIO_DEPTH_MAX = 40
LABEL_STUDIO_ITEMS_DEFAULT = 3  # things of a List, where no task says how many

# Uploads of tasks
UPLOAD_BYTES_MAX = 64 * 1024 * 1024
UPLOAD_PART_BYTES_MAX = 1024 * 1024  # stored in pieces of this size
UPLOAD_ROWS_MAX = 200_000
UPLOAD_LINES_MAX = 1_000_000  # blank ones too; a row of a table may be several lines long
UPLOAD_COLUMNS_MAX = 200
UPLOAD_FAULTS_MAX = 100  # listed; the rest are counted
UPLOAD_FAULTS_COUNTED_MAX = 10_000  # then reading ends
UPLOAD_ROWS_SHOWN_MAX = 5
UPLOAD_SHOWN_BYTES_MAX = 100_000  # of a row that a preview shows
UPLOAD_KEPT_S = 86_400
UPLOADS_PER_PERSON_MAX = 10  # waiting at a time; the oldest goes first
UPLOADS_DROPPED_PER_CALL_MAX = 100
FILE_NAME_CHARS_MAX = 200

# Files
FILE_BYTES_MAX, PDF_CLEAN_MEMORY_BYTES_MAX = 200 * 1024 * 1024, 2 * 1024**3  # of addresses, while one is cleaned
FILE_PART_BYTES_MAX = 4 * 1024 * 1024  # sent at a time
FILES_PER_PROJECT_MAX = 20_000  # for its tasks
FILES_BYTES_PER_PROJECT_MAX = 100 * 1024 * 1024 * 1024  # the same
FILES_PER_SLOT_MAX = 60  # that one person sends for one answer
FILES_PER_QUESTION_MAX = 20
FILE_UNFINISHED_KEPT_S = 86_400
FILES_EXPIRED_PER_JOB_MAX = 200
FILE_SCAN_S_MAX, PDF_CLEAN_S_MAX = 120, 120
FILE_ELEMENTS_MAX = 2_000_000  # boxes, blocks or samples that are read when sound or film is cleaned
FILE_TRIES_MAX = 6  # of the job that looks at a file
FILE_LINK_S = 300  # a signed address of a file opens it so long
FILES_SHOWN_MAX = 50  # on one page
IMAGE_PIXELS_MAX, IMAGE_SIDE_MAX = 50_000_000, 20_000
TRANSCRIPT_CHARS_MAX = 20_000

# Managing a project
GUIDELINE_CHARS_MAX = 200_000
REASON_CHARS_MAX = 2_000  # of a decision, and of a note on what changed
SEAT_CAP_MAX = 1_000_000
OPEN_CLAIMS_CAP_MAX = 100  # tasks that the operator may let one person hold at a time
WEEK_HOURS_MAX = 168  # hours of work a week over all projects
TASKS_LOOKED_THROUGH_MAX = 5_000  # per page, where no index knows the answer
EVENTS_PER_TASK_MAX = 1_000
BATCHES_PER_PAGE_MAX = 50

# Search
SEARCH_CHARS_MAX = 200
SEARCH_ROWS_PER_GROUP_MAX = 8
SEARCH_PROJECTS_MAX = 200  # whose tasks are searched at a time, the newest

# Operation
NAME_CHARS_MAX = 200  # of an organisation, a key
JOB_ERROR_CHARS_MAX = 2_000  # kept of what a failed job said
JOB_ARGS_CHARS_MAX = 2_000  # shown of what a job was given
JOBS_COUNTED_MAX = 10_000  # the newest jobs, of which finished ones are counted
EVENTS_PER_DOWNLOAD_MAX = 100_000

# The API
API_KEYS_PER_PERSON_MAX = 20  # that still open something
API_KEY_DAYS_MAX = 365
API_KEY_OVERLAP_S = 86_400  # a rotated key opens this much longer
API_KEY_USED_S = 60  # its last use is written down at most this often
API_CALLS_PER_MINUTE_MAX = 300  # of one key or one signed-in person, in each process
API_ROWS_PER_PAGE_MAX = 200
TERMS_SEEN_MAX = 64  # hashes of cards that a claim may name
TERMS_SEEN_ANYWHERE_MAX = 256  # the same of a claim over all of one's projects

# Profiles
PROFILE_ABOUT_CHARS_MAX = 2_000
PROFILE_TAGS_MAX = 20  # languages, and domains
PROFILE_TAG_CHARS_MAX = 60
PROFILE_COUNTRY_CHARS_MAX = 100

# Gates, and what is known of people
GATE_CONDITIONS_MAX = 50  # of one rule, those inside an "any" counted
GATE_CODES_MAX = 300  # languages, countries or zones that one condition names
GATE_PEOPLE_LOOKED_AT_MAX = 2_000  # of a project, when a rule is tried out on them
PERSONAL_COUNTED_MIN = 5  # people of whom is counted who says what about themselves; of fewer, one could be told
GATE_FAILING_SHOWN_MAX = 20  # groups of them that fail alike, and pseudonyms of each
SKILLS_MAX = 1_000  # in the catalogue
QUALIFICATIONS_PER_PERSON_MAX = 200  # in force or to come
EXCLUSIONS_PER_PERSON_SHOWN_MAX = 50

# What a project asks before the first task
PREPARATION_UNPAID_MIN_MAX = 15  # minutes; beyond it the operator says on the card why it isn't paid
PREPARATION_MIN_MAX = 480

# Budgets
FUND_REFERENCE_CHARS_MAX = 200
FUND_UNASKED_UNITS_MAX = 10_000  # whole units of the currency; a larger amount is typed twice
BUDGET_MOVES_SHOWN_MAX = 30
BUDGET_ALERT_SHARE = 80  # percent of a budget; from here on somebody is told

# Cases
CASES_WAITING_PER_PERSON_MAX = 50  # without an answer; more can be opened after some have one

# Missions
MISSION_NAME_CHARS_MAX = 120
MISSION_SEATS_MAX = 1_000
MISSION_TIERS_MAX = 5
MISSION_WINDOWS_MAX = 62  # days or weeks of one mission
RATE_ROWS_MAX = 30  # of a project's rate card
MISSIONS_OPEN_MAX = 20  # of one project, that aren't settled
REFERRAL_TASKS_MAX = 1_000  # accepted tasks that a referral can ask for
REFERRAL_DAYS_MAX = 365  # within so many days of the seat
REFERRAL_KEPT_DAYS = 30  # a place for one who was named and has no seat yet
REFERRALS_WAITING_MAX = 10  # named by one person, who have no seat yet
PERIODS_PER_JOB_MAX = 500  # one person's day, week or window that is over, looked at in one run

# Work outside tasks that a project pays for
PAID_MINUTES_MAX = 1_440  # of one entry
PAID_TIMES_MAX = 1_000  # of one person, by one setting
TIMESHEETS_PER_FILE_MAX = 500  # people of a project in one table of a week's hours
PAID_SHOWN_MAX = 100  # entries that wait, on one page
INTERRUPTED_PER_JOB_MAX = 500
READING_IDLE_S = 300  # so long the clock of a reading goes on while nothing is touched
READINGS_SHOWN_MAX = 20  # versions of a guideline that somebody can be paid for reading, the latest

# Effective wages
WAGE_HAND_INS_MAX = 2_000  # the latest of a project, whose people are looked at
WAGE_PEOPLE_MAX = 60
WAGE_CLAIMS_PER_PERSON_MAX = 200  # the latest of each
COMPARE_BYTES_MAX = 1_000_000  # of a table of earnings elsewhere
COMPARE_ROWS_MAX = 2_000
COMPARE_PLATFORMS_MAX = 20
COMPARE_FAULTS_SHOWN_MAX = 50

# Rates of currencies
RATE_DECIMALS_MAX = 12
RATE_SOURCE_CHARS_MAX = 200

# Work that is computed again under another plan
WHAT_IF_WORK_MAX = 20_000  # submissions on a page; about four seconds
WHAT_IF_PEOPLE_SHOWN_MAX = 40

# Books that are read
STATEMENTS_SHOWN_MAX = 104  # two years of a person's, in one currency
STATEMENT_MONTHS_SHOWN_MAX = 60
STATEMENT_PDF_LINES_MAX = 5_000  # about two seconds of setting; the table and the JSON hold every line
CSV_ROWS_MAX = 500_000
ALERTS_SHOWN_MAX = 10
RESERVE_AGED_DAYS = 30
DAYS_VERIFIED_NIGHTLY_MAX = 8  # closed days of the books that the job of the night computes anew

# Notices and e-mail
EVENTS_PER_NOTICE_PAGE_MAX = 200
NOTICE_PAGES_PER_JOB_MAX = 50
NOTICES_SHOWN_MAX = 30
DIGEST_LINES_MAX = 50
DIGESTS_PER_JOB_MAX = 2_000
MAIL_TRIES_MAX = 8
OLD_JOBS_KEPT_DAYS = 14
OLD_JOBS_PER_RUN_MAX = 20_000

# Operations and expected work
HAND_INS_LOOKED_AT_MAX = 500  # the latest of a project, which shares and typical times are read from
PROJECT_END_NOTICE_DAYS = 7  # a project says so long before that it ends
PROJECT_END_DAYS_MAX = 3_650
TARGET_HOURS_MAX = 60  # a week
GATE_PEOPLE_COUNTED_MAX = 200  # who worked last, of whom is counted how many pass a gate
GATES_LOOKED_AT_MAX = 10
LIVE_CLAIMS_COUNTED_MAX = 1_000

# Judging, gold and set-asides
GOLD_FOR_S = 3_600  # a slot on gold waits so long for the one person it opened for
SLOTS_BESIDE_GOLD_MAX = 200  # open slots of a queue in which other work is sought before gold opens
GOLD_STALE_PER_JOB_MAX = 500
GOLD_PER_UPLOAD_MAX = 1_000
GOLD_DRAWS_MAX = 100_000
WAITING_SLOTS_PER_JOB_MAX = 200
COHORT_MEMBERS_MAX = 5_000
COHORTS_MAX = 100  # in one project
SET_ASIDE_SLOTS_MAX, SET_ASIDE_DAYS_MAX = 100_000, 90
PROMISED_MAX, PROMISES_KEPT_PER_JOB_MAX = 50, 500

# Models, and what is asked of other servers
OUTGOING_URL_CHARS_MAX = 500
MODELS_MAX = 100  # endpoints in use
MODEL_TURNS_MAX = 50  # of a conversation
MODEL_ASKED_PER_CLAIM_MAX = 400  # answers that one claim may ask of models
MODEL_TOKENS_PER_ANSWER_MAX, MODEL_TOKEN_BYTES = 16_384, 6  # text in a token, as is reckoned before it is said
MODEL_TOKENS_PER_CLAIM_MAX = 1_000_000
MODEL_ANSWER_BYTES_MAX = 98_000  # of its text; one of each of two models fits an answer that is handed in
MODEL_STREAM_BYTES_MAX = 16 * 1024 * 1024  # of one answer, with everything around its text
MODEL_LINE_BYTES_MAX = 256 * 1024
MODEL_REQUEST_BYTES_MAX = 24 * 1024 * 1024  # a conversation with its files, as it is sent
MODEL_SILENCE_S_MAX, MODEL_ANSWER_S_MAX = 300, 1_800
MODEL_STREAMS_AT_ONCE_MAX = 64  # per worker; others wait
MODEL_WAITS_S_MAX = 600  # for a worker
MODEL_LOST_S = 30  # an answer whose worker was not heard of for so long is over
MODEL_COSTS_SHOWN_MAX = 100
