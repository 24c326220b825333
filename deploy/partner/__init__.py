"""What a partner department needs to integrate: a client, sample pushes, cases that must fail.

`client` is a runnable client to copy, `agencies` has one for each kind of partner, `dci` speaks
the registry interface, `listening` hears events; `cases` are pushes with what must come back,
about the invented `people`. `sandbox` is the door with nothing behind it, for work without us.
"""
