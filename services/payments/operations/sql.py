"""The set-based statements of a run: what is due, what is blocked, what changed (集合运算).

`award_period.months` is a range of days [first, month after the last). Decided is what lines of
runs that were not rejected say; a line is what is owed less what was decided.
"""

# Hashing a million payees must not spill to disk, pages of a working register lie in memory, and
# what only looks may use every core. All of it ends with the transaction.
SETTINGS = """
SELECT set_config('work_mem', '192MB', true), set_config('random_page_cost', '1.1', true),
       set_config('parallel_setup_cost', '100', true),
       set_config('parallel_tuple_cost', '0.001', true)
"""

# Before whole runs or tables are joined. Statistics taken while a run was being written call a
# full table empty; joined row by row on their word, a city's month takes hours under a lock.
BY_SETS = "SELECT set_config('enable_nestloop', 'off', true)"
AS_IT_FINDS = "SELECT set_config('enable_nestloop', 'on', true)"

# What is due beside the monthly award, child by child and month by month up to the run's:
# decided sums, relief by the days that are known, the insurance of whoever receives in a year.
BESIDE = """
CREATE TEMPORARY TABLE beside ON COMMIT DROP AS
WITH relief AS (
    SELECT s.child_id, g::date AS month,
           sum(least(s.until, (g + interval '1 month')::date - 1)
               - greatest(s.since, g::date) + 1)::bigint AS days
    FROM (SELECT child_id, lower(days) AS since,
                 least(coalesce(upper(days) - 1, CAST(:known AS date)),
                       (CAST(:month AS date) + interval '1 month')::date - 1) AS until
          FROM relief_episode) s,
         generate_series(date_trunc('month', s.since), s.until, interval '1 month') g
    GROUP BY s.child_id, g)
SELECT n.child_id, n.benefit, g::date AS month, coalesce(n.rate_class, '') AS rate_class,
       coalesce(n.amount, 0) AS sum, coalesce(n.multiple, 1) AS multiple, n.clause,
       n.decision_id, n.town
FROM entitlement n,
     generate_series(lower(n.months), least(upper(n.months) - 1, CAST(:month AS date)),
                     interval '1 month') g
WHERE n.state = 'confirmed' AND NOT isempty(n.months)
UNION ALL
SELECT r.child_id, 'street_relief', r.month, a.rate_class,
       coalesce((SELECT sum(l.amount) FROM line l JOIN run d ON d.id = l.run_id
                 AND d.state <> 'rejected' WHERE l.child_id = r.child_id
                 AND l.month = r.month AND l.benefit = 'basic_living'), 0),
       r.days, 'WL24:2.1.5b-3', a.decision_id, a.town
FROM relief r JOIN LATERAL (
    SELECT a.rate_class, a.decision_id, a.town, upper(a.months) AS ended FROM award_period a
    WHERE a.child_id = r.child_id AND a.rate_class = ANY(CAST(:daily AS text[]))
      AND NOT isempty(a.months)
    ORDER BY lower(a.months) DESC LIMIT 1) a ON a.ended IS NULL OR r.month < a.ended
UNION ALL
SELECT e.child_id, 'insurance', a.month, '', 0, 1, 'WL24:2.2.1-1', a.decision_id, a.town
FROM enrolment e JOIN LATERAL (
    SELECT greatest(lower(a.months), make_date(e.year::int, 1, 1)) AS month, a.decision_id, a.town
    FROM award_period a WHERE a.child_id = e.child_id
      AND a.rate_class = ANY(CAST(:insured AS text[]))
      AND a.months && daterange(make_date(e.year::int, 1, 1), make_date(e.year::int + 1, 1, 1))
    ORDER BY lower(a.months) LIMIT 1) a ON a.month <= CAST(:month AS date)
WHERE e.enrolled AND NOT e.borne_elsewhere
"""
COUNT_BESIDE = "ANALYZE beside"

CLASSES_OF_BESIDE = "SELECT DISTINCT month, benefit, rate_class, sum, multiple, clause FROM beside"
TOWNS_OF_BESIDE = "SELECT DISTINCT town FROM beside"

