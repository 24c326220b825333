"""The one door from outside (统一网关).

Owns: clients of departments, keys and tokens, the table of routes, limits, reports taken
while a service is away, signed evidence, webhooks, break-glass openings.
Emits: GlassBroken, GlassReviewed, WebhookDisabled, GatewayDeadlineMissed.
Hears everything, and carries it by `/v1/events` and webhooks to whom it may concern.
"""
