from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0005_seals'),
    ]

    operations = [
        migrations.AddField(
            model_name='segment',
            name='sha256',
            field=models.TextField(null=True),
        ),
    ]
