"""Makes what a packaged template declares, in the local AWS."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from devkit.cloud.clients import Clients
from devkit.cloud.intrinsics import Intrinsics, TemplateRefused
from devkit.cloud.kinds import ALL_KINDS, Made, Stage
from devkit.cloud.settings import PSEUDO_PARAMETERS

# Governs what happens to a resource after us, or has been used by then.
_RESOURCE_KEYS = {
    "Type",
    "Properties",
    "DependsOn",
    "Condition",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "Metadata",
}


class Deployment:
    """One template brought to life.

    Parameters
    ----------
    template_path
        `sam.json` in its package folder.
    parameters
        Values for the template's parameters.
    clients
        Of the local AWS.

    Attributes
    ----------
    stage
        What the resources left for the runtime, the pollers and the HTTP API.
    """

    def __init__(self, template_path: Path, parameters: Mapping[str, str], clients: Clients) -> None:
        self._template: dict[str, Any] = json.loads(template_path.read_text(encoding="utf-8"))
        self._resources: dict[str, Any] = self._template["Resources"]
        self._made: dict[str, Made] = {}
        self._being_made: list[str] = []
        self._intrinsics = Intrinsics(self._template, parameters, PSEUDO_PARAMETERS, self._attribute)
        self.stage = Stage(clients, template_path.parent)

    def deploy(self) -> dict[str, str]:
        """Make every resource; the template's outputs.

        Raises
        ------
        TemplateRefused
            For a type, property or function that the local cloud does not know.
        """
        self._refuse_unknown_types()
        defaults = self._template.get("Globals", {})
        self.stage.function_defaults = self._intrinsics.resolve(defaults.get("Function", {}))
        for logical_id in self._resources:
            if self._wanted(logical_id):
                self._make(logical_id)
        outputs = self._template.get("Outputs", {})
        return {name: str(self._intrinsics.resolve(output["Value"])) for name, output in outputs.items()}

    def _refuse_unknown_types(self) -> None:
        for logical_id, resource in self._resources.items():
            # A misspelt id in resources.yaml shows as a resource without a type.
            if resource.get("Type") not in ALL_KINDS:
                raise TemplateRefused(
                    f"{logical_id}: the local cloud does not know the type {resource.get('Type')}"
                )
            unknown = sorted(resource.keys() - _RESOURCE_KEYS)
            if unknown:
                raise TemplateRefused(f"{logical_id}: the local cloud does not know {', '.join(unknown)}")

    def _wanted(self, logical_id: str) -> bool:
        condition = self._resources[logical_id].get("Condition")
        return condition is None or self._intrinsics.condition(condition)

    def _make(self, logical_id: str) -> Made:
        if logical_id in self._made:
            return self._made[logical_id]
        if logical_id not in self._resources:
            raise TemplateRefused(f"the template names {logical_id}, which it does not declare")
        if logical_id in self._being_made:
            circle = " -> ".join([*self._being_made, logical_id])
            raise TemplateRefused(f"the template's resources wait for each other: {circle}")
        self._being_made.append(logical_id)
        resource = self._resources[logical_id]
        waits_for = resource.get("DependsOn", [])
        for other in [waits_for] if isinstance(waits_for, str) else waits_for:
            self._make(other)
        kind = ALL_KINDS[resource["Type"]]
        applied = kind.sift(logical_id, resource["Type"], resource.get("Properties", {}))
        made = kind.make(self.stage, logical_id, self._intrinsics.resolve(applied))
        self._made[logical_id] = made
        self._being_made.pop()
        return made

    def _attribute(self, logical_id: str, attribute: str | None) -> str:
        made = self._make(logical_id)
        if attribute is None:
            return made.ref
        if attribute not in made.attributes:
            raise TemplateRefused(f"{logical_id}: the local cloud does not know its attribute {attribute}")
        return made.attributes[attribute]
