"""CloudFormation's intrinsic functions, for the parts of a template that the emulator does not keep as it got them."""

import re


class Resolver:
    """Resolves against a stack's parameters, the names of what was created, and attributes of those."""

    def __init__(self, template: dict, parameters: dict, names: dict, attributes):
        self.template, self.names, self.attributes = template, names, attributes
        declared = template.get("Parameters", {})
        self.parameters = {name: parameters.get(name, about.get("Default")) for name, about in declared.items()}

    def resolve(self, value):
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(name, argument)] = value.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self.function(name, argument)
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}

    def function(self, name: str, argument):
        match name:
            case "Ref":
                return self.reference(argument)
            case "Fn::GetAtt":
                logical, _, attribute = ".".join(argument).partition(".") if isinstance(argument, list) else (
                    argument.partition(".")
                )
                return self.attributes(logical, attribute)
            case "Fn::Sub":
                text, extra = argument if isinstance(argument, list) else (argument, {})
                return self.substitute(text, self.resolve(extra))
            case "Fn::Join":
                separator, parts = argument
                return separator.join(map(str, self.resolve(parts)))
            case "Fn::If":
                condition, then, otherwise = argument
                return self.resolve(then if self.holds({"Condition": condition}) else otherwise)
            case "Fn::Select":
                place, parts = argument
                return self.resolve(parts)[int(place)]
            case "Fn::Split":
                separator, text = argument
                return self.resolve(text).split(separator)
        raise NotImplementedError(f"the test knows no {name}")

    def reference(self, name: str):
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.parameters:
            value = self.parameters[name]
            is_list = "List" in self.template["Parameters"][name].get("Type", "")
            return value.split(",") if is_list else value
        return self.names[name]

    def substitute(self, text: str, extra: dict) -> str:
        def value(match: re.Match) -> str:
            name = match[1].strip()
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in extra:
                return str(extra[name])
            return str(self.function("Fn::GetAtt" if "." in name else "Ref", name))

        return re.sub(r"\$\{([^}]+)\}", value, text)

    def holds(self, condition) -> bool:
        [(name, argument)] = condition.items()
        match name:
            case "Condition":
                return self.holds(self.template["Conditions"][argument])
            case "Fn::Equals":
                left, right = map(self.resolve, argument)
                return str(left) == str(right)
            case "Fn::Not":
                return not self.holds(argument[0])
            case "Fn::And":
                return all(map(self.holds, argument))
            case "Fn::Or":
                return any(map(self.holds, argument))
        raise NotImplementedError(f"the test knows no condition {name}")

    def exists(self, resource: dict) -> bool:
        """Whether the resource's own condition lets it be created."""
        return "Condition" not in resource or self.holds({"Condition": resource["Condition"]})


NO_VALUE = object()
