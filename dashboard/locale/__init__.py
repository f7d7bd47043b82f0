"""Translations: `orderproof.pot` lists every visible string; a language is `<code>/LC_MESSAGES/orderproof.mo`."""
