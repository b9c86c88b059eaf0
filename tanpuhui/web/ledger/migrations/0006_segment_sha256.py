from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0004_locks'),
    ]

    operations = [
        migrations.AddField(
            model_name='segment',
            name='sha256',
            field=models.TextField(null=True),
        ),
    ]
