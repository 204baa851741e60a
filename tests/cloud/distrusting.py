"""Chapter: somebody else may have the issuer's key. What it signed since is refused, by our pages and for everybody."""

from cloud import Cloud
from deployment import redeploy, told_by
from judging import outcome, posted, says
from processes import check
from recipients import VALID
from stream import deliver

# Long before anything was signed here.
SINCE = "2026-01-01T00:00:00Z"
# What the keys of published status lists begin with.
LIST = "PUB#STATUS#"


def distrust_and_trust_again(cloud: Cloud, address: str) -> None:
    visitor, listed = cloud.visitor, cloud.parameters["IssuerKeys"]
    badge = visitor.get(f"{address}.json").body
    redeploy(cloud, IssuerKeys=told_by(cloud, "distrust", "key-1", SINCE, "--listed", listed))
    [method] = visitor.get("/.well-known/did.json").json()["verificationMethod"]
    check(method.get("revoked") == SINCE, f"the key is listed as {method}")
    verdict = posted(cloud, badge, "application/json").json()
    says(verdict, "not-valid", "a badge of a key that is distrusted")
    check(outcome(verdict, "issuer") == "failed", f"a distrusted key: {verdict}")
    page = visitor.get(address, Accept="text/html", Accept_Language="en").text()
    check(VALID not in page, "the page of a badge trusts a key that is distrusted")
    redeploy(cloud, IssuerKeys=listed)
    says(posted(cloud, badge, "application/json").json(), "valid", "a badge of a key that is trusted again")
    lists = sign_lists_anew(cloud)
    says(posted(cloud, badge, "application/json").json(), "valid", "a badge whose list was signed anew")
    print(f"distrusted: one key for a while, and with it what it signed since; {lists} lists were signed anew")


def sign_lists_anew(cloud: Cloud) -> int:
    """As DEPLOYING.md says: every list is marked, and none of its bits is set. Gives how many lists there are."""
    cloud.gate.changes.clear()
    lists = [partition.removeprefix(LIST) for partition, _ in cloud.items() if partition.startswith(LIST)]
    before = [published(cloud, name) for name in lists]
    for name in lists:
        item = {"pk": {"S": "STALE"}, "sk": {"S": f"{name}#000000"}, "version": {"N": "1"}}
        body = {"M": {"list": {"S": name}, "index": {"S": "0"}}}
        # Without a condition, as the command line puts it; the stream calls it an insertion all the same.
        cloud.at_gate("dynamodb").put_item(TableName=cloud.table, Item={**item, "body": body})
    for change in cloud.gate.changes:
        change.name = "INSERT"
    answer = deliver(cloud)
    check(answer == {"StatusListMarked": {"lists": len(lists)}}, f"marked lists are answered with {answer}")
    check(not any(partition == "STALE" for partition, _ in cloud.items()), "a mark is still there")
    for name, old in zip(lists, before):
        new = published(cloud, name)
        check(new["proof"] != old["proof"], f"the list {name} was not signed anew")
        same = new["credentialSubject"]["encodedList"] == old["credentialSubject"]["encodedList"]
        check(same, f"signing the list {name} anew revokes a badge")
    return len(lists)


def published(cloud: Cloud, name: str) -> dict:
    return cloud.visitor.get(f"/status/{name}", Accept="application/json").json()
