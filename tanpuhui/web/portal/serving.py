"""A small server of this process, for pages on the machine that it runs on.

with web.listening(range(8000, 8020)) as site, web.opened(os.environ) as store:
    site.show(web.Portal(programme, library, store, simulated=None))
    site.serve_forever()
"""

from __future__ import annotations

import socketserver
import sys
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from tanpuhui.web.faults import NoFreePort
from tanpuhui.web.portal.site import ENVIRON_KEY, Portal

HOST = "127.0.0.1"  # nobody but this machine


class Site(socketserver.ThreadingMixIn, WSGIServer):
    """A server that answers each request in a thread; ``serve_forever`` ends by an interrupt."""

    daemon_threads = True  # an open connection does not keep the process alive

    @property
    def address(self) -> str:
        """What to type in a browser."""
        return f"http://{HOST}:{self.server_address[1]}/"

    def show(self, portal: Portal) -> None:
        """Show a portal from now on; call it inside ``opened``, with TANPUHUI_SECRET_KEY set."""
        from django.core.wsgi import get_wsgi_application

        application = get_wsgi_application()

        def shown(environ: dict[str, Any], start_response: Any) -> Any:
            return application({**environ, ENVIRON_KEY: portal}, start_response)

        self.set_app(shown)

    def server_bind(self) -> None:
        """Bind without asking any name server what this machine is called."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of an answer is no news."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Quiet(WSGIRequestHandler):
    """A handler that does not write each request to the terminal."""

    timeout = 30  # seconds: who connects and says nothing keeps no thread

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def listening(ports: range) -> Site:
    """A server on the first free of some ports; what comes in waits until it is told what to show.

    Raises:
        NoFreePort: none of them is.
    """
    reason = ""
    for port in ports:
        try:
            return Site((HOST, port), _Quiet)
        except OSError as error:
            reason = error.strerror or str(error)
    raise NoFreePort(first=ports[0], last=ports[-1], reason=reason.lower())
