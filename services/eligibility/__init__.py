"""Eligibility: who is a child in difficulty, why, since when and until when (资格认定).

Owns: the register of children, facts with source and period, applications, decisions, awards as
decided, benefit plans and reviews.
Emits: ChildRegistered, ChildLinked, ChildUnlinked, ChildLeft, ChildRelocated, ApplicationOpened,
FactsMissing, ApplicationVerified, DecisionMade, AwardOpened, AwardChanged, AwardEnded,
BenefitPlanMade, ReviewDue, EligibilityDeadlineMissed.
Hears: DetentionReported, GuardianReleased (a parent's custody begins and ends),
GuardianshipChanged (revoked, restored, passed on, adopted), ChildShielded, ChildIdentified (a
found child is a missed one: a merge is proposed) (protection).
"""
