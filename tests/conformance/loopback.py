"""Imported first: from here on, this process reaches nothing but this machine, and fails if it ever tried to."""

import atexit
import os
import socket
import sys

HERE = {"localhost", "127.0.0.1", "::1"}
OUTSIDE = ("192.0.2.1", 9)  # for documentation only (RFC 5737), so nobody is there

asked = []


def guard(event: str, arguments: tuple) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect":
        host = arguments[1][0] if isinstance(arguments[1], tuple) else "localhost"
    else:
        return
    if host not in HERE:
        asked.append(host)
        raise PermissionError(f"{host} is outside, and nothing is fetched from there")


def tell() -> None:
    if asked:
        print(f"asked for outside: {', '.join(map(str, asked))}", file=sys.stderr, flush=True)
        sys.stdout.flush()
        os._exit(1)


sys.addaudithook(guard)
try:
    socket.create_connection(OUTSIDE, 1).close()
except PermissionError:
    pass
if asked != [OUTSIDE[0]]:
    sys.exit("the guard lets everything through")
asked.clear()
atexit.register(tell)
