"""No secret stands in the repository. What is looked for are forms that hardly anything else has, and words that name a secret beside a text."""

import re
import subprocess

import pytest

from lib.settings import ROOT

# What it is, a text without which it is not there (in small letters, so that large files are passed over quickly), and its form.
FORMS = {
    "a private key": ("private key", r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----"),
    "an AWS key": ("akia", r"\bAKIA[0-9A-Z]{16}\b"),
    "a GitHub token": ("gh", r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22,})"),
    "a GitLab token": ("glpat-", r"\bglpat-[A-Za-z0-9_-]{20}"),
    "a Slack token": ("xox", r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    "a Stripe key": ("k_live_", r"\b[sr]k_live_[A-Za-z0-9]{16,}"),
    "a key of a model's service": ("sk-", r"\bsk-[A-Za-z0-9_-]{32,}"),
    "a Google key": ("aiza", r"\bAIza[0-9A-Za-z_-]{35}"),
    "a PyPI token": ("pypi-", r"\bpypi-AgEIcHlwaS[A-Za-z0-9_-]{20,}"),
    "a signed token": ("eyj", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    "a password in an address": ("://", r"://[^\s:/@\"'`{}<>$]+:(?P<said>[^\s:/@\"'`{}<>$]+)@"),
} | {
    f"a secret by its name, {name}": (name, rf"(?i:{name})[A-Za-z_]*[\"']?\s*[=:]\s*[\"'](?P<said>[^\"'{{}}$…]{{8,}})[\"']") for name in ("password", "passwd", "secret", "api_key", "apikey", "token")
}  # fmt: skip
STANDS_FOR_ONE = {"password", "a secret", "a secret of this test", "secret", "long"}  # in a guide or a test, and is none


def secrets_in(text: str) -> set[tuple[int, str]]:
    """The line and the kind of what looks like a secret."""
    small = text.lower()
    return {
        (text.count("\n", 0, match.start()) + 1, kind)
        for kind, (needed, form) in FORMS.items()
        if needed in small
        for match in re.finditer(form, text)
        if match.groupdict().get("said") not in STANDS_FOR_ONE
    }


def test_no_file_of_the_repository_holds_a_secret():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    found = {}
    for name in filter(None, listed):
        path = ROOT / name
        if path.is_file() and b"\0" not in (content := path.read_bytes())[:1000] and (there := secrets_in(content.decode("utf-8", "replace"))):
            found[name] = there
    assert len(listed) > 400 and found == {}


@pytest.mark.parametrize("planted", [
    "-----BEGIN " + "PRIVATE KEY-----", "-----BEGIN RSA " + "PRIVATE KEY-----", "key = AKIA" + "ABCDEFGHIJKLMNOP", "ghp" + "_" + "a1" * 18, "glpat" + "-" + "a1b2c3d4e5" * 2,
    "xoxb" + "-1234567890-abcdef", "sk_live" + "_" + "a1b2" * 5, "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0In0.abcdefghijkl", "postgresql://outcomes:" + "hunter22@db.city.gov/x",
    'mail_password = "' + 'hunter22hunter"', "COOKIE_SECRET: '" + "kd83hf92kd8'", '"client_secret": "' + '0123456789abcdef"',
])  # fmt: skip
def test_a_planted_one_is_found(planted):
    assert {line for line, _ in secrets_in(f"one\ntwo {planted}\n")} == {2}


@pytest.mark.parametrize("harmless", ['cookie_secret = "…"', "postgresql://user:password@host/database", 'password = os.environ["MAIL_PASSWORD"]', "token = read(request)", "redis://host:6379/0"])
def test_what_stands_for_one_is_none(harmless):
    assert secrets_in(harmless) == set()
