"""Transforms the template, has every tool read the result, and first proves that every tool finds what is wrong."""

import copy
import json
import logging
import re
import subprocess
import sys
from pathlib import Path

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.managed_policy_translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

import planted
from accepted import ACCEPTED

REGION = "ap-northeast-1"
# AWS Lambda, "Lambda quotas": function resource-based policy. DEPLOYING.md says how long a stack's name may be.
POLICY, STACK_NAME = 20 * 1024, 30
SOURCE, WORK = Path(sys.argv[1]), Path(sys.argv[2])

# SAM keeps statistics, and complains that nobody collects them.
logging.getLogger("samtranslator").setLevel(logging.ERROR)


def fail(what):
    sys.exit(f"tests/template: {what}")


def transformed(source):
    """What CloudFormation makes of it. `sam deploy` has put the code into a bucket before, and SAM wants to see that."""
    source = copy.deepcopy(source)
    for resource in source["Resources"].values():
        properties = resource["Properties"]
        if resource["Type"] == "AWS::Serverless::Function" and "CodeUri" in properties:
            properties["CodeUri"] = f"s3://code/{Path(properties['CodeUri']).name}.zip"
    return transform(source, {}, ManagedPolicyLoader(None))


def written(name, document):
    path = WORK / name
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def answer(*command):
    """A tool's output as JSON. An answer that is none is the tool's own failure."""
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return json.loads(ran.stdout)
    except json.JSONDecodeError:
        fail(f"{command[0]} ended with {ran.returncode} and no JSON:\n{ran.stdout}{ran.stderr}")


def lint(path):
    """Every error and warning: (code, name of the resource or parameter, sentence)."""
    found = answer("cfn-lint", "--regions", REGION, "--format", "json", "--template", str(path))
    return [(one["Rule"]["Id"], ([*one["Location"]["Path"], "", ""])[1], one["Message"]) for one in found]


def audit(path):
    """What checkov passed (a number), and what it failed: (code, resource, sentence)."""
    command = ["checkov", "--framework", "cloudformation", "--output", "json", "--quiet", "--skip-download"]
    report = answer(*command, "--file", str(path))
    failed = [
        (one["check_id"], one["resource"].split(".")[-1], one["check_name"])
        for one in report["results"]["failed_checks"]
    ]
    return report["summary"]["passed"], failed


def definition(template):
    """The state machine as Step Functions gets it."""
    properties = template["Resources"]["MonthlyRun"]["Properties"]
    text = json.dumps(properties["Definition"])
    for name in properties["DefinitionSubstitutions"]:
        text = text.replace(f"${{{name}}}", f"arn:aws:lambda:{REGION}:123456789012:function:example")
    if "${" in text:
        fail("the state machine names something that DefinitionSubstitutions does not")
    return json.loads(text)


def policies(template):
    """The size of each function's own policy in bytes: a statement for each route that leads to it. `x` stands for what
    CloudFormation and API Gateway make up."""
    stack, account = "s" * STACK_NAME, f"{REGION}:123456789012"
    sizes = {}
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] != "AWS::Lambda::Permission" or properties["Principal"] != "apigateway.amazonaws.com":
            continue
        function = properties["FunctionName"]["Ref"]
        path = properties["SourceArn"]["Fn::Sub"][0].partition("${__Stage__}/")[2]
        source = f"arn:aws:execute-api:{account}:{'x' * 10}/*/{path}"
        statement = {
            "Sid": f"{stack}-{name}-{'x' * 12}",
            "Effect": "Allow",
            "Principal": {"Service": properties["Principal"]},
            "Action": properties["Action"],
            "Resource": f"arn:aws:lambda:{account}:function:{stack}-{function}",
            "Condition": {"ArnLike": {"AWS:SourceArn": source}},
        }
        sizes[function] = sizes.get(function, 0) + len(json.dumps(statement, separators=(",", ":"))) + 1
    return sizes


def states(name, document):
    """What asl-validator says, and whether it is content."""
    path = written(name, document)
    ran = subprocess.run(["asl-validator", "--json-path", str(path)], capture_output=True, text=True, check=False)
    return ran.returncode == 0, ran.stdout + ran.stderr


def missing(errors, found):
    """The planted errors that are not among the findings."""
    return [
        what
        for what, _, codes, where in errors
        if not any(re.fullmatch(codes, code) and name == where for code, name, _ in found)
    ]


def prove_the_tools(source, good):
    """Every planted error must be found by its tool, at its place."""
    for what, plant, where in planted.TRANSFORM:
        bad = copy.deepcopy(source)
        plant(bad)
        try:
            transformed(bad)
        except InvalidDocumentException as refusal:
            if where not in str(refusal.causes[0].message):
                fail(f"SAM refuses {what}, but not because of {where}: {refusal.causes[0].message}")
        else:
            fail(f"SAM does not refuse {what}")
    for errors, read in [(planted.LINT, lint), (planted.AUDIT, lambda path: audit(path)[1])]:
        bad = copy.deepcopy(good)
        for _, plant, _, _ in errors:
            plant(bad)
        found = read(written("planted.json", bad))
        if unseen := missing(errors, found):
            listed = "\n".join(f"  {code} {name}: {sentence}" for code, name, sentence in found)
            fail(f"nobody finds {', '.join(unseen)}. Found:\n{listed}")
    for what, plant, code in planted.STATES:
        bad = definition(good)
        plant(bad)
        content, said = states("planted.asl.json", bad)
        if content or code not in said:
            fail(f"asl-validator does not find {what} ({code}). It says:\n{said}")
    count = sum(map(len, [planted.TRANSFORM, planted.LINT, planted.AUDIT, planted.STATES]))
    print(f"planted errors: all {count} found")


def main():
    source = yaml_parse(SOURCE.read_text(encoding="utf-8"))
    try:
        good = transformed(source)
    except InvalidDocumentException as refusal:
        fail("SAM refuses the template:\n" + "\n".join(f"  {cause.message}" for cause in refusal.causes))
    path = written("transformed.json", good)
    prove_the_tools(source, good)

    if found := lint(path):
        fail("cfn-lint:\n" + "\n".join(f"  {code} {name}: {sentence}" for code, name, sentence in found))
    print(f"cfn-lint: nothing to say about {len(good['Resources'])} resources in {REGION}")

    sizes = policies(good)
    if too_large := {function: size for function, size in sizes.items() if size > POLICY}:
        fail(f"Lambda takes {POLICY} bytes of a function's own policy, and there are {too_large}: too many routes")
    print(f"policies: at most {max(sizes.values())} of {POLICY} bytes, under a stack's name of {STACK_NAME} letters")

    content, said = states("monthly-run.asl.json", definition(good))
    if not content:
        fail(f"asl-validator:\n{said}")
    print("asl-validator: the state machine is valid")

    passed, failed = audit(path)
    if unexcused := [one for one in failed if one[0] not in ACCEPTED]:
        fail("checkov:\n" + "\n".join(f"  {code} {name}: {sentence}" for code, name, sentence in unexcused))
    if obsolete := ACCEPTED.keys() - {code for code, _, _ in failed}:
        fail(f"accepted.py excuses what checkov does not ask for: {', '.join(sorted(obsolete))}")
    if passed < 80:
        fail(f"checkov passed only {passed} checks: it does not see the template")
    print(f"checkov: {passed} checks passed, {len(ACCEPTED)} kinds not followed, each for a reason")


main()