# The children and months a correction answers, counted before anything is joined to them: the
# planner then looks a few thousand children up instead of reading a nation.
SCOPE = """
CREATE TEMPORARY TABLE scope ON COMMIT DROP AS
SELECT DISTINCT r.child_id, g::date AS month
FROM asked r,
     generate_series(r.since, least(coalesce(r.until, CAST(:month AS date)), CAST(:month AS date)),
                     interval '1 month') g
"""
COUNT_SCOPE = "ANALYZE scope"

# The awards of these children and months, looked up once: a child has one a month.
AWARDED = """
CREATE TEMPORARY TABLE awarded ON COMMIT DROP AS
SELECT s.child_id, s.month, a.rate_class, a.other_relief, a.infant_until, a.decision_id, a.town
FROM scope s JOIN award_period a ON a.child_id = s.child_id AND a.months @> s.month
"""

# Nobody opens an award, names a payee or lifts a block between the counting of a roster and its
# lines: what is signed for is one state of it. Readers go on; writers wait these seconds.
STAND_STILL = """
LOCK TABLE award_period, entitlement, payee, block, relief_episode, enrolment IN SHARE MODE
"""

CLASSES_OF_MONTH = """
SELECT CAST(:month AS date) AS month, rate_class, other_relief, town, count(*) AS children,
       count(*) FILTER (WHERE infant_until >= CAST(:month AS date)) AS infants
FROM award_period
WHERE months @> CAST(:month AS date) AND (:everywhere OR town = ANY(CAST(:towns AS text[])))
GROUP BY rate_class, other_relief, town
"""

HELD_BY_CLASS = """
SELECT rate_class, other_relief, town, count(*) AS children,
       count(*) FILTER (WHERE infant) AS infants
FROM held WHERE rate_class IS NOT NULL GROUP BY rate_class, other_relief, town
"""

CLASSES_OF_SCOPE = "SELECT DISTINCT month, rate_class, other_relief FROM awarded"

MONTHS_OF_SCOPE = "SELECT DISTINCT month FROM scope s"

# Why somebody may not be paid: a person who left, then a payee nobody may pay. The payee is looked
# at once more only of who may not.
WHY = """
coalesce(b.reason, (SELECT CASE WHEN p.refused IS NULL THEN 'account_unverified'
                                ELSE 'account_refused' END
                    FROM payee p WHERE p.child_id = a.child_id
                      AND p.months @> CAST(:month AS date)), 'no_payee')
"""
UNPAYABLE = "b.reason IS NOT NULL OR y.child_id IS NULL"

PAYABLE_NOW = """
LEFT JOIN payee y ON y.child_id = a.child_id AND y.months @> CAST(:month AS date)
  AND y.verified_at IS NOT NULL AND y.refused IS NULL
LEFT JOIN (
    SELECT DISTINCT ON (child_id) child_id, reason FROM block
    WHERE lifted_at IS NULL AND since < (CAST(:month AS date) + interval '1 month')::date
      AND reason <> ALL(CAST(:but AS text[]))
    ORDER BY child_id, since, reason) b ON b.child_id = a.child_id
"""

# Who is due something this month and may not be paid. A table first, since a SELECT into one uses
# every core.
HELD = f"""
CREATE TEMPORARY TABLE held ON COMMIT DROP AS
SELECT a.child_id, a.town, {WHY} AS reason, a.rate_class, a.other_relief,
       coalesce(a.infant_until >= CAST(:month AS date), false) AS infant
FROM award_period a {PAYABLE_NOW}
WHERE a.months @> CAST(:month AS date) AND (:everywhere OR a.town = ANY(CAST(:towns AS text[])))
  AND a.rate_class <> ALL(CAST(:daily AS text[])) AND ({UNPAYABLE})
"""  # noqa: S608 - made of this module's own text

HELD_BESIDE = f"""
INSERT INTO held (child_id, town, reason)
SELECT a.child_id, a.town, {WHY} FROM beside a {PAYABLE_NOW}
WHERE (:everywhere OR a.town = ANY(CAST(:towns AS text[]))) AND ({UNPAYABLE})
  AND NOT EXISTS (SELECT FROM line l JOIN run r ON r.id = l.run_id AND r.state <> 'rejected'
                  WHERE l.child_id = a.child_id AND l.month = a.month
                    AND l.benefit = a.benefit)
"""  # noqa: S608 - made of this module's own text

