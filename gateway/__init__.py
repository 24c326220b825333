"""The one door from outside (统一网关).

Owns: clients of departments, keys and tokens, the table of routes, limits, reports taken
while a service is away, signed evidence, webhooks, break-glass openings.
Emits nothing of its own; carries every event to whom it may concern.
Hears everything, for `/v1/events` and webhooks.
"""
