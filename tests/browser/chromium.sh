#!/bin/sh
# Makes sure that there is a Chromium: the one that is there, else Debian's (where apt and root are there), else the
# one that Playwright downloads. tests/browser/conftest.py looks in the same order.
set -eu
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null && exit 0
  echo "chromium could not be installed with apt; trying Playwright's own" >&2
fi
exec .venv/bin/playwright install chromium
