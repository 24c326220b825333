"""Reading YAML written by lawyers: what is written is what is read, or an error that says where.

YAML 1.1 reads the key `on` as true, 0.80 as a binary float and 12:30 as 750. This loader reads
`on` as a word, keeps times as words and refuses floats: a number of the law with a fraction is
quoted and becomes a Decimal where its unit says so.
"""

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml


class DocumentError(Exception):
    """A file of the jurisdiction cannot be read; the message names file, line or key."""


class _Loader(yaml.CSafeLoader):
    """Safe loading with the traps of YAML 1.1 closed and double keys refused."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - its parent declares it so

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise DocumentError(f"line {key_node.start_mark.line + 1}: {key!r} stands twice")
            seen.add(key)
        return super().construct_mapping(node, deep)


def _float(loader: _Loader, node: yaml.ScalarNode) -> Any:
    line = node.start_mark.line + 1
    raise DocumentError(f"line {line}: quote {node.value!r}, a fraction must stay exact")


_TAG = "tag:yaml.org,2002:"
for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?[0-9]*\.[0-9]+|-?[0-9]+\.|-?[0-9.]+[eE][-+]?[0-9]+", "-0123456789."),
    ("timestamp", r"\d{4}-\d{2}-\d{2}", "0123456789"),
):
    _Loader.add_implicit_resolver(f"{_TAG}{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))
_Loader.add_constructor(f"{_TAG}float", _float)


def read(path: Path) -> Any:
    """What a YAML file says; DocumentError names the file and the line."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError as problem:
        raise DocumentError(f"{path}: there is no such file") from problem
    except (DocumentError, yaml.YAMLError, UnicodeDecodeError, ValueError) as problem:
        raise DocumentError(f"{path}: {problem}") from problem
