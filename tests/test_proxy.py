# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""docs/deploy/nginx.conf in Debian's nginx, in front of a server with two workers."""

import configparser
import http.client
import json
import re
import socket
import ssl
from contextlib import ExitStack, closing
from itertools import count

import pytest
from nginx import Nginx
from odoo_run import free_port

PING = "/g2p-bridge/ping"
UPLOAD = "/g2p-bridge/upload_mt940"
CALL = "/g2p-bridge/list_changes"
SECRET = "Dont-tell-anybody_0123456789"
#: Every address that has a secret in its path.
SECRETS = (
    f"/g2p_bridge/mapper/{SECRET}/on-resolve",
    f"/g2p_bridge_mt940/bank/{SECRET}/upload_mt940",
    f"/g2p-bridge/by-secret/{SECRET}/list_changes",
)
JSON = {"Content-Type": "application/json"}
#: So that no test uses up what another one may call: each has an address of its own.
ADDRESSES = (f"127.0.0.{number}" for number in count(10))


@pytest.fixture(scope="module")
def odoo(module_servers):
    """Odoo as docs/proxy.md has it for people and partners, with two workers."""
    return module_servers().start(workers=2, jobs=False, options={"proxy_mode": True})


@pytest.fixture(scope="module")
def lonely(test_run):
    """An nginx without a bridge behind it."""
    folder = test_run.folder / "servers" / "nginx-lonely"
    folder.mkdir()
    nginx = Nginx(folder, free_port(), free_port()).start()
    yield nginx
    nginx.stop()


@pytest.fixture(scope="module")
def proxy(test_run, odoo):
    parser = configparser.RawConfigParser()
    parser.read(odoo.conf)
    folder = test_run.folder / "servers" / "nginx"
    folder.mkdir()
    nginx = Nginx(folder, odoo.port, parser.getint("options", "gevent_port")).start()
    yield nginx
    nginx.stop()


@pytest.fixture(scope="module")
def api_key(odoo):
    """The key of a partner that sends statements and asks for changes."""
    bank = odoo.call("g2p.bridge.sponsor.bank", "create", [{"name": "Bank", "code": "BANK"}])
    operations = odoo.call("g2p.bridge.operation", "search", [[("kind", "=", "bank")]])
    partner = odoo.call(
        "g2p.bridge.partner",
        "create",
        [
            {
                "name": "Bank",
                "code": "BANK",
                "kind": "bank",
                "proof": "api_key",
                "operation_ids": operations,
                "sponsor_bank_ids": [bank],
            }
        ],
    )
    shown = odoo.call("g2p.bridge.partner", "action_new_api_key", [[partner]])
    return shown["context"]["default_secret"]


@pytest.fixture
def caller(proxy):
    """A connection from an address that has not called before."""
    with closing(connect(proxy.port)) as connection:
        yield connection


def connect(port):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(
        "127.0.0.1", port, context=context, timeout=20, source_address=(next(ADDRESSES), 0)
    )


def ask(connection, method, path, body=None, headers=None):
    """:return: (status, headers, body) of an answer"""
    headers = headers or {}
    chunked = "Transfer-Encoding" in headers
    connection.request(method, path, body, headers, encode_chunked=chunked)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def declare(connection, path, length, **headers):
    """Say that a body of this length will come, and send none of it."""
    connection.putrequest("POST", path)
    for name, value in {**JSON, **headers, "Content-Length": str(length)}.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def at_once(port, path, calls):
    """:return: (statuses, all that came) of calls that do not wait for their answers"""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n"
    text = f"{request}\r\n" * (calls - 1) + f"{request}Connection: close\r\n\r\n"
    with closing(connect(port)) as caller:
        caller.connect()
        caller.sock.sendall(text.encode())
        answers = caller.sock.makefile("rb").read()
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", answers)], answers


def slow_body(port, stack, wrap=None):
    """A connection that has sent half of a message and goes on as slowly as it likes."""
    raw = socket.create_connection(("127.0.0.1", port), timeout=20)
    sender = stack.enter_context(closing(wrap(raw) if wrap else raw))
    sender.sendall(
        f"POST {CALL} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: 1000\r\n\r\n{".encode()
    )
    return sender


def statement(lines):
    """A statement of an account that nobody is paid from, as long as one wants."""
    entry = ":61:2601310131D1,00NTRFREFERENCE//BANK\r\n:86:NOBODY\r\n"
    head = ":20:S\r\n:25:STRANGER\r\n:28C:1/1\r\n:60F:C260131USD1000000,00\r\n"
    return head + entry * lines + f":62F:C260131USD{1000000 - lines},00\r\n-\r\n"


def test_nginx_has_nothing_to_say_of_the_file(lonely):
    said = lonely.check().splitlines()
    assert [line.rpartition(" ")[2] for line in said] == ["ok", "successful"], said


def test_four_slow_bodies_stop_nobody(proxy, odoo, caller):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with ExitStack() as stack:
        for _sender in range(4):
            slow_body(proxy.port, stack, context.wrap_socket)
        for _time in range(5):
            status, _headers, body = ask(caller, "GET", PING)
            assert (status, body) == (200, b'"pong"')
    # Without a proxy two of them are enough.
    with ExitStack() as stack:
        for _sender in range(2):
            slow_body(odoo.port, stack)
        direct = http.client.HTTPConnection("127.0.0.1", odoo.port, timeout=1)
        with closing(direct), pytest.raises(TimeoutError):
            ask(direct, "GET", PING)


