"""What the page for operators says of variables, files and commands is what the code does."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from scripts.stack.front import nginx_binary

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "running.md").read_text()
SETTINGS = ROOT / "site" / "config" / "settings"
#: Where a variable is read by something else than Django's settings.
ELSEWHERE = (ROOT / "deploy" / "gunicorn.conf.py", ROOT / "scripts" / "serve.py", ROOT / "site/core/metrics/page.py")
ROW = re.compile(r"^\| `([A-Z_<>]+)` \| ?(.*?) ?\| .+ \|$", re.MULTILINE)


def told() -> dict[str, str]:
    """Return the variables of the table and their defaults as they stand there."""
    table = PAGE[PAGE.index("## Every variable") : PAGE.index("## Backup and restore")]
    return dict(ROW.findall(table))


def read_by_settings() -> dict[str, str | None]:
    """Return what production reads, and its default in the words of the table; None where it is computed."""
    found: dict[str, str | None] = {}
    for file in sorted(SETTINGS.glob("*.py")):
        if file.name in ("dev.py", "test.py"):
            continue
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and _reads_a_variable(call):
                name, default = _name(call.args[0]), _default(call.args[1:])
                # Asked twice, once to see whether it is there: the default is what the other says.
                found[name] = default if default != "" else found.get(name, default)
    return found


def _reads_a_variable(call: ast.Call) -> bool:
    """Return whether it is `env.…("NAME"…)`; a name that is computed was said elsewhere."""
    asked = call.func.value if isinstance(call.func, ast.Attribute) else None
    is_env = isinstance(asked, ast.Name) and asked.id == "env"
    return is_env and isinstance(call.args[0], (ast.Constant, ast.JoinedStr))


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr)
    return "".join(part.value if isinstance(part, ast.Constant) else "<NAME>" for part in node.values)  # type: ignore[misc]


def _default(rest: list[ast.expr]) -> str | None:
    if not rest:
        return ""
    try:
        value = ast.literal_eval(rest[0])
    except ValueError:
        return None
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    value = ",".join(value) if isinstance(value, list) else value
    return "none" if value == "" else f"`{value}`"


def test_every_variable_is_in_the_table_and_no_other() -> None:
    elsewhere = {name for file in ELSEWHERE for name in re.findall(r"environ\.get\(\s*\"([A-Z_]+)\"", file.read_text())}
    wanted = {name for name in read_by_settings() if name.isupper()} | elsewhere
    assert wanted - told().keys() == set(), "read by the code, and not told"
    assert told().keys() - wanted == set(), "told, and read by nobody"


def test_the_defaults_are_the_ones_of_the_code() -> None:
    code = {name: default for name, default in read_by_settings().items() if default is not None and name in told()}
    assert len(code) > 20
    words = {name: default.replace("10.0`", "10`") for name, default in code.items()}
    assert {name: told()[name] for name in words if "smtp" not in name} == words


def test_what_has_to_be_set_is_in_the_example() -> None:
    example = PAGE[PAGE.index("DJANGO_SETTINGS_MODULE=") : PAGE.index("Prepare and check")]
    missing = [
        name for name, default in told().items() if not default.strip() and "<" not in name
        and f"{name}=" not in example
    ]  # fmt: skip
    assert missing == []


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """Return a certificate that signs itself, and its key."""
    made, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=example.org"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(made)], check=True, capture_output=True)
    return made, key


@pytest.mark.once
def test_nginx_understands_our_files(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    binary = nginx_binary()
    if binary is None:
        pytest.skip("nginx is not installed: `make stack` says so too")
    folder = ROOT / "deploy" / "nginx"
    site = (folder / "parkbench.conf").read_text()
    for said, here in {
        "/etc/letsencrypt/live/example.org/fullchain.pem": str(certificate[0]),
        "/etc/letsencrypt/live/example.org/privkey.pem": str(certificate[1]),
        "/etc/nginx/parkbench/locations.conf": str(folder / "locations.conf"),
        "/etc/nginx/parkbench/microcache.conf": str(tmp_path / "microcache.conf"),
        "listen 80": "listen 127.0.0.1:18380", "listen [::]:80": "listen [::1]:18380",
        "listen 443": "listen 127.0.0.1:18381", "listen [::]:443": "listen [::1]:18381",
    }.items():  # fmt: skip
        assert said in site
        site = site.replace(said, here)
    kept = (folder / "microcache.conf").read_text()
    assert "/var/cache/nginx/parkbench" in kept
    (tmp_path / "microcache.conf").write_text(kept.replace("/var/cache/nginx/parkbench", "kept"))
    temporary = " ".join(f"{name}_temp_path t;" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    whole = f"pid nginx.pid; events {{}} http {{ access_log off; {temporary} {site} }}"
    (tmp_path / "nginx.conf").write_text(whole)
    call = [binary, "-t", "-p", str(tmp_path), "-e", "stderr", "-c", "nginx.conf"]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr
