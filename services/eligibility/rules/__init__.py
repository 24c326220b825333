"""What the law says of a child on a day: facts in, findings out; every rule carries its clause.

`vocabulary` names the facts, `words` and `reading` understand how people state them, `parents`
to `study` are the rules, `plan` the lines of help, `evaluation` puts them together, `procedure`
holds the lawful moves of an application and of a decision.
"""
