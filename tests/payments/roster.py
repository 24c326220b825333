"""A great import at once, and the word of a planner that has counted none of it."""

# What an analysis leaves that came while rows were being written: many there, and none counted.
MISLED = """
DO $$ DECLARE t regclass; BEGIN
    FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    LOOP EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', t);
         EXECUTE format('ANALYZE %s', t); END LOOP;
    UPDATE pg_class SET reltuples = 0 WHERE relkind = 'r'
       AND relnamespace = 'public'::regnamespace;
END $$
"""


def roster(children: int, towns: int, unverified: int) -> str:
    """SQL for scattered children with an award and a payee, of whom some nobody verified."""
    return f"""
CREATE TEMPORARY TABLE roster AS
SELECT n, gen_random_uuid() AS child FROM generate_series(1, {children}) n;
INSERT INTO award_period (id, award_id, child_id, decision_id, rate_class, months, other_relief,
                          town, opened_at, version)
SELECT gen_random_uuid(), gen_random_uuid(), child, gen_random_uuid(), 'scattered',
       daterange('2025-01-01', NULL), 0, '33108100' || (1 + n % {towns}), now(), 1 FROM roster;
INSERT INTO payee (id, child_id, kind, bank_code, months, town, source, entered_by, entered_at,
                   verified_by, verified_at, version)
SELECT gen_random_uuid(), child, 'guardian', 'ICBC', daterange('2025-01-01', NULL), '331081001',
       'test', 'test', now(), 'test', CASE WHEN n > {unverified} THEN now() END, 1 FROM roster;
INSERT INTO enrolment (year, child_id, enrolled, borne_elsewhere, stated_by, stated_at, version)
SELECT 2026, child, true, false, 'test', now(), 1 FROM roster;
INSERT INTO standard (id, key, since, amount, state, source, proposed_by, proposed_at,
                      announced_on, version)
SELECT gen_random_uuid(), 'scattered_orphan_monthly', '2025-01-01', 2120, 'published', 'test', 'a',
       now(), '2025-01-01', 1;
"""
