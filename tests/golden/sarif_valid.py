"""Is each FILE a SARIF log?  sarif_valid.py FILE...

Judged by the whole schema of SARIF 2.1.0 where .ci/deps has put it, and always by
sarif-2.1.0.part.json, which holds what racerun writes and allows nothing else. Exit status 77: no
jsonschema here."""
import json
import os
import sys

try:
    import jsonschema
except ImportError:
    print("no jsonschema here")
    sys.exit(77)

here = os.path.dirname(os.path.abspath(__file__))
whole = os.environ.get("RACERUN_SARIF_SCHEMA") or os.path.expanduser(
    "~/.cache/racerun-ci/sarif-2.1.0.json")


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.loads(file.read().replace("@SOURCE@", "/source"))  # of golden reports


validators = [jsonschema.Draft7Validator(read(os.path.join(here, "sarif-2.1.0.part.json")))]
if os.path.exists(whole) or "RACERUN_SARIF_SCHEMA" in os.environ:
    validators.append(jsonschema.Draft4Validator(read(whole)))
else:
    print("judged by a part of the schema only: .ci/deps fetches the whole")
failed = False
for path in sys.argv[1:]:
    log = read(path)
    for validator in validators:
        for error in validator.iter_errors(log):
            print(f"{path}: {list(error.absolute_path)}: {error.message[:200]}")
            failed = True
    for run in log["runs"]:
        for result in run["results"]:
            rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
            if rule["id"] != result["ruleId"]:
                print(f"{path}: the rule of {result['message']} is not {rule['id']}")
                failed = True
sys.exit(failed)
