from django.db import migrations, models
from django.db.models import Q

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
    "revert": "판 되돌리기",
}


class Migration(migrations.Migration):
    dependencies = [("site_visits", "0004_board_steps")]

    operations = [
        migrations.AlterField(
            "boardcommand", "kind", models.CharField(choices=list(KINDS.items()), max_length=10)
        ),
        migrations.RemoveConstraint("boardcommand", "board_command_kind_known"),
        migrations.AddConstraint(
            "boardcommand",
            models.CheckConstraint(
                name="board_command_kind_known", condition=Q(kind__in=list(KINDS))
            ),
        ),
    ]
