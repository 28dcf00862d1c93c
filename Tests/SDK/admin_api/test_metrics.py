"""Metrics as Prometheus' own client library reads them."""

import requests
from prometheus_client.parser import text_string_to_metric_families


def families(server):
    answer = requests.get(f"{server.url}/__admin/metrics", timeout=30)
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4"
    return {family.name: family for family in text_string_to_metric_families(answer.text)}


def value(families, name, **labels):
    (found,) = [s.value for s in families[name].samples if s.labels.items() >= labels.items()]
    return found


def test_prometheus_reads_them(fresh_client):
    client = fresh_client("--clock", "manual")
    client.pfop("media")
    client.pfop("a-bucket-that-nobody-has")
    server = type("", (), {"url": client.url})
    found = families(server)
    for family in found.values():
        assert family.type in ("counter", "gauge")
        assert family.documentation.endswith(".")
        assert family.samples, family
        # Counters are named as Prometheus wants them.
        assert all(s.name.endswith("_total") for s in family.samples) == (family.type == "counter"), family
    assert value(found, "pfop_mock_requests", status="200", decided_by="accepted", endpoint="pfop") == 1
    assert value(found, "pfop_mock_requests", decided_by="bucket") == 1
    assert value(found, "pfop_mock_jobs", phase="finished") == 1
    assert value(found, "pfop_mock_clock_seconds", mode="manual") > 1.7e9
    assert "a-bucket-that-nobody-has" not in str(found)
    client.pfop("media")
    assert value(families(server), "pfop_mock_requests", status="200") == 2
