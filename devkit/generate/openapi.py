"""The OpenAPI document, from the routes and the schemas that serve them."""

import importlib
import json
import re
from typing import Any

import msgspec

from chalicelib.api.routing import ENDPOINTS, Endpoint
from chalicelib.domain import errors
from chalicelib.domain.errors import VivaError
from chalicelib.domain.possession import FRESH_FOR, HEADER
from chalicelib.settings import VERSION

_SECURITY = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": (
            "登录时发放的令牌，须与 Viva-Proof 同时使用。"
            "The session's token, told once, of no use without a proof."
        ),
    },
    "proof": {
        "type": "apiKey",
        "in": "header",
        "name": HEADER,
        "description": (
            "设备密钥对本次请求的签名，见 docs/sessions.md。"
            "`<iat_ms>.<jti>.<signature>`: Unix ms by the server's time, 16 random bytes, the device key's "
            "ECDSA P-256/SHA-256 signature (r‖s), both base64url without padding, over "
            "`viva-proof|<METHOD>|<path>|<sha256 hex of the token>|<iat_ms>|<jti>`. "
            f"Fresh for {FRESH_FOR.seconds} s, used once for all but GET. Refusals: 401 `proof_missing`, "
            "`proof_refused`, `proof_stale` (`details.now` is the server's time), `proof_replayed`."
        ),
    },
}
_REF = "#/components/schemas/{name}"


def declared() -> list[Endpoint]:
    """Every route of the app, by path and method."""
    importlib.import_module("app")
    return sorted(ENDPOINTS, key=lambda e: (e.path, e.method))


def openapi() -> str:
    """The text of docs/openapi.json (OpenAPI 3.1)."""
    endpoints = declared()
    types = [e.answers for e in endpoints] + [e.body for e in endpoints if e.body not in {None, bytes}]
    schemas, components = msgspec.json.schema_components(types, schema_hook=_anything, ref_template=_REF)
    answer_of = dict(zip((id(e) for e in endpoints), schemas, strict=False))
    with_body = [e for e in endpoints if e.body not in {None, bytes}]
    body_of = dict(zip((id(e) for e in with_body), schemas[len(endpoints) :], strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for e in endpoints:
        paths.setdefault(e.path, {})[e.method.lower()] = _operation(e, answer_of[id(e)], body_of.get(id(e)))
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "viva",
            "version": VERSION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": "在线视频面试系统的接口。Times are ISO 8601 with a zone; ids are opaque.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": components | {"Error": _error_schema()},
            "securitySchemes": _SECURITY,
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _anything(kind: type) -> dict[str, Any]:
    if kind is object:
        return {"description": "Any JSON value"}
    raise NotImplementedError(f"no schema for {kind}")


def _operation(e: Endpoint, answer: dict[str, Any], body: dict[str, Any] | None) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": e.name,
        "summary": f"{e.zh} · {e.en}",
        "x-roles": sorted(e.roles),
        "security": [{"token": [], "proof": []}] if e.roles else [],
        "responses": {
            str(e.status): {"description": e.en, "content": {"application/json": {"schema": answer}}},
            "default": {
                "description": "A refusal with a stable code, in Chinese and English",
                "content": {"application/json": {"schema": {"$ref": _REF.format(name="Error")}}},
            },
        },
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", e.path)
    ]
    if parameters:
        operation["parameters"] = parameters
    if e.body is not None:
        schema = body if body is not None else {"type": "string", "contentMediaType": e.content_type}
        operation["requestBody"] = {"required": True, "content": {e.content_type: {"schema": schema}}}
    return operation


def _error_schema() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["code", "message_zh", "message_en", "details"],
                "properties": {
                    "code": {"type": "string", "enum": sorted({kind.code for kind in error_kinds()})},
                    "message_zh": text,
                    "message_en": text,
                    "details": {"type": "object"},
                },
            }
        },
    }


def error_kinds() -> list[type[VivaError]]:
    """Every error that has a code of its own."""
    return [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, VivaError) and "code" in vars(kind)
    ]
