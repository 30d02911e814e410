"""Resolves CloudFormation's intrinsic functions, as far as our template uses them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

# A Ref to this takes the property away.
NO_VALUE = object()


class TemplateRefused(Exception):
    """The template asks for something that the local cloud does not know; names resource and thing."""


class Intrinsics:
    """Resolves values of one template.

    Parameters
    ----------
    template
        The whole template.
    parameters
        Values by parameter name; what is absent takes its default.
    pseudo
        AWS::Region and its like.
    resource_attribute
        Called with (logical id, attribute or None for Ref); makes the resource if need be.
    """

    def __init__(
        self,
        template: Mapping[str, Any],
        parameters: Mapping[str, str],
        pseudo: Mapping[str, str],
        resource_attribute: Callable[[str, str | None], str],
    ) -> None:
        self._template = template
        self._named = dict(pseudo) | _with_defaults(template.get("Parameters", {}), parameters)
        self._attribute = resource_attribute

    def resolve(self, value: Any) -> Any:
        """The value with every intrinsic in it replaced; a property set to AWS::NoValue disappears."""
        if isinstance(value, list):
            return [r for r in map(self.resolve, value) if r is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Ref":
                return self._ref(argument)
            if name.startswith("Fn::"):
                return self._function(name, argument)
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}

    def condition(self, name: str) -> bool:
        """Whether a named condition holds."""
        return bool(self.resolve(self._template["Conditions"][name]))

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        return self._named[name] if name in self._named else self._attribute(name, None)

    def _function(self, name: str, argument: Any) -> Any:
        match name:
            case "Fn::GetAtt":
                logical_id, attribute = argument if isinstance(argument, list) else argument.split(".", 1)
                return self._attribute(logical_id, attribute)
            case "Fn::Sub":
                return self._sub(argument)
            case "Fn::Join":
                return argument[0].join(self.resolve(argument[1]))
            case "Fn::Split":
                return str(self.resolve(argument[1])).split(argument[0])
            case "Fn::Select":
                return self.resolve(argument[1])[int(argument[0])]
            case "Fn::If":
                return self.resolve(argument[1] if self.condition(argument[0]) else argument[2])
            case "Fn::Equals":
                return self.resolve(argument[0]) == self.resolve(argument[1])
            case "Fn::Not":
                return not self.resolve(argument[0])
            case "Fn::And":
                return all(self.resolve(argument))
            case "Fn::Or":
                return any(self.resolve(argument))
        raise TemplateRefused(f"the local cloud does not know the function {name}")

    def _sub(self, argument: Any) -> str:
        text, own = argument if isinstance(argument, list) else (argument, {})

        def replaced(found: re.Match[str]) -> str:
            name = found[1]
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in own:
                return str(self.resolve(own[name]))
            if "." in name:
                return self._attribute(*name.split(".", 1))
            return str(self._ref(name))

        return re.sub(r"\$\{([^}]+)\}", replaced, text)


def _with_defaults(declared: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    unknown = given.keys() - declared.keys()
    if unknown:
        raise TemplateRefused(f"the template has no parameter {', '.join(sorted(unknown))}")
    values = {name: given.get(name, parameter.get("Default")) for name, parameter in declared.items()}
    missing = [name for name, value in values.items() if value is None]
    if missing:
        raise TemplateRefused(f"the template's parameter {', '.join(missing)} has neither value nor default")
    return {name: str(value) for name, value in values.items()}
