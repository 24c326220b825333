"""Referrals: who asked whom for which help, and what came of it (转介).

Owns the directory of services, referrals with a line for each department, information pushes to
市未保委办公室, the matters that go with them (first diagnosis, transfers, school refusals,
exemptions, posted needs, pairings), and the scorecards of the joint meeting. Emits `referrals.*`.
Hears of detentions, missing facts, measures, benefit plans, warnings, missed deadlines, and of
children who move to another town (what their town was asked for follows them).
"""
