"""The set-based statements of a run: what is blocked, what is owed, what changed (集合运算).

`award_period.months` is a range of days [first, month after the last). Decided is what lines of
runs that were not rejected say; a line is what is owed less what was decided.
"""

# Hashing a million payees must not spill to disk; the setting ends with the transaction.
ROOM = "SELECT set_config('work_mem', '192MB', true)"

# The children and months asked for again, counted before anything is joined to them: the planner
# then looks a few thousand children up instead of reading a nation. Gone with the transaction.
SCOPE = """
CREATE TEMPORARY TABLE scope ON COMMIT DROP AS
SELECT DISTINCT r.child_id, g::date AS month
FROM recalculation r,
     generate_series(r.since, least(coalesce(r.until, CAST(:last AS date)), CAST(:last AS date)),
                     interval '1 month') g
WHERE r.done_in IS NULL
"""
COUNT_SCOPE = "ANALYZE scope"

CLASSES_OF_MONTH = """
SELECT CAST(:month AS date) AS month, rate_class, other_relief, town, count(*) AS children
FROM award_period WHERE months @> CAST(:month AS date)
GROUP BY rate_class, other_relief, town
"""

CLASSES_OF_SCOPE = """
SELECT DISTINCT s.month, a.rate_class, a.other_relief
FROM scope s JOIN award_period a ON a.child_id = s.child_id AND a.months @> s.month
"""

MONTHS_OF_SCOPE = "SELECT DISTINCT month FROM scope s"

TOWNS_OF_ENTITLEMENTS = "SELECT DISTINCT town FROM entitlement WHERE state = 'confirmed'"

CLASSES_OF_ENTITLEMENTS = """
SELECT DISTINCT g::date AS month, benefit, rate_class, amount, multiple, clause
FROM entitlement,
     generate_series(lower(months), least(upper(months) - 1, CAST(:last AS date)),
                     interval '1 month') g
WHERE state = 'confirmed' AND NOT isempty(months)
"""

# The strongest reason first: a person who left, then relief that is paid by its days as an
# entitlement and not by the month, then a payee nobody may pay.
BLOCK = """
INSERT INTO blocked_row (run_id, child_id, reason, town)
SELECT :run, a.child_id,
       coalesce(b.reason, CASE WHEN a.by_days THEN 'paid_by_days'
                               WHEN p.id IS NULL THEN 'no_payee'
                               WHEN p.refused IS NOT NULL THEN 'account_refused'
                               ELSE 'account_unverified' END), a.town
FROM (SELECT child_id, town, rate_class = ANY(:by_days) AS by_days FROM award_period
      WHERE months @> CAST(:month AS date) AND town = ANY(:towns)
      UNION ALL
      SELECT n.child_id, n.town, false FROM entitlement n
      WHERE n.state = 'confirmed' AND n.town = ANY(:towns)
        AND lower(n.months) <= CAST(:month AS date)
        AND NOT EXISTS (SELECT FROM line l JOIN run r ON r.id = l.run_id AND r.state <> 'rejected'
                        WHERE l.child_id = n.child_id AND l.benefit = n.benefit
                          AND l.month = least(CAST(:month AS date), upper(n.months) - 1)
                                        - (extract(day FROM least(CAST(:month AS date),
                                           upper(n.months) - 1))::int - 1))) a
LEFT JOIN payee p ON p.child_id = a.child_id AND p.months @> CAST(:month AS date)
LEFT JOIN (
    SELECT DISTINCT ON (child_id) child_id, reason FROM block
    WHERE lifted_at IS NULL AND since <= CAST(:end AS date)
    ORDER BY child_id, since, reason) b ON b.child_id = a.child_id
WHERE a.by_days OR b.reason IS NOT NULL OR p.verified_at IS NULL OR p.refused IS NOT NULL
ON CONFLICT DO NOTHING
"""

