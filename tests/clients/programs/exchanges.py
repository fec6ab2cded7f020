"""Exchanges through a proxy with urllib.request and http.client.

Arguments: proxy host, proxy port, plain origin, TLS origin, certificate.
"""

import hashlib
import http.client
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request

HOST, PORT, PLAIN, SECURE, CERTIFICATE = sys.argv[1:]
BODY = b"a" * 200_000
CONTEXT = ssl.create_default_context(cafile=CERTIFICATE)


def tell(name, status, body):
    print(name, status, hashlib.sha256(body).hexdigest())


def with_urllib():
    proxy = f"http://{HOST}:{PORT}"
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({"http": proxy, "https": proxy}),
        urllib.request.HTTPSHandler(context=CONTEXT),
    )

    def ask(name, url, data=None):
        try:
            with opener.open(url, data) as answer:
                tell(name, answer.status, answer.read())
        except urllib.error.HTTPError as error:
            tell(name, error.code, error.read())

    ask("get", PLAIN + "/bytes/200000")
    ask("large", PLAIN + "/bytes/5000000")
    ask("stream", PLAIN + "/stream/200000")
    ask("post", PLAIN + "/digest", BODY)
    ask("missing", PLAIN + "/none")
    ask("tls-get", SECURE + "/bytes/200000")
    ask("tls-post", SECURE + "/digest", BODY)


def with_http_client():
    """Several exchanges on one connection, which has to stay."""
    connection = http.client.HTTPConnection(HOST, int(PORT))

    def ask(name, method, path, **more):
        connection.request(method, PLAIN + path, **more)
        answer = connection.getresponse()
        tell(name, answer.status, answer.read())
        assert not answer.will_close

    ask("get", "GET", "/bytes/200000")
    socket = connection.sock
    ask("stream", "GET", "/stream/200000")
    ask("post", "POST", "/digest", body=BODY)
    pieces = (BODY[at : at + 999] for at in range(0, len(BODY), 999))
    ask("chunked", "POST", "/digest", body=pieces, encode_chunked=True)
    ask("missing", "GET", "/none")
    assert connection.sock is socket
    connection.close()


def with_http_client_tunnel():
    origin = urllib.parse.urlsplit(SECURE)
    connection = http.client.HTTPSConnection(HOST, int(PORT), context=CONTEXT)
    connection.set_tunnel(origin.hostname, origin.port)
    connection.request("GET", "/bytes/200000")
    answer = connection.getresponse()
    tell("tls-get", answer.status, answer.read())
    connection.request("POST", "/digest", body=BODY)
    answer = connection.getresponse()
    tell("tls-post", answer.status, answer.read())
    connection.close()


with_urllib()
with_http_client()
with_http_client_tunnel()
