"""What `pfop-mock schema` prints, against a validator that is not ours, with YAML read as editors read it: YAML 1.2."""

import functools
import json
import os
import pathlib
import re
import subprocess

import jsonschema
import pytest
import requests
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures"

SOUND = sorted([*FIXTURES.glob("*.yaml"), *FIXTURES.glob("examples/*.yaml"), *FIXTURES.glob("odd/*.yaml")])
BROKEN = sorted([*FIXTURES.glob("broken/*.yaml"), *FIXTURES.glob("broken/*.json")])

# All that can be said, each in every form in which it can be.
EVERYTHING = r"""
dialect: current
idFormat: zoned
accounts:
  - { accessKey: 123, secretKey: true }
  - { accessKey: "!~", secretKey: " any: thing" }
buckets:
  empty:
  nothing: {}
  123: { keys: [1, 2.5, yes, "null", a\\b, a\*, '*', 中文] }
  "a*": { dialect: classic, idFormat: int64, job: { waiting: 0, processing: 1.5s, result: success, notifyAfter: "2m" } }
  failing: { job: { result: failed, error: 404, errorIndex: 999 }, then: { accept: true } }
  steps:
    keys: ["*"]
    then:
      - { status: 200, error: 5, times: 1, probability: 0.5, body: , headers: { X-A: , X-B: 5, X-C: "a b", X-D: ~ } }
      - { status: 999, times: 1000000000, probability: 1, body: '{"a": 1}' }
      - { accept: True, delay: 0, job: { waiting: 1h } }
      - { delay: 1h, bandwidth: 500 }
      - { delay: { fixed: 5ms }, bandwidth: 64KB/s }
      - { delay: { uniform: [0, 400ms] }, bandwidth: 1MiB }
      - { delay: { lognormal: { median: 50ms, sigma: 0 } }, bandwidth: "7/s" }
      - { dribble: { chunks: 10000, over: 1h } }
      - { rateLimit: { perSecond: 0.001 }, error: slow down }
      - { rateLimit: { perSecond: 1000000, burst: 1000000, status: 429, retryAfter: 0 }, fault: hang }
      - { fault: connectionResetByPeer, status: 500 }
      - { fault: hang, accept: true, job: { waiting: 1s } }
      - { fault: emptyResponse, delay: 5s }
      - { fault: randomDataThenClose }
      - { fault: malformedResponseChunk, headers: {} }
      - { fault: truncatedBody, body: text }
      - { fault: closeAfterHeaders, status: 500, error: x }
      - { fault: missingReqid }
      - { fault: wrongContentType }
      - { fault: invalidJSON }
      - { fault: duplicateResponse }
      - { fault: persistentIdAsFloat, accept: true, delay: 1s }
      - { fault: earlyNotification, dribble: { chunks: 2, over: 0 } }
      - { fault: duplicateNotification }
      - { fault: lateNotification }
rules:
  - { then: { body: x } }
  - name: 5
    phase: outcome
    when: { bucket: a*, key: 5, fops: "*", pipeline: x, notifyURL: 'http://*', accessKey: 123, type: 0, force: 1, path: /pfop,
            method: POST, header: { X-A: 5, x-b: "*" }, userAgent: "*", attempt: 1, time: 0..0 }
    countBy: key
    then: [{ status: 500 }]
  - { when: { attempt: 2..3, time: 10s.. }, countBy: bucket, then: { status: 500 } }
  - { when: { attempt: 3.., time: ..1.5h }, countBy: accessKey, then: { status: 500 } }
  - { when: { attempt: ..2, header: {} }, countBy: connection, then: { status: 500 } }
  - { when: {}, countBy: rule, then: { status: 500 } }
  - { phase: connection, when: { time: 0..1m }, countBy: connection, then: [{ fault: hang, times: 2 }, { delay: 1s }] }
  - { phase: request, when: { attempt: 1, path: "/*" }, countBy: accessKey, then: { rateLimit: { perSecond: 1.5 } } }
  - { phase: request, then: { status: 503, fault: invalidJSON } }
"""

# Files of `fixtures/broken` that no schema comes to see, or none can object to.
UNSEEN = {
    "control-character": "no YAML",
    "tab": "no YAML",
    "unclosed": "no YAML",
    "undefined-alias": "no YAML",
    "two-documents": "an editor takes each document for one of its own",
    "not-utf8": "no text",
    "deep": "a reader of YAML may give up before we do",
    "merge": "what << stands for is for readers of YAML to settle",
    "duplicate-bucket": "two equal names are no JSON",
    "duplicate-lists": "two equal names are no JSON",
    "duplicate-names": "what other items hold is out of a schema's reach",
    "accounts-missing": "accounts may stand in another file",
    "no-accounts": "accounts may stand in another file",
}

# Mistakes that only the decoder can catch, by file and path.
DECODER_ONLY = {
    "accounts": {"accounts[6].secretKey": "a tag that is not known is for readers of YAML to refuse"},
    "buckets": {
        "buckets": "a list as a name is no JSON",
        "buckets.keys-odd.keys[4]": "a tag that is not known is for readers of YAML to refuse",
    },
    "names-in-paths": {
        'buckets."two\\nlines\\u001b[1m".then.status': "it is caught, and its path written otherwise",
        f'buckets."{"n" * 80}"....then.status': "it is caught, and its path written otherwise",
    },
    "jobs": {
        "buckets.g.job.waiting": "a pattern can not say 8760h",
    },
    "answers": {
        "buckets.delays.then[2].delay": "a pattern can not say 1h",
        "buckets.delays.then[10].delay.uniform": "which of two spans is longer is out of a schema's reach",
        "buckets.delays.then[13].delay.lognormal.median": "a pattern can not say 1h",
        "buckets.paces.then[7].bandwidth": "a pattern can not say 1000000000 in every unit",
    },
    "conditions": {
        "rules[1].when.attempt": "which of two numbers is larger is out of a schema's reach",
        "rules[10].when.time": "which of two spans is longer is out of a schema's reach",
        "rules[12].when.time": "a pattern can not say 8760h",
    },
}


@functools.cache
def schema_text():
    run = subprocess.run([os.environ["PFOP_MOCK_BINARY"], "schema"], capture_output=True, text=True, timeout=30)
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


@functools.cache
def validator():
    def explicit(value):
        """The validator does not tell where it met the schema `false`; of another one that nothing fits it does."""
        if isinstance(value, dict):
            return {name: explicit(item) for name, item in value.items()} | {
                name: {"not": {}} for name, item in value.items() if item is False and name != "additionalProperties"
            }
        return [explicit(item) for item in value] if isinstance(value, list) else value

    return jsonschema.Draft202012Validator(explicit(json.loads(schema_text())))


def load(path):
    """A file, or text."""

    def named(value):
        """As JSON has it: all names are texts."""
        if isinstance(value, dict):
            return {name if isinstance(name, str) else json.dumps(name): named(item) for name, item in value.items()}
        return [named(item) for item in value] if isinstance(value, list) else value

    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor(None, lambda constructor, node: node.value)
    return named(yaml.load(path.read_text() if isinstance(path, pathlib.Path) else path))


def errors(instance):
    """What the validator objects to, alternatives included, with paths as our own messages have them."""
    found = {}
    pending = list(validator().iter_errors(instance))
    while pending:
        error = pending.pop()
        pending += error.context
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
        paths = [path]
        if error.validator == "additionalProperties":
            # Of accounts we do not show what is no field: it may be a secret.
            paths += [f"{path}.{name}" for name in error.instance if name not in error.schema["properties"]]
        elif "propertyNames" in error.absolute_schema_path:
            paths = [f"{path}.{error.instance}"]
        for path in paths:
            found.setdefault(path.removeprefix("."), []).append(error.message)
    return found


def mistakes(path):
    """What the decoder says, by path."""
    line = re.compile(r"[^:]+:\d+:\d+: (?:((?:dialect|idFormat|accounts|acounts|buckets|rules)\b.*?): )?.+")
    return [line.fullmatch(text)[1] or "" for text in path.with_suffix(".txt").read_text().splitlines()]


def test_the_schema_is_sound():
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))


def test_the_server_tells_the_same(server):
    answer = requests.get(f"{server.url}/__admin/schema", timeout=30)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.text == schema_text()


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_fixtures_that_ship_are_accepted(path):
    assert errors(load(path)) == {}


def test_all_that_the_decoder_knows_is_accepted(tmp_path):
    assert errors(load(EVERYTHING)) == {}
    fixture = tmp_path / "everything.yaml"
    fixture.write_text(EVERYTHING)
    check = subprocess.run([os.environ["PFOP_MOCK_BINARY"], "check", fixture], capture_output=True, text=True, timeout=30)
    assert check.returncode == 0, check.stderr


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_every_mistake_is_caught_that_a_schema_can_catch(path):
    if path.stem in UNSEEN:
        try:
            assert not errors(load(path)), "it is caught: take it off the list"
        except (YAMLError, UnicodeDecodeError, RecursionError):
            pass
        return
    found = errors(load(path))
    assert found
    excused = DECODER_ONLY.get(path.stem, {})
    missed = [where for where in mistakes(path) if where not in found and where not in excused]
    assert missed == [], found
    assert [where for where in excused if where in found] == [], "caught: take it off the list"