# For a correction: who is paid at all in the month the run pays in. Who left is still paid for the
# months before.
HELD_OF_SCOPE = f"""
CREATE TEMPORARY TABLE held ON COMMIT DROP AS
SELECT a.child_id, {WHY} AS reason,
       coalesce((SELECT min(town) FROM award_period w WHERE w.child_id = a.child_id), '') AS town
FROM (SELECT DISTINCT child_id FROM scope) a {PAYABLE_NOW}
WHERE {UNPAYABLE}
"""  # noqa: S608 - made of this module's own text

BLOCK = """
INSERT INTO blocked_row (run_id, child_id, reason, town)
SELECT CAST(:run AS uuid), child_id, reason, town FROM held ON CONFLICT DO NOTHING
"""

# The classes and who may be paid first and by themselves: the planner then joins a million awards
# to some rows, and never keeps the million.
MONTHLY = """
WITH e AS MATERIALIZED (
    SELECT id, rate_class, other_relief, benefit, amount, infant FROM explanation
    WHERE run_id = :run AND month = CAST(:month AS date) AND amount > 0
      AND benefit IN ('basic_living', 'infant_nutrition', 'price_subsidy'))
INSERT INTO line (run_id, child_id, decision_id, explanation_id, month, amount, benefit, town)
SELECT :run, a.child_id, a.decision_id, e.id, CAST(:month AS date), e.amount, e.benefit, a.town
FROM (SELECT a.* FROM award_period a
      WHERE a.months @> CAST(:month AS date)
        AND (:everywhere OR a.town = ANY(CAST(:towns AS text[])))
        AND NOT EXISTS (SELECT FROM held h WHERE h.child_id = a.child_id) OFFSET 0) a
JOIN e ON e.rate_class = a.rate_class AND e.other_relief = a.other_relief
  AND (NOT e.infant OR a.infant_until >= CAST(:month AS date))
"""

# One-off and periodic sums of every month up to this one that no earlier run decided.
ENTITLED = """
WITH owed AS (
    SELECT n.child_id, n.month, n.benefit, sum(e.amount) AS amount, min(e.id) AS explanation_id,
           min(n.decision_id::text)::uuid AS decision_id, min(n.town) AS town
    FROM beside n
    JOIN explanation e ON e.run_id = :run AND e.month = n.month AND e.benefit = n.benefit
      AND e.rate_class = n.rate_class AND e.other_relief = n.sum AND e.multiple = n.multiple
    WHERE (:everywhere OR n.town = ANY(CAST(:towns AS text[])))
      AND NOT EXISTS (SELECT FROM held h WHERE h.child_id = n.child_id)
    GROUP BY n.child_id, n.month, n.benefit),
decided AS (
    SELECT l.child_id, l.month, l.benefit, sum(l.amount) AS amount
    FROM owed o JOIN line l USING (child_id, month, benefit)
    JOIN run r ON r.id = l.run_id AND r.state <> 'rejected'
    GROUP BY l.child_id, l.month, l.benefit),
written AS (
    INSERT INTO line (run_id, child_id, decision_id, explanation_id, month, amount, benefit, town)
    SELECT :run, o.child_id, o.decision_id, o.explanation_id, o.month,
           o.amount - coalesce(d.amount, 0), o.benefit, o.town
    FROM owed o LEFT JOIN decided d USING (child_id, month, benefit)
    WHERE o.amount > coalesce(d.amount, 0)
    RETURNING child_id, town, benefit, amount)
SELECT town, benefit, count(*) AS lines, sum(amount) AS amount, 0.00 AS overpaid, 0 AS children
FROM written GROUP BY town, benefit
UNION ALL
SELECT '', '', 0, 0, 0, count(DISTINCT w.child_id) FROM written w
WHERE NOT EXISTS (SELECT FROM line l WHERE l.run_id = :run AND l.child_id = w.child_id
                  AND l.month = CAST(:month AS date) AND l.benefit = 'basic_living')
"""

