# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Debian's nginx with docs/deploy/nginx.conf, changed as who installs it would change it."""

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from odoo_run import free_port, wait_until

REPO = Path(__file__).resolve().parent.parent
CONF = REPO / "docs" / "deploy" / "nginx.conf"
#: Where Debian has it, which is not on everybody's path.
PROGRAM = shutil.which("nginx") or "/usr/sbin/nginx"
#: What belongs to the machine and not to the bridge: in Debian's nginx.conf.
MACHINE = """
daemon off;
{user}
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 768; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/bridge.conf;
}}
"""


class Nginx:
    """One nginx on a free port of loopback, in front of an Odoo.

    :param folder: an empty one, for its files
    :param web: port of Odoo
    :param websocket: port for web sockets
    """

    def __init__(self, folder, web, websocket):
        self.folder = folder
        self.port = free_port()
        self._process = None
        self._make_certificate()
        text = CONF.read_text()
        for ours, theirs in (
            ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"),
            ("server_name bridge.example.org", "server_name localhost"),
            ("/etc/ssl/certs/bridge.pem", f"{folder}/bridge.pem"),
            ("/etc/ssl/private/bridge.key", f"{folder}/bridge.key"),
            ("/var/log/nginx/", f"{folder}/"),
            ("127.0.0.1:8069", f"127.0.0.1:{web}"),
            ("127.0.0.1:8072", f"127.0.0.1:{websocket}"),
        ):
            assert ours in text, ours
            text = text.replace(ours, theirs)
        (folder / "bridge.conf").write_text(text)
        user = "user root;" if os.getuid() == 0 else ""
        (folder / "nginx.conf").write_text(MACHINE.format(folder=folder, user=user))

    def start(self):
        """Starts it and returns itself once it listens."""
        self._process = subprocess.Popen(
            self._command(), stdin=subprocess.DEVNULL, start_new_session=True
        )
        # So that it ends with the run, whatever happens to this process.
        pid_file = self.folder.parent / f"{self.folder.name}.pid"
        pid_file.write_text(f"{self._process.pid}\n")
        wait_until(self._listens, 20, "nginx to listen", interval=0.02)
        return self

    def stop(self):
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait(20)
            (self.folder.parent / f"{self.folder.name}.pid").unlink()

    def check(self):
        """:return: what it says of its configuration"""
        done = subprocess.run([*self._command(), "-t"], capture_output=True, text=True)
        return done.stdout + done.stderr

    def logs(self):
        """All that it has written about requests."""
        return "".join(path.read_text() for path in self.folder.glob("*.log"))

    def _command(self):
        return [PROGRAM, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]

    def _listens(self):
        assert self._process.poll() is None, self.check()
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", self.port)) == 0

    def _make_certificate(self):
        command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
        command += " -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1"
        files = ["-keyout", self.folder / "bridge.key", "-out", self.folder / "bridge.pem"]
        subprocess.run([*command.split(), *files], check=True, capture_output=True)
