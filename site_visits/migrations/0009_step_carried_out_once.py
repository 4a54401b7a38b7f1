from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('site_visits', '0008_travel_history_by_statement'),
    ]

    operations = [
        migrations.AddField(
            model_name='boardcommand',
            name='nonce',
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name='boardcommand',
            constraint=models.UniqueConstraint(fields=('user', 'nonce'), name='board_command_once'),
        ),
    ]
