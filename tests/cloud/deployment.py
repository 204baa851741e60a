"""The stack is deployed as a person deploys it: first without keys, then with the public half
of the key that it made."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from authorization import Account
from cloud import Cloud, bootstrap, client, start_ministack, start_store
from gate import TEST, Gate, Upstream
from grants import allow_the_platform, read_roles
from identity import certify
from intrinsics import Resolver
from policy import Role
from processes import Processes, check
from routes import read_api
from stack import ACCOUNT, PSEUDO, REGION, STACK, Stack, creatable, package, read, transformed
from staff import Issuer
from visitor import Visitor

DOMAIN = "badges.example.jp"
MAIL_DOMAIN = "example.jp"
PARAMETERS = {
    "DomainName": DOMAIN,
    "CertificateArn": f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/01234567-89ab-cdef-0123-456789abcdef",
    # The issuer of the golden replies.
    "IssuerNameJa": "見本資格協会",
    "IssuerNameEn": "Sample Association",
    "IssuerUrl": "https://www.example.jp/",
    "Contact": f"ask@{MAIL_DOMAIN}",
    "MailDomain": MAIL_DOMAIN,
    "Sender": f"no-reply@{MAIL_DOMAIN}",
    "StaffIssuer": "https://login.example.jp/",
    "StaffAudience": f"https://{DOMAIN}",
    "AlarmEmail": f"operators@{MAIL_DOMAIN}",
    "InvoiceRegistration": "T1234567890123",
    "IssuerAddress": "東京都千代田区見本町1-2-3",
    "BankAccount": "見本銀行|本店|普通|0123456|ミホンシカクキヨウカイ",
    "PaymentLink": "https://buy.example.com/reissue",
    # While one takes the other's place.
    "WebhookSecrets": "whsec_of_the_test,whsec_of_before",
}
# What the template takes if nobody says otherwise.
ROLE_CLAIM = "roles"


@dataclass(frozen=True)
class Programs:
    """What was built."""

    # The folder of the functions' binaries.
    functions: Path
    # The program for one machine: its store is used, and it reads the key.
    store: Path
    # The Python environment with the emulator.
    venv: Path


def deploy(processes: Processes, work: Path, template: Path, programs: Programs) -> tuple[Cloud, Issuer]:
    """Starts everything, and gives the way to it and the staff's sign-in."""
    whole, names = transformed(read(template), PARAMETERS)
    body, left_out = creatable(whole)
    print(f"left out, because the emulator does not know it: {', '.join(left_out) or 'nothing'}")
    ministack = start_ministack(processes, work, programs.venv)
    emulator = Upstream(ministack.removeprefix("http://"))
    upstreams = {"dynamodb": start_store(processes, work, programs.store), "kms": emulator, "ses": emulator}
    gate = Gate(Account(REGION, ACCOUNT, (MAIL_DOMAIN,)), upstreams, {})
    stack = Stack(lambda service: client(ministack, service), body)
    trusted = certify(work)
    cloud = Cloud(processes, ministack, gate, gate.start(), stack, names, programs.store)
    for logical, binary in names.items():
        program = programs.functions / binary
        check(program.is_file(), f"{program} is missing: the template names a binary that was not built")
        logging = body["Resources"][logical]["Properties"].get("LoggingConfig", {})
        stack.upload(logical, package(bootstrap(program, cloud.door, cloud.log(binary), logging, trusted)))
    stack.deploy(PARAMETERS)
    check_resting(stack)
    redeploy(cloud, **PARAMETERS, IssuerKeys=read_key(cloud, "key-1"))
    check_created(stack)

    make_table(cloud)
    issuer = Issuer(PARAMETERS["StaffIssuer"], PARAMETERS["StaffAudience"], ROLE_CLAIM)
    allow_the_platform(stack, cloud.resolver, cloud.roles)
    cloud.api = read_api(stack, cloud.resolver, issuer.published, cloud.call)
    cloud.visitor = Visitor(f"https://{cloud.api.domain}", cloud.api.start())
    refuses_what_is_not_granted(cloud)
    return cloud, issuer


