"""Which records a rule's query looks at: it reads `scope.<entity>`, and another schema may stand in for that."""

import re

_SCOPE = re.compile(r"\bscope\.")


def over(schema: str, sql: str) -> str:
    """The query over the records of another schema: `core` for all of them."""
    return _SCOPE.sub(f"{schema}.", sql)
