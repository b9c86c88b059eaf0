"""A server that shows a portal shows nothing else, and lets a browser load nothing else."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tanpuhui.web.portal.site import ENVIRON_KEY

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Requests to ``serving.Site`` see the portal's addresses only: no console, no log-in."""

    def respond(request: HttpRequest) -> HttpResponse:
        alone = ENVIRON_KEY in request.META
        if alone:
            request.urlconf = "tanpuhui.web.portal.urls"
        response = get_response(request)
        if alone:
            response.headers["Content-Security-Policy"] = POLICY
        return response

    return respond
