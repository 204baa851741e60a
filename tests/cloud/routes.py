"""The routes, the authorizer and the access log of the template's API."""

import re

from gateway import Api, Authorizer, Route
from grants import may_call
from intrinsics import Resolver
from processes import check
from stack import ACCOUNT, REGION, Stack

ANY = "x-amazon-apigateway-any-method"


def read_api(stack: Stack, resolver: Resolver, keys: dict, invoke) -> Api:
    """`keys` are those of the issuer of staff tokens."""
    resources = stack.template["Resources"]
    logical = stack.one("AWS::ApiGatewayV2::Api")
    document = resolver.resolve(resources[logical]["Properties"]["Body"])
    schemes = document.get("components", {}).get("securitySchemes", {})
    authorizers = {name: authorizer(name, scheme, keys) for name, scheme in schemes.items()}
    stage = resources[stack.one("AWS::ApiGatewayV2::Stage")]["Properties"]
    domain = resolver.resolve(resources[stack.one("AWS::ApiGatewayV2::DomainName")]["Properties"])
    routes = list(routes_of(document, authorizers))
    for route in routes:
        suffix = route.key if route.path == "$default" else f"{route.method}{route.path}"
        source = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{stack.names[logical]}/{stage['StageName']}/{suffix}"
        check(may_call(stack, route.function, source), f"the API may not call {route.function} for {route.key}")
    return Api(routes, invoke, stage["AccessLogSettings"]["Format"], domain["DomainName"])


def authorizer(name: str, scheme: dict, keys: dict) -> Authorizer:
    about = scheme["x-amazon-apigateway-authorizer"]
    check(about["type"] == "jwt", f"the authorizer {name} is no JWT authorizer")
    source = about["identitySource"]
    check(source == "$request.header.Authorization", f"the authorizer {name} takes the token from {source}")
    accepted = about["jwtConfiguration"]
    return Authorizer(accepted["issuer"], tuple(accepted["audience"]), keys)


def routes_of(document: dict, authorizers: dict[str, Authorizer]):
    """The routes of the OpenAPI document that AWS SAM makes of the functions' events."""
    for written, methods in document["paths"].items():
        path = "$default" if written == "/$default" else written
        for method, operation in methods.items():
            integration = operation["x-amazon-apigateway-integration"]
            check(integration["payloadFormatVersion"] == "2.0", f"{path} uses another payload format")
            [function] = re.findall(r":function:([^/:]+)/invocations$", integration["uri"])
            needed = [name for wanted in operation.get("security", []) for name in wanted if name != "NONE"]
            check(len(needed) < 2, f"{path} names several authorizers")
            name = "ANY" if method == ANY else method.upper()
            yield Route(name, path, function, authorizers[needed[0]] if needed else None)
