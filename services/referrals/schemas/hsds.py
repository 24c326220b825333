"""HSDS 3, the open standard of service directories: what it says is wrong with a document.

The schema beside this file holds types, formats, enumerations and required members of the Human
Services Data Specification 3.0, an Open Referral resource (https://openreferral.org/), under
CC BY-SA 4.0.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs


@cache
def _validator(kind: str) -> Any:
    document = json.loads((Path(__file__).parent / "hsds-3.0.json").read_text(encoding="utf-8"))
    return jsonschema_rs.Draft202012Validator(
        document | {"$ref": f"#/$defs/{kind}"}, validate_formats=True
    )


def faults(kind: str, value: Any) -> list[dict[str, str]]:
    """What the standard says is wrong with a value: where, and the rule; empty when it conforms."""
    return [
        {
            "where": ".".join(str(part) for part in error.instance_path),
            "zh": "不符合 HSDS 3",
            "en": error.schema_path[-1] if error.schema_path else "schema",
        }
        for error in _validator(kind).iter_errors(value)
    ]
