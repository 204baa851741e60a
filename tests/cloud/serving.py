"""How the gate and the gateway listen."""

import http.client
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botocore.exceptions import BotoCoreError


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address) -> None:
        # At the end of the test, the programs on both sides go away in the middle of a talk.
        if not isinstance(sys.exc_info()[1], (OSError, http.client.HTTPException, BotoCoreError)):
            super().handle_error(request, client_address)


def listen(handler: type[BaseHTTPRequestHandler]) -> str:
    """Serves on a free port of this machine, as long as the test runs. Gives the address."""
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"127.0.0.1:{server.server_address[1]}"
