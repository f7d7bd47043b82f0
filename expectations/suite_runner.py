"""Great Expectations' own verdict: one suite an entity, one expectation a rule, asserted on what the ledger holds."""

import logging
from typing import Any

import duckdb
import great_expectations as gx
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.render.components import (
    LegacyDiagnosticRendererType,
    LegacyRendererType,
    RenderedStringTemplateContent,
)
from great_expectations.render.renderer.renderer import renderer

from expectations.data_docs import build_data_docs, site_config
from expectations.datasource import add_work_file
from expectations.rule import Rule
from pipelines.settings import Home

_SEVERITY = {"low": FailureSeverity.INFO, "medium": FailureSeverity.WARNING, "high": FailureSeverity.CRITICAL}

_STYLES = {
    "title": {"tag": "strong"},
    "sentence": {"classes": ["rule-sentence"]},
    "facts": {"classes": ["rule-facts"]},
}


class ExpectRuleToHold(UnexpectedRowsExpectation):
    """No record breaks the rule: its part of the ledger holds no open defect."""

    unexpected_rows_query: str = "SELECT * FROM {batch} WHERE resolved_at IS NULL"

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
        records = "records" if checked is None else f"{checked:,} records"
        return "could not be counted" if found is None else f"{found:,} findings, {records} checked"


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
        unexpected_rows_query=f"SELECT * FROM {{batch}} WHERE rule = '{rule.name}' AND resolved_at IS NULL",
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
