"""Eligibility: who is a child in difficulty, why, since when and until when (资格认定).

Owns the register of children, facts with source and period, applications, decisions, awards as
decided, benefit plans and reviews. Emits `eligibility.*`. Hears `protection.detention.reported`
and `protection.guardian.released` (a parent's custody begins and ends),
`protection.guardianship.changed` (revoked, restored, passed on, adopted), and
`protection.child.identified` (a found child is a missed one: a merge is proposed).
"""
