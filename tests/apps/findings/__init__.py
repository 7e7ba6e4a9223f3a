"""Findings: who sees them, who writes what, what becomes of them."""
