# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Answers that the client cannot use, although the bank has done what it was asked.

Each takes the true answer as bytes, and the fault's seconds.
"""

from odoo.http import Response, request

from . import lost_answer

PAGE = b"<!DOCTYPE html><html><body><h1>Service temporarily unavailable</h1></body></html>"


def _late(content, seconds):
    return lost_answer.late(content, seconds)


def _cut(_content, _seconds):
    return lost_answer.cut()


def _half(content, _seconds):
    return lost_answer.cut_after(content[: len(content) // 2], len(content))


def _double(content, _seconds):
    return Response(content * 2, mimetype="application/json")


def _bad_json(content, _seconds):
    return Response(content[:-1] + b",", mimetype="application/json")


def _html(_content, _seconds):
    return Response(PAGE, mimetype="text/html")


def _redirect(_content, _seconds):
    """A client that follows it would send everything again, somewhere else."""
    headers = {"Location": f"{request.httprequest.path}?again=1"}
    return Response(b"", status=307, headers=headers, mimetype="text/plain")


BY_KIND = {
    "accept_then_timeout": _late,
    "accept_then_cut": _cut,
    "accept_then_half": _half,
    "accept_then_double": _double,
    "accept_then_bad_json": _bad_json,
    "accept_then_html": _html,
    "accept_then_redirect": _redirect,
}
