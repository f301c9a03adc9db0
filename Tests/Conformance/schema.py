"""The part of JSON Schema (draft 07) that the schemas of answers use, and nothing else.

Known words: type (also a list of types), enum, const, pattern, properties, required,
additionalProperties (false or a schema), items, anyOf. An unknown word is a failure, so that no
rule is read over.
"""
import json
import os
import re

from terminal import Failure

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../config/schema/answers")
NOTES = {"$schema", "title", "description"}
WORDS = NOTES | {"type", "enum", "const", "pattern", "properties", "required",
                 "additionalProperties", "items", "anyOf"}


def is_type(value, name):
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
    if name in ("integer", "number"):
        return (isinstance(value, int) or name == "number" and isinstance(value, float)) \
            and not isinstance(value, bool)
    return isinstance(value, kinds[name])


def mistakes(value, schema, place="answer"):
    """Everything in a value that a schema does not allow."""
    strange = set(schema) - WORDS
    if strange:
        raise Failure(f"the schema says {strange} of {place}, which is not understood here")
    found = []
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(is_type(value, name) for name in types):
        return [f"{place} is not {' or '.join(types)}: {json.dumps(value)[:80]}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{place} is none of {schema['enum']}: {json.dumps(value)}")
    if "const" in schema and value != schema["const"]:
        found.append(f"{place} is not {schema['const']}: {json.dumps(value)}")
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        found.append(f"{place} does not match {schema['pattern']}: {json.dumps(value)}")
    if isinstance(value, dict):
        known = schema.get("properties", {})
        found += [f"{place} lacks {name}" for name in schema.get("required", [])
                  if name not in value]
        rest = schema.get("additionalProperties", True)
        for name, inner in value.items():
            if name in known:
                found += mistakes(inner, known[name], f"{place}.{name}")
            elif rest is False:
                found.append(f"{place} has {name}, which the schema does not know")
            elif isinstance(rest, dict):
                found += mistakes(inner, rest, f"{place}.{name}")
    if isinstance(value, list) and "items" in schema:
        for index, inner in enumerate(value):
            found += mistakes(inner, schema["items"], f"{place}[{index}]")
    if "anyOf" in schema:
        tries = [mistakes(value, choice, place) for choice in schema["anyOf"]]
        if all(tries):
            found.append(f"{place} is none of what is allowed: {min(tries, key=len)}")
    return found


def validate(name, text):
    """Checks an answer, or each line of one, against the schema of a command."""
    path = os.path.join(FOLDER, name + ".schema.json")
    if not os.path.exists(path):
        raise Failure(f"there is no schema {path}")
    with open(path) as file:
        schema = json.load(file)
    try:
        values = [json.loads(text)]
    except json.JSONDecodeError:
        values = [json.loads(line) for line in text.splitlines()]
    for value in values:
        if found := mistakes(value, schema):
            raise Failure(f"{name}: " + "\n".join(found[:10]) + "\n" + text[:2000])
