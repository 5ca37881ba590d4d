"""nginx in front of the set, with the locations that a real site uses."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

from scripts.serve import ROOT
from scripts.services import processes
from scripts.stack.program import Problem, Program
from scripts.stack.servers import own_folder

LOCATIONS = ROOT / "deploy" / "nginx" / "locations.conf"
MICROCACHE = ROOT / "deploy" / "nginx" / "microcache.conf"
CONFIG = """daemon off;
pid nginx.pid;
worker_processes auto;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    server_tokens off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include microcache.conf;
    upstream parkbench_web {{ server 127.0.0.1:{web}; keepalive 16; keepalive_timeout 20s; }}
    upstream parkbench_live {{ server 127.0.0.1:{live}; }}
    server {{
        listen 127.0.0.1:{front};
        include locations.conf;
    }}
}}
"""


def nginx_binary() -> str | None:
    """Return the program, which is seldom on the PATH of people who are not root."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def nginx(binary: str, folder: Path, *, front: int, web: int, live: int) -> Program:
    """Return an nginx on the port `front` with the site's own locations."""
    user = processes.plain_user()
    own_folder(folder, user)
    file = processes.private_file(folder, "nginx.conf", CONFIG.format(front=front, web=web, live=live), user)
    # A copy: the user that nginx runs as may not be able to read the checkout.
    processes.private_file(folder, "locations.conf", LOCATIONS.read_text(), user)
    kept = MICROCACHE.read_text().replace("/var/cache/nginx/parkbench", "kept")
    processes.private_file(folder, "microcache.conf", kept, user)
    command = [binary, "-p", str(folder), "-e", "stderr", "-c", str(file)]
    return Program("nginx", command, folder, user=user, problem=answers(front))


def answers(port: int) -> Problem:
    """Return what says whether somebody listens on `port` of this machine."""

    def problem() -> str | None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError as error:
            return f"nobody answers on port {port} ({error})"
        return None

    return problem
