"""https://: what the SDK and Python's own TLS think of it."""

import socket
import ssl
import urllib.parse

import pytest
import requests

from client import TAKES_SCHEME, Client


@pytest.fixture
def secure(request, fresh_client, tmp_path):
    """The server's address for TLS, and the file of the CA to trust."""
    ca = tmp_path / "ca.pem"
    fresh_client("--tls", "--tls-port", "0", "--tls-ca-out", str(ca))
    return request.node.fresh_servers[-1].tls_url, ca


def connect(url, ca, name, **settings):
    context = ssl.create_default_context(cafile=ca)
    # What newer releases of Python demand by themselves.
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    for attribute, value in settings.items():
        setattr(context, attribute, value)
    address = urllib.parse.urlsplit(url)
    plain = socket.create_connection((address.hostname, address.port), timeout=10)
    return context.wrap_socket(plain, server_hostname=name, suppress_ragged_eofs=False)


@pytest.mark.skipif(not TAKES_SCHEME, reason="this release knows no host with a scheme")
def test_the_sdk_speaks_it(secure, monkeypatch):
    url, ca = secure
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ca))
    client = Client(url)
    ids = [client.pfop().id for _ in range(3)]
    assert ids == [1, 2, 3]
    assert client.status(ids[0]).ret["code"] == 0
    assert client.with_keys(secret_key="wrong").pfop().error == "bad token"


@pytest.mark.skipif(not TAKES_SCHEME, reason="this release knows no host with a scheme")
def test_the_sdk_does_not_trust_it_unasked(secure):
    url, _ = secure
    answer = Client(url).pfop()
    assert answer.ret is None
    assert "CERTIFICATE_VERIFY_FAILED" in str(answer.info.exception)


def test_requests_goes_on_with_one_connection(secure):
    url, ca = secure
    with requests.Session() as session:
        session.verify = str(ca)
        for _ in range(5):
            assert session.get(f"{url}/__admin/health", timeout=10).json() == {"status": "alive"}


@pytest.mark.parametrize("name", ["api.qiniu.com", "uc.qiniu.com", "rs.qbox.me", "localhost", "127.0.0.1", "::1"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_it_ends_with_a_farewell(secure, name, version):
    with connect(*secure, name, minimum_version=version, maximum_version=version) as connection:
        connection.sendall(b"GET /__admin/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = b""
        # Without close_notify this raises SSLEOFError.
        while octets := connection.recv(4096):
            answer += octets
    assert answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(b'{"status": "alive"}')


@pytest.mark.parametrize("name", ["example.com", "qiniu.com", "127.0.0.2"])
def test_it_is_nobody_else(secure, name):
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(*secure, name)
