"""Pages people read: the routes, a problem, the sign-in. No script, nothing from elsewhere."""

import base64
import hashlib
from typing import Any

from jinja2 import Environment

from gateway.audience import Audience
from gateway.routes import ANYBODY, Table
from shared.jurisdiction import jurisdiction
from shared.problem import NotFound, Problem

STYLE = """
body{font:16px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;margin:0 auto;max-width:70rem;
padding:1rem 1.5rem;color:#1b2733;background:#fff}
h1{font-size:1.6rem}h2{margin-top:2.2rem;border-bottom:2px solid #d6dee6}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;
padding:.35rem .6rem;border-bottom:1px solid #e3e9ef}
code{font:14px/1.5 ui-monospace,monospace;word-break:break-all}
.m{display:inline-block;min-width:3.6rem;font-weight:700}.small{color:#51606f;font-size:.85rem}
a{color:#0b5cad}nav a{margin-right:.8rem;white-space:nowrap}
.door{background:#f2f5f8}.door main{max-width:24rem;margin:12vh auto;padding:1.6rem 2rem 1rem;
background:#fff;border:1px solid #d6dee6;border-radius:12px}
.door h1{margin:.2rem 0 1.2rem;font-size:1.7rem;color:#0f4c5c}.door small{color:#51606f}
.door h1 small{display:block;font-size:.9rem;font-weight:400}
.door label{display:block;margin:.9rem 0}.door input{display:block;width:100%;box-sizing:border-box;
margin-top:.25rem;padding:.55rem .7rem;font:inherit;border:1px solid #9fb0c0;border-radius:8px}
.door button,.button{display:block;width:100%;box-sizing:border-box;margin:1.2rem 0 .4rem;
padding:.65rem;font:inherit;font-weight:600;text-align:center;text-decoration:none;color:#fff;
background:#0f4c5c;border:0;border-radius:8px;cursor:pointer}.button small{color:#dcebef}
[role=alert]{padding:.5rem .8rem;background:#fdecea;color:#8c1d18;border-radius:8px}
"""
# Without scripts, and with the one style all of them have, allowed by its digest.
POLICY = (
    "default-src 'none'; style-src 'sha256-"
    f"{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; frame-ancestors 'none'"
)

ENVIRONMENT = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
DOCS = ENVIRONMENT.from_string(
    """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>护童 · 接口</title><style>{{ style|safe }}</style></head><body>
<h1>护童 Hutong · 接口目录</h1>
<p>{{ who }}。每一行都有条款依据；未列出的路径不存在。完整定义：
<a href="/openapi.json">OpenAPI 3.1</a>、<a href="/asyncapi.json">AsyncAPI 3</a>。
取得令牌：<code>POST /oauth/token</code>；查询本系统可调用的接口：<code>GET /v1/me</code>。</p>
<nav class="small">{% for office in offices %}<a href="/docs/{{ office.code }}">{{ office.zh }}</a>
{% endfor %}</nav>
{% for service, lines in services %}
<h2>{{ service }}</h2><table><tbody>
{% for line, departments, fields in lines %}<tr>
<td><code><span class="m">{{ line.method }}</span>{{ line.path }}</code>
<div>{{ line.zh }}{% if line.signed %} · 可附签名{% endif %}
{% if line.hold %} · 断网代收{% endif %}</div>
{% if fields %}<div class="small">{{ fields|join("、") }}</div>{% endif %}</td>
<td class="small">{{ line.clause }}</td><td class="small">{{ departments }}</td></tr>
{% endfor %}</tbody></table>
{% endfor %}
<h2>事件 <code>GET /v1/events</code></h2><table><tbody>
{% for hearing, departments in hearings %}<tr><td><code>{{ hearing.type }}</code>
<div>{{ hearing.zh }}</div></td><td class="small">{{ hearing.clause }}</td>
<td class="small">{{ departments }}</td></tr>
{% endfor %}</tbody></table></body></html>"""
)
PROBLEM = ENVIRONMENT.from_string(
    """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{{ kind.zh }}</title>
<style>{{ style|safe }}</style></head><body><h1>{{ kind.zh }}</h1><p lang="en">{{ kind.en }}</p>
<p>HTTP {{ kind.status }} · <code>/problems/{{ code }}</code></p>
<p lang="en" class="small">{{ said }}</p></body></html>"""
)


def docs_page(
    document: dict[str, Any], table: Table, audience: Audience, department: str | None
) -> str:
    """The routes and events as a page, of one department or of all; NotFound where it is none."""
    place = jurisdiction()
    if department is not None and department not in place.departments:
        raise NotFound()
    services: dict[str, list[Any]] = {}
    for line in table.lines:
        if department is None or line.permits(department):
            operation = document["paths"].get(line.path, {}).get(line.method.lower(), {})
            row = (line, _names(line.departments), _fields(document, operation))
            services.setdefault(line.service, []).append(row)
    hearings = [
        (hearing, _names(hearing.departments))
        for hearing in audience.hearings.values()
        if department is None or hearing.type in audience.types_for(department)
    ]
    who = place.departments[department].zh if department else "全部部门"
    return DOCS.render(
        style=STYLE,
        who=who,
        offices=[one for one in place.departments.values() if ":" not in one.code],
        services=sorted(services.items()),
        hearings=hearings,
    )


def problem_page(code: str) -> str | None:
    """What a problem means, or None when no problem has the code."""
    kinds: list[type[Problem]] = [Problem]
    for kind in kinds:
        kinds += kind.__subclasses__()
    for kind in kinds:
        if kind.code() == code:
            said = (kind.__doc__ or "").split("\n\n")[0]
            return PROBLEM.render(style=STYLE, kind=kind, code=code, said=said)
    return None


def _names(departments: frozenset[str]) -> str:
    if ANYBODY in departments:
        return "所有部门"
    offices = jurisdiction().departments
    return "、".join(offices[code].zh for code in sorted(departments) if ":" not in code)


def _fields(document: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    """The fields a request body has, the required ones marked."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    reference = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    schema = document["components"]["schemas"].get(reference, {})
    required = set(schema.get("required", ()))
    return [name + ("*" if name in required else "") for name in schema.get("properties", {})]


SIGN_IN = ENVIRONMENT.from_string(
    """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>护童 · 登录</title><style>{{ style|safe }}</style></head><body class="door">
<main><h1>护童 <small>{{ county }}困境儿童精准保障 · Sign in</small></h1>
{% if said %}<p role="alert">{{ said }}</p>{% endif %}
{% if elsewhere %}<p><a class="button" href="{{ elsewhere }}">统一身份认证登录
<small lang="en">City sign-in</small></a></p>{% endif %}
{% if passwords %}<form method="post" action="{{ here }}">
<label>经办人 <small lang="en">officer</small><input name="officer" required autofocus
autocomplete="username" maxlength="64"></label>
<label>密码 <small lang="en">password</small><input name="password" type="password" required
autocomplete="current-password" maxlength="200"></label>
<button>登录</button></form>{% endif %}
<p class="small">每次登录和查阅均有记录。<span lang="en">Every access is recorded.</span></p>
</main></body></html>"""
)


def sign_in_page(*, said: str, passwords: bool, elsewhere: str, here: str) -> str:
    """Where an officer signs in: with a password here, or elsewhere by the city's provider."""
    return SIGN_IN.render(
        style=STYLE,
        county=jurisdiction().meta.name,
        said=said,
        passwords=passwords,
        elsewhere=elsewhere,
        here=here,
    )
