"""The one statement of intake: everything that reports begin with, or nothing of it.

Its parameters are columns: what waits at one moment is written together, in an order that keeps
its place. `key` is where all tellings about one child meet: the second one waits for the first
and joins its open case; `also` are its other words for the child, the reference among them. A
child told of when references were no keys yet is found by the reference itself. Every other part
hangs on `taken`, the fresh reports. What is there already is asked in forms for which an index is
the best way also while the tables are small: PostgreSQL keeps the plan it made then.
"""

# The columns of a report as it is laid out, in the order of the parameters.
COLUMNS = {
    "id": "uuid",
    "fingerprint": "bytea",
    "department": "text",
    "client": "text",
    "officer": "text",
    "reporter_id": "uuid",
    "reporter_kind": "text",
    "unit_id": "uuid",
    "institution_type": "text",
    "competent_authority": "text",
    "authority_to_be_assigned": "boolean",
    "grounds": "jsonb",
    "trigger": "text",
    "serious": "boolean",
    "found_at": "timestamptz",
    "reported_at": "timestamptz",
    "received_at": "timestamptz",
    "waited_minutes": "integer",
    "late": "boolean",
    "level": "text",
    "town": "text",
    "digest": "bytea",
    "digests": "jsonb",
    "child_ref": "uuid",
    "ref_digest": "bytea",
    "case_id": "uuid",
    "evidence": "jsonb",
    "batch_id": "uuid",
    "tasks": "jsonb",
    "accepted": "jsonb",
    "opened": "jsonb",
    "keys": "jsonb",
    "sealed": "jsonb",
    "clocks": "jsonb",
    "fields": "jsonb",
    "purpose": "text",
    "request_id": "text",
    "mac": "bytea",
}
_ARRAYS = ", ".join(
    f"${n}::{'text' if kind == 'jsonb' else kind}[]" for n, kind in enumerate(COLUMNS.values(), 1)
)
_CAST = ", ".join(f"{name}::{kind}" for name, kind in COLUMNS.items())