def redeploy(cloud: Cloud, **changed: str) -> None:
    """Deploys once more with other parameters. What grants were used so far is not forgotten."""
    stack = cloud.stack
    cloud.parameters |= changed
    stack.deploy(cloud.parameters)
    cloud.resolver = Resolver(stack.template, cloud.parameters, {**PSEUDO, **stack.names}, stack.attribute)
    before, cloud.roles = cloud.roles, read_roles(stack)
    for name, role in before.items():
        cloud.roles[name].used = role.used & set(cloud.roles[name].grants)
    cloud.gate.roles = {stack.names[name]: role_of(cloud, name) for name in cloud.binaries}


def role_of(cloud: Cloud, logical: str) -> Role:
    return cloud.roles[cloud.stack.function(logical)["Role"].rpartition("/")[2]]


def signing_key(stack: Stack) -> dict:
    """The key that the stack made for signing, as KMS knows it."""
    kms = stack.client("kms")
    about = [kms.describe_key(KeyId=stack.names[name])["KeyMetadata"] for name in stack.of_type("AWS::KMS::Key")]
    signing = [one for one in about if one["KeyUsage"] == "SIGN_VERIFY"]
    specs = [one["KeySpec"] for one in signing]
    check(specs == ["ECC_NIST_EDWARDS25519"], f"the keys that sign are of the kinds {specs}, not one for Ed25519")
    return signing[0]


def read_key(cloud: Cloud, name: str, *more: str) -> str:
    """A key's public half, as a person reads it and tells it to the template."""
    aliases = [cloud.stack.names[name] for name in cloud.stack.of_type("AWS::KMS::Alias")]
    [alias] = [alias for alias in aliases if alias == f"alias/{STACK}-{name}"]
    return told_by(cloud, "keys", alias, *more)


def told_by(cloud: Cloud, *command: str) -> str:
    """What the program for one machine prints."""
    environment = {
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": TEST,
        "AWS_SECRET_ACCESS_KEY": "not checked",
        "AWS_ENDPOINT_URL_KMS": cloud.ministack,
    }
    told = subprocess.run([cloud.program, *command], env=environment, capture_output=True, text=True)
    check(told.returncode == 0, f"shomei-local {' '.join(command)} failed: {told.stdout}{told.stderr}")
    return told.stdout.strip()


def check_resting(stack: Stack) -> None:
    """Without a known key nothing runs by itself: it could only fail."""
    for name, schedule in stack.schedules().items():
        check(schedule["State"] == "DISABLED", f"{name} is {schedule['State']} although no key is known yet")


def check_created(stack: Stack) -> None:
    """Everything of the template is there, and of the kind that the code needs."""
    template = stack.template["Resources"]
    missing = [name for name in template if name not in stack.names and "Condition" not in template[name]]
    check(not missing, f"not created: {missing}")
    unready = [one["LogicalResourceId"] for one in stack.resources if not one["ResourceStatus"].endswith("_COMPLETE")]
    check(not unready, f"not complete: {unready}")
    for name, schedule in stack.schedules().items():
        check(schedule["State"] == "ENABLED", f"{name} is {schedule['State']}")
        # The emulator's CloudFormation forgets the zone.
        zone = template[name]["Properties"].get("ScheduleExpressionTimezone")
        check(zone == "Asia/Tokyo", f"{name} runs by the time of {zone}")
    print(f"created: {len(stack.resources)} resources of {len({template[name]['Type'] for name in template})} types")


def make_table(cloud: Cloud) -> None:
    """The template's table, in the store: its keys and its TTL are those of the template."""
    about = cloud.stack.template["Resources"][cloud.stack.one("AWS::DynamoDB::Table")]["Properties"]
    dynamodb = cloud.at_gate("dynamodb")
    dynamodb.create_table(
        TableName=cloud.table,
        BillingMode=about["BillingMode"],
        AttributeDefinitions=about["AttributeDefinitions"],
        KeySchema=about["KeySchema"],
    )
    dynamodb.update_time_to_live(TableName=cloud.table, TimeToLiveSpecification=about["TimeToLiveSpecification"])


