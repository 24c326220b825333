"""What can be read off the code is written by it: `python -m shared.generated`.

Coverage of the clauses, OpenAPI, AsyncAPI, state diagrams, deadlines, offices and figures lie
committed in `deploy/generated/`; a test compares them with what the code says today.
"""
