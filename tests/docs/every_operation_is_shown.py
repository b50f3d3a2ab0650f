"""Checks a rendered Swagger UI: every_operation_is_shown.py OPENAPI.json PAGE.html BROWSER.log

Fails when an operation of the document is not on the page, or when the page complained on the console.
"""

import json
import sys
from html.parser import HTMLParser
from pathlib import Path

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


class Operations(HTMLParser):
    """Collects what Swagger UI shows: a method, and after it the path in an attribute of its own."""

    def __init__(self):
        super().__init__()
        self.shown = set()
        self.method = None
        self.in_method = False

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        classes = (attributes.get("class") or "").split()
        if "opblock-summary-method" in classes:
            self.in_method = True
        if "opblock-summary-path" in classes:
            self.shown.add((self.method, attributes.get("data-path")))

    def handle_data(self, data):
        if self.in_method:
            self.method = data.strip().lower()
            self.in_method = False


def main(document, page, log):
    paths = json.loads(Path(document).read_text())["paths"]
    described = {(method, path) for path, item in paths.items() for method in item if method in METHODS}
    page = operations_of(Path(page).read_text())
    said = [line for line in Path(log).read_text().splitlines() if ":CONSOLE:" in line]
    complaints = [line for line in said if any(word in line for word in ("Error", "Failed", "Refused"))]
    for method, path in sorted(described - page):
        print(f"not shown: {method.upper()} {path}")
    for line in complaints:
        print(f"the page complained: {line}")
    print(f"{len(described & page)} of {len(described)} operations are shown.")
    return 0 if described and described <= page and not complaints else 1


def operations_of(html):
    parser = Operations()
    parser.feed(html)
    return parser.shown


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
