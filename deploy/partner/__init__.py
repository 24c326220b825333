"""What a partner department needs to integrate: a client, sample pushes, cases that must fail.

`client` is a runnable client to copy; `cases.yaml` the pushes with what must come back;
`python -m deploy.partner check URL` sends them all to a rehearsal platform.
"""
