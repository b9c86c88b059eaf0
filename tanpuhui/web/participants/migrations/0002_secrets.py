import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('participants', '0001_initial'),
    ]

    operations = [
        # The default is drawn anew for each row, so whoever is there already gets a secret too.
        migrations.AddField(
            model_name='person',
            name='secret',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), null=True),
        ),
    ]