# The classes first and by themselves: the planner then joins a million awards to some rows.
MONTHLY = """
WITH e AS MATERIALIZED (
    SELECT id, rate_class, other_relief, benefit, amount, infant FROM explanation
    WHERE run_id = :run AND month = CAST(:month AS date) AND amount > 0
      AND benefit IN ('basic_living', 'infant_nutrition', 'price_subsidy'))
INSERT INTO line (run_id, child_id, decision_id, explanation_id, month, amount, benefit, town)
SELECT :run, a.child_id, a.decision_id, e.id, CAST(:month AS date), e.amount, e.benefit, a.town
FROM award_period a
JOIN e ON e.rate_class = a.rate_class AND e.other_relief = a.other_relief
  AND (NOT e.infant OR a.infant_until >= CAST(:month AS date))
WHERE a.months @> CAST(:month AS date) AND a.town = ANY(:towns)
  AND NOT EXISTS (SELECT FROM blocked_row b WHERE b.run_id = :run AND b.child_id = a.child_id)
"""

# One-off and periodic sums of every month up to this one that no earlier run decided.
ENTITLED = """
WITH owed AS (
    SELECT n.child_id, e.month, n.benefit, sum(e.amount) AS amount, min(e.id) AS explanation_id,
           min(n.decision_id::text)::uuid AS decision_id, min(n.town) AS town
    FROM entitlement n
    JOIN explanation e ON e.run_id = :run AND e.benefit = n.benefit AND n.months @> e.month
      AND e.rate_class = coalesce(n.rate_class, '') AND e.other_relief = coalesce(n.amount, 0)
      AND e.multiple = coalesce(n.multiple, 1)
    WHERE n.state = 'confirmed' AND n.town = ANY(:towns)
        AND e.month <= CAST(:end AS date)
      AND NOT EXISTS (SELECT FROM blocked_row b
                      WHERE b.run_id = :run AND b.child_id = n.child_id)
    GROUP BY n.child_id, e.month, n.benefit),
decided AS (
    SELECT l.child_id, l.month, l.benefit, sum(l.amount) AS amount
    FROM owed o JOIN line l USING (child_id, month, benefit)
    JOIN run r ON r.id = l.run_id AND r.state <> 'rejected'
    GROUP BY l.child_id, l.month, l.benefit)
INSERT INTO line (run_id, child_id, decision_id, explanation_id, month, amount, benefit, town)
SELECT :run, o.child_id, o.decision_id, o.explanation_id, o.month,
       o.amount - coalesce(d.amount, 0), o.benefit, o.town
FROM owed o LEFT JOIN decided d USING (child_id, month, benefit)
JOIN payee p ON p.child_id = o.child_id AND p.months @> CAST(:month AS date)
  AND p.verified_at IS NOT NULL AND p.refused IS NULL
WHERE o.amount > coalesce(d.amount, 0)
"""

# For a correction: who is paid at all in the month the run pays in.
BLOCK_SCOPE = """
INSERT INTO blocked_row (run_id, child_id, reason, town)
SELECT :run, s.child_id,
       coalesce(b.reason, CASE WHEN p.id IS NULL THEN 'no_payee'
                               WHEN p.refused IS NOT NULL THEN 'account_refused'
                               ELSE 'account_unverified' END),
       coalesce((SELECT min(town) FROM award_period a WHERE a.child_id = s.child_id), '')
FROM (SELECT DISTINCT child_id FROM scope) s
LEFT JOIN payee p ON p.child_id = s.child_id AND p.months @> CAST(:last AS date)
LEFT JOIN (
    SELECT DISTINCT ON (child_id) child_id, reason FROM block
    WHERE lifted_at IS NULL AND since <= CAST(:end AS date) AND reason <> ALL(:gone)
    ORDER BY child_id, since, reason) b ON b.child_id = s.child_id
WHERE b.reason IS NOT NULL OR p.verified_at IS NULL OR p.refused IS NOT NULL
ON CONFLICT DO NOTHING
"""

