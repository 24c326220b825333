"""Protection: reports of harm, detentions, cases, guardianship, placements (保护).

Owns: the mandatory report from its receipt to its feedback, the reporter's identity, what police
and procuratorate make of it, the case of a child, assessments, instruments of law, beds and
guardianship of the state, early warnings, tracing of lost children, numbers for the joint meeting.
Emits: ReportAccepted, ReportFlagged, ReportDecided, DetentionReported, CareArranged,
GuardianReleased, CaseOpened, CaseClosed, AssessmentConcluded, GuardianshipChanged, ChildShielded,
MeasuresRequested, WarningRaised, TraceMatched, ChildIdentified, DutyBroken, RecommendationMoved,
TermEnding, ProtectionDeadlineMissed.
Hears: ReportFlagged (its own); ChildLinked, ChildUnlinked (one child, one id), ChildRelocated (a
case follows its child to another town) (eligibility); PaymentStopped (a check is opened)
(payments).
"""