def refuses_what_is_not_granted(cloud: Cloud) -> None:
    """That the gate denies, before anything is concluded from its silence."""
    table = cloud.table

    def item(kind: str) -> dict:
        return {"pk": {"S": f"{kind}#x"}, "sk": {"S": "x"}}

    def transact(kind: str) -> list:
        # One of the two is allowed.
        return [{"Put": {"TableName": table, "Item": item(one)}} for one in ("PUB#BADGE", kind)]

    key = signing_key(cloud.stack)["Arn"]
    sign = {"KeyId": key, "Message": bytes(64), "MessageType": "RAW", "SigningAlgorithm": "ED25519_SHA_512"}
    mail = {
        "FromEmailAddress": f"someone@{MAIL_DOMAIN}",
        "Destination": {"ToAddresses": ["a@example.com"]},
        "Content": {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}},
    }
    allowed = {**mail, "FromEmailAddress": f"no-reply@{MAIL_DOMAIN}"}
    attempts = [
        ("shomei-verify", "dynamodb", lambda at: at.put_item(TableName=table, Item=item("PUB#BADGE"))),
        ("shomei-verify", "dynamodb", lambda at: at.get_item(TableName=table, Key=item("BADGE"))),
        ("shomei-verify", "dynamodb", lambda at: at.scan(TableName=table)),
        ("shomei-claim", "dynamodb", lambda at: at.transact_write_items(TransactItems=transact("CANDIDATE"))),
        ("shomei-claim", "dynamodb", lambda at: at.delete_item(TableName=table, Key=item("CANDIDATE"))),
        ("shomei-claim", "kms", lambda at: at.sign(**sign)),
        ("shomei-claim", "sesv2", lambda at: at.send_email(**allowed)),
        ("shomei-intake", "kms", lambda at: at.sign(**sign)),
        ("shomei-delivery", "sesv2", lambda at: at.send_email(**allowed)),
        ("shomei-delivery", "dynamodb", lambda at: at.put_item(TableName=table, Item=item("BADGE"))),
        ("shomei-delivery", "dynamodb", lambda at: at.delete_item(TableName=table, Key=item("STOPPED"))),
        ("shomei-issuance", "kms", lambda at: at.sign(**{**sign, "MessageType": "DIGEST"})),
        ("shomei-reissue", "kms", lambda at: at.sign(**{**sign, "MessageType": "DIGEST"})),
        ("shomei-reissue", "sesv2", lambda at: at.send_email(**allowed)),
        ("shomei-reissue", "dynamodb", lambda at: at.delete_item(TableName=table, Key=item("ORDER"))),
        ("shomei-reissue", "dynamodb", lambda at: at.delete_item(TableName=table, Key=item("PAPER"))),
        ("shomei-reissue", "dynamodb", lambda at: at.delete_item(TableName=table, Key=item("PAYMENT"))),
        ("shomei-issuance", "sesv2", lambda at: at.send_email(**mail)),
        ("nobody", "dynamodb", lambda at: at.get_item(TableName=table, Key=item("PUB#BADGE"))),
    ]
    denies(cloud, attempts)
    print(f"denied: {len(attempts)} requests that no role allows")


def denies(cloud: Cloud, attempts: list[tuple]) -> None:
    """Each is (a binary, a service, what is asked of it with that binary's role)."""
    for binary, service, attempt in attempts:
        who = binary if binary == "nobody" else cloud.function(binary)
        at = cloud.at_gate(service, who)
        try:
            attempt(at)
        except at.exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
            check(code == "AccessDeniedException", f"the gate answered {who} with {code}")
        else:
            check(False, f"the gate let {who} do what its role does not allow ({service})")
    check(len(cloud.gate.denied) == len(attempts), f"the gate denied {len(cloud.gate.denied)} of {len(attempts)}")
    cloud.gate.denied.clear()
