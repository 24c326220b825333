"""Referrals: who asked whom for which help, and what came of it (转介).

Owns: the directory of services, referrals with a line for each department, information pushes to
市未保委办公室, the matters that go with them (first diagnosis, transfers, school refusals,
exemptions, posted needs, pairings), and the scorecards of the joint meeting.
Emits: ReferralSent, ReferralAnswered, ReferralClosed, ReferralEscalated, ReferralReminded,
InformationPushed, ReferralsDeadlineMissed.
Hears: FactsMissing, ApplicationVerified, DecisionMade, BenefitPlanMade, ChildLinked,
ChildUnlinked, ChildRelocated (what their town was asked for follows them), ChildLeft,
EligibilityDeadlineMissed (eligibility); DetentionReported, CareArranged, MeasuresRequested,
ChildShielded, WarningRaised, ProtectionDeadlineMissed (protection); PaymentsDeadlineMissed
(payments).
"""
