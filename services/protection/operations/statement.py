"""The one statement of intake: everything a report begins with, or nothing of it.

`key` is where all tellings about one child meet: the second one waits for the first and joins
its open case. Every other part hangs on `taken`, the fresh report.
"""

INTAKE = """
WITH key AS (
    INSERT INTO child_key AS k (digest, child_ref, case_id, first_at)
    SELECT $22::bytea, $24::uuid, $25::uuid, $17::timestamptz
    WHERE NOT EXISTS (SELECT 1 FROM report WHERE id = $1::uuid)
    ON CONFLICT (digest) DO UPDATE SET case_id = coalesce(k.case_id, excluded.case_id)
    RETURNING k.child_ref, k.case_id),
taken AS (
    INSERT INTO report (id, fingerprint, department, client, officer, reporter_id, reporter_kind,
        unit_id, institution_type, competent_authority, authority_to_be_assigned, grounds, trigger,
        serious, found_at, reported_at, received_at, waited_minutes, late, level, town, child_ref,
        case_id, batch_id, evidence, state, version, interviews)
    SELECT $1, $2::bytea, $3::text, $4::text, $5::text, $6::uuid, $7::text, $8::uuid, $9::text,
        $10::text, $11::boolean, $12::jsonb, $13::text, $14::boolean, $15::timestamptz,
        $16::timestamptz, $17, $18::integer, $19::boolean, $20::text, $21::text, key.child_ref,
        key.case_id, $27::uuid, $26::jsonb, 'received', 1, 0 FROM key
    ON CONFLICT (id) DO NOTHING RETURNING id, child_ref, case_id),
also AS (
    INSERT INTO child_key (digest, child_ref, case_id, first_at)
    SELECT d, taken.child_ref, taken.case_id, $17 FROM taken, unnest($23::bytea[]) AS d
    ON CONFLICT (digest) DO NOTHING),
opened AS (
    INSERT INTO protection_case (id, child_ref, origin, level, town, state, shielded, departments,
        opened_at, reopened, version)
    SELECT $25, child_ref, 'report', $20, $21, 'opened', false, $28::jsonb, $17, 0, 1
    FROM taken WHERE case_id = $25 RETURNING id, child_ref),
raised AS (
    UPDATE protection_case c SET version = c.version + 1,
        level = CASE WHEN array_position(ARRAY['low','middle','high','urgent'], c.level)
            < array_position(ARRAY['low','middle','high','urgent'], $20) THEN $20 ELSE c.level END,
        departments = (SELECT jsonb_agg(DISTINCT d) FROM jsonb_array_elements(
            c.departments || $28::jsonb) AS d)
    FROM taken WHERE c.id = taken.case_id AND c.id <> $25),
lines AS (
    INSERT INTO case_entry (case_id, kind, code, ref, department, officer, at)
    SELECT case_id, 'report', $20, id, $3, $5, $17 FROM taken),
keys AS (
    INSERT INTO vault_key (subject_id, tier, kek, wrapped)
    SELECT v.subject_id, v.tier, v.kek, decode(v.wrapped, 'hex')
    FROM taken, jsonb_to_recordset($33::jsonb) AS v(subject_id uuid, tier text, kek text,
        wrapped text)),
sealed AS (
    INSERT INTO particular (subject_id, kind, version, sealed, kept_at)
    SELECT p.subject_id, p.kind, p.version, decode(p.sealed, 'hex'), p.kept_at
    FROM taken, jsonb_to_recordset($34::jsonb) AS p(subject_id uuid, kind text, version bigint,
        sealed text, kept_at timestamptz)),
clocks AS (
    INSERT INTO deadline (id, kind, subject_id, department, town, clause, length, unit, silent,
        provisional, started_at, due_at, next_at, level, history)
    SELECT c.id, c.kind, c.subject_id, c.department, c.town, c.clause, c.length, c.unit, false,
        c.provisional, c.started_at, c.due_at, c.due_at, 0, c.history
    FROM taken, jsonb_to_recordset($35::jsonb) AS c(id uuid, kind text, subject_id uuid,
        department text, town text, clause text, length bigint, unit text, provisional boolean,
        started_at timestamptz, due_at timestamptz, history jsonb)
    WHERE c.subject_id <> $25 OR taken.case_id = $25),
told AS (
    SELECT $29::uuid AS event_id, 'protection.report.accepted.v1' AS type, id AS subject_id,
        $30::jsonb || jsonb_build_object('case_id', case_id, 'child_ref', child_ref) AS data
    FROM taken
    UNION ALL
    SELECT $31::uuid, 'protection.case.opened.v1', id,
        $32::jsonb || jsonb_build_object('child_ref', child_ref) FROM opened),
numbered AS (
    INSERT INTO outbox_subject (subject_id, sequence) SELECT subject_id, 1 FROM told),
out AS (
    INSERT INTO outbox (event_id, type, subject_id, sequence, data, created_at)
    SELECT event_id, type, subject_id, 1, data, $17 FROM told),
audit AS (
    INSERT INTO disclosure (at, department, client, officer, town, action, subject_id, subject_kind,
        fields, purpose, basis, break_glass, request_id, mac)
    SELECT $17, $3, $4, $5, $21, 'report', id, 'report', $36::jsonb, $37::text,
        '["WL24:3.1a-4"]'::jsonb, NULL, $38::text, $39::bytea FROM taken)
SELECT $1 AS id, EXISTS (SELECT 1 FROM taken) AS fresh, (SELECT child_ref FROM taken) AS child_ref,
    (SELECT case_id FROM taken) AS case_id
"""

STORED = """
SELECT fingerprint, client, received_at, waited_minutes, late, level, competent_authority,
    authority_to_be_assigned FROM report WHERE id = $1
"""
