"""The registry interface of the Digital Convergence Initiative, beside our own API (DCI).

A thin translation: envelopes are verified, questions are put to eligibility as the department
that asks, answers are put into the standard's words and signed. Nothing is decided here.
"""
