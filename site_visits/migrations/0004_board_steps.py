from django.db import migrations, models
from django.db.models import F, Q

KINDS = {
    "add": "추가",
    "edit": "고치기",
    "move": "옮기기",
    "cancel": "취소",
    "restore": "되살리기",
    "delete": "지우기",
    "duplicate": "복사",
    "legs": "이동 넣기",
    "retime": "이동 시간 맞추기",
    "shift": "뒤 일정 밀기",
    "close_gaps": "빈 시간 없애기",
    "stagger": "조별로 나누기",
    "swap": "순서 바꾸기",
}


class Migration(migrations.Migration):
    dependencies = [("site_visits", "0003_trips_travel_and_hosts")]

    operations = [
        # Nothing wrote these rows so far; one that somebody made by hand has no snapshots to go back to.
        migrations.RunSQL("DELETE FROM site_visits_boardcommand", migrations.RunSQL.noop),
        migrations.RemoveField("boardcommand", "forward"),
        migrations.RemoveField("boardcommand", "inverse"),
        migrations.AddField(
            "boardcommand", "title", models.CharField(max_length=120, default=""), False
        ),
        migrations.AddField("boardcommand", "title_en", models.CharField(blank=True, max_length=140, default=""), False),
        migrations.AddField(
            "boardcommand", "size", models.PositiveSmallIntegerField(default=1), False
        ),
        migrations.AddField("boardcommand", "changes", models.JSONField(default=list), False),
        migrations.AlterField(
            "boardcommand", "kind", models.CharField(choices=list(KINDS.items()), max_length=10)
        ),
        migrations.AddConstraint(
            "boardcommand",
            models.CheckConstraint(
                name="board_command_kind_known", condition=Q(kind__in=list(KINDS))
            ),
        ),
        migrations.AddConstraint(
            "boardcommand",
            models.CheckConstraint(
                name="board_command_changes_something", condition=Q(size__gte=1)
            ),
        ),
        migrations.AddConstraint(
            "boardcommand",
            models.CheckConstraint(
                name="board_command_undone_after_done",
                condition=Q(undone_at=None) | Q(undone_at__gte=F("at")),
            ),
        ),
    ]
