"""Rows of tables as Python's csv module reads them, for test/golden/shipped-tables.ts.

Reads lines of JSON {path, encoding, delimiter} from standard input, writes a line of JSON with the rows for each.
"""

import csv
import json
import sys

csv.field_size_limit(1 << 30)
for line in sys.stdin:
    table = json.loads(line)
    with open(table["path"], encoding=table["encoding"], errors="replace", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter=table["delimiter"])]
    print(json.dumps(rows), flush=True)
