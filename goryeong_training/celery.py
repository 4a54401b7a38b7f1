"""The Celery application and the one table of periodic work.

Periodic tasks only ring bells: what is due, and when, are rows in the database.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goryeong_training.settings")

app = Celery("goryeong_training")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "send-due": {"task": "reminders.tasks.send_due", "schedule": 30.0, "options": {"expires": 25}},
}
