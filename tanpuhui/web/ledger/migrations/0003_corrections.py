from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0001_initial'),
    ]

    operations = [
        migrations.AddField('batch', 'kind', models.TextField(default='records')),
        migrations.AddField('batch', 'reason', models.TextField(null=True)),
        migrations.AddField('batch', 'note', models.TextField(null=True)),
        migrations.AddField('batch', 'clawback', models.TextField(null=True)),
    ]
