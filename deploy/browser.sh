#!/usr/bin/env bash
# Prints the path of a Chromium for the browser tests, installing one where this machine allows it.
set -u

installed() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" && return 0
  done
  return 1
}

downloaded() {
  .venv/bin/python - <<'PYTHON'
"""Prints where Playwright keeps its own Chromium, if it has one."""
import os
import sys

from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    path = playwright.chromium.executable_path
if not os.path.exists(path):
    sys.exit(1)
print(path)
PYTHON
}

installed && exit 0
downloaded 2>/dev/null && exit 0
echo "正在寻找浏览器 … looking for a Chromium for the browser tests …" >&2
timeout 120 .venv/bin/python -m playwright install chromium >/dev/null 2>&1
downloaded 2>/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  { timeout 120 apt-get update -qq; timeout 300 apt-get install -y -qq chromium; } >/dev/null 2>&1
  installed && exit 0
fi
echo "没有浏览器，浏览器测试将略过。 No Chromium here: the browser tests will skip themselves." >&2
echo
