"""Great Expectations' own verdict: one suite an entity, one expectation a rule, asserted on what the ledger holds."""

import logging
from collections.abc import Iterable
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

from expectations.data_docs import build_data_docs, site_config
from expectations.datasource import add_work_file
from expectations.rule import Rule
from pipelines.settings import Home

_SEVERITY = {"low": FailureSeverity.INFO, "medium": FailureSeverity.WARNING, "high": FailureSeverity.CRITICAL}


class ExpectRuleToHold(UnexpectedRowsExpectation):
    """No record breaks the rule: its part of the ledger holds no open defect."""

    unexpected_rows_query: str = "SELECT * FROM {batch} WHERE resolved_at IS NULL"
    description: str = "No record breaks the rule."


def verdicts(con: duckdb.DuckDBPyConnection, home: Home, run_id: str, rules: Iterable[Rule]) -> dict[str, int]:
    """Rule name -> number of open defects as Great Expectations counts them; builds Data Docs in the home folder.

    A rule that Great Expectations could not evaluate is missing from the answer.
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
        data_docs_sites={"site": site_config(home)},
        analytics_enabled=False,
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def _by_entity(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    grouped: dict[str, list[Rule]] = {}
    for rule in rules:
        grouped.setdefault(rule.entity, []).append(rule)
    return grouped


def _run_suite(context: Any, batches: Any, entity: str, rules: list[Rule], run_id: str) -> dict[str, int]:
    suite = context.suites.add(gx.ExpectationSuite(name=entity, expectations=[_expectation(rule) for rule in rules]))
    definition = gx.ValidationDefinition(name=entity, data=batches, suite=suite)
    validation = context.validation_definitions.add(definition)
    result = validation.run(result_format="SUMMARY", run_id=RunIdentifier(run_name=run_id))
    return {
        item.expectation_config.meta["rule"]: int(item.result["observed_value"])
        for item in result.results
        if not _crashed(item)
    }


def _expectation(rule: Rule) -> ExpectRuleToHold:
    return ExpectRuleToHold(
        unexpected_rows_query=f"SELECT * FROM {{batch}} WHERE rule = '{rule.name}' AND resolved_at IS NULL",
        description=rule.title,
        severity=_SEVERITY[rule.severity],
        meta={
            "rule": rule.name,
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
