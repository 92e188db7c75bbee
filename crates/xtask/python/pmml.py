"""Compares JPMML with what leadglass expects: DOCUMENT TABLE EXPECTED."""

import csv
import gzip
import re
import sys

import pandas
from jpmml_evaluator import make_evaluator


def main(document, table, expected):
    evaluator = make_evaluator(document).verify()
    fields = evaluator.getInputFields()
    outputs = [field.getName() for field in evaluator.getOutputFields()]
    reasons = [name for name in outputs if name.startswith("reason.")]
    opened = gzip.open if table.endswith(".gz") else open
    with opened(table, "rt", encoding="utf-8-sig", newline="") as file:
        rows = [{field_id(name): cell for name, cell in row.items()} for row in csv.DictReader(file)]
    with open(expected, encoding="utf-8", newline="") as file:
        wanted = list(csv.DictReader(file))[: len(rows)]
    inputs = pandas.DataFrame(
        {field.getName(): [value(row.get(field.getName()), field.getDataType()) for row in rows] for field in fields},
        dtype=object,
    )
    given = evaluator.evaluateAll(inputs)
    errors = given["errors"] if "errors" in given else [None] * len(rows)
    codes = zip(*(given[name] for name in reasons))
    different = 0
    for want, points, row_codes, error in zip(wanted, given["points"], codes, errors, strict=True):
        row_codes = [code for code in row_codes if isinstance(code, str)]
        if want["points"]:
            milli = round(float(want["points"]) * 1000)
            same = not is_told(error) and abs(points * 1000 - milli) < 1e-4 and row_codes == want["reason_codes"].split()
        else:
            same = is_told(error)
        if not same:
            different += 1
            if different <= 10:
                print(f"line {want['line']}: wanted {want}, given {points} {row_codes} {error}")
    if len(wanted) != len(rows):
        sys.exit(f"{len(wanted)} rows were expected and {len(rows)} read")
    scored = sum(1 for want in wanted if want["points"])
    print(f"{len(rows)} rows, {scored} scored, {different} different")
    sys.exit(1 if different else 0)


def field_id(column):
    return re.sub(r"\W", "_", column.strip().lower())


def is_told(error):
    return isinstance(error, str)


def value(cell, data_type):
    cell = (cell or "").strip() if data_type != "string" else cell
    if cell is None or cell == "":
        return None
    if data_type == "double":
        return float(cell)
    if data_type == "integer":
        return int(cell)
    if data_type == "boolean":
        return cell.lower() in ("yes", "true", "on", "1")
    return cell


if __name__ == "__main__":
    main(*sys.argv[1:4])
