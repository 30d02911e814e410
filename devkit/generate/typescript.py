"""JSON schemas, as msgspec makes them, as TypeScript types."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

type Schema = Mapping[str, Any]

_SCALARS = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def interface(name: str, schema: Schema, *, lenient: bool) -> str:
    """A named type.

    Parameters
    ----------
    lenient
        Whether a field with a default may be left out: so in what is asked; an answer has all of them.
    """
    if "properties" not in schema:
        return f"export type {name} = {type_of(schema)};\n"
    required = set(schema.get("required", ()))
    fields = [
        f"  readonly {field}{'?' if lenient and field not in required else ''}: {type_of(kind)};"
        for field, kind in schema["properties"].items()
    ]
    told = f"/** {schema['description']} */\n" if "description" in schema else ""
    return "\n".join((f"{told}export interface {name} {{", *fields, "}", ""))


def type_of(schema: Schema) -> str:
    """The type that a schema stands for."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(type_of(one) for one in schema["anyOf"]))
    match schema.get("type"):
        case "array":
            return _array(schema)
        case "object":
            return _object(schema)
        case "string" if schema.get("format") == "date-time":
            return "WireInstant"
        case "string" if schema.get("contentEncoding") == "base64":
            return "WireBytes"
        case str(scalar):
            return _SCALARS[scalar]
    return "unknown"


def _array(schema: Schema) -> str:
    if schema.get("prefixItems"):
        return f"readonly [{', '.join(type_of(item) for item in schema['prefixItems'])}]"
    return f"readonly ({type_of(schema['items'])})[]" if schema.get("items") else "readonly unknown[]"


def _object(schema: Schema) -> str:
    rest = schema.get("additionalProperties")
    values = type_of(rest) if isinstance(rest, Mapping) else "unknown"
    return f"Readonly<Record<string, {values}>>"


def reachable(roots: Iterable[Schema], schemas: Mapping[str, Schema]) -> set[str]:
    """Names of all types that the roots speak of, directly or through others."""
    found: set[str] = set()
    waiting = [name for root in roots for name in _named(root)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _named(schemas[name])
    return found


def _named(schema: object) -> list[str]:
    if isinstance(schema, Mapping):
        here = [str(schema["$ref"]).rpartition("/")[2]] if isinstance(schema.get("$ref"), str) else []
        return here + [name for value in schema.values() for name in _named(value)]
    if isinstance(schema, list):
        return [name for value in schema for name in _named(value)]
    return []