def test_too_large_bodies_are_refused_unread(proxy, caller):
    for path, megabytes in ((CALL, 52), (UPLOAD, 302), (SECRETS[0], 302), (SECRETS[2], 302)):
        status, headers, body = declare(caller, path, megabytes * 2**20)
        assert (status, headers["Content-Type"]) == (413, "application/json"), path
        assert json.loads(body)["errors"][0]["code"] == "G2P-REQ-413"
        caller.close()
    assert declare(caller, "/web/login", 2 * 2**20)[0] == 413


@pytest.mark.parametrize("path", [CALL, SECRETS[2]])
def test_too_many_calls_are_told_to_wait(lonely, path):
    """All at once, as nobody means well who does that: each address, and each secret."""
    statuses, answers = at_once(lonely.port, path, 250)
    assert len(statuses) == 250
    assert set(statuses) == {503, 429}
    assert 50 <= statuses.count(503) <= 200
    refused = answers[answers.index(b"HTTP/1.1 429") :]
    assert refused.index(b"Retry-After: 5\r\n") < refused.index(b'"code": "G2P-REQ-429"')
    # Nobody else waits for that.
    with closing(connect(lonely.port)) as other:
        assert ask(other, "GET", PING)[0] == 503


def test_logins_are_not_to_be_guessed(lonely):
    with closing(connect(lonely.port)) as caller:
        statuses = [ask(caller, "HEAD", "/web/login")[0] for _time in range(30)]
    assert set(statuses[:20]) == {502}
    assert statuses[-1] == 429


def test_calls_and_uploads_pass(proxy, odoo, caller, api_key):
    content = statement(5_000)
    assert len(content) > 2**17  # lies in a file of nginx, and needs a proof
    parts = [
        '--b\r\nContent-Disposition: form-data; name="sender_id"\r\n\r\nBANK\r\n'
        '--b\r\nContent-Disposition: form-data; name="statement_file"; filename="s.sta"\r\n\r\n',
        content,
        "\r\n--b--\r\n",
    ]
    headers = {"X-API-Key": api_key, "Content-Type": "multipart/form-data; boundary=b"}
    status, _headers, body = ask(caller, "POST", UPLOAD, "".join(parts), headers)
    assert (status, json.loads(body)["header"]["status"]) == (200, "succ"), body
    # In pieces, whose length nobody has said before: nginx counts them. With a long signature.
    message = {"header": {"version": "1.0.0"}, "message": {}}
    pieces = iter([json.dumps(message).encode()])
    headers = {**JSON, "Transfer-Encoding": "chunked", "Signature": "x" * 9_500}
    status, _headers, body = ask(caller, "POST", CALL, pieces, headers)
    assert (status, json.loads(body)["errors"][0]["code"]) == (400, "G2P-REQ-102"), body
    status, _headers, body = ask(caller, "GET", "/websocket/health")
    assert (status, json.loads(body)) == (200, {"status": "pass"})
    status, headers, _body = ask(caller, "GET", "/web")
    assert (status, headers["Location"].partition("?")[0]) == (303, "/web/login")


def test_who_calls_is_said_by_nginx_alone(proxy, odoo, caller):
    spoofed = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9"}
    message = {
        "header": {
            "message_id": "spoofed",
            "message_ts": "2027-01-01T00:00:00Z",
            "action": "list_changes",
            "sender_id": "NOBODY",
            "total_count": 1,
        },
        "message": {},
    }
    elsewhere = {"X-Forwarded-Host": "elsewhere", "Forwarded": "for=203.0.113.9"}
    for headers in (spoofed, {**spoofed, **elsewhere}):
        status, _headers, body = ask(caller, "POST", CALL, json.dumps(message), {**JSON, **headers})
        assert (status, json.loads(body)["header"]["status"]) == (200, "rjct")
    address = caller.source_address[0]
    found = odoo.sql(
        "SELECT DISTINCT address FROM g2p_bridge_api_call WHERE operation = %s", ["list_changes"]
    )
    assert (address,) in found
    assert ("203.0.113.9",) not in found


def test_nobody_outside_gets_at_the_inside(proxy, caller):
    for path in ("/queue_job/runjob?db=x&job_uuid=y", "/web/database/manager", "/queue_job/x"):
        assert ask(caller, "GET", path)[0] == 404
    for path in ("/g2p_bridge_example_bank/ping", "/g2p_bridge_example_mapper/ping"):
        status, headers, _body = ask(caller, "GET", path)
        assert (status, headers["Server"]) == (404, "nginx")


def test_a_bridge_that_is_away_and_secrets_that_stand_in_no_log(lonely):
    with closing(connect(lonely.port)) as caller:
        for path in (CALL, *SECRETS):
            status, headers, body = ask(caller, "POST", path, "{}", JSON)
            assert (status, headers["Retry-After"]) == (503, "30")
            assert json.loads(body)["errors"][0]["code"] == "G2P-SRV-503"
        for path in SECRETS:
            assert declare(caller, path, 302 * 2**20)[0] == 413
            caller.close()
            # Written otherwise, it is the same address.
            ask(caller, "POST", path.replace("bridge", "%62ridge"), "{}", JSON)
            assert 429 in at_once(lonely.port, path, 250)[0]
    told = lonely.logs()
    assert SECRET not in told
    for path in SECRETS:
        assert path.partition(SECRET)[0] + "*" in told
    assert f'"POST {CALL}" 503' in told
