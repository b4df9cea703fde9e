"""docs/connector.openapi.yaml as something that requests and answers can be held to."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import RefResolver
from openapi_schema_validator import OAS31Validator, oas31_format_checker

FILE = Path("docs/connector.openapi.yaml")
PREFIX = "/desk"


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def resolve(node: Any) -> Any:
    """The node, or what its $ref points to."""
    while isinstance(node, dict) and "$ref" in node:
        found: Any = document()
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def operation(method: str, path: str) -> tuple[dict[str, Any], list[Any]]:
    """The operation behind a request, and all its parameters with their values in the path."""
    bare = path.removeprefix(PREFIX)
    for template, item in document()["paths"].items():
        match = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/?]+)", template), bare)
        if match and method.lower() in item and not (template.endswith("}") and bare.endswith("/lookup")):
            common = [resolve(parameter) for parameter in item.get("parameters", [])]
            own = [resolve(parameter) for parameter in item[method.lower()].get("parameters", [])]
            return item[method.lower()], [(parameter, match.groupdict()) for parameter in (*common, *own)]
    raise AssertionError(f"the API has no {method} {path}")


def check_request(method: str, path: str, headers: Any, body: bytes) -> None:
    """Raises jsonschema.ValidationError or AssertionError."""
    found, parameters = operation(method, path)
    for parameter, in_path in parameters:
        value = headers.get(parameter["name"]) if parameter["in"] == "header" else in_path[parameter["name"]]
        assert value is not None, f"{parameter['name']} is missing"
        _validate(parameter["schema"], value)
    if "requestBody" in found:
        _validate(found["requestBody"]["content"]["application/json"]["schema"], json.loads(body))
    else:
        assert body == b""


def check_response(method: str, path: str, status: int, body: Any) -> None:
    """Raises jsonschema.ValidationError or AssertionError."""
    responses = operation(method, path)[0]["responses"]
    assert str(status) in responses, f"{method} {path} never answers {status}"
    _validate(resolve(responses[str(status)])["content"]["application/json"]["schema"], body)


def _validate(schema: Any, value: Any) -> None:
    resolver = RefResolver.from_schema(document())
    OAS31Validator(resolve(schema), resolver=resolver, format_checker=oas31_format_checker).validate(value)