# Owed and decided of the months asked for again; only what differs is written.
CORRECT = """
WITH candidates AS (
    SELECT s.child_id, s.month, e.benefit, e.amount, e.id, a.decision_id, a.town
    FROM scope s JOIN award_period a ON a.child_id = s.child_id AND a.months @> s.month
    JOIN explanation e ON e.run_id = :run AND e.month = s.month
      AND e.rate_class = a.rate_class AND e.other_relief = a.other_relief
      AND e.benefit IN ('basic_living', 'infant_nutrition', 'price_subsidy')
      AND (NOT e.infant OR a.infant_until >= s.month)
    UNION ALL
    SELECT s.child_id, s.month, e.benefit, e.amount, e.id, n.decision_id, n.town
    FROM scope s JOIN entitlement n ON n.child_id = s.child_id AND n.months @> s.month
      AND n.state = 'confirmed'
    JOIN explanation e ON e.run_id = :run AND e.month = s.month AND e.benefit = n.benefit
      AND e.rate_class = coalesce(n.rate_class, '') AND e.other_relief = coalesce(n.amount, 0)
      AND e.multiple = coalesce(n.multiple, 1)),
owed AS (
    SELECT child_id, month, benefit, sum(amount) AS amount, min(id) AS explanation_id,
           min(decision_id::text)::uuid AS decision_id, min(town) AS town
    FROM candidates GROUP BY child_id, month, benefit),
decided AS (
    SELECT l.child_id, l.month, l.benefit, sum(l.amount) AS amount, min(l.town) AS town,
           max(l.decision_id::text)::uuid AS decision_id
    FROM scope s JOIN line l USING (child_id, month)
    JOIN run r ON r.id = l.run_id AND r.state <> 'rejected'
    GROUP BY l.child_id, l.month, l.benefit),
changed AS (
    SELECT child_id, month, benefit, coalesce(o.decision_id, d.decision_id) AS decision_id,
           o.explanation_id, coalesce(o.amount, 0) - coalesce(d.amount, 0) AS delta,
           coalesce(o.town, d.town) AS town
    FROM owed o FULL JOIN decided d USING (child_id, month, benefit)
    WHERE coalesce(o.amount, 0) <> coalesce(d.amount, 0))
INSERT INTO line (run_id, child_id, decision_id, explanation_id, month, amount, benefit, town)
SELECT :run, c.child_id, c.decision_id, coalesce(c.explanation_id, z.id), c.month, c.delta,
       c.benefit, c.town
FROM changed c
LEFT JOIN explanation z ON z.run_id = :run AND z.month = c.month AND z.benefit = c.benefit
  AND z.rate_class = '-'
WHERE c.delta < 0
   OR NOT EXISTS (SELECT FROM blocked_row b WHERE b.run_id = :run AND b.child_id = c.child_id)
  AND NOT EXISTS (SELECT FROM block b WHERE b.child_id = c.child_id AND b.lifted_at IS NULL
                  AND b.since <= c.month)
"""

# What is asked for again is done with, unless a block kept something back.
ANSWERED = """
UPDATE recalculation SET done_in = :run
WHERE done_in IS NULL AND NOT EXISTS (
    SELECT FROM blocked_row b WHERE b.run_id = :run AND b.child_id = recalculation.child_id)
"""

BY_TOWN_AND_BENEFIT = """
SELECT town, benefit, count(*) AS lines, sum(amount) AS amount,
       coalesce(sum(amount) FILTER (WHERE amount < 0), 0) AS overpaid
FROM line WHERE run_id = :run GROUP BY town, benefit ORDER BY town, benefit
"""

# A child of a monthly run has one line of basic living; those with other lines only are added.
CHILDREN_BESIDE = """
SELECT count(DISTINCT l.child_id) FROM line l WHERE l.run_id = :run
  AND l.benefit NOT IN ('basic_living', 'infant_nutrition', 'price_subsidy')
  AND NOT EXISTS (SELECT FROM line b WHERE b.run_id = :run AND b.child_id = l.child_id
                  AND b.benefit = 'basic_living')
"""

