"""Reads run events, a line each, and builds each of them from the classes of OpenLineage's own client: what is
missing, misspelt or of another release of a facet is an error. Prints how many there were."""

import importlib
import json
import pkgutil
import sys

import attr
from openlineage.client import generated
from openlineage.client.generated import base
from openlineage.client.generated.data_quality_metrics_input_dataset import ColumnMetrics
from openlineage.client.generated.schema_dataset import SchemaDatasetFacetFields

FACETS = {}
for found in pkgutil.iter_modules(generated.__path__):
    module = importlib.import_module(f"openlineage.client.generated.{found.name}")
    for thing in vars(module).values():
        if attr.has(thing) and issubclass(thing, base.BaseFacet):
            FACETS[thing._get_schema()] = thing


def facet(name, text):
    made = FACETS[text["_schemaURL"]]
    says = {key: value for key, value in text.items() if not key.startswith("_")}
    if made is base.RunFacet:
        assert name == "ddgen_drop", name
        return
    built = made(**says)
    for field in getattr(built, "fields", None) or []:
        SchemaDatasetFacetFields(**field)
    for column in (getattr(built, "columnMetrics", None) or {}).values():
        ColumnMetrics(**column)


def facets(texts):
    for name, text in texts.items():
        assert text["_producer"]
        facet(name, text)


def main():
    count = 0
    for line in sys.stdin:
        event = json.loads(line)
        assert event.pop("schemaURL") == base.RunEvent._get_schema()
        base.RunEvent(**{**event, "eventType": base.EventType(event["eventType"]),
                         "run": base.Run(**event["run"]), "job": base.Job(**event["job"]),
                         "inputs": [base.InputDataset(**one) for one in event["inputs"]],
                         "outputs": [base.OutputDataset(**one) for one in event["outputs"]]})
        facets(event["run"]["facets"])
        facets(event["job"]["facets"])
        for one in event["inputs"]:
            facets(one.get("facets", {}))
            facets(one.get("inputFacets", {}))
        for one in event["outputs"]:
            facets(one.get("facets", {}))
        count += 1
    print(count)


main()
