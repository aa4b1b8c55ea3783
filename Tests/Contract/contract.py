"""Says which of the files do not fit a JSON Schema: contract.py SCHEMA FILE...

One line for each that does not, with the place and the reason; nothing at all when all fit. YAML is read as YAML 1.2 has
it, and its keys as text, as an editor does.
"""
import json
import re
import sys

import yaml
from jsonschema import Draft202012Validator


class Loader(yaml.SafeLoader):
    """YAML 1.2's core schema: `on` and `12:30` are text."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^(?:[-+]?[0-9]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("merge", r"^<<$", "<"),
]:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


def named(value):
    """The same with keys as text, which JSON has no other."""
    if isinstance(value, dict):
        return {key if isinstance(key, str) else json.dumps(key): named(item) for key, item in value.items()}
    return [named(item) for item in value] if isinstance(value, list) else value


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file) if path.endswith(".json") else named(yaml.load(file, Loader))


def deepest(error):
    """The reason inside a union: of the branch that came furthest."""
    while error.context:
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return error


schema = read(sys.argv[1])
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for path in sys.argv[2:]:
    for error in validator.iter_errors(read(path)):
        reason = deepest(error)
        place = "/".join(map(str, reason.absolute_path))
        print(f"{path}: {place}: {reason.message[:200]}")
