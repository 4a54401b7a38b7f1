from site_visits.conflicts.values import Code, Conflict, Fix, FixKind, Severity

__all__ = ["Code", "Conflict", "Fix", "FixKind", "Severity"]
