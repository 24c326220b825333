"""The HTTP door of protection: parse, name the actor, call one operation, return."""

from fastapi import APIRouter

from services.protection.api import (
    assessments,
    cases,
    clocks,
    detentions,
    duties,
    evaluations,
    evidence,
    intake,
    orders,
    papers,
    placements,
    recommendations,
    reports,
    reviews,
    statistics,
    tracing,
    warnings,
)

ROUTERS: list[APIRouter] = [
    clocks.router,
    intake.router,
    reports.router,
    evidence.router,
    duties.router,
    detentions.router,
    warnings.router,
    cases.router,
    assessments.router,
    orders.router,
    reviews.router,
    recommendations.router,
    papers.router,
    placements.router,
    evaluations.router,
    statistics.router,
    tracing.router,
]