INTAKE = f"""
WITH told AS (
    SELECT place, {_CAST} FROM unnest({_ARRAYS})
        WITH ORDINALITY AS t({", ".join(COLUMNS)}, place)),
key AS (
    INSERT INTO child_key AS k (digest, child_ref, case_id, first_at)
    SELECT digest, child_ref, coalesce((SELECT (array_agg(o.case_id))[1] FROM child_key o
        WHERE o.child_ref = told.child_ref AND o.case_id IS NOT NULL), case_id), received_at
    FROM told WHERE (SELECT r.id FROM report r WHERE r.id = told.id) IS NULL ORDER BY digest
    ON CONFLICT (digest) DO UPDATE SET case_id = coalesce(k.case_id, excluded.case_id)
    RETURNING k.digest, k.child_ref, k.case_id, k.first_at),
taken AS (
    INSERT INTO report (id, fingerprint, department, client, officer, reporter_id, reporter_kind,
        unit_id, institution_type, competent_authority, authority_to_be_assigned, grounds, trigger,
        serious, found_at, reported_at, received_at, waited_minutes, late, level, town, child_ref,
        case_id, batch_id, evidence, state, version, interviews)
    SELECT t.id, t.fingerprint, t.department, t.client, t.officer, t.reporter_id, t.reporter_kind,
        t.unit_id, t.institution_type, t.competent_authority, t.authority_to_be_assigned,
        t.grounds, t.trigger, t.serious, t.found_at, t.reported_at, t.received_at,
        t.waited_minutes, t.late, t.level, t.town, key.child_ref, key.case_id, t.batch_id,
        t.evidence, 'received', 1, 0
    FROM told t JOIN key USING (digest)
    ON CONFLICT (id) DO NOTHING RETURNING id, child_ref, case_id),
fresh AS (
    SELECT told.*, taken.child_ref AS of_child, taken.case_id AS in_case,
        taken.case_id = told.case_id AS opens,
        key.first_at <> told.received_at OR EXISTS (
            SELECT 1 FROM report r WHERE r.child_ref = taken.child_ref) AS known
    FROM taken JOIN told USING (id) JOIN key USING (digest)),
also AS (
    INSERT INTO child_key (digest, child_ref, case_id, first_at)
    SELECT decode(d, 'hex'), of_child, in_case, received_at
    FROM fresh, jsonb_array_elements_text(digests) AS d
    UNION ALL
    SELECT ref_digest, of_child, in_case, received_at FROM fresh WHERE of_child = child_ref
    ORDER BY 1
    ON CONFLICT (digest) DO NOTHING),
opened AS (
    INSERT INTO protection_case (id, child_ref, origin, level, town, state, shielded, departments,
        opened_at, reopened, version)
    SELECT case_id, of_child, 'report', level, town, 'opened', false, tasks, received_at, 0, 1
    FROM fresh WHERE opens),
joined AS (
    SELECT in_case, jsonb_agg(tasks) AS tasks,
        max(array_position(ARRAY['low','middle','high','urgent'], level)) AS height
    FROM fresh WHERE NOT opens GROUP BY in_case),
raised AS (
    UPDATE protection_case c SET version = c.version + 1,
        level = (ARRAY['low','middle','high','urgent'])[greatest(joined.height,
            array_position(ARRAY['low','middle','high','urgent'], c.level))],
        departments = (SELECT jsonb_agg(DISTINCT d)
            FROM jsonb_array_elements(joined.tasks || jsonb_build_array(c.departments)) AS many,
                jsonb_array_elements(many) AS d)
    FROM joined WHERE c.id = joined.in_case),
lines AS (
    INSERT INTO case_entry (case_id, kind, code, ref, department, officer, at)
    SELECT in_case, 'report', level, id, department, officer, received_at
    FROM fresh ORDER BY place),
keys AS (
    INSERT INTO vault_key (subject_id, tier, kek, wrapped)
    SELECT v.subject_id, v.tier, v.kek, decode(v.wrapped, 'hex')
    FROM fresh, jsonb_to_recordset(fresh.keys) AS v(subject_id uuid, tier text, kek text,
        wrapped text)),
sealed AS (
    INSERT INTO particular (subject_id, kind, version, sealed, kept_at)
    SELECT p.subject_id, p.kind, p.version, decode(p.sealed, 'hex'), p.kept_at
    FROM fresh, jsonb_to_recordset(fresh.sealed) AS p(subject_id uuid, kind text, version bigint,
        sealed text, kept_at timestamptz)),
clocks AS (
    INSERT INTO deadline (id, kind, subject_id, department, town, clause, length, unit, silent,
        provisional, started_at, due_at, next_at, level, history)
    SELECT uuidv7(), c.kind, c.subject_id, c.department, c.town, c.clause, c.length, c.unit, false,
        c.provisional, received_at, c.due_at, c.due_at, 0, c.history
    FROM fresh, jsonb_to_recordset(fresh.clocks) AS c(kind text, subject_id uuid,
        department text, town text, clause text, length bigint, unit text, provisional boolean,
        due_at timestamptz, history jsonb)
    WHERE c.subject_id <> fresh.case_id OR opens),
news AS (
    SELECT place, 1 AS part, 'protection.report.accepted.v1' AS type,
        id AS subject_id, 1 AS sequence, received_at,
        accepted || jsonb_build_object('case_id', in_case, 'child_ref', of_child) AS data
    FROM fresh
    UNION ALL
    SELECT place, 2, 'protection.case.opened.v1', case_id, 1, received_at,
        opened || jsonb_build_object('child_ref', of_child)
    FROM fresh WHERE opens
    UNION ALL
    SELECT place, 3, 'protection.report.flagged.v1', id, 2, received_at,
        jsonb_build_object('report_id', id, 'case_id', in_case, 'child_ref', of_child,
            'late', late, 'known_before', known, 'town', town)
    FROM fresh WHERE late OR known),
numbered AS (
    INSERT INTO outbox_subject (subject_id, sequence)
    SELECT subject_id, max(sequence) FROM news GROUP BY subject_id),
out AS (
    INSERT INTO outbox (event_id, type, subject_id, sequence, data, created_at)
    SELECT uuidv7(), type, subject_id, sequence, data, received_at FROM news ORDER BY place, part),
audit AS (
    INSERT INTO disclosure (at, department, client, officer, town, action, subject_id, subject_kind,
        fields, purpose, basis, break_glass, request_id, mac)
    SELECT received_at, department, client, officer, town, 'report', id, 'report', fields, purpose,
        '["WL24:3.1a-4"]'::jsonb, NULL, request_id, mac FROM fresh ORDER BY place)
SELECT told.id, fresh.id IS NOT NULL AS fresh, fresh.of_child AS child_ref,
    fresh.in_case AS case_id
FROM told LEFT JOIN fresh USING (place) ORDER BY place
"""  # noqa: S608 - the names and types of this table

STORED = """
SELECT fingerprint, client, received_at, waited_minutes, late, level, competent_authority,
    authority_to_be_assigned FROM report WHERE id = $1
"""
