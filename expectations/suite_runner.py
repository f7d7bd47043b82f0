"""Great Expectations' own verdict: one suite an entity, one expectation a rule, asserted on what the ledger holds."""

import logging
from typing import Any

import duckdb
import great_expectations as gx
import sqlalchemy as sa
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.expectation_configuration import parse_result_format
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.render.components import (
    LegacyDiagnosticRendererType,
    LegacyRendererType,
    RenderedStringTemplateContent,
)
from great_expectations.render.renderer.renderer import renderer
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validator import ValidationDependencies

from expectations.data_docs import build_data_docs, site_config
from expectations.datasource import add_work_file
from expectations.rule import Rule
from pipelines.settings import Home
from pipelines.words import counted

_SEVERITY = {"low": FailureSeverity.INFO, "medium": FailureSeverity.WARNING, "high": FailureSeverity.CRITICAL}

_STYLES = {
    "title": {"tag": "strong"},
    "sentence": {"classes": ["rule-sentence"]},
    "facts": {"classes": ["rule-facts"]},
}


class OpenDefects(TableMetricProvider):
    """How many open defects the ledger holds of each rule: one query, which all expectations of a suite share."""

    metric_name = "ledger.open_defects"
    domain_keys = ("batch_id",)

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _count(
        cls,  # noqa: N805 - Great Expectations calls it on the class
        execution_engine: SqlAlchemyExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        **_: Any,
    ) -> dict[str, int]:
        defects, _compute, _accessor = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type="table")
        rule: Any = sa.column("rule")
        is_open = sa.column("resolved_at").is_(None)
        counts = sa.select(rule, sa.func.count()).select_from(defects).where(is_open).group_by(rule)
        return {name: int(count) for name, count in execution_engine.execute_query(counts).fetchall()}


class ExpectRuleToHold(BatchExpectation):
    """No record breaks the rule: the ledger holds no open defect of it."""

    rule: str
    metric_dependencies = (OpenDefects.metric_name,)
    success_keys = ("rule",)
    domain_keys = ("batch_id",)

    def get_validation_dependencies(
        self, execution_engine: Any = None, runtime_configuration: dict[str, Any] | None = None
    ) -> ValidationDependencies:
        """The one metric. Great Expectations' own way there copies the whole expectation dozens of times."""
        asked = (runtime_configuration or {}).get("result_format", "BASIC")
        metric = MetricConfiguration(OpenDefects.metric_name, {"batch_id": self.batch_id}, {})
        return ValidationDependencies({OpenDefects.metric_name: metric}, parse_result_format(asked))

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        found = metrics[OpenDefects.metric_name].get(self.rule, 0)
        return {"success": found == 0, "result": {"observed_value": found}}

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None, **_: Any
    ) -> list[RenderedStringTemplateContent]:
        """What Data Docs say of a rule: its title, the sentence that a clerk reads, and how it is set."""
        meta = configuration.meta
        facts = [
            f"severity {meta['severity']}",
            f"line of defence {meta['line_of_defence']}",
            meta["kind"].replace("_", " "),
            meta["rule"],
        ]
        template = {
            "template": "$title $sentence $facts",
            "params": {"title": meta["title"], "sentence": meta["sentence"], "facts": " \u00b7 ".join(facts)},
            "styling": {"params": _STYLES},
        }
        return [RenderedStringTemplateContent(content_block_type="string_template", string_template=template)]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)
    def _diagnostic_observed_value_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None
    ) -> str:
        """How many findings there are, and of how many records."""
        found = result.result.get("observed_value")
        checked = result.expectation_config.meta["checked"]
        records = "records" if checked is None else counted(checked, "record")
        return "could not be counted" if found is None else f"{counted(found, 'finding')}, {records} checked"


def verdicts(
    con: duckdb.DuckDBPyConnection, home: Home, run_id: str, rules: list[tuple[Rule, int | None]]
) -> dict[str, int]:
    """Rule name -> number of open defects as Great Expectations counts them; builds Data Docs in the home folder.

    Each rule comes with the number of records that it is about, which the pages show. A rule that Great Expectations
    could not evaluate is missing from the answer.
    """
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = _context(home)
    cursor = con.cursor()
    batches = add_work_file(context, cursor).add_table_asset("defects", table_name="defects", schema_name="ledger")
    try:
        whole = batches.add_batch_definition_whole_table("open defects")
        found: dict[str, int] = {}
        for entity, members in _by_entity(rules).items():
            found |= _run_suite(context, whole, entity, members, run_id)
        build_data_docs(context, home)
    finally:
        # SQLAlchemy leaves its transaction open, and an open transaction bars the checkpoint that publishing needs.
        batches.datasource.get_execution_engine().release()
        cursor.close()
    return found


def _context(home: Home) -> Any:
    """Suites and results are kept in memory; only the pages made from them reach the disk."""
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        data_docs_sites={"OrderProof": site_config(home)},
        analytics_enabled=False,
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def _by_entity(rules: list[tuple[Rule, int | None]]) -> dict[str, list[tuple[Rule, int | None]]]:
    grouped: dict[str, list[tuple[Rule, int | None]]] = {}
    for rule, checked in rules:
        grouped.setdefault(rule.entity, []).append((rule, checked))
    return grouped


def _run_suite(
    context: Any, batches: Any, entity: str, rules: list[tuple[Rule, int | None]], run_id: str
) -> dict[str, int]:
    suite = context.suites.add(gx.ExpectationSuite(name=entity, expectations=[_expectation(*rule) for rule in rules]))
    definition = gx.ValidationDefinition(name=entity, data=batches, suite=suite)
    validation = context.validation_definitions.add(definition)
    result = validation.run(result_format="SUMMARY", run_id=RunIdentifier(run_name=run_id))
    return {
        item.expectation_config.meta["rule"]: int(item.result["observed_value"])
        for item in result.results
        if not _crashed(item)
    }


def _expectation(rule: Rule, checked: int | None) -> ExpectRuleToHold:
    return ExpectRuleToHold(
        rule=rule.name,
        severity=_SEVERITY[rule.severity],
        meta={
            "rule": rule.name,
            "title": rule.title,
            "checked": checked,
            "severity": rule.severity,
            "dimension": rule.dimension,
            "line_of_defence": rule.line_of_defence,
            "origin_stage": rule.origin_stage,
            "kind": rule.kind,
            "reach": rule.reach,
            "sentence": rule.sentence,
        },
    )


def _crashed(item: Any) -> bool:
    return "observed_value" not in item.result
