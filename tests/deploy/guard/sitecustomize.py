"""Loaded by each Python process of ``tests.deploy.test_offline``: what would leave the machine is noted and refused."""

import os
import sys

_NOTES = os.environ["CONNECTIONS_NOTED_IN"]
_HERE = ("127.", "::1", "::ffff:127.", "localhost", "0.0.0.0", "::")


def _watch(event: str, given: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = given[1]
        host = address[0] if isinstance(address, tuple) else None  # a path is a socket of this machine
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = given[0]
    else:
        return
    named = host.decode() if isinstance(host, bytes) else host
    if named and not str(named).startswith(_HERE):
        with open(_NOTES, "a") as notes:  # noqa: PTH123
            notes.write(f"{event} {named}\n")
        raise OSError(f"a test allows no connection to {named}")


sys.addaudithook(_watch)
