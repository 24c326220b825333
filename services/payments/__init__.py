"""Payments 资金发放: what is owed, to whom, and whether it was paid.

Owns: standards, price orders, awards as periods, payees, runs, lines, payments, the ledger, debts,
budgets. Knows rate classes, never a category that betrays a diagnosis.
Emits: StandardPublished, RunMoved, PaymentReturned, PaymentRepaid, PaymentStopped,
PaymentsDeadlineMissed.
Hears: DecisionMade, AwardOpened, AwardChanged, AwardEnded, ChildLeft, ChildLinked, ChildUnlinked,
ChildRelocated (eligibility); GuardianshipChanged, DetentionReported, GuardianReleased (protection).
"""
