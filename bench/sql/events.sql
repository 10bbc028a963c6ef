-- One event for each move, as the commands write them, and earlier ones of opening and setting aside until there are enough.
INSERT INTO event (id, at, org_id, project_id, actor_kind, actor_id, verb, subject_kind, subject_id, facts)
SELECT uuidv7(), c.claimed_at, c.org_id, c.project_id, 'person', c.person_id, 'claim:made', 'claim', c.id,
       jsonb_build_object('slot', c.slot_id, 'offer', c.offer_id, 'round', c.round)
  FROM claim c JOIN (SELECT task_id FROM plan) p ON p.task_id = c.task_id
UNION ALL
SELECT uuidv7(), c.ended_at, c.org_id, c.project_id, 'job', NULL, 'claim:expired', 'claim', c.id, jsonb_build_object('slot', c.slot_id)
  FROM claim c JOIN (SELECT task_id FROM plan) p ON p.task_id = c.task_id WHERE c.state = 'expired'
UNION ALL
SELECT uuidv7(), s.submitted_at, s.org_id, s.project_id, 'person', s.person_id, 'submission:made', 'submission', s.id,
       jsonb_build_object('slot', s.slot_id, 'round', s.round, 'surplus', false, 'work_ms', s.work_ms, 'accepted', s.decided_by = 'plan',
                          'currency', 'USD', 'amount_minor', 12)
  FROM submission s JOIN (SELECT task_id FROM plan) p ON p.task_id = s.task_id
UNION ALL
SELECT uuidv7(), s.decided_at, s.org_id, s.project_id, 'person', NULL, 'submission:accepted', 'submission', s.id,
       jsonb_build_object('decided_by', s.decided_by, 'paid_minor', 12)
  FROM submission s JOIN (SELECT task_id FROM plan) p ON p.task_id = s.task_id WHERE s.state = 'accepted' AND s.decided_by = 'review'
UNION ALL
SELECT uuidv7(), s.submitted_at, r.org_id, s.project_id, 'person', s.person_id, 'submission:reviewed', 'submission', r.subject_id,
       jsonb_build_object('acted', true, 'review', r.submission_id, 'verdict', r.verdict)
  FROM review r JOIN submission s ON s.id = r.submission_id JOIN (SELECT task_id FROM plan) p ON p.task_id = s.task_id
UNION ALL
SELECT uuidv7(), now() - interval '170 days', x.org_id, x.project_id, 'command', NULL, 'slot:opened', 'slot', x.id,
       jsonb_build_object('kind', 'review', 'round', 1)
  FROM slot x JOIN (SELECT task_id FROM plan) p ON p.task_id = x.task_id WHERE x.subject_slot_id IS NOT NULL;

INSERT INTO event (id, at, org_id, project_id, actor_kind, actor_id, verb, subject_kind, subject_id, facts)
SELECT uuidv7(), now() - interval '171 days' + g.n * interval '1 second', h.org_id, h.project_id, 'job', NULL, 'slot:set_aside', 'slot',
       p.slot_id, '{}'
  FROM here h, generate_series(1, greatest(0, :events: - (SELECT count(*) FROM event))::int) g (n) JOIN plan p ON p.n = 1 + g.n % :tasks:
