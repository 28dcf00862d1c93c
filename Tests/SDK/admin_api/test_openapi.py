"""The description that the server gives of its own API: sound by itself, and true of what the server answers."""

import hypothesis
import pytest
import requests
import schemathesis
import schemathesis.checks
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from admin import Admin
from conftest import Server


@pytest.fixture(scope="module")
def lively(tmp_path_factory):
    """A server where there is something to ask for: jobs that have finished, and their notifications."""
    place = tmp_path_factory.mktemp("lively")
    server = Server(place / "stderr", "--clock", "manual", "--tls")
    from client import Client

    client = Client(server.url)
    for _ in range(3):
        client.pfop("media", notify_url="http://192.0.2.1/")
    Admin(server.url).advance("1s")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def described(lively):
    return schemathesis.openapi.from_url(f"{lively.url}/__admin/openapi.json")


def test_it_is_sound(lively):
    document = requests.get(f"{lively.url}/__admin/openapi.json", timeout=30).json()
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_it_tells_every_call(lively):
    document = requests.get(f"{lively.url}/__admin/openapi.json", timeout=30).json()
    told = {f"{method.upper()} {path[1:]}" for path, item in document["paths"].items() for method in item}
    answer = requests.get(f"{lively.url}/__admin/nothing", timeout=30)
    assert told == set(answer.headers["X-Mock-Diagnosis"].removeprefix("known calls: ").split(", "))


def test_the_server_answers_as_it_says(described, subtests):
    """No status and no media type that is not told, none of 500 and more, and every body as its schema has it."""
    operations = [result.ok() for result in described.get_all_operations()]
    assert len(operations) > 15
    for operation in operations:
        # Its answer has no end.
        if operation.path != "/events":
            with subtests.test(operation.label):
                ask(operation)


def ask(operation):
    @hypothesis.given(case=operation.as_strategy())
    @hypothesis.settings(
        max_examples=20,
        # The same requests each time.
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    def ask(case):
        case.call_and_validate(
            checks=[
                schemathesis.checks.not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_schema_conformance,
            ],
            timeout=30,
        )

    ask()