CHILDREN = "SELECT count(DISTINCT child_id) FROM line WHERE run_id = :run"

BY_BANK = """
SELECT bank_code, count(*) AS payments, sum(amount) AS amount FROM payment
WHERE run_id = :run GROUP BY bank_code ORDER BY bank_code
"""

BY_REASON = """
SELECT reason, count(*) AS children FROM blocked_row
WHERE run_id = :run GROUP BY reason ORDER BY reason
"""

PAY = """
INSERT INTO payment (run_id, number, child_id, payee_id, bank_code, amount, town)
SELECT :run, row_number() OVER (ORDER BY s.town, s.child_id), s.child_id, p.id, p.bank_code,
       s.amount, s.town
FROM (SELECT child_id, min(town) AS town, sum(amount) AS amount FROM line
      WHERE run_id = :run AND amount > 0 GROUP BY child_id) s
JOIN payee p ON p.child_id = s.child_id AND p.months @> CAST(:month AS date)
  AND p.verified_at IS NOT NULL AND p.refused IS NULL
WHERE NOT EXISTS (SELECT FROM block b WHERE b.child_id = s.child_id AND b.lifted_at IS NULL
                  AND b.since <= CAST(:end AS date) AND b.set_at > :prepared_at)
"""

PAY_AGAIN = """
INSERT INTO payment (run_id, number, child_id, payee_id, bank_code, amount, town, original_id)
SELECT :run, row_number() OVER (ORDER BY p.number), p.child_id, y.id, y.bank_code, p.amount,
       p.town, p.id
FROM payment p JOIN outcome o ON o.payment_id = p.id AND o.state = 'returned'
JOIN payee y ON y.child_id = p.child_id AND y.months @> CAST(:month AS date)
  AND y.verified_at IS NOT NULL AND y.refused IS NULL
WHERE p.run_id = :original
  AND NOT EXISTS (SELECT FROM block b WHERE b.child_id = p.child_id AND b.lifted_at IS NULL
                  AND b.since <= CAST(:end AS date))
  AND NOT EXISTS (SELECT FROM payment again JOIN run r ON r.id = again.run_id
                  WHERE again.original_id = p.id AND r.state <> 'rejected')
"""

# What a run decided, of which sign, by town and benefit, into the books.
POST_LINES = """
INSERT INTO transfer (debit, credit, amount, run_id, cause, reference, benefit, town, posted_at)
SELECT CAST(:debit AS text), CAST(:credit AS text), sum(abs(amount)), :run,
       CAST(:cause AS text), :reference, benefit, town, :at
FROM line WHERE run_id = :run AND sign(amount) = CAST(:sign AS int) GROUP BY benefit, town
ON CONFLICT DO NOTHING
"""

DEBTS = """
INSERT INTO debt (id, run_id, child_id, town, amount, recovered, cause, state, plan,
                  recorded_at, version)
SELECT gen_random_uuid(), :run, l.child_id, min(l.town), -sum(l.amount), 0,
       coalesce((SELECT cause FROM recalculation r WHERE r.child_id = l.child_id
                 AND r.done_in = :run ORDER BY r.id LIMIT 1), 'correction'),
       'recorded', '[]', :at, 1
FROM line l WHERE l.run_id = :run AND l.amount < 0 GROUP BY l.child_id
ON CONFLICT DO NOTHING
"""

# The months of everybody who was decided something since a day, those who left included.
ASK_ALL_SINCE = """
INSERT INTO recalculation (child_id, since, until, cause, asked_at)
SELECT DISTINCT l.child_id, CAST(:since AS date), CAST(NULL AS date), CAST(:cause AS text),
       CAST(:at AS timestamptz)
FROM line l JOIN run r ON r.id = l.run_id AND r.state <> 'rejected'
WHERE l.month >= CAST(:since AS date)
"""