# Owed and decided of the months asked for again; only what differs is written. What was decided
# is summed in the index alone; the newest line is read only of what is owed no more.
CORRECT = """
WITH candidates AS (
    SELECT a.child_id, a.month, e.benefit, e.amount, e.id, a.decision_id, a.town
    FROM awarded a
    JOIN explanation e ON e.run_id = :run AND e.month = a.month
      AND e.rate_class = a.rate_class AND e.other_relief = a.other_relief
      AND e.benefit IN ('basic_living', 'infant_nutrition', 'price_subsidy')
      AND (NOT e.infant OR a.infant_until >= a.month)
    UNION ALL
    SELECT s.child_id, s.month, e.benefit, e.amount, e.id, n.decision_id, n.town
    FROM scope s JOIN beside n USING (child_id, month)
    JOIN explanation e ON e.run_id = :run AND e.month = s.month AND e.benefit = n.benefit
      AND e.rate_class = n.rate_class AND e.other_relief = n.sum AND e.multiple = n.multiple),
owed AS (
    SELECT child_id, month, benefit, sum(amount) AS amount, min(id) AS explanation_id,
           min(decision_id::text)::uuid AS decision_id, min(town) AS town
    FROM candidates GROUP BY child_id, month, benefit),
decided AS (
    SELECT l.child_id, l.month, l.benefit, sum(l.amount) AS amount
    FROM scope s JOIN line l USING (child_id, month)
    JOIN run r ON r.id = l.run_id AND r.state <> 'rejected'
    GROUP BY l.child_id, l.month, l.benefit),
changed AS (
    SELECT child_id, month, benefit, o.decision_id, o.explanation_id, o.town,
           coalesce(o.amount, 0) - coalesce(d.amount, 0) AS delta
    FROM owed o FULL JOIN decided d USING (child_id, month, benefit)
    WHERE coalesce(o.amount, 0) <> coalesce(d.amount, 0)),
written AS (
    INSERT INTO line (run_id, child_id, decision_id, explanation_id, month, amount, benefit, town)
    SELECT :run, c.child_id, coalesce(c.decision_id, z.decision_id),
           coalesce(c.explanation_id, z.explanation_id), c.month, c.delta, c.benefit,
           coalesce(c.town, z.town)
    FROM changed c
    LEFT JOIN LATERAL (
        SELECT l.decision_id, l.town, e.id AS explanation_id
        FROM line l JOIN run r ON r.id = l.run_id AND r.state <> 'rejected'
        JOIN explanation e ON e.run_id = :run AND e.month = c.month AND e.benefit = c.benefit
          AND e.rate_class = '-'
        WHERE c.explanation_id IS NULL
          AND l.child_id = c.child_id AND l.month = c.month AND l.benefit = c.benefit
        ORDER BY l.id DESC LIMIT 1) z ON true
    WHERE c.delta < 0
       OR NOT EXISTS (SELECT FROM held h WHERE h.child_id = c.child_id)
      AND NOT EXISTS (SELECT FROM block b WHERE b.child_id = c.child_id AND b.lifted_at IS NULL
                      AND b.since <= c.month)
    RETURNING child_id, town, benefit, amount)
SELECT town, benefit, count(*) AS lines, sum(amount) AS amount,
       coalesce(sum(amount) FILTER (WHERE amount < 0), 0) AS overpaid, 0 AS children
FROM written GROUP BY town, benefit
UNION ALL
SELECT '', '', 0, 0, 0, count(DISTINCT child_id) FROM written
"""

# What is asked for again is done with, unless a block kept something back.
ANSWERED = """
UPDATE recalculation r SET done_in = :run FROM asked
WHERE asked.id = r.id AND NOT EXISTS (SELECT FROM held h WHERE h.child_id = r.child_id)
"""

BY_REASON = """
SELECT reason, count(*) AS children FROM blocked_row
WHERE run_id = :run GROUP BY reason ORDER BY reason
"""

# A month of everybody who has an award in it.
ASK_MONTH = """
INSERT INTO recalculation (child_id, since, until, cause, asked_at)
SELECT DISTINCT child_id, CAST(:month AS date), CAST(:month AS date), CAST(:cause AS text),
       CAST(:at AS timestamptz)
FROM award_period WHERE months @> CAST(:month AS date)
"""

# The months of everybody who was decided something since a day, those who left included.
ASK_ALL_SINCE = """
INSERT INTO recalculation (child_id, since, until, cause, asked_at)
SELECT DISTINCT l.child_id, CAST(:since AS date), CAST(NULL AS date), CAST(:cause AS text),
       CAST(:at AS timestamptz)
FROM line l JOIN run r ON r.id = l.run_id AND r.state <> 'rejected'
WHERE l.month >= CAST(:since AS date)
"""
