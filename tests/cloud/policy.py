"""IAM policies as the template's roles carry them: which statement allows an action, and which grants were never used.

Only what the template may write is understood; anything else ends the test, because a guess about IAM proves nothing.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

LEADING_KEYS = "dynamodb:LeadingKeys"


@dataclass(frozen=True)
class Asked:
    """One thing that IAM is asked before a request is done: may this principal do the action on this?"""

    action: str
    resource: str
    # The partition keys that the request names. IAM knows them only for DynamoDB.
    keys: frozenset[str] = frozenset()
    # What else of the request a condition can name.
    context: frozenset[tuple[str, str]] = frozenset()

    def kind(self) -> str:
        """The kind of items that it is about: the partition key without the part that names one."""
        [first, *_] = sorted(self.keys) or [""]
        parts = first.split("#")
        return "#".join(parts[: 2 if parts[0] == "PUB" else 1])


@dataclass(frozen=True)
class Grant:
    """The smallest part of a policy that could be taken out by itself."""

    role: str
    action: str
    resource: str
    keys: str | None = None
    conditions: frozenset[tuple[str, frozenset[str]]] = frozenset()

    def allows(self, asked: Asked, key: str | None) -> bool:
        context = dict(asked.context)
        return (
            matches(self.action.lower(), asked.action.lower())
            and matches(self.resource, asked.resource)
            and (self.keys is None or key is not None and matches(self.keys, key))
            and all(context.get(name) in values for name, values in self.conditions)
        )

    def __str__(self) -> str:
        return f"{self.role}: {self.action} on {self.resource}" + (f" for {self.keys}" if self.keys else "")


@dataclass
class Role:
    """The grants of one role, and which of them something needed."""

    name: str
    grants: list[Grant] = field(default_factory=list)
    used: set[Grant] = field(default_factory=set)

    def admit(self, statement: dict, resource: str | None = None) -> None:
        """Takes in one statement of a policy of the role, or of the policy that stands on one resource."""
        unknown = set(statement) - {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"}
        if unknown or statement["Effect"] != "Allow":
            raise NotImplementedError(f"{self.name}: the test knows no such statement: {statement}")
        patterns, conditions = self.conditions(statement.get("Condition", {}))
        for action in as_list(statement["Action"]):
            for one in [resource] if resource else as_list(statement["Resource"]):
                self.grants += [Grant(self.name, action, one, pattern, conditions) for pattern in patterns]

    def conditions(self, condition: dict) -> tuple[list[str | None], frozenset]:
        """The patterns of partition keys, each of which could be taken out, and what must be equal besides."""
        patterns, others = [None], set()
        for operator, tests in condition.items():
            for name, values in tests.items():
                if operator == "ForAllValues:StringLike" and name == LEADING_KEYS:
                    patterns = as_list(values)
                elif operator == "StringEquals" and name != LEADING_KEYS:
                    others.add((name, frozenset(as_list(values))))
                else:
                    raise NotImplementedError(f"{self.name}: the test knows no condition {operator} on {name}")
        return patterns, frozenset(others)

    def allowing(self, asked: Asked) -> set[Grant] | None:
        """The grants that allow it together, or nothing: every key must be matched. A request that names none is
        matched by no pattern here; IAM's ForAllValues is true of nothing, but the functions make no such request."""
        needed: set[Grant] = set()
        for key in asked.keys or [None]:
            found = {grant for grant in self.grants if grant.allows(asked, key)}
            if not found:
                return None
            needed |= found
        return needed

    def unused(self) -> list[Grant]:
        return [grant for grant in self.grants if grant not in self.used]


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


@lru_cache(maxsize=None)
def expression(pattern: str) -> re.Pattern:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def matches(pattern: str, value: str) -> bool:
    """IAM's wildcards: `*` any run of characters, `?` any one. No character stops them."""
    return expression(pattern).fullmatch(value) is not None
