"""What the product does when things break: `make drill NAMES="reminders.nofault reminders.worker_kill"`."""
