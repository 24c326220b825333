"""Protection: reports of harm, detentions, cases, guardianship, placements (保护).

Owns the mandatory report from its receipt to its feedback, the reporter's identity, what police
and procuratorate make of it, the case of a child, assessments, instruments of law, beds and
guardianship of the state, early warnings, tracing of lost children, numbers for the joint
meeting. Emits `protection.*`. Hears `payments.payment.stopped` (a check
is opened), `eligibility.child.linked` (one child, one id) and `eligibility.child.relocated` (a case
follows its child to another town).
"""
