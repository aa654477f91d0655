"""Is each FILE a SARIF log as far as racerun writes one?  sarif_valid.py FILE..."""
import json
import os
import sys

import jsonschema

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "sarif-2.1.0.part.json"), encoding="utf-8") as file:
    validator = jsonschema.Draft7Validator(json.load(file))
failed = False
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        log = json.load(file)
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
