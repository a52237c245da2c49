#!/bin/sh
# Makes sure that there is a LibreOffice: the one that is there, else Debian's (where apt and root are there). Where it cannot be
# had, the tests of tests/papers are left out and say why.
set -eu
if command -v soffice >/dev/null 2>&1 && command -v pdftotext >/dev/null 2>&1; then exit 0; fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  apt-get update -qq || true
  if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libreoffice-writer-nogui libreoffice-impress-nogui poppler-utils \
    fonts-crosextra-carlito >/dev/null; then exit 0; fi
fi
echo "LibreOffice is not here and could not be installed (that needs apt and root); the tests of the opened papers are left out" >&2
