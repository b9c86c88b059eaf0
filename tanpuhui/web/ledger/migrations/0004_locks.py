import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_corrections'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.BigIntegerField()),
                ('pool', models.TextField(db_index=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='locks', to='ledger.batch')),
            ],
        ),
        migrations.AddConstraint(
            model_name='lock',
            constraint=models.UniqueConstraint(models.F('batch'), models.F('line'), name='ledger_lock_line'),
        ),
    ]
